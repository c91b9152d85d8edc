package cfn

import (
	"strings"

	"github.com/surety-cloud/surety/internal/fix/edit"
)

// look is the manner in which a template is written.
type look struct {
	eol    string
	unit   string // one step of indentation
	dashIn int    // how far the dash of a list stands behind its key
	quote  byte   // for texts that need quotation marks
	long   bool   // functions are called in their long form
	colon  string // ": " or ":" in JSON
	comma  string // ", " or "," within a line
}

// survey finds out the manner by what occurs most.
func (d *Document) survey() *look {
	count := map[string]int{}
	steps := map[string]int{}
	var walk func(n *node, indent string)
	walk = func(n *node, indent string) {
		if n.quote == '"' || n.quote == '\'' {
			count[string(n.quote)]++
		}
		if n.tag != "" {
			count["short"]++
		} else if name, _ := n.intrinsic(); name != "" {
			count["long"]++
		}
		for i, e := range n.elems {
			own := d.indent(e.start)
			if i == 0 && n.kind == object && len(own) > len(indent) && strings.HasPrefix(own, indent) && d.firstOnLine(e.start) {
				steps[own[len(indent):]]++
			}
			if n.flow && n.kind == object && e.after < e.node.start && d.text[e.after] == ' ' {
				count["colon"]++
			} else if n.flow && n.kind == object {
				count["tight colon"]++
			}
			if n.flow && i > 0 {
				if between := string(d.text[n.elems[i-1].node.end:e.start]); between == ", " {
					count["comma"]++
				} else if between == "," {
					count["tight comma"]++
				}
			}
			if !n.flow && n.kind == object && e.node.kind == list && !e.node.flow && len(e.node.elems) > 0 {
				count["dash"+strings.Repeat(" ", max(0, d.column(e.node.elems[0].start)-d.column(e.start)))]++
			}
			walk(e.node, own)
		}
	}
	walk(d.root, d.indent(d.root.start))
	l := &look{eol: edit.EOL(d.text), unit: "  ", quote: '"', colon: ": ", comma: ", "}
	most := 0
	for step, n := range steps {
		if n > most || n == most && len(step) < len(l.unit) {
			l.unit, most = step, n
		}
	}
	if d.json && most == 0 {
		l.unit = "  "
	}
	if !d.json {
		l.unit = strings.Repeat(" ", len(l.unit))
		if count["'"] > count[`"`] {
			l.quote = '\''
		}
	}
	l.long = d.json || count["long"] > count["short"]
	if count["tight colon"] > count["colon"] && d.json {
		l.colon, l.comma = ":", ","
	}
	if count["tight comma"] > count["comma"] {
		l.comma = ","
	} else if count["comma"] > 0 {
		l.comma = ", "
	}
	l.dashIn = len(l.unit)
	most = 0
	for name, n := range count {
		if in, ok := strings.CutPrefix(name, "dash"); ok && (n > most || n == most && len(in) < l.dashIn) {
			l.dashIn, most = len(in), n
		}
	}
	return l
}
