package web

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"time"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/server/chart"
	"github.com/surety-cloud/surety/internal/server/look"
)

// A score is what GET /statistics/score says.
type score struct {
	counts
	Categories []struct {
		Category string
		counts
	}
	Risks []struct {
		Risk string `json:"risk-level"`
		counts
	} `json:"risk-levels"`
	Services []struct {
		Service string
		counts
	}
	Regions []struct {
		Region string
		counts
	}
	Accounts []accountScore
	Critical []criticalRule `json:"most-critical-failures"`
}

// counts are numbers of checks.
type counts struct {
	Successes  int64 `json:"success"`
	Failures   int64 `json:"failure"`
	Unknown    int64 `json:"unknown"`
	Suppressed int64 `json:"suppressed"`
	NotScored  int64 `json:"not-scored"`
	// Score and Weighted are in a hundred; nil when nothing was judged.
	Score    *float64 `json:"score"`
	Weighted *float64 `json:"risk-weighted-score"`
}

// all is the number of checks.
func (c *counts) all() int64 {
	return c.Successes + c.Failures + c.Unknown + c.Suppressed + c.NotScored
}

type accountScore struct {
	ID string `json:"accountId"`
	counts
	Failing []riskNumber `json:"failures-by-risk"`
}

type riskNumber struct {
	Risk  string `json:"risk-level"`
	Count int64
}

type criticalRule struct {
	ID       string `json:"rule-id"`
	Title    string `json:"rule-title"`
	Service  string
	Risk     string `json:"risk-level"`
	Failures int64  `json:"failure"`
}

// A dayScore is a day of GET /statistics/evolution.
type dayScore struct {
	Date       string // "2026-11-01"
	Score      *float64
	Categories []struct {
		Category string
		Score    *float64
	}
}

// An evolution is the scores of the last days, today the last of them.
type evolution struct {
	first  time.Time
	series map[string][]*float64 // by category; that of all is empty
}

func newEvolution(days []thing[dayScore], now time.Time) *evolution {
	today := now.UTC().Truncate(24 * time.Hour)
	e := &evolution{first: today.AddDate(0, 0, 1-dashboardDays), series: map[string][]*float64{}}
	for _, d := range days {
		date, err := time.Parse(time.DateOnly, d.Attributes.Date)
		i := int(date.Sub(e.first) / (24 * time.Hour))
		if err != nil || i < 0 || i >= dashboardDays {
			continue // midnight has passed between the call and now
		}
		e.set("", i, d.Attributes.Score)
		for _, c := range d.Attributes.Categories {
			e.set(c.Category, i, c.Score)
		}
	}
	return e
}

func (e *evolution) set(category string, day int, score *float64) {
	if e.series[category] == nil {
		e.series[category] = make([]*float64, dashboardDays)
	}
	e.series[category][day] = score
}

func (e *evolution) values(category string) []*float64 { return e.series[category] }

// A change is how the score differs from that of a day before.
type change struct {
	Day   string // "yesterday", "3 October"
	Text  string // "+1.2 points"
	Class string // of its status: pass, fail or muted
}

// changes are those since the last day before today, and since the first.
func (e *evolution) changes(score *float64) []change {
	if score == nil {
		return nil
	}
	var list []change
	add := func(i int, was *float64) {
		day := e.first.AddDate(0, 0, i).Format("2 January")
		if i == dashboardDays-2 {
			day = "yesterday"
		}
		c := change{Day: day, Text: "no change", Class: "muted"}
		points := math.Round((*score-*was)*10) / 10
		switch unit := " points"; {
		case points > 0:
			c.Text, c.Class = fmt.Sprintf("+%.1f", points)+unit, "pass"
		case points < 0:
			c.Text, c.Class = fmt.Sprintf("−%.1f", -points)+unit, "fail"
		}
		list = append(list, c)
	}
	values := e.values("")
	known := func(v *float64) bool { return v != nil }
	first := slices.IndexFunc(values, known)
	last := -1
	for i := range max(0, len(values)-1) {
		if known(values[i]) {
			last = i
		}
	}
	if last >= 0 {
		add(last, values[last])
	}
	if first >= 0 && first < last {
		add(first, values[first])
	}
	return list
}

// showScore shows the scores.
func (b *dashboardBody) showScore() {
	note := ""
	if judged := b.Score.Successes + b.Score.Failures; judged > 0 {
		note = fmt.Sprintf("%s of %s checks pass", look.Number(b.Score.Successes), look.Number(judged))
	}
	b.Ring = chart.Ring(chart.Gauge{Label: "Compliance score", Value: b.Score.Score, Note: note})
	b.Weighted = chart.Percent(b.Score.Weighted)
	b.Improve = b.Scope.Link("/checks", "filter[statuses]", "FAILURE")
}

// A countRow is a number of checks, and where they are listed.
type countRow struct {
	Text  string
	Icon  string
	Class string
	Count int64
	Path  string // may be empty
}

