package web_test

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// find gives the elements of a page that a user would mean.
//
//go:embed testdata/find.js
var findScript string

// meant evaluates an expression on the element el that a user means by a kind
// ("press" or "field") and a name, once there is one.
func meant[T any](b *tab, kind, name, expression string) T {
	b.t.Helper()
	find := fmt.Sprintf("(%s)(%s, %s)", strings.TrimSpace(findScript), quote(kind), quote(name))
	b.until(fmt.Sprintf("something to %s named %q", kind, name), find+" !== null")
	return eval[T](b, "((el) => "+expression+")("+find+")")
}

// A point is of the window, in CSS pixels.
type point struct{ X, Y float64 }

// middle brings an element into view and gives its middle. The test fails when
// something else is on top of it.
func (b *tab) middle(kind, name string) point {
	b.t.Helper()
	type place struct {
		point
		Covered string
	}
	p := meant[place](b, kind, name, `{
		el.scrollIntoView({ block: "center", behavior: "instant" });
		const box = [...el.getClientRects()].find((r) => r.width > 0 && r.height > 0) ?? el.getBoundingClientRect();
		const x = box.left + box.width / 2, y = box.top + box.height / 2;
		const top = document.elementFromPoint(x, y);
		const hit = top && (el.contains(top) || top.contains(el) || [...(el.labels ?? [])].some((label) => label.contains(top)));
		return { X: x, Y: y, Covered: hit ? "" : (top ? top.outerHTML.slice(0, 200) : "the edge of the window") };
	}`)
	if p.Covered != "" {
		b.t.Fatalf("%s: %q is covered by %s", b.path(), name, p.Covered)
	}
	return p.point
}

// press clicks a link, button or summary, by its name, where no other page
// comes.
func (b *tab) press(name string) {
	b.t.Helper()
	p := b.middle("press", name)
	b.do(chromedp.Do(b.ctx, chromedp.MouseClickXY(p.X, p.Y)))
}

// follow clicks a link or button, by its name, and waits for the page that
// comes.
func (b *tab) follow(name string) {
	b.t.Helper()
	p := b.middle("press", name)
	b.leave(name, func() { b.do(chromedp.Do(b.ctx, chromedp.MouseClickXY(p.X, p.Y))) })
}

// leave does something after which another page comes, and waits for it.
func (b *tab) leave(what string, do func()) {
	b.t.Helper()
	eval[chromedp.Void](b, `window.suretyBefore = true`)
	do()
	b.until("the page after "+what, `window.suretyBefore === undefined && document.readyState === "complete" && location.href !== "about:blank"`)
	b.check()
}

// fill replaces what stands in a field, by its label, key for key.
func (b *tab) fill(label, text string) {
	b.t.Helper()
	meant[chromedp.Void](b, "field", label, `{ el.scrollIntoView({ block: "center", behavior: "instant" }); el.focus(); el.select?.(); }`)
	if text == "" {
		b.keys(kb.Backspace)
		return
	}
	b.keys(text)
	if got := meant[string](b, "field", label, `el.value`); got != text {
		b.t.Fatalf("%s: in the field %q stands %q", b.path(), label, got)
	}
}

// paste replaces what stands in a field by a text of many lines, as from the
// clipboard.
func (b *tab) paste(label, text string) {
	b.t.Helper()
	meant[chromedp.Void](b, "field", label, `{ el.scrollIntoView({ block: "center", behavior: "instant" }); el.focus(); el.select(); }`)
	call(b, input.InsertText, input.InsertTextParams{Text: text})
}

// choose takes an option of a select, by its label and the option's text.
func (b *tab) choose(label, option string) {
	b.t.Helper()
	ok := meant[bool](b, "field", label, `{
		const option = [...el.options].find((o) => o.text.trim() === `+quote(option)+`);
		if (!option) return false;
		if (el.value !== option.value) {
			el.value = option.value;
			el.dispatchEvent(new Event("input", { bubbles: true }));
			el.dispatchEvent(new Event("change", { bubbles: true }));
		}
		return true;
	}`)
	if !ok {
		b.t.Fatalf("%s: %q has no option %q", b.path(), label, option)
	}
}

// tick checks a box or a radio button, by its label, unless it is.
func (b *tab) tick(label string) {
	b.t.Helper()
	if meant[bool](b, "field", label, `el.checked`) {
		return
	}
	p := b.middle("field", label)
	b.do(chromedp.Do(b.ctx, chromedp.MouseClickXY(p.X, p.Y)))
	b.until(label+" to be checked", fmt.Sprintf("(%s)('field', %s)?.checked === true", strings.TrimSpace(findScript), quote(label)))
}

// keys presses keys, as of package kb. What a key types comes with its being
// pressed, as from a keyboard: a page that prevents the one prevents the other.
func (b *tab) keys(keys string) {
	b.t.Helper()
	for _, key := range keys {
		events := kb.Encode(key)
		down, up := *events[0], *events[len(events)-1]
		if len(events) == 3 {
			down.Text, down.UnmodifiedText = events[1].Text, events[1].UnmodifiedText
		}
		call(b, input.DispatchKeyEvent, down)
		call(b, input.DispatchKeyEvent, up)
	}
}
