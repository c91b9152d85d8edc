package chart

import (
	"html/template"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// of is a value that is known.
func of(v float64) *float64 { return &v }

// month is thirty days of the seven lines that the dashboard has, with days
// that were not scanned.
func month() Evolution {
	e := Evolution{Title: "Compliance score", First: time.Date(2025, 2, 20, 0, 0, 0, 0, time.UTC), Days: 30}
	for n, name := range []string{"All categories", "Security", "Cost optimisation", "Reliability", "Performance efficiency", "Operational excellence", "Sustainability"} {
		var values []*float64
		for i := range e.Days {
			var v *float64
			if !(n > 0 && i >= 12 && i <= 14) && !(n == 5 && i%4 != 0) && !(n == 6 && i > 24) {
				v = of(62 + 5*float64(n) + 3*math.Sin(float64(i)/3+float64(n)) + float64(i)/6*float64(3-n)/3)
			}
			values = append(values, v)
		}
		e.Series = append(e.Series, Series{name, values})
	}
	return e
}

func constant(n int, v *float64) []*float64 {
	list := make([]*float64, n)
	for i := range list {
		list[i] = v
	}
	return list
}

type pageChart struct {
	Head string
	HTML template.HTML
}

// everyChart is the charts in usual and in awkward states.
func everyChart() []pageChart {
	long := strings.Repeat("a-very-long-name-", 18)
	day := time.Date(2024, 12, 31, 0, 0, 0, 0, time.UTC)
	risks := func(n ...int64) []Part {
		var parts []Part
		for i, tone := range []Tone{Extreme, VeryHigh, High, Medium, Low} {
			parts = append(parts, Part{Label: []string{"Extreme", "Very high", "High", "Medium", "Low"}[i], Count: n[i], Tone: tone, Href: "/checks?risk=" + string(tone)})
		}
		return parts
	}
	return []pageChart{
		{"Evolution", Lines(month())},
		{"Evolution of one day", Lines(Evolution{Title: "One", First: day, Days: 1, Series: []Series{{"All", []*float64{of(100)}}, {"Security", []*float64{of(0)}}}})},
		{"Evolution that hardly moves, weekly", Lines(Evolution{Title: "Still", First: day, Days: 90, Series: []Series{{"All", []*float64{of(99.97), nil, of(99.99), of(99.98), 30: of(99.95), 60: of(99.99), 89: of(100)}}}})},
		{"Evolution of 400 days", Lines(Evolution{Title: "Long", First: day, Days: 400, Series: []Series{{"All", constant(400, of(55.5))}, {long, constant(10, of(3))}}})},
		{"Evolution of nothing", Lines(Evolution{Title: "None", First: day, Days: 30, Series: []Series{{"All", nil}}})},
		{"Ring", Ring(Gauge{Label: "Compliance score", Value: of(87.36), Note: "of 12,345 checks"}) + Ring(Gauge{Label: "Score", Value: of(100), Tone: Good}) +
			Ring(Gauge{Label: "Score", Value: of(0.01), Tone: Bad}) + Ring(Gauge{Label: "Score", Note: "no checks yet"}) + Ring(Gauge{Label: "Score", Value: of(0)}) + Ring(Gauge{Label: "Score", Value: of(99.999)})},
		{"Stack", Stack(Split{Title: "Failures by risk", Parts: risks(3, 48, 211, 902, 1734)})},
		{"Stack, awkward", Stack(Split{Title: "Failures by risk", Parts: risks(1, 0, 1, math.MaxInt64, -5)})},
		{"Stack of statuses", Stack(Split{Title: "Checks by status", Parts: []Part{{"Success", 9000, Good, ""}, {"Failure", 1200, Bad, ""}, {"Unknown", 40, Unknown, ""}, {"Suppressed", 77, Quiet, ""}}})},
		{"Stack of nothing", Stack(Split{Title: "Failures by risk", Parts: risks(0, 0, 0, 0, 0)})},
		{"Stack, bare", Stack(Split{Title: "Failures", Bare: true, Parts: risks(3, 4, 5, 6, 7)})},
		{"Bars", Bars(Ranking{Title: "Failures by service", LabelHead: "Service", CountHead: "Failures", PercentHead: "Share", Bars: []Bar{
			{Label: "EC2", Href: "/checks?service=EC2", Count: 1520}, {Label: "S3", Href: "/checks?service=S3", Count: 830}, {Label: "Lambda", Href: "/x", Count: 221},
			{Label: "CloudFormation", Href: "/x", Count: 14}, {Label: "KMS", Count: 1}, {Label: "SNS", Count: 0}}})},
		{"Bars, awkward", Bars(Ranking{Title: "Failures by account", LabelHead: "Account", CountHead: "Failures", PercentHead: "Share", Tone: Bad, Bars: []Bar{
			{Label: long, Href: "/x", Count: 98_765_432}, {Label: `<b onclick="x">&'`, Href: "javascript:alert(1)", Count: 12_345_678}, {Label: "", Count: -3}}})},
		{"Bars of scores", Bars(Ranking{Title: "Scores of accounts", LabelHead: "Account", PercentHead: "Score", CountHead: "Failures", Scores: true, Bars: []Bar{
			{Label: "Production", Href: "/x", Count: 12, Percent: of(96.4)}, {Label: "Test", Href: "/x", Count: 480, Percent: of(41.04), Tone: Bad}, {Label: "New", Href: "/x"}}})},
		{"Bars of nothing", Bars(Ranking{Title: "None", LabelHead: "Region"})},
		{"Spark", Spark(Trend{Title: "Score of the last 30 days", Values: month().Series[0].Values}) + " " + Spark(Trend{Title: "Score", Values: month().Series[6].Values, Tone: Good}) + " " +
			Spark(Trend{Title: "Score", Values: []*float64{of(3)}}) + " " + Spark(Trend{Title: "Score"}) + " " + Spark(Trend{Title: "Score", Values: []*float64{of(0), nil, nil, of(100), nil, of(50)}})},
	}
}

// TestPage writes a page with all charts, to look at: to the file that
// SURETY_CHARTS names, or to a folder that is removed.
func TestPage(t *testing.T) {
	frame, err := template.ParseFiles("testdata/page.gohtml")
	if err != nil {
		t.Fatal(err)
	}
	path := os.Getenv("SURETY_CHARTS")
	if path == "" {
		path = filepath.Join(t.TempDir(), "charts.html")
	}
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	err = frame.Execute(out, struct {
		CSS    template.CSS
		Charts []pageChart
	}{template.CSS(CSS), everyChart()})
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}
