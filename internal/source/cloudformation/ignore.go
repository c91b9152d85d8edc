package cloudformation

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// ignoreMark is what cloud.ParseIgnore looks for.
const ignoreMark = "surety:ignore"

// A target is what an ignore at a line applies to.
type target struct {
	resource *cloud.Resource
	path     string
}

// commentIgnores finds the ignores that stand in comments of a YAML template,
// above or beside what they are about, and hands each to its resources.
func (t *template) commentIgnores(made []*declared) {
	if !bytes.Contains(t.text.data, []byte(ignoreMark)) || bytes.HasPrefix(bytes.TrimSpace(t.text.data), []byte{'{'}) {
		return
	}
	var targets map[int][]target
	for number := 1; number <= len(t.text.lines()) && t.ignores <= maxIgnores; number++ {
		comment, column, alone := t.text.comment(number)
		if comment == "" {
			continue
		}
		ignores, found, err := cloud.ParseIgnore(comment)
		if !found {
			continue
		}
		at := pos{line: number, column: column}
		if err != nil {
			t.fail(at, err.Error(), "")
			continue
		}
		if targets == nil {
			targets = t.targets(made)
		}
		about := number
		if alone {
			about = t.text.below(number)
		}
		hits := targets[about]
		if len(hits) == 0 {
			hits = enclosing(made, about)
			t.ignores += len(made) / 100 // looking for it is work too
		}
		if len(hits) == 0 && !t.leftOut(about) {
			t.warn(at, "this surety:ignore applies to nothing", "Write it directly above or beside the name of a resource or of a property.")
			continue
		}
		for _, hit := range hits {
			for _, ignore := range ignores {
				ignore.Path, ignore.Line = hit.path, number
				t.ignore(hit.resource, ignore)
			}
		}
	}
}

// leftOut tells whether a line lies in a resource that will not be made.
func (t *template) leftOut(line int) bool {
	for _, d := range t.declared {
		if d.resource == nil && (d.line <= line && line <= d.end || d.owner != nil && d.owner.line <= line && line <= d.owner.end) {
			return true
		}
	}
	return false
}

// ignore hands an ignore to a resource.
func (t *template) ignore(r *cloud.Resource, ignore cloud.Ignore) {
	if t.ignores++; t.ignores > maxIgnores {
		t.fail(pos{}, "the template ignores more than 100,000 findings", "The rest is not ignored. Use a profile to switch rules off.")
		return
	}
	r.Ignores = append(r.Ignores, ignore)
}

// targets maps each line at which a resource, a property or an element of a
// list begins to the outermost of these.
func (t *template) targets(made []*declared) map[int][]target {
	out := map[int][]target{}
	for _, d := range made {
		seen := map[int]bool{}
		var walk func(l *cloud.Location, path string)
		walk = func(l *cloud.Location, path string) {
			if l == nil {
				return
			}
			if l.File == t.text.file && !seen[l.Line] {
				seen[l.Line] = true
				out[l.Line] = append(out[l.Line], target{d.resource, path})
			}
			for i, item := range l.Items {
				walk(item, path+"["+strconv.Itoa(i)+"]")
			}
			for _, name := range slices.Sorted(maps.Keys(l.Fields)) {
				if path == "" {
					walk(l.Fields[name], name)
				} else {
					walk(l.Fields[name], path+"."+name)
				}
			}
		}
		walk(d.resource.Source, "")
		// What is written above a SAM resource holds for all that is made of it.
		if d.owner != nil && !seen[d.owner.line] {
			out[d.owner.line] = append(out[d.owner.line], target{d.resource, ""})
		}
	}
	return out
}

// enclosing finds the resources within which a line lies, at another line
// than those where their parts begin, such as that of Type.
func enclosing(made []*declared, line int) (hits []target) {
	for _, d := range made {
		if line < d.line || line > d.end {
			continue
		}
		here, path := d.resource.Source, ""
	deeper:
		for {
			for i, item := range here.Items {
				if item != nil && item.Line <= line && line <= item.EndLine {
					here, path = item, path+"["+strconv.Itoa(i)+"]"
					continue deeper
				}
			}
			for _, name := range slices.Sorted(maps.Keys(here.Fields)) {
				if f := here.Fields[name]; f.Line <= line && line <= f.EndLine {
					here, path = f, strings.TrimPrefix(path+"."+name, ".")
					continue deeper
				}
			}
			break
		}
		hits = append(hits, target{d.resource, path})
	}
	return hits
}
