package engine

import (
	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
)

// A Fixer gives the corrections that rules state for the resources of one
// inventory. It sees the same joins and settings as a run with the same
// options does.
type Fixer struct {
	index   *index
	options Options
}

// NewFixer prepares the corrections for an inventory.
func NewFixer(inv *cloud.Inventory, options Options) *Fixer {
	return &Fixer{index: newIndex(inv), options: options}
}

// Fix gives the corrected value of each property that the rule of a failing
// check would change, by the property's path; nil removes the property. ok is
// false when the rule has no correction, or one that depends on what is not
// known.
func (f *Fixer) Fix(c *Check) (values map[string]any, ok bool, err error) {
	joins, err := c.Rule.Joins()
	if err != nil {
		return nil, false, err
	}
	settings, configured := f.options.Profile.settingsFor(c.Rule)
	if !configured {
		return nil, false, nil
	}
	in := rule.Input{Resource: c.Resource, Settings: settings, Now: f.options.Now}
	for _, j := range joins {
		if in.Joined == nil {
			in.Joined = make(map[string][]rule.Joined, len(joins))
		}
		in.Joined[j.Name] = f.index.join(j, c.Resource)
	}
	return c.Rule.Fix(in)
}
