package prove

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing/fstest"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/fix"
	"github.com/surety-cloud/surety/internal/fix/delta"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/cloudformation"
	"github.com/surety-cloud/surety/internal/source/terraform"
)

// ErrNoCorrection is the error for an example for which the rule's correction
// changes nothing: a rule may have one for some cases and none for others, but
// it should have one for some example of its page.
var ErrNoCorrection = errors.New("the rule's correction changes nothing")

// Fix tells what is wrong with the correction that a rule makes of an example
// that fails: nil when nothing of the example fails any more, in its text for
// a template and in its properties for resources. It has nothing to say of an
// example that passes, or of a rule without a correction.
func Fix(library *rule.Library, r *rule.Rule, e rule.Example, now time.Time) error {
	if !e.Fails || !r.HasFix {
		return nil
	}
	options := fixEngine(library, r, now)
	if e.Language == "json" {
		return fixResources(library, r, e, options)
	}
	file, read, err := rereader(e)
	if err != nil {
		return err
	}
	files, err := fix.Template(context.Background(), fix.Options{
		Engine: options, Read: read,
		ReadFile: func(string) ([]byte, error) { return []byte(e.Text), nil },
	})
	if err != nil {
		return err
	}
	e.Fails = false
	for _, f := range files {
		for _, s := range f.Skipped {
			if s.Reason == fix.NothingToChange {
				return ErrNoCorrection
			}
			return fmt.Errorf("the correction of %s cannot be made: %s", s.Resource, s.Reason)
		}
		if f.Path == file {
			e.Text = string(f.After)
		}
	}
	if err := Example(library, r, e, now); err != nil {
		return fmt.Errorf("corrected, the example is\n%s\nand of that, %w", e.Text, err)
	}
	return nil
}

// fixEngine are the options under which [Judge] judges.
func fixEngine(library *rule.Library, r *rule.Rule, now time.Time) engine.Options {
	settings := map[string]any{}
	for _, s := range r.Settings {
		if s.Default == nil || s.Example != nil {
			settings[s.Name] = s.Example
		}
	}
	return engine.Options{
		Library: library, Rules: []string{r.ID}, Now: now,
		Profile: &engine.Profile{Rules: map[string]engine.RuleSettings{r.ID: {Settings: settings}}},
	}
}

// rereader reads an example again with its text changed. file is what the
// text is called then.
func rereader(e rule.Example) (file string, read func(context.Context, []string, map[string][]byte) (*cloud.Inventory, error), err error) {
	text := func(changed map[string][]byte, name string) []byte {
		if other, ok := changed[name]; ok {
			return other
		}
		return []byte(e.Text)
	}
	switch e.Language {
	case "yaml":
		const name = "example.yaml"
		return name, func(_ context.Context, _ []string, changed map[string][]byte) (*cloud.Inventory, error) {
			return cloudformation.Read(name, text(changed, name), cloudformation.Options{}), nil
		}, nil
	case "hcl":
		const name = "example/main.tf"
		return name, func(_ context.Context, _ []string, changed map[string][]byte) (*cloud.Inventory, error) {
			files := fstest.MapFS{name: {Data: text(changed, name)}}
			return terraform.ReadDir("example", terraform.Options{
				ReadFile: func(name string) ([]byte, error) { return fs.ReadFile(files, name) },
				ReadDir:  func(name string) ([]fs.DirEntry, error) { return fs.ReadDir(files, name) },
			}), nil
		}, nil
	}
	return "", nil, fmt.Errorf("an example is yaml, hcl or json, not %q", e.Language)
}

// fixResources corrects the properties of the resources of an example.
func fixResources(library *rule.Library, r *rule.Rule, e rule.Example, options engine.Options) error {
	inv, err := Read(e)
	if err != nil {
		return err
	}
	checks, err := Judge(library, r, inv, options.Now)
	if err != nil {
		return err
	}
	fixer := engine.NewFixer(inv, options)
	for _, c := range checks {
		if c.Verdict != engine.Fail {
			continue
		}
		values, ok, err := fixer.Fix(c)
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("the correction of %s depends on what is not known", c.Resource.ID)
		}
		corrected, err := fix.Properties(c.Resource, values)
		switch {
		case err != nil:
			return fmt.Errorf("the correction of %s: %w", c.Resource.ID, err)
		case delta.Equal(corrected, c.Resource.Properties):
			return ErrNoCorrection
		}
		c.Resource.Properties = corrected
	}
	if checks, err = Judge(library, r, inv, options.Now); err != nil {
		return err
	}
	e.Fails = false
	return verdict(e, checks)
}
