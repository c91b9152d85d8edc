package cloudformation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// jsonParser builds nodes from encoding/json's tokens, whose offsets give the
// places. This takes a quarter of the time that the YAML parser needs for the
// same text, and its errors speak of JSON.
type jsonParser struct {
	text    *text
	data    []byte
	decoder *json.Decoder
	offset  int // end of the token read last
	counted int // offset up to which lines are counted
	line    int // the line at that offset
	start   int // offset where that line begins
	nodes   int
	problem *cloud.Problem
}

func parseJSON(t *text) (*node, *cloud.Problem) {
	p := &jsonParser{text: t, data: t.data, decoder: json.NewDecoder(bytes.NewReader(t.data)), line: 1}
	p.decoder.UseNumber()
	root, ok := p.value(0)
	if !ok {
		return nil, p.problem
	}
	if _, err := p.decoder.Token(); !errors.Is(err, io.EOF) {
		at := p.skip(int(p.decoder.InputOffset()))
		if err == nil {
			at = p.skip(p.offset)
		}
		p.fail(at, "the JSON goes on after its end", "A template is one object; remove what follows its closing brace.")
		return nil, p.problem
	}
	return root, nil
}

// skip moves from an offset over white space and punctuation to a token.
func (p *jsonParser) skip(at int) int {
	for at < len(p.data) {
		switch p.data[at] {
		case ' ', '\t', '\r', '\n', ',', ':':
			at++
			continue
		}
		break
	}
	return at
}

// place gives the line and column of an offset. Offsets only grow, so each
// line is counted once.
func (p *jsonParser) place(offset int) (line, column int) {
	for ; p.counted < offset && p.counted < len(p.data); p.counted++ {
		if p.data[p.counted] == '\n' {
			p.line++
			p.start = p.counted + 1
		}
	}
	return p.line, offset - p.start + 1
}

func (p *jsonParser) fail(offset int, summary, detail string) {
	line, column := p.text.place(offset)
	problem := p.text.problem(cloud.Error, line, column, summary, detail)
	p.problem = &problem
}

// next reads a token and tells where it begins.
func (p *jsonParser) next() (token json.Token, at pos, ok bool) {
	begin := p.skip(p.offset)
	token, err := p.decoder.Token()
	if err != nil {
		p.syntax(err)
		return nil, pos{}, false
	}
	at.line, at.column = p.place(begin)
	at.end = at.line
	p.offset = int(p.decoder.InputOffset())
	return token, at, true
}

// syntax explains why the decoder stopped.
func (p *jsonParser) syntax(err error) {
	var syntax *json.SyntaxError
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.As(err, &syntax) && syntax.Error() == "unexpected end of JSON input" {
		p.fail(len(bytes.TrimRight(p.data, " \t\r\n")), "the JSON ends before it is complete", "A brace, a bracket or a quotation mark is not closed.")
		return
	}
	at := p.skip(p.offset)
	if errors.As(err, &syntax) {
		at = p.offending(at, syntax)
	}
	p.fail(at, "this is not JSON: "+err.Error(), p.hint(at))
}

// offending finds the character that a syntax error is about. The decoder's
// offset is that of the character in some cases and of the one after it in
// others; within a value that began at an offset it is neither, and reading
// the value once more by itself tells.
func (p *jsonParser) offending(value int, err *json.SyntaxError) int {
	isIt := func(offset int) bool {
		return offset >= p.offset && offset < len(p.data) &&
			strings.HasPrefix(err.Error(), fmt.Sprintf("invalid character %q", rune(p.data[offset])))
	}
	offset := int(err.Offset)
	for _, candidate := range []int{offset, offset - 1} {
		if isIt(candidate) {
			return candidate
		}
	}
	var again *json.SyntaxError
	if errors.As(json.Unmarshal(p.data[value:], new(any)), &again) && isIt(value+int(again.Offset)-1) {
		return value + int(again.Offset) - 1
	}
	return value
}

// hint names the usual slips.
func (p *jsonParser) hint(at int) string {
	if at >= len(p.data) {
		return "A brace, a bracket or a quotation mark is not closed."
	}
	before := bytes.TrimRight(p.data[:at], " \t\r\n")
	var last byte
	if len(before) > 0 {
		last = before[len(before)-1]
	}
	switch c := p.data[at]; {
	case (c == '}' || c == ']') && last == ',':
		return "Remove the comma before the closing bracket."
	case c == '"' && last != ',' && last != ':' && last != '{' && last != '[':
		return "A comma is missing before this."
	case c == '\'':
		return "JSON wants double quotation marks."
	case c == '/' || c == '#':
		return "JSON has no comments; write the template in YAML to have them."
	case c == '\n' || c == '\t' || c == '\r':
		return "A text runs over the end of the line; write \\n and \\t within it."
	}
	return "Check the commas, quotation marks and brackets here and in the line above."
}

func (p *jsonParser) value(depth int) (*node, bool) {
	token, at, ok := p.next()
	if !ok {
		return nil, false
	}
	return p.rest(token, at, depth)
}

// rest builds the node that begins with a token.
func (p *jsonParser) rest(token json.Token, at pos, depth int) (*node, bool) {
	n := &node{pos: at, size: 1}
	if p.nodes++; p.nodes > maxNodes {
		p.fail(p.offset, tooLarge, tooLargeDetail)
		return nil, false
	}
	switch token := token.(type) {
	case json.Delim:
		if depth >= maxDepth {
			p.fail(p.offset-1, tooDeep, tooDeepDetail)
			return nil, false
		}
		if token == '[' {
			n.kind = list
			return n, p.list(n, depth)
		}
		n.kind = object
		return n, p.object(n, depth)
	case json.Number:
		n.value = jsonNumber(token)
	default:
		n.value = token
	}
	return n, true
}

func (p *jsonParser) list(n *node, depth int) bool {
	for {
		token, at, ok := p.next()
		if !ok {
			return false
		}
		if token == json.Delim(']') {
			n.end = at.line
			return true
		}
		item, ok := p.rest(token, at, depth+1)
		if !ok {
			return false
		}
		n.items = append(n.items, item)
		n.size = saturated(n.size, item.size)
	}
}

func (p *jsonParser) object(n *node, depth int) bool {
	keys := keySet{}
	for {
		token, at, ok := p.next()
		if !ok {
			return false
		}
		if token == json.Delim('}') {
			n.end = at.line
			return true
		}
		key, _ := token.(string)
		child, ok := p.value(depth + 1)
		if !ok {
			return false
		}
		at.end = child.end
		n.entries = p.text.put(n.entries, entry{key: key, pos: at, node: child}, &keys)
		n.size = saturated(n.size, child.size)
	}
}
