package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/report"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/standard"
	"github.com/surety-cloud/surety/standards"
)

// loadStandards finds the standards that Surety brings.
func loadStandards() (*standard.Set, error) { return standard.NewSet(standards.Files, "standards/") }

// bearing is the standard that a user asked for, with the rules of their own
// pages that name its controls.
func (s *selection) bearing(library *rule.Library) (*standard.Standard, error) {
	set, err := loadStandards()
	if err != nil {
		return nil, err
	}
	of, err := set.Standard(s.standard)
	if err != nil {
		return nil, fmt.Errorf("--standard: %w", err)
	}
	if s.pages == "" {
		return of, nil
	}
	own := map[string][]string{}
	for _, id := range library.IDs() {
		r, err := library.Rule(id)
		if err != nil {
			continue // told where it is judged
		}
		for _, control := range r.Standards {
			if number, ok := strings.CutPrefix(control, of.ID+":"); ok {
				own[number] = append(own[number], id)
			}
		}
	}
	of, err = of.With(own)
	if err != nil {
		return nil, fmt.Errorf("--rules: %w", err)
	}
	return of, nil
}

// outcome puts the checks of a scan in the order of the standard that was asked
// for; nil when none was. source says why a rule cannot be judged by what was
// scanned, and is empty when it can.
func (s *selection) outcome(judged engine.Options, checks []*engine.Check, source func(*rule.Rule) string) *standard.Outcome {
	if s.by == nil {
		return nil
	}
	title := func(id string) string {
		if r, err := judged.Library.Rule(id); err == nil {
			return r.Title
		}
		return ""
	}
	left := func(id string) string {
		r, err := judged.Library.Rule(id)
		switch {
		case err != nil || r.Compile() != nil:
			return "its page is not valid"
		case !slices.Contains(judged.Rules, id):
			return "left out by --rule or --exclude"
		case !judged.Profile.Enabled(id):
			return "turned off in the settings"
		case len(judged.Profile.Missing(r)) > 0:
			return "must be configured: " + strings.Join(judged.Profile.Missing(r), ", ")
		}
		return source(r)
	}
	return report.ByStandard(s.by, checks, title, left)
}

// notInTemplates is why a rule cannot judge templates.
func notInTemplates(r *rule.Rule) string {
	if judges, err := r.Template(); err == nil && !judges {
		return "needs a running account"
	}
	return ""
}

// notRead is why a rule was not held against an account.
func notRead(left map[string][]string) func(*rule.Rule) string {
	return func(r *rule.Rule) string {
		if len(left[r.ID]) > 0 {
			return "needs what was not read"
		}
		return ""
	}
}
