package chart

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRing(t *testing.T) {
	for _, c := range []struct {
		value       *float64
		text, label string
		arc         string // its dashes; empty for none, "full" for a whole circle
	}{
		{nil, "–", "Score: no value", ""},
		{of(math.NaN()), "–", "Score: no value", ""},
		{of(250), "–", "Score: no value", ""},
		{of(0), "0 %", "Score: 0%", ""},
		{of(0.01), "<0.1 %", "Score: <0.1%", "1 100"},
		{of(0.5), "0 .5%", "Score: 0.5%", "1 100"},
		{of(87.36), "87 .3%", "Score: 87.3%", "87.36 100"},
		{of(99.99), "99 .9%", "Score: 99.9%", "99 100"},
		{of(100), "100 %", "Score: 100%", "full"},
	} {
		t.Run(c.label, func(t *testing.T) {
			page := parse(t, Ring(Gauge{Label: "Score", Value: c.value, Tone: Good}))
			arc := ""
			for _, e := range page.all("circle", "chart-arc") {
				if arc = e.Attr["stroke-dasharray"]; arc == "" {
					arc = "full"
				}
			}
			label := page.all("div", "")[1].Attr["aria-label"]
			if page.text() != c.text || label != c.label || arc != c.arc {
				t.Errorf("it says %q and %q, its arc is %q", page.text(), label, arc)
			}
			if page.Children[0].Attr["class"] != "chart chart-ring chart-good" {
				t.Errorf("its class is %q", page.Children[0].Attr["class"])
			}
		})
	}
	if got := parse(t, Ring(Gauge{Label: "Score", Note: "of 3 checks"})).text(); got != "– of 3 checks" {
		t.Errorf("with a note it says %q", got)
	}
}

func TestWidths(t *testing.T) {
	for _, c := range []struct {
		name   string
		counts []int64
		want   []place
	}{
		{"nothing", []int64{0, 0}, []place{0, 0}},
		{"negative", []int64{-4, 1}, []place{0, 100}},
		{"one", []int64{7}, []place{100}},
		{"by share", []int64{1, 3, 0}, []place{25, 75, 0}},
		{"a small one is visible", []int64{1, 1_000_000}, []place{1.5, 98.5}},
		{"small ones take from the others by share", []int64{1, 300_000, 700_000}, []place{1.5, 29.55, 68.95}},
		{"one that becomes small by giving", []int64{1, 1, 1, 152, 9845}, []place{1.5, 1.5, 1.5, 1.5, 94}},
		{"huge", []int64{math.MaxInt64, math.MaxInt64, 1}, []place{49.25, 49.25, 1.5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var parts []Part
			whole := 0.0
			for _, n := range c.counts {
				parts = append(parts, Part{Count: n})
				whole += float64(max(n, 0))
			}
			near := cmp.Comparer(func(a, b place) bool { return math.Abs(float64(a-b)) < 0.001 })
			if diff := cmp.Diff(c.want, widths(parts, whole), near); diff != "" {
				t.Error(diff)
			}
		})
	}
	parts := make([]Part, 500)
	for i := range parts {
		parts[i].Count = 1 + int64(i/499)*1_000_000
	}
	sum := place(0)
	for _, w := range widths(parts, 1_000_500) {
		if w <= 0 {
			t.Fatalf("of very many parts one is %v wide", w)
		}
		sum += w
	}
	if math.Abs(float64(sum-100)) > 0.001 {
		t.Errorf("very many parts are %v wide", sum)
	}
}

func TestStack(t *testing.T) {
	split := Split{Title: "Failures by risk", Parts: []Part{
		{"Extreme", 1000, Extreme, "/checks?risk=EXTREME&status=FAILURE"}, {"High", 0, High, "/high"}, {"<Low>", 3000, Low, ""},
	}}
	page := parse(t, Stack(split))
	bar := page.all("svg", "chart-bar")[0]
	if got, want := bar.Attr["aria-label"], "Failures by risk: Extreme 1,000, High 0, <Low> 3,000"; got != want {
		t.Errorf("the text alternative is %q, want %q", got, want)
	}
	if got, want := bar.text(), "Extreme: 1,000 (25.0%) <Low>: 3,000 (75.0%)"; got != want {
		t.Errorf("under the pointer is %q, want %q", got, want)
	}
	if got, want := page.all("ul", "")[0].text(), "Extreme 1,000 25.0% High 0 <Low> 3,000 75.0%"; got != want {
		t.Errorf("the list is %q, want %q", got, want)
	}
	var at []string
	for _, r := range bar.all("rect", "chart-fill") {
		at = append(at, r.Attr["x"]+" "+r.Attr["width"])
	}
	if diff := cmp.Diff([]string{"0% 25%", "25% 75%"}, at); diff != "" {
		t.Error(diff)
	}
	links := page.all("a", "")
	if len(links) != 2 || links[0].Attr["href"] != split.Parts[0].Href {
		t.Errorf("links are %v", links)
	}
	split.Bare = true
	if page := parse(t, Stack(split)); len(page.all("ul", "")) != 0 || len(page.all("svg", "")) != 1 {
		t.Error("a bare stack is more than a bar")
	}
	if got := parse(t, Stack(Split{Title: "Failures", Bare: true})).all("svg", "")[0].Attr["aria-label"]; got != "Failures: none" {
		t.Errorf("a bare stack of nothing says %q", got)
	}
}

