package fix

import (
	"context"
	"reflect"
	"slices"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
)

// A key names a resource over scans of the same templates.
type key struct{ world, typ, id string }

func keyOf(r *cloud.Resource) key { return key{r.World, r.Type, r.ID} }

// A checkKey names a check over scans.
type checkKey struct {
	rule     string
	resource key
}

// A scan is what the templates hold and fail at one stage of the repair.
type scan struct {
	inventory *cloud.Inventory
	fixer     *engine.Fixer
	resources map[key]*cloud.Resource
	worlds    map[string]map[string]*cloud.Resource // by world and id
	checks    map[checkKey]*engine.Check
	failing   []*engine.Check // not suppressed, in order
	errors    map[string]int  // summaries of the problems that are errors
}

// scan reads and judges the templates with the given texts changed.
func (w *workshop) scan(ctx context.Context, text map[string][]byte) (*scan, error) {
	inv, err := w.options.Read(ctx, text)
	if err != nil {
		return nil, err
	}
	result, err := engine.Run(ctx, inv, w.options.Engine)
	if err != nil {
		return nil, err
	}
	s := &scan{
		inventory: inv,
		fixer:     engine.NewFixer(inv, w.options.Engine),
		resources: make(map[key]*cloud.Resource, len(inv.Resources)),
		worlds:    map[string]map[string]*cloud.Resource{},
		checks:    make(map[checkKey]*engine.Check, len(result.Checks)),
		errors:    map[string]int{},
	}
	for _, r := range inv.Resources {
		s.resources[keyOf(r)] = r
		if s.worlds[r.World] == nil {
			s.worlds[r.World] = map[string]*cloud.Resource{}
		}
		if before := s.worlds[r.World][r.ID]; before == nil || before.SourceType != "" {
			s.worlds[r.World][r.ID] = r
		}
	}
	for _, c := range result.Checks {
		s.checks[checkKey{c.Rule.ID, keyOf(c.Resource)}] = c
		if c.Verdict == engine.Fail && c.Suppressed == nil {
			s.failing = append(s.failing, c)
		}
	}
	for _, p := range slices.Concat(inv.Problems, result.Problems) {
		if p.Severity == cloud.Error {
			s.errors[p.File+": "+p.Summary]++
		}
	}
	return s, nil
}

// same compares two property values; what is not known is the same when its
// reason is.
func same(a, b any) bool { return reflect.DeepEqual(a, b) }
