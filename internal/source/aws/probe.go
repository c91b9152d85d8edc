package aws

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/smithy-go/middleware"

	"github.com/surety-cloud/surety/internal/rule"
)

// ProbeOptions say whose access is looked at.
type ProbeOptions struct {
	// Login is the identity that scans; its Organization is not used.
	Login Login

	// Account is the number of the AWS account that the credentials have to be
	// of; empty for whichever they are of.
	Account string

	// Region is where the calls of regional services are looked at; empty for
	// the region of the login, or that of the partition.
	Region string

	// Library are the rules that depend on what is denied; nil where that is
	// not asked.
	Library *rule.Library

	// Timeout bounds the whole; 0 is a minute.
	Timeout time.Duration
}

// An Entry says how far a login came.
type Entry string

// The entries. AWS answers alike whether a role is not there, does not trust
// us, or asks for another external id: so that nobody can try.
const (
	Entered       Entry = "entered"
	NoCredentials Entry = "no-credentials" // we have none of our own, or AWS does not take them
	MayNotAssume  Entry = "may-not-assume" // the policies of our own identity do not let us assume the role
	RoleRefused   Entry = "refused"        // there is no such role, it does not trust us, or the external id is another
	WrongAccount  Entry = "wrong-account"  // the credentials are of another account than the one that is meant
	NoNetwork     Entry = "network"        // AWS was not reached
	NotEntered    Entry = "failed"         // anything else
)

// A Method is how it was found out what is allowed.
type Method string

// The methods.
const (
	Simulated Method = "simulation" // AWS was asked what the policies allow
	Called    Method = "calls"      // the list calls were made in one region
)

// An Access is what a probe found out. It holds no secrets.
type Access struct {
	Role    string // that was assumed; empty for the identity itself
	Self    string // ARN of the identity that assumes it; empty when it is not known
	Account string // number that the credentials are of; empty when not entered
	Region  string // of the regional calls

	Entry   Entry
	Message string // what AWS said where it was not entered, in short
	Advice  string // what to do then

	Method  Method // empty when not entered
	Needed  int    // how many actions a scan may use: those of Actions
	Allowed []string
	Denied  []Denial
	Untried []Untried
	Notes   []string // what else there is to know of how this was found out
	Calls   int64    // that were made, of all kinds
}

// Complete tells whether every action was tried and is allowed.
func (a *Access) Complete() bool {
	return a.Entry == Entered && len(a.Allowed) >= a.Needed && len(a.Denied)+len(a.Untried) == 0
}

// A Denial is an action that is denied.
type Denial struct {
	Service string // the action's prefix: "ec2"
	Action  string // "ec2:DescribeVolumes"
	Regions []string
	By      DeniedBy
	Message string   // AWS's own, in short
	Rules   []string // ids of the rules that read what the action tells, sorted; nil without a library
}

// Untried are actions of which it is not known whether they are allowed.
type Untried struct {
	Reason  string
	Actions []string // sorted
}

const probeTimeout = time.Minute

// Probe enters an account and finds out which of the actions that a scan needs
// are denied. AWS is asked to simulate the role's policies, where the role may
// ask that; otherwise the list calls are made, each once, in one region. What
// was not tried is told, and is not taken for allowed.
func Probe(ctx context.Context, options ProbeOptions) *Access {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(options.Timeout, probeTimeout))
	defer cancel()
	p := &probe{
		options: options,
		meter:   newMeter(&Options{Attempts: 3, Backoff: time.Second}),
		access:  &Access{Role: options.Login.Role, Needed: len(Actions())},
		allowed: map[string]bool{}, denied: map[string]*Denial{}, untried: map[string]string{},
	}
	if p.enter(ctx) {
		p.look(ctx)
	}
	p.access.Calls = p.meter.calls.Load()
	return p.access
}

// A probe is one at work.
type probe struct {
	options ProbeOptions
	meter   *meter
	access  *Access

	config    aws.Config // with the credentials of the account, once it is entered
	partition string

	allowed map[string]bool
	denied  map[string]*Denial
	untried map[string]string // action → reason
}

// session is the account to make calls in; more is added to what the SDK does
// with each.
func (p *probe) session(more ...func(*middleware.Stack) error) *session {
	cfg := p.config.Copy()
	cfg.APIOptions = slices.Concat(cfg.APIOptions, more)
	return &session{
		id: p.access.Account, partition: p.partition, memos: map[string]*memo{},
		options: &Options{Now: time.Now().UTC()}, config: p.meter.configure(cfg, p.access.Account),
	}
}

// look finds out what is allowed, and puts it in order.
func (p *probe) look(ctx context.Context) {
	if source, why := p.source(); why != "" {
		p.note("The policies could not be simulated: %s. The list calls were made instead.", why)
		p.call(ctx)
	} else if err := p.simulate(ctx, source); err != nil {
		p.note("The policies could not be simulated: %s. The list calls were made instead. "+
			"iam:SimulatePrincipalPolicy is not part of Surety's policy, and a scan does not need it.", p.text(err))
		p.call(ctx)
	}
	untried := map[string][]string{}
	for _, action := range Actions() {
		if p.denied[action] == nil && !p.allowed[action] {
			reason := cmp.Or(p.untried[action], "it was not asked")
			untried[reason] = append(untried[reason], action)
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(untried)) {
		p.access.Untried = append(p.access.Untried, Untried{Reason: reason, Actions: untried[reason]})
	}
	var rules map[string][]string
	if len(p.denied) > 0 && p.options.Library != nil {
		var faults []string
		rules, faults = dependents(p.options.Library)
		for _, fault := range faults {
			p.note("What a rule reads is not known: %s", fault)
		}
	}
	for _, action := range slices.Sorted(maps.Keys(p.denied)) {
		delete(p.allowed, action)
		d := p.denied[action]
		d.Rules = rules[action]
		p.access.Denied = append(p.access.Denied, *d)
	}
	p.access.Allowed = slices.Sorted(maps.Keys(p.allowed))
}

func (p *probe) note(format string, args ...any) {
	p.access.Notes = append(p.access.Notes, fmt.Sprintf(format, args...))
}

// deny records that an action is denied in a region; the first message stays.
func (p *probe) deny(action, region string, by DeniedBy, message string) {
	d := p.denied[action]
	if d == nil {
		service, _, _ := strings.Cut(action, ":")
		d = &Denial{Service: service, Action: action, By: by, Message: message}
		p.denied[action] = d
	}
	d.Regions = with(d.Regions, region)
}

// text is an error as it may be shown.
func (p *probe) text(err error) string { return p.safe(shortDenial(brief(err))) }

// safe takes the external id out of a text, which AWS repeats where it is not
// of the right form.
func (p *probe) safe(text string) string {
	if id := p.options.Login.ExternalID; id != "" {
		text = strings.ReplaceAll(text, id, "…")
	}
	return text
}

// source is the identity whose policies can be simulated, or why there is
// none: a session has none of its own, and its role's path is not in its ARN.
func (p *probe) source() (source, why string) {
	if p.options.Login.Role != "" {
		return p.options.Login.Role, ""
	}
	self, err := arn.Parse(p.access.Self)
	switch {
	case err != nil:
		return "", "the identity is not known"
	case self.Service == "iam" && strings.HasPrefix(self.Resource, "user/"):
		return p.access.Self, ""
	}
	return "", "the identity is no role or user that is named"
}
