package web_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestReaderSeesNoForms follows the links of a user who may read one account:
// nothing is offered that they may not do, every link leads to a page that they
// may see, and nothing is told of other accounts.
func TestReaderSeesNoForms(t *testing.T) {
	l := newLive(t)
	b := l.as(demoReader)
	// What changes nothing, or what is the reader's own.
	const mine = `[action="/templates"], [action="/views"], [action^="/views/"], [action^="/me"], [action="/sign-out"]`
	offered := `[...document.querySelectorAll("main form[method=post] :is(button, [type=submit])")]
		.filter((el) => !el.form.matches(` + quote(mine) + `)).map((el) => el.outerHTML.slice(0, 200))`
	w := newWalk(l, b, 1, func(bool) {
		if forms := eval[[]string](b, offered); len(forms) > 0 {
			t.Errorf("%s offers the reader %q", b.path(), forms)
		}
		b.lacks(shopAccount)
	})
	w.add([]string{"/", "/accounts/" + l.account(stagingAccount) + "/rules/S3-013", "/checks?filter[statuses]=FAILURE"})
	w.all()
	b.expect(403, 404)
	for _, path := range []string{"/accounts/" + l.account(shopAccount), "/users", "/imports", "/jobs", "/profiles/new", "/accounts/new"} {
		b.open(path)
		if b.shown() < 400 {
			t.Errorf("%s is shown to the reader: %s", path, cut(b.text()))
		}
	}
}

// TestPhone uses the menu and the filter of a small screen.
func TestPhone(t *testing.T) {
	l := newLive(t)
	b := l.as(demoAdmin)
	b.size(390, 2)
	b.press("Menu")
	b.follow("Checks")
	b.press("Filters")
	b.press("Status…")
	b.tick("Fail")
	b.follow("Apply the filter by status")
	b.sees("Status: Fail")
	b.press("Menu")
	b.keys(kb.Escape)
	b.until("the menu to close", `!document.querySelector("details.menu").open && document.activeElement.matches("details.menu summary")`)
}

// TestWithoutScript uses pages in a browser that runs no script.
func TestWithoutScript(t *testing.T) {
	l := newLive(t)
	b := l.newTab()
	b.withoutScript()
	b.open("/sign-in")
	b.signIn(demoAdmin)
	b.at("/")
	b.choose("Account", shopAccount+" (Production)")
	b.follow("Show")
	b.sees(shopAccount)
	b.follow("Checks")
	b.press("Status…")
	b.tick("Fail")
	b.follow("Apply the filter by status")
	b.sees("Status: Fail")
	b.leave("a check", func() { b.pressFirst("main table th a") })
	b.press("Suppress this check")
	b.fill("Why", "Without a script")
	b.follow("Suppress")
	b.sees("Without a script")
	b.open("/knowledge-base/")
	b.fill("Search the knowledge base", "versioning")
	b.follow("Search the knowledge base")
	b.sees("Bucket has versioning enabled")
	b.open("/accounts/" + l.account(shopAccount) + "/rules")
	b.fill("Search", "ACM-002")
	b.follow("Search")
	b.sees("ACM certificate does not expire within 7 days")
	b.follow("Template scanner")
	b.paste("Template", template)
	b.follow("Scan")
	b.sees("What fails")
}
