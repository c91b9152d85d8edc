package kb

import (
	_ "embed"
	"net/url"
	"strings"
	"sync"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/rule"
)

// Where the knowledge base stands below the address of a server or a site.
const (
	Root          = "/knowledge-base/"
	rulesRoot     = Root + conformity.AWS + "/"
	standardsRoot = Root + "standards/"
)

func servicePath(service string) string    { return rulesRoot + service + "/" }
func pagePath(service, slug string) string { return servicePath(service) + slug + ".html" }
func standardPath(name string) string      { return standardsRoot + name + ".html" }

// RulePath is where the page of a rule is found without knowing its title:
// "/knowledge-base/aws/EC2/EC2-075". A server redirects from there. It serves
// for rules that no page of the library has, too.
func RulePath(service, id string) string {
	return servicePath(url.PathEscape(service)) + url.PathEscape(id)
}

// Paths gives the path of the page of every rule of a library, by id.
func Paths(library *rule.Library) map[string]string {
	paths := map[string]string{}
	for _, e := range New(library, nil, Options{}).Entries() {
		paths[e.ID] = e.Path
	}
	return paths
}

// A slugKey is a service's key in lower case and a slug.
type slugKey struct{ service, slug string }

// maxSlug bounds a slug, which is cut at the end of a word.
const maxSlug = 80

// Slug is a text as part of an address: lower case, ASCII letters and digits,
// a dash between words.
func Slug(text string) string {
	var b strings.Builder
	gap := false
	for _, c := range strings.ToLower(text) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(c)
		case c == '\'' || c == '’': // "owner's" stays one word
		default:
			gap = true
		}
	}
	slug := b.String()
	if len(slug) <= maxSlug {
		return slug
	}
	if end := strings.LastIndexByte(slug[:maxSlug+1], '-'); end > 0 {
		return slug[:end]
	}
	return slug[:maxSlug]
}

// claim gives an entry its slug. Two rules of a service with titles alike, or
// a title that nothing can be made of, are told apart by the id.
func (l *listing) claim(e Entry) string {
	slug := Slug(e.Title)
	key := slugKey{strings.ToLower(e.Service), slug}
	if _, taken := l.slugs[key]; taken || slug == "" {
		slug = strings.Trim(slug+"-"+strings.ToLower(e.ID), "-")
		key.slug = slug
	}
	l.slugs[key] = e.ID
	return slug
}

//go:embed moved.txt
var movedText string

// moved are the slugs that pages had once: the ids by service and slug.
var moved = sync.OnceValue(func() map[slugKey]string {
	ids := map[slugKey]string{}
	for line := range strings.Lines(movedText) {
		fields := strings.Fields(line)
		if len(fields) != 2 || strings.HasPrefix(line, "#") {
			continue
		}
		service, slug, _ := strings.Cut(fields[0], "/")
		ids[slugKey{strings.ToLower(service), slug}] = fields[1]
	}
	return ids
})

// Find tells what the last two parts of an address name: service is a service's
// key, name the page's slug, a slug that it had before, or the rule's id, with
// or without ".html", all in any case. Of an id the service need not be right.
//
// canonical is true where the two are exactly those of the entry's Path; else
// a server redirects to that.
func (b *Book) Find(service, name string) (e Entry, canonical, ok bool) {
	l := b.listing()
	bare, html := strings.CutSuffix(name, ".html")
	if !html && len(name) > 5 && strings.EqualFold(name[len(name)-5:], ".html") {
		bare = name[:len(name)-5]
	}
	if e, ok = b.Entry(bare); !ok {
		key := slugKey{strings.ToLower(conformity.ServiceKey(service)), strings.ToLower(bare)}
		id, known := l.slugs[key]
		if !known {
			id = moved()[key]
		}
		if e, ok = b.Entry(id); !ok {
			return Entry{}, false, false
		}
	}
	return e, html && service == e.Service && bare == e.Slug, true
}
