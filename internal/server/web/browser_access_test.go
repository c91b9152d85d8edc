package web_test

import (
	"strings"
	"testing"
)

// TestAccess holds what holds pages against WCAG against pages with faults.
func TestAccess(t *testing.T) {
	l := &live{t: t, browser: startBrowser(t)}
	b := l.newTab()
	const frame = `<style>:root { background: #fff; color: #111 } :focus-visible { outline: 3px solid #006 }</style><main><h1>Title</h1>`
	tests := map[string]struct{ what, html, want string }{
		"a title":       {"structure", `<h1>Another</h1>`, "there are 2 h1"},
		"levels":        {"structure", `<h3>Deep</h3>`, "h1 is followed by h3"},
		"ids":           {"structure", `<p id="a">x<p id="a">y`, "the id a is that of"},
		"labels":        {"structure", `<label for="none">x</label>`, `for of label “x” leads to no element: “none”`},
		"descriptions":  {"structure", `<input aria-label="x" aria-describedby="none">`, "aria-describedby of input “x” leads to no element"},
		"headers":       {"structure", `<table><tr><td>x</table>`, "has no headers"},
		"scopes":        {"structure", `<table><tr><th>x<td>y</table>`, "has no scope"},
		"landmarks":     {"structure", `</main><p>lost`, "stands in no landmark"},
		"two landmarks": {"structure", `<nav>x</nav><nav>y</nav>`, "have the same name"},
		"pictures":      {"structure", `<img src="data:," width="9" height="9">`, "has no alt"},
		"faults":        {"structure", `<input aria-label="x" aria-invalid="true">`, "is invalid and no text says why"},
		"choices":       {"structure", `<input type="radio" aria-label="x">`, "is in no fieldset"},
		"lists":         {"structure", `<ul><div>x</div></ul>`, "in a list is no item"},
		"rows":          {"structure", `<ul><li><a href="/a">Edit</a><li><a href="/b">Edit</a></ul>`, "“Edit” leads to"},
		"order":         {"structure", `<a href="/" tabindex="2">x</a>`, "changes the order of the focus"},
		"fine":          {"structure", `<h2>x</h2><ul><li>y</ul><table><tr><th scope="row">x<td>y</table>`, ""},
		"grey":          {"contrast", `<p style="color: #999">x`, "contrast 2.85 instead of 4.5"},
		"large grey":    {"contrast", `<p style="color: #888; font-size: 24px">x`, ""},
		"faded":         {"contrast", `<div style="opacity: .4"><p>x</div>`, "instead of 4.5"},
		"on colour":     {"contrast", `<div style="background: rgb(200 0 0 / 50%)"><p style="color: #888">x</div>`, "instead of 4.5"},
		"drawn":         {"contrast", `<svg><text y="9" fill="#bbb">x</text></svg>`, "instead of 4.5"},
		"placeholders":  {"contrast", `<style>::placeholder { color: #ccc }</style><input aria-label="x" placeholder="y">`, "instead of 4.5"},
		"edges":         {"contrast", `<input aria-label="x" style="border: 1px solid #ddd; background: #fff">`, "the edge of input"},
		"black":         {"contrast", `<p>x`, ""},
		"wide":          {"layout", `<p style="width: 3000px">x`, "the page is 3"},
		"cut off":       {"layout", `<div style="overflow: hidden; width: 100px"><p style="width: 200px">x</div>`, "is cut off: 200 in 100"},
		"scrolls":       {"layout", `<div style="overflow: auto"><p style="width: 3000px">x</div>`, ""},
		"small":         {"targets", `<div style="font-size: 8px; line-height: 1"><a href="/a" style="display: block">x</a><a href="/b" style="display: block">y</a></div>`, "too near to a"},
		"in a sentence": {"targets", `<p style="font-size: 8px; line-height: 1">See <a href="/a">x</a>, <a href="/b">y</a>`, ""},
		"no focus":      {"focus", `<style>a { outline: none !important }</style><a href="/">x</a>`, "the focus is not seen"},
		"pale focus":    {"focus", `<style>a { outline-color: #eee !important }</style><a href="/">x</a>`, "the focus on a “x” has a contrast of"},
		"focus":         {"focus", `<a href="/">x</a>`, ""},
		"no name":       {"names", `<button><svg></svg></button>`, "a button has no name"},
		"no label":      {"names", `<input>`, "a textbox has no name"},
		"names":         {"names", `<label>x <input></label>`, ""},
		"out of reach":  {"keyboard", `<a href="/" onkeydown="event.preventDefault()">x</a><a href="/">y</a>`, "the key Tab does not reach a “y”"},
		"hidden":        {"keyboard", `<div style="position: fixed; inset: 0; background: #fff"></div><a href="/">x</a>`, "has the focus and is hidden by"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			eval[any](b, `document.documentElement.lang = "en", document.title = "x", document.body.innerHTML = `+quote(frame+test.html))
			var findings []string
			switch test.what {
			case "names":
				findings = b.names()
			case "keyboard":
				findings = b.keyboard(true)
			case "focus":
				if eval[bool](b, `document.querySelector("a") !== null`) {
					b.tabbing()
				}
				fallthrough
			default:
				findings = eval[[]string](b, accessScript+"."+test.what+"()")
			}
			if got := strings.Join(findings, "; "); test.want == "" && got != "" || !strings.Contains(got, test.want) {
				t.Errorf("found was %q, not %q", got, test.want)
			}
		})
	}
}
