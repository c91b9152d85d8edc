package web

import (
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/server/look"
)

// The functions here make the frames of the knowledge base's pages, for the
// server and for a site of files alike. root is the frame's: empty for the
// server.

// kbStandardsPath is the list of standards.
const kbStandardsPath = kb.Root + "standards/"

// knowledgeCrumbs lead to the index, and from there further.
func knowledgeCrumbs(more ...look.Link) []look.Link {
	return append([]look.Link{{Text: "Knowledge base", Path: kb.Root}}, more...)
}

// A kbRiskCount is how many rules have a risk.
type kbRiskCount struct {
	Risk  string // "very-high"
	Count int
}

// kbRiskCounts are those of rules, the greatest risk first.
func kbRiskCounts(rules []kb.Entry) []kbRiskCount {
	var out []kbRiskCount
	for _, r := range slices.Backward(rule.Risks) {
		n := 0
		for _, e := range rules {
			if e.Risk == r {
				n++
			}
		}
		if n > 0 {
			out = append(out, kbRiskCount{string(r), n})
		}
	}
	return out
}

// A kbShelf is a service on the index.
type kbShelf struct {
	kb.Service
	Risks []kbRiskCount
}

type kbBody struct {
	Services  []kbShelf
	Rules     int
	Standards int
	Filter    kbFilter
	Choices   kbChoices
}

// knowledgeFrame is the index.
func knowledgeFrame(book *kb.Book, root string) *look.Frame {
	body := &kbBody{Rules: len(book.Entries()), Standards: len(book.Standards()), Choices: kbChoicesOf(book)}
	for _, s := range book.Services() {
		body.Services = append(body.Services, kbShelf{s, kbRiskCounts(s.Rules)})
	}
	return &look.Frame{
		Title: "Knowledge base", Section: kb.Root, Root: root, Body: body,
		Lead: fmt.Sprintf("%s rules for %d services of AWS: why each matters, how to check it and how to put it right.",
			look.Number(body.Rules), len(body.Services)),
	}
}

// A kbFilter is what is looked for among the rules.
type kbFilter struct{ Query, Risk, Category string }

// Any tells whether something is looked for.
func (f kbFilter) Any() bool { return f != kbFilter{} }

func (f kbFilter) fits(e kb.Entry) bool {
	return (f.Risk == "" || string(e.Risk) == f.Risk) &&
		(f.Category == "" || slices.ContainsFunc(e.Categories, func(c kb.Category) bool { return c.Key == f.Category }))
}

// kbChoices are what rules can be filtered by.
type kbChoices struct {
	Risks      []string
	Categories []kb.Category
}

func kbChoicesOf(book *kb.Book) kbChoices {
	c := kbChoices{}
	for _, n := range kbRiskCounts(book.Entries()) {
		c.Risks = append(c.Risks, n.Risk)
	}
	for _, e := range book.Entries() {
		for _, category := range e.Categories {
			if !slices.Contains(c.Categories, category) {
				c.Categories = append(c.Categories, category)
			}
		}
	}
	slices.SortFunc(c.Categories, func(a, b kb.Category) int { return strings.Compare(a.Name, b.Name) })
	return c
}

type kbRulesBody struct {
	Filter  kbFilter
	Choices kbChoices
	Rules   []kb.Hit
	Total   int
	Pager   pager
}

// knowledgeRulesFrame lists all rules that fit a filter: what a search finds
// the best first, anything else by id.
func knowledgeRulesFrame(book *kb.Book, root string, filter kbFilter) *look.Frame {
	body := &kbRulesBody{Filter: filter, Choices: kbChoicesOf(book)}
	entries := book.Entries()
	if filter.Query != "" {
		for _, h := range book.Search(filter.Query, len(entries)) {
			if filter.fits(h.Entry) {
				body.Rules = append(body.Rules, h)
			}
		}
	} else {
		for _, e := range entries {
			if filter.fits(e) {
				body.Rules = append(body.Rules, kb.Hit{Entry: e})
			}
		}
	}
	body.Total = len(body.Rules)
	f := &look.Frame{Title: "All rules", Section: kb.Root, Crumbs: knowledgeCrumbs(), Root: root, Body: body}
	if filter.Query != "" {
		f.Title = "Search"
	}
	return f
}

