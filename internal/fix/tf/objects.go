package tf

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/fix/delta"
	"github.com/surety-cloud/surety/internal/fix/edit"
	"github.com/surety-cloud/surety/internal/source/terraform"
)

// Some blocks may be written as a list of objects ("ingress = [{…}]"). Each
// object then has all arguments of the block, empty ones too.

// objects changes a list whose elements are written in such objects.
func (e *editor) objects(path string, at *cloud.Location, spots []*spot, members map[*spot][]int, left map[*spot][]delta.Item, added []any) error {
	if len(added) > 0 {
		return edit.Impossiblef("%s is written as a list of objects, and a new one would be needed", path)
	}
	f, arg := spots[0].file, spots[0].outer
	x, ok := tupleOf(arg.attr.Expr)
	if arg.attr == nil || !ok {
		return edit.Impossiblef("%s is not written as a list", path)
	}
	s := &sequence{file: f, rng: x.Range(), commas: true, last: -1}
	index := map[*spot]int{}
	for i, expr := range x.Exprs {
		s.items = append(s.items, expr.Range())
		for _, spot := range spots {
			if spot.expr == expr {
				index[spot] = i
			}
		}
	}
	if len(index) != len(spots) {
		return edit.Impossiblef("%s is not written item by item", path)
	}
	for _, spot := range spots {
		list := versions(left[spot])
		if len(list) == 0 {
			for _, i := range members[spot] {
				e.choices(spot.expr, fmt.Sprintf("%s[%d]", path, i))
			}
			s.remove(index[spot])
			continue
		}
		s.last = index[spot]
		for n, v := range list {
			o := &objectEdit{editor: e, path: path, at: at, spot: spot, members: members[spot]}
			if n == 0 {
				if err := o.version(v); err != nil {
					return err
				}
				continue
			}
			text, err := o.repeat(v)
			if err != nil {
				return err
			}
			s.add(text)
		}
	}
	e.apply(s)
	return nil
}

// An objectEdit changes one object that stands for a block.
type objectEdit struct {
	*editor
	path    string
	at      *cloud.Location
	spot    *spot
	members []int
}

// repeat is the text of the object as another version of it.
func (o *objectEdit) repeat(v *version) (string, error) {
	inner := *o.editor
	inner.plan = &Plan{Edits: map[string][]edit.Edit{}}
	again := *o
	again.editor = &inner
	if err := again.version(v); err != nil {
		return "", err
	}
	o.plan.Chosen = append(o.plan.Chosen, inner.plan.Chosen...)
	f, r := o.spot.file, o.spot.expr.Range()
	return slice(f.text, f.start(r), f.end(r), inner.plan.Edits[f.name])
}

// items are the arguments of the object.
func (o *objectEdit) items() map[string]hcl.Expression {
	out := map[string]hcl.Expression{}
	x, ok := unwrap(o.spot.expr).(*hclsyntax.ObjectConsExpr)
	if !ok {
		return out
	}
	for _, it := range x.Items {
		if name, ok := key(it.KeyExpr); ok {
			out[name] = it.ValueExpr
		}
	}
	return out
}

// version makes the object become the elements of one version.
func (o *objectEdit) version(v *version) error {
	f, items := o.spot.file, o.items()
	kept := map[int]bool{}
	for _, it := range v.items {
		kept[max(it.Old, it.Like)] = true
	}
	drop := map[hcl.Expression][]hclsyntax.Expression{}
	var order []hcl.Expression
	for _, i := range o.members {
		if kept[i] {
			continue
		}
		for _, name := range peers {
			s := o.editor.spot(field(item(o.at, i), name))
			if s == nil || s.expr == nil || s.outer == nil {
				continue
			}
			holder := hcl.Expression(s.expr) // "self = true"
			if s.outer.expr != nil && s.outer != o.spot {
				holder = s.outer.expr
			}
			if drop[holder] == nil {
				order = append(order, holder)
			}
			drop[holder] = append(drop[holder], s.expr)
			o.choices(s.expr, fmt.Sprintf("%s[%d].%s", o.path, i, name))
		}
	}
	for _, holder := range order {
		expr, _ := holder.(hclsyntax.Expression)
		x, isList := tupleOf(expr)
		if !isList {
			o.edit(f, f.start(expr.Range()), f.end(expr.Range()), "false")
			continue
		}
		s := &sequence{file: f, rng: x.Range(), commas: true, last: -1}
		for i, one := range x.Exprs {
			s.items = append(s.items, one.Range())
			if slices.Contains(drop[holder], one) {
				s.remove(i)
			}
		}
		o.apply(s)
	}
	return o.fields(v, f, items)
}

// fields changes what the elements of a version have in common.
func (o *objectEdit) fields(v *version, f *file, items map[string]hcl.Expression) error {
	it := v.items[0]
	if it.Change == nil {
		return nil
	}
	source := max(it.Old, it.Like)
	path := fmt.Sprintf("%s[%d]", o.path, source)
	if it.Change.Kind != delta.Within {
		return edit.Impossiblef("%s is not written as an object", path)
	}
	top, _ := o.spot.resource()
	for _, name := range it.Change.Names() {
		c, below := it.Change.Fields[name], path+"."+name
		argument := ""
		for _, p := range terraform.TerraformPaths(top.typ(), below) {
			argument = strings.TrimSuffix(p[strings.LastIndexByte(p, '.')+1:], "[]")
			break
		}
		expr, _ := items[argument].(hclsyntax.Expression)
		if expr == nil || slices.Contains(peers, name) || c.New == nil {
			return edit.Impossiblef("%s cannot be corrected in a list of objects", below)
		}
		if err := o.expression(f, expr, &delta.Change{Kind: delta.Set, Old: c.Old, New: c.New}, below); err != nil {
			return err
		}
	}
	return nil
}
