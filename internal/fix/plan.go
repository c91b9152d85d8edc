package fix

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/fix/delta"
	"github.com/surety-cloud/surety/internal/fix/edit"
)

// A plan is how one job is done.
type plan struct {
	job      *job
	resource *cloud.Resource // as the scan has it that the plan was made on
	edits    map[string][]edit.Edit
	changes  []Change
	touched  map[string]bool // top-level properties that may differ
}

// collides tells whether two plans touch the same text.
func (p *plan) collides(other *plan) bool {
	for name, edits := range p.edits {
		if edit.Collide(edits, other.edits[name]) {
			return true
		}
	}
	return false
}

// plan works out how a job is done on the text as it is now. The error is the
// reason why it cannot be.
func (w *workshop) plan(j *job) (*plan, error) {
	c := w.now.checks[j.key]
	values, ok, err := w.now.fixer.Fix(c)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, edit.Impossible("the corrected value depends on what is not known")
	case c.Resource.Source == nil:
		return nil, edit.Impossible("it comes from a Terraform plan, which is made anew from the repaired configuration")
	}
	p := &plan{job: j, resource: c.Resource, edits: map[string][]edit.Edit{}, touched: map[string]bool{}}
	change, err := p.change(values)
	if err != nil {
		return nil, err
	}
	if change == nil {
		return nil, edit.Impossible("the rule's correction changes nothing")
	}
	p.describe(values)
	var chosen []choice
	if strings.HasPrefix(c.Resource.SourceType, "aws_") || strings.HasPrefix(c.Resource.SourceType, "awscc_") {
		err = edit.Impossible("Terraform configurations are not repaired yet")
	} else {
		chosen, err = w.planTemplate(p, change)
	}
	if err != nil {
		return nil, err
	}
	for name, edits := range p.edits {
		text, err := w.content(name)
		if err != nil {
			return nil, err
		}
		if _, err := edit.Apply(text, edits); err != nil {
			return nil, edit.Impossible("the parts of the correction fall on the same text")
		}
	}
	return p, w.hinges(c, chosen)
}

// change tells how the resource's properties must differ.
func (p *plan) change(values map[string]any) (*delta.Change, error) {
	properties := p.resource.Properties
	wanted := maps.Clone(properties)
	for _, path := range slices.Sorted(maps.Keys(values)) {
		top, _, _ := strings.Cut(path, ".")
		p.touched[top] = true
		if err := put(wanted, path, values[path]); err != nil {
			return nil, err
		}
	}
	before, after := map[string]any{}, map[string]any{}
	for top := range p.touched {
		if v, ok := properties[top]; ok {
			before[top] = v
		}
		if v, ok := wanted[top]; ok && v != nil {
			after[top] = v
		}
	}
	if typ, ok := schema.Lookup(p.resource.Type); ok {
		after = typ.Coerce(after)
	}
	return delta.Between(before, after), nil
}

// put sets the value at a dotted path; objects on the way are copied, since
// others share them. A nil value removes.
func put(object map[string]any, path string, value any) error {
	names := strings.Split(path, ".")
	for i, name := range names[:len(names)-1] {
		here := strings.Join(names[:i+1], ".")
		switch v := object[name].(type) {
		case nil:
			if value == nil {
				return nil
			}
			next := map[string]any{}
			object[name] = next
			object = next
		case map[string]any:
			next := maps.Clone(v)
			object[name] = next
			object = next
		case *cloud.Unresolved:
			return edit.Impossiblef("%s is not known: %s", here, v.Reason)
		default:
			return edit.Impossiblef("%s is not an object, and the correction is of a part of it", here)
		}
	}
	last := names[len(names)-1]
	if value == nil {
		delete(object, last)
		return nil
	}
	object[last] = value
	return nil
}

// describe notes which properties change, and what to know of that.
func (p *plan) describe(values map[string]any) {
	typ, _ := schema.Lookup(p.resource.Type)
	first := p.job.check.Resource
	for _, path := range slices.Sorted(maps.Keys(values)) {
		c := Change{Rule: p.job.key.rule, Resource: p.resource.ID, Property: path}
		if at := first.Locate(path); at != nil {
			c.Line = at.Line
		}
		if typ != nil && typ.CreateOnly(path) {
			c.Note = "AWS replaces the resource when " + path + " changes"
		}
		p.changes = append(p.changes, c)
	}
}

// hinges tells why a check would not fail for certain if the chosen values
// were not known: it then fails only because of a default.
func (w *workshop) hinges(c *engine.Check, chosen []choice) error {
	if len(chosen) == 0 {
		return nil
	}
	properties := map[string]any{}
	maps.Copy(properties, c.Resource.Properties)
	var by []string
	for _, ch := range chosen {
		if forget(properties, ch.path, ch.by) && !slices.Contains(by, ch.by) {
			by = append(by, ch.by)
		}
	}
	if len(by) == 0 || w.now.fixer.Violates(c, properties) {
		return nil
	}
	return edit.Impossiblef("whether it fails depends on %s", strings.Join(by, " and "))
}

// A choice is a value that someone chooses at deployment.
type choice struct{ path, by string }

// forget makes the value at a path unknown; lists and objects on the way are
// copied.
func forget(properties map[string]any, path, why string) bool {
	var walk func(v any, path string) (any, bool)
	walk = func(v any, path string) (any, bool) {
		if path == "" {
			return &cloud.Unresolved{Reason: why}, true
		}
		if path[0] == '[' {
			list, ok := v.([]any)
			var i int
			if n, err := fmt.Sscanf(path, "[%d]", &i); n != 1 || err != nil || !ok || i >= len(list) {
				return v, false
			}
			list = slices.Clone(list)
			rest := strings.TrimPrefix(path[strings.IndexByte(path, ']')+1:], ".")
			found := false
			list[i], found = walk(list[i], rest)
			return list, found
		}
		object, ok := v.(map[string]any)
		if !ok {
			return v, false
		}
		end := strings.IndexAny(path, ".[")
		name, rest := path, ""
		if end >= 0 {
			name, rest = path[:end], strings.TrimPrefix(path[end:], ".")
		}
		if _, ok := object[name]; !ok {
			return v, false
		}
		object = maps.Clone(object)
		found := false
		object[name], found = walk(object[name], rest)
		return object, found
	}
	out, found := walk(properties, path)
	if found {
		clear(properties)
		maps.Copy(properties, out.(map[string]any))
	}
	return found
}
