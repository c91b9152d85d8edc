package rules_test

import (
	"errors"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/surety-cloud/surety/internal/prove"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/rules"
)

// day is when the examples are judged: what is supported today is not for ever,
// and a page should not fail because time has passed. Move it on when the
// lifecycles of internal/reference are read anew.
var day = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// TestPages holds every page to its own word, one subtest a page and example:
//
//	go test ./rules -run TestPages/EC2-075
func TestPages(t *testing.T) {
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range library.IDs() {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			page(t, library, id)
		})
	}
}

func page(t *testing.T, library *rule.Library, id string) {
	r, err := library.Rule(id)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Compile(); err != nil {
		t.Fatal(err)
	}
	for _, missing := range prove.Sections(r) {
		t.Error(missing)
	}
	faults, err := prove.Commands(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faults {
		t.Error(fault)
	}
	seen := map[string]bool{}
	fixed := false
	for _, e := range r.Examples() {
		if e.Language == "hcl" && string(hclwrite.Format([]byte(e.Text))) != e.Text {
			t.Errorf("%s:%d: the example is not formatted as terraform fmt does", r.File, e.Line)
		}
		t.Run(e.Name(), func(t *testing.T) {
			if err := prove.Example(library, r, e, day); err != nil {
				t.Errorf("%s:%d: %v", r.File, e.Line, err)
				return
			}
			err := prove.Fix(library, r, e, day)
			switch {
			case errors.Is(err, prove.ErrNoCorrection):
			case err != nil:
				t.Errorf("%s:%d: fixed, it does not pass: %v", r.File, e.Line, err)
			case e.Fails:
				fixed = true
			}
		})
		if e.Fails {
			seen[e.Language+" fails"] = true
		} else {
			seen[e.Language+" passes"] = true
		}
	}
	if r.HasFix && !fixed {
		t.Errorf("%s: the fix repairs none of the examples", r.File)
	}
	template, err := r.Template()
	if err != nil {
		t.Fatal(err)
	}
	// A template rule has examples in both languages; where one of them cannot
	// express what the rule is about, json examples take its place.
	languages := []string{"json"}
	if template {
		languages = []string{"yaml", "hcl"}
	}
	for _, language := range languages {
		for _, verdict := range []string{" fails", " passes"} {
			if !seen[language+verdict] && !seen["json"+verdict] {
				t.Errorf("%s: has no example %q", r.File, language+verdict)
			}
		}
	}
}

// TestProse keeps pages from repeating each other: what three of them say in
// the same words stands once in rules/shared. Steps of a list, which may well
// begin alike, are not compared, nor is what is short.
func TestProse(t *testing.T) {
	const long, most = 60, 2
	fences := regexp.MustCompile("(?s)```.*?```")
	steps := regexp.MustCompile(`^(#|\[|- \[|\||\{\{|\d+\. )`)
	ends := regexp.MustCompile(`[.!?] `)
	pages := map[string][]string{}
	err := fs.WalkDir(rules.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(name, "shared/") {
			return err
		}
		page, err := fs.ReadFile(rules.Files, name)
		if err != nil {
			return err
		}
		_, text, _ := strings.Cut(string(page), "\n---\n")
		for line := range strings.Lines(fences.ReplaceAllString(text, "")) {
			if line = strings.TrimSpace(line); steps.MatchString(line) {
				continue
			}
			for _, sentence := range ends.Split(line, -1) {
				if sentence = strings.Trim(sentence, ".!? "); len(sentence) >= long && !slices.Contains(pages[sentence], name) {
					pages[sentence] = append(pages[sentence], name)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for sentence, on := range pages {
		if len(on) > most {
			t.Errorf("%s say the same; put it into rules/shared and take it in with {{> name}}:\n%s", strings.Join(on, ", "), sentence)
		}
	}
}
