package cloudformation

import (
	"bytes"
	"unicode/utf8"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Limits on what a template may make us do. They are far above what
// CloudFormation itself accepts (a template of 1 MB, 500 resources), so that
// only text that means harm or is broken meets them.
const (
	maxBytes     = 4 << 20   // of one file
	maxDepth     = 200       // levels of nesting
	maxNodes     = 500_000   // of one template, aliases and loops expanded
	maxResources = 10_000    // of one template, loops expanded
	maxText      = 1 << 20   // bytes of one joined text
	maxAllText   = 64 << 20  // bytes of all joined texts of one template
	longText     = 4 << 10   // bytes from which on a text counts each time it is used
	maxIgnores   = 100_000   // handed to the resources of one template
	maxSteps     = 2_000_000 // values evaluated in one template with its stacks
	maxProblems  = 200       // told of one template
	maxStacks    = 8         // levels of nested stacks
	maxNested    = 500       // nested stacks of one template, at all levels
)

const (
	tooDeep        = "the template is nested more than 200 levels deep"
	tooLarge       = "the template holds more than 500,000 values"
	tooLargeDetail = "CloudFormation itself does not accept that; an anchor or a loop probably repeats far too much."
	tooDeepDetail  = "CloudFormation itself does not accept that; a bracket or an indentation is probably wrong."
)

// text is one file with the means to point into it.
type text struct {
	file string
	data []byte
	// starts are the offsets at which lines begin, filled when first needed.
	starts []int
	// problems are what was found that does not stop the reading.
	problems []cloud.Problem
	// quoting are the texts that hold what elsewhere would be an ignore.
	quoting []*node
}

func (t *text) lines() []int {
	if t.starts == nil {
		t.starts = make([]int, 1, bytes.Count(t.data, []byte{'\n'})+1)
		for i, c := range t.data {
			if c == '\n' {
				t.starts = append(t.starts, i+1)
			}
		}
	}
	return t.starts
}

// offset is where a line, from 1, begins.
func (t *text) offset(line int) int {
	if line > len(t.lines()) {
		return len(t.data)
	}
	return t.lines()[line-1]
}

// line returns the text of a line, from 1, without its end.
func (t *text) line(number int) []byte {
	starts := t.lines()
	if number < 1 || number > len(starts) {
		return nil
	}
	end := len(t.data)
	if number < len(starts) {
		end = starts[number] - 1
	}
	return bytes.TrimRight(t.data[starts[number-1]:end], "\r")
}

// place gives the line and column of an offset.
func (t *text) place(offset int) (line, column int) {
	offset = min(max(offset, 0), len(t.data))
	before := t.data[:offset]
	line = bytes.Count(before, []byte{'\n'}) + 1
	return line, offset - bytes.LastIndexByte(before, '\n')
}

// problem makes a problem at a place; line 0 means the file as a whole.
func (t *text) problem(severity cloud.Severity, line, column int, summary, detail string) cloud.Problem {
	p := cloud.Problem{Severity: severity, File: t.file, Line: line, Column: column, Summary: summary, Detail: detail}
	if source := t.line(line); len(source) < 400 {
		p.Source = string(bytes.ToValidUTF8(source, []byte("\uFFFD")))
	}
	return p
}

// parse turns the text into a tree, or says why it cannot.
func (t *text) parse() (*node, *cloud.Problem) {
	fail := func(line, column int, summary, detail string) (*node, *cloud.Problem) {
		p := t.problem(cloud.Error, line, column, summary, detail)
		return nil, &p
	}
	if len(t.data) > maxBytes {
		return fail(0, 0, "the file is larger than 4 MB", "CloudFormation accepts templates of up to 1 MB.")
	}
	if bytes.HasPrefix(t.data, []byte{0xFF, 0xFE}) || bytes.HasPrefix(t.data, []byte{0xFE, 0xFF}) {
		return fail(0, 0, "the file is written in UTF-16", "Save it as UTF-8.")
	}
	t.data = bytes.TrimPrefix(t.data, []byte("\uFEFF"))
	if !utf8.Valid(t.data) {
		for offset := 0; offset < len(t.data); {
			r, size := utf8.DecodeRune(t.data[offset:])
			if r == utf8.RuneError && size <= 1 {
				line, column := t.place(offset)
				return fail(line, column, "the file is not valid UTF-8", "Save it as UTF-8; the byte here belongs to another encoding.")
			}
			offset += size
		}
	}
	trimmed := bytes.TrimSpace(t.data)
	if len(trimmed) == 0 {
		return fail(0, 0, "the file is empty", "A template needs at least a Resources section.")
	}
	if trimmed[0] == '{' {
		return parseJSON(t)
	}
	return parseYAML(t)
}
