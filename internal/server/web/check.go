package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/server/look"
)

var checkDetailPages = []page{
	{Pattern: "GET /checks/{id...}", Handle: (*visit).check},
	{Pattern: "POST /checks/{id...}", Handle: (*visit).changeCheck},
	{Pattern: "GET /resources/{id...}", Handle: (*visit).resource},
}

// A checkDetail is all that the page of a check shows of it.
type checkDetail struct {
	check
	CCRN        string
	Link        string // into the AWS console; may be empty
	ARN         string `json:"providerResourceId"`
	Type        string
	Compliances []string
	Created     moment `json:"created-date"`
	Refreshed   moment `json:"last-refresh-date"`
	Discovered  moment `json:"failure-discovery-date"`
	NotScored   bool   `json:"not-scored"`
	Cost, Waste float64
	ExtraData   []extraFact
	History     []checkChange
	Notes       []checkNote
	Remediation *remediation
}

// An extraFact is one that a user pushed with a check.
type extraFact struct {
	Label, Name string
	Value       any
}

// checkBody is what the page of a check shows.
type checkBody struct {
	ID, Rule string
	Account  thing[account]
	Check    checkDetail
	Resource *resourceFacts // nil where it is not kept, or the check is of none
	Document *document      // of the resource; nil likewise
	Page     *kb.Page       // of the rule; nil where it is not the library's
	Steps    checkSteps
	Repair   *repair // nil where Surety cannot say
	Timeline timeline
	Related  relatedChecks
	// Others is how many other resources fail the rule, and where they are.
	Others     int64
	OthersPath string
	Write      bool // the reader may change the account
	Custom     bool // there is such a custom rule
	Form       checkForm
}

// AccountPath is that of the page of the check's account.
func (b *checkBody) AccountPath() string { return accountPath(b.Account.ID) }

// ResourcePath is that of the page of the check's resource.
func (b *checkBody) ResourcePath() string { return resourcePath(b.Check.CCRN, b.Check.Type) }

// Path is that of the check itself.
func (b *checkBody) Path() string { return checkPath(b.ID) }

func checkPath(id string) string { return "/checks/" + url.PathEscape(id) }

// Reason is why the check could not be told, unless its message says that.
func (b *checkBody) Reason() string {
	if strings.Contains(b.Check.Message, b.Check.UnknownReason) {
		return ""
	}
	return sentence(b.Check.UnknownReason)
}

// Denied tells whether a permission is what lacks, so that the check could not
// be told.
func (b *checkBody) Denied() bool {
	text := strings.ToLower(b.Check.UnknownReason + " " + b.Check.StaleReason)
	return strings.Contains(text, "denied") || strings.Contains(text, "not authorized") || strings.Contains(text, "permission")
}

func (v *visit) check() error {
	id := v.param("id")
	body, err := v.checkBody(id)
	switch {
	case isNotFound(err):
		return v.checkGone(id)
	case err != nil:
		return err
	case v.query("download") == "template":
		return v.download(body.templateName(), "application/yaml", body.template())
	}
	body.Form = v.emptyCheckForm(body)
	return v.show("check", v.checkFrame(body))
}

func (v *visit) checkFrame(b *checkBody) *look.Frame {
	return &look.Frame{
		Title: cmp.Or(b.Check.RuleTitle, b.Rule), Section: "/checks", Crumbs: []look.Link{{Text: "Checks", Path: "/checks"}}, Body: b,
	}
}

// checkBody reads everything that the page of a check shows.
func (v *visit) checkBody(id string) (*checkBody, error) {
	var answer one[checkDetail]
	query := url.Values{"include": {"history,remediation"}, "filter[notes]": {"true"}}
	if err := v.get(checkPath(id), query, &answer); err != nil {
		return nil, err
	}
	b := &checkBody{ID: answer.Data.ID, Rule: answer.Data.to("rule"), Check: answer.Data.Attributes}
	var of one[account]
	if err := v.get(accountPath(answer.Data.to("account")), nil, &of); err != nil {
		return nil, err
	}
	b.Account = of.Data
	b.Write = v.who.CanWrite(b.Account.ID)
	b.Timeline = timelineOf(b.Check.History, b.Check.Notes)
	if err := v.checkRule(b); err != nil {
		return nil, err
	}
	if err := v.checkResource(b); err != nil {
		return nil, err
	}
	b.Repair = b.Check.Remediation.shown()
	return b, v.relations(b)
}

