// Package engine holds an inventory against rules: it joins the resources that
// a rule needs, evaluates, and gives one check for each rule and resource.
package engine

import (
	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
)

// A Verdict is what a check came to.
type Verdict string

// Fail only when what was read shows the fault, Pass only when everything the
// rule needs was read, Unknown otherwise.
const (
	Pass    Verdict = "pass"
	Fail    Verdict = "fail"
	Unknown Verdict = "unknown"
)

// A Check is one rule applied to one resource.
type Check struct {
	Rule     *rule.Rule
	Risk     rule.Risk // the rule's, or what the user's settings make of it
	Resource *cloud.Resource
	Verdict  Verdict

	// Message says in one sentence what is wrong, for Fail; why it could not
	// be told, for Unknown; the rule's title, for Pass.
	Message string

	// Missing names what was not known, for Unknown: "KmsKeyId: parameter Key
	// has no default".
	Missing []string

	// Location is the property at fault, or the resource; nil for a live one.
	Location *cloud.Location

	// Suppressed is the user's acceptance of a failing check; nil without one.
	Suppressed *cloud.Ignore
}
