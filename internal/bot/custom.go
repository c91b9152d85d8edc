package bot

import (
	"context"
	"encoding/json"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/customrule"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/store"
)

// A custom rule that is on, and judges a type that accounts are read for.
type custom struct {
	id    string
	rule  *customrule.Rule
	typ   string
	risk  int
	extra string // what its checks carry
}

// customRules lists the custom rules that are on.
func (s *scan) customRules(ctx context.Context) ([]custom, error) {
	all, err := s.store.CustomRules(ctx)
	if err != nil {
		return nil, err
	}
	var list []custom
	for _, c := range all {
		if !c.Rule.Enabled || c.Rule.Provider != conformity.AWS {
			continue
		}
		typ, _ := conformity.TypeOf(c.Rule.ResourceType)
		if _, read := aws.Supplies(typ); !read {
			s.log.WarnContext(ctx, "a custom rule judges a type that is not read", "rule", c.ID, "type", c.Rule.ResourceType)
			continue
		}
		risk, err := conformity.ParseRiskLevel(c.Rule.Severity)
		if err != nil {
			return nil, err
		}
		extra, err := json.Marshal(map[string]any{"title": c.Rule.Name, "categories": c.Rule.Categories, "description": c.Rule.Description})
		if err != nil {
			return nil, err
		}
		list = append(list, custom{id: c.ID, rule: c.Rule, typ: typ, risk: risk.Level(), extra: string(extra)})
	}
	return list, nil
}

var customStatuses = map[customrule.Status]store.Status{
	customrule.Success: store.Success, customrule.Failure: store.Failure, customrule.Unknown: store.Unknown,
}

// customRules holds the resources against the custom rules.
func (f *findings) customRules(list []custom) {
	by := map[string][]custom{}
	for _, c := range list {
		if f.inv.Given[c.typ] == nil {
			continue // its service is not read
		}
		f.merge.Rules[c.id] = c.typ
		by[c.typ] = append(by[c.typ], c)
	}
	for _, r := range f.inv.Resources {
		if len(by[r.Type]) == 0 || f.off(r) {
			continue
		}
		document := customrule.Document(r, f.meta(r))
		for _, c := range by[r.Type] {
			if outcome := c.rule.Evaluate(document, f.judging.Now); outcome.Status != customrule.NotApplicable {
				f.custom(c, r, outcome)
			}
		}
	}
	for _, u := range f.inv.Unread {
		gap := &cloud.Resource{Type: u.Type, ID: everyOne, Account: u.Account, Region: u.Region}
		for _, c := range by[u.Type] {
			if !f.off(gap) {
				f.custom(c, gap, customrule.Outcome{Status: customrule.Unknown, Message: "Could not tell: " + u.Reason, Missing: []string{u.Reason}})
			}
		}
	}
}

// custom makes the check of a custom rule.
func (f *findings) custom(c custom, r *cloud.Resource, outcome customrule.Outcome) {
	found := store.Found{
		Rule: c.id, Service: c.rule.Service, Region: place(r), Resource: named(r), Type: r.Type, Origin: store.ByCustomRule,
		Status: customStatuses[outcome.Status], Risk: c.risk, Message: clean(outcome.Message), Extra: c.extra,
	}
	if outcome.Status == customrule.Unknown {
		found.Reason = reasonOf(outcome.Missing, outcome.Message)
	}
	f.merge.Checks = append(f.merge.Checks, found)
}

// meta is what the document of a resource says beside its properties.
func (f *findings) meta(r *cloud.Resource) customrule.DocumentMeta {
	words := conformity.Descriptor(r.Type)
	link, title := conformity.Link(r)
	return customrule.DocumentMeta{
		AccountID: f.account.ID, OrganisationID: f.organisation, Service: words.Service, DescriptorType: words.Descriptor,
		CCRN: conformity.CCRN{Provider: conformity.AWS, Account: f.account.ID, Service: words.Service, Region: place(r), Resource: r.ID}.String(),
		Link: link, LinkTitle: title, Given: f.inv.Given[r.Type],
	}
}
