package web

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/template"
)

// A tplResult is what the rules say of a template.
type tplResult struct {
	tplText
	Number      int // from 0, among those that were sent
	Place       int // from 0, in the form; of no meaning unless Kept
	Form        string
	Judged      bool
	Resources   int
	Passes      int
	Suppressed  int
	Failures    []*tplFinding // the greatest risk first
	Unknown     []*tplFinding // what hangs on what the template does not say
	Risks       []kbRiskCount // of the failures
	Problems    []string      // why it could not be read, or not all of it
	Unmapped    []tplUnmapped // resources of types that are not known
	Fix         *tplFix
	Source      []tplLine
	After       int // lines that are left out after those of Source
	More        int // failures that the page does not list
	MoreUnknown int
	Kept        bool // the form holds the text
}

// A tplUnmapped is how many resources have a type that is not known.
type tplUnmapped struct {
	Type  string
	Count int
}

// A tplFinding is a check of a template's resource.
type tplFinding struct {
	Status     string
	Risk       string `json:"risk-level"`
	Message    string
	RuleTitle  string   `json:"rule-title"`
	Resource   string   `json:"logicalResourceId"`
	Missing    []string `json:"missing"`
	Suppressed bool
	Line       int
	EndLine    int `json:"end-line"`
	Rule       string
	Page       string // of the rule; empty without
	Anchor     string // of its line; empty where the line is not shown
}

// A tplScan is the answer of a scan.
type tplScan struct {
	Data []thing[*tplFinding]
	Meta struct {
		Resources int
		Warnings  []string
		Unmapped  map[string]int
	}
}

// A tplFix is the answer to a correction.
type tplFix struct {
	Contents  string
	Diff      string
	Corrected []struct {
		Rule, Resource, Property, Note string
		Line                           int
	}
	Skipped []struct {
		Rule, Resource, Reason string
		Line                   int
	}
	Count int           `json:"-"` // of what was corrected
	Lines []tplDiffLine `json:"-"` // of the diff, as far as the page has room
	Cut   bool          `json:"-"` // the diff goes on
	Shown bool          `json:"-"` // the page has room for the whole text
}

// A tplDiffLine is a line of a diff with what it is: "add", "drop", "at" or
// nothing.
type tplDiffLine struct{ Kind, Text string }

// judgeOne judges a template, and corrects it where that is asked for. The
// result is there with an error, too.
func (v *visit) judgeOne(n int, t tplText, given *tplGiven, correct bool) (*tplResult, error) {
	form := template.FormOf([]byte(t.Contents))
	r := &tplResult{tplText: t, Number: n, Form: string(form)}
	var scan tplScan
	if err := v.send(http.MethodPost, "/template-scanner/scan", given.body(t, ""), &scan); err != nil {
		return r, err
	}
	r.Judged, r.Resources = true, scan.Meta.Resources
	for _, text := range scan.Meta.Warnings {
		r.Problems = append(r.Problems, tplRenamed(text, t.Title()))
	}
	for typ, count := range scan.Meta.Unmapped {
		r.Unmapped = append(r.Unmapped, tplUnmapped{typ, count})
	}
	slices.SortFunc(r.Unmapped, func(a, b tplUnmapped) int { return strings.Compare(a.Type, b.Type) })
	for _, check := range scan.Data {
		f := check.Attributes
		f.Rule = check.to("rule")
		if e, ok := v.Book.Entry(f.Rule); ok {
			f.Page = e.Path
		}
		switch {
		case f.Suppressed:
			r.Suppressed++
		case f.Status == "FAILURE":
			r.Failures = append(r.Failures, f)
		case f.Status == "SUCCESS":
			r.Passes++
		default:
			r.Unknown = append(r.Unknown, f)
		}
	}
	tplSort(r.Failures)
	tplSort(r.Unknown)
	r.Risks = tplRisks(r.Failures)
	if !correct || form == template.Plan {
		return r, nil
	}
	var answer one[tplFix]
	if err := v.send(http.MethodPost, "/template-scanner/fix", given.body(t, t.Name), &answer); err != nil {
		return r, err
	}
	r.Fix = &answer.Data.Attributes
	return r, nil
}

// tplSort puts the greatest risk first, then the lines in their order.
func tplSort(list []*tplFinding) {
	level := func(f *tplFinding) int {
		return rule.Risk(strings.ReplaceAll(strings.ToLower(f.Risk), "_", "-")).Level()
	}
	slices.SortStableFunc(list, func(a, b *tplFinding) int {
		return cmp.Or(level(b)-level(a), a.Line-b.Line, strings.Compare(a.Rule, b.Rule))
	})
}

// tplRisks counts findings by their risk, which they are sorted by.
func tplRisks(list []*tplFinding) []kbRiskCount {
	var out []kbRiskCount
	for _, f := range list {
		risk := strings.ReplaceAll(strings.ToLower(f.Risk), "_", "-")
		if n := len(out); n == 0 || out[n-1].Risk != risk {
			out = append(out, kbRiskCount{Risk: risk})
		}
		out[len(out)-1].Count++
	}
	return out
}

// tplPlace is how the API names a place in a template.
var tplPlace = regexp.MustCompile(`(?m)^(  on )template(:|$)`)

// tplRenamed is what the API says of a template, with the name of its file.
func tplRenamed(text, name string) string {
	return tplPlace.ReplaceAllString(text, "${1}"+strings.ReplaceAll(name, "$", "$$")+"${2}")
}

// tplFaultLine is the line that a problem names.
var tplFaultLine = regexp.MustCompile(`(?m)^  on .*?:(\d+)(?::\d+)?$`)

// faultLines are the lines that the result's problems name.
func (r *tplResult) faultLines() []int {
	var lines []int
	for _, p := range r.Problems {
		for _, m := range tplFaultLine.FindAllStringSubmatch(p, -1) {
			if n, err := strconv.Atoi(m[1]); err == nil {
				lines = append(lines, n)
			}
		}
	}
	return lines
}

// Status says in a word how the template stands.
func (r *tplResult) Status() string {
	switch {
	case !r.Judged:
		return "unread"
	case len(r.Failures) > 0:
		return "fail"
	case len(r.Unknown) > 0 || r.Resources == 0:
		return "unknown"
	}
	return "pass"
}
