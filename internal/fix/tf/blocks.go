package tf

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/fix/delta"
	"github.com/surety-cloud/surety/internal/fix/edit"
	"github.com/surety-cloud/surety/internal/source/terraform"
)

// One block of Terraform may be several elements of CloudFormation's list: a
// rule of a security group for each of its ranges. So a changed list is
// gathered block by block: which elements are left of it, and in how many
// versions. One version stays where the block is, the others are repetitions
// of it.

// peers are the fields of an element that a block lists several of.
var peers = []string{
	"CidrIp", "CidrIpv6", "SourcePrefixListId", "SourceSecurityGroupId",
	"DestinationPrefixListId", "DestinationSecurityGroupId",
}

// inBlocks tells whether the elements of a list are written in blocks, or in
// objects that stand for blocks. What is not known may stand anywhere.
func (e *editor) inBlocks(at *cloud.Location, old []any) bool {
	found := false
	for i, v := range old {
		if _, unknown := v.(*cloud.Unresolved); unknown {
			continue
		}
		s := e.spot(item(at, i))
		// The place of what the provider sets by itself is the resource.
		if s == nil || s.block == nil && !s.isObject() || s == e.home && !s.isElement() {
			return false
		}
		found = true
	}
	return found
}

// isObject tells whether the spot is an object in an argument that stands for
// blocks.
func (s *spot) isObject() bool {
	arg := s.argument()
	if s.expr == nil || arg == nil {
		return false
	}
	top, names := s.resource()
	shape, ok := terraform.TerraformShape(top.typ(), strings.Join(append(names, arg.attr.Name), "."))
	_, is := unwrap(s.expr).(*hclsyntax.ObjectConsExpr)
	return is && ok && (shape.Block || shape.Objects)
}

// A version is the elements that one block, or one repetition of it, becomes.
type version struct {
	items []delta.Item
}

// blocks changes a list whose elements are written in blocks.
func (e *editor) blocks(path string, c *delta.Change, at *cloud.Location) error {
	old, _ := c.Old.([]any)
	members := map[*spot][]int{}
	var spots []*spot
	for i, v := range old {
		s := e.spot(item(at, i))
		if _, unknown := v.(*cloud.Unresolved); unknown || s == nil {
			continue
		}
		if s.dynamic() {
			return edit.Impossiblef("%s[%d] stands in a dynamic block (line %d)", path, i, item(at, i).Line)
		}
		if members[s] == nil {
			spots = append(spots, s)
		}
		members[s] = append(members[s], i)
	}
	left := map[*spot][]delta.Item{}
	var added []any
	for _, it := range c.Items {
		source := it.Old
		if source == delta.None {
			source = it.Like
		}
		if source == delta.None {
			added = append(added, it.New)
			continue
		}
		s := e.spot(item(at, source))
		if members[s] == nil && it.Change != nil {
			return edit.Impossiblef("%s[%d] is not known", path, source)
		}
		left[s] = append(left[s], it)
	}
	for _, i := range c.Removed() {
		if members[e.spot(item(at, i))] == nil {
			return edit.Impossiblef("%s[%d] is not known", path, i)
		}
	}
	if !slices.ContainsFunc(spots, func(s *spot) bool { return s.block == nil }) {
		return e.eachBlock(path, at, sortedSpots(spots), members, left, added)
	}
	if slices.ContainsFunc(spots, func(s *spot) bool { return s.block != nil || s.outer != spots[0].outer }) {
		return edit.Impossiblef("%s is written partly in blocks and partly in objects", path)
	}
	return e.objects(path, at, spots, members, left, added)
}

// eachBlock changes the elements that stand in blocks.
func (e *editor) eachBlock(path string, at *cloud.Location, spots []*spot, members map[*spot][]int, left map[*spot][]delta.Item, added []any) error {
	for _, v := range added {
		top, _ := spots[0].resource()
		if err := e.addNew(top, path, v); err != nil {
			return err
		}
	}
	for _, s := range spots {
		b := &blockEdit{editor: e, path: path, at: at, spot: s, members: members[s]}
		if err := b.run(versions(left[s])); err != nil {
			return err
		}
	}
	return nil
}

