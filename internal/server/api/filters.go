package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/store"
)

// filterParameters are the fields of a filter in the query of GET /checks.
var filterParameters = []Parameter{
	{Name: "filter[regions]", Help: "Regions, between commas: us-east-1,global"},
	{Name: "filter[services]", Help: "Keys of services, between commas: EC2,S3"},
	{Name: "filter[ruleIds]", Help: "Ids of rules, between commas"},
	{Name: "filter[categories]", Help: "Categories, between commas: security,cost-optimisation"},
	{Name: "filter[riskLevels]", Help: "LOW, MEDIUM, HIGH, VERY_HIGH, EXTREME, between commas"},
	{Name: "filter[statuses]", Help: "SUCCESS, FAILURE and, Surety's own, UNKNOWN, between commas"},
	{Name: "filter[resourceTypes]", Help: "Types of resources, between commas: s3-bucket or AWS::S3::Bucket"},
	{Name: "filter[providers]", Help: "Clouds, between commas; Surety has checks of aws only"},
	{Name: "filter[tags]", Help: "Keys, values or whole tags (key::value) of resources, between commas, whatever the case"},
	{Name: "filter[filterTags]", Help: "As tags, or parts of a tag"},
	{Name: "filter[compliances]", Help: "Ids of compliance standards, between commas: CIS-V8"},
	{Name: "filter[text]", Help: "Part of the resource's id, the rule's title or the message"},
	{Name: "filter[message]", Help: "Words that all stand in the message"},
	{Name: "filter[resource]", Help: "The resource's id; * is any text and ? one character"},
	{Name: "filter[resourceSearchMode]", Help: "text (the default) or regex: resource is a regular expression for the whole id"},
	{Name: "filter[createdDate]", Help: "Checks made at this time or later, in milliseconds since 1970", Type: "integer"},
	{Name: "filter[newerThanDays]", Help: "Checks made, or changed in status, in so many days", Type: "integer"},
	{Name: "filter[olderThanDays]", Help: "Checks made, or last changed in status, more than so many days ago", Type: "integer"},
	{Name: "filter[suppressed]", Help: "false leaves suppressed checks out", Type: "boolean"},
	{Name: "filter[suppressedFilterMode]", Help: "v1 (the default), or v2: suppressed=true gives suppressed checks only"},
}

// queryFilter is the filter in the query.
func (c *Call) queryFilter(b *ruleBook) (*store.CheckFilter, error) {
	f, err := conformity.ParseFilterQuery(c.Values())
	if err != nil {
		return nil, filterFault(err)
	}
	return b.filter(c.API, f)
}

// filterFault is the error of a filter for the client.
func filterFault(err error) error {
	var fault *conformity.FilterError
	if !errors.As(err, &fault) {
		return err
	}
	e := Errorf(http.StatusUnprocessableEntity, "%s", err)
	if e.Source = "filter[" + fault.Field + "]"; fault.Field == "" {
		e.Source = "filter"
	}
	return e
}

// maxWords bounds the words that are looked for in a message: each is a
// condition, of which a database takes so many.
const maxWords = 100

// filter turns a filter in Conformity's words into the store's: what is said of
// rules becomes their ids.
func (b *ruleBook) filter(a *API, given conformity.Filter) (*store.CheckFilter, error) {
	c, err := given.At(a.Now())
	if err != nil {
		return nil, filterFault(err)
	}
	if len(c.Words) > maxWords {
		return nil, filterFault(&conformity.FilterError{Field: "message", Text: fmt.Sprintf("it has %d words; at most %d are taken", len(c.Words), maxWords)})
	}
	f := &store.CheckFilter{
		Regions: given.Regions, Rules: given.RuleIDs, Tags: c.Tags, TagParts: c.FilterTags, Text: c.Text, Words: c.Words, Resource: c.Resource,
		CreatedAfter: c.CreatedFrom, ChangedAfter: c.ChangedFrom, ChangedBefore: c.ChangedBefore, Suppressed: c.Suppressed,
	}
	for _, s := range c.Services {
		f.Services = append(f.Services, conformity.ServiceKey(s))
	}
	for _, s := range c.Statuses {
		f.Statuses = append(f.Statuses, statusNumber(s))
	}
	for _, r := range c.RiskLevels {
		risk, err := conformity.ParseRiskLevel(r)
		if err != nil {
			return nil, Unprocessable("%v", err)
		}
		f.Risks = append(f.Risks, risk.Level())
	}
	if len(c.Providers) > 0 && !slices.Contains(c.Providers, conformity.AWS) {
		f.Statuses = []store.Status{} // no other cloud has checks
	}
	if c.Text != "" {
		for r := range b.all() {
			if strings.Contains(conformity.Fold(r.Title), c.Text) {
				f.TextRules = append(f.TextRules, r.ID)
			}
		}
		slices.Sort(f.TextRules)
	}
	b.byRules(c, f)
	if !b.pushed {
		f.Pushed = &store.PushedFilter{None: true} // none need be looked for
	}
	return f, nil
}

// byRules turns categories, standards and types into ids of rules. The checks
// that users push have categories of their own.
func (b *ruleBook) byRules(c *conformity.Conditions, f *store.CheckFilter) {
	if len(c.Categories) == 0 && len(c.Standards) == 0 && len(c.ResourceTypes) == 0 {
		return
	}
	types := descriptors(c.ResourceTypes)
	ids := []string{}
	for r := range b.all() {
		if r.Origin == store.ByUser ||
			len(f.Rules) > 0 && !slices.Contains(f.Rules, r.ID) ||
			len(c.Categories) > 0 && !meet(c.Categories, r.Categories) ||
			len(c.ResourceTypes) > 0 && !slices.Contains(types, r.Type) ||
			slices.ContainsFunc(c.Standards, func(ids []string) bool { return !meet(ids, r.Compliances) }) {
			continue
		}
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	if b.pushed {
		f.Pushed = &store.PushedFilter{None: len(c.Standards) > 0 || len(c.ResourceTypes) > 0, Rules: f.Rules, Categories: c.Categories}
	}
	f.Rules = ids
}

// meet tells whether two lists have an element in common.
func meet(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// The statuses and risks in both spellings.
var statusNames = map[store.Status]string{
	store.Success: conformity.StatusSuccess, store.Failure: conformity.StatusFailure, store.Unknown: conformity.StatusUnknown,
}

func statusNumber(name string) store.Status {
	for n, s := range statusNames {
		if s == name {
			return n
		}
	}
	return 0
}

// riskOf is the risk of a level from 1 to 5.
func riskOf(level int) rule.Risk {
	if level < 1 || level > len(rule.Risks) {
		return ""
	}
	return rule.Risks[level-1]
}