type kbServiceBody struct {
	kb.Service
	Risks []kbRiskCount
}

// knowledgeServiceFrame lists the rules of a service.
func knowledgeServiceFrame(s kb.Service, root string) *look.Frame {
	return &look.Frame{
		Title: s.Key, Section: kb.Root, Crumbs: knowledgeCrumbs(), Root: root, Body: &kbServiceBody{s, kbRiskCounts(s.Rules)},
	}
}

type kbRuleBody struct {
	*kb.Page
	Contents []look.Link // what stands on the page; the paths are anchors
	Own      *ownFailures
	frame    *look.Frame
}

// HTML is a part of the page as the frame has its links.
func (b *kbRuleBody) HTML(part template.HTML) template.HTML { return kbRelinked(b.frame, part) }

// knowledgeRuleFrame is the page of a rule.
func knowledgeRuleFrame(book *kb.Book, e kb.Entry, root string) (*look.Frame, error) {
	p, err := book.Page(e.ID)
	if err != nil {
		return nil, err
	}
	f := &look.Frame{
		Title: p.Title, Section: kb.Root, Crumbs: knowledgeCrumbs(look.Link{Text: p.Service, Path: p.ServicePath}), Root: root,
		Description: p.Description,
	}
	b := &kbRuleBody{Page: p, frame: f}
	add := func(text, id string) { b.Contents = append(b.Contents, look.Link{Text: text, Path: "#" + id}) }
	for _, s := range p.Sections {
		add(s.Title, s.ID)
	}
	for _, part := range []struct {
		text, id string
		is       bool
	}{
		{"Settings", "settings", len(p.Settings) > 0}, {"Standards and controls", "compliance", len(p.Standards) > 0},
		{"Related rules", "related", len(p.Related) > 0}, {"References", "references", len(p.References) > 0},
	} {
		if part.is {
			add(part.text, part.id)
		}
	}
	f.Body = b
	return f, nil
}

// kbLink is a link of a rule's text to another page of the book.
var kbLink = regexp.MustCompile(`href="(/knowledge-base/[^"]*)"`)

// kbRelinked is a part of a page with its links as the frame makes them.
func kbRelinked(f *look.Frame, part template.HTML) template.HTML {
	if !f.Static() {
		return part
	}
	return template.HTML(kbLink.ReplaceAllStringFunc(string(part), func(link string) string {
		return `href="` + f.Href(kbLink.FindStringSubmatch(link)[1]) + `"`
	}))
}

// knowledgeStandardsFrame lists the standards.
func knowledgeStandardsFrame(book *kb.Book, root string) *look.Frame {
	return &look.Frame{
		Title: "Standards", Section: kb.Root, Crumbs: knowledgeCrumbs(), Root: root, Body: book.Standards(),
		Lead: "What the rules say of compliance standards: which rules bear on which control.",
	}
}

// A kbChapter is the controls of a standard below one heading.
type kbChapter struct {
	ID, Title string
	Controls  []kb.StandardControl
}

type kbStandardBody struct {
	kb.Standard
	Chapters []kbChapter
}

// knowledgeStandardFrame is a standard with its controls, by their outermost
// headings.
func knowledgeStandardFrame(s *kb.StandardPage, root string) *look.Frame {
	body := &kbStandardBody{Standard: s.Standard}
	for _, c := range s.Controls {
		var heading kb.Control
		if len(c.Headings) > 0 {
			heading = c.Headings[0]
		}
		n := len(body.Chapters)
		if n == 0 || body.Chapters[n-1].ID != heading.ID || body.Chapters[n-1].Title != heading.Title {
			body.Chapters = append(body.Chapters, kbChapter{ID: heading.ID, Title: heading.Title})
			n++
		}
		body.Chapters[n-1].Controls = append(body.Chapters[n-1].Controls, c)
	}
	return &look.Frame{
		Title: s.Title, Section: kb.Root, Crumbs: knowledgeCrumbs(look.Link{Text: "Standards", Path: kbStandardsPath}), Root: root, Body: body,
		Lead: fmt.Sprintf("Rules bear on %d of %d controls. The others are for people to look at.", s.Covered, s.Total),
	}
}
