package conformity

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/surety-cloud/surety/internal/rule"
)

// A Filter chooses checks: the one vocabulary of the API's query strings, of
// reports and of communication channels. The values of one field are
// alternatives, all fields must hold; an empty field chooses everything. At
// makes it ready to match with.
type Filter struct {
	Regions       []string // "eu-west-1", "global"
	Services      []string // "EC2"
	RuleIDs       []string
	Categories    []string // in lower case
	RiskLevels    []string // "VERY_HIGH"
	Statuses      []string // "SUCCESS", "FAILURE", "UNKNOWN"
	ResourceTypes []string // "s3-bucket"
	Providers     []string // in lower case

	// Tags match a resource that has a tag with that key, that value, or
	// both as key::value. FilterTags also match a part of key::value. Case
	// does not matter. (The product documents an exact and a partial match
	// by tags, the exact one by key, value and the whole; its examples use
	// tags with a bare value.)
	Tags       []string
	FilterTags []string

	// Compliances and ComplianceStandards are ids of standards, two names
	// of one thing; a check's rule must bear on one of each.
	// ReportComplianceStandardID is the standard that a report is about.
	Compliances                []string
	ComplianceStandards        []string
	ReportComplianceStandardID string

	Text    string // part of the resource's id, the rule's title or the message, whatever the case
	Message string // every word of it is part of the message, whatever the case

	// Resource is held against the resource's id by ResourceSearchMode:
	// "text", also when empty, is exact but for * and ?; "regex" is a
	// regular expression of Lucene's syntax for the whole id. Case matters.
	Resource           string
	ResourceSearchMode string

	// CreatedDate chooses checks created then or later, in milliseconds
	// since 1970; NewerThanDays and OlderThanDays those whose creation or
	// last change of status is at most, or more than, so many times 24
	// hours ago.
	CreatedDate   *int64
	NewerThanDays *int
	OlderThanDays *int

	// Suppressed and its mode: in "v1", also when empty, false chooses
	// checks that are not suppressed, and true and nil choose all; in "v2"
	// true chooses those that are, false those that are not, nil all.
	Suppressed           *bool
	SuppressedFilterMode string

	// WithChecks and WithoutChecks say which controls a report by standard
	// lists; they choose no checks.
	WithChecks    *bool
	WithoutChecks *bool

	// Notes and NotesLength say what is shown of a single check.
	Notes       *bool
	NotesLength *int
}

const (
	// maxFilterValues bounds the values of one field: more than there are
	// rules.
	maxFilterValues = 5000
	// maxFilterText bounds a value, in bytes: the longest ids that AWS makes
	// have 2,048.
	maxFilterText = 4096
	// maxFilterDays bounds the days, so that they count back to a date.
	maxFilterDays = 100_000
	// maxFilterDate is the end of the year 9999, in milliseconds.
	maxFilterDate = 253_402_300_799_999
)

// A FilterError says which field of a filter is wrong, and what it may be.
type FilterError struct {
	Field string // "riskLevels"
	Text  string
}

// Error is `filter "riskLevels": what is wrong`.
func (e *FilterError) Error() string { return fmt.Sprintf("filter %q: %s", e.Field, e.Text) }

func filterError(field, format string, args ...any) error {
	return &FilterError{Field: field, Text: fmt.Sprintf(format, args...)}
}

func filterRisks() []string {
	levels := make([]string, len(rule.Risks))
	for i, r := range rule.Risks {
		levels[i] = RiskLevel(r)
	}
	return levels
}

// normalise trims and checks what was read.
func (f *Filter) normalise() error {
	for _, field := range f.lists() {
		if err := field.normalise(); err != nil {
			return err
		}
	}
	for _, field := range f.texts() {
		*field.text = strings.TrimSpace(*field.text)
		if err := filterValue(field.name, *field.text); err != nil {
			return err
		}
	}
	f.SuppressedFilterMode = strings.ToLower(f.SuppressedFilterMode)
	if m := f.SuppressedFilterMode; m != "" && m != "v1" && m != "v2" {
		return filterError("suppressedFilterMode", "%q is neither v1 nor v2", shortened(m))
	}
	f.ResourceSearchMode = strings.ToLower(f.ResourceSearchMode)
	if m := f.ResourceSearchMode; m != "" && m != "text" && m != "regex" {
		return filterError("resourceSearchMode", "%q is neither text nor regex", shortened(m))
	}
	for name, days := range map[string]*int{"newerThanDays": f.NewerThanDays, "olderThanDays": f.OlderThanDays} {
		if days != nil && (*days < 0 || *days > maxFilterDays) {
			return filterError(name, "%d is not a number of days from 0 to %d", *days, maxFilterDays)
		}
	}
	if d := f.CreatedDate; d != nil && (*d < 0 || *d > maxFilterDate) {
		return filterError("createdDate", "%d is not a number of milliseconds since 1970", *d)
	}
	_, err := f.resourceTest()
	return err
}

// filterValue refuses what is too long, and what no database takes for text.
func filterValue(field, v string) error {
	if len(v) > maxFilterText {
		return filterError(field, "a value has %d bytes; at most %d are taken", len(v), maxFilterText)
	}
	if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
		return filterError(field, "a value is no text in UTF-8")
	}
	return nil
}

// A filterList is a field with alternatives.
type filterList struct {
	name    string
	values  *[]string
	fold    func(string) string // nil: as it is
	allowed []string            // nil: anything
}

func (f *Filter) lists() []filterList {
	return []filterList{
		{name: "regions", values: &f.Regions},
		{name: "services", values: &f.Services},
		{name: "ruleIds", values: &f.RuleIDs},
		{name: "categories", values: &f.Categories, fold: strings.ToLower, allowed: rule.Categories},
		{name: "riskLevels", values: &f.RiskLevels, fold: strings.ToUpper, allowed: filterRisks()},
		{name: "statuses", values: &f.Statuses, fold: strings.ToUpper, allowed: []string{StatusSuccess, StatusFailure, StatusUnknown}},
		{name: "resourceTypes", values: &f.ResourceTypes},
		{name: "providers", values: &f.Providers, fold: strings.ToLower, allowed: []string{AWS, "azure", "gcp"}},
		{name: "tags", values: &f.Tags},
		{name: "filterTags", values: &f.FilterTags},
		{name: "compliances", values: &f.Compliances},
		{name: "complianceStandards", values: &f.ComplianceStandards},
	}
}

func (l filterList) normalise() error {
	if len(*l.values) > maxFilterValues {
		return filterError(l.name, "it has %d values; at most %d are taken", len(*l.values), maxFilterValues)
	}
	var out []string
	seen := map[string]bool{}
	for _, v := range *l.values {
		if v = strings.TrimSpace(v); v == "" {
			continue
		}
		if err := filterValue(l.name, v); err != nil {
			return err
		}
		if l.fold != nil {
			v = l.fold(v)
		}
		if l.allowed != nil && !slices.Contains(l.allowed, v) {
			return filterError(l.name, "%q is not one of %s", shortened(v), strings.Join(l.allowed, ", "))
		}
		if !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	*l.values = out
	return nil
}

type filterText struct {
	name string
	text *string
}

func (f *Filter) texts() []filterText {
	return []filterText{
		{"reportComplianceStandardId", &f.ReportComplianceStandardID},
		{"text", &f.Text},
		{"message", &f.Message},
		{"resource", &f.Resource},
		{"resourceSearchMode", &f.ResourceSearchMode},
		{"suppressedFilterMode", &f.SuppressedFilterMode},
	}
}
