package kb

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// allowed are the elements that pages are made of, and their attributes.
var allowed = map[string][]string{
	"p": nil, "strong": nil, "em": nil, "code": nil, "ul": nil, "ol": {"start"}, "li": nil, "a": {"href", "rel"}, "blockquote": nil, "hr": nil, "br": nil,
	"h1": {"id"}, "h2": {"id"}, "h3": {"id"}, "h4": {"id"}, "h5": {"id"}, "h6": {"id"},
	"table": nil, "thead": nil, "tbody": nil, "tr": nil, "th": nil, "td": nil,
	"figure": {"class", "data-lang"}, "figcaption": nil, "pre": {"tabindex"}, "span": {"class"},
}

// unsafe says what there is in HTML that no page may have; empty if nothing.
// It reads as browsers do. Links and ids that it met are given back.
func unsafe(text string) (fault string, links, ids []string) {
	tokens := html.NewTokenizer(strings.NewReader(text))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return "", links, ids
		case html.CommentToken, html.DoctypeToken:
			return "a comment", links, ids
		case html.StartTagToken, html.SelfClosingTagToken:
			t := tokens.Token()
			attributes, ok := allowed[t.Data]
			if !ok {
				return fmt.Sprintf("<%s>", t.Data), links, ids
			}
			for _, a := range t.Attr {
				if !slices.Contains(attributes, a.Key) {
					return fmt.Sprintf("<%s %s=%q>", t.Data, a.Key, a.Val), links, ids
				}
				switch a.Key {
				case "href":
					u, err := url.Parse(a.Val)
					if err != nil || !slices.Contains([]string{"", "http", "https", "mailto"}, u.Scheme) || a.Val != strings.TrimSpace(a.Val) {
						return fmt.Sprintf("a link to %q", a.Val), links, ids
					}
					links = append(links, a.Val)
				case "id":
					ids = append(ids, a.Val)
				}
			}
		}
	}
}
