package cloudformation

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"github.com/surety-cloud/surety/internal/cloud"
)

// yamlParser turns the YAML library's nodes into ours.
type yamlParser struct {
	text    *text
	done    map[*yaml.Node]*node // anchored nodes
	open    map[*yaml.Node]bool  // anchored nodes being built, to find cycles
	total   int                  // nodes built, aliases not counted
	problem *cloud.Problem
}

func parseYAML(t *text) (*node, *cloud.Problem) {
	var document yaml.Node
	// Our own limits on depth and aliases are lower and know the place.
	err := yaml.Load(t.data, &document, yaml.WithPlugin(loaderlimits.New(loaderlimits.AliasNone(), loaderlimits.DepthValue(4*maxDepth))))
	if err != nil {
		return nil, t.yamlProblem(err)
	}
	root := &document
	if root.Kind == yaml.DocumentNode && len(root.Content) == 1 {
		root = root.Content[0]
	}
	p := &yamlParser{text: t, done: map[*yaml.Node]*node{}, open: map[*yaml.Node]bool{}}
	n, ok := p.node(root, t.trimEnd(len(t.lines()), 1), 0)
	if !ok {
		return nil, p.problem
	}
	return n, nil
}

func (p *yamlParser) fail(y *yaml.Node, summary, detail string) {
	problem := p.text.problem(cloud.Error, y.Line, y.Column, summary, detail)
	p.problem = &problem
}

// node builds the node of y, which ends at line last at the latest.
func (p *yamlParser) node(y *yaml.Node, last, depth int) (*node, bool) {
	if depth > maxDepth {
		p.fail(y, tooDeep, tooDeepDetail)
		return nil, false
	}
	if y.Kind == yaml.AliasNode {
		return p.alias(y, depth)
	}
	if p.total++; p.total > maxNodes {
		p.fail(y, tooLarge, tooLargeDetail)
		return nil, false
	}
	if y.Anchor != "" {
		p.open[y] = true
	}
	n := &node{pos: pos{line: y.Line, column: y.Column, end: max(last, y.Line)}, size: 1}
	ok := true
	switch y.Kind {
	case yaml.ScalarNode:
		p.scalar(n, y)
	case yaml.SequenceNode:
		ok = p.list(n, y, depth)
	case yaml.MappingNode:
		ok = p.object(n, y, depth)
	}
	if !ok {
		return nil, false
	}
	if y.Style&yaml.TaggedStyle != 0 {
		n = longForm(n, y.Tag)
	}
	if y.Anchor != "" {
		delete(p.open, y)
		p.done[y] = n
	}
	return n, true
}

// alias is the node that was built where the anchor stands. Its size counts
// again, so that a few lines cannot grow into billions of values.
func (p *yamlParser) alias(y *yaml.Node, depth int) (*node, bool) {
	target := y.Alias
	if target == nil || p.open[target] {
		p.fail(y, fmt.Sprintf("alias *%s stands inside the value that it names", y.Value), "A value cannot hold itself; remove the alias.")
		return nil, false
	}
	n := p.done[target]
	if n == nil {
		p.fail(y, fmt.Sprintf("alias *%s names an anchor that is not known here", y.Value), "An alias must follow its anchor.")
		return nil, false
	}
	if depth+n.depth() > maxDepth {
		p.fail(y, tooDeep, tooDeepDetail)
		return nil, false
	}
	// The value stands where the alias is, its parts where the anchor is.
	copied := *n
	copied.pos = pos{line: y.Line, column: y.Column, end: y.Line}
	return &copied, true
}

func (n *node) depth() int {
	deepest := 0
	for _, item := range n.items {
		deepest = max(deepest, item.depth())
	}
	for _, e := range n.entries {
		deepest = max(deepest, e.node.depth())
	}
	return deepest + 1
}

func (p *yamlParser) list(n *node, y *yaml.Node, depth int) bool {
	n.kind = list
	for i, child := range y.Content {
		item, ok := p.node(child, p.last(y, i+1, n.end, y.Column), depth+1)
		if !ok {
			return false
		}
		n.items = append(n.items, item)
		if n.size = saturated(n.size, item.size); n.size > maxNodes {
			p.fail(child, tooLarge, tooLargeDetail)
			return false
		}
	}
	return true
}

// last is the last line of the part of y that precedes y's child at index
// next: the line before that child, without the blank lines and comments that
// belong to it.
func (p *yamlParser) last(y *yaml.Node, next, end, column int) int {
	if next >= len(y.Content) {
		return p.text.trimEnd(end, column)
	}
	following := y.Content[next].Line
	if y.Content[next-1].Line >= following {
		return following
	}
	return p.text.trimEnd(following-1, column)
}

