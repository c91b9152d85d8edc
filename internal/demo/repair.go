package demo

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/fix"
)

// rounds bounds the corrections of one property by several rules: each round
// makes those that the one before has left.
const rounds = 2

// present is the account of a scene as it is now: some of its resources have
// been repaired.
func (w *World) present(ctx context.Context, s *scene, inv *cloud.Inventory, now time.Time) (*cloud.Inventory, error) {
	if s.repaired == 0 {
		return inv, nil
	}
	return w.repair(ctx, inv, now, func(r *cloud.Resource) bool {
		return chance(s.id, "repaired", r.Type, r.Region, r.ID)%100 < uint64(s.repaired)
	})
}

// repair corrects resources as the rules that they fail say.
func (w *World) repair(ctx context.Context, inv *cloud.Inventory, now time.Time, wanted func(*cloud.Resource) bool) (*cloud.Inventory, error) {
	for range rounds {
		changed := map[*cloud.Resource]*cloud.Resource{}
		err := w.judged(ctx, inv, now, func(c *engine.Check, values map[string]any) {
			if c.Verdict != engine.Fail || values == nil || !wanted(c.Resource) {
				return
			}
			r := changed[c.Resource]
			if r == nil {
				same := *c.Resource
				r, changed[c.Resource] = &same, &same
			}
			// A correction that does not fit one made before is left for the
			// next round.
			if properties, err := fix.Properties(r, values); err == nil {
				r.Properties = properties
			}
		})
		if err != nil {
			return nil, err
		}
		if len(changed) == 0 {
			break
		}
		inv = replaced(inv, changed)
	}
	return inv, nil
}

// worsen gives resources the faults that others of their type have: where a
// rule with a correction fails one and passes another, the property at fault
// goes to that other.
func (w *World) worsen(ctx context.Context, inv *cloud.Inventory, now time.Time) (*cloud.Inventory, error) {
	type fault struct {
		property string
		value    any // nil: it is not there
	}
	faults := map[string]fault{} // by rule
	passing := map[string][]*cloud.Resource{}
	err := w.judged(ctx, inv, now, func(c *engine.Check, values map[string]any) {
		id := c.Rule.ID
		if c.Verdict == engine.Pass {
			passing[id] = append(passing[id], c.Resource)
			return
		}
		if _, known := faults[id]; c.Verdict != engine.Fail || known || len(values) != 1 {
			return
		}
		for path := range values {
			property, _, _ := strings.Cut(path, ".")
			faults[id] = fault{property, c.Resource.Properties[property]}
		}
	})
	if err != nil {
		return nil, err
	}
	changed := map[*cloud.Resource]*cloud.Resource{}
	for _, id := range slices.Sorted(maps.Keys(faults)) {
		f := faults[id]
		for _, old := range passing[id] {
			r := changed[old]
			if r == nil {
				same := *old
				same.Properties = maps.Clone(old.Properties)
				r, changed[old] = &same, &same
			}
			if f.value == nil {
				delete(r.Properties, f.property)
			} else {
				r.Properties[f.property] = f.value
			}
		}
	}
	return replaced(inv, changed), nil
}

// judged holds an inventory against all rules, and tells each check with the
// corrections that its rule states; nil for none.
func (w *World) judged(ctx context.Context, inv *cloud.Inventory, now time.Time, tell func(*engine.Check, map[string]any)) error {
	ids, err := engine.Selected(w.library, nil, nil)
	if err != nil {
		return err
	}
	options := engine.Options{Library: w.library, Rules: ids, Now: now}
	result, err := engine.Run(ctx, inv, options)
	if err != nil {
		return err
	}
	fixer := engine.NewFixer(inv, options)
	for _, c := range result.Checks {
		var values map[string]any
		if c.Verdict == engine.Fail {
			if v, ok, err := fixer.Fix(c); err == nil && ok {
				values = v
			}
		}
		tell(c, values)
	}
	return nil
}

// replaced is the inventory with some resources in place of others.
func replaced(inv *cloud.Inventory, changed map[*cloud.Resource]*cloud.Resource) *cloud.Inventory {
	other := *inv
	other.Resources = slices.Clone(inv.Resources)
	for i, r := range other.Resources {
		if c := changed[r]; c != nil {
			other.Resources[i] = c
		}
	}
	return &other
}
