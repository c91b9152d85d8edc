package cloudformation

import (
	"bytes"
	"errors"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/surety-cloud/surety/internal/cloud"
)

// yamlProblem explains the YAML library's error.
func (t *text) yamlProblem(err error) *cloud.Problem {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		p := t.problem(cloud.Error, 0, 0, "this is not YAML: "+strings.TrimPrefix(err.Error(), "yaml: "), "")
		return &p
	}
	line, column := load.Mark.Line, load.Mark.Column
	summary, detail := "this is not YAML: "+load.Message, "Check the indentation, the quotation marks and the colons here and in the line above."
	if load.ContextMsg != "" {
		summary = "this is not YAML: " + load.ContextMsg + ": " + load.Message
	}
	if line > 1 && len(bytes.TrimSpace(t.data[min(t.offset(line), len(t.data)):])) == 0 {
		// The text ends too early: show its last line.
		line = t.trimEnd(line, 1)
		column = len(t.line(line)) + 1
	}
	at := t.line(line)
	if line == 0 && load.Mark.Line == 0 && strings.Contains(load.Message, "multiple") {
		line, column = t.secondDocument(), 1
	}
	if strings.Contains(load.Message, "unexpected end of stream") && load.ContextMark.Line > 0 {
		line, column = load.ContextMark.Line, load.ContextMark.Column
	}
	switch {
	case strings.Contains(load.Message, "max depth"):
		summary, detail = tooDeep, tooDeepDetail
	case strings.Contains(load.Message, "found multiple"):
		summary, detail = "the file holds several YAML documents", "A template is one document; put each into a file of its own, or remove the line ---."
	case strings.Contains(load.Message, "no documents"):
		summary, detail = "the file holds nothing but comments", "A template needs at least a Resources section."
	case strings.Contains(load.Message, "unexpected end of stream"):
		detail = "The quotation mark that opens here is never closed."
	case strings.Contains(load.Message, "cannot start any token") && bytes.HasPrefix(bytes.TrimLeft(at, " "), []byte{'\t'}):
		summary, detail = "a tab is used for indentation", "YAML is indented with spaces only."
	case strings.Contains(load.Message, "mapping values are not allowed"):
		detail = "A colon followed by a space stands inside a text, or the line is indented too far. Put the text in quotation marks, or indent it as its neighbours."
	case strings.Contains(load.Message, "unknown anchor"):
		detail = "An alias (*name) must follow the anchor (&name) that it names. A text that begins with * needs quotation marks."
	case strings.Contains(load.Message, "did not find expected key"), strings.Contains(load.Message, "could not find expected ':'"):
		detail = "The line is not indented as its neighbours, a colon is missing, or a quotation mark is not closed in a line above."
	}
	p := t.problem(cloud.Error, line, max(column, 1), summary, detail)
	return &p
}

// secondDocument is the line at which a second document begins, 0 when none
// is found. A line --- is never part of a text.
func (t *text) secondDocument() int {
	content := false
	for number := 1; number <= len(t.lines()); number++ {
		line := t.line(number)
		if bytes.HasPrefix(line, []byte("---")) && (len(line) == 3 || line[3] == ' ') {
			if content {
				return number
			}
			content = true
			continue
		}
		trimmed := bytes.TrimSpace(line)
		content = content || len(trimmed) > 0 && trimmed[0] != '#' && trimmed[0] != '%'
	}
	return 0
}
