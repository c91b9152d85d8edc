package cfn

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"github.com/surety-cloud/surety/internal/fix/edit"
)

// yamlTree builds nodes from the YAML library's, which know where they begin
// but not where they end.
type yamlTree struct {
	text   []byte
	starts []int  // offsets of the lines
	wide   []bool // lines with characters of several bytes
}

func parseYAML(text []byte, offset int) (*node, error) {
	var document yaml.Node
	err := yaml.Load(text[offset:], &document, yaml.WithPlugin(loaderlimits.New(loaderlimits.AliasNone(), loaderlimits.DepthValue(4*maxDepth))))
	if err != nil {
		return nil, err
	}
	root := &document
	if root.Kind == yaml.DocumentNode && len(root.Content) == 1 {
		root = root.Content[0]
	}
	t := &yamlTree{text: text, starts: []int{offset}, wide: []bool{false}}
	for i := offset; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			t.wide[len(t.wide)-1] = true
		}
		if text[i] == '\n' || text[i] == '\r' && (i+1 == len(text) || text[i+1] != '\n') {
			t.starts, t.wide = append(t.starts, i+1), append(t.wide, false)
		}
	}
	return t.node(root, 0)
}

var errPlace = edit.Impossible("its place in the text could not be found")

// offset is the byte at a line and column of the YAML library, which counts
// characters.
func (t *yamlTree) offset(line, column int) (int, error) {
	if line < 1 || line > len(t.starts) {
		return 0, errPlace
	}
	at := t.starts[line-1]
	if !t.wide[line-1] {
		if at += column - 1; at > len(t.text) {
			return 0, errPlace
		}
		return at, nil
	}
	for ; column > 1 && at < len(t.text); column-- {
		_, size := utf8.DecodeRune(t.text[at:])
		at += size
	}
	if column > 1 {
		return 0, errPlace
	}
	return at, nil
}

func (t *yamlTree) node(y *yaml.Node, depth int) (*node, error) {
	if depth > maxDepth {
		return nil, edit.Impossible("the template is nested too deep")
	}
	at, err := t.offset(y.Line, y.Column)
	if err != nil {
		return nil, err
	}
	n := &node{start: at, inner: at, anchor: y.Anchor, value: y.Value}
	if y.Style&yaml.TaggedStyle != 0 && strings.HasPrefix(y.Tag, "!") && !strings.HasPrefix(y.Tag, "!!") {
		n.tag = y.Tag
	}
	if y.Style&yaml.TaggedStyle != 0 || y.Anchor != "" {
		n.inner = t.behindProperties(at)
	}
	n.flow = y.Style&yaml.FlowStyle != 0
	switch y.Kind {
	case yaml.AliasNode:
		n.kind = alias
		n.end = n.start
		for n.end < len(t.text) && !isEnd(t.text[n.end]) {
			n.end++
		}
		return n, nil
	case yaml.ScalarNode:
		return n, t.scalar(n, y)
	case yaml.MappingNode:
		n.kind = object
		err = t.entries(n, y, depth)
	case yaml.SequenceNode:
		n.kind = list
		err = t.items(n, y, depth)
	}
	if err != nil {
		return nil, err
	}
	return n, t.close(n)
}

