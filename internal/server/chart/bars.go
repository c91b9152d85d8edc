package chart

import "html/template"

// A Ranking is a list of things with a number each, such as the failures of
// services.
type Ranking struct {
	Title       string // the caption of the table, for those who hear the page
	LabelHead   string // the heading of the labels: "Service"
	CountHead   string // the heading of the counts: "Failures"; the column is left away without
	PercentHead string // the heading of the percentages: "Share", "Score"; the column is left away without
	// Scores makes a bar show the percentage that its row gives. Without, a bar
	// shows the count, the largest being the whole width, and the percentage is
	// the share of the sum of all rows.
	Scores bool
	Tone   Tone // of bars that have none; Main without
	Bars   []Bar
}

// A Bar is a row of a ranking.
type Bar struct {
	Label   string
	Href    string   // what the label links to, if anything
	Count   int64    // what is less than 0 counts as 0
	Percent *float64 // with Scores: 0 to 100, or nil for none
	Tone    Tone
}

type drawnBar struct {
	Label, Href, Class, Count, Percent string
	Width                              place
	Some                               bool // there is something to draw, however little
}

// Bars draws a ranking as a table with a bar in each row, in the order given.
func Bars(r Ranking) template.HTML {
	v := struct {
		Ranking
		Rows []drawnBar
	}{Ranking: r}
	v.Title, v.LabelHead, v.CountHead, v.PercentHead = clean(r.Title), clean(r.LabelHead), clean(r.CountHead), clean(r.PercentHead)
	whole, most := 0.0, int64(1)
	for _, b := range r.Bars {
		whole += float64(max(b.Count, 0))
		most = max(most, b.Count)
	}
	for _, b := range r.Bars {
		row := drawnBar{Label: name(b.Label), Href: clean(b.Href), Class: b.Tone.class(), Count: Count(max(b.Count, 0))}
		if b.Tone == "" {
			row.Class = r.Tone.class()
		}
		drawn, percent := share(b.Count, float64(most)), share(b.Count, whole)
		if r.Scores {
			drawn, percent = b.Percent, b.Percent
		}
		row.Percent = Percent(percent)
		if known(drawn) && *drawn > 0 {
			row.Width, row.Some = place(*drawn), true
		}
		v.Rows = append(v.Rows, row)
	}
	return render("bars", v)
}