// checkRule adds what there is to know of the rule.
func (v *visit) checkRule(b *checkBody) error {
	if _, err := v.Library.Rule(b.Rule); err == nil {
		if b.Page, err = v.Book.Page(b.Rule); err != nil {
			return err
		}
		b.Steps = stepsOf(b.Page)
		return nil
	}
	if !strings.HasPrefix(b.Rule, "CUSTOM-") {
		return nil
	}
	err := v.get("/custom-rules/"+url.PathEscape(b.Rule), nil, nil)
	if b.Custom = err == nil; err != nil && !isNotFound(err) {
		return err
	}
	return nil
}

// checkResource adds the resource, where it is kept.
func (v *visit) checkResource(b *checkBody) error {
	if b.Check.Resource == "" || b.Check.Type == "" {
		return nil
	}
	r, err := v.resourceFacts(b.Check.CCRN, b.Check.Type)
	if err != nil {
		if isNotFound(err) {
			return nil
		}
		return err
	}
	b.Resource = &r.Attributes
	var fault string
	if b.Check.Remediation != nil && b.Check.Status == "FAILURE" {
		fault = b.Check.Remediation.Fault.Path
	}
	b.Document = newDocument(&r.Attributes, fault)
	return nil
}

// A relatedChecks is the other checks of a resource, those to act on first.
type relatedChecks struct {
	Checks []thing[check]
	Total  int
	Fails  int
}

// relatedShown is how many other checks of a resource the page of a check
// lists.
const relatedShown = 8

// relations adds the other checks of the resource, and how many other resources
// fail the rule.
func (v *visit) relations(b *checkBody) error {
	if b.Check.Resource != "" && b.Check.Type != "" {
		all, err := v.checksOf(b.Account.ID, b.Check.Type, b.Check.Region, b.Check.Resource)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(c thing[check]) bool { return c.ID == b.ID })
		b.Related.Total = len(all)
		for _, c := range all {
			if c.Attributes.Shown() == "FAILURE" {
				b.Related.Fails++
			}
		}
		b.Related.Checks = all[:min(len(all), relatedShown)]
	}
	filter := url.Values{"filter[ruleIds]": {b.Rule}, "filter[statuses]": {"FAILURE"}, "filter[suppressed]": {"false"}}
	b.OthersPath = link("/checks", filter)
	query := url.Values{"accountIds": {"all"}, "page[size]": {"1"}}
	for name, values := range filter {
		query[name] = values
	}
	var failing many[check]
	if err := v.get("/checks", query, &failing); err != nil {
		return err
	}
	b.Others = failing.Meta.Total
	if b.Check.Shown() == "FAILURE" {
		b.Others = max(0, b.Others-1)
	}
	return nil
}

// checkGoneBody is what is said of a check that is not there.
type checkGoneBody struct {
	ID           string
	RulePath     string // of the rule's page; empty where the id names none
	ResourcePath string // of the resource's page; likewise
	Failing      string // path of what fails the rule
}

// checkGone says that a check is not there, and what may have become of it.
func (v *visit) checkGone(id string) error {
	b := &checkGoneBody{ID: id}
	name, err := conformity.ParseCheckID(id)
	if err != nil {
		return &Failure{Status: http.StatusNotFound, Detail: "There is no check at this address."}
	}
	b.Failing = link("/checks", url.Values{"filter[ruleIds]": {name.Rule}, "filter[statuses]": {"FAILURE"}})
	if e, ok := v.Book.Entry(name.Rule); ok {
		b.RulePath = e.Path
		ccrn := conformity.CCRN{Account: name.Account, Service: conformity.Descriptor(e.Resource).Service, Region: name.Region, Resource: name.Resource}.String()
		_, err := v.resourceFacts(ccrn, e.Resource)
		if err == nil {
			b.ResourcePath = resourcePath(ccrn, e.Resource)
		}
		var no *Failure
		if err != nil && !errors.As(err, &no) {
			return err
		}
	}
	return v.showAs(http.StatusNotFound, "check-gone", &look.Frame{
		Title: "This check is gone", Section: "/checks", Crumbs: []look.Link{{Text: "Checks", Path: "/checks"}}, Body: b,
	})
}
