package remedy

import (
	"fmt"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/fix"
	"github.com/surety-cloud/surety/internal/fix/delta"
)

// A correction is what a rule makes of a resource's properties.
type correction struct {
	typ    *schema.Type
	after  map[string]any
	change *delta.Change

	// why there is none; empty when there is one.
	why string
}

// notKnown is the reason of what the rule joins and nobody gave.
const notKnown = "the other resources that the rule looks at were not read here"

// correct evaluates the rule's correction, as a repair of a template does.
func correct(in Input) correction {
	c := correction{}
	c.typ, _ = schema.Lookup(in.Resource.Type)
	if !in.Rule.HasFix {
		c.why = "the rule states no values that would repair it: what is right is for you to decide"
		return c
	}
	if c.typ == nil {
		c.why = "the type " + in.Resource.Type + " is not known"
		return c
	}
	res := *in.Resource
	if res.World == "" {
		res.World = res.Account
	}
	inv, err := world(in, &res)
	if err != nil {
		c.why = err.Error()
		return c
	}
	fixer := engine.NewFixer(inv, engine.Options{Rules: []string{in.Rule.ID}, Profile: in.Profile, Now: in.Now})
	check := &engine.Check{Rule: in.Rule, Resource: &res, Verdict: engine.Fail}
	values, ok, err := fixer.Fix(check)
	switch {
	case err != nil:
		c.why = fmt.Sprintf("the rule's correction cannot be worked out: %v", err)
		return c
	case !ok:
		c.why = "the correction depends on what is not known"
		if in.Related == nil && len(inv.Unread) > 0 {
			c.why += ": " + notKnown
		}
		return c
	}
	after, err := fix.Properties(&res, values)
	if err != nil {
		c.why = err.Error()
		return c
	}
	change := delta.Between(res.Properties, after)
	switch {
	case change == nil || len(change.Fields) == 0:
		c.why = fix.NothingToChange
	case fixer.Violates(check, after):
		c.why = "the rule would still fail after its correction"
	default:
		c.after, c.change = after, change
	}
	return c
}

// world is an inventory of the resource and what the rule joins with it. What
// is not known of the latter is marked as unread, so that a correction that
// depends on it is none.
func world(in Input, res *cloud.Resource) (*cloud.Inventory, error) {
	joins, err := in.Rule.Joins()
	if err != nil {
		return nil, fmt.Errorf("the rule cannot be read: %w", err)
	}
	inv := &cloud.Inventory{Resources: []*cloud.Resource{res}}
	if in.Related != nil {
		inv.Add(in.Related)
		return inv, nil
	}
	for _, j := range joins {
		inv.Unread = append(inv.Unread, cloud.Unread{Type: j.Type, Account: res.World, Region: res.Region, Reason: notKnown})
	}
	return inv, nil
}
