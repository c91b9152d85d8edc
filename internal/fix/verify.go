package fix

import (
	"fmt"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/engine"
)

// faults are what is wrong with a text that plans were applied to.
type faults struct {
	of      map[*plan]string // why a plan is at fault, or may be
	certain map[*plan]bool   // the plan is at fault whatever the others do
	others  bool             // something is wrong that no plan can be named for
}

func (f *faults) none() bool { return len(f.of) == 0 && !f.others }

// blame notes a fault of the plans that are guilty. A single plan is guilty of
// everything.
func (f *faults) blame(plans []*plan, reason string, guilty func(*plan) bool) {
	found := false
	for _, p := range plans {
		if len(plans) == 1 || guilty(p) {
			found = true
			if f.of[p] == "" {
				f.of[p] = reason
			}
		}
	}
	f.others = f.others || !found
}

// inspect holds a scan of the text with the plans applied against the scan
// without them.
func (w *workshop) inspect(plans []*plan, then *scan) *faults {
	f := &faults{of: map[*plan]string{}, certain: map[*plan]bool{}}
	for problem, n := range then.errors {
		if n > w.now.errors[problem] {
			f.blame(plans, "with it, the template would have an error: "+problem, func(*plan) bool { return false })
		}
	}
	for _, p := range plans {
		if reason := p.inspect(then); reason != "" {
			f.of[p] = reason
			f.certain[p] = !f.others
		}
	}
	for _, name := range w.affected(plans...) {
		if then.worlds[name] == nil {
			continue // its resources are missed above
		}
		for _, c := range then.worlds[name].failing {
			k := checkKey{c.Rule.ID, keyOf(c.Resource)}
			if old := w.now.check(k); old == nil || old.Verdict != engine.Fail {
				f.blame(plans, fmt.Sprintf("with it, %s would fail on %s: %s", k.rule, k.resource.id, c.Message),
					func(p *plan) bool { return keyOf(p.resource) == k.resource })
			}
		}
	}
	return f
}

// inspect tells what is wrong with the plan's own resource; empty if nothing.
func (p *plan) inspect(then *scan) string {
	var r *cloud.Resource
	if here := then.worlds[p.resource.World]; here != nil {
		r = here.resources[keyOf(p.resource)]
	}
	if r == nil {
		if p.gone {
			return ""
		}
		return "with it, the resource would be lost"
	}
	if c := then.check(p.job.key); c != nil {
		switch c.Verdict {
		case engine.Fail:
			return "with it, the rule would still fail: " + c.Message
		case engine.Unknown:
			if p.open {
				break // the fault that was certain is gone; the rest was never known
			}
			return "with it, the rule could not be judged: " + c.Message
		}
	}
	return p.spared(r)
}

// spared tells which property differs that the rule does not name, if any.
func (p *plan) spared(r *cloud.Resource) string {
	typ, _ := schema.Lookup(r.Type)
	differs := func(name string) bool {
		if p.touched[name] || same(p.resource.Properties[name], r.Properties[name]) {
			return false
		}
		// What our overlay derives from other properties follows them.
		return typ == nil || typ.Root.Fields[name] == nil || !typ.Root.Fields[name].Templates
	}
	for name := range p.resource.Properties {
		if differs(name) {
			return "with it, " + name + " would change as well"
		}
	}
	for name := range r.Properties {
		if differs(name) {
			return "with it, " + name + " would change as well"
		}
	}
	return ""
}
