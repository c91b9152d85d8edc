package api

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/store"
)

// checkAttributes are what an answer says of a check. The last ones are
// Surety's own.
type checkAttributes struct {
	Region             string          `json:"region"`
	Status             string          `json:"status"`
	Risk               string          `json:"risk-level"`
	PrettyRisk         string          `json:"pretty-risk-level"`
	Message            string          `json:"message"`
	Service            string          `json:"service"`
	Provider           string          `json:"provider"`
	Resource           string          `json:"resource"`
	ResourceName       string          `json:"resourceName"`
	Descriptor         string          `json:"descriptorType"`
	LinkTitle          string          `json:"link-title"`
	Link               string          `json:"link"`
	CCRN               string          `json:"ccrn"`
	ProviderResourceID string          `json:"providerResourceId,omitempty"`
	RuleTitle          string          `json:"rule-title"`
	ResolutionPage     string          `json:"resolution-page-url"`
	Categories         []string        `json:"categories"`
	Compliances        []string        `json:"compliances"`
	Tags               []string        `json:"tags"`
	ExtraData          json.RawMessage `json:"extradata"`
	Created            *int64          `json:"created-date"`
	Modified           *int64          `json:"last-modified-date"`
	Updated            *int64          `json:"last-updated-date"`
	Refreshed          *int64          `json:"last-refresh-date"`
	Discovered         *int64          `json:"failure-discovery-date"`
	Resolved           *int64          `json:"resolved-date"`
	UpdatedBy          *string         `json:"last-updated-by"`
	IntroducedBy       *string         `json:"failure-introduced-by"`
	ResolvedBy         *string         `json:"resolved-by"`
	Suppressed         bool            `json:"suppressed"`
	SuppressedUntil    *int64          `json:"suppressed-until"`
	NotScored          bool            `json:"not-scored"`
	Ignored            *bool           `json:"ignored"`
	Excluded           bool            `json:"excluded"`
	Cost               float64         `json:"cost"`
	Waste              float64         `json:"waste"`
	Notes              []noteOnCheck   `json:"notes,omitempty"`

	Type          string          `json:"type,omitempty"`     // of the resource: AWS::S3::Bucket
	Property      string          `json:"property,omitempty"` // of the resource, that the rule is about: Grants
	StatusSince   *int64          `json:"status-since"`
	StaleSince    *int64          `json:"stale-since,omitempty"`
	StaleReason   string          `json:"stale-reason,omitempty"`
	UnknownReason string          `json:"unknown-reason,omitempty"`
	History       []changeOfCheck `json:"history,omitempty"`
	Remediation   *remediation    `json:"remediation,omitempty"`
}

// A noteOnCheck is what a user said of a check.
type noteOnCheck struct {
	Note      string `json:"note"`
	CreatedBy string `json:"createdBy"`
	Created   *int64 `json:"created-date"`
}

// A changeOfCheck is one of the status of a check. Was is null for the first.
type changeOfCheck struct {
	At     *int64  `json:"date"`
	Was    *string `json:"was"`
	Status string  `json:"status"`
}

// ownExtra is what checks.extra holds: for a check that a user pushed what the
// user said beside the columns, for that of a custom rule what was true of the
// rule when it was made.
type ownExtra struct {
	Title          string          `json:"title,omitempty"`
	Categories     []string        `json:"categories,omitempty"`
	Tags           []string        `json:"tags,omitempty"`
	ResolutionPage string          `json:"resolutionPageUrl,omitempty"`
	ExtraData      json.RawMessage `json:"extradata,omitempty"`
}

// A checkView shows checks: with the rules of the organisation, and the account
// of each.
type checkView struct {
	rules     *ruleBook
	accounts  map[int64]store.Account
	publicURL string
}

func (c *Call) checkView(rules *ruleBook, accounts []store.Account) *checkView {
	v := &checkView{rules: rules, accounts: make(map[int64]store.Account, len(accounts)), publicURL: c.publicURL()}
	for _, a := range accounts {
		v.accounts[a.Num] = a
	}
	return v
}

// publicURL is where users reach the server, without a slash at its end.
func (c *Call) publicURL() string { return strings.TrimRight(c.base(), "/") }

// id is the id of a check.
func (v *checkView) id(k *store.Check) string {
	return conformity.CheckID{Account: v.accounts[k.Account].ID, Rule: k.Rule, Service: k.Service, Region: k.Region, Resource: k.Resource}.String()
}

// resource is a check as answers have it.
func (v *checkView) resource(k *store.Check) (Resource, error) {
	attributes, err := v.attributes(k)
	return Resource{
		Type: "checks", ID: v.id(k), Attributes: attributes,
		Relationships: map[string]any{"rule": to("rules", k.Rule), "account": to("accounts", v.accounts[k.Account].ID)},
	}, err
}

