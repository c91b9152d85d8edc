package chart

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"
)

// MaxDays is how many days Lines and Spark show at most: the newest.
const MaxDays = 400

// An Evolution is how percentages changed over days.
type Evolution struct {
	Title string    // what the percentages are, for those who hear the page: "Compliance score"
	First time.Time // the first day
	Days  int       // how many days follow each other, the first included
	// Series are drawn one line each. The first is the whole and stands out.
	// Seven can be told apart.
	Series []Series
}

// A Series is one line.
type Series struct {
	Name string
	// Values are the percentages of the days from the first on, 0 to 100. Nil is
	// a day without a value, as are all days after the end, and what is no
	// number from 0 to 100.
	Values []*float64
}

// Lines draws an evolution, with a legend that has the newest values, and a
// table of all values to unfold. Days without a value are bridged by a faint
// dotted line.
func Lines(e Evolution) template.HTML {
	return render("lines", newLines(e))
}

// drawnLine is a series as the template has it.
type drawnLine struct {
	Class  string // of its colour
	Dash   string // of its stroke; empty for a solid one
	Mark   string // the path of its mark about 0,0
	Name   string
	Path   string // where days follow each other
	Bridge string // over the days without a value
	Marks  []point
	Last   string // the newest value
	LastOn string // its day, if the chart has a newer one
}

type point struct {
	X, Y  place
	Class string
}

// drawnDay is a column of the picture.
type drawnDay struct {
	X, Left, Width place
	Hint           string
	Points         []point
}

// dayRow is a row of the table.
type dayRow struct {
	Date, ISO string
	Values    []string
}

type tick struct {
	At     place
	Anchor string // which end of the text lies there
	Text   string
}

type lines struct {
	Title, Summary, Note string
	Lines                []drawnLine // in the order of the legend
	Painted              []drawnLine // in the order of painting: the first series last, on top
	Days                 []drawnDay
	Rows                 []dayRow
	Values, Dates        []tick
	Months               bool // the dates are months
}

// manyDays is from how many days on the labels name months rather than days.
const manyDays = 180

// dateTick is the label of the i-th day. By the right edge it ends there.
func (e Evolution) dateTick(i int) tick {
	format := "2 Jan"
	if e.Days > manyDays {
		format = "Jan 2006"
	}
	text := e.day(i).Format(format)
	if at := x(i, e.Days); at < 97 {
		return tick{at, "middle", text}
	}
	return tick{100, "end", text}
}

// marks and dashes tell lines apart without their colours.
var (
	marks = [...]string{
		"M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
		"M-3.5-3.5h7v7h-7z",
		"M0-4.6L4.6 3.4h-9.2z",
		"M0-5L5 0 0 5-5 0z",
		"M0 4.6L4.6-3.4h-9.2z",
		"M-1.5-4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z",
		"M-4.2-2.1L-2.1-4.2 0-2.1 2.1-4.2 4.2-2.1 2.1 0 4.2 2.1 2.1 4.2 0 2.1-2.1 4.2-4.2 2.1-2.1 0z",
	}
	dashes = [...]string{"", "9 3", "3 3", "9 3 2 3", "14 4", "6 2 2 2 2 2", "1.5 2.5"}
)

// mostDots is the most days that get a dot for each value under the pointer;
// among more, the dots would be closer than they are wide.
const mostDots = 62

func newLines(e Evolution) lines {
	e = e.bounded()
	var all [][]*float64
	newest := -1
	for _, s := range e.Series {
		all = append(all, s.Values)
		newest = max(newest, last(s.Values))
	}
	l := lines{Title: clean(e.Title)}
	if newest < 0 {
		return l
	}
	axis := scaleOf(all...)
	for _, v := range axis.ticks() {
		l.Values = append(l.Values, tick{axis.y(float64(v)), "end", fmt.Sprint(v, "%")})
	}
	if axis.low > 0 {
		l.Note = fmt.Sprintf("The scale begins at %d%%.", axis.low)
	}
	labelled := labelledDays(e.Days)
	for _, i := range labelled {
		l.Dates = append(l.Dates, e.dateTick(i))
	}
	for i, s := range e.Series {
		line := e.draw(s.Values, axis, labelled)
		style := i % len(marks)
		line.Class, line.Dash, line.Mark = fmt.Sprint("chart-s", style+1), dashes[style], marks[style]
		line.Name, line.Last = name(s.Name), none
		if n := last(s.Values); n >= 0 {
			line.Last = Percent(s.Values[n])
			if n < newest {
				line.LastOn = e.day(n).Format("2 Jan")
			}
		}
		l.Lines = append(l.Lines, line)
	}
	for i := len(l.Lines) - 1; i >= 0; i-- {
		l.Painted = append(l.Painted, l.Lines[i])
	}
	l.Months = e.Days > manyDays
	l.Summary = e.summary()
	e.columns(&l, axis)
	return l
}

