package chart

import (
	"encoding/xml"
	"errors"
	"html/template"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// An element is an element of a chart with the text right inside of it.
type element struct {
	Name     string
	Attr     map[string]string
	Text     string
	Children []*element
}

// parse reads a chart as XML, which is stricter than a browser.
func parse(t *testing.T, h template.HTML) *element {
	t.Helper()
	root := &element{}
	open := []*element{root}
	d := xml.NewDecoder(strings.NewReader(string(h)))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return root
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, h)
		}
		top := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{Name: token.Name.Local, Attr: map[string]string{}}
			for _, a := range token.Attr {
				if _, twice := e.Attr[a.Name.Local]; twice {
					t.Errorf("<%s> has the attribute %s twice", e.Name, a.Name.Local)
				}
				e.Attr[a.Name.Local] = a.Value
			}
			top.Children = append(top.Children, e)
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.Text += string(token)
		}
	}
}

// all are the elements within e of a name, and of a class unless that is empty.
func (e *element) all(name, class string) []*element {
	var list []*element
	for _, c := range e.Children {
		if c.Name == name && (class == "" || slices.Contains(strings.Fields(c.Attr["class"]), class)) {
			list = append(list, c)
		}
		list = append(list, c.all(name, class)...)
	}
	return list
}

// text is all text within e, with single spaces.
func (e *element) text() string {
	s := e.Text
	for _, c := range e.Children {
		s += " " + c.text()
	}
	return strings.Join(strings.Fields(s), " ")
}

var (
	elements = regexp.MustCompile(`^(div|p|ul|li|span|b|small|a|details|summary|table|caption|thead|tbody|tr|th|td|time|svg|g|title|path|line|rect|circle|text)$`)
	// attributes are those that charts use. Neither style nor id nor those that
	// begin with "on" are among them.
	attributes = regexp.MustCompile(`^(class|role|aria-label|aria-hidden|scope|tabindex|datetime|href|width|height|viewBox|preserveAspectRatio|overflow|fill|stroke-width|stroke-dasharray|vector-effect|pointer-events|pathLength|transform|text-anchor|x|y|x1|x2|y1|y2|cx|cy|r|rx|dy|d)$`)
	geometry   = regexp.MustCompile(`^(width|height|x|y|x1|x2|y1|y2|cx|cy)$`)
	classes    = regexp.MustCompile(`^[a-z0-9-]+( [a-z0-9-]+)*$`)
)

// wellMade checks what holds of all charts whatever they show.
func wellMade(t *testing.T, h template.HTML) {
	t.Helper()
	if strings.Contains(string(h), "could not be drawn") {
		t.Errorf("a template failed: %s", h)
	}
	var walk func(e *element, inSVG, silent bool)
	walk = func(e *element, inSVG, silent bool) {
		if !elements.MatchString(e.Name) {
			t.Errorf("there is an element <%s>", e.Name)
		}
		silent = silent || e.Attr["aria-hidden"] == "true"
		if e.Attr["role"] == "img" {
			if strings.TrimSpace(e.Attr["aria-label"]) == "" {
				t.Errorf("<%s role=img> has no text alternative", e.Name)
			}
			silent = true
		}
		if e.Name == "svg" && !silent {
			t.Errorf("<svg %v> is neither described nor hidden", e.Attr)
		}
		for name, value := range e.Attr {
			if !attributes.MatchString(name) {
				t.Errorf("<%s> has the attribute %s", e.Name, name)
			}
			if name == "class" && !classes.MatchString(value) {
				t.Errorf("<%s> has the class %q", e.Name, value)
			}
			if name == "href" && strings.HasPrefix(strings.ToLower(strings.TrimSpace(value)), "javascript:") {
				t.Errorf("a link is %q", value)
			}
			percent, isPercent := strings.CutSuffix(value, "%")
			if !geometry.MatchString(name) || !isPercent {
				continue
			}
			if v, err := strconv.ParseFloat(percent, 64); err != nil || !(v >= 0 && v <= 100) {
				t.Errorf("<%s %s=%q> lies beyond its box", e.Name, name, value)
			}
		}
		if d := e.Attr["d"]; strings.ContainsAny(d, "NIn") {
			t.Errorf("a path is %q", d)
		}
		for _, c := range e.Children {
			walk(c, inSVG || e.Name == "svg", silent)
		}
	}
	for _, e := range parse(t, h).Children {
		walk(e, false, false)
	}
}

func TestWellMade(t *testing.T) {
	for _, c := range everyChart() {
		t.Run(c.Head, func(t *testing.T) { wellMade(t, c.HTML) })
	}
}

// TestCSS holds the style sheet against the markup and the package comment.
func TestCSS(t *testing.T) {
	if strings.Contains(CSS, "!important") {
		t.Error("there is an !important")
	}
	promised := []string{"accent", "soft", "line", "card", "good", "bad", "unknown",
		"risk-extreme", "risk-very-high", "risk-high", "risk-medium", "risk-low",
		"series-1", "series-2", "series-3", "series-4", "series-5", "series-6", "series-7"}
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`var\(--([a-z0-9-]+)\)`).FindAllStringSubmatch(CSS, -1) {
		used[m[1]] = true
		if m[1] != "tone" && !slices.Contains(promised, m[1]) {
			t.Errorf("--%s is not among the custom properties that the site is told to define", m[1])
		}
	}
	for _, name := range promised {
		if !used[name] {
			t.Errorf("--%s is not used", name)
		}
	}
	for _, tone := range []Tone{Main, Extreme, VeryHigh, High, Medium, Low, Good, Bad, Unknown, Quiet, "nonsense"} {
		if !strings.Contains(CSS, "."+tone.class()+" { --tone: var(--") {
			t.Errorf("the class %s of tone %q has no colour", tone.class(), tone)
		}
	}
	if Tone("nonsense").class() != Main.class() || Tone("").class() != Main.class() {
		t.Error("a tone that does not exist is not Main")
	}
	if len(marks) != len(dashes) {
		t.Errorf("there are %d marks and %d dashes", len(marks), len(dashes))
	}
	for i := range marks {
		if n := strconv.Itoa(i + 1); !strings.Contains(CSS, ".chart-s"+n+" { --tone: var(--series-"+n+")") {
			t.Errorf("series %s has no colour", n)
		}
	}
}
