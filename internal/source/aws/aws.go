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

	// Services to read ("ec2", "s3"); empty for all.
	Services []string

	// Needs are the types and properties that the selected rules read; nil for
	// everything that the collectors know.
	Needs rule.Reads

	// Secrets keeps text that may hold credentials (environment variables,
	// user data) as it is; otherwise it is redacted.
	Secrets bool

	// Progress is told from time to time how far the reading is; may be nil.
	Progress func(Progress)

	// Attempts bounds how often one call is tried; 0 is the default, 8.
	Attempts int
	// Backoff bounds the pause between two attempts; 0 is the default, 20 s.
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

	// Unreachable is why the account cannot be read at all; nil where it can.
	Unreachable error
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
	return inv, c.stats(inv, time.Since(start))
}

// Supplies says what live accounts tell of a type: the names of properties at
// the top level. ok is false for a type that no collector reads.
func Supplies(typ string) (given map[string]bool, ok bool) {
	given = map[string]bool{}
	for _, c := range collectors() {
		e := c.emission(typ)
		if e == nil {
			continue
		}
		ok = true
		for _, name := range names(e.gives) {
			given[name] = true
		}
		for i := range c.parts {
			if c.typeOf(&c.parts[i]) == typ {
				for _, name := range names(c.parts[i].gives) {
					given[name] = true
				}
			}
		}
	}
	t, known := schema.Lookup(typ)
	if !ok || !known {
		return nil, false
	}
	if len(t.PrimaryIdentifier) == 1 {
		given[t.PrimaryIdentifier[0]] = true
	}
	if t.TagProperty != "" {
		given[t.TagProperty] = true
	}
	for name, n := range t.Root.Fields {
		if n.Metric != nil {
			given[name] = true
		}
	}
	return given, true
}

// Lacking lists what a rule reads and live accounts do not tell, sorted; a
// rule that lacks nothing can judge them.
func Lacking(r *rule.Rule) ([]string, error) {
	reads, err := r.Reads()
	if err != nil {
		return nil, err
	}
	var lacking []string
	for typ, fields := range reads {
		given, ok := Supplies(typ)
		if !ok {
			lacking = append(lacking, typ)
			continue
		}
		withheld := lacks(typ)
		for name := range fields {
			switch {
			case name == rule.Whole:
			case withheld[name]:
				lacking = append(lacking, name)
			case !strings.Contains(name, "::") && !given[name]:
				lacking = append(lacking, typ+"."+name)
			}
		}
	}
	slices.Sort(lacking)
	return lacking, nil
}

func lacks(typ string) map[string]bool {
	set := map[string]bool{}
	for _, c := range collectors() {
		if e := c.emission(typ); e != nil {
			for _, name := range names(e.lacks) {
				set[name] = true
			}
		}
	}
	return set
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

// selected tells whether a collector has to run.
func (o *Options) selected(c *collector) bool {
	if len(o.Services) > 0 && !slices.Contains(o.Services, c.service) {
		return false
	}
	if o.Needs == nil {
		return true
	}
	return slices.ContainsFunc(c.types, func(e emits) bool {
		_, needed := o.Needs[e.typ]
		return needed
	})
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
