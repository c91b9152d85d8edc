package account

import (
	"maps"
	"slices"
)

// tags are the tags of one resource. Harbourline wants Environment, Team and
// CostCentre everywhere, and has them where somebody cared.
type tags map[string]string

// costCentres are the departments that teams are booked on.
var costCentres = map[string]string{
	"storefront": "CC-1100",
	"payments":   "CC-1200",
	"warehouse":  "CC-1300",
	"platform":   "CC-2000",
	"data":       "CC-3000",
}

// owned are the tags as they should be.
func owned(environment, team, name string) tags {
	t := tags{"Environment": environment, "Team": team, "CostCentre": costCentres[team]}
	if name != "" {
		t["Name"] = name
	}
	return t
}

func production(team, name string) tags { return owned("production", team, name) }

// named is a resource that only got a name.
func named(name string) tags { return tags{"Name": name} }

// with adds a tag.
func (t tags) with(key, value string) tags {
	more := maps.Clone(t)
	more[key] = value
	return more
}

// as turns tags into the type that a service has for them, sorted by key.
func as[T any](t tags, make func(key, value *string) T) []T {
	var list []T
	for _, key := range slices.Sorted(maps.Keys(t)) {
		list = append(list, make(new(key), new(t[key])))
	}
	return list
}
