package chart

import (
	"html/template"
	"strings"
)

// A Gauge is one percentage.
type Gauge struct {
	Label string   // what the percentage is, for those who hear the page: "Compliance score"
	Value *float64 // 0 to 100; nil, and what is no number from 0 to 100, is none
	Note  string   // a few words below the number, if any: "of 1,234 checks"
	Tone  Tone     // of the arc; Main without
}

// Ring draws a gauge as a ring with the number in its middle, "–" for none.
func Ring(g Gauge) template.HTML {
	r := struct {
		Label, Class, Whole, Rest, Note string
		Arc                             place
		Full                            bool
	}{Label: clean(g.Label), Class: g.Tone.class(), Note: clean(g.Note), Whole: none}
	if !known(g.Value) {
		r.Label += ": no value"
		return render("ring", r)
	}
	r.Label += ": " + Percent(g.Value)
	// The decimal is smaller than what stands before it.
	number := strings.TrimSuffix(Percent(g.Value), "%")
	r.Whole, r.Rest = number, "%"
	if before, after, ok := strings.Cut(number, "."); ok && before != "<0" {
		r.Whole, r.Rest = before, "."+after+"%"
	}
	switch v := *g.Value; {
	case v == 100:
		r.Full = true
	case v > 0:
		// Neither a little nor what is missing from all may disappear.
		r.Arc = place(min(max(v, 1), 99))
	}
	return render("ring", r)
}
