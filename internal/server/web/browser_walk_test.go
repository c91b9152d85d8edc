package web_test

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/surety-cloud/surety/internal/server/web"
)

// access holds a page against WCAG.
//
//go:embed testdata/access.js
var accessScript string

// Of the pages of a pattern so many are looked at, of those without a query so
// many, and of those with the same parameters in it one. Of a page so many
// findings are told.
const (
	maxOfPattern = 5
	maxOfKind    = 2
	maxFindings  = 15
)

// unlinked are the pages that no link of the demo leads to, and why.
var unlinked = map[string]string{
	"GET /knowledge-base/{rest...}": "says that there is no such page",
}

// TestWalk follows every link from the first page on as an administrator, and
// holds the pages against WCAG 2.2.
func TestWalk(t *testing.T) {
	l := newLive(t)
	b := l.as(demoAdmin)
	b.ask("POST", "/v1/imports", `{"data":{"attributes":{"name":"All accounts","roleName":"SuretyReadOnly","environment":"Production"}}}`)
	b.ask("POST", "/v1/compliance-standards/custom", `{"data":{"name":"Draft","version":"1","isEnabled":true,"type":"DRAFT","controls":[{"aid":"1","title":"Nothing is public","awsRules":["S3-001"]}]}}`)
	call(b, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	w := newWalk(l, b, maxOfKind, b.closely)
	w.add([]string{"/"})
	w.all()
	// Links to what is left may stand on pages that were not looked at.
	for tries := 0; len(w.missed()) > 0 && len(w.skipped) > 0 && tries < 100; tries++ {
		path := w.skipped[0]
		w.skipped = w.skipped[1:]
		w.add(b.linksOf(path))
		w.all()
	}
	for _, pattern := range w.missed() {
		t.Errorf("no link leads to %s", pattern)
	}
}

// A walk goes over the pages.
type walk struct {
	*live
	*tab
	// look looks at a page; the first of its pattern is told.
	look           func(first bool)
	ofKind         int
	queue, skipped []string
	known          map[string]bool
	// seen counts the pages of each pattern and kind.
	seen map[string]int
}

func newWalk(l *live, b *tab, ofKind int, look func(bool)) *walk {
	return &walk{live: l, tab: b, look: look, ofKind: ofKind, seen: map[string]int{}, known: map[string]bool{}}
}

// add takes links into the queue.
func (w *walk) add(paths []string) {
	for _, path := range paths {
		if !w.known[path] {
			w.known[path] = true
			w.queue = append(w.queue, path)
		}
	}
}

// all looks at the pages of the queue, and at those that they lead to.
func (w *walk) all() {
	t := w.live.t
	t.Helper()
	for len(w.queue) > 0 {
		path := w.queue[0]
		w.queue = w.queue[1:]
		pattern, kind := w.kind(path)
		most := w.ofKind
		if strings.Contains(path, "?") {
			most = 1
		}
		if w.seen[pattern] >= maxOfPattern || w.seen[kind] >= most {
			w.skipped = append(w.skipped, path)
			continue
		}
		w.seen[pattern]++
		w.seen[kind]++
		if strings.HasPrefix(path, "/v1/") {
			w.ask("GET", path, "")
			continue
		}
		if w.reach(path) {
			w.add(eval[[]string](w.tab, accessScript+".links()"))
			w.look(w.seen[pattern] == 1)
			w.check()
		}
	}
}

// missed are the patterns of the pages that were not found.
func (w *walk) missed() []string {
	reached := map[string]bool{}
	for _, path := range w.answered() {
		pattern, _ := w.kind(path)
		reached[pattern] = true
	}
	return slices.DeleteFunc(web.Patterns(), func(pattern string) bool {
		return !strings.HasPrefix(pattern, "GET ") || w.seen[pattern] > 0 || reached[pattern] || unlinked[pattern] != ""
	})
}

// linksOf are the links of a page that is not looked at.
func (b *tab) linksOf(path string) []string {
	b.t.Helper()
	page := b.ask("GET", path, "")
	return eval[[]string](b, `[...new DOMParser().parseFromString(`+quote(page)+`, "text/html").querySelectorAll("a[href^='/']:not([download])")].map((a) => a.pathname + a.search)`)
}

// kind gives the pattern of a path, and that with the parameters of the query.
func (l *live) kind(path string) (pattern, kind string) {
	l.t.Helper()
	if strings.HasPrefix(path, "/v1/") {
		part, _, _ := strings.Cut(strings.TrimPrefix(path, "/v1/"), "/")
		return "/v1/" + part, "/v1/" + part
	}
	r, err := http.NewRequestWithContext(l.t.Context(), http.MethodGet, path, nil)
	if err != nil {
		l.t.Errorf("a link leads to %q: %v", path, err)
		return "", ""
	}
	_, pattern = l.pages.Handler(r)
	return pattern, pattern + " " + strings.Join(slices.Sorted(maps.Keys(r.URL.Query())), " ")
}

// closely holds the page that the tab shows against WCAG. first says that no
// page of its pattern was looked at before; of others not all is looked at.
func (b *tab) closely(first bool) {
	b.t.Helper()
	path, said := b.path(), 0
	say := func(when string, findings []string) {
		for _, finding := range findings {
			// What stands on every page is told once.
			if key := when + finding; !b.told[key] {
				b.told[key] = true
				said++
			} else {
				continue
			}
			if said <= maxFindings {
				b.t.Errorf("%s%s: %s", path, when, finding)
			}
		}
	}
	ask := func(what string) []string { return eval[[]string](b, accessScript+"."+what+"()") }
	b.dark(false)
	say("", b.keyboard(first))
	eval[any](b, accessScript+".open()")
	say("", ask("structure"))
	say("", b.names())
	say("", ask("contrast"))
	widths := []int64{1280, 320}
	if first {
		widths = []int64{1280, 640, 390, 320} // 640 is 1280 at a zoom of 200 %, 320 of 400 %
		b.tabbing()
		say("", ask("focus"))
		say(" at 1280", ask("targets"))
		b.dark(true)
		say(" in the dark", ask("contrast"))
		b.tabbing()
		say(" in the dark", ask("focus"))
		b.dark(false)
	}
	eval[any](b, accessScript+".popups(true)")
	for _, width := range widths {
		b.size(width, 1)
		say(fmt.Sprintf(" at %d", width), ask("layout"))
	}
	eval[any](b, accessScript+".popups(false)")
	b.size(390, 1)
	say(" at 390", ask("targets"))
	say(" at 390", ask("contrast"))
	b.size(1280, 1)
}

// tabbing has the browser know that a keyboard is used: where the focus is, is
// shown to those who use one.
func (b *tab) tabbing() {
	b.t.Helper()
	eval[chromedp.Void](b, `document.querySelector("a[href], button, input").focus()`)
	b.keys(kb.Tab)
}

// keyboard lists what the key Tab does not reach, where that takes a while only.
func (b *tab) keyboard(first bool) []string {
	b.t.Helper()
	const most = 120
	n := eval[int](b, accessScript+".watchTab()")
	if !first || n > most {
		return nil
	}
	var missed []string
	// What scrolls takes the focus as well.
	for pressed := 0; pressed < n+30; pressed++ {
		b.keys(kb.Tab)
		if pressed < n {
			continue
		}
		if missed = eval[[]string](b, "suretyTab()"); len(missed) == 0 {
			break
		}
	}
	return missed
}

// needName are the roles of what makes no sense without a name.
var needName = []string{
	"button", "link", "textbox", "searchbox", "checkbox", "radio", "combobox", "listbox", "spinbutton", "slider", "switch", "image", "img", "tab",
	"menuitem", "DisclosureTriangle", "heading", "dialog", "radiogroup", "navigation",
}

// names lists the elements for which the browser finds no name.
func (b *tab) names() []string {
	b.t.Helper()
	tree := call(b, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	text := func(v *accessibility.Value) (s string) {
		if v != nil {
			json.Unmarshal(v.Value, &s) //nolint:errcheck // what is no text is none
		}
		return s
	}
	var findings []string
	for _, node := range tree.Nodes {
		role := text(node.Role)
		if node.Ignored || !slices.Contains(needName, role) || strings.TrimSpace(text(node.Name)) != "" {
			continue
		}
		html := call(b, dom.GetOuterHTML, dom.GetOuterHTMLParams{BackendNodeID: node.BackendDOMNodeID}).OuterHTML
		findings = append(findings, fmt.Sprintf("a %s has no name: %.150s", role, html))
	}
	return findings
}
