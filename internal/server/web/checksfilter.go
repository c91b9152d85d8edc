package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/server/look"
)

// A filterField is a field of the filter of GET /checks.
type filterField struct {
	Name  string // as the API has it
	Label string
	// List has several values, of which one has to fit.
	List bool
	fold func(string) string // to the API's spelling; nil where it takes any
	// Rules and Resources tell that the lists by rule and by resource know it.
	Rules, Resources bool
}

// filterFields are those that the page takes, in the order of its chips.
var filterFields = []filterField{
	{Name: "text", Label: "Search", Resources: true},
	{Name: "statuses", Label: "Status", List: true, fold: strings.ToUpper, Rules: true},
	{Name: "riskLevels", Label: "Risk", List: true, fold: strings.ToUpper, Rules: true},
	{Name: "services", Label: "Service", List: true, Rules: true, Resources: true},
	{Name: "regions", Label: "Region", List: true, Rules: true, Resources: true},
	{Name: "categories", Label: "Category", List: true, fold: strings.ToLower, Rules: true},
	{Name: "compliances", Label: "Standard", List: true, Rules: true},
	{Name: "complianceStandards", Label: "Standard", List: true, Rules: true},
	{Name: "reportComplianceStandardId", Label: "Standard", Rules: true},
	{Name: "ruleIds", Label: "Rule", List: true, Rules: true},
	{Name: "resourceTypes", Label: "Type", List: true, Rules: true, Resources: true},
	{Name: "resource", Label: "Resource"},
	{Name: "resourceSearchMode", Label: "Kind of pattern"},
	{Name: "message", Label: "Message"},
	{Name: "tags", Label: "Tag", List: true, Resources: true},
	{Name: "filterTags", Label: "Part of a tag", List: true, Resources: true},
	{Name: "newerThanDays", Label: "Changed in the last days"},
	{Name: "olderThanDays", Label: "Unchanged for days"},
	{Name: "createdDate", Label: "Made since"},
	{Name: "providers", Label: "Cloud", List: true, fold: strings.ToLower, Resources: true},
	{Name: "suppressed", Label: "Suppressed", Rules: true},
	{Name: "suppressedFilterMode", Label: "Suppressed", Rules: true},
}

// formerFields are earlier names of fields, which scripts still use.
var formerFields = map[string]string{"createdLessThanDays": "newerThanDays", "createdMoreThanDays": "olderThanDays"}

func fieldNamed(name string) (filterField, bool) {
	i := slices.IndexFunc(filterFields, func(f filterField) bool { return f.Name == name })
	if i < 0 {
		return filterField{}, false
	}
	return filterFields[i], true
}

// A checksFilter has the values of each field that is set, by its name. A field
// that is no list has one.
type checksFilter map[string][]string

// readChecksFilter reads the filter of an address: lists between commas, as
// scripts write them, and parameters that repeat, as forms do.
func readChecksFilter(query url.Values) checksFilter {
	f := checksFilter{}
	for parameter, values := range query {
		rest, ok := strings.CutPrefix(parameter, "filter[")
		name, closed := strings.CutSuffix(rest, "]")
		if !ok || !closed {
			continue
		}
		if now := formerFields[name]; now != "" && !query.Has("filter["+now+"]") {
			name = now
		}
		if field, known := fieldNamed(name); known {
			f.set(field, values)
		}
	}
	return f
}

// set gives a field its values; none of them are empty.
func (f checksFilter) set(field filterField, values []string) {
	delete(f, field.Name)
	for _, value := range values {
		parts := []string{value}
		if field.List {
			parts = strings.Split(value, ",")
		}
		for _, part := range parts {
			part = strings.TrimSpace(part)
			if field.fold != nil {
				part = field.fold(part)
			}
			switch {
			case part == "" || slices.Contains(f[field.Name], part) || !field.List && len(f[field.Name]) > 0:
			default:
				f[field.Name] = append(f[field.Name], part)
			}
		}
	}
}

// one is the value of a field that has one.
func (f checksFilter) one(name string) string {
	if len(f[name]) == 0 {
		return ""
	}
	return f[name][0]
}

// add puts the filter into a query by the API's names.
func (f checksFilter) add(query url.Values) {
	for name, values := range f {
		query.Set("filter["+name+"]", strings.Join(values, ","))
	}
}

// companions are fields that say how others are meant, and go with them.
var companions = map[string]string{"suppressed": "suppressedFilterMode", "resource": "resourceSearchMode"}

// without is the filter less one value of a field, or the field for an empty
// value.
func (f checksFilter) without(name, value string) checksFilter {
	g := checksFilter{}
	for n, values := range f {
		if n == name {
			values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return value == "" || v == value })
		}
		if len(values) > 0 && n != companions[name] {
			g[n] = values
		}
	}
	return g
}

// with is the filter with the values of a field.
func (f checksFilter) with(name string, values ...string) checksFilter {
	g := f.without(name, "")
	g[name] = values
	return g
}

// asked is the filter that the API is asked by: suppressed checks are left out
// unless it says something of them.
func (f checksFilter) asked() checksFilter {
	if f.one("suppressed") != "" {
		return f
	}
	return f.with("suppressed", "false")
}

// only is the part of the filter whose fields pass, and the labels of those set
// that do not.
func (f checksFilter) only(pass func(filterField) bool) (checksFilter, []string) {
	g, left := checksFilter{}, []string{}
	for _, field := range filterFields {
		switch values := f[field.Name]; {
		case len(values) == 0:
		case pass(field):
			g[field.Name] = values
		case field.Name != "suppressed" && field.Name != "suppressedFilterMode" && field.Name != "resourceSearchMode" && !slices.Contains(left, field.Label):
			left = append(left, field.Label)
		}
	}
	return g, left
}

// tallied tells whether the API has the totals of the filter at hand.
func (f checksFilter) tallied() bool {
	_, left := f.only(func(field filterField) bool { return field.Rules })
	return len(left) == 0
}

// body is the filter as the bodies of calls have it.
func (f checksFilter) body() map[string]any {
	body := map[string]any{}
	for name, values := range f {
		if field, _ := fieldNamed(name); field.List {
			body[name] = values
		} else {
			body[name] = values[0]
		}
	}
	return body
}

// What is shown of suppressed checks, as the form has it.
const (
	suppressedOut  = ""
	suppressedBoth = "both"
	suppressedOnly = "only"
)

// suppressed is which of these the filter says.
func (f checksFilter) suppressed() string {
	switch {
	case !strings.EqualFold(f.one("suppressed"), "true"):
		return suppressedOut
	case strings.EqualFold(f.one("suppressedFilterMode"), "v2"):
		return suppressedOnly
	}
	return suppressedBoth
}

// withSuppressed is the filter that says another.
func (f checksFilter) withSuppressed(how string) checksFilter {
	switch g := f.without("suppressed", ""); how {
	case suppressedOnly:
		g["suppressed"], g["suppressedFilterMode"] = []string{"true"}, []string{"v2"}
		return g
	case suppressedBoth:
		g["suppressed"] = []string{"true"}
		return g
	default:
		return g
	}
}

// A checksQuery is the address of the page of checks: what it shows, of which
// accounts, by which filter. The place in the list is not part of it.
type checksQuery struct {
	By             string
	Account, Group string
	// Accounts are given by the API's name, for more than one; nil without.
	Accounts []string
	Filter   checksFilter
}

// maxFormQuery bounds the query that a form carries, in bytes: as long as an
// address can be.
const maxFormQuery = 64 << 10

// formQuery is the query of the page of checks that a form is about.
func (v *visit) formQuery() (url.Values, error) {
	text := strings.TrimPrefix(v.field("query"), "?")
	if len(text) > maxFormQuery {
		return nil, &Failure{Status: http.StatusRequestEntityTooLarge, Detail: "The filters are too long. Go back and choose fewer."}
	}
	query, err := url.ParseQuery(text)
	if err != nil {
		return nil, &Failure{Status: http.StatusBadRequest, Detail: "The form could not be read. Go back and try again."}
	}
	return query, nil
}

func readChecksQuery(query url.Values) checksQuery {
	q := checksQuery{By: query.Get("by"), Account: query.Get("account"), Group: query.Get("group"), Filter: readChecksFilter(query)}
	if !slices.Contains([]string{byRule, byResource, byStandard}, q.By) {
		q.By = byCheck
	}
	for _, list := range query["accountIds"] {
		for _, id := range strings.Split(list, ",") {
			if id = strings.TrimSpace(id); id != "" && id != "all" && !slices.Contains(q.Accounts, id) {
				q.Accounts = append(q.Accounts, id)
			}
		}
	}
	if q.Account != "" {
		q.Group = ""
	}
	if q.Account != "" || q.Group != "" {
		q.Accounts = nil
	}
	return q
}

// readForm turns what only the form of the page sends into the API's words; it
// is false when there is none of that.
func (q *checksQuery) readForm(query url.Values) bool {
	if query.Has("suppressed") {
		q.Filter = q.Filter.withSuppressed(query.Get("suppressed"))
	}
	if query.Has("created") {
		q.Filter = q.Filter.without("createdDate", "")
		if text := query.Get("created"); text != "" {
			if day, err := time.Parse(dayFormat, text); err == nil {
				text = formatMillis(day)
			}
			q.Filter["createdDate"] = []string{text} // the API says what is wrong with it
		}
	}
	return query.Has("suppressed") || query.Has("created")
}

// values is the query as parameters.
func (q checksQuery) values() url.Values {
	query := url.Values{}
	for name, value := range map[string]string{"by": q.By, "account": q.Account, "group": q.Group, "accountIds": strings.Join(q.Accounts, ",")} {
		if value != "" {
			query.Set(name, value)
		}
	}
	q.Filter.add(query)
	return query
}

// Text is the query as saved views have it.
func (q checksQuery) Text() string { return q.values().Encode() }

// Link is the address of the page.
func (q checksQuery) Link() string { return link("/checks", q.values()) }

// filtered is the same page by another filter.
func (q checksQuery) filtered(f checksFilter) checksQuery {
	q.Filter = f
	return q
}

// ids are the accounts that the page is about.
func (q checksQuery) ids(s *scope) []string {
	if len(q.Accounts) > 0 {
		return q.Accounts
	}
	return s.IDs()
}

// accounts are these accounts as a parameter of the API.
func (q checksQuery) accounts(s *scope) url.Values {
	if len(q.Accounts) == 0 && q.Account == "" && q.Group == "" {
		return url.Values{"accountIds": {"all"}}
	}
	return url.Values{"accountIds": {strings.Join(q.ids(s), ",")}}
}

// title says which accounts the page is about.
func (q checksQuery) title(s *scope) string {
	switch n := len(q.Accounts); {
	case n == 1:
		return s.Name(q.Accounts[0])
	case n > 1:
		return look.Plural(n, "account", "accounts")
	}
	return s.Title()
}
