package web_test

import (
	"testing"
)

// TestReaderSeesNoForms opens what a user who may read one account can see:
// nothing is offered that they may not do, and nothing of other accounts.
func TestReaderSeesNoForms(t *testing.T) {
	l := newLive(t)
	b := l.as(demoReader)
	// What changes nothing: filters, the template scanner, what is the reader's own.
	const mine = `form[action="/templates"], form[action="/views"], form[action^="/me"], form[action="/sign-out"]`
	staging := l.account(stagingAccount)
	for _, path := range []string{
		"/", "/checks", "/checks?by=rule", "/checks?by=resource", "/accounts", "/accounts/" + staging, "/accounts/" + staging + "/rules",
		"/accounts/" + staging + "/rules/S3-013", "/accounts/" + staging + "/scans", "/groups", "/standards", "/events", "/custom-rules", "/templates",
	} {
		b.open(path)
		if forms := eval[[]string](b, `[...document.querySelectorAll("main form[method=post] :is(button, [type=submit])")].filter((el) => !el.form.matches(`+quote(mine)+`)).map((el) => el.outerHTML.slice(0, 200))`); len(forms) > 0 {
			t.Errorf("%s offers the reader %q", path, forms)
		}
		b.lacks(shopAccount)
	}
	b.open("/checks?filter[statuses]=FAILURE")
	b.leave("a check", func() { b.pressFirst("main table th a") })
	if forms := eval[int](b, `document.querySelectorAll("main form[method=post] button").length`); forms > 0 {
		t.Errorf("%s offers the reader %d things", b.path(), forms)
	}
	b.expected = []int64{403, 404}
	for _, path := range []string{"/accounts/" + l.account(shopAccount), "/users", "/imports", "/jobs", "/profiles/new", "/accounts/new"} {
		b.open(path)
		if b.status < 400 {
			t.Errorf("%s is shown to the reader: %s", path, cut(b.text()))
		}
	}
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
	b.follow("Judge")
	b.sees("What fails")
}
