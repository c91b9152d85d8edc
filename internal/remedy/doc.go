// Package remedy says how one resource of an account that fails a rule is
// repaired: the commands of the rule's page with the resource's own identifiers
// in them, a patch for Cloud Control, and the resource as a template, as it is
// and as the rule would have it.
//
// Nothing is run here, and what cannot be filled in is said so: a value that a
// command still needs is a span of its own, never one that looks real. All
// values of a resource are texts of others, and are quoted for the shell.
package remedy

import (
	"errors"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
)

// Input is a failing check of a live resource.
type Input struct {
	Rule *rule.Rule

	// Resource is the resource as its document in the store has it
	// (snapshot.Unmarshal). It is not changed.
	Resource *cloud.Resource

	// Profile has the settings of the account; nil stands for the defaults.
	Profile *engine.Profile

	// Related are the other resources that the rule joins, Resource itself left
	// out. Nil says that they are not known: a correction that depends on them
	// is not made then.
	Related *cloud.Inventory

	// Now is the time of judging.
	Now time.Time
}

// A Remedy is what a page shows of how to repair a resource.
type Remedy struct {
	Fault Fault

	// Audit and Repair are the commands of the page's sections "Audit / CLI"
	// and "Remediation / CLI", in order; empty where a page has none.
	Audit, Repair []Command

	Control  Control
	Template Template
}

// For says how a resource is repaired. The error is one of the input or of the
// page; what cannot be said of this resource is told in the parts of the
// remedy, each for itself.
func For(in Input) (*Remedy, error) {
	if in.Rule == nil || in.Resource == nil {
		return nil, errors.New("a remedy needs a rule and a resource")
	}
	if in.Rule.Resource != in.Resource.Type {
		return nil, errors.New("rule " + in.Rule.ID + " judges " + in.Rule.Resource + ", not " + in.Resource.Type)
	}
	audit, repair, err := commands(in.Rule, in.Resource)
	if err != nil {
		return nil, err
	}
	c := correct(in)
	return &Remedy{
		Fault: faultOf(in.Rule, in.Resource),
		Audit: audit, Repair: repair,
		Control:  c.control(in.Resource),
		Template: c.template(in.Rule, in.Resource),
	}, nil
}
