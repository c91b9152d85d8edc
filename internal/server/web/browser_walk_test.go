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
	"github.com/chromedp/chromedp/kb"

	"github.com/surety-cloud/surety/internal/server/web"
)

// access holds a page against WCAG.
//
//go:embed testdata/access.js
var accessScript string

// Of the pages of a pattern so many are looked at, and of those with the same
// parameters in the query so many. Of a page so many findings are told.
const (
	maxOfPattern = 6
	maxOfKind    = 2
	maxFindings  = 15
)

// unlinked are the pages that no link of the demo leads to, and why.
var unlinked = map[string]string{}

// TestWalk follows every link from the first page on as an administrator, and
// holds the pages against WCAG 2.2.
func TestWalk(t *testing.T) {
	l := newLive(t)
	b := l.as(demoAdmin)
	call(b, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	opened := map[string]int{}
	queue, known := []string{"/"}, map[string]bool{"/": true}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		pattern, kind := l.kind(path)
		if pattern == "" || opened[pattern] >= maxOfPattern || opened[kind] >= maxOfKind {
			continue
		}
		opened[pattern]++
		opened[kind]++
		if !b.reach(path) {
			continue
		}
		b.closely(opened[pattern] == 1)
		for _, to := range eval[[]string](b, accessScript+".links()") {
			if !known[to] {
				known[to] = true
				queue = append(queue, to)
			}
		}
		b.check()
	}
	for _, pattern := range web.Patterns() {
		if strings.HasPrefix(pattern, "GET ") && opened[pattern] == 0 && unlinked[pattern] == "" {
			t.Errorf("no link leads to %s", pattern)
		}
	}
}

// kind gives the pattern of a path, and that with the parameters of the query.
func (l *live) kind(path string) (pattern, kind string) {
	l.t.Helper()
	r, err := http.NewRequestWithContext(l.t.Context(), http.MethodGet, path, nil)
	if err != nil {
		l.t.Errorf("a link leads to %q: %v", path, err)
		return "", ""
	}
	_, pattern = l.pages.Handler(r)
	return pattern, pattern + " " + strings.Join(slices.Sorted(maps.Keys(r.URL.Query())), " ")
}

// closely holds the page that the tab shows against WCAG. first says that no
// page of its kind was looked at before.
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
	b.keys(kb.Tab) // where the focus is, is shown to those who use the keyboard
	say("", ask("focus"))
	say(" at 1280", ask("targets"))
	b.dark(true)
	say(" in the dark", ask("contrast"))
	b.keys(kb.Tab)
	say(" in the dark", ask("focus"))
	b.dark(false)
	eval[any](b, accessScript+".popups(true)")
	for _, width := range []int64{1280, 640, 390, 320} { // 640 is 1280 at a zoom of 200 %, 320 of 400 %
		b.size(width, 1)
		say(fmt.Sprintf(" at %d", width), ask("layout"))
	}
	eval[any](b, accessScript+".popups(false)")
	b.size(390, 1)
	say(" at 390", ask("targets"))
	say(" at 390", ask("contrast"))
	b.size(1280, 1)
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
