package chart

import "html/template"

// A Split is a whole in its parts.
type Split struct {
	Title string // what is counted, for those who hear the page: "Failures by risk"
	Parts []Part // from left to right
	// Bare leaves the list of parts away, for rows of tables: their numbers then
	// stand in the text alternative and under the pointer.
	Bare bool
}

// A Part is a number of things that are alike.
type Part struct {
	Label string
	Count int64 // what is less than 0 counts as 0
	Tone  Tone
	Href  string // what its entry in the list links to, if anything
}

// leastPart is the least width of a part that is not 0, in a hundred of the
// bar: some pixels on a phone. It is less where there are very many parts.
const leastPart = 1.5

type drawnPart struct {
	Class, Label, Count, Share, Href string
	Left, Width                      place
	First, Zero                      bool
}

// Stack draws a split as one bar, each part as wide as its share, above a list
// of the parts with their numbers. A part that is not 0 is always visible.
func Stack(s Split) template.HTML {
	v := struct {
		Summary string
		Parts   []drawnPart
		Bare    bool
	}{Bare: s.Bare, Summary: clean(s.Title) + ": "}
	whole := 0.0
	for _, p := range s.Parts {
		whole += float64(max(p.Count, 0))
	}
	left := place(0)
	for i, width := range widths(s.Parts, whole) {
		p := s.Parts[i]
		d := drawnPart{
			Class: p.Tone.class(), Label: name(p.Label), Count: Count(max(p.Count, 0)), Share: Percent(share(p.Count, whole)),
			Href: clean(p.Href), Left: left, Width: width, First: left == 0, Zero: p.Count <= 0,
		}
		v.Parts = append(v.Parts, d)
		if i > 0 {
			v.Summary += ", "
		}
		v.Summary += d.Label + " " + d.Count
		left += width
	}
	if whole == 0 && s.Bare {
		v.Summary = clean(s.Title) + ": none"
	}
	return render("stack", v)
}

// widths are the widths of parts, 100 together unless all are 0. What parts
// below leastPart get more than their share, the others give by theirs.
func widths(parts []Part, whole float64) []place {
	list := make([]place, len(parts))
	small := make([]bool, len(parts))
	least := min(leastPart, 50/float64(max(len(parts), 1)))
	for {
		room, rest := 100.0, 0.0
		for i, p := range parts {
			switch {
			case small[i]:
				room -= least
			case p.Count > 0:
				rest += float64(p.Count) / whole
			}
		}
		again := false
		for i, p := range parts {
			if p.Count <= 0 || small[i] {
				continue
			}
			width := float64(p.Count) / whole / rest * room
			if width < least {
				small[i], again = true, true
			}
			list[i] = place(width)
		}
		if !again {
			break
		}
	}
	for i := range list {
		if small[i] {
			list[i] = place(least)
		}
	}
	return list
}
