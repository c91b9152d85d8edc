package cfn

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/fix/delta"
	"github.com/surety-cloud/surety/internal/fix/edit"
)

// Some resources are parts of another (a security group's rule): an element of
// the owner's list stands in a resource of its own.

// elements are the types of which each resource is one element of its owner
// and nothing else, so that taking the element away takes the resource away.
var elements = map[string]bool{
	"AWS::EC2::SecurityGroupIngress": true,
	"AWS::EC2::SecurityGroupEgress":  true,
	"AWS::EC2::NetworkAclEntry":      true,
}

// resourceAt finds the resource in whose text a place lies.
func (d *Document) resourceAt(at *cloud.Location) *element {
	resources := d.root.get("Resources")
	if resources == nil || at == nil {
		return nil
	}
	for _, e := range resources.node.elems {
		if d.holds(e, at) {
			return e
		}
	}
	return nil
}

// elsewhere tells whether a change is of a list all of whose elements stand in
// resources of their own.
func (w *editor) elsewhere(c *delta.Change, at *cloud.Location) bool {
	old, isList := c.Old.([]any)
	if !isList || len(old) == 0 || at == nil || len(at.Items) < len(old) {
		return false
	}
	for i := range old {
		if w.d.resourceAt(itemOf(at, i)) == nil {
			return false
		}
	}
	return true
}

// listElsewhere applies a change to such a list.
func (w *editor) listElsewhere(c *delta.Change, at *cloud.Location, path string) error {
	if c.Kind != delta.Within {
		return edit.Impossiblef("%s is made of resources of their own", path)
	}
	for _, i := range c.Removed() {
		if err := w.removeElsewhere(itemOf(at, i), fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return err
		}
	}
	for _, item := range c.Items {
		var err error
		switch {
		case item.Old != delta.None && item.Change == nil:
		case item.Old != delta.None:
			err = w.changeElsewhere(item.Change, itemOf(at, item.Old), fmt.Sprintf("%s[%d]", path, item.Old))
		case item.Like != delta.None:
			err = w.repeatElsewhere(item.Change, itemOf(at, item.Like), fmt.Sprintf("%s[%d]", path, item.Like))
		default:
			err = edit.Impossiblef("%s is made of resources of their own, and a new one would be needed", path)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// own is the resource of an element that stands elsewhere.
func (w *editor) own(at *cloud.Location, path string) (*element, error) {
	e := w.d.resourceAt(at)
	if e == nil {
		return nil, edit.Impossiblef("%s is written outside of the resources of this template", path)
	}
	return e, w.fixed(e.node, e.key)
}

func (w *editor) removeElsewhere(at *cloud.Location, path string) error {
	e, err := w.own(at, path)
	if err != nil {
		return err
	}
	typ := e.node.get("Type")
	if typ == nil || !elements[typ.node.value] {
		return edit.Impossiblef("%s follows from resource %s", path, e.key)
	}
	if user := w.d.user(e); user != "" {
		return edit.Impossiblef("resource %s would have to go, and %s refers to it", e.key, user)
	}
	if properties := e.node.get("Properties"); properties != nil {
		w.choices(properties.node, path)
	}
	w.resources.remove(e)
	return nil
}

func (w *editor) changeElsewhere(c *delta.Change, at *cloud.Location, path string) error {
	e, err := w.own(at, path)
	if err != nil {
		return err
	}
	properties := e.node.get("Properties")
	if properties == nil {
		return edit.Impossiblef("resource %s has no Properties", e.key)
	}
	return w.value(e.node, properties, c, at, path)
}

// repeatElsewhere adds a resource beside the one that an element stands in,
// the same but for a change.
func (w *editor) repeatElsewhere(c *delta.Change, at *cloud.Location, path string) error {
	e, err := w.own(at, path)
	if err != nil {
		return err
	}
	typ, properties := e.node.get("Type"), e.node.get("Properties")
	if typ == nil || !elements[typ.node.value] || properties == nil {
		return edit.Impossiblef("%s follows from resource %s", path, e.key)
	}
	key := w.freshID(e.key)
	w.resources.insert(e, addition{like: e, change: func(inner *editor) error {
		length := len(e.key)
		if w.d.text[e.start] == '"' || w.d.text[e.start] == '\'' {
			length += 2
			inner.edit(e.start, e.start+length, string(w.d.text[e.start])+key+string(w.d.text[e.start]))
		} else {
			inner.edit(e.start, e.start+length, key)
		}
		if c == nil {
			return nil
		}
		return inner.value(e.node, properties, c, at, path)
	}})
	return nil
}

// freshID is a logical id like the given one that no resource has yet.
func (w *editor) freshID(id string) string {
	base := strings.TrimRight(id, "0123456789")
	for i := 2; ; i++ {
		fresh := fmt.Sprintf("%s%d", base, i)
		if w.resources.holder.node.get(fresh) == nil && !w.taken[fresh] {
			if w.taken == nil {
				w.taken = map[string]bool{}
			}
			w.taken[fresh] = true
			return fresh
		}
	}
}

// user names a part of the template that refers to a resource; empty when
// nothing does.
func (d *Document) user(e *element) string {
	word := regexp.MustCompile(`(^|[^A-Za-z0-9])` + regexp.QuoteMeta(e.key) + `($|[^A-Za-z0-9])`)
	var refers func(n *node) bool
	refers = func(n *node) bool {
		if n == e.node {
			return false
		}
		if n.kind == scalar && n.value != "" && word.MatchString(n.value) {
			return true
		}
		for _, child := range n.elems {
			if refers(child.node) {
				return true
			}
		}
		return false
	}
	for _, section := range d.root.elems {
		if section.key == "Description" || section.key == "Metadata" {
			continue
		}
		for _, part := range section.node.elems {
			if part != e && refers(part.node) {
				return part.key
			}
		}
	}
	return ""
}
