// Package aws reads live AWS accounts into an inventory, under CloudFormation's
// names. Each file named after a service declares what it emits and which IAM
// actions it needs (see collector), and nothing that is not declared is called:
// the read-only policy is generated from these tables.
//
// A call that fails never ends the scan and never leaves a gap that looks like
// an answer. Where a list fails, the inventory says that the type is unread in
// that account and region; where a further call fails, the properties that it
// would have told are unresolved. Both carry the reason.
package aws

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/rule"
)

// Options say what to read, and how.
type Options struct {
	// Accounts to read, in order.
	Accounts []Account

	// Regions to read; empty for all that the account has enabled.
	Regions []string

	// Without are regions to leave out, whether named or enabled. What AWS has
	// once for all regions is read all the same.
	Without []string

	// Services to read ("ec2", "s3"); empty for all.
	Services []string

	// Needs are the types and properties that the selected rules read; nil for
	// everything that the collectors know.
	Needs rule.Reads

	// Lean keeps of what was read only what Needs names, which is a small part.
	Lean bool

	// Thorough makes the calls that take one for each instance or volume, too.
	Thorough bool

	// Secrets keeps text that may hold credentials (environment variables,
	// user data) as it is; otherwise it is redacted.
	Secrets bool

	// Progress is told from time to time how far the reading is; may be nil.
	Progress func(Progress)

	// Unlimited sends calls as fast as they are answered: a recording has no
	// limits.
	Unlimited bool

	// Attempts bounds how often one call is tried; 0 is the default, 8.
	Attempts int
	// Backoff bounds the pause between two attempts; 0 is the default, 5 s.
	Backoff time.Duration

	Now time.Time
}

// An Account is one to read: the configuration of the SDK with credentials for
// it. ID and Partition may be empty; they are asked for then.
type Account struct {
	ID        string
	Name      string
	Partition string
	Config    aws.Config
}

// Read reads accounts into an inventory. What could not be read is in it, too;
// a cancelled context ends the reading with what was read so far.
func Read(ctx context.Context, options Options) (*cloud.Inventory, *Stats) {
	start := time.Now()
	c := newCrawl(options)
	for i := range options.Accounts {
		c.account(ctx, &options.Accounts[i])
	}
	c.wait()
	inv := c.inventory()
	inv.Given = Given(&c.options)
	return inv, c.stats(inv, time.Since(start))
}

// Given says what live accounts tell when they are read with the options, by
// type and property; see cloud.Inventory.Given.
func Given(options *Options) map[string]map[string]bool {
	given := map[string]map[string]bool{}
	for i := range collectors() {
		c := &collectors()[i]
		if !options.selected(c) {
			continue
		}
		for j := range c.types {
			if e := &c.types[j]; options.needs(e.typ) {
				given[e.typ] = c.given(e, options)
			}
		}
	}
	return given
}

// given is what the collector tells of a type.
func (c *collector) given(e *emits, options *Options) map[string]bool {
	given := map[string]bool{}
	for _, name := range names(e.gives) {
		given[name] = true
	}
	for i := range c.parts {
		if p := &c.parts[i]; c.typeOf(p) == e.typ && options.runs(c, p) {
			for _, name := range names(p.gives) {
				given[name] = true
			}
		}
	}
	typ, ok := schema.Lookup(e.typ)
	if !ok {
		return given
	}
	if len(typ.PrimaryIdentifier) == 1 {
		given[typ.PrimaryIdentifier[0]] = true
	}
	if typ.TagProperty != "" {
		given[typ.TagProperty] = true
	}
	for _, name := range typ.Metrics {
		if options.measures(e.typ, name) {
			given[name] = true
		}
	}
	for name := range given {
		if options.Lean && !options.wants(e.typ, []string{name}) {
			delete(given, name)
		}
	}
	for _, name := range names(e.lacks) {
		given[name] = false
	}
	return given
}

// prune drops what no rule reads of a resource, which is most of it.
func (o *Options) prune(r *cloud.Resource, typ *schema.Type) {
	if !o.Lean || o.Needs == nil || o.Needs[r.Type][rule.Whole] {
		return
	}
	keep := o.Needs[r.Type]
	for name := range r.Properties {
		if !keep[name] && !slices.Contains(typ.PrimaryIdentifier, name) && !isDimension(typ, name) {
			delete(r.Properties, name)
		}
	}
}

// isDimension tells whether CloudWatch knows resources of the type by the
// property, or whether it says which metrics they have.
func isDimension(typ *schema.Type, name string) bool {
	for _, measured := range typ.Metrics {
		metric := typ.Root.Fields[measured].Metric
		if _, ok := metric.Only[name]; ok {
			return true
		}
		for _, property := range metric.Dimensions {
			if property == name {
				return true
			}
		}
	}
	return false
}

// everything is what live accounts tell when all is read.
var everything = sync.OnceValue(func() map[string]map[string]bool { return Given(&Options{Thorough: true}) })

// Supplies says what live accounts tell of a type; ok is false for a type that
// no collector reads.
func Supplies(typ string) (given map[string]bool, ok bool) {
	given, ok = everything()[typ]
	return given, ok
}

// Lacking lists what a rule reads and live accounts do not tell, sorted; a
// rule that lacks nothing can judge them.
func Lacking(r *rule.Rule) ([]string, error) {
	reads, err := r.Reads()
	if err != nil {
		return nil, err
	}
	return reads.Missing(everything()), nil
}

// Services lists the names that Options.Services takes, sorted.
func Services() []string {
	set := map[string]bool{}
	for _, c := range collectors() {
		set[c.service] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// wants tells whether any of the properties is needed of a type.
func (o *Options) wants(typ string, given []string) bool {
	if o.Needs == nil {
		return true
	}
	fields, ok := o.Needs[typ]
	if !ok {
		return false
	}
	return fields[rule.Whole] || slices.ContainsFunc(given, func(name string) bool { return fields[name] })
}

// needs tells whether a rule needs the type at all.
func (o *Options) needs(typ string) bool {
	if o.Needs == nil {
		return true
	}
	_, ok := o.Needs[typ]
	return ok
}

// runs tells whether a part of a collector has to be read.
func (o *Options) runs(c *collector, p *part) bool {
	if p.slow && !o.Thorough {
		return false
	}
	return o.wants(c.typeOf(p), names(p.gives)) || slices.ContainsFunc(names(p.emits), o.needs)
}

// selected tells whether a collector has to run.
func (o *Options) selected(c *collector) bool {
	if len(o.Services) > 0 && !slices.Contains(o.Services, c.service) {
		return false
	}
	if o.Needs == nil {
		return true
	}
	return slices.ContainsFunc(c.types, func(e emits) bool { return o.needs(e.typ) })
}

// CheckServices is the error for a name that no collector has; nil when all
// are known.
func CheckServices(list []string) error {
	known := Services()
	for _, name := range list {
		if !slices.Contains(known, name) {
			if near := schema.Nearest(name, known); near != "" {
				return fmt.Errorf("there is no service %q; did you mean %q?", name, near)
			}
			return fmt.Errorf("there is no service %q; the services are %s", name, strings.Join(known, ", "))
		}
	}
	return nil
}
