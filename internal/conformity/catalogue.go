package conformity

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/surety-cloud/surety/internal/rule"
)

// A Service is an entry of the list of services: its rules with what the list
// says of each.
type Service struct {
	Key      string // "CloudTrail"
	Provider string
	Rules    []RuleDetails // by id; empty, not nil, for a service without rules
}

// Services lists every service that rules judge or that owns a type of Types,
// by key, with its rules. Pages are parsed, but not compiled: it takes some
// hundredths of a second, so that a server should do it once. A page that
// cannot be read is left out and is part of the error; the rest is there.
func Services(library *rule.Library) ([]Service, error) {
	byKey := map[string][]RuleDetails{}
	for _, t := range Types() {
		byKey[t.Service] = []RuleDetails{}
	}
	var faults []error
	for _, id := range library.IDs() {
		r, err := library.Rule(id)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		key := ServiceKey(r.Service)
		byKey[key] = append(byKey[key], RuleInfo(r))
	}
	list := make([]Service, 0, len(byKey))
	for key, rules := range byKey {
		list = append(list, Service{Key: key, Provider: AWS, Rules: rules})
	}
	slices.SortFunc(list, func(a, b Service) int { return strings.Compare(a.Key, b.Key) })
	return list, errors.Join(faults...)
}

// RuleDetails are what the list of services says of a rule. It is written with
// the members of the list, all of them always; the id stands outside, since one
// of the two shapes in use has it elsewhere.
type RuleDetails struct {
	ID string `json:"-"`

	Name             string            `json:"name"` // "BucketPublicReadAccess"
	Title            string            `json:"title"`
	Description      string            `json:"description"`
	Categories       []string          `json:"categories"`
	RiskLevel        string            `json:"risk-level"`
	MultiRiskLevel   bool              `json:"multi-risk-level"`
	KnowledgeBase    string            `json:"knowledge-base-html"` // the page's name in an address
	MustBeConfigured bool              `json:"must-be-configured"`
	Package          string            `json:"package"` // "base", "cost" or "rtm"
	Organisational   bool              `json:"is-organisational"`
	NotScored        bool              `json:"not-scored"`
	Level            string            `json:"level"`        // "resource", "account" or "event"
	ReleaseDate      string            `json:"release-date"` // "2017-01-01"; pages have none
	UpdateDate       string            `json:"update-date"`
	Deprecated       bool              `json:"is-deprecated"`
	Provider         string            `json:"provider"`
	Compliances      []string          `json:"compliances"` // ids of standards
	Enabled          bool              `json:"enabled"`     // unless settings say otherwise
	Settings         []json.RawMessage `json:"settings"`    // see ServiceSettings
}

// RuleInfo says of a rule what the list of services does. What no page says is
// left empty rather than made up: no page has a date, none is only
// informational, and no rule belongs to the organisation or to a package that
// an account has to buy, except real-time monitoring's own.
func RuleInfo(r *rule.Rule) RuleDetails {
	d := RuleDetails{
		ID: r.ID, Name: camelCase(r.Title), Title: r.Title, Description: r.Summary,
		Categories: slices.Clone(r.Categories), RiskLevel: RiskLevel(r.Risk), MultiRiskLevel: manyRisks(r),
		KnowledgeBase: strings.ToLower(r.ID), Package: "base", Level: level(r),
		Deprecated: r.Deprecated != "", Provider: AWS, Compliances: Compliances(r),
		Enabled: r.Deprecated == "", Settings: ServiceSettings(r),
	}
	if strings.HasPrefix(r.ID, "RTM-") {
		d.Package = "rtm"
	}
	for _, s := range r.Settings {
		d.MustBeConfigured = d.MustBeConfigured || s.Default == nil
	}
	return d
}

// level is what a check of the rule is about. Rules of metrics and costs judge
// resources like any other, so that the type alone decides.
func level(r *rule.Rule) string {
	switch {
	case r.Resource == "AWS::CloudTrail::EventHistory":
		return "event"
	case Descriptor(r.Resource).Once:
		return "account"
	}
	return "resource"
}

// Compliances lists the ids of the standards that a rule bears on, sorted:
// "CIS-V8". Never nil.
func Compliances(r *rule.Rule) []string {
	ids := []string{}
	for _, control := range r.Controls() {
		id, _, _ := strings.Cut(control, ":")
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// camelCase joins the words of a title, each with a capital: "S3 bucket is not
// public" is "S3BucketIsNotPublic". What is neither letter nor digit parts
// words, but for apostrophes and the points of numbers, which are dropped.
func camelCase(title string) string {
	title = strings.NewReplacer("'", "", "’", "", ".", "").Replace(title)
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(title, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }) {
		for i, c := range word {
			if i == 0 {
				c = unicode.ToUpper(c)
			}
			b.WriteRune(c)
		}
	}
	return b.String()
}