// trimEnd moves up from a line over blank lines, over comments that are
// indented no further than column, and over the end of the document.
func (t *text) trimEnd(line, column int) int {
	for ; line > 1; line-- {
		content := t.line(line)
		trimmed := bytes.TrimLeft(content, " \t")
		indent := len(content) - len(trimmed)
		if len(trimmed) > 0 && (trimmed[0] != '#' || indent >= column) && !bytes.Equal(trimmed, []byte("...")) {
			break
		}
	}
	return line
}

func (p *yamlParser) object(n *node, y *yaml.Node, depth int) bool {
	n.kind = object
	keys := keySet{}
	var merged []*yaml.Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		k, v := y.Content[i], y.Content[i+1]
		if k.Kind == yaml.ScalarNode && (k.Tag == "!!merge" || k.Value == "<<" && k.Style == 0) {
			merged = append(merged, v)
			continue
		}
		for k.Kind == yaml.AliasNode && k.Alias != nil {
			k = k.Alias
		}
		if k.Kind != yaml.ScalarNode {
			p.fail(y.Content[i], "a key is not a text", "Keys of a template are plain words; text in braces needs quotation marks.")
			return false
		}
		at := pos{line: y.Content[i].Line, column: y.Content[i].Column}
		child, ok := p.node(v, p.last(y, i+2, n.end, y.Column), depth+1)
		if !ok {
			return false
		}
		at.end = max(child.end, at.line)
		n.entries = p.text.put(n.entries, entry{key: k.Value, pos: at, node: child}, &keys)
		if n.size = saturated(n.size, child.size); n.size > maxNodes {
			p.fail(v, tooLarge, tooLargeDetail)
			return false
		}
	}
	for _, v := range merged {
		if !p.merge(n, v, depth, &keys) {
			return false
		}
	}
	return true
}

// merge adds the entries of a merge key's value that n has not itself.
func (p *yamlParser) merge(n *node, v *yaml.Node, depth int, keys *keySet) bool {
	from, ok := p.node(v, v.Line, depth+1)
	if !ok {
		return false
	}
	sources := []*node{from}
	if from.kind == list {
		sources = from.items
	}
	for _, source := range sources {
		if source.kind != object {
			p.fail(v, "the merge key << takes an object", "Write <<: *anchor with an anchor that stands at an object.")
			return false
		}
		for _, e := range source.entries {
			if keys.find(n.entries, e.key) < 0 {
				n.entries = append(n.entries, e)
				n.size = saturated(n.size, e.node.size)
			}
		}
	}
	return true
}

// decimal is what YAML and CloudFormation both read as a number.
var decimal = regexp.MustCompile(`^[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?$`)

// scalar sets the value of n as YAML 1.1 reads it, which CloudFormation
// follows, except that timestamps, octal and sexagesimal numbers stay text.
func (p *yamlParser) scalar(n *node, y *yaml.Node) {
	n.value = y.Value
	if strings.Contains(y.Value, ignoreMark) && y.Style != 0 {
		p.text.quoting = append(p.text.quoting, n)
	}
	multi := y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 || strings.ContainsAny(y.Value, " \n")
	if !multi {
		n.end = n.line
	}
	if y.Style&yaml.TaggedStyle == 0 {
		if y.Style != 0 {
			return // quoted, or a block of text
		}
	} else if y.Tag != "!!null" && y.Tag != "!!bool" && y.Tag != "!!int" && y.Tag != "!!float" {
		return
	}
	switch y.Value {
	case "", "~", "null", "Null", "NULL":
		n.value = nil
	case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON":
		n.value = true
	case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF":
		n.value = false
	default:
		if c := y.Value[0]; (c == '-' || c == '+' || c >= '0' && c <= '9') && decimal.MatchString(y.Value) {
			n.value = number(y.Value)
		}
	}
}

// longForm turns a short form (!Sub "…") into the object that it stands for.
// A tag that is no function becomes a function that nobody knows, which the
// evaluation explains.
func longForm(n *node, tag string) *node {
	name, ok := strings.CutPrefix(tag, "!")
	if !ok || name == "" || strings.HasPrefix(name, "!") {
		return n
	}
	switch name {
	case "Ref", "Condition":
	default:
		name = "Fn::" + name
	}
	if n.kind == scalar && n.value == nil {
		n.value = ""
	}
	argument := *n
	return &node{kind: object, pos: n.pos, size: n.size + 1, entries: []entry{{key: name, pos: n.pos, node: &argument}}}
}
