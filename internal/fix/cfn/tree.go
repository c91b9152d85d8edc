package cfn

import (
	"bytes"
	"strings"

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
}

// Parse reads a template. The error of a text that is no template is of no
// use to a user, who has had the scanner's.
func Parse(text []byte) (*Document, error) {
	d := &Document{text: text}
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
	before := d.text[:offset]
	line = bytes.Count(before, []byte{'\n'}) + 1
	rest := before[bytes.LastIndexByte(before, '\n')+1:]
	if d.json {
		return line, len(rest) + 1
	}
	return line, len([]rune(strings.TrimPrefix(string(rest), "\uFEFF"))) + 1
}

// at tells whether an offset is at a line and column.
func (d *Document) at(offset, line, column int) bool {
	l, c := d.position(offset)
	return l == line && c == column
}

// column is the number of characters before an offset in its line.
func (d *Document) column(offset int) int {
	start := edit.LineStart(d.text, offset)
	return len([]rune(strings.TrimPrefix(string(d.text[start:offset]), "\uFEFF")))
}
