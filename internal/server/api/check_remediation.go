package api

import (
	"fmt"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/remedy"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/snapshot"
	"github.com/surety-cloud/surety/internal/store"
)

// A remediation says how the resource of a check is repaired: package remedy
// says what is in it.
type remediation struct {
	Fault    remediationFault    `json:"fault"`
	Audit    []remediationStep   `json:"audit"`
	Repair   []remediationStep   `json:"repair"`
	Control  remediationControl  `json:"cloud-control"`
	Template remediationTemplate `json:"template"`
}

type remediationFault struct {
	Path    string `json:"path"`
	Value   string `json:"value"`
	Present bool   `json:"present"`
	Unknown string `json:"unknown"`
}

// A remediationStep is a command. The parts together are the text.
type remediationStep struct {
	Text    string            `json:"text"`
	Changes bool              `json:"changes"`
	Parts   []remediationPart `json:"parts"`
}

type remediationPart struct {
	Text string `json:"text"`
	Kind string `json:"kind"` // own, place, replace; empty for all else
	Note string `json:"note,omitempty"`
}

type remediationControl struct {
	Command *remediationStep `json:"command,omitempty"` // nil where there is none
	Patch   string           `json:"patch"`
	Why     string           `json:"why"`
	Replace bool             `json:"replace"`
	Notes   []string         `json:"notes"`
}

type remediationTemplate struct {
	Before  string            `json:"before"`
	After   string            `json:"after"`
	Lines   []remediationLine `json:"lines"`
	Why     string            `json:"why"`
	Missing []string          `json:"missing"`
}

// A remediationLine is one of a comparison: its mark is empty, - or +.
type remediationLine struct {
	Mark string `json:"mark"`
	Text string `json:"text"`
}

// remediation says how the resource of a check is repaired; nil where Surety
// cannot say: of a check that passes, of a rule that is not the library's, and
// of a resource that is not kept.
func (c *Call) remediation(k *store.Check, a store.Account) (*remediation, error) {
	if k.Status == store.Success || k.Origin != store.ByRule {
		return nil, nil
	}
	r, err := c.Library.Rule(k.Rule)
	if err != nil {
		return nil, nil // the rule is no longer there
	}
	resource, err := c.keptResource(a, store.ResourceID(r.Resource, k.Region, k.Resource))
	if err != nil || resource == nil {
		return nil, err
	}
	in := remedy.Input{Rule: r, Resource: resource, Now: c.Now()}
	own, err := c.Store.AccountSettings(c.Context(), a.Num)
	if err != nil {
		return nil, err
	}
	organisation, err := c.Organisation()
	if err != nil {
		return nil, err
	}
	general, err := c.Store.ProfileSettings(c.Context(), conformity.OrganisationProfileID(organisation))
	if err != nil {
		return nil, err
	}
	in.Profile, _ = conformity.Resolve(c.Library, own, general) // what does not fit does not count, as in a scan
	if in.Related, err = c.related(a, r, resource); err != nil {
		return nil, err
	}
	found, err := remedy.For(in)
	if err != nil {
		return nil, fmt.Errorf("rule %s: %w", r.ID, err)
	}
	return remediationOf(found), nil
}

// keptResource reads a resource of an account; nil when there is none.
func (c *Call) keptResource(a store.Account, id int64) (*cloud.Resource, error) {
	found, err := c.Store.Resources(c.Context(), []int64{a.Num}, &store.ResourceFilter{IDs: []int64{id}}, store.ResourcePage{Limit: 1, Documents: true})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return unmarshal(&found[0], a)
}

func unmarshal(r *store.Resource, a store.Account) (*cloud.Resource, error) {
	resource, err := snapshot.Unmarshal(r.Doc)
	if err != nil {
		return nil, fmt.Errorf("the document of the resource %s %s cannot be read: %w", r.Type, r.Resource, err)
	}
	if resource.Account == "" {
		resource.Account = a.AWSID
	}
	if resource.World == "" {
		resource.World = resource.Account
	}
	return resource, nil
}

// maxRelated bounds the resources beside the judged one that are read for a
// correction. With more, one that depends on them is not made.
const maxRelated = 500

// related are the other resources that a rule joins; nil where they are not
// known: they are too many, or the last scan could not read everything, so that
// what is not there may be there.
func (c *Call) related(a store.Account, r *rule.Rule, resource *cloud.Resource) (*cloud.Inventory, error) {
	if !r.HasFix {
		return nil, nil
	}
	joins, err := r.Joins()
	if err != nil || len(joins) == 0 {
		return nil, err
	}
	scans, err := c.Store.Scans(c.Context(), a.Num, 5)
	if err != nil {
		return nil, err
	}
	complete := false
	for _, s := range scans {
		if !s.Finished.IsZero() {
			complete = s.Outcome == store.Complete
			break
		}
	}
	if !complete {
		return nil, nil
	}
	f := &store.ResourceFilter{}
	for _, j := range joins {
		f.Types = append(f.Types, j.Type)
	}
	found, err := c.Store.Resources(c.Context(), []int64{a.Num}, f, store.ResourcePage{Limit: maxRelated + 1, Documents: true})
	if err != nil || len(found) > maxRelated {
		return nil, err
	}
	inv := &cloud.Inventory{}
	for i := range found {
		other, err := unmarshal(&found[i], a)
		if err != nil {
			return nil, err
		}
		if other.Type != resource.Type || other.ID != resource.ID || other.Region != resource.Region {
			inv.Resources = append(inv.Resources, other)
		}
	}
	return inv, nil
}

// remediationOf is a remedy as answers have it.
func remediationOf(r *remedy.Remedy) *remediation {
	out := &remediation{
		Fault: remediationFault{Path: r.Fault.Path, Value: r.Fault.Value, Present: r.Fault.Present, Unknown: r.Fault.Unknown},
		Audit: stepsOf(r.Audit), Repair: stepsOf(r.Repair),
		Control:  remediationControl{Patch: r.Control.Patch, Why: r.Control.Why, Replace: r.Control.Replace, Notes: list(r.Control.Notes)},
		Template: remediationTemplate{Before: r.Template.Before, After: r.Template.After, Why: r.Template.Why, Missing: list(r.Template.Missing)},
	}
	if r.Control.Why == "" {
		out.Control.Command = &stepsOf([]remedy.Command{r.Control.Command})[0]
	}
	out.Template.Lines = make([]remediationLine, len(r.Template.Lines))
	for i, l := range r.Template.Lines {
		out.Template.Lines[i] = remediationLine{string(l.Mark), l.Text}
	}
	return out
}

func stepsOf(commands []remedy.Command) []remediationStep {
	out := make([]remediationStep, len(commands))
	for i, command := range commands {
		out[i] = remediationStep{Text: command.Text, Changes: command.Changes, Parts: []remediationPart{}}
		for _, p := range command.Parts() {
			out[i].Parts = append(out[i].Parts, remediationPart{p.Text, string(p.Kind), p.Note})
		}
	}
	return out
}
