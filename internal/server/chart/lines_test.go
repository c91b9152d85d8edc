package chart

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var monday = time.Date(2025, 3, 3, 0, 0, 0, 0, time.UTC)

// TestDraw uses days that are ten wide and an axis on which a value is as far
// from the top as it is below 100.
func TestDraw(t *testing.T) {
	v := of(50)
	for _, c := range []struct {
		name         string
		values       []*float64
		path, bridge string
		marks        string
	}{
		{"nothing", make([]*float64, 10), "", "", ""},
		{"one", []*float64{v, 9: nil}, "", "", "5"},
		{"in a row", []*float64{of(100), of(75), of(0), 9: nil}, "M5 0L15 25L25 100", "", "25"},
		{"a gap", []*float64{v, v, nil, nil, v, v, 9: nil}, "M5 50L15 50M45 50L55 50", "M15 50L45 50", "55"},
		{"each alone", []*float64{v, nil, v, nil, of(20), 9: nil}, "", "M5 50L25 50M25 50L45 80", "5 25 45"},
		{"what is no percentage is a gap", []*float64{v, of(math.NaN()), of(101), of(-1), of(math.Inf(1)), v, v, 9: nil}, "M55 50L65 50", "M5 50L55 50", "5 65"},
	} {
		t.Run(c.name, func(t *testing.T) {
			line := Evolution{Days: 10}.draw(c.values, scale{0, 100, 20}, nil)
			var at []string
			for _, m := range line.Marks {
				at = append(at, m.X.String())
			}
			if line.Path != c.path || line.Bridge != c.bridge || strings.Join(at, " ") != c.marks {
				t.Errorf("path %q, bridge %q, marks at %v", line.Path, line.Bridge, at)
			}
		})
	}
	if got := (Evolution{Days: 10}).draw(constant(10, v), scale{0, 100, 20}, []int{9, 4}).Marks; len(got) != 2 || got[0].X != 45 || got[1].X != 95 {
		t.Errorf("marks stand at %v, not on the days that are labelled", got)
	}
}

func TestLines(t *testing.T) {
	page := parse(t, Lines(Evolution{Title: "Score", First: monday, Days: 4, Series: []Series{
		{"All", []*float64{of(80), of(70), nil, of(90)}},
		{"Security & more", []*float64{of(60), nil, of(65.55)}},
		{"Sustainability", nil},
	}}))
	for _, c := range []struct{ what, got, want string }{
		{"summary", page.all("div", "chart-frame")[0].Attr["aria-label"],
			"Score, 3 March 2025 to 6 March 2025. All: from 80.0% to 90.0%, lowest 70.0%. Security & more: from 60.0% to 65.5%. Sustainability: no values."},
		{"legend", page.all("ul", "chart-legend")[0].text(), "All 90.0% Security & more (5 Mar) 65.5% Sustainability –"},
		{"axis", page.all("svg", "chart-values")[0].text(), "90% 80% 70% 60%"},
		{"note", page.all("p", "chart-note")[0].text(), "The scale begins at 60%."},
		{"dates", page.all("svg", "chart-dates")[0].text(), "6 Mar 5 Mar 4 Mar 3 Mar"},
		{"hint", page.all("g", "chart-day")[1].all("title", "")[0].Text, "Tuesday, 4 March 2025\nAll: 70.0%\nSecurity & more: –\nSustainability: –"},
		{"head of the table", page.all("thead", "")[0].text(), "Day All Security & more Sustainability"},
		{"newest row", page.all("tbody", "")[0].all("tr", "")[0].text(), "6 March 2025 90.0% – –"},
		{"oldest row", page.all("tbody", "")[0].all("tr", "")[3].text(), "3 March 2025 80.0% 60.0% –"},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s: %s", c.what, diff)
		}
	}
	painted := page.all("svg", "chart-plot")[0].all("path", "chart-line")
	if len(painted) != 1 || painted[0].Attr["d"] != "M12.5 33.33L37.5 66.67" {
		t.Errorf("lines are %v", painted)
	}
}

func TestLinesWholeScaleHasNoNote(t *testing.T) {
	page := parse(t, Lines(Evolution{Title: "Score", First: monday, Days: 1, Series: []Series{{"All", []*float64{of(3)}}}}))
	if notes := page.all("p", "chart-note"); len(notes) != 0 {
		t.Errorf("a scale from 0 has the note %q", notes[0].text())
	}
	if got, want := page.all("div", "chart-frame")[0].Attr["aria-label"], "Score, 3 March 2025. All: 3.0%."; got != want {
		t.Errorf("the summary is %q, want %q", got, want)
	}
}

func TestLinesOfNothing(t *testing.T) {
	for name, e := range map[string]Evolution{
		"no series":      {Days: 30},
		"no values":      {Days: 30, Series: []Series{{Name: "All"}, {"Security", constant(30, nil)}}},
		"no days":        {Series: []Series{{"All", constant(30, of(1))}}},
		"negative days":  {Days: math.MinInt, Series: []Series{{"All", constant(30, of(1))}}},
		"no percentages": {Days: 2, Series: []Series{{"All", []*float64{of(math.NaN()), of(1e300)}}}},
	} {
		t.Run(name, func(t *testing.T) {
			page := parse(t, Lines(e))
			if len(page.all("svg", "")) != 0 || page.text() != "There are no values yet." {
				t.Errorf("it says %q", page.text())
			}
		})
	}
}

// TestLinesNewest has more days than are shown, however many, and values beyond
// the last day.
func TestLinesNewest(t *testing.T) {
	days := MaxDays + 10
	values := constant(days+5, of(50))
	values[9], values[10] = of(1), of(99)
	page := parse(t, Lines(Evolution{Title: "Score", First: monday, Days: days, Series: []Series{{"All", values}}}))
	rows := page.all("tbody", "")[0].all("tr", "")
	if len(rows) != MaxDays || rows[MaxDays-1].text() != "13 March 2025 99.0%" {
		t.Errorf("there are %d rows, the oldest is %q", len(rows), rows[len(rows)-1].text())
	}
	if circles := page.all("circle", ""); len(circles) != 0 {
		t.Errorf("there are %d dots for %d days", len(circles), MaxDays)
	}
	if got := parse(t, Lines(Evolution{Days: math.MaxInt, Series: []Series{{"All", values}}})).text(); got != "There are no values yet." {
		t.Errorf("values that are long past are shown: %q", got)
	}
}

// TestLinesMany has more series than can be told apart: styles repeat.
func TestLinesMany(t *testing.T) {
	e := Evolution{Title: "Score", First: monday, Days: 2}
	for range 9 {
		e.Series = append(e.Series, Series{"Name", []*float64{of(1), of(2)}})
	}
	h := Lines(e)
	wellMade(t, h)
	// Two series with a line and two marks each.
	if got := len(parse(t, h).all("svg", "chart-plot")[0].all("path", "chart-s1")); got != 6 {
		t.Errorf("the first style is used by %d shapes, want 6", got)
	}
}
