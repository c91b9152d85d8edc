package fix

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/fix/delta"
)

// A key names a resource over scans of the same templates.
type key struct{ world, typ, id string }

func keyOf(r *cloud.Resource) key { return key{r.World, r.Type, r.ID} }

// A checkKey names a check over scans.
type checkKey struct {
	rule     string
	resource key
}

// A scan is what the templates hold and fail at one stage of the repair. Joins
// never leave a world, so each is read and judged for itself, and those whose
// text has not changed are taken over.
type scan struct {
	worlds map[string]*world
	order  []string // of the worlds

	// errors counts the problems that are errors, by their text.
	errors map[string]int
}

// A world is one template with its nested stacks, or one configuration of
// Terraform with its modules.
type world struct {
	files     []string
	fixer     *engine.Fixer
	resources map[key]*cloud.Resource
	byID      map[string]*cloud.Resource
	checks    map[checkKey]*engine.Check
	failing   []*engine.Check // not suppressed, in order
}

func (s *scan) check(k checkKey) *engine.Check {
	if w := s.worlds[k.resource.world]; w != nil {
		return w.checks[k]
	}
	return nil
}

// first reads and judges everything.
func (w *workshop) first(ctx context.Context) error {
	inv, err := w.options.Read(ctx, nil, nil)
	if err != nil {
		return err
	}
	w.now = &scan{worlds: map[string]*world{}, errors: map[string]int{}}
	problems, err := w.judge(ctx, inv, w.now)
	if err != nil {
		return err
	}
	w.problems = slices.Concat(inv.Problems, problems)
	w.now.count(inv.Problems)
	w.readers = map[string][]string{}
	for _, name := range w.now.order {
		for r := range maps.Values(w.now.worlds[name].resources) {
			if r.Source != nil && !slices.Contains(w.readers[unit(r.Source.File)], name) {
				w.readers[unit(r.Source.File)] = append(w.readers[unit(r.Source.File)], name)
			}
		}
	}
	return nil
}

// unit is what is read whole: a template, or all files of a Terraform module.
func unit(file string) string {
	if strings.HasSuffix(file, ".tf") || strings.HasSuffix(file, ".tf.json") {
		return filepath.Dir(file) + string(filepath.Separator)
	}
	return file
}

// again reads and judges some worlds with the given texts changed, and takes
// the others over. errors are those of the worlds that were read.
func (w *workshop) again(ctx context.Context, worlds []string, text map[string][]byte) (*scan, error) {
	then := &scan{worlds: maps.Clone(w.now.worlds), order: w.now.order, errors: map[string]int{}}
	for _, name := range worlds {
		delete(then.worlds, name)
	}
	inv, err := w.options.Read(ctx, worlds, text)
	if err != nil {
		return nil, err
	}
	kept := *inv
	kept.Resources = nil
	for _, r := range inv.Resources {
		if slices.Contains(worlds, r.World) {
			kept.Resources = append(kept.Resources, r)
		}
	}
	if _, err := w.judge(ctx, &kept, then); err != nil {
		return nil, err
	}
	then.count(inv.Problems)
	return then, nil
}

// count counts the errors of reading. Those of rules are no fault of the text.
func (s *scan) count(problems []cloud.Problem) {
	for _, p := range problems {
		if p.Severity == cloud.Error {
			s.errors[p.File+": "+p.Summary]++
		}
	}
}

// judge adds the worlds of an inventory to a scan.
func (w *workshop) judge(ctx context.Context, inv *cloud.Inventory, s *scan) ([]cloud.Problem, error) {
	result, err := engine.Run(ctx, inv, w.options.Engine)
	if err != nil {
		return nil, err
	}
	fixer := engine.NewFixer(inv, w.options.Engine)
	for _, r := range inv.Resources {
		here := s.worlds[r.World]
		if here == nil {
			here = &world{
				files: inv.Files, fixer: fixer,
				resources: map[key]*cloud.Resource{}, byID: map[string]*cloud.Resource{}, checks: map[checkKey]*engine.Check{},
			}
			s.worlds[r.World] = here
			if !slices.Contains(s.order, r.World) {
				s.order = append(s.order, r.World)
			}
		}
		here.resources[keyOf(r)] = r
		// A resource has the first claim on its id; parts of it have the same.
		if before := here.byID[r.ID]; before == nil || before.SourceType != "" && r.SourceType == "" {
			here.byID[r.ID] = r
		}
	}
	for _, c := range result.Checks {
		here := s.worlds[c.Resource.World]
		here.checks[checkKey{c.Rule.ID, keyOf(c.Resource)}] = c
		if c.Verdict == engine.Fail && c.Suppressed == nil {
			here.failing = append(here.failing, c)
		}
	}
	return result.Problems, nil
}

// same compares two property values. What is not known stays the same whatever
// the reason, which may name a line.
func same(a, b any) bool {
	switch a := a.(type) {
	case *cloud.Unresolved:
		_, ok := b.(*cloud.Unresolved)
		return ok
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, same)
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, same)
	}
	return delta.Equal(a, b)
}
