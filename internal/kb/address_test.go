package kb

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSlug(t *testing.T) {
	for title, want := range map[string]string{
		"Memcached is not open to the internet": "memcached-is-not-open-to-the-internet",
		"  S3's  bucket — \"public\"?  ":        "s3s-bucket-public",
		"TLS 1.2+ (or newer)":                   "tls-1-2-or-newer",
		"Schlüssel":                             "schl-ssel",
		"日本":                                    "",
		strings.Repeat("word ", 40):             strings.TrimSuffix(strings.Repeat("word-", 16), "-"),
		strings.Repeat("a", 200):                strings.Repeat("a", 80),
	} {
		if got := Slug(title); got != want || len(got) > maxSlug {
			t.Errorf("%q: %q, not %q", title, got, want)
		}
	}
}

// A slug never changes. For a new rule, add its line to testdata/slugs.txt
// (the test prints it). When a title changes, the old line stays: write the old
// slug into moved.txt and add a line for the new one here.
func TestSlugsStay(t *testing.T) {
	book := embeddedBook(t)
	data, err := os.ReadFile("testdata/slugs.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		if len(fields) != 2 || known[fields[0]] {
			t.Errorf("the line %q is no slug and id, or is there twice", line)
			continue
		}
		known[fields[0]] = true
		service, slug, _ := strings.Cut(fields[0], "/")
		e, _, ok := book.Find(service, slug+".html")
		if !ok || e.ID != fields[1] {
			t.Errorf("%s was published for %s and leads to %q: if the title changed, add this line to moved.txt:\n%s", fields[0], fields[1], e.ID, strings.TrimSpace(line))
		}
	}
	for _, e := range book.Entries() {
		if name := e.Service + "/" + e.Slug; !known[name] {
			t.Errorf("add this line to testdata/slugs.txt:\n%s %s", name, e.ID)
		}
		if e.Slug != Slug(e.Title) {
			t.Errorf("%s: another rule of the service has the slug %s; give it a title of its own", e.ID, Slug(e.Title))
		}
	}
}

func TestMovedTextIsRead(t *testing.T) {
	for line := range strings.Lines(movedText) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		service, rest, ok := strings.Cut(line, "/")
		slug, id, ok2 := strings.Cut(rest, " ")
		if e, canonical, found := embeddedBook(t).Find(service, slug); !ok || !ok2 || !found || canonical || e.ID != id {
			t.Errorf("moved.txt: %q leads to %q", line, e.ID)
		}
	}
}

func TestFind(t *testing.T) {
	book := embeddedBook(t)
	const slug = "memcached-is-not-open-to-the-internet"
	tests := []struct {
		service, name string
		id            string
		canonical     bool
	}{
		{"EC2", slug + ".html", "EC2-075", true},
		{"EC2", slug, "EC2-075", false},
		{"ec2", slug + ".html", "EC2-075", false},
		{"EC2", strings.ToUpper(slug) + ".HTML", "EC2-075", false},
		{"EC2", "EC2-075", "EC2-075", false},
		{"ec2", "ec2-075.html", "EC2-075", false},
		{"anything", "EC2-075", "EC2-075", false},
		{"CT", "trail-log-file-validation-is-enabled", "CT-007", false},
		{"CloudTrail", "trail-log-file-validation-is-enabled.html", "CT-007", true},
		{"S3", slug + ".html", "", false},
		{"EC2", "EC2-0755", "", false},
		{"EC2", "", "", false},
		{"", ".html", "", false},
	}
	for _, test := range tests {
		e, canonical, ok := book.Find(test.service, test.name)
		if e.ID != test.id || canonical != test.canonical || ok != (test.id != "") {
			t.Errorf("%s/%s: %q, canonical %v, found %v", test.service, test.name, e.ID, canonical, ok)
		}
	}
}

// Titles alike of users' own pages are told apart.
func TestSameTitles(t *testing.T) {
	book := bookOf(t, Options{Base: "/docs"}, testPage{id: "S3-901", title: "Bucket is good"}, testPage{id: "S3-902", title: "Bucket is good!"}, testPage{id: "S3-903", title: "日本"})
	got := map[string]string{}
	for _, e := range book.Entries() {
		got[e.ID] = e.Path
		service, name, _ := strings.Cut(strings.TrimPrefix(e.Path, "/docs"+rulesRoot), "/")
		if found, canonical, ok := book.Find(service, name); !ok || !canonical || found.ID != e.ID {
			t.Errorf("%s leads to %q", e.Path, found.ID)
		}
	}
	want := map[string]string{
		"S3-901": "/docs/knowledge-base/aws/S3/bucket-is-good.html",
		"S3-902": "/docs/knowledge-base/aws/S3/bucket-is-good-s3-902.html",
		"S3-903": "/docs/knowledge-base/aws/S3/s3-903.html",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPaths(t *testing.T) {
	book := embeddedBook(t)
	paths := Paths(book.library)
	if len(paths) != len(book.Entries()) || paths["EC2-075"] != "/knowledge-base/aws/EC2/memcached-is-not-open-to-the-internet.html" {
		t.Errorf("%d paths, EC2-075 at %q", len(paths), paths["EC2-075"])
	}
	if got := RulePath("EC2", "CUSTOM-1"); got != "/knowledge-base/aws/EC2/CUSTOM-1" {
		t.Error(got)
	}
}

// A page that cannot be read is told and leaves the others.
func TestPageThatCannotBeRead(t *testing.T) {
	book := bookOf(t, Options{}, testPage{id: "S3-901", title: "Good"}, testPage{id: "S3-902", title: "Bad", front: "risky: yes\n"})
	if err := book.Err(); err == nil || !strings.Contains(err.Error(), "S3-902.md") {
		t.Errorf("the error is %v", err)
	}
	if len(book.Entries()) != 1 {
		t.Errorf("%d entries", len(book.Entries()))
	}
	for _, id := range []string{"S3-902", "S3-999", ""} {
		if _, err := book.Page(id); err == nil {
			t.Errorf("there is a page %q", id)
		}
	}
}
