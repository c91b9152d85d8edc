package tf

import (
	"maps"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/fix/delta"
	"github.com/surety-cloud/surety/internal/fix/edit"
	"github.com/surety-cloud/surety/internal/source/terraform"
)

// An addition is what is to be written in a block beside what is there.
type addition struct {
	arguments []argument
	blocks    []*nested
}

type argument struct {
	name  string
	value any
}

// A nested is a block that is added.
type nested struct {
	name string
	key  string // tells the blocks of one name apart
	addition
}

// A newPart is a resource that is added beside the one that it is a part of.
type newPart struct {
	typ      string
	argument string // names the owner
	addition
}

func (a *addition) block(name, key string) *nested {
	for _, n := range a.blocks {
		if n.name == name && n.key == key {
			return n
		}
	}
	n := &nested{name: name, key: key}
	a.blocks = append(a.blocks, n)
	return n
}

// A leaf is one argument that a new value comes to.
type leaf struct {
	path   []string // names from the resource's block to the argument
	keys   []string // of the blocks on the way, where several may be
	value  any
	isOpen bool // path is a block without arguments
}

// leaves takes a new value of the property at a path apart into arguments of a
// Terraform type.
func leaves(tfType, cfnPath string, value any, keys map[string]string) ([]leaf, error) {
	if value == nil {
		return nil, nil
	}
	paths := terraform.TerraformPaths(tfType, cfnPath)
	for _, path := range paths {
		shape, ok := terraform.TerraformShape(tfType, path)
		if !ok || shape.Block || shape.Objects || shape.ReadOnly {
			continue
		}
		if v, ok := terraform.TerraformValue(tfType, path, cfnPath, value); ok {
			return []leaf{newLeaf(path, adapted(v, shape.Kind), keys)}, nil
		}
	}
	switch value := value.(type) {
	case *cloud.Unresolved:
		return nil, edit.Impossiblef("the corrected value depends on what is not known: %s", value.Reason)
	case map[string]any:
		var out []leaf
		for _, name := range slices.Sorted(maps.Keys(value)) {
			more, err := leaves(tfType, cfnPath+"."+name, value[name], keys)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
		}
		if len(value) == 0 {
			for _, path := range paths {
				if shape, ok := terraform.TerraformShape(tfType, path); ok && (shape.Block || shape.Objects) {
					l := newLeaf(path, nil, keys)
					l.isOpen = true
					return []leaf{l}, nil
				}
			}
		}
		return out, nil
	case []any:
		return listLeaves(tfType, cfnPath, paths, value, keys)
	}
	return nil, edit.Impossiblef("%s has no argument for %s", tfType, cfnPath)
}

