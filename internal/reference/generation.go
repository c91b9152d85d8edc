package reference

import (
	"slices"
	"strings"
	"sync"

	"github.com/surety-cloud/surety/internal/cloud"
)

// families are the instance families of one service, by generation.
type families struct {
	Title  string // as a sentence names one: "RDS instance class"
	source `yaml:",inline"`

	// Before stands in front of the family in the service's type names:
	// "db." in db.m5.large.
	Before string

	Previous []string
	Current  []string
}

var generations = sync.OnceValues(func() (map[string]*families, error) {
	return load[map[string]*families]("generations.yaml")
})

// CurrentGeneration tells whether an instance type, node type or class of a
// service is of the current generation: "m3.large" of ec2 and "db.r3.large" of
// rds are not. A family that the table does not list is unknown.
func CurrentGeneration(service, instanceType string) cloud.Truth {
	services, err := generations()
	if err != nil {
		return cloud.UnknownTruth(unresolved("the table of instance generations could not be read: %v", err))
	}
	f := services[strings.ToLower(service)]
	if f == nil {
		return cloud.UnknownTruth(unresolved("the instance generations of %q are not known", service))
	}
	family, _, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(instanceType), f.Before), ".")
	switch {
	case family == "":
		return cloud.UnknownTruth(unresolved("no %s is given", f.Title))
	case slices.Contains(f.Previous, family):
		return cloud.Known(false)
	case slices.Contains(f.Current, family):
		return cloud.Known(true)
	}
	return cloud.UnknownTruth(unresolved("the generation of %s %s is not known", f.Title, instanceType))
}
