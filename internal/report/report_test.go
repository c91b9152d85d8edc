package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden holds every format, in its variants, against testdata.
func TestGolden(t *testing.T) {
	everything := func(r *Report) { r.ShowSuppressed, r.ShowPassed = true, true }
	cases := []struct {
		file   string
		format string
		change func(*Report)
	}{
		{"table-pipe.txt", "table", func(*Report) {}},
		{"table-80.txt", "table", func(r *Report) { r.Width = 80 }},
		{"table-160.txt", "table", func(r *Report) { r.Width = 160 }},
		{"table-40.txt", "table", func(r *Report) { r.Width = 40 }},
		{"table-color.txt", "table", func(r *Report) { r.Width, r.Color = 100, true; everything(r) }},
		{"table-everything.txt", "table", func(r *Report) { r.Width = 100; everything(r) }},
		{"table-bare.txt", "table", func(r *Report) { *r = *bare() }},
		{"report.json", "json", func(*Report) {}},
		{"report-bare.json", "json", func(r *Report) { *r = *bare() }},
		{"report.jsonl", "jsonl", func(*Report) {}},
		{"report-everything.jsonl", "jsonl", everything},
		{"report.csv", "csv", func(*Report) {}},
		{"report-everything.csv", "csv", everything},
		{"report.sarif", "sarif", func(*Report) {}},
		{"report-everything.sarif", "sarif", everything},
		{"report-bare.sarif", "sarif", func(r *Report) { *r = *bare() }},
		{"report.xml", "junit", func(*Report) {}},
		{"report-everything.xml", "junit", everything},
		{"report.md", "markdown", func(*Report) {}},
		{"report-everything.md", "markdown", everything},
		{"report-bare.md", "markdown", func(r *Report) { *r = *bare() }},
		{"report.html", "html", func(*Report) {}},
		{"report-everything.html", "html", everything},
		{"report-accounts.html", "html", func(r *Report) { *r = *accounts() }},
		{"report-bare.html", "html", func(r *Report) { *r = *bare() }},
		{"report.ocsf.jsonl", "ocsf", func(*Report) {}},
		{"report-accounts.ocsf.jsonl", "ocsf", func(r *Report) { *r = *accounts() }},
		{"report-accounts.asff.jsonl", "asff", func(r *Report) { *r = *accounts() }},
	}
	for _, c := range cases {
		t.Run(c.file, func(t *testing.T) {
			r := fixture()
			c.change(r)
			got := written(t, c.format, r)
			if c.format == "html" {
				got = withoutStyle(got)
			}
			path := filepath.Join("testdata", c.file)
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s is not as in %s; look at it and run the test with -update (-want +got):\n%s", c.format, path, diff)
			}
		})
	}
}

func written(t *testing.T, format string, r *Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, format, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestOrder gives the checks in another order, for which nothing may change.
func TestOrder(t *testing.T) {
	for _, format := range Formats() {
		r, turned := suited(format), suited(format)
		slices.Reverse(turned.Checks)
		slices.Reverse(turned.Problems)
		first := turned.Checks[0]
		if diff := cmp.Diff(string(written(t, format, r)), string(written(t, format, turned))); diff != "" {
			t.Errorf("%s depends on the order of the checks:\n%s", format, diff)
		}
		if turned.Checks[0] != first {
			t.Errorf("%s changed the order of the caller's checks", format)
		}
	}
}

func TestWriteUnknownFormat(t *testing.T) {
	cases := []struct{ name, want string }{
		{"sarf", `did you mean "sarif"?`},
		{"JSON", `did you mean "json"?`},
		{"powerpoint", "the formats are table, json, jsonl"},
	}
	for _, c := range cases {
		err := Write(&bytes.Buffer{}, c.name, fixture())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Write as %q: error %v, want one with %q", c.name, err, c.want)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }

// TestWriteFails sees that a full disk is told in every format.
func TestWriteFails(t *testing.T) {
	for _, format := range Formats() {
		if err := Write(full{}, format, suited(format)); err == nil {
			t.Errorf("%s says nothing of a failed write", format)
		}
	}
}