// listLeaves takes a list of objects apart, of which each is a block.
func listLeaves(tfType, cfnPath string, paths []string, value []any, keys map[string]string) ([]leaf, error) {
	if field, argument := single(tfType, cfnPath, value); argument != "" {
		return []leaf{newLeaf(argument, values(value, field), keys)}, nil
	}
	block := ""
	for _, path := range paths {
		if shape, ok := terraform.TerraformShape(tfType, path); ok && (shape.Block || shape.Objects) {
			block = path
			break
		}
	}
	var out []leaf
	for i, v := range value {
		inner := maps.Clone(keys)
		if inner == nil {
			inner = map[string]string{}
		}
		switch {
		case block != "":
			inner[strings.TrimSuffix(block, "[]")] = strings.Repeat("+", i)
		case len(value) > 1:
			return nil, edit.Impossiblef("%s has no argument for several %s", tfType, cfnPath)
		}
		more, err := leaves(tfType, cfnPath, v, inner)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

func newLeaf(path string, v any, keys map[string]string) leaf {
	l := leaf{value: v}
	parts := strings.Split(path, ".")
	for i, part := range parts {
		l.path = append(l.path, strings.TrimSuffix(part, "[]"))
		l.keys = append(l.keys, keys[strings.TrimSuffix(strings.Join(parts[:i+1], "."), "[]")])
	}
	return l
}

// add writes a property that is not written yet.
func (e *editor) add(path string, value any) error {
	at, fits := e.neighbour(path)
	if at != nil {
		return e.addTo(at, path, value, fits)
	}
	for _, p := range terraform.PartTypes(e.request.Resource.Type, path) {
		// The settings of a bucket have resources of their own; the arguments
		// of the bucket itself are deprecated.
		if e.request.Resource.Type != "AWS::S3::Bucket" && len(terraform.TerraformPaths(e.home.typ(), path)) > 0 {
			continue
		}
		if s := e.existing(p); s != nil {
			return e.addTo(s, path, value, nil)
		}
		return e.addPart(p, path, value)
	}
	return e.addTo(e.home, path, value, nil)
}

// existing finds the resource of a part's type that names the owner.
func (e *editor) existing(p terraform.PartType) *spot {
	for _, name := range e.siblings(e.home.file.name) {
		f, err := e.open(name)
		if err != nil {
			continue
		}
		for _, b := range f.body.Blocks {
			if b.Type != "resource" || len(b.Labels) != 2 || b.Labels[0] != p.Type || b.Body.Attributes[p.Argument] == nil {
				continue
			}
			for _, t := range b.Body.Attributes[p.Argument].Expr.Variables() {
				if strings.HasPrefix(reference(t)+".", e.home.typ()+"."+e.home.name()+".") {
					return f.spots[place{b.TypeRange.Start.Line, b.TypeRange.Start.Column}]
				}
			}
		}
	}
	return nil
}

// rivals are arguments and blocks that Terraform does not take beside another
// of the same resource, which sets the same.
var rivals = map[string]map[string][]string{
	"aws_s3_bucket":     {"acl": {"grant"}},
	"aws_s3_bucket_acl": {"acl": {"access_control_policy"}},
}

// displace takes away what cannot stand beside a new argument.
func (e *editor) displace(s *spot, name string) {
	if s.outer != nil {
		return
	}
	for _, rival := range rivals[s.typ()][name] {
		for _, b := range s.block.Body.Blocks {
			if b.Type == rival {
				e.removeBlock(s.file.spots[place{b.TypeRange.Start.Line, b.TypeRange.Start.Column}])
			}
		}
	}
}

// neighbour finds the block in which something is written already of the
// object that the property at a path belongs to, and how far the path of
// blocks leads there.
func (e *editor) neighbour(path string) (top *spot, inside *spot) {
	names := strings.Split(path, ".")
	places := []*cloud.Location{e.request.Resource.Source}
	for _, name := range names {
		name, _, _ = strings.Cut(name, "[")
		places = append(places, field(places[len(places)-1], name))
	}
	for i := len(places) - 1; i > 0; i-- {
		if places[i] == nil {
			continue
		}
		s := e.spot(places[i])
		if s == nil {
			for _, name := range slices.Sorted(maps.Keys(places[i].Fields)) {
				if s = e.spot(places[i].Fields[name]); s != nil {
					break
				}
			}
		}
		if s == nil {
			continue
		}
		block := s.within()
		if resource, _ := block.resource(); resource != nil && len(terraform.TerraformPaths(resource.typ(), path)) > 0 {
			return resource, block
		}
	}
	return nil, nil
}

// addTo writes a property into a resource that is there.
func (e *editor) addTo(top *spot, path string, value any, inside *spot) error {
	list, err := leaves(top.typ(), path, value, nil)
	if err != nil {
		return err
	}
	return e.addLeaves(top, path, list, inside)
}

// addNew writes an element of a list in a block of its own, beside those that
// are there.
func (e *editor) addNew(top *spot, path string, value any) error {
	// Nothing is written for the first, which stands for those that are there.
	list, err := leaves(top.typ(), path, []any{nil, value}, nil)
	if err != nil {
		return err
	}
	return e.addLeaves(top, path, list, nil)
}

func (e *editor) addLeaves(top *spot, path string, list []leaf, inside *spot) error {
	if len(list) == 0 {
		return edit.Impossiblef("%s has no argument for %s", top.typ(), path)
	}
	for _, l := range list {
		here, depth := top, 0
		for depth < len(l.path)-1 {
			next := e.below(here, l.path[depth], l.keys[depth], inside)
			if next == nil {
				break
			}
			if next.dynamic() {
				return edit.Impossiblef("%s stands in a dynamic block (line %d)", path, next.block.TypeRange.Start.Line)
			}
			here, depth = next, depth+1
		}
		if err := e.putLeaf(here, l, depth, path); err != nil {
			return err
		}
	}
	return nil
}

// putLeaf writes an argument in a block that is there, in the place of one
// that says nothing ("enabled = false" where only true means something).
func (e *editor) putLeaf(s *spot, l leaf, depth int, path string) error {
	if a := s.block.Body.Attributes[l.path[depth]]; a != nil && depth == len(l.path)-1 && !l.isOpen {
		return e.expression(s.file, a.Expr, &delta.Change{Kind: delta.Set, New: l.value}, path)
	}
	e.displace(s, l.path[depth])
	e.body(s).put(l, depth)
	return nil
}

// body is what is added to a block.
func (e *editor) body(s *spot) *addition {
	a := e.bodies[s]
	if a == nil {
		a = &addition{}
		e.bodies[s] = a
		e.order = append(e.order, s)
	}
	return a
}

// below is the nested block of a name that a new argument belongs in; nil when
// there is none yet.
func (e *editor) below(s *spot, name, key string, inside *spot) *spot {
	var found *spot
	for _, b := range s.block.Body.Blocks {
		if b.Type != name && !(b.Type == "dynamic" && len(b.Labels) == 1 && b.Labels[0] == name) {
			continue
		}
		next := s.file.spots[place{b.TypeRange.Start.Line, b.TypeRange.Start.Column}]
		for here := inside; here != nil; here = here.outer {
			if here == next {
				return next
			}
		}
		if found == nil && key == "" {
			found = next
		}
	}
	return found
}

func (a *addition) put(l leaf, depth int) {
	for depth < len(l.path)-1 {
		a = &a.block(l.path[depth], l.keys[depth]).addition
		depth++
	}
	if l.isOpen {
		a.block(l.path[depth], l.keys[depth])
		return
	}
	a.arguments = append(a.arguments, argument{l.path[depth], l.value})
}

// addPart writes a property into a new resource beside the owner.
func (e *editor) addPart(p terraform.PartType, path string, value any) error {
	list, err := leaves(p.Type, path, value, nil)
	if err != nil {
		return err
	}
	var part *newPart
	for _, other := range e.parts {
		if other.typ == p.Type {
			part = other
		}
	}
	if part == nil {
		part = &newPart{typ: p.Type, argument: p.Argument}
		e.parts = append(e.parts, part)
	}
	for _, l := range list {
		part.put(l, 0)
	}
	return nil
}
