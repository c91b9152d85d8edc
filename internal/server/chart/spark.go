package chart

import (
	"html/template"
	"time"
)

// A Trend is how one percentage changed, for a row of a table.
type Trend struct {
	Title string // what the percentage is, for those who hear the page: "Score of the last 30 days"
	// Values are the percentages of days that follow each other, as in a Series.
	Values []*float64
	Tone   Tone // of the line; Main without
}

// Spark draws a trend as a small line without axes: it shows a direction. Its
// height is the scale that Lines would have, so that a change of little does
// not look like much.
func Spark(t Trend) template.HTML {
	values := t.Values[max(len(t.Values)-MaxDays, 0):]
	line := Evolution{First: time.Time{}, Days: len(values)}.draw(values, scaleOf(values), nil)
	line.Class = t.Tone.class()
	return render("spark", struct {
		Summary string
		drawnLine
	}{clean(t.Title) + ": " + course(values), line})
}
