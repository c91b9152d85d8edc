package customrule

import (
	"fmt"
	"time"
)

// A Part is one comparison of a rule, and what a document says to it.
type Part struct {
	Member    string // where it stands: "rules[0].conditions.any[1]"
	Condition Condition
	Status    Status // Success where it is met, Failure where not, or Unknown
}

// Explain judges every comparison of the rule by itself, in their order. It
// gives none where the rule is not applicable to the document, or where nobody
// knows whether it is.
func (r *Rule) Explain(document map[string]any, now time.Time) []Part {
	if len(r.rules) != len(r.Rules) || len(r.attributes) != len(r.Attributes) {
		return nil
	}
	e := &evaluation{rule: r, work: work{left: maxWork, now: now}}
	if _, stop := e.attributes(document); stop {
		return nil
	}
	var parts []Part
	for i := range r.rules {
		parts = e.explain(fmt.Sprintf("rules[%d].conditions", i), r.Rules[i].Conditions, &r.rules[i], parts)
	}
	return parts
}

// explain adds the comparisons of a condition.
func (e *evaluation) explain(at string, c Condition, n *node, parts []Part) []Part {
	if n.leaf != nil {
		status := Unknown
		switch met := e.leaf(n.leaf); {
		case met.IsTrue():
			status = Success
		case met.IsFalse():
			status = Failure
		}
		return append(parts, Part{at, c, status})
	}
	name, below := "any", c.Any
	if n.all {
		name, below = "all", c.All
	}
	for i := range n.parts {
		parts = e.explain(fmt.Sprintf("%s.%s[%d]", at, name, i), below[i], &n.parts[i], parts)
	}
	return parts
}
