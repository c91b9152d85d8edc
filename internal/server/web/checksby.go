package web

import (
	"cmp"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/server/chart"
)

// checkBar draws how checks stand.
func checkBar(title string, fail, unknown, pass, suppressed int64) template.HTML {
	split := chart.Split{Title: title, Bare: true, Parts: []chart.Part{
		{Label: "Fail", Count: fail, Tone: chart.Bad}, {Label: "Unknown", Count: unknown, Tone: chart.Unknown}, {Label: "Pass", Count: pass, Tone: chart.Good},
	}}
	if suppressed > 0 {
		split.Parts = append(split.Parts, chart.Part{Label: "Suppressed", Count: suppressed, Tone: chart.Quiet})
	}
	return chart.Stack(split)
}

// A ruleList is the checks by rule.
type ruleList struct {
	Rows  []ruleRow
	Pager pager
}

// rulesPerPage is how many rules, or standards, a page lists.
const rulesPerPage = 100

// ruleCounts are the checks of a rule, as GET /statistics/rules has them.
type ruleCounts struct {
	ID         string `json:"rule-id"`
	Title      string `json:"rule-title"`
	Service    string
	Categories []string
	Risks      []string `json:"risk-levels"`
	counts
}

// A ruleRow is a rule in the list.
type ruleRow struct {
	ruleCounts
	Path   string // leads to its checks
	Detail string // leads to its page in the knowledge base; empty without
	Bar    template.HTML
}

func (v *visit) listByRule(b *checksBody) error {
	var filter checksFilter
	filter, b.Unused = b.Query.Filter.only(func(f filterField) bool { return f.Rules })
	query := b.Query.accounts(b.Scope)
	filter.asked().add(query)
	var answer many[ruleCounts]
	if err := v.get("/statistics/rules", query, &answer); err != nil {
		return err
	}
	total := len(answer.Data)
	number := min(max(1, v.number("page")), max(1, (total+rulesPerPage-1)/rulesPerPage))
	from := (number - 1) * rulesPerPage
	l := &ruleList{Pager: v.pager(number, int64(total), rulesPerPage)}
	for _, r := range answer.Data[from:min(total, from+rulesPerPage)] {
		to := b.Query.filtered(b.Query.Filter.with("ruleIds", r.Attributes.ID))
		to.By = byCheck
		row := ruleRow{ruleCounts: r.Attributes, Path: to.Link()}
		if entry, ok := v.Book.Entry(row.ID); ok {
			row.Detail = entry.Path
		}
		row.Bar = checkBar("Checks of "+row.ID, row.Failures, row.Unknown, row.Successes, row.Suppressed)
		l.Rows = append(l.Rows, row)
	}
	b.Rules = l
	return nil
}

// A resourceList is the checks by resource.
type resourceList struct {
	Rows     []resourceRow
	Pager    placePager
	Accounts bool // they are of several accounts
}

// A countedResource is a resource with the numbers of its checks.
type countedResource struct {
	AccountID    string `json:"account-id"`
	CCRN         string
	Resource     string
	Region       string
	Name         string
	Type         string
	Descriptor   string `json:"descriptor-type"`
	ResourceName string `json:"resource-name"`
	Checks       struct {
		Successes  int64 `json:"success"`
		Failures   int64 `json:"failure"`
		Unknown    int64
		Suppressed int64
		Risks      []riskNumber `json:"failures-by-risk"`
	}
}

// A resourceRow is a resource in the list.
type resourceRow struct {
	countedResource
	Account string // its name
	Path    string // leads to its page
	Failing string // leads to the checks that fail
	Bar     template.HTML
	Any     bool // it has checks
}