// versions groups elements that differ in nothing but their peer. What stays
// as it is comes first.
func versions(items []delta.Item) []*version {
	var out []*version
	byText := map[string]*version{}
	for _, it := range items {
		rest, _ := it.New.(map[string]any)
		rest = maps.Clone(rest)
		for _, name := range peers {
			delete(rest, name)
		}
		text, _ := json.Marshal(rest)
		v := byText[string(text)]
		if v == nil {
			v = &version{}
			byText[string(text)] = v
			out = append(out, v)
		}
		v.items = append(v.items, it)
	}
	unchanged := func(v *version) int {
		if slices.ContainsFunc(v.items, func(i delta.Item) bool { return i.Old != delta.None && i.Change == nil }) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out, func(a, b *version) int { return unchanged(a) - unchanged(b) })
	return out
}

// A blockEdit changes one block.
type blockEdit struct {
	*editor
	path    string
	at      *cloud.Location // of the list
	spot    *spot
	members []int // the elements that the block is now
}

func (b *blockEdit) run(list []*version) error {
	if len(list) == 0 {
		return b.vanish()
	}
	f := b.spot.file
	start, limit := edit.LineStart(f.text, f.start(b.spot.block.Range())), f.base+b.spot.block.CloseBraceRange.End.Byte
	var more strings.Builder
	for _, v := range list[1:] {
		inner := *b.editor
		inner.plan = &Plan{Edits: map[string][]edit.Edit{}}
		inner.bodies, inner.order = map[*spot]*addition{}, nil
		repeat := *b
		repeat.editor = &inner
		if err := repeat.version(v); err != nil {
			return err
		}
		if b.spot.outer == nil {
			label := b.spot.block.LabelRanges[1]
			inner.edit(f, f.start(label), f.end(label), `"`+b.freshName(f, b.spot.typ(), b.spot.name())+`"`)
		}
		if err := inner.flush(); err != nil {
			return err
		}
		text, err := slice(f.text, start, limit, inner.plan.Edits[f.name])
		if err != nil {
			return err
		}
		b.plan.Chosen = append(b.plan.Chosen, inner.plan.Chosen...)
		if b.spot.outer == nil || f.spaced(b.spot) {
			more.WriteString(b.eol)
		}
		more.WriteString(text + b.eol)
	}
	if more.Len() > 0 {
		b.behind(b.spot, more.String())
	}
	return b.version(list[0])
}

// spaced tells whether a blank line stands between the block and the one
// before it.
func (f *file) spaced(s *spot) bool {
	from, _ := f.lines(f.start(s.block.Range()), f.start(s.block.Range()))
	return from > 0 && strings.TrimSpace(string(f.text[edit.LineStart(f.text, from-1):from])) == ""
}

// slice is the text from start to end as edits leave it.
func slice(text []byte, start, end int, edits []edit.Edit) (string, error) {
	moved := slices.Clone(edits)
	for i := range moved {
		moved[i].Start, moved[i].End = moved[i].Start-start, moved[i].End-start
		if moved[i].Start < 0 || moved[i].End > end-start {
			return "", edit.Impossible("the text is laid out in a way that cannot be changed safely")
		}
	}
	out, err := edit.Apply(text[start:end], moved)
	return string(out), err
}

// vanish takes the whole block away.
func (b *blockEdit) vanish() error {
	for _, i := range b.members {
		here := item(b.at, i)
		for name := range here.Fields {
			if s := b.spotOf(i, name); s != nil && s.attr != nil {
				b.choices(s.attr.Expr, fmt.Sprintf("%s[%d].%s", b.path, i, name))
			}
		}
	}
	if b.spot.outer == nil {
		address := b.spot.typ() + "." + b.spot.name()
		if user := b.user(address, b.spot.file, b.spot); user != "" {
			return edit.Impossiblef("resource %s would have to go, and %s refers to it", address, user)
		}
	}
	b.removeBlock(b.spot)
	b.plan.Gone = b.plan.Gone || b.spot == b.home
	return nil
}

// isElement tells whether the spot is a resource that is one element of a list
// of its owner.
func (s *spot) isElement() bool {
	return s.block != nil && s.outer == nil && strings.HasSuffix(s.typ(), "_rule")
}

// spotOf is where a field of an element is written; nil when it is not.
func (b *blockEdit) spotOf(i int, name string) *spot {
	s := b.editor.spot(field(item(b.at, i), name))
	if s == nil || s.attr == nil && s.expr == nil {
		return nil
	}
	return s
}