func (b *dashboardBody) showCounts() {
	n := &b.Score.counts
	b.Counts = []countRow{
		{"Pass", "pass", "pass", n.Successes, b.Scope.Link("/checks", "filter[statuses]", "SUCCESS")},
		{"Fail", "fail", "fail", n.Failures, b.Improve},
		{"Unknown", "unknown", "unknown", n.Unknown, b.Scope.Link("/checks", "filter[statuses]", "UNKNOWN")},
		{"Suppressed", "muted", "muted", n.Suppressed, b.Scope.Link("/checks", "filter[suppressed]", "true", "filter[suppressedFilterMode]", "v2")},
	}
	if n.NotScored > 0 {
		b.Counts = append(b.Counts, countRow{Text: "Only inform", Icon: "info", Class: "muted", Count: n.NotScored})
	}
}

// showDays shows how the scores went.
func (b *dashboardBody) showDays(days []thing[dayScore], now time.Time) {
	e := newEvolution(days, now)
	series := []chart.Series{{Name: "All checks", Values: e.values("")}}
	for _, category := range rule.Categories {
		if values := e.values(category); values != nil {
			series = append(series, chart.Series{Name: look.Words(category), Values: values})
		}
	}
	b.Days = chart.Lines(chart.Evolution{Title: "Compliance score", First: e.first, Days: dashboardDays, Series: series})
	b.Since = e.changes(b.Score.Score)
}

// showFailures shows what fails, in every way it is counted.
func (b *dashboardBody) showFailures() {
	b.Split, b.Risks = b.risks()
	b.AllRules = b.Scope.Link("/checks", "by", "rule", "filter[statuses]", "FAILURE")
	for _, r := range b.Score.Critical[:min(len(b.Score.Critical), dashboardRules)] {
		b.Rules = append(b.Rules, failingRule{r, b.failures("filter[ruleIds]", r.ID, "filter[riskLevels]", r.Risk)})
	}
	pillars := chart.Ranking{Title: "Score by category", LabelHead: "Category", CountHead: "Failures", PercentHead: "Score", Scores: true}
	for _, c := range b.Score.Categories {
		pillars.Bars = append(pillars.Bars, chart.Bar{
			Label: look.Words(c.Category), Href: b.failures("filter[categories]", c.Category), Count: c.Failures, Percent: c.Score,
		})
	}
	b.Pillars = chart.Bars(pillars)
	var services, regions []chart.Bar
	for _, s := range b.Score.Services {
		services = append(services, chart.Bar{Label: s.Service, Href: b.failures("filter[services]", s.Service), Count: s.Failures})
	}
	for _, r := range b.Score.Regions {
		regions = append(regions, chart.Bar{Label: r.Region, Href: b.failures("filter[regions]", r.Region), Count: r.Failures})
	}
	b.Services, b.Regions = newBarList("Service", services), newBarList("Region", regions)
}

// failures leads to failing checks, by a filter.
func (b *dashboardBody) failures(pairs ...string) string {
	return b.Scope.Link("/checks", append([]string{"filter[statuses]", "FAILURE"}, pairs...)...)
}

// A riskTile is the number of failures of a risk.
type riskTile struct {
	Risk  string
	Count int64
	Path  string
}

// risksWorstFirst are the risks as the API has them, the worst first.
var risksWorstFirst = [...]string{"EXTREME", "VERY_HIGH", "HIGH", "MEDIUM", "LOW"}

// riskTones are the colours of risks.
var riskTones = map[string]chart.Tone{
	"EXTREME": chart.Extreme, "VERY_HIGH": chart.VeryHigh, "HIGH": chart.High, "MEDIUM": chart.Medium, "LOW": chart.Low,
}

func (b *dashboardBody) risks() (template.HTML, []riskTile) {
	failures := map[string]int64{}
	for _, r := range b.Score.Risks {
		failures[r.Risk] = r.Failures
	}
	split := chart.Split{Title: "Failures by risk", Bare: true}
	var tiles []riskTile
	for _, level := range risksWorstFirst {
		split.Parts = append(split.Parts, chart.Part{Label: look.Risk(level), Count: failures[level], Tone: riskTones[level]})
		tiles = append(tiles, riskTile{level, failures[level], b.failures("filter[riskLevels]", level)})
	}
	return chart.Stack(split), tiles
}

// A failingRule is a rule that fails, and where its failures are listed.
type failingRule struct {
	criticalRule
	Path string
}

// A barList is a ranking of failures: the first of it, and the rest to unfold.
type barList struct {
	Top, Rest template.HTML
	Count     int // of the rest
	None      int // how many have no failures
}

// newBarList ranks what has failures.
func newBarList(head string, bars []chart.Bar) barList {
	var l barList
	failing := slices.DeleteFunc(slices.Clone(bars), func(b chart.Bar) bool { return b.Count == 0 })
	l.None = len(bars) - len(failing)
	slices.SortStableFunc(failing, func(a, b chart.Bar) int { return int(min(max(b.Count-a.Count, -1), 1)) })
	if len(failing) == 0 {
		return l
	}
	most := min(len(failing), dashboardBars)
	ranking := chart.Ranking{Title: "Failures by " + look.Words(head), LabelHead: head, CountHead: "Failures", Bars: failing[:most]}
	l.Top = chart.Bars(ranking)
	if l.Count = len(failing) - most; l.Count > 0 {
		ranking.Title, ranking.Bars = "More failures by "+look.Words(head), failing[most:]
		l.Rest = chart.Bars(ranking)
	}
	return l
}
