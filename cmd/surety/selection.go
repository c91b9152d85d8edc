package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/standard"
	"github.com/surety-cloud/surety/rules"
)

// A selection is what a user says about the rules to judge by.
type selection struct {
	pages    string   // a folder of the user's own pages
	settings string   // a profile
	only     []string // rule ids
	exclude  []string
	standard string // the name or id of a standard to report by

	by    *standard.Standard // that standard, once options has read it
	notes []string           // what of the profile has no effect
}

func (s *selection) flags(c *cobra.Command) {
	f := c.Flags()
	pagesFlag(c, &s.pages)
	f.StringVar(&s.settings, "settings", "", "`file` with your settings of rules (a profile)")
	f.StringSliceVar(&s.only, "rule", nil, "judge by these rules only (`id,id`)")
	f.StringSliceVar(&s.exclude, "exclude", nil, "leave these rules out (`id,id`)")
	f.StringVar(&s.standard, "standard", "", "judge by the rules of a compliance `standard`, and report by its controls: cis-aws-5.0, pci-dss-4.0 …")
}

func pagesFlag(c *cobra.Command, pages *string) {
	c.Flags().StringVar(pages, "rules", "", "`folder` with rule pages of your own, used beside Surety's")
}

// options reads the pages and the profile and chooses the rules.
func (s *selection) options() (engine.Options, error) {
	var none engine.Options
	library, err := loadLibrary(s.pages)
	if err != nil {
		return none, err
	}
	ids, err := engine.Selected(library, trimmed(s.only), trimmed(s.exclude))
	if err != nil {
		return none, err
	}
	if s.standard != "" {
		if s.by, err = s.bearing(library); err != nil {
			return none, err
		}
		bearing := s.by.Rules()
		ids = slices.DeleteFunc(ids, func(id string) bool { return !slices.Contains(bearing, id) })
	}
	options := engine.Options{Library: library, Rules: ids}
	if s.settings != "" {
		data, err := readConfiguration(s.settings)
		if err != nil {
			return none, fmt.Errorf("--settings: %w", err)
		}
		if options.Profile, s.notes, err = conformity.ReadProfileFile(s.settings, data, library); err != nil {
			return none, err
		}
	}
	return options, nil
}

// maxConfiguration bounds a file of settings or parameters, which may be named
// by mistake: a device goes on for ever.
const maxConfiguration = 4 << 20

// readConfiguration reads a file of settings or parameters.
func readConfiguration(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxConfiguration+1))
	if err == nil && len(data) > maxConfiguration {
		err = fmt.Errorf("%s is too large: more than %d MB", name, maxConfiguration>>20)
	}
	return data, err
}

// idle warns of rules that the user asked for by name and that can make no
// check, so that silence is not taken for a pass. why says what else than its
// settings keeps a rule from it; nil when nothing does.
func (s *selection) idle(options engine.Options, why func(*rule.Rule) *cloud.Problem) []cloud.Problem {
	problems := s.withoutEffect()
	for _, id := range trimmed(s.only) {
		r, err := options.Library.Rule(id)
		if err != nil {
			continue // told where it is judged
		}
		if missing := options.Profile.Missing(r); len(missing) > 0 {
			problems = append(problems, unconfigured(id, missing))
		}
		if p := why(r); p != nil {
			problems = append(problems, *p)
		}
	}
	return problems
}

// maxNotes bounds what is told of a profile: one made elsewhere may have
// settings for hundreds of rules that Surety does not have.
const maxNotes = 5

// withoutEffect warns of settings in the profile that change nothing.
func (s *selection) withoutEffect() []cloud.Problem {
	if len(s.notes) == 0 {
		return nil
	}
	told := s.notes[:min(len(s.notes), maxNotes)]
	if more := len(s.notes) - len(told); more > 0 {
		told = append(slices.Clone(told), fmt.Sprintf("and %d more", more))
	}
	return []cloud.Problem{{
		File: s.settings, Summary: "without effect in the profile: " + counted(len(s.notes), "setting"), Detail: strings.Join(told, "; ") + ".",
	}}
}

// idleInTemplates is the problem of a rule that judges no templates.
func idleInTemplates(r *rule.Rule) *cloud.Problem {
	if notInTemplates(r) == "" {
		return nil
	}
	return &cloud.Problem{
		Summary: "rule " + r.ID + " makes no checks of templates",
		Detail:  "Only a running account tells what it needs.",
	}
}

// idleInAccounts is the problem of a rule that the engine left.
func idleInAccounts(left map[string][]string) func(*rule.Rule) *cloud.Problem {
	return func(r *rule.Rule) *cloud.Problem {
		missing := left[r.ID]
		if len(missing) == 0 {
			return nil
		}
		return &cloud.Problem{
			Summary: "rule " + r.ID + " makes no checks here",
			Detail:  "It needs what is not read: " + strings.Join(missing, ", ") + "; --service and --thorough say what is.",
		}
	}
}

func unconfigured(id string, missing []string) cloud.Problem {
	return cloud.Problem{
		Summary: "rule " + id + " makes no checks before it is configured",
		Detail:  "Set " + strings.Join(missing, ", ") + " in a file that you name with --settings; surety explain " + id + " says what it means.",
	}
}

// loadLibrary indexes Surety's pages and those of the user.
func loadLibrary(pages string) (*rule.Library, error) {
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		return nil, err
	}
	set, err := loadStandards()
	if err != nil {
		return nil, err
	}
	library.Bear(set.Controls)
	if pages == "" {
		return library, nil
	}
	if info, err := os.Stat(pages); err != nil {
		return nil, fmt.Errorf("--rules: %w", err)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("--rules: %s is not a folder; name the folder that the page is in", pages)
	}
	before := slices.Clone(library.IDs())
	if err := library.Add(os.DirFS(pages), strings.TrimSuffix(pages, "/")+"/"); err != nil {
		return nil, fmt.Errorf("--rules: %w", err)
	}
	if len(library.IDs()) == len(before) {
		return nil, fmt.Errorf("--rules: there is no rule page (a .md file) in %s", pages)
	}
	for _, id := range library.IDs() {
		if slices.Contains(before, id) {
			continue
		}
		r, err := library.Rule(id)
		if err == nil {
			err = r.Unproven()
		}
		if err != nil {
			return nil, fmt.Errorf("--rules: %w", err)
		}
	}
	return library, nil
}

// trimmed takes the spaces off "A, B".
func trimmed(ids []string) []string {
	var out []string
	for _, id := range ids {
		if id = strings.TrimSpace(id); id != "" {
			out = append(out, id)
		}
	}
	return out
}