// behindProperties skips a tag and an anchor.
func (t *yamlTree) behindProperties(at int) int {
	for at < len(t.text) && (t.text[at] == '!' || t.text[at] == '&') {
		for at < len(t.text) && !isSpace(t.text[at]) && t.text[at] != ',' && t.text[at] != ']' && t.text[at] != '}' {
			at++
		}
		next := t.skip(at, "")
		if next >= len(t.text) {
			return at
		}
		at = next
	}
	return at
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// skip moves over white space, comments and the given signs.
func (t *yamlTree) skip(at int, signs string) int {
	for at < len(t.text) {
		c := t.text[at]
		switch {
		case isSpace(c) || strings.IndexByte(signs, c) >= 0:
			at++
		case c == '#' && (at == 0 || isSpace(t.text[at-1])):
			end, _ := edit.LineEnd(t.text, at)
			at = end
		default:
			return at
		}
	}
	return at
}

func (t *yamlTree) entries(n *node, y *yaml.Node, depth int) error {
	for i := 0; i+1 < len(y.Content); i += 2 {
		k, v := y.Content[i], y.Content[i+1]
		key, err := t.node(k, depth+1)
		if err != nil {
			return err
		}
		e := &element{key: k.Value, start: key.start}
		if k.Kind != yaml.ScalarNode {
			e.key = ""
		}
		if e.node, err = t.node(v, depth+1); err != nil {
			return err
		}
		// A key without a value in a flow mapping has no colon.
		e.after = t.skip(key.end, "")
		if e.after < len(t.text) && t.text[e.after] == ':' {
			e.after++
		} else {
			e.after = key.end
		}
		if e.node.null && e.node.start < e.after {
			e.node.start, e.node.inner, e.node.end = e.after, e.after, e.after
		}
		n.elems = append(n.elems, e)
	}
	return nil
}

func (t *yamlTree) items(n *node, y *yaml.Node, depth int) error {
	for _, v := range y.Content {
		child, err := t.node(v, depth+1)
		if err != nil {
			return err
		}
		e := &element{start: child.start, after: child.start, node: child}
		if !n.flow {
			dash := t.dash(child.start)
			if dash < n.inner {
				return errPlace
			}
			e.start, e.after = dash, dash+1
		}
		n.elems = append(n.elems, e)
	}
	return nil
}

// dash finds the dash of the item of a block list that begins at an offset.
func (t *yamlTree) dash(at int) int {
	line := edit.LineStart(t.text, at)
	before := bytes.TrimRight(t.text[line:at], " \t")
	if bytes.HasSuffix(before, []byte("-")) {
		return line + len(before) - 1
	}
	if len(before) > 0 {
		return -1
	}
	// The dash ends a line above, with comments and blank lines between.
	for line > 0 {
		end := line
		line = edit.LineStart(t.text, line-1)
		content := t.text[line:end]
		if cut := bytes.Index(content, []byte(" #")); cut >= 0 {
			content = content[:cut]
		}
		content = bytes.TrimRight(content, " \t\r\n")
		if bytes.HasSuffix(content, []byte("-")) {
			return line + len(content) - 1
		}
		if len(content) > 0 && content[0] != '#' {
			return -1
		}
	}
	return -1
}

// close finds the end of an object or a list.
func (t *yamlTree) close(n *node) error {
	if n.inner >= len(t.text) {
		return errPlace
	}
	if !n.flow {
		n.end = n.inner
		if len(n.elems) > 0 {
			n.end = n.elems[len(n.elems)-1].node.end
		}
		return nil
	}
	if c := t.text[n.inner]; c != '{' && c != '[' && len(n.elems) > 0 {
		// A pair in a list in brackets, as in [Ref: Name].
		n.bare = true
		n.end = n.elems[len(n.elems)-1].node.end
		return nil
	}
	at := n.inner + 1
	if len(n.elems) > 0 {
		last := n.elems[len(n.elems)-1]
		at = max(last.node.end, last.after)
	}
	at = t.skip(at, ",")
	if at >= len(t.text) || t.text[at] != ']' && t.text[at] != '}' {
		return errPlace
	}
	n.end = at + 1
	return nil
}

func (t *yamlTree) scalar(n *node, y *yaml.Node) error {
	n.null = y.Style&^yaml.TaggedStyle == 0 && n.tag == "" && (y.Value == "" || y.Value == "~" || strings.EqualFold(y.Value, "null"))
	switch {
	case y.Style&yaml.DoubleQuotedStyle != 0:
		n.quote = '"'
	case y.Style&yaml.SingleQuotedStyle != 0:
		n.quote = '\''
	case y.Style&yaml.LiteralStyle != 0:
		n.quote = '|'
	case y.Style&yaml.FoldedStyle != 0:
		n.quote = '>'
	default:
		return t.plain(n, y.Value)
	}
	if n.inner >= len(t.text) || t.text[n.inner] != n.quote {
		return errPlace
	}
	if n.quote == '|' || n.quote == '>' {
		n.end = t.blockEnd(n.inner)
		return nil
	}
	for at := n.inner + 1; at < len(t.text); at++ {
		switch c := t.text[at]; {
		case c == '\\' && n.quote == '"':
			at++
		case c == n.quote && c == '\'' && at+1 < len(t.text) && t.text[at+1] == '\'':
			at++
		case c == n.quote:
			n.end = at + 1
			return nil
		}
	}
	return errPlace
}

// plain finds the end of a text without quotation marks: its characters stand
// in the text as they are, but for the white space of folded lines.
func (t *yamlTree) plain(n *node, value string) error {
	at := n.inner
	for _, r := range value {
		if unicode.IsSpace(r) {
			continue
		}
		for at < len(t.text) && isSpace(t.text[at]) {
			at++
		}
		got, size := utf8.DecodeRune(t.text[min(at, len(t.text)):])
		if got != r {
			return errPlace
		}
		at += size
	}
	n.end = at
	return nil
}

// blockEnd finds the end of a literal or folded text that begins at an offset:
// the last of its lines, without the end of that line. Blank lines behind it
// belong to it only where the header keeps them ("|+").
func (t *yamlTree) blockEnd(at int) int {
	next, more := edit.LineEnd(t.text, at)
	header := t.text[at:next]
	keep := bytes.IndexByte(header, '+') > 0 && (bytes.IndexByte(header, '#') < 0 || bytes.IndexByte(header, '+') < bytes.IndexByte(header, '#'))
	end := at + len(bytes.TrimRight(header, "\r\n"))
	indent := -1
	parent := t.parentIndent(at)
	for more {
		start := next
		next, more = edit.LineEnd(t.text, start)
		line := bytes.TrimRight(t.text[start:next], "\r\n")
		content := bytes.TrimLeft(line, " ")
		if len(content) == 0 {
			if keep {
				end = start + len(line)
			}
			continue
		}
		depth := len(line) - len(content)
		if indent < 0 {
			if depth <= parent {
				break
			}
			indent = parent + 1
		}
		if depth < indent {
			break
		}
		end = start + len(line)
	}
	return end
}

// parentIndent is the indentation of the entry whose text begins at an
// offset: that of the innermost key or dash on its line.
func (t *yamlTree) parentIndent(at int) int {
	start := edit.LineStart(t.text, at)
	line := t.text[start:at]
	indent := len(line) - len(bytes.TrimLeft(line, " "))
	for rest := line[indent:]; bytes.HasPrefix(rest, []byte("- ")); {
		step := 1 + len(rest[1:]) - len(bytes.TrimLeft(rest[1:], " "))
		if len(bytes.TrimLeft(rest[1:], " ")) == 0 {
			break
		}
		// "- key: |" has the key as its parent, "- |" the dash.
		indent, rest = indent+step, rest[step:]
	}
	return indent
}
