package tf

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/surety-cloud/surety/internal/fix/edit"
	"github.com/surety-cloud/surety/internal/source/terraform"
)

// flush writes what is to be added.
func (e *editor) flush() error {
	for _, s := range e.order {
		if err := e.fill(s, e.bodies[s]); err != nil {
			return err
		}
	}
	var after strings.Builder
	for _, p := range e.parts {
		text, err := e.partText(p)
		if err != nil {
			return err
		}
		after.WriteString(e.eol + text)
	}
	if after.Len() > 0 {
		e.behind(e.lastPart(), after.String())
	}
	return nil
}

// lastPart is the last of the resources that stand directly behind the
// resource's own block and are parts of it, or that block.
func (e *editor) lastPart() *spot {
	f, last := e.home.file, e.home
	address := e.home.typ() + "." + e.home.name()
	behind := false
	for _, b := range f.body.Blocks {
		s := f.spots[place{b.TypeRange.Start.Line, b.TypeRange.Start.Column}]
		switch {
		case s == e.home:
			behind = true
		case !behind:
		case b.Type != "resource" || !strings.HasPrefix(s.typ(), e.home.typ()+"_") || !strings.Contains(f.source(b.Range()), address+".") &&
			!strings.Contains(f.source(b.Range()), address+"["):
			return last
		default:
			last = s
		}
	}
	return last
}

// behind puts whole lines behind a block.
func (e *editor) behind(s *spot, lines string) {
	f := s.file
	at, ended := edit.LineEnd(f.text, f.base+s.block.CloseBraceRange.End.Byte)
	if !ended {
		lines = e.eol + strings.TrimSuffix(lines, e.eol)
	}
	e.edit(f, at, at, lines)
}

// fill writes arguments and blocks into a block that is there.
func (e *editor) fill(s *spot, a *addition) error {
	top, names := s.resource()
	for _, n := range a.blocks {
		if err := complete(top.typ(), append(names[:len(names):len(names)], n.name), &n.addition, nil); err != nil {
			return err
		}
	}
	f, b := s.file, s.block
	outer := edit.Indent(f.text, f.start(b.TypeRange))
	inner := outer + "  "
	if b.OpenBraceRange.Start.Line == b.CloseBraceRange.Start.Line {
		return e.unfold(s, a, inner, outer)
	}
	last := lastArgument(b.Body)
	if last != nil {
		inner = edit.Indent(f.text, f.start(last.SrcRange))
	} else if len(b.Body.Blocks) > 0 {
		inner = edit.Indent(f.text, f.start(b.Body.Blocks[0].TypeRange))
	}
	if len(a.arguments) > 0 {
		at, width := f.base+b.OpenBraceRange.End.Byte, 0
		if last != nil {
			at, width = f.end(last.SrcRange), alignment(last)
		}
		at, _ = edit.LineEnd(f.text, at)
		text, err := e.argumentLines(a.arguments, inner, width)
		if err != nil {
			return err
		}
		if last == nil && len(b.Body.Blocks) > 0 {
			text += e.eol
		}
		e.edit(f, at, at, text)
	}
	if len(a.blocks) == 0 {
		return nil
	}
	text, err := e.blockLines(a.blocks, inner)
	if err != nil {
		return err
	}
	at := edit.LineStart(f.text, f.start(b.CloseBraceRange))
	blank := len(bytes.TrimSpace(f.text[edit.LineStart(f.text, at-1):at])) == 0
	if !blank && (len(b.Body.Attributes)+len(b.Body.Blocks) > 0 || len(a.arguments) > 0) {
		text = e.eol + text
	}
	e.edit(f, at, at, text)
	return nil
}

// unfold writes a block that stands in one line over several.
func (e *editor) unfold(s *spot, a *addition, inner, outer string) error {
	f, b := s.file, s.block
	var lines strings.Builder
	width := 0
	if last := lastArgument(b.Body); last != nil {
		width = len(last.Name) + 1
		for _, arg := range a.arguments {
			width = max(width, len(arg.name)+1)
		}
		lines.WriteString(inner + last.Name + strings.Repeat(" ", width-len(last.Name)) + "= " + f.source(last.Expr.Range()) + e.eol)
	}
	text, err := e.argumentLines(a.arguments, inner, width)
	if err != nil {
		return err
	}
	lines.WriteString(text)
	if text, err = e.blockLines(a.blocks, inner); err != nil {
		return err
	}
	if lines.Len() > 0 && text != "" {
		lines.WriteString(e.eol)
	}
	lines.WriteString(text)
	e.edit(f, f.base+b.OpenBraceRange.End.Byte, f.start(b.CloseBraceRange), e.eol+lines.String()+outer)
	return nil
}

// complete checks that a new block has what Terraform demands of it.
func complete(tfType string, names []string, a *addition, have map[string]bool) error {
	if have == nil {
		have = map[string]bool{}
	}
	for _, arg := range a.arguments {
		have[arg.name] = true
	}
	for _, b := range a.blocks {
		have[b.name] = true
		if err := complete(tfType, append(names[:len(names):len(names)], b.name), &b.addition, nil); err != nil {
			return err
		}
	}
	for _, name := range terraform.RequiredArguments(tfType, strings.Join(names, ".")) {
		if !have[name] {
			return edit.Impossiblef("Terraform wants %s beside it (in %s), which the correction does not tell",
				name, strings.Join(append([]string{tfType}, names...), "."))
		}
	}
	return nil
}