// version makes the block become the elements of one version.
func (b *blockEdit) version(v *version) error {
	kept := map[int]bool{}
	for _, it := range v.items {
		source := max(it.Old, it.Like)
		if kept[source] {
			return edit.Impossiblef("%s would have to say the same twice", b.path)
		}
		kept[source] = true
	}
	if err := b.dropPeers(kept); err != nil {
		return err
	}
	for n, it := range v.items {
		source := max(it.Old, it.Like)
		if it.Change == nil {
			continue
		}
		if it.Change.Kind != delta.Within {
			return edit.Impossiblef("%s[%d] is not written as an object", b.path, source)
		}
		for _, name := range it.Change.Names() {
			isPeer := slices.Contains(peers, name)
			if n > 0 && !isPeer {
				continue // the first has changed it for all
			}
			if err := b.change(source, name, it.Change.Fields[name]); err != nil {
				return err
			}
		}
	}
	return nil
}

// change changes one field of an element.
func (b *blockEdit) change(i int, name string, c *delta.Change) error {
	path := fmt.Sprintf("%s[%d].%s", b.path, i, name)
	s := b.spotOf(i, name)
	switch {
	case c.Kind == delta.Remove && s != nil && s.attr != nil:
		b.choices(s.attr.Expr, path)
		b.removeArgument(s)
		return nil
	case c.Kind == delta.Remove:
		return edit.Impossiblef("%s is not written where the element is", path)
	case s != nil:
		return b.written(path, c, s)
	case c.Kind == delta.Within:
		return b.property(path, c, field(item(b.at, i), name))
	}
	return b.addField(path, c.New)
}

// addField writes a field that the block has not.
func (b *blockEdit) addField(path string, value any) error {
	top, names := b.spot.resource()
	list, err := leaves(top.typ(), path, value, nil)
	if err != nil {
		return err
	}
	for _, l := range list {
		if len(l.path) <= len(names) || !slices.Equal(l.path[:len(names)], names) {
			return edit.Impossiblef("%s has no argument for %s", top.typ(), path)
		}
		if err := b.putLeaf(b.spot, l, len(names), path); err != nil {
			return err
		}
	}
	return nil
}

// dropPeers takes the ranges, groups and lists out of the block whose elements
// do not stay.
func (b *blockEdit) dropPeers(kept map[int]bool) error {
	type use struct {
		spots []*spot // of the members that go
		paths []string
		stays bool
	}
	uses := map[*spot]*use{} // by argument
	var order []*spot
	for _, i := range b.members {
		for _, name := range peers {
			s := b.spotOf(i, name)
			if s == nil {
				continue
			}
			arg := s.argument()
			u := uses[arg]
			if u == nil {
				u = &use{}
				uses[arg] = u
				order = append(order, arg)
			}
			if kept[i] {
				u.stays = true
				continue
			}
			u.spots = append(u.spots, s)
			u.paths = append(u.paths, fmt.Sprintf("%s[%d].%s", b.path, i, name))
		}
	}
	for _, arg := range order {
		u := uses[arg]
		if len(u.spots) == 0 {
			continue
		}
		for n, s := range u.spots {
			if s.expr != nil {
				b.choices(s.expr, u.paths[n])
			} else {
				b.choices(s.attr.Expr, u.paths[n])
			}
		}
		if !u.stays {
			b.removeArgument(arg)
			continue
		}
		if err := b.dropItems(arg, u.spots, u.paths[0]); err != nil {
			return err
		}
	}
	return nil
}

// dropItems takes items out of the list that an argument is.
func (b *blockEdit) dropItems(arg *spot, items []*spot, path string) error {
	x, ok := tupleOf(arg.attr.Expr)
	if !ok {
		return arg.file.fixedOr(arg.attr.Expr, path, "is not written as a list")
	}
	s := &sequence{file: arg.file, rng: x.Range(), commas: true, last: -1}
	for i, expr := range x.Exprs {
		s.items = append(s.items, expr.Range())
		if slices.ContainsFunc(items, func(s *spot) bool { return s.expr == expr }) {
			s.remove(i)
		}
	}
	if len(s.removed) != len(items) {
		return arg.file.fixedOr(arg.attr.Expr, path, "is not written item by item")
	}
	b.apply(s)
	return nil
}
