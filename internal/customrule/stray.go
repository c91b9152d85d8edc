package customrule

import (
	"maps"
	"slices"

	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// A Stray is an attribute that never has a value, for no document of the
// resource type has what its path begins with.
type Stray struct {
	Attribute string // its name
	Member    string // what stands after "data." in its path
	Nearest   string // the name that is most like it; empty when none is
}

// Strays lists the attributes whose path begins with a member of data that is
// neither a property of the type nor another name for one. Nothing is said of a
// type that is not known, nor of paths that name no member first. The rule must
// be one that Parse made.
func (r *Rule) Strays(typ string) []Stray {
	t, ok := schema.Lookup(typ)
	if !ok || len(t.Root.Fields) == 0 {
		return nil
	}
	names := append(slices.Collect(maps.Keys(t.Root.Fields)), aliasesOf(typ)...)
	names = append(names, "Tags")
	slices.Sort(names) // of two that are as near the first is meant
	var strays []Stray
	for i, p := range r.attributes {
		if len(p.steps) < 2 || !slices.Equal(p.steps[0].names, []string{"data"}) {
			continue
		}
		members := p.steps[1].names
		known := func(name string) bool { _, found := slices.BinarySearch(names, name); return found }
		if len(members) == 0 || slices.ContainsFunc(members, known) {
			continue
		}
		strays = append(strays, Stray{Attribute: r.Attributes[i].Name, Member: members[0], Nearest: schema.Nearest(members[0], names)})
	}
	return strays
}
