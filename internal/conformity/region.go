package conformity

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed regions.tsv
var regionsTSV string

// A Region is where resources are.
type Region struct {
	Key       string // "us-east-1"; Global for what has no region
	Name      string // "US East (N. Virginia)"
	Partition string // "aws", "aws-cn", "aws-us-gov"; empty for Global
}

// Global is the region of what AWS has once for all.
const Global = "global"

// Regions lists the regions of the partitions that Surety reads: Global, then
// by key.
func Regions() []Region { return slices.Clone(regions()) }

// regions reads regions.tsv.
var regions = sync.OnceValue(func() []Region {
	list := []Region{{Key: Global, Name: "Global"}}
	for f := range rows(regionsTSV, 3) {
		list = append(list, Region{Key: f[0], Name: f[1], Partition: f[2]})
	}
	slices.SortFunc(list[1:], func(a, b Region) int { return strings.Compare(a.Key, b.Key) })
	return list
})

// A Provider is a cloud.
type Provider struct {
	Key  string // "aws"
	Name string
}

// Providers lists the clouds whose accounts Surety reads.
func Providers() []Provider { return []Provider{{Key: AWS, Name: "Amazon Web Services"}} }
