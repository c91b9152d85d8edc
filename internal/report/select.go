package report

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
)

// A tally counts the checks of a report. What is suppressed is in no other
// count.
type tally struct {
	fail, pass, unknown, suppressed int

	failed map[rule.Risk]int // fail, by risk
}

func (r *Report) tally() tally {
	t := tally{failed: map[rule.Risk]int{}}
	for _, c := range r.Checks {
		switch {
		case c.Suppressed != nil:
			t.suppressed++
		case c.Verdict == engine.Fail:
			t.fail++
			t.failed[c.Risk]++
		case c.Verdict == engine.Pass:
			t.pass++
		default:
			t.unknown++
		}
	}
	return t
}

// all is every check in order, the suppressed ones only on request.
func (r *Report) all() []*engine.Check {
	return r.sorted(func(c *engine.Check) bool {
		return r.ShowSuppressed || c.Suppressed == nil
	})
}

// notable is what a person wants to read: all but what passed.
func (r *Report) notable() []*engine.Check {
	return r.sorted(func(c *engine.Check) bool {
		return (r.ShowSuppressed || c.Suppressed == nil) &&
			(r.ShowPassed || c.Verdict != engine.Pass)
	})
}

// sorted is a copy of the checks that keep accepts, by file, line, resource,
// risk from the worst, and rule.
func (r *Report) sorted(keep func(*engine.Check) bool) []*engine.Check {
	var checks []*engine.Check
	for _, c := range r.Checks {
		if keep(c) {
			checks = append(checks, c)
		}
	}
	slices.SortStableFunc(checks, func(a, b *engine.Check) int {
		fileA, lineA := place(a)
		fileB, lineB := place(b)
		return cmp.Or(
			cmp.Compare(fileA, fileB),
			cmp.Compare(lineA, lineB),
			compareResources(a.Resource, b.Resource),
			cmp.Compare(b.Risk.Level(), a.Risk.Level()),
			cmp.Compare(a.Rule.ID, b.Rule.ID),
		)
	})
	return checks
}

func compareResources(a, b *cloud.Resource) int {
	return cmp.Or(
		cmp.Compare(a.Account, b.Account),
		cmp.Compare(a.Region, b.Region),
		cmp.Compare(a.World, b.World),
		cloud.CompareIDs(a.ID, b.ID),
		cmp.Compare(a.Type, b.Type),
	)
}

// location is where a check points: the property at fault, else the resource,
// else the file alone, for a plan tells no lines; nil for a live resource.
func location(c *engine.Check) *cloud.Location {
	switch {
	case c.Location != nil:
		return c.Location
	case c.Resource.Source == nil && c.Resource.Template && c.Resource.World != "":
		return &cloud.Location{File: c.Resource.World}
	}
	return c.Resource.Source
}

func place(c *engine.Check) (file string, line int) {
	if l := location(c); l != nil {
		return l.File, l.Line
	}
	return "", 0
}

// caller names what called the module or nested stack that a resource is of,
// whose file is not its own; empty for any other resource. One module called
// from two places gives two resources at the same place.
func caller(r *cloud.Resource) string {
	if r.Source == nil || r.World == "" {
		return ""
	}
	world, file := filepath.Clean(r.World), filepath.Clean(r.Source.File)
	if world == file || world == filepath.Dir(file) {
		return ""
	}
	return world
}

// A group is the checks of one file, or of one account and region.
type group struct {
	file   string // empty for live resources
	title  string
	checks []*engine.Check
}

// grouped splits sorted checks by file, or by account and region.
func grouped(checks []*engine.Check) []group {
	var groups []group
	index := map[string]int{}
	for _, c := range checks {
		file, _ := place(c)
		title := file
		if file == "" {
			title = where(c.Resource)
		}
		key := file + "\x00" + title
		at, ok := index[key]
		if !ok {
			at = len(groups)
			index[key] = at
			groups = append(groups, group{file: file, title: title})
		}
		groups[at].checks = append(groups[at].checks, c)
	}
	return groups
}

// where names the account and region of a live resource.
func where(r *cloud.Resource) string {
	switch {
	case r.Account != "" && r.Region != "":
		return r.Account + " " + r.Region
	case r.Account+r.Region != "":
		return r.Account + r.Region
	}
	return "resources"
}

// weight orders checks by how much they matter: what fails by its risk, then
// what is unknown, what is suppressed, what passed.
func weight(c *engine.Check) int {
	switch {
	case c.Suppressed != nil:
		return 1
	case c.Verdict == engine.Fail:
		return 10 + c.Risk.Level()
	case c.Verdict == engine.Unknown:
		return 2
	}
	return 0
}

// heaviest is the greatest weight among checks.
func heaviest(checks []*engine.Check) int {
	most := 0
	for _, c := range checks {
		most = max(most, weight(c))
	}
	return most
}

// worstFirst is the risks from the greatest to the least.
func worstFirst() []rule.Risk {
	risks := slices.Clone(rule.Risks)
	slices.Reverse(risks)
	return risks
}

// unmappedText names what could not be judged, by type: "Not judged, …: 3
// resources: aws_x (2), aws_y (1)"; empty when there is nothing.
func (r *Report) unmappedText() string {
	total := 0
	var types []string
	for _, typ := range slices.Sorted(maps.Keys(r.Unmapped)) {
		total += r.Unmapped[typ]
		types = append(types, fmt.Sprintf("%s (%d)", typ, r.Unmapped[typ]))
	}
	if total == 0 {
		return ""
	}
	return fmt.Sprintf("Not judged, of types that Surety does not know: %s: %s",
		plural(total, "resource"), strings.Join(types, ", "))
}

// scope is how much was read: "2 files", "5 resources", "5 rules".
func (r *Report) scope() []string {
	var scope []string
	if len(r.Files) > 0 {
		scope = append(scope, plural(len(r.Files), "file"))
	}
	if r.Live != nil {
		scope = append(scope, r.Live.scope()...)
	}
	return append(scope, plural(r.Resources, "resource"), plural(r.Rules, "rule"))
}

// problems is a sorted copy of the problems.
func (r *Report) problems() []cloud.Problem {
	problems := slices.Clone(r.Problems)
	slices.SortStableFunc(problems, func(a, b cloud.Problem) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Summary, b.Summary),
		)
	})
	return problems
}

// failed tells whether something that the user named was not judged.
func (r *Report) failed() bool {
	return slices.ContainsFunc(r.Problems, func(p cloud.Problem) bool {
		return p.Severity == cloud.Error
	})
}