// lastArgument is the argument that a new one follows: the last that stands in
// one line, before any block. Tags and what Terraform itself reads stay behind.
func lastArgument(body *hclsyntax.Body) *hclsyntax.Attribute {
	var last, lined *hclsyntax.Attribute
	first := -1
	for _, b := range body.Blocks {
		if first < 0 || b.TypeRange.Start.Byte < first {
			first = b.TypeRange.Start.Byte
		}
	}
	for _, a := range body.Attributes {
		at := a.SrcRange.Start.Byte
		if first >= 0 && at > first {
			continue
		}
		if last == nil || at > last.SrcRange.Start.Byte {
			last = a
		}
		oneLine := a.SrcRange.Start.Line == a.SrcRange.End.Line
		if oneLine && a.Name != "tags" && a.Name != "depends_on" && (lined == nil || at > lined.SrcRange.Start.Byte) {
			lined = a
		}
	}
	if lined != nil {
		return lined
	}
	return last
}

// alignment is how wide the names are that the sign of equality of an argument is
// aligned to; 0 for one of several lines, behind which alignment starts anew.
func alignment(a *hclsyntax.Attribute) int {
	if a.SrcRange.Start.Line != a.SrcRange.End.Line {
		return 0
	}
	return a.EqualsRange.Start.Column - a.NameRange.Start.Column
}

// argumentLines writes arguments, aligned to width where their names fit.
func (e *editor) argumentLines(arguments []argument, indent string, width int) (string, error) {
	for _, a := range arguments {
		width = max(width, len(a.name)+1)
	}
	var b strings.Builder
	for _, a := range arguments {
		text, err := e.text(a.value, indent, false)
		if err != nil {
			return "", err
		}
		b.WriteString(indent + a.name + strings.Repeat(" ", width-len(a.name)) + "= " + text + e.eol)
	}
	return b.String(), nil
}

// blockLines writes new blocks, with a blank line between two of them.
func (e *editor) blockLines(blocks []*nested, indent string) (string, error) {
	var b strings.Builder
	for i, n := range blocks {
		if i > 0 {
			b.WriteString(e.eol)
		}
		inner, err := e.inside(&n.addition, indent+"  ")
		if err != nil {
			return "", err
		}
		if inner == "" {
			b.WriteString(indent + n.name + " {}" + e.eol)
			continue
		}
		b.WriteString(indent + n.name + " {" + e.eol + inner + indent + "}" + e.eol)
	}
	return b.String(), nil
}

// inside writes the lines of a new block.
func (e *editor) inside(a *addition, indent string) (string, error) {
	arguments, err := e.argumentLines(a.arguments, indent, 0)
	if err != nil {
		return "", err
	}
	blocks, err := e.blockLines(a.blocks, indent)
	if arguments != "" && blocks != "" {
		arguments += e.eol
	}
	return arguments + blocks, err
}

// partText writes a new resource that is a part of the resource at home. Where
// that is repeated by count or for_each, the part is repeated with it.
func (e *editor) partText(p *newPart) (string, error) {
	f, body := e.home.file, e.home.block.Body
	have := map[string]bool{p.argument: true}
	if err := complete(p.typ, nil, &p.addition, have); err != nil {
		return "", err
	}
	owner := e.home.typ() + "." + e.home.name()
	var names []string
	width := 0
	for _, name := range []string{"count", "for_each", "provider"} {
		if body.Attributes[name] == nil {
			continue
		}
		names, width = append(names, name), max(width, len(name))
		switch name {
		case "count":
			owner += "[count.index]"
		case "for_each":
			owner += "[each.key]"
		}
	}
	var head strings.Builder
	for _, name := range names {
		head.WriteString("  " + name + strings.Repeat(" ", width-len(name)) + " = " + f.source(body.Attributes[name].Expr.Range()) + e.eol)
	}
	if head.Len() > 0 {
		head.WriteString(e.eol)
	}
	attribute := ".id"
	if strings.HasSuffix(p.argument, "_arn") {
		attribute = ".arn"
	}
	reference := "  " + p.argument + " = " + owner + attribute + e.eol
	arguments, err := e.argumentLines(p.arguments, "  ", 0)
	if err != nil {
		return "", err
	}
	blocks, err := e.blockLines(p.blocks, "  ")
	if err != nil {
		return "", err
	}
	if blocks != "" {
		blocks = e.eol + blocks
	}
	if arguments != "" {
		reference += e.eol
	}
	name := e.freshName(f, p.typ, e.home.name())
	return "resource \"" + p.typ + "\" \"" + name + "\" {" + e.eol + head.String() + reference + arguments + blocks + "}" + e.eol, nil
}

// sortedSpots orders blocks as they stand in the text.
func sortedSpots(spots []*spot) []*spot {
	slices.SortStableFunc(spots, func(a, b *spot) int {
		if a.file != b.file {
			return strings.Compare(a.file.name, b.file.name)
		}
		return a.block.TypeRange.Start.Byte - b.block.TypeRange.Start.Byte
	})
	return spots
}
