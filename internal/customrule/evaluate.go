package customrule

import (
	"fmt"
	"slices"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Status is the answer of a rule for one resource.
type Status string

// The answers. A resource to which a rule is not applicable has no check.
const (
	Success       Status = "success"
	Failure       Status = "failure"
	NotApplicable Status = "not-applicable" // a required attribute does not exist
	Unknown       Status = "unknown"        // it depends on what could not be read
)

// An Outcome is the answer with its reason.
type Outcome struct {
	Status Status
	// Message is a sentence for a person. For a failure it is the event type
	// of the first of the rules that is not met.
	Message string
	// Missing says, for Unknown, what would have to be known.
	Missing []string
}

// Evaluate judges one resource document, as Document makes it or as a client
// sends it. All entries of the rule's "rules" must be met for success. An
// answer that holds whatever the unknown values are wins over them. Dates are
// compared with now. The document is only read.
func (r *Rule) Evaluate(document map[string]any, now time.Time) Outcome {
	if len(r.rules) == 0 || len(r.rules) != len(r.Rules) || len(r.attributes) != len(r.Attributes) {
		return Outcome{Status: Unknown, Message: "The rule could not be judged.", Missing: []string{"the rule has not been read by Parse"}}
	}
	e := &evaluation{rule: r, work: work{left: maxWork, now: now}}
	if outcome, stop := e.attributes(document); stop {
		return outcome
	}
	met := cloud.Known(true)
	for i := range r.rules {
		t := e.node(&r.rules[i])
		if t.IsFalse() {
			return Outcome{Status: Failure, Message: r.failure(i)}
		}
		met = met.And(t)
	}
	if met.IsUnknown() {
		return unknown(met.Unknown)
	}
	return Outcome{Status: Success, Message: fmt.Sprintf("The conditions of %q are met.", r.Name)}
}

// failure is the message when the i-th of the rules is not met.
func (r *Rule) failure(i int) string {
	if text := r.Rules[i].Event.Type; text != "" {
		return text
	}
	return fmt.Sprintf("The conditions of %q are not met.", r.Name)
}

// unknown is the outcome that hangs on the reasons.
func unknown(reasons []*cloud.Unresolved) Outcome {
	o := Outcome{Status: Unknown, Message: "It could not be known whether the conditions are met."}
	for _, u := range reasons {
		if !slices.Contains(o.Missing, u.Reason) {
			o.Missing = append(o.Missing, u.Reason)
		}
	}
	return o
}

// evaluation is one rule judging one document.
type evaluation struct {
	rule  *Rule
	facts []any // the value of each attribute
	work  work
}

// attributes finds the values of the attributes. stop is true where one that
// is required does not exist, or where nobody knows whether it does.
func (e *evaluation) attributes(document map[string]any) (outcome Outcome, stop bool) {
	var doubts cloud.Truth
	var root any = document
	if document == nil {
		root = undefined{}
	}
	for i, p := range e.rule.attributes {
		a := &e.rule.Attributes[i]
		value, doubtful := p.find(root, &e.work)
		e.facts = append(e.facts, value)
		switch {
		case !a.Required:
		case value == any(undefined{}):
			return Outcome{Status: NotApplicable, Message: fmt.Sprintf(
				"The resource has no %s, which the rule requires.", a.label())}, true
		case doubtful:
			doubts = doubts.Or(e.because(a.label(), cloud.UnknownTruth(value.(*cloud.Unresolved))))
		}
	}
	if doubts.IsUnknown() {
		return unknown(doubts.Unknown), true
	}
	return Outcome{}, false
}

// node judges a condition.
func (e *evaluation) node(n *node) cloud.Truth {
	if n.leaf != nil {
		return e.leaf(n.leaf)
	}
	result := cloud.Known(n.all)
	for i := range n.parts {
		part := e.node(&n.parts[i])
		if n.all {
			result = result.And(part)
		} else {
			result = result.Or(part)
		}
		if result.IsFalse() && n.all || result.IsTrue() && !n.all {
			break // nothing can change it
		}
	}
	return result
}

// leaf judges a comparison. A path on a value that is no list or object is
// passed over, as json-rules-engine does.
func (e *evaluation) leaf(l *leaf) cloud.Truth {
	value := e.facts[l.fact]
	if l.path != nil && isCompound(value) {
		value, _ = l.path.find(value, &e.work)
	}
	return e.because(l.label, l.test(value, &e.work))
}

// because says in the reasons of an unknown truth which value they are about.
func (e *evaluation) because(label string, t cloud.Truth) cloud.Truth {
	if !t.IsUnknown() {
		return t
	}
	reasons := make([]*cloud.Unresolved, len(t.Unknown))
	for i, u := range t.Unknown {
		reasons[i] = &cloud.Unresolved{Reason: label + ": " + u.Reason}
	}
	return cloud.UnknownTruth(reasons...)
}
