package web

import (
	"html/template"
	"net/url"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/server/chart"
	"github.com/surety-cloud/surety/internal/server/look"
)

var standardPages = []page{
	{Pattern: "GET /standards", Handle: (*visit).standards},
	{Pattern: "GET /standards/new", Handle: (*visit).newStandard},
	{Pattern: "POST /standards/new", Handle: (*visit).addStandard},
	{Pattern: "GET /standards/{id}", Handle: (*visit).standard},
	{Pattern: "GET /standards/{id}/print", Handle: (*visit).printStandard},
	{Pattern: "GET /standards/{id}/outcome.csv", Handle: (*visit).standardCSV},
	{Pattern: "GET /standards/{id}/edit", Handle: (*visit).editStandard},
	{Pattern: "POST /standards/{id}/edit", Handle: (*visit).changeStandard},
	{Pattern: "POST /standards/{id}/visible", Handle: (*visit).showOrHideStandard},
	{Pattern: "POST /standards/{id}/delete", Handle: (*visit).deleteStandard},
}

// controlCounts are numbers of controls by what their rules say.
type controlCounts struct {
	Fail, Unknown, Pass, Suppressed, Nothing int64
	NoRules                                  int64 `json:"no-rules"`
}

// Bar draws the counts of controls that were judged, without a list.
func (c controlCounts) Bar() template.HTML {
	c.Nothing, c.NoRules = 0, 0
	return c.draw(true, nil)
}

// draw draws the counts; link gives the address of the controls of a state.
func (c controlCounts) draw(bare bool, link func(state string) string) template.HTML {
	split := chart.Split{Title: "Controls", Bare: bare}
	for _, s := range []struct {
		state string
		n     int64
		tone  chart.Tone
	}{
		{"fail", c.Fail, chart.Bad}, {"unknown", c.Unknown, chart.Unknown}, {"pass", c.Pass, chart.Good},
		{"suppressed", c.Suppressed, chart.Main}, {"nothing", c.Nothing, chart.Low}, {"no-rules", c.NoRules, chart.Quiet},
	} {
		part := chart.Part{Label: stateWords(s.state), Count: s.n, Tone: s.tone}
		if link != nil && s.n > 0 {
			part.Href = link(s.state)
		}
		split.Parts = append(split.Parts, part)
	}
	return chart.Stack(split)
}

// A stateText is a state of a control in words.
type stateText struct{ Key, Text, Means string }

var stateTexts = []stateText{
	{"fail", "Failing", "At least one check of its rules fails."},
	{"unknown", "Unknown", "None fails, but for at least one check it could not be told."},
	{"pass", "Passing", "Every rule that found something to judge passes."},
	{"suppressed", "Suppressed", "All that fails is suppressed."},
	{"nothing", "Nothing to judge", "Its rules found no resource that they are about."},
	{"no-rules", "Not covered by a rule", "No rule bears on it: a person has to look."},
}

func stateWords(state string) string {
	for _, s := range stateTexts {
		if s.Key == state {
			return s.Text
		}
	}
	return look.Words(state)
}

// standardFacts are what GET /compliance-standards says of a standard.
type standardFacts struct {
	Name     string
	Title    string
	Version  string
	Custom   bool
	Controls int `json:"control-count"`
	Rules    int `json:"rule-count"`
}

// FullTitle is the title with the version.
func (s standardFacts) FullTitle() string { return strings.TrimSpace(s.Title + " " + s.Version) }

// customStandard is a custom standard as GET /compliance-standards/custom has
// it.
type customStandard struct {
	ID          string `json:"id"`
	Name        string
	Version     string
	Description string
	Enabled     bool `json:"isEnabled"`
	Type        string
	Controls    []customControl
}

// Draft tells whether the standard may still be changed.
func (s *customStandard) Draft() bool { return s.Type == "DRAFT" }

// A standardRow is a standard in the list.
type standardRow struct {
	standardFacts
	ID     string
	Counts controlCounts
	Own    *customStandard // nil for a built-in one
}

// standardsBody is what the list of standards shows.
type standardsBody struct {
	Scope     *scope
	Standards []standardRow
	Empty     bool // the group chosen has no accounts
}

func (v *visit) standards() error {
	s, err := v.scope()
	if err != nil {
		return err
	}
	b := &standardsBody{Scope: s}
	var standards many[standardFacts]
	if err := v.get("/compliance-standards", nil, &standards); err != nil {
		return err
	}
	own, err := v.customStandards()
	if err != nil {
		return err
	}
	counts := map[string]controlCounts{}
	query, some := s.accountIDs()
	if b.Empty = !some; some {
		var outcomes many[struct{ Counts controlCounts }]
		if err := v.get("/compliance-standards/outcomes", query, &outcomes); err != nil {
			return err
		}
		for _, o := range outcomes.Data {
			counts[o.ID] = o.Attributes.Counts
		}
	}
	for _, one := range standards.Data {
		row := standardRow{standardFacts: one.Attributes, ID: one.ID, Counts: counts[one.ID], Own: own[one.ID]}
		if row.Own == nil || row.Own.Enabled || v.who.IsAdmin() {
			b.Standards = append(b.Standards, row)
		}
	}
	slices.SortStableFunc(b.Standards, func(x, y standardRow) int {
		if x.Custom != y.Custom {
			if x.Custom {
				return -1
			}
			return 1
		}
		return strings.Compare(strings.ToLower(x.FullTitle()), strings.ToLower(y.FullTitle()))
	})
	return v.show("standards", &look.Frame{Title: "Standards", Section: "/standards", Lead: s.Title(), Body: b})
}

// customStandards are the custom standards by id, without their controls.
func (v *visit) customStandards() (map[string]*customStandard, error) {
	var answer struct{ Data []customStandard }
	if err := v.get("/compliance-standards/custom", nil, &answer); err != nil {
		return nil, err
	}
	own := map[string]*customStandard{}
	for i := range answer.Data {
		own[answer.Data[i].ID] = &answer.Data[i]
	}
	return own, nil
}

// accountIDs are the accounts of the scope as a parameter; none where the scope
// is all that the reader may see. It is false for a group without accounts,
// which the API would take for all.
func (s *scope) accountIDs() (url.Values, bool) {
	if s.Account == "" && s.Group == "" {
		return url.Values{}, true
	}
	ids := s.IDs()
	return url.Values{"accountIds": {strings.Join(ids, ",")}}, len(ids) > 0
}
