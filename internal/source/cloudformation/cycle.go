package cloudformation

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// cycles tells of resources that need one another in a circle, which
// CloudFormation cannot create. Only references that are certainly evaluated
// count.
func (t *template) cycles(made []*declared) {
	const (
		white = iota // not visited
		grey         // on the path
		black        // done
	)
	colour := make(map[string]int, len(made))
	var path []string
	var visit func(d *declared)
	visit = func(d *declared) {
		colour[d.id] = grey
		path = append(path, d.id)
		for _, id := range slices.Sorted(maps.Keys(d.needs)) {
			next := t.byID[id]
			if next == nil || next.resource == nil {
				continue
			}
			switch colour[id] {
			case white:
				visit(next)
			case grey:
				circle := append(slices.Clone(path[slices.Index(path, id):]), id)
				if len(circle) > 8 {
					circle = append(append(circle[:4:4], "…"), circle[len(circle)-3:]...)
				}
				t.fail(next.pos, "resources need one another in a circle: "+strings.Join(circle, " → "),
					"CloudFormation cannot tell which to create first. Move the reference into a resource of its own (such as AWS::EC2::SecurityGroupIngress), or remove a DependsOn.")
			}
		}
		path = path[:len(path)-1]
		colour[d.id] = black
	}
	for _, d := range made {
		if colour[d.id] == white {
			visit(d)
		}
	}
}

// dependsOn notes what the resource names in DependsOn.
func (t *template) dependsOn(d *declared) {
	n := d.node.get("DependsOn")
	if n.null() {
		return
	}
	items := []*node{n}
	if n.kind == list {
		items = n.items
	}
	for _, item := range items {
		name, ok := item.text()
		if !ok {
			continue
		}
		needed := t.lookup(name)
		if needed == nil {
			if t.macro == "" {
				t.warn(item.pos, fmt.Sprintf("resource %s depends on %s, which the template does not declare", d.id, clip(name, 80)), "Check the spelling; CloudFormation refuses the template.")
			}
			continue
		}
		t.depend(needed)
	}
}
