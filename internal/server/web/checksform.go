package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/server/look"
)

// A filterForm is the form by which the page of checks is filtered.
type filterForm struct {
	// Hidden are the parameters that the form keeps, names and values.
	Hidden [][2]string
	// Picks are the fields in sight, Standards one of the others.
	Picks     []pick
	Standards pick
	// Set has the values of the fields that are typed, by the field's name.
	Set        map[string]string
	Created    string // the day of createdDate
	Suppressed string
	Fault      faults // by the name of the field
	Count      int    // filters that are set
	More       int    // of these, those that are not in sight
}

// A pick is a field of which several values can be chosen.
type pick struct {
	Name, Label string
	Options     []option
	Summary     string // what is chosen, in short
	Find        bool   // there are so many that one wants to search
}

// An option is one value of a field.
type option struct {
	Value, Text string
	Chosen      bool
}

// findFrom is from how many options on one can search in them.
const findFrom = 12

// newPick makes a field of options; what is chosen and not among them is added.
func newPick(f checksFilter, name string, options []option) pick {
	field, _ := fieldNamed(name)
	p := pick{Name: name, Label: field.Label, Options: options}
	for _, value := range f[name] {
		i := slices.IndexFunc(p.Options, func(o option) bool { return o.Value == value })
		if i < 0 {
			p.Options = append(p.Options, option{Value: value, Text: value})
			i = len(p.Options) - 1
		}
		p.Options[i].Chosen = true
		if p.Summary = p.Options[i].Text; len(f[name]) > 1 {
			p.Summary = look.Number(len(f[name])) + " chosen"
		}
	}
	p.Find = len(p.Options) >= findFrom
	return p
}

// statusOptions are the statuses in words.
func statusOptions() []option {
	return []option{{Value: "FAILURE", Text: "Fail"}, {Value: "UNKNOWN", Text: "Unknown"}, {Value: "SUCCESS", Text: "Pass"}}
}

func riskOptions() []option {
	var options []option
	for _, r := range slices.Backward(rule.Risks) {
		key := strings.ToUpper(strings.ReplaceAll(string(r), "-", "_"))
		options = append(options, option{Value: key, Text: look.Risk(key)})
	}
	return options
}

func categoryOptions() []option {
	var options []option
	for _, c := range rule.Categories {
		options = append(options, option{Value: c, Text: look.Words(c)})
	}
	return options
}

func standardOptions(standards []thing[standardFacts]) []option {
	var options []option
	for _, s := range standards {
		options = append(options, option{Value: s.ID, Text: s.Attributes.FullTitle()})
	}
	slices.SortStableFunc(options, func(a, b option) int { return strings.Compare(strings.ToLower(a.Text), strings.ToLower(b.Text)) })
	return options
}

// placeOptions are the services and regions that the accounts have checks in,
// or all, where that is not known.
func (v *visit) placeOptions(sums *score, known bool) (services, regions []option) {
	if !known {
		for _, s := range v.Book.Services() {
			services = append(services, option{Value: s.Key, Text: s.Key})
		}
		for _, r := range conformity.Regions() {
			regions = append(regions, option{Value: r.Key, Text: r.Key})
		}
		return services, regions
	}
	for _, s := range sums.Services {
		services = append(services, option{Value: s.Service, Text: s.Service})
	}
	for _, r := range sums.Regions {
		regions = append(regions, option{Value: r.Region, Text: r.Region})
	}
	return services, regions
}

// form is the filter's form, with the services, regions and standards that it
// offers.
func (q checksQuery) form(services, regions []option, standards []thing[standardFacts]) filterForm {
	f := filterForm{Set: map[string]string{}, Suppressed: q.Filter.suppressed(), Fault: faults{}}
	rest := q.filtered(nil).values()
	for _, name := range []string{"by", "account", "group", "accountIds"} {
		if rest.Has(name) {
			f.Hidden = append(f.Hidden, [2]string{name, rest.Get(name)})
		}
	}
	f.Picks = []pick{
		newPick(q.Filter, "statuses", statusOptions()), newPick(q.Filter, "riskLevels", riskOptions()), newPick(q.Filter, "services", services),
		newPick(q.Filter, "regions", regions), newPick(q.Filter, "categories", categoryOptions()),
	}
	f.Standards = newPick(q.Filter, "compliances", standardOptions(standards))
	for _, name := range []string{"complianceStandards", "reportComplianceStandardId", "providers"} {
		if values := q.Filter[name]; len(values) > 0 { // only scripts write these
			f.Hidden = append(f.Hidden, [2]string{"filter[" + name + "]", strings.Join(values, ",")})
		}
	}
	inSight := []string{"text", "statuses", "riskLevels", "services", "regions", "categories"}
	for name, values := range q.Filter {
		f.Set[name] = strings.Join(values, ", ")
		if name == "suppressedFilterMode" || name == "resourceSearchMode" {
			continue
		}
		f.Count++
		if !slices.Contains(inSight, name) {
			f.More++
		}
	}
	if day, ok := millisTime(q.Filter.one("createdDate")); ok {
		f.Created = day.Format(dayFormat)
	}
	return f
}

