// Package chart draws the pictures of the web interface: a line for each
// category over days (Lines), a score (Ring), a whole in its parts (Stack), a
// ranking (Bars) and a line for a table row (Spark).
//
// Every function goes from plain values to HTML and does nothing else. The HTML
// has no script, no style of its own and no ids, so that it stands on any page
// under a strict policy, as often as one likes. Colours come from classes, which
// CSS gives a meaning by the custom properties of the site: --accent, --soft,
// --line, --card, --good, --bad, --unknown, --risk-extreme, --risk-very-high,
// --risk-high, --risk-medium, --risk-low, and --series-1 to --series-7.
//
// Positions are percentages of the box that CSS gives a picture, so it fills
// its column while text, marks and strokes keep their size. What a picture
// shows can be read without it: each has a text alternative, and its numbers
// stand in a list or a table.
package chart

import (
	"bytes"
	"embed"
	"html/template"
	"strings"
	"unicode/utf8"
)

// CSS is the style of the charts, to be appended to the site's style sheet.
//
//go:embed chart.css
var CSS string

//go:embed templates/*.gohtml
var files embed.FS

var templates = template.Must(template.ParseFS(files, "templates/*.gohtml"))

// A Tone says what a colour means. The name of a risk level is its tone.
type Tone string

// The tones. Main is that of what is neither good nor bad; Quiet is for what
// does not count, such as suppressed checks.
const (
	Main     Tone = "main"
	Extreme  Tone = "extreme"
	VeryHigh Tone = "very-high"
	High     Tone = "high"
	Medium   Tone = "medium"
	Low      Tone = "low"
	Good     Tone = "good"
	Bad      Tone = "bad"
	Unknown  Tone = "unknown"
	Quiet    Tone = "quiet"
)

// class is the class of a tone; of one that does not exist, that of Main.
func (t Tone) class() string {
	switch t {
	case Extreme, VeryHigh, High, Medium, Low, Good, Bad, Unknown, Quiet:
		return "chart-" + string(t)
	}
	return "chart-main"
}

// render fills in a template. That fails only where a template does not fit its
// data, and the page then says so in the chart's place.
func render(name string, data any) template.HTML {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		return `<p class="chart-none">This chart could not be drawn.</p>`
	}
	return template.HTML(b.String())
}

// name is a label that can be read, and followed if it is a link.
func name(s string) string {
	s = clean(s)
	if strings.TrimSpace(s) == "" {
		return "(no name)"
	}
	return s
}

// clean makes text fit for a page: what is not UTF-8 and the control characters
// that neither HTML nor XML may have become U+FFFD.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n':
			return r
		case r < 0x20, r >= 0x7f && r < 0xa0, r == 0xfffe, r == 0xffff:
			return utf8.RuneError
		}
		return r
	}, s)
}
