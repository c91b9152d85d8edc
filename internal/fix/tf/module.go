package tf

import (
	"bytes"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/fix/edit"
)

// A file is one configuration file under change.
type file struct {
	name string
	text []byte
	base int // bytes before what HCL counts from: a byte order mark
	body *hclsyntax.Body

	spots map[place]*spot
}

type place struct{ line, column int }

// A spot is something that a place of the scan may mean.
type spot struct {
	file  *file
	outer *spot // the block or argument around it

	block *hclsyntax.Block
	attr  *hclsyntax.Attribute
	expr  hclsyntax.Expression // an item of a list or object in an argument
}

func parse(name string, text []byte) (*file, error) {
	if strings.HasSuffix(name, ".json") {
		return nil, edit.Impossible("it is written in Terraform's JSON syntax, which is made by tools; correct it there")
	}
	content := bytes.TrimPrefix(text, []byte("\uFEFF"))
	parsed, diagnostics := hclsyntax.ParseConfig(content, name, hcl.InitialPos)
	if diagnostics.HasErrors() {
		return nil, edit.Impossiblef("%s has a syntax error", name)
	}
	f := &file{name: name, text: text, base: len(text) - len(content), spots: map[place]*spot{}}
	f.body, _ = parsed.Body.(*hclsyntax.Body)
	if f.body == nil {
		return nil, edit.Impossiblef("%s is not written in HCL", name)
	}
	f.survey(f.body, nil)
	return f, nil
}

func (f *file) survey(body *hclsyntax.Body, outer *spot) {
	for _, a := range body.Attributes {
		s := &spot{file: f, outer: outer, attr: a}
		f.note(a.SrcRange.Start, s)
		f.surveyItems(a.Expr, s)
	}
	for _, b := range body.Blocks {
		s := &spot{file: f, outer: outer, block: b}
		f.note(b.TypeRange.Start, s)
		f.survey(b.Body, s)
	}
}

func (f *file) surveyItems(expr hclsyntax.Expression, outer *spot) {
	switch x := unwrap(expr).(type) {
	case *hclsyntax.TupleConsExpr:
		for _, item := range x.Exprs {
			s := &spot{file: f, outer: outer, expr: item}
			f.note(item.Range().Start, s)
			f.surveyItems(item, s)
		}
	case *hclsyntax.ObjectConsExpr:
		for _, item := range x.Items {
			s := &spot{file: f, outer: outer, expr: item.ValueExpr}
			f.note(item.KeyExpr.Range().Start, s)
			f.surveyItems(item.ValueExpr, s)
		}
	}
}

func (f *file) note(at hcl.Pos, s *spot) {
	f.spots[place{at.Line, at.Column}] = s
}

// start and end are the bytes of a range.
func (f *file) start(r hcl.Range) int { return f.base + r.Start.Byte }

// end leaves out the end of the last line, which the range of a heredoc has.
func (f *file) end(r hcl.Range) int {
	end := f.base + r.End.Byte
	if end > f.start(r) && end <= len(f.text) && f.text[end-1] == '\n' {
		end--
		if end > 0 && f.text[end-1] == '\r' {
			end--
		}
	}
	return end
}

func (f *file) source(r hcl.Range) string { return string(f.text[f.start(r):f.end(r)]) }

// unwrap takes parentheses and functions that do not change a value off an
// expression.
func unwrap(expr hclsyntax.Expression) hclsyntax.Expression {
	for {
		switch x := expr.(type) {
		case *hclsyntax.ParenthesesExpr:
			expr = x.Expression
		case *hclsyntax.FunctionCallExpr:
			if len(x.Args) != 1 || !slices.Contains([]string{"jsonencode", "tolist", "toset", "tomap", "sensitive", "nonsensitive"}, x.Name) {
				return expr
			}
			expr = x.Args[0]
		default:
			return expr
		}
	}
}

// within is the innermost block that the spot is, or is in.
func (s *spot) within() *spot {
	for s != nil && s.block == nil {
		s = s.outer
	}
	return s
}

// argument is the argument that the spot is, or is in.
func (s *spot) argument() *spot {
	for s != nil && s.attr == nil {
		if s.block != nil {
			return nil
		}
		s = s.outer
	}
	return s
}

// resource is the outermost block around the spot, and path leads from there
// to the block that the spot is, or is in: "versioning".
func (s *spot) resource() (top *spot, path []string) {
	for here := s.within(); here != nil; here = here.outer {
		if here.outer == nil {
			return here, path
		}
		path = slices.Insert(path, 0, here.block.Type)
	}
	return nil, nil
}

// dynamic tells whether a dynamic block stands around the spot, or is it.
func (s *spot) dynamic() bool {
	for ; s != nil; s = s.outer {
		if s.block != nil && s.block.Type == "dynamic" && len(s.block.Labels) == 1 {
			return true
		}
	}
	return false
}

// typ and name are those of a resource block.
func (s *spot) typ() string {
	if len(s.block.Labels) == 2 {
		return s.block.Labels[0]
	}
	return ""
}

func (s *spot) name() string {
	if len(s.block.Labels) == 2 {
		return s.block.Labels[1]
	}
	return ""
}

// open parses a file once.
func (e *editor) open(name string) (*file, error) {
	texts := e.request.Texts
	if f := texts.parsed[name]; f != nil {
		return f, nil
	}
	text, err := texts.read(name)
	if err != nil {
		return nil, edit.Impossiblef("%s cannot be read: %v", name, err)
	}
	f, err := parse(name, text)
	if err != nil {
		return nil, err
	}
	texts.parsed[name] = f
	return f, nil
}

// spot is what stands at a place; nil when the place is not known.
func (e *editor) spot(at *cloud.Location) *spot {
	if at == nil || at.Line == 0 {
		return nil
	}
	f, err := e.open(at.File)
	if err != nil {
		return nil
	}
	return f.spots[place{at.Line, at.Column}]
}

// siblings are the files of the module that a file belongs to.
func (e *editor) siblings(name string) []string {
	var out []string
	for _, other := range e.request.Files {
		if filepath.Dir(other) == filepath.Dir(name) && path.Ext(other) == ".tf" {
			out = append(out, other)
		}
	}
	if !slices.Contains(out, name) {
		out = append(out, name)
	}
	return out
}

// user names a block of the module, other than the given ones, that refers to
// an address; empty when nothing does.
func (e *editor) user(address string, home *file, except ...*spot) string {
	word := regexp.MustCompile(`(^|[^A-Za-z0-9_.-])` + regexp.QuoteMeta(address) + `($|[^A-Za-z0-9_-])`)
	for _, name := range e.siblings(home.name) {
		f, err := e.open(name)
		if err != nil {
			return name // what cannot be read may refer to it
		}
		for _, b := range f.body.Blocks {
			if slices.ContainsFunc(except, func(s *spot) bool { return s.block == b }) {
				continue
			}
			if word.MatchString(f.source(b.Range())) {
				return strings.Join(append([]string{b.Type}, b.Labels...), ".")
			}
		}
	}
	return ""
}

// freshName is a name like the given one that no resource of the type has.
func (e *editor) freshName(home *file, typ, name string) string {
	taken := map[string]bool{}
	for _, other := range e.siblings(home.name) {
		f, err := e.open(other)
		if err != nil {
			continue
		}
		for _, b := range f.body.Blocks {
			if b.Type == "resource" && len(b.Labels) == 2 && b.Labels[0] == typ {
				taken[b.Labels[1]] = true
			}
		}
	}
	return e.fresh(typ, name, taken)
}