// refuse puts what the API says of the filter beside the field, and gives it as
// a sentence.
func (f *filterForm) refuse(no *Failure) string {
	name := strings.TrimSuffix(strings.TrimPrefix(no.Source, "filter["), "]")
	text := sentence(strings.TrimPrefix(no.Detail, "filter "+strconv.Quote(name)+": "))
	f.Fault[name] = text
	if field, ok := fieldNamed(name); ok {
		return field.Label + ": " + text
	}
	return text
}

// Faulty tells whether something is wrong with a field that is not in sight.
func (f *filterForm) Faulty() bool { return len(f.Fault) > 0 }

// A chip is a filter that is set, and the page without it.
type chip struct {
	Label, Text string
	Path        string
	Remove      string // what following the path does, for those who hear it
}

// maxChips is how many values of a field have a chip each; more have one.
const maxChips = 8

// chips are what is filtered by.
func (q checksQuery) chips(standards []thing[standardFacts]) []chip {
	words := map[string]map[string]string{"statuses": {}, "riskLevels": {}, "categories": {}, "compliances": {}}
	for name, options := range map[string][]option{
		"statuses": statusOptions(), "riskLevels": riskOptions(), "categories": categoryOptions(), "compliances": standardOptions(standards),
	} {
		for _, o := range options {
			words[name][o.Value] = o.Text
		}
	}
	words["complianceStandards"], words["reportComplianceStandardId"] = words["compliances"], words["compliances"]
	var chips []chip
	for _, field := range filterFields {
		values := q.Filter[field.Name]
		if len(values) == 0 || field.Name == "suppressed" || field.Name == "suppressedFilterMode" || field.Name == "resourceSearchMode" {
			continue
		}
		if len(values) > maxChips {
			chips = append(chips, q.chip(field.Label, look.Number(len(values))+" chosen", q.Filter.without(field.Name, "")))
			continue
		}
		for _, value := range values {
			label, text := field.Label, value
			if word := words[field.Name][value]; word != "" {
				text = word
			}
			switch field.Name {
			case "newerThanDays":
				label, text = "Changed", "in the last "+days(value)
			case "olderThanDays":
				label, text = "Unchanged", "for "+days(value)
			case "createdDate":
				if day, ok := millisTime(value); ok {
					text = look.When(day)
				}
			case "resource":
				if strings.EqualFold(q.Filter.one("resourceSearchMode"), "regex") {
					label = "Resource by regular expression"
				}
			}
			chips = append(chips, q.chip(label, text, q.Filter.without(field.Name, value)))
		}
	}
	return chips
}

func (q checksQuery) chip(label, text string, without checksFilter) chip {
	return chip{Label: label, Text: text, Path: q.filtered(without).Link(), Remove: "Remove the filter " + label + ": " + text}
}

// Quiet says what is shown of suppressed checks, and leads to the page that
// shows them, or leaves them out.
func (b *checksBody) Quiet() chip {
	q := b.Query
	to := func(label, remove, how string) chip {
		return chip{Label: label, Remove: remove, Path: q.filtered(q.Filter.withSuppressed(how)).Link()}
	}
	switch q.Filter.suppressed() {
	case suppressedOnly:
		return to("Only suppressed checks", "Leave suppressed checks out", suppressedOut)
	case suppressedBoth:
		return to("With suppressed checks", "Leave suppressed checks out", suppressedOut)
	}
	return to("Without suppressed checks", "Include suppressed checks", suppressedBoth)
}

// Clear is the page without filters.
func (b *checksBody) Clear() string { return b.Query.filtered(nil).Link() }

// ScopeHidden are what the choice of accounts keeps, names and values.
func (b *checksBody) ScopeHidden() [][2]string {
	q := b.Query
	q.Account, q.Group, q.Accounts = "", "", nil
	return pairs(q.values())
}

// pairs are parameters as names and values, in the order of the names.
func pairs(query url.Values) [][2]string {
	var list [][2]string
	for name, values := range query {
		for _, value := range values {
			list = append(list, [2]string{name, value})
		}
	}
	slices.SortFunc(list, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return list
}

// days is a number of days in words.
func days(n string) string {
	if n == "1" {
		return "day"
	}
	return look.Number(n) + " days"
}

// millisTime is a time in milliseconds since 1970, as the API has it.
func millisTime(text string) (time.Time, bool) {
	ms, err := strconv.ParseInt(text, 10, 64)
	return time.UnixMilli(ms).UTC(), err == nil && ms >= 0 && ms < 253_402_300_800_000
}

func formatMillis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }
