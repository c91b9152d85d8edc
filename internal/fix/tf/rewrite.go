package tf

import (
	"fmt"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/fix/delta"
	"github.com/surety-cloud/surety/internal/fix/edit"
	"github.com/surety-cloud/surety/internal/source/terraform"
)

// A Request is a change of the properties of one resource.
type Request struct {
	Resource *cloud.Resource
	Change   *delta.Change // of the properties as a whole; Within

	// World are the resources of the same configuration, by address.
	World map[string]*cloud.Resource
	// Files are the files of the configuration.
	Files []string
	// Texts are those files as they are now.
	Texts *Texts
}

// Texts are files that are parsed once for many requests.
type Texts struct {
	read   func(name string) ([]byte, error)
	parsed map[string]*file
}

// NewTexts gives the files that read reads, and reads them when needed.
func NewTexts(read func(name string) ([]byte, error)) *Texts {
	return &Texts{read: read, parsed: map[string]*file{}}
}

// Forget lets a file be read anew, after it was changed.
func (t *Texts) Forget(name string) { delete(t.parsed, name) }

// A Plan is what a request comes to in the text.
type Plan struct {
	Edits  map[string][]edit.Edit // by file
	Chosen []Choice
	Gone   bool // the resource itself goes: it was only a part of another
}

// A Choice is a value in what is taken away that someone chooses elsewhere.
type Choice struct {
	Path string // "SecurityGroupIngress[0].CidrIp"
	By   string // "variable cidr"
}

// Rewrite plans the edits that a request needs. The error is an
// [edit.Impossible] with the reason where the text cannot be changed so.
func Rewrite(r Request) (*Plan, error) {
	e := &editor{
		request: r, plan: &Plan{Edits: map[string][]edit.Edit{}},
		bodies: map[*spot]*addition{}, taken: map[string]bool{}, prefix: modulePrefix(r.Resource.ID),
	}
	if strings.Contains(r.Resource.Source.File, ".terraform/") {
		return nil, edit.Impossiblef("it comes from %s, which is downloaded", strings.TrimSuffix(e.prefix, "."))
	}
	if strings.HasPrefix(r.Resource.SourceType, "awscc_") {
		return nil, edit.Impossible("arguments of the provider awscc are not written by Surety")
	}
	f, err := e.open(r.Resource.Source.File)
	if err != nil {
		return nil, err
	}
	e.eol = edit.EOL(f.text)
	if e.home = e.spot(r.Resource.Source); e.home == nil || e.home.block == nil {
		return nil, edit.Impossible("the resource is not written as a block of its own")
	}
	e.home, _ = e.home.resource()
	for _, name := range r.Change.Names() {
		if err := e.property(name, r.Change.Fields[name], field(r.Resource.Source, name)); err != nil {
			return nil, err
		}
	}
	if err := e.flush(); err != nil {
		return nil, err
	}
	return e.plan, nil
}

// modulePrefix is what the addresses of a module begin with: "module.net.".
func modulePrefix(address string) string {
	prefix := ""
	for strings.HasPrefix(address, "module.") {
		end := len("module.")
		depth := 0
		for end < len(address) && (depth > 0 || address[end] != '.') {
			switch address[end] {
			case '[':
				depth++
			case ']':
				depth--
			}
			end++
		}
		if end >= len(address) {
			break
		}
		prefix, address = prefix+address[:end+1], address[end+1:]
	}
	return prefix
}

// An editor follows one change to the places of the text.
type editor struct {
	request Request
	plan    *Plan
	eol     string
	home    *spot  // the resource's own block
	prefix  string // of the addresses of its module

	bodies map[*spot]*addition // what is added to blocks
	order  []*spot
	parts  []*newPart
	taken  map[string]bool // names given to new resources
}

func (e *editor) edit(f *file, start, end int, text string) {
	e.plan.Edits[f.name] = append(e.plan.Edits[f.name], edit.Edit{Start: start, End: end, Text: text})
}

func (e *editor) fresh(typ, name string, taken map[string]bool) string {
	for i := 1; ; i++ {
		fresh := name
		if i > 1 {
			fresh = fmt.Sprintf("%s_%d", name, i)
		}
		if key := typ + "." + fresh; !taken[fresh] && !e.taken[key] {
			e.taken[key] = true
			return fresh
		}
	}
}

func field(at *cloud.Location, name string) *cloud.Location {
	if at == nil {
		return nil
	}
	return at.Fields[name]
}

func item(at *cloud.Location, i int) *cloud.Location {
	if at == nil || i >= len(at.Items) {
		return nil
	}
	return at.Items[i]
}

