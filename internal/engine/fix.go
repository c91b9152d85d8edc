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
	in, err := f.input(c)
	if err != nil {
		return nil, false, err
	}
	return c.Rule.Fix(in)
}

// input is what the rule of a check sees of its resource.
func (f *Fixer) input(c *Check) (rule.Input, error) {
	joins, err := c.Rule.Joins()
	if err != nil {
		return rule.Input{}, err
	}
	// A rule that must be configured and is not has made no check.
	settings, _ := f.options.Profile.settingsFor(c.Rule)
	in := rule.Input{Resource: rule.NewSubject(c.Resource), Settings: rule.NewSettings(settings), Now: f.options.Now}
	for _, j := range joins {
		in.Joined = append(in.Joined, f.index.join(j, c.Resource))
	}
	return in, nil
}

// Violates tells whether a check would still fail, for certain, if its
// resource had other properties.
func (f *Fixer) Violates(c *Check, properties map[string]any) bool {
	in, err := f.input(c)
	if err != nil {
		return false
	}
	changed := *c.Resource
	changed.Properties = properties
	in.Resource = rule.NewSubject(&changed)
	result, err := c.Rule.Evaluate(in)
	return err == nil && result.Outcome == rule.Violates
}
