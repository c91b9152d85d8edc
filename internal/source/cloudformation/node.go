package cloudformation

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// kind is what stands at a node.
type kind uint8

const (
	scalar kind = iota // null, a truth value, a number or a text
	list
	object
)

// A node is one value of a template's text with its place. Both syntaxes
// become nodes, so that nothing after the parsers knows which it was. Nodes
// are not changed once they are made, save for their index: an alias shares
// them.
type node struct {
	kind kind
	pos

	value any // of a scalar: nil, bool, int64, float64 or string

	items   []*node // of a list
	entries []entry // of an object, in the order written

	size int // nodes below and including this one, aliases expanded

	// index finds the entries of a large object, once it was asked for one.
	index map[string]int
}

// pos is a place in a file, both lines inclusive, all from 1.
type pos struct {
	line, column, end int
}

// An entry is one key of an object; its place runs from the key to the end of
// the value.
type entry struct {
	key string
	pos
	node *node
}

// get returns the value under a key, or nil.
func (n *node) get(key string) *node {
	return n.field(key).node
}

// field returns the entry under a key, with its place; its node is nil when
// there is none.
func (n *node) field(key string) entry {
	if n == nil {
		return entry{}
	}
	if len(n.entries) < 16 {
		for i := range n.entries {
			if n.entries[i].key == key {
				return n.entries[i]
			}
		}
		return entry{}
	}
	if n.index == nil {
		n.index = make(map[string]int, len(n.entries))
		for i, e := range n.entries {
			n.index[e.key] = i
		}
	}
	if i, ok := n.index[key]; ok {
		return n.entries[i]
	}
	return entry{}
}

// text returns the string that stands at n; ok is false for anything else.
func (n *node) text() (s string, ok bool) {
	if n == nil || n.kind != scalar {
		return "", false
	}
	s, ok = n.value.(string)
	return s, ok
}

// null tells whether n is absent or written as null.
func (n *node) null() bool { return n == nil || n.kind == scalar && n.value == nil }

// single returns the only entry of an object that has one.
func (n *node) single() (e entry, ok bool) {
	if n == nil || n.kind != object || len(n.entries) != 1 {
		return entry{}, false
	}
	return n.entries[0], true
}

// intrinsic returns the name and the argument of the function that n calls.
func (n *node) intrinsic() (name string, argument *node, ok bool) {
	e, ok := n.single()
	if !ok || e.key != "Ref" && !strings.HasPrefix(e.key, "Fn::") {
		return "", nil, false
	}
	return e.key, e.node, true
}

func (n *node) describe() string {
	switch {
	case n.null():
		return "nothing"
	case n.kind == list:
		return "a list"
	case n.kind == object:
		return "an object"
	}
	switch v := n.value.(type) {
	case string:
		return strconv.Quote(clip(v, 60))
	case bool:
		return strconv.FormatBool(v)
	}
	return "a number"
}

// clip shortens text for a message.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

func (p pos) location(file string) *cloud.Location {
	return &cloud.Location{File: file, Line: p.line, Column: p.column, EndLine: max(p.end, p.line)}
}

// Constructors of nodes that stand for text that nobody wrote, at the place of
// what they are derived from.

func newScalar(at pos, v any) *node { return &node{kind: scalar, pos: at, value: v, size: 1} }

func newList(at pos, items ...*node) *node {
	n := &node{kind: list, pos: at, items: items, size: 1}
	for _, item := range items {
		n.size = saturated(n.size, item.size)
	}
	return n
}

func newObject(at pos, entries ...entry) *node {
	n := &node{kind: object, pos: at, entries: entries, size: 1}
	for _, e := range entries {
		n.size = saturated(n.size, e.node.size)
	}
	return n
}

func field(key string, n *node) entry { return entry{key: key, pos: n.pos, node: n} }

func saturated(a, b int) int {
	if a > math.MaxInt32 || b > math.MaxInt32 {
		return math.MaxInt32
	}
	return a + b
}

// number gives the value of text that is written as a number. A number that
// would not come back as it was written ("8.0", an account id with a leading
// zero) stays text: where the schema wants a number it still becomes one, and
// where it wants a string nothing is lost.
func number(text string) any {
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		if strconv.FormatInt(i, 10) == text {
			return i
		}
		return text
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && !math.IsInf(f, 0) {
		if strconv.FormatFloat(f, 'f', -1, 64) == text {
			return f
		}
	}
	return text
}

// jsonNumber is number for a JSON literal, which may use an exponent.
func jsonNumber(n json.Number) any {
	v := number(n.String())
	if _, isText := v.(string); isText && strings.ContainsAny(n.String(), "eE") {
		if f, err := n.Float64(); err == nil {
			return f
		}
	}
	return v
}
