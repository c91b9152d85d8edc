package conformity

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed services.tsv
var servicesTSV string

// ServiceKey is the key that the API has for a service: "CloudTrail" for the
// "CT" that pages and rule ids say (rule.Rule.Service). A key, whatever its
// case, is its own key, so that what a client sends may be given too. What is
// neither is returned as it is: a rule of the user's own may name any service.
func ServiceKey(service string) string {
	if key, ok := services().keys[strings.ToLower(service)]; ok {
		return key
	}
	return service
}

// A directory is the data of services.tsv.
type directory struct {
	keys       map[string]string // by prefix and by key, in lower case
	namespaces map[string]namespace
}

// A namespace is the middle part of CloudFormation's name of a type.
type namespace struct {
	service    string // key of the service that owns its types
	descriptor string // how the descriptors of its types begin
}

// services reads services.tsv.
var services = sync.OnceValue(func() *directory {
	d := &directory{keys: map[string]string{}, namespaces: map[string]namespace{}}
	for f := range rows(servicesTSV, 3) {
		key := f[0]
		d.keys[strings.ToLower(key)], d.keys[strings.ToLower(f[1])] = key, key
		for name := range strings.FieldsSeq(f[2]) {
			name, descriptor, given := strings.Cut(name, "=")
			if !given {
				descriptor = strings.ToLower(name)
			}
			d.namespaces[name] = namespace{service: key, descriptor: descriptor}
		}
	}
	return d
})
