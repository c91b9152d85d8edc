package web_test

import (
	"bytes"
	"path"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/server/web"
)

// TestKnowledgeSite builds the whole site, and follows every link: each leads to
// a file of the site, to a part that is there, or to https://.
func TestKnowledgeSite(t *testing.T) {
	library, set := knowledge()
	files := map[string][]byte{}
	n, err := web.KnowledgeSite(kb.New(library, set, kb.Options{}), time.Now(), func(name string, data []byte) error {
		if files[name] != nil {
			t.Errorf("%s is written twice", name)
		}
		files[name] = bytes.Clone(data)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := len(library.IDs()); n < want || len(files) < n {
		t.Errorf("%d pages in %d files, of %d rules", n, len(files), want)
	}
	ids, links := map[string]map[string]bool{}, map[string][]string{}
	for name, data := range files {
		if len(data) > 300<<10 && path.Ext(name) == ".html" {
			t.Errorf("%s has %d bytes", name, len(data))
		}
		if path.Ext(name) == ".html" {
			ids[name], links[name] = anchors(t, name, data)
		}
	}
	for name, list := range links {
		for _, link := range list {
			if fault := follow(name, link, files, ids); fault != "" {
				t.Errorf("%s: %q %s", name, link, fault)
			}
		}
	}
	if len(links["knowledge-base/aws/EC2/memcached-is-not-open-to-the-internet.html"]) < 10 {
		t.Error("the page of a rule has no links")
	}
}

// anchors lists the ids of a page, and what it links to or loads.
func anchors(t *testing.T, name string, data []byte) (ids map[string]bool, links []string) {
	ids = map[string]bool{}
	tokens := html.NewTokenizer(bytes.NewReader(data))
	for {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			return ids, links
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		token := tokens.Token()
		for _, a := range token.Attr {
			switch a.Key {
			case "id":
				if ids[a.Val] {
					t.Errorf("%s has the id %q twice", name, a.Val)
				}
				ids[a.Val] = true
			case "href", "src", "action", "data-kb-index":
				links = append(links, a.Val)
			case "style":
				t.Errorf("%s has a style attribute", name)
			case "content":
				if _, to, ok := strings.Cut(a.Val, "url="); ok {
					links = append(links, to)
				}
			}
		}
	}
}

// follow says what is wrong with a link of a page; empty if nothing.
func follow(from, link string, files map[string][]byte, ids map[string]map[string]bool) string {
	if strings.HasPrefix(link, "https://") || strings.HasPrefix(link, "http://") {
		return ""
	}
	to, anchor, _ := strings.Cut(link, "#")
	switch {
	case strings.HasPrefix(to, "/") || strings.Contains(to, ":"):
		return "leads out of the site"
	case to == "":
		to = from
	default:
		to = path.Join(path.Dir(from), to)
	}
	switch {
	case files[to] == nil:
		return "leads to no file"
	case anchor != "" && !ids[to][anchor]:
		return "leads to a part that is not there"
	}
	return ""
}
