// Package prove holds a page to its own word: its examples must get the
// verdicts that they say, its sections must be there, its commands must exist.
package prove

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing/fstest"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/cloudformation"
	"github.com/surety-cloud/surety/internal/source/terraform"
)

// sections are the headings that every page has, in this order. Those of the
// third level stand below the one before them of the second.
var sections = []string{
	"## Audit", "### Console", "### CLI",
	"## Remediation", "## References",
}

// Sections reports headings that a page lacks.
func Sections(r *rule.Rule) []string {
	var missing []string
	rest := r.Text
	for _, heading := range sections {
		at := strings.Index("\n"+rest, "\n"+heading+"\n")
		if at < 0 {
			missing = append(missing, fmt.Sprintf("%s: has no %q where it should be", r.File, heading))
			continue
		}
		rest = rest[min(at+len(heading), len(rest)):]
	}
	return missing
}

// Read turns an example into an inventory.
func Read(e rule.Example) (*cloud.Inventory, error) {
	var inv *cloud.Inventory
	switch e.Language {
	case "yaml":
		inv = cloudformation.Read("example.yaml", []byte(e.Text), cloudformation.Options{})
	case "hcl":
		files := fstest.MapFS{"example/main.tf": {Data: []byte(e.Text)}}
		inv = terraform.ReadDir("example", terraform.Options{
			ReadFile: func(name string) ([]byte, error) { return fs.ReadFile(files, name) },
			ReadDir:  func(name string) ([]fs.DirEntry, error) { return fs.ReadDir(files, name) },
		})
	case "json":
		return rule.ReadResources(e.Text)
	default:
		return nil, fmt.Errorf("an example is yaml, hcl or json, not %q", e.Language)
	}
	for _, p := range inv.Problems {
		return inv, p
	}
	for typ := range inv.Unmapped {
		return inv, fmt.Errorf("%s is not mapped to CloudFormation", typ)
	}
	return inv, nil
}

// Judge gives the checks of one rule on an inventory, with the page's example
// values for settings that have no default.
func Judge(library *rule.Library, r *rule.Rule, inv *cloud.Inventory, now time.Time) ([]*engine.Check, error) {
	settings := map[string]any{}
	for _, s := range r.Settings {
		if s.Default == nil || s.Example != nil {
			settings[s.Name] = s.Example
		}
	}
	profile := &engine.Profile{Rules: map[string]engine.RuleSettings{r.ID: {Settings: settings}}}
	result, err := engine.Run(context.Background(), inv, engine.Options{
		Library: library, Rules: []string{r.ID}, Profile: profile, Now: now,
	})
	if err != nil {
		return nil, err
	}
	for _, p := range result.Problems {
		return nil, p
	}
	return result.Checks, nil
}

// Example tells what is wrong with the verdict that an example gets; nil when
// it is the one it promises. A fails block must fail on at least one resource;
// a passes block must pass on at least one and fail on, and leave unknown,
// none.
func Example(library *rule.Library, r *rule.Rule, e rule.Example, now time.Time) error {
	inv, err := Read(e)
	if err != nil {
		return err
	}
	checks, err := Judge(library, r, inv, now)
	if err != nil {
		return err
	}
	return verdict(e, checks)
}

func verdict(e rule.Example, checks []*engine.Check) error {
	count := map[engine.Verdict]int{}
	var said []string
	for _, c := range checks {
		count[c.Verdict]++
		said = append(said, fmt.Sprintf("%s %s: %s", c.Resource.ID, c.Verdict, c.Message))
	}
	switch {
	case len(checks) == 0:
		return fmt.Errorf("no resource of the example is judged by the rule")
	case e.Fails && count[engine.Fail] == 0:
		return fmt.Errorf("nothing fails:\n%s", strings.Join(said, "\n"))
	case !e.Fails && (count[engine.Pass] == 0 || count[engine.Fail]+count[engine.Unknown] > 0):
		return fmt.Errorf("not everything passes:\n%s", strings.Join(said, "\n"))
	}
	return nil
}
