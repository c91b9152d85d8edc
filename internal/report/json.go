package report

import (
	"encoding/json"
	"io"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
)

// checkJSON is one check as scripts see it. The keys and their order are a
// promise; all are always there but suppressed.
type checkJSON struct {
	Rule       string          `json:"rule"`
	Title      string          `json:"title"`
	Status     engine.Verdict  `json:"status"`
	Risk       rule.Risk       `json:"risk"`
	Categories []string        `json:"categories"`
	Resource   resourceJSON    `json:"resource"`
	Message    string          `json:"message"`
	Location   *locationJSON   `json:"location"`
	Missing    []string        `json:"missing"`
	Suppressed *suppressedJSON `json:"suppressed,omitempty"`
}

type resourceJSON struct {
	Type    string            `json:"type"`
	ID      string            `json:"id"`
	ARN     string            `json:"arn"`
	Name    string            `json:"name"`
	Account string            `json:"account"`
	Region  string            `json:"region"`
	Tags    map[string]string `json:"tags"`
}

type locationJSON struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	EndLine int    `json:"endLine"`
}

type suppressedJSON struct {
	Reason string `json:"reason"`
	Until  string `json:"until"` // YYYY-MM-DD, empty for no end
}

func checkObject(c *engine.Check) checkJSON {
	object := checkJSON{
		Rule:       c.Rule.ID,
		Title:      c.Rule.Title,
		Status:     c.Verdict,
		Risk:       c.Risk,
		Categories: list(c.Rule.Categories),
		Resource: resourceJSON{
			Type:    c.Resource.Type,
			ID:      c.Resource.ID,
			ARN:     c.Resource.ARN,
			Name:    c.Resource.Name,
			Account: c.Resource.Account,
			Region:  c.Resource.Region,
			Tags:    c.Resource.Tags,
		},
		Message: c.Message,
		Missing: list(c.Missing),
	}
	if object.Resource.Tags == nil {
		object.Resource.Tags = map[string]string{}
	}
	if l := location(c); l != nil {
		object.Location = &locationJSON{File: l.File, Line: l.Line, EndLine: l.EndLine}
	}
	if c.Suppressed != nil {
		object.Suppressed = &suppressedJSON{Reason: c.Suppressed.Reason, Until: until(c.Suppressed)}
	}
	return object
}

// list keeps an absent list from being written as null.
func list(of []string) []string {
	if of == nil {
		return []string{}
	}
	return of
}

// until is the last day of a suppression, empty for no end.
func until(i *cloud.Ignore) string {
	if i.Until.IsZero() {
		return ""
	}
	return i.Until.Format(time.DateOnly)
}

// writeJSONLines writes one check a line.
func writeJSONLines(w io.Writer, r *Report) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for _, c := range r.all() {
		if err := encoder.Encode(checkObject(c)); err != nil {
			return err
		}
	}
	return nil
}

type documentJSON struct {
	Checks   []checkJSON   `json:"checks"`
	Summary  summaryJSON   `json:"summary"`
	Problems []problemJSON `json:"problems"`
	// Standard is there where a report by control was asked for.
	Standard *standardJSON `json:"standard,omitempty"`
}

type summaryJSON struct {
	Fail       int               `json:"fail"`
	Unknown    int               `json:"unknown"`
	Pass       int               `json:"pass"`
	Suppressed int               `json:"suppressed"`
	Risks      map[rule.Risk]int `json:"risks"` // what fails, by risk
	Files      int               `json:"files"`
	Resources  int               `json:"resources"`
	Rules      int               `json:"rules"`
	Unmapped   map[string]int    `json:"unmapped"`
	Seconds    float64           `json:"seconds"`
	// Reading is there where live accounts were read.
	Reading *readingJSON `json:"reading,omitempty"`
}

type problemJSON struct {
	Severity string `json:"severity"`
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	Source   string `json:"source"`
}

// writeJSON writes one document: the checks as in jsonl, what they add up to,
// and what could not be read.
func writeJSON(w io.Writer, r *Report) error {
	t := r.tally()
	document := documentJSON{
		Checks: []checkJSON{},
		Summary: summaryJSON{
			Fail: t.fail, Unknown: t.unknown, Pass: t.pass, Suppressed: t.suppressed,
			Risks: map[rule.Risk]int{},
			Files: len(r.Files), Resources: r.Resources, Rules: r.Rules,
			Unmapped: r.Unmapped,
			Reading:  r.Live.object(),
			Seconds:  r.Elapsed.Round(time.Millisecond).Seconds(),
		},
		Problems: []problemJSON{},
		Standard: standardObject(r.Standard),
	}
	for _, risk := range rule.Risks {
		document.Summary.Risks[risk] = t.failed[risk]
	}
	if document.Summary.Unmapped == nil {
		document.Summary.Unmapped = map[string]int{}
	}
	for _, c := range r.all() {
		document.Checks = append(document.Checks, checkObject(c))
	}
	for _, p := range r.problems() {
		document.Problems = append(document.Problems, problemJSON{
			Severity: p.Severity.String(),
			File:     p.File, Line: p.Line, Column: p.Column,
			Summary: p.Summary, Detail: p.Detail, Source: p.Source,
		})
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document)
}
