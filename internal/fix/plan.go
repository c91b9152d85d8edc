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
	gone     bool            // the resource goes: it was only a part of another
	open     bool            // not all of these properties is known
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
	c := w.now.check(j.key)
	values, ok, err := w.now.worlds[c.Resource.World].fixer.Fix(c)
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
		return nil, edit.Impossible(NothingToChange)
	}
	p.describe(values)
	var chosen []choice
	if strings.HasPrefix(c.Resource.SourceType, "aws_") || strings.HasPrefix(c.Resource.SourceType, "awscc_") {
		chosen, err = w.planTerraform(p, change)
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
		if edit.Check(len(text), edits) != nil {
			return nil, edit.Impossible("the parts of the correction fall on the same text")
		}
	}
	return p, w.hinges(c, chosen)
}

// change tells how the resource's properties must differ.
func (p *plan) change(values map[string]any) (*delta.Change, error) {
	wanted, err := Properties(p.resource, values)
	if err != nil {
		return nil, err
	}
	before, after := map[string]any{}, map[string]any{}
	for path := range values {
		top, _, _ := strings.Cut(path, ".")
		p.touched[top] = true
		if v := p.resource.Properties[top]; v != nil {
			before[top] = v
			p.open = p.open || open(v)
		}
		if v := wanted[top]; v != nil {
			after[top] = v
		}
	}
	return delta.Between(before, after), nil
}

// open tells whether anything in a value is not known.
func open(v any) bool {
	switch v := v.(type) {
	case *cloud.Unresolved:
		return true
	case []any:
		return slices.ContainsFunc(v, open)
	case map[string]any:
		for _, e := range v {
			if open(e) {
				return true
			}
		}
	}
	return false
}

// describe notes which properties change, and what to know of that.
func (p *plan) describe(values map[string]any) {
	typ, _ := schema.Lookup(p.resource.Type)
	for _, path := range slices.Sorted(maps.Keys(values)) {
		if delta.Equal(valueAt(p.resource.Properties, path), values[path]) {
			continue
		}
		c := Change{Rule: p.job.key.rule, Resource: p.resource.ID, Property: path} // the line comes when it is made
		if typ != nil && typ.CreateOnly(path) {
			c.Note = "AWS replaces the resource when " + path + " changes"
		}
		p.changes = append(p.changes, c)
	}
}

// valueAt is the value at a dotted path; nil when there is none.
func valueAt(v any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		object, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = object[name]
	}
	return v
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
	if len(by) == 0 || w.now.worlds[c.Resource.World].fixer.Violates(c, properties) {
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
