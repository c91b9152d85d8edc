package engine

import (
	"fmt"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// suppress marks the failing checks that an ignore beside their resource
// accepts, and reports ignores that cannot hold: an unknown rule is an error,
// a date that has passed a warning.
func suppress(inv *cloud.Inventory, checks []*Check, options Options) []cloud.Problem {
	var problems []cloud.Problem
	type key struct {
		resource *cloud.Resource
		rule     string
	}
	inForce := map[key][]cloud.Ignore{}
	for _, r := range inv.Resources {
		for _, ignore := range r.Ignores {
			if problem := ignoreProblem(r, ignore, options); problem != nil {
				problems = append(problems, *problem)
				continue
			}
			k := key{r, ignore.Rule}
			inForce[k] = append(inForce[k], ignore)
		}
	}
	if len(inForce) == 0 {
		return problems
	}
	for _, c := range checks {
		if c.Verdict != Fail {
			continue
		}
		for _, ignore := range inForce[key{c.Resource, c.Rule.ID}] {
			if ignore.Path == "" || c.Rule.At == "" || related(ignore.Path, c.Rule.At) {
				c.Suppressed = &ignore
				break
			}
		}
	}
	return problems
}

func ignoreProblem(r *cloud.Resource, ignore cloud.Ignore, options Options) *cloud.Problem {
	p := &cloud.Problem{Line: ignore.Line}
	if r.Source != nil {
		p.File = r.Source.File
	}
	if _, err := options.Library.Rule(ignore.Rule); err != nil {
		p.Severity = cloud.Error
		p.Summary = fmt.Sprintf("an ignore names rule %q, which does not exist", ignore.Rule)
		if near := options.Library.Nearest(ignore.Rule); near != "" {
			p.Detail = "Did you mean " + near + "?"
		}
		return p
	}
	if ignore.Expired(options.Now) {
		p.Severity = cloud.Warning
		p.Summary = fmt.Sprintf("the ignore of %s on %s ended on %s and no longer holds", ignore.Rule, r.ID, ignore.Until.Format("2006-01-02"))
		p.Detail = "Repair the resource, or give the ignore a new date and reason."
		return p
	}
	return nil
}

// related tells whether one of two property paths, without their indexes, is
// the other or holds it.
func related(a, b string) bool {
	a, b = plainPath(a), plainPath(b)
	return a == b || strings.HasPrefix(a, b+".") || strings.HasPrefix(b, a+".")
}

func plainPath(path string) string {
	var b strings.Builder
	skip := false
	for _, r := range path {
		switch {
		case r == '[':
			skip = true
		case r == ']':
			skip = false
		case !skip:
			b.WriteRune(r)
		}
	}
	return b.String()
}