// bounded is the evolution with its newest MaxDays days only, and each series
// with a value, or nil, for each day.
func (e Evolution) bounded() Evolution {
	e.Days = max(e.Days, 0)
	cut := max(e.Days-MaxDays, 0)
	e.Days -= cut
	e.First = e.day(cut)
	series := make([]Series, len(e.Series))
	for i, s := range e.Series {
		values := make([]*float64, e.Days)
		if cut < len(s.Values) {
			copy(values, s.Values[cut:])
		}
		series[i] = Series{s.Name, values}
	}
	e.Series = series
	return e
}

// day is the i-th day.
func (e Evolution) day(i int) time.Time {
	return e.First.AddDate(0, 0, i)
}

// last is the day of the newest value, -1 without any.
func last(values []*float64) int {
	for i := len(values) - 1; i >= 0; i-- {
		if known(values[i]) {
			return i
		}
	}
	return -1
}

// draw is the geometry of a series. Marks stand on the days with a label, on
// the newest value, and on values that have no neighbour to be joined with.
func (e Evolution) draw(values []*float64, axis scale, labelled []int) drawnLine {
	var line drawnLine
	var path, bridge strings.Builder
	at := func(i int) bool { return i >= 0 && i < len(values) && known(values[i]) }
	standing := map[int]bool{last(values): true}
	for _, i := range labelled {
		standing[i] = true
	}
	before := -1
	for i := range values {
		if !at(i) {
			continue
		}
		p := point{X: x(i, e.Days), Y: axis.y(*values[i])}
		switch {
		case at(i - 1):
			fmt.Fprintf(&path, "L%s %s", p.X, p.Y)
		case at(i + 1):
			fmt.Fprintf(&path, "M%s %s", p.X, p.Y)
		}
		if before >= 0 && before < i-1 {
			fmt.Fprintf(&bridge, "M%s %sL%s %s", x(before, e.Days), axis.y(*values[before]), p.X, p.Y)
		}
		if standing[i] || !at(i-1) && !at(i+1) {
			line.Marks = append(line.Marks, p)
		}
		before = i
	}
	line.Path, line.Bridge = path.String(), bridge.String()
	return line
}

// columns adds what can be read of each day: under the pointer, and in the
// table, where the newest day comes first.
func (e Evolution) columns(l *lines, axis scale) {
	for i := range e.Days {
		date := e.day(i)
		row := dayRow{Date: date.Format("2 January 2006"), ISO: date.Format(time.DateOnly)}
		day := drawnDay{X: x(i, e.Days), Left: place(float64(i) / float64(e.Days) * 100), Width: place(100 / float64(e.Days))}
		hint := date.Format("Monday, 2 January 2006")
		some := false
		for n, s := range e.Series {
			text := Percent(s.Values[i])
			row.Values = append(row.Values, text)
			hint += "\n" + l.Lines[n].Name + ": " + text
			if known(s.Values[i]) {
				some = true
				day.Points = append(day.Points, point{day.X, axis.y(*s.Values[i]), l.Lines[n].Class})
			}
		}
		if !some {
			hint = date.Format("Monday, 2 January 2006") + "\nNo values"
		}
		if e.Days > mostDots {
			day.Points = nil
		}
		day.Hint = hint
		l.Days = append(l.Days, day)
		l.Rows = append(l.Rows, row)
	}
	slices.Reverse(l.Rows)
}

// summary says in words what the picture shows.
func (e Evolution) summary() string {
	text := fmt.Sprintf("%s, %s to %s.", clean(e.Title), e.First.Format("2 January 2006"), e.day(e.Days-1).Format("2 January 2006"))
	if e.Days == 1 {
		text = fmt.Sprintf("%s, %s.", clean(e.Title), e.First.Format("2 January 2006"))
	}
	for _, s := range e.Series {
		text += " " + name(s.Name) + ": " + course(s.Values) + "."
	}
	return text
}

// course says how values went: the first, the newest, and the extremes if they
// lie beyond both.
func course(values []*float64) string {
	end := last(values)
	if end < 0 {
		return "no values"
	}
	start := 0
	for !known(values[start]) {
		start++
	}
	if start == end {
		return Percent(values[end])
	}
	low, high := values[start], values[start]
	for _, v := range values[start : end+1] {
		if known(v) && *v < *low {
			low = v
		}
		if known(v) && *v > *high {
			high = v
		}
	}
	text := "from " + Percent(values[start]) + " to " + Percent(values[end])
	if *low < min(*values[start], *values[end]) {
		text += ", lowest " + Percent(low)
	}
	if *high > max(*values[start], *values[end]) {
		text += ", highest " + Percent(high)
	}
	return text
}
