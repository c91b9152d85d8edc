package cfn

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/surety-cloud/surety/internal/fix/edit"
)

type kind uint8

const (
	scalar kind = iota
	list
	object
	alias
)

// A node is a value with the bytes that it takes.
type node struct {
	kind       kind
	start, end int // a tag and an anchor included
	inner      int // where the value begins behind these

	tag    string // "!Ref"; empty for those that only name a type
	anchor string
	flow   bool // in braces or brackets
	bare   bool // a pair in a list in brackets that has no braces itself
	quote  byte // of a scalar: ' " | > or 0

	value string // of a scalar, unquoted
	null  bool   // a scalar that is not there, or null
	elems []*element
}

// An element is an entry of an object or an item of a list.
type element struct {
	key   string
	start int // the key, the dash of a block list, or the value
	after int // behind the colon or the dash; start where there is neither
	node  *node
}

// get finds an entry of an object.
func (n *node) get(key string) *element {
	if n == nil || n.kind != object {
		return nil
	}
	for _, e := range n.elems {
		if e.key == key {
			return e
		}
	}
	return nil
}

// intrinsic names the function that the node calls, in the short or the long
// form: "Ref", "Fn::If". argument is what it is given.
func (n *node) intrinsic() (name string, argument *node) {
	if n.tag != "" {
		name = strings.TrimPrefix(n.tag, "!")
		if name != "Ref" && name != "Condition" {
			name = "Fn::" + name
		}
		return name, n
	}
	if n.kind == object && len(n.elems) == 1 {
		if key := n.elems[0].key; key == "Ref" || strings.HasPrefix(key, "Fn::") {
			return key, n.elems[0].node
		}
	}
	return "", nil
}

// A Document is the text of one template.
type Document struct {
	text []byte
	root *node
	json bool
	look *look

	starts []int // offsets at which lines begin
}

func newDocument(text []byte) *Document {
	d := &Document{text: text, starts: []int{0}}
	for i, c := range text {
		if c == '\n' {
			d.starts = append(d.starts, i+1)
		}
	}
	return d
}

// line is the number, from 0, of the line of an offset.
func (d *Document) line(offset int) int {
	line, found := slices.BinarySearch(d.starts, offset)
	if !found {
		line--
	}
	return line
}

// indent is the white space that the line of an offset begins with.
func (d *Document) indent(offset int) string {
	start := d.starts[d.line(offset)]
	end := start
	for end < len(d.text) && (d.text[end] == ' ' || d.text[end] == '\t') {
		end++
	}
	return string(d.text[start:end])
}

// Parse reads a template. The error of a text that is no template is of no
// use to a user, who has had the scanner's.
func Parse(text []byte) (*Document, error) {
	d := newDocument(text)
	content := bytes.TrimPrefix(text, []byte("\uFEFF"))
	offset := len(text) - len(content)
	d.json = bytes.HasPrefix(bytes.TrimLeft(content, " \t\r\n"), []byte("{"))
	var err error
	if d.json {
		d.root, err = parseJSON(text, offset)
	}
	if !d.json || err != nil {
		// YAML in braces is not JSON.
		d.json = false
		d.root, err = parseYAML(text, offset)
	}
	if err != nil {
		return nil, err
	}
	if d.root.kind != object {
		return nil, edit.Impossible("the template is not an object")
	}
	d.look = d.survey()
	return d, nil
}

// position gives the line and column, from 1, of an offset, in the terms of
// [cloud.Location].
func (d *Document) position(offset int) (line, column int) {
	number := d.line(offset)
	if d.json {
		return number + 1, offset - d.starts[number] + 1
	}
	return number + 1, d.column(offset) + 1
}

// at tells whether an offset is at a line and column.
func (d *Document) at(offset, line, column int) bool {
	if d.line(offset)+1 != line {
		return false
	}
	_, c := d.position(offset)
	return c == column
}

// column is the number of characters before an offset in its line.
func (d *Document) column(offset int) int {
	before := d.text[d.starts[d.line(offset)]:offset]
	return utf8.RuneCount(bytes.TrimPrefix(before, []byte("\uFEFF")))
}

// firstOnLine tells whether nothing but white space stands before an offset in
// its line.
func (d *Document) firstOnLine(offset int) bool {
	start := d.starts[d.line(offset)]
	return start+len(d.indent(offset)) >= offset
}
