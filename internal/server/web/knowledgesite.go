package web

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/server/look"
)

// siteTop is the page at the top of a site: it leads to the knowledge base.
const siteTop = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Knowledge base – Surety</title><meta http-equiv="refresh" content="0; url=knowledge-base/index.html"></head>
<body><p><a href="knowledge-base/index.html">Knowledge base</a></p></body>
</html>
`

// KnowledgeSite makes the pages of the knowledge base as files that need no
// server: they work below any address, and from a disk. write takes each with
// its path, between slashes; KnowledgeSite tells how many pages there are. What
// of the book cannot be read is an error.
func KnowledgeSite(book *kb.Book, now time.Time, write func(name string, data []byte) error) (int, error) {
	if err := book.Err(); err != nil {
		return 0, err
	}
	pages, err := look.Parse(files, "pages")
	if err != nil {
		return 0, err
	}
	s := &kbSite{pages: pages, now: now, write: write}
	if err := s.all(book); err != nil {
		return 0, err
	}
	index := slices.Concat([]byte("globalThis.suretyIndex="), bytes.TrimSpace(book.Index()), []byte(";\n"))
	faults := []error{write("index.html", []byte(siteTop)), write("assets/search-index.js", index)}
	for _, name := range look.AssetNames() {
		faults = append(faults, write("assets/"+name, look.Asset(name)))
	}
	return s.count, errors.Join(faults...)
}

// A kbSite is pages on their way to files.
type kbSite struct {
	pages *look.Pages
	now   time.Time
	write func(string, []byte) error
	count int
}

// all writes every page of a book.
func (s *kbSite) all(book *kb.Book) error {
	err := errors.Join(
		s.page(kb.Root, "knowledge", func(root string) (*look.Frame, error) { return knowledgeFrame(book, root), nil }),
		s.page(kb.Root+"aws/", "knowledge-rules", func(root string) (*look.Frame, error) {
			return knowledgeRulesFrame(book, root, kbFilter{}), nil
		}),
		s.page(kbStandardsPath, "knowledge-standards", func(root string) (*look.Frame, error) { return knowledgeStandardsFrame(book, root), nil }),
	)
	if err != nil {
		return err
	}
	for _, service := range book.Services() {
		err := s.page(service.Path, "knowledge-service", func(root string) (*look.Frame, error) { return knowledgeServiceFrame(service, root), nil })
		if err != nil {
			return err
		}
	}
	for _, e := range book.Entries() {
		err := s.page(e.Path, "knowledge-rule", func(root string) (*look.Frame, error) { return knowledgeRuleFrame(book, e, root) })
		if err != nil {
			return err
		}
	}
	for _, one := range book.Standards() {
		standard, ok := book.Standard(one.ID)
		if !ok {
			return fmt.Errorf("the standard %s has no page", one.ID)
		}
		err := s.page(one.Path, "knowledge-standard", func(root string) (*look.Frame, error) { return knowledgeStandardFrame(standard, root), nil })
		if err != nil {
			return err
		}
	}
	return nil
}

// page writes one page. make takes the way from it to the top of the site.
func (s *kbSite) page(path, page string, make func(root string) (*look.Frame, error)) error {
	name := strings.TrimPrefix(path, "/")
	f, err := make(strings.Repeat("../", strings.Count(name, "/")))
	if err != nil {
		return err
	}
	f.Now = s.now
	data, err := s.pages.Render(page, f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	s.count++
	return s.write(name, data)
}