// property applies the change of the property at a path.
func (e *editor) property(path string, c *delta.Change, at *cloud.Location) error {
	s := e.spot(at)
	if s != nil && s.dynamic() {
		return edit.Impossiblef("%s stands in a dynamic block (line %d)", path, at.Line)
	}
	old, isList := c.Old.([]any)
	switch {
	case c.Kind == delta.Remove:
		return e.remove(path, s, c.Old)
	case c.Kind == delta.Within && isList && e.inBlocks(at, old):
		return e.blocks(path, c, at)
	case s != nil && !isList && e.is(s, path, c), s != nil && s.attr != nil && e.is(s, path, c):
		return e.written(path, c, s)
	case c.Kind == delta.Set:
		if added, isList := c.New.([]any); isList {
			all := delta.Between([]any{}, added)
			if done, err := e.keyed(path, all, at); done || all == nil {
				return err
			}
		}
		return e.add(path, c.New)
	}
	if isList {
		if done, err := e.keyed(path, c, at); done {
			return err
		}
		if done, err := e.fieldList(path, c, at); done {
			return err
		}
		return e.add(path, c.New)
	}
	for _, name := range c.Names() {
		if err := e.property(path+"."+name, c.Fields[name], field(at, name)); err != nil {
			return err
		}
	}
	return nil
}

// is tells whether an argument, or a part of one, is all of a property. The
// place of an object that several arguments make up is that of one of them.
func (e *editor) is(s *spot, path string, c *delta.Change) bool {
	if s.expr != nil {
		return s.argument() != nil && s.argument().holds(path)
	}
	if s.attr == nil {
		return false
	}
	if e.document(s, path, c) {
		return true
	}
	top, names := s.resource()
	tfPath := strings.Join(append(names, s.attr.Name), ".")
	for _, v := range []any{c.New, c.Old} {
		if _, ok := terraform.TerraformValue(top.typ(), tfPath, path, v); ok && v != nil {
			return true
		}
	}
	return false
}

// holds tells whether an argument is where Terraform has a property.
func (s *spot) holds(path string) bool {
	top, names := s.resource()
	return terraform.IsProperty(top.typ(), strings.Join(append(names, s.attr.Name), "."), path)
}

// written changes a property that an argument, or a part of one, holds.
func (e *editor) written(path string, c *delta.Change, s *spot) error {
	if s.expr != nil {
		return e.expression(s.file, s.expr, c, path)
	}
	if e.document(s, path, c) {
		return e.policy(path, c, s)
	}
	top, names := s.resource()
	tfPath := strings.Join(append(names, s.attr.Name), ".")
	after, ok := terraform.TerraformValue(top.typ(), tfPath, path, c.New)
	if !ok {
		return edit.Impossiblef("the value of %s has no counterpart in %s of %s", path, s.attr.Name, top.typ())
	}
	before, ok := terraform.TerraformValue(top.typ(), tfPath, path, c.Old)
	if !ok {
		before = nil
	}
	if shape, ok := terraform.TerraformShape(top.typ(), tfPath); ok {
		before, after = adapted(before, shape.Kind), adapted(after, shape.Kind)
	}
	change := delta.Between(before, after)
	if change == nil {
		return edit.Impossiblef("%s of %s cannot say what is wanted of %s", s.attr.Name, top.typ(), path)
	}
	return e.expression(s.file, s.attr.Expr, change, path)
}

// document tells whether an argument holds a JSON document as text.
func (e *editor) document(s *spot, path string, c *delta.Change) bool {
	if !s.holds(path) {
		return false
	}
	top, names := s.resource()
	shape, ok := terraform.TerraformShape(top.typ(), strings.Join(append(names, s.attr.Name), "."))
	_, isObject := c.New.(map[string]any)
	_, wasObject := c.Old.(map[string]any)
	return ok && shape.Kind == "string" && (isObject || c.Kind == delta.Remove && wasObject)
}

// remove takes a property away that an argument or a nested block is.
func (e *editor) remove(path string, s *spot, old any) error {
	switch {
	case s == nil:
		return edit.Impossiblef("%s is not written where the resource is", path)
	case s.attr != nil && e.is(s, path, &delta.Change{Kind: delta.Remove, Old: old}):
		e.choices(s.attr.Expr, path)
		e.removeArgument(s)
		return nil
	case s.block != nil && s.outer != nil:
		top, names := s.resource()
		if slices.Contains(terraform.TerraformPaths(top.typ(), path), strings.Join(names, "[].")+"[]") {
			e.removeBlock(s)
			return nil
		}
	}
	return edit.Impossiblef("%s follows from other arguments", path)
}

// removeArgument takes the lines of an argument away.
func (e *editor) removeArgument(s *spot) {
	f := s.file
	if b := s.outer.block; b.OpenBraceRange.Start.Line == b.CloseBraceRange.Start.Line {
		e.edit(f, f.base+b.OpenBraceRange.End.Byte, f.start(b.CloseBraceRange), "")
		return
	}
	from, to := f.lines(f.start(s.attr.SrcRange), f.end(s.attr.SrcRange))
	e.edit(f, from, to, "")
}

// removeBlock takes a block away, with the comments directly above it.
func (e *editor) removeBlock(s *spot) {
	f := s.file
	from, to := f.lines(f.start(s.block.Range()), f.base+s.block.CloseBraceRange.End.Byte)
	from, to = f.paragraph(from, to)
	e.edit(f, from, to, "")
}