func TestBars(t *testing.T) {
	rows := func(r Ranking) []string {
		var list []string
		for _, tr := range parse(t, Bars(r)).all("tbody", "")[0].all("tr", "") {
			width := "none"
			for _, e := range tr.all("rect", "chart-fill") {
				width = e.Attr["width"]
			}
			list = append(list, tr.text()+" | "+width+" "+tr.all("svg", "")[0].Attr["class"])
		}
		return list
	}
	counts := Ranking{Title: "Failures by service", LabelHead: "Service", CountHead: "Failures", PercentHead: "Share", Tone: Bad, Bars: []Bar{
		{Label: "EC2", Count: 3000}, {Label: "S3", Count: 1000, Tone: Good}, {Label: "KMS", Count: 0, Percent: of(50)}, {Label: " ", Count: -5}, {Label: "SQS", Count: 1}}}
	if diff := cmp.Diff([]string{
		"EC2 3,000 74.9% | 100% chart-bar chart-bad", "S3 1,000 24.9% | 33.33% chart-bar chart-good", "KMS 0 0% | none chart-bar chart-bad",
		"(no name) 0 0% | none chart-bar chart-bad", "SQS 1 <0.1% | 0.03% chart-bar chart-bad",
	}, rows(counts)); diff != "" {
		t.Error(diff)
	}
	scores := Ranking{LabelHead: "Account", PercentHead: "Score", Scores: true, Bars: []Bar{
		{Label: "Production", Count: 7, Percent: of(96.45)}, {Label: "New"}, {Label: "Broken", Percent: of(math.Inf(1))}, {Label: "Worst", Percent: of(0)}}}
	if diff := cmp.Diff([]string{
		"Production 96.4% | 96.45% chart-bar chart-main", "New – | none chart-bar chart-main", "Broken – | none chart-bar chart-main", "Worst 0% | none chart-bar chart-main",
	}, rows(scores)); diff != "" {
		t.Error(diff)
	}
	nothing := Ranking{LabelHead: "Region", CountHead: "Failures", PercentHead: "Share", Bars: []Bar{{Label: "eu-west-1"}}}
	if diff := cmp.Diff([]string{"eu-west-1 0 – | none chart-bar chart-main"}, rows(nothing)); diff != "" {
		t.Error(diff)
	}
	if got := parse(t, Bars(Ranking{LabelHead: "Region"})).text(); got != "There is nothing to show." {
		t.Errorf("without rows it says %q", got)
	}
	long := strings.Repeat("x", 300)
	if page := parse(t, Bars(Ranking{Bars: []Bar{{Label: long + "<i>", Href: "/a?b=c&d=e"}}})); page.all("a", "")[0].Text != long+"<i>" || page.all("a", "")[0].Attr["href"] != "/a?b=c&d=e" {
		t.Errorf("a long label is %q", page.all("a", "")[0].Text)
	}
}

func TestSpark(t *testing.T) {
	for _, c := range []struct {
		name    string
		values  []*float64
		summary string
		path    string
		dots    int
	}{
		{"nothing", nil, "Score: no values", "", 0},
		{"one", []*float64{of(40)}, "Score: 40.0%", "", 1},
		{"up and down", []*float64{of(40), of(60), of(20), of(50)}, "Score: from 40.0% to 50.0%, lowest 20.0%, highest 60.0%", "M12.5 33.33L37.5 0L62.5 66.67L87.5 16.67", 1},
		{"gaps at both ends", []*float64{nil, of(40), of(40), nil}, "Score: from 40.0% to 40.0%", "M37.5 50L62.5 50", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			page := parse(t, Spark(Trend{Title: "Score", Values: c.values}))
			path := ""
			for _, e := range page.all("path", "chart-line") {
				path = e.Attr["d"]
			}
			if got := page.Children[0].Attr["aria-label"]; got != c.summary || path != c.path || len(page.all("circle", "")) != c.dots {
				t.Errorf("it says %q, is drawn as %q, has %d dots", got, path, len(page.all("circle", "")))
			}
		})
	}
}