func (v *checkView) attributes(k *store.Check) (*checkAttributes, error) {
	facts := v.rules.rule(k.Rule)
	var extra ownExtra
	if k.Extra != "" {
		if err := json.Unmarshal([]byte(k.Extra), &extra); err != nil {
			return nil, fmt.Errorf("what is kept of the check %s cannot be read: %w", v.id(k), err)
		}
	}
	switch {
	case k.Origin == store.ByUser:
		facts.Categories = extra.Categories
	case k.Origin == store.ByCustomRule && facts.Origin != store.ByCustomRule:
		facts.Title, facts.Categories = extra.Title, extra.Categories
	}
	risk := riskOf(k.Risk)
	t := &checkAttributes{
		Region: k.Region, Status: statusNames[k.Status], Risk: conformity.RiskLevel(risk), PrettyRisk: conformity.PrettyRiskLevel(risk),
		Message: k.Message, Service: k.Service, Provider: conformity.AWS, Resource: k.Resource,
		RuleTitle: facts.Title, Categories: list(facts.Categories), Compliances: list(facts.Compliances), Tags: tagList(k.Tags),
		Created: millis(k.Created), Modified: millis(k.Modified), Discovered: millis(k.Discovered), Resolved: millis(k.Resolved),
		UpdatedBy: orNull(k.UpdatedBy), IntroducedBy: orNull(k.IntroducedBy), ResolvedBy: orNull(k.ResolvedBy),
		Suppressed: k.Suppressed, SuppressedUntil: millis(k.SuppressedUntil), NotScored: k.NotScored,
		ExtraData: extra.ExtraData, StatusSince: millis(k.StatusSince),
		ResolutionPage: v.publicURL + cmp.Or(facts.Page, kb.RulePath(k.Service, k.Rule)),
	}
	if k.UpdatedBy != "" {
		t.Updated = millis(k.Modified)
	}
	if k.Origin == store.ByUser {
		t.Tags = list(extra.Tags)
		if extra.ResolutionPage != "" {
			t.ResolutionPage = extra.ResolutionPage
		}
	}
	v.place(t, k, facts)
	v.freshness(t, k)
	return t, nil
}

// place says which resource a check is about, and where the console shows it.
func (v *checkView) place(t *checkAttributes, k *store.Check, facts ruleFacts) {
	typ := k.Type
	if typ == "" {
		typ = facts.Type
	}
	owner := k.Service
	if typ != "" {
		words := conformity.Descriptor(typ)
		t.Type, t.Property = typ, facts.Property
		t.ResourceName, t.Descriptor, owner = words.Name, words.Descriptor, words.Service
	}
	a := v.accounts[k.Account]
	t.CCRN = conformity.CCRN{Account: a.ID, Service: owner, Region: k.Region, Resource: k.Resource}.String()
	t.ProviderResourceID = k.ARN
	if k.Origin == store.ByUser {
		t.LinkTitle = k.Resource
		return
	}
	t.Link, t.LinkTitle = conformity.Link(&cloud.Resource{Type: typ, ID: k.Resource, ARN: k.ARN, Name: k.Name, Account: a.AWSID, Region: k.Region})
}

// freshness says since when a check may no longer be true, and why it could not
// be told. Where the account cannot be read at all, none of its checks is
// fresh, but for what users push.
func (v *checkView) freshness(t *checkAttributes, k *store.Check) {
	a := v.accounts[k.Account]
	stale, reason, refreshed := k.StaleSince, k.Reason, a.LastScan
	switch {
	case k.Origin == store.ByUser:
		refreshed = k.Modified
	case !a.FailedSince.IsZero() && (stale.IsZero() || a.FailedSince.Before(stale)):
		stale, reason = a.FailedSince, a.Failure
	}
	if k.Status == store.Unknown {
		t.UnknownReason = k.Reason
	}
	t.Refreshed = millis(refreshed)
	if !stale.IsZero() {
		t.StaleSince, t.Refreshed, t.StaleReason = millis(stale), millis(stale), reason
	}
}

// tagList is tags as answers have them, sorted.
func tagList(tags map[string]string) []string {
	out := make([]string, 0, len(tags))
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		out = append(out, key+"::"+tags[key])
	}
	return out
}

// orNull is null for an empty text.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// notesOf are notes as answers have them.
func notesOf(notes []store.Note) []noteOnCheck {
	out := make([]noteOnCheck, len(notes))
	for i, n := range notes {
		out[i] = noteOnCheck{Note: n.Note, CreatedBy: n.By, Created: millis(n.At)}
	}
	return out
}

// historyOf is the history of a check since it was made. What it was then is
// what the first change says it was, or what it is.
func historyOf(k *store.Check, changes []store.Change) []changeOfCheck {
	first := k.Status
	if len(changes) > 0 {
		first = changes[0].Was
	}
	out := []changeOfCheck{{At: millis(k.Created), Status: statusNames[first]}}
	for _, c := range changes {
		was := statusNames[c.Was]
		out = append(out, changeOfCheck{At: millis(c.At), Was: &was, Status: statusNames[c.Status]})
	}
	return out
}

// inPast tells whether a time is over.
func (a *API) inPast(t time.Time) bool { return !t.IsZero() && !t.After(a.Now()) }
