package fix

import (
	"context"
	"embed"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/cloudformation"
	"github.com/surety-cloud/surety/internal/source/terraform"
)

//go:embed testdata/rules/*.md
var testFiles embed.FS

var testPages, _ = fs.Sub(testFiles, "testdata/rules")

var update = flag.Bool("update", false, "write what the tests get into the golden files")

func testLibrary(t testing.TB) *rule.Library {
	t.Helper()
	library, err := rule.NewLibrary(testPages, "testdata/rules/")
	if err != nil {
		t.Fatal(err)
	}
	return library
}

func testEngine(t testing.TB) engine.Options {
	library := testLibrary(t)
	return engine.Options{Library: library, Rules: library.IDs(), Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
}

// templateOptions repairs one CloudFormation template in memory.
func templateOptions(t testing.TB, name string, text []byte) Options {
	return Options{
		Engine: testEngine(t),
		Read: func(_ context.Context, _ []string, changed map[string][]byte) (*cloud.Inventory, error) {
			if other, ok := changed[name]; ok {
				return cloudformation.Read(name, other, cloudformation.Options{}), nil
			}
			return cloudformation.Read(name, text, cloudformation.Options{}), nil
		},
		ReadFile: func(string) ([]byte, error) { return text, nil },
	}
}

// folderOptions repairs a Terraform folder in memory.
func folderOptions(t testing.TB, files map[string]string) Options {
	read := func(changed map[string][]byte, name string) ([]byte, error) {
		if text, ok := changed[name]; ok {
			return text, nil
		}
		return fs.ReadFile(folder(files), name)
	}
	return Options{
		Engine: testEngine(t),
		Read: func(_ context.Context, _ []string, changed map[string][]byte) (*cloud.Inventory, error) {
			return terraform.ReadDir("root", terraform.Options{
				ReadFile: func(name string) ([]byte, error) { return read(changed, name) },
				ReadDir:  func(name string) ([]fs.DirEntry, error) { return fs.ReadDir(folder(files), name) },
			}), nil
		},
		ReadFile: func(name string) ([]byte, error) { return read(nil, name) },
	}
}

func folder(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range files {
		out["root/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

// TestTemplate runs the files of testdata/cloudformation: a template, a line
// of dashes, the repaired template (or "unchanged"), a line of dashes, what
// was changed and skipped.
func TestTemplate(t *testing.T) {
	eachGolden(t, "testdata/cloudformation/*.txt", func(t *testing.T, parts []string) []string {
		name := "template.yaml"
		if strings.HasPrefix(parts[0], "{") {
			name = "template.json"
		}
		files, err := Template(t.Context(), templateOptions(t, name, []byte(parts[0])))
		if err != nil {
			t.Fatal(err)
		}
		after := "unchanged\n"
		if len(files) == 1 && files[0].Changed() {
			after = string(files[0].After)
		}
		settled(t, templateOptions(t, name, []byte(after)), files)
		return []string{parts[0], after, tell(files)}
	})
}

// settled checks that a second repair finds nothing more to do than what was
// skipped.
func settled(t *testing.T, options Options, files []File) {
	t.Helper()
	again, err := Template(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range again {
		if f.Changed() {
			t.Errorf("a second repair changes %s again:\n%s", f.Path, Diff(f))
		}
	}
	_ = files
}

func eachGolden(t *testing.T, pattern string, run func(t *testing.T, parts []string) []string) {
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	const line = "----------\n"
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			parts := strings.Split(string(content), line)
			got := run(t, parts)
			if *update {
				if err := os.WriteFile(name, []byte(strings.Join(got, line)), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(parts, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		})
	}
}

// tell lists what was changed and skipped, a line each.
func tell(files []File) string {
	var b strings.Builder
	for _, f := range files {
		for _, c := range f.Changes {
			fmt.Fprintf(&b, "%s %s.%s line %d %s\n", c.Rule, c.Resource, c.Property, c.Line, c.Note)
		}
		for _, s := range f.Skipped {
			fmt.Fprintf(&b, "skipped %s %s line %d: %s\n", s.Rule, s.Resource, s.Line, s.Reason)
		}
	}
	return strings.ReplaceAll(b.String(), " \n", "\n")
}
