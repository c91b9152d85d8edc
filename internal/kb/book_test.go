package kb

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/standard"
	"github.com/surety-cloud/surety/rules"
	"github.com/surety-cloud/surety/standards"
)

// embedded is the book of Surety's own pages.
var embedded = sync.OnceValues(func() (*Book, error) {
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		return nil, err
	}
	set, err := standard.NewSet(standards.Files, "standards/")
	if err != nil {
		return nil, err
	}
	library.Bear(set.Controls)
	book := New(library, set, Options{Live: func(r *rule.Rule) (bool, error) { return r.ID != "S3-001", nil }})
	return book, book.Err()
})

func embeddedBook(t testing.TB) *Book {
	t.Helper()
	book, err := embedded()
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// A testPage is the page of a rule of a made-up library.
type testPage struct {
	id, title string
	front     string // further lines of the front matter
	text      string
}

func (p testPage) file() *fstest.MapFile {
	return &fstest.MapFile{Data: fmt.Appendf(nil, `---
id: %s
title: %s
risk: high
categories: [security, reliability]
service: S3
resource: AWS::S3::Bucket
check: resource.BucketName != "x"
message: Bucket {id} is x
%s---

%s
`, p.id, p.title, p.front, p.text)}
}

// bookOf is a book of made-up pages.
func bookOf(t testing.TB, options Options, pages ...testPage) *Book {
	t.Helper()
	files := fstest.MapFS{}
	for _, p := range pages {
		files[p.id+".md"] = p.file()
	}
	library, err := rule.NewLibrary(files, "")
	if err != nil {
		t.Fatal(err)
	}
	return New(library, nil, options)
}

func mustPage(t testing.TB, b *Book, id string) *Page {
	t.Helper()
	p, err := b.Page(id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// allHTML is everything of a page that is HTML already.
func allHTML(p *Page) string {
	var b strings.Builder
	b.WriteString(string(p.Summary) + string(p.Notes) + string(p.Replacement))
	var add func([]Section)
	add = func(list []Section) {
		for _, s := range list {
			b.WriteString(string(s.HTML))
			add(s.Sections)
		}
	}
	add(p.Sections)
	return b.String()
}
