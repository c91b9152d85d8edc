package web

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// customControl is a control of a custom standard as the API has it.
type customControl struct {
	ID       string           `json:"aid"`
	Title    string           `json:"title"`
	Headings standardHeadings `json:"headings"`
	AWS      []string         `json:"awsRules"`
	Azure    []string         `json:"azureRules"`
	GCP      []string         `json:"gcpRules"`
}

type standardHeadings struct {
	Level1 string `json:"level1,omitempty"`
	Level2 string `json:"level2,omitempty"`
	Level3 string `json:"level3,omitempty"`
}

func (h *standardHeadings) levels() []*string { return []*string{&h.Level1, &h.Level2, &h.Level3} }

// writeOutline gives controls as text that people can edit: headings behind #,
// ## and ###, and a line a control,
//
//	1.1 | Data at rest is encrypted | EBS-001, RDS-004
//
// Rules of other clouds are written as azure:Id and gcp:Id.
func writeOutline(controls []customControl) string {
	var b strings.Builder
	var before standardHeadings
	for i := range controls {
		c := &controls[i]
		above, now := before.levels(), c.Headings.levels()
		changed := 0
		for changed < len(now) && *now[changed] == *above[changed] {
			changed++
		}
		for level := changed; level < len(now); level++ {
			if *now[level] == "" {
				if level == changed { // ends the heading of before
					b.WriteString(strings.Repeat("#", level+1) + "\n")
				}
				break
			}
			if level == 0 && i > 0 {
				b.WriteByte('\n')
			}
			fmt.Fprintf(&b, "%s %s\n", strings.Repeat("#", level+1), *now[level])
		}
		before = c.Headings
		rules := slices.Clone(c.AWS)
		for _, id := range c.Azure {
			rules = append(rules, "azure:"+id)
		}
		for _, id := range c.GCP {
			rules = append(rules, "gcp:"+id)
		}
		line := c.ID + " | " + c.Title
		if len(rules) > 0 || strings.Contains(c.Title, "|") {
			line += " | " + strings.Join(rules, ", ")
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// An outlineFault is a line that is none of an outline.
type outlineFault struct {
	Line int
	Text string
}

func (f *outlineFault) Error() string { return fmt.Sprintf("Line %d: %s", f.Line, f.Text) }

// readOutline reads what writeOutline writes. lines says where each control
// stands, counted from 1. The error is an *outlineFault.
func readOutline(text string) (controls []customControl, lines []int, err error) {
	controls = []customControl{}
	var at standardHeadings
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case strings.HasPrefix(line, "#"):
			if why := at.read(line); why != "" {
				return nil, nil, &outlineFault{n, why}
			}
		default:
			c, why := readControl(line)
			if why != "" {
				return nil, nil, &outlineFault{n, why}
			}
			c.Headings = at
			controls, lines = append(controls, c), append(lines, n)
		}
	}
	return controls, lines, nil
}

// read takes a line with a heading; it says why it is none.
func (h *standardHeadings) read(line string) (why string) {
	title := strings.TrimLeft(line, "#")
	depth := len(line) - len(title)
	levels := h.levels()
	if depth > len(levels) {
		return fmt.Sprintf("a heading has %d levels; at most %d are possible.", depth, len(levels))
	}
	if title = strings.TrimSpace(title); title != "" && depth > 1 && *levels[depth-2] == "" {
		return fmt.Sprintf("there is no heading %s above this one.", strings.Repeat("#", depth-1))
	}
	*levels[depth-1] = title
	for _, below := range levels[depth:] {
		*below = ""
	}
	return ""
}

// readControl reads a line with a control.
func readControl(line string) (c customControl, why string) {
	id, rest, ok := strings.Cut(line, "|")
	if !ok {
		return c, "a control is written as: number | title | rules between commas."
	}
	c = customControl{ID: strings.TrimSpace(id), AWS: []string{}, Azure: []string{}, GCP: []string{}}
	if i := strings.LastIndexByte(rest, '|'); i >= 0 {
		for rule := range strings.FieldsFuncSeq(rest[i+1:], func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
			provider, other, ok := strings.Cut(rule, ":")
			switch {
			case !ok:
				c.AWS = append(c.AWS, rule)
			case provider == "azure":
				c.Azure = append(c.Azure, other)
			case provider == "gcp":
				c.GCP = append(c.GCP, other)
			default:
				return c, fmt.Sprintf("%.60q is not a rule; write EC2-012, or azure:… and gcp:… before rules of these clouds.", rule)
			}
		}
		rest = rest[:i]
	}
	c.Title = strings.TrimSpace(rest)
	return c, ""
}

// outlinePlace is how the API names a control of a custom standard.
var outlinePlace = regexp.MustCompile(`^data\.controls\[(\d+)\]\.?`)

// outlineRefused says a fault of the API in the terms of the outline: which
// line it is on.
func outlineRefused(detail string, lines []int) string {
	m := outlinePlace.FindStringSubmatch(detail)
	if m == nil {
		return sentence(strings.TrimPrefix(detail, "data."))
	}
	i, err := strconv.Atoi(m[1])
	if err != nil || i >= len(lines) {
		return sentence(detail)
	}
	rest := strings.NewReplacer("aid is missing; it is the control's number", "the number is missing", "aid ", "the number ", "awsRules", "rule ").Replace(detail[len(m[0]):])
	return fmt.Sprintf("Line %d: %s", lines[i], strings.TrimSpace(sentence(rest)))
}