// typed is the filter with the types of its services in their place, for a
// resource has no service of its own to be asked for by.
func (f checksFilter) typed() checksFilter {
	services := f["services"]
	if len(services) == 0 {
		return f
	}
	var given, types []string
	for _, word := range f["resourceTypes"] {
		given = append(given, strings.ToLower(word))
	}
	for _, typ := range schema.Names() {
		words := conformity.Descriptor(typ)
		of := slices.ContainsFunc(services, func(s string) bool { return strings.EqualFold(s, words.Service) })
		if of && (len(given) == 0 || slices.Contains(given, strings.ToLower(typ)) || slices.Contains(given, words.Descriptor)) {
			types = append(types, typ)
		}
	}
	if len(types) == 0 {
		types = []string{"none"} // no type is called that
	}
	return f.without("services", "").with("resourceTypes", types...)
}

// Label is what the resource is called.
func (r resourceRow) Label() string { return cmp.Or(r.Name, r.Resource) }

func (v *visit) listByResource(b *checksBody) error {
	var filter checksFilter
	filter, b.Unused = b.Query.Filter.only(func(f filterField) bool { return f.Resources })
	query := b.Query.accounts(b.Scope)
	filter.typed().add(query)
	query.Set("include", "counts")
	t := v.trail()
	page, total, err := listed[countedResource](v, "/resources", query, t, false)
	if err != nil {
		return err
	}
	l := &resourceList{Pager: t.pager(b.Query, len(page.Data), total, page.Meta.Next, page.Meta.Left), Accounts: len(b.Query.ids(b.Scope)) > 1}
	for _, r := range page.Data {
		a := r.Attributes
		row := resourceRow{countedResource: a, Account: b.Scope.Name(a.AccountID), Path: resourcePath(a.CCRN, a.Type)}
		if c := a.Checks; c.Failures > 0 {
			row.Failing = link("/checks", url.Values{
				"account": {a.AccountID}, "filter[resource]": {a.Resource}, "filter[regions]": {a.Region},
				"filter[resourceTypes]": {a.Descriptor}, "filter[statuses]": {"FAILURE"},
			})
		}
		if c := a.Checks; c.Failures+c.Unknown+c.Successes+c.Suppressed > 0 {
			row.Any, row.Bar = true, checkBar("Checks of "+a.Resource, c.Failures, c.Unknown, c.Successes, c.Suppressed)
		}
		l.Rows = append(l.Rows, row)
	}
	b.Resources = l
	return nil
}

// A standardList is how the accounts stand by each standard.
type standardList struct{ Rows []standardLine }

// A standardLine is a standard in the list.
type standardLine struct {
	Title  string
	Custom bool
	Counts controlCounts
	Path   string // leads to its page
	Checks string // leads to the checks that bear on it
}

func (v *visit) listByStandard(b *checksBody) error {
	var filter checksFilter
	filter, b.Unused = b.Query.Filter.only(func(f filterField) bool { return f.Name == "compliances" })
	chosen := filter["compliances"]
	var (
		facts    many[standardFacts]
		outcomes many[struct{ Counts controlCounts }]
		own      map[string]*customStandard
	)
	query := b.Query.accounts(b.Scope)
	err := together(
		func() error { return v.get("/compliance-standards", nil, &facts) },
		func() error { return v.get("/compliance-standards/outcomes", query, &outcomes) },
		func() (err error) { own, err = v.customStandards(); return err },
	)
	if err != nil {
		return err
	}
	counts := map[string]controlCounts{}
	for _, o := range outcomes.Data {
		counts[o.ID] = o.Attributes.Counts
	}
	l := &standardList{}
	for _, s := range facts.Data {
		if c := own[s.ID]; len(chosen) > 0 && !slices.Contains(chosen, s.ID) || c != nil && !c.Enabled && !v.who.IsAdmin() {
			continue
		}
		to := b.Query.filtered(b.Query.Filter.with("compliances", s.ID))
		to.By = byCheck
		l.Rows = append(l.Rows, standardLine{
			Title: s.Attributes.FullTitle(), Custom: s.Attributes.Custom, Counts: counts[s.ID], Checks: to.Link(),
			Path: b.Scope.Link("/standards/" + url.PathEscape(s.ID)),
		})
	}
	slices.SortStableFunc(l.Rows, func(x, y standardLine) int {
		return strings.Compare(strings.ToLower(x.Title), strings.ToLower(y.Title))
	})
	b.Standards = l
	return nil
}
