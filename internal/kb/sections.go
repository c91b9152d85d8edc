package kb

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/surety-cloud/surety/internal/pagetext"
)

// Reserved are the ids that a page's own parts may have: no heading of the text
// gets one of them.
var Reserved = []string{
	"main", "content", "contents", "top", "nav", "menu", "search", "summary", "notes", "rule", "settings", "standards", "related",
	"references", "compliance", "help", "footer", "header", "theme",
}

// A block is a heading with what stands below it, before it is rendered.
type block struct {
	id, title string
	nodes     []ast.Node
	below     []*block
}

// outline cuts a page at its headings: what stands above the first, and the
// sections. A heading of level 1 counts as one of level 2.
func (w *writing) outline() (lead []ast.Node, sections []*block) {
	ids := newIDs()
	var section, sub *block
	for _, node := range children(w.root) {
		heading, ok := node.(*ast.Heading)
		if !ok || heading.Level > 3 {
			if ok {
				base := ""
				if section != nil {
					base = section.id + "-"
				}
				heading.SetAttributeString("id", []byte(ids.take(base+Slug(pagetext.Plain(heading, w.source)))))
			}
			switch {
			case sub != nil:
				sub.nodes = append(sub.nodes, node)
			case section != nil:
				section.nodes = append(section.nodes, node)
			default:
				lead = append(lead, node)
			}
			continue
		}
		title := pagetext.Plain(heading, w.source)
		if heading.Level == 3 && section != nil {
			sub = &block{id: ids.take(section.id + "-" + Slug(title)), title: title}
			section.below = append(section.below, sub)
			continue
		}
		section, sub = &block{id: ids.take(Slug(title)), title: title}, nil
		sections = append(sections, section)
	}
	return lead, sections
}

// section renders a block and those below it.
func (w *writing) section(p *block) (Section, error) {
	out := Section{ID: p.id, Title: p.title}
	var err error
	if out.HTML, err = w.html(p.nodes); err != nil {
		return out, err
	}
	for _, below := range p.below {
		s, err := w.section(below)
		if err != nil {
			return out, err
		}
		out.Sections = append(out.Sections, s)
	}
	return out, nil
}

// references reads the section of that name: a list of links, each with its
// source in parentheses. ok is false for anything else, which is then shown as
// it is written.
func (w *writing) references(p *block) (references []Reference, ok bool) {
	if p.title != "References" || len(p.below) > 0 || len(p.nodes) != 1 {
		return nil, false
	}
	list, ok := p.nodes[0].(*ast.List)
	if !ok {
		return nil, false
	}
	for _, item := range children(list) {
		urls, whole := pagetext.Links(item, w.source), pagetext.Plain(item, w.source)
		if len(urls) != 1 || item.ChildCount() != 1 || item.FirstChild().FirstChild() == nil {
			return nil, false
		}
		link, ok := item.FirstChild().FirstChild().(*ast.Link)
		if !ok {
			return nil, false
		}
		title := pagetext.Plain(link, w.source)
		source := strings.TrimSpace(strings.TrimPrefix(whole, title))
		if inner, found := strings.CutPrefix(source, "("); found {
			source = strings.TrimSuffix(inner, ")")
		}
		references = append(references, Reference{Title: title, URL: urls[0], Source: source})
	}
	return references, len(references) > 0
}

// ids gives each heading of a page an id of its own.
type ids map[string]bool

func newIDs() ids {
	taken := ids{}
	for _, id := range Reserved {
		taken[id] = true
	}
	return taken
}

// take is the id, with a number where it is taken already.
func (taken ids) take(id string) string {
	if id = strings.Trim(id, "-"); id == "" {
		id = "section"
	}
	unique := id
	for n := 2; taken[unique]; n++ {
		unique = id + "-" + strconv.Itoa(n)
	}
	taken[unique] = true
	return unique
}
