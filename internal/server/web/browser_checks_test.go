package web_test

import (
	"strings"
	"testing"
)

// TestSignIn signs in and out.
func TestSignIn(t *testing.T) {
	l := newLive(t)
	b := l.newTab()
	b.open("/checks")
	b.at("/sign-in?return=%2Fchecks")
	b.expect(401)
	b.fill("Email", demoAdmin)
	b.fill("Password", "something else")
	b.follow("Sign in")
	b.sees("The email or the password is wrong.")
	b.expect()
	b.fill("Password", demoPassword)
	b.follow("Sign in")
	b.at("/checks")
	b.follow("Dana Demo")
	b.at("/me")
	b.follow("Sign out")
	b.at("/sign-in")
	b.open("/")
	b.at("/sign-in?return=%2F")
}

// TestFilterChecks filters by clicking, and opens what the address is then as
// somebody else.
func TestFilterChecks(t *testing.T) {
	l := newLive(t)
	b := l.as(demoAdmin)
	b.follow("Checks")
	all := b.total()
	b.press("Status…")
	b.tick("Fail")
	b.follow("Apply the filter by status")
	failing := b.total()
	b.press("Service…")
	b.tick("S3")
	b.follow("Apply the filter by service")
	buckets := b.total()
	if !(0 < buckets && buckets < failing && failing < all) {
		t.Errorf("of %d checks %d fail, %d of them of S3", all, failing, buckets)
	}
	b.sees("Status: Fail")
	b.sees("Service: S3")
	b.follow("By rule")
	b.sees("Bucket has versioning enabled")
	b.lacks("EBS volume is encrypted")
	address, seen := b.path(), b.text()
	other := l.as("mira.holt@harbourline.example")
	other.open(address)
	if got := other.text(); got != seen {
		t.Errorf("at %s another user sees\n%s\nand not\n%s", address, cut(got), cut(seen))
	}
	b.follow("Clear all filters")
	b.follow("Checks")
	if n := b.total(); n != all {
		t.Errorf("without filters there are %d checks, not %d", n, all)
	}
}

// total is how many checks the list says that there are.
func (b *tab) total() int {
	b.t.Helper()
	return eval[int](b, `Number(document.querySelector(".pager p").textContent.match(/of ([\d,]+)/)[1].replaceAll(",", ""))`)
}

// TestSuppress suppresses a check with a note: it is gone from the failures, and
// its history says who did it and why.
func TestSuppress(t *testing.T) {
	l := newLive(t)
	b := l.as(demoAdmin)
	const failing = "/checks?filter[ruleIds]=S3-016&filter[statuses]=FAILURE"
	b.open(failing)
	before := b.total()
	b.leave("the first check", func() { b.pressFirst("main table th a") })
	check := b.path()
	b.press("Suppress this check")
	b.fill("Why", "The bucket is public on purpose")
	b.follow("Suppress")
	b.at(check)
	b.sees("Suppressed")
	b.sees("The bucket is public on purpose")
	b.sees("Dana Demo")
	b.open(failing)
	if after := b.total(); after != before-1 {
		t.Errorf("%d checks failed, and after one was suppressed %d", before, after)
	}
	b.open(check)
	b.follow("Lift the suppression")
	b.sees("The suppression is lifted.")
	b.open(failing)
	if after := b.total(); after != before {
		t.Errorf("%d checks failed, and after the suppression was lifted %d", before, after)
	}
	// Several at once, from the list.
	b.tick("This page")
	b.follow("Suppress…")
	b.fill("Why", "All of them")
	b.follow("Suppress …")
	b.open(failing)
	b.sees("No check fits")
}

// pressFirst clicks the first element of a selector.
func (b *tab) pressFirst(selector string) {
	b.t.Helper()
	name := eval[string](b, `document.querySelector(`+quote(selector)+`)?.textContent.replace(/\s+/g, " ").trim() ?? ""`)
	if name == "" {
		b.t.Fatalf("%s has no %s", b.path(), selector)
	}
	b.press(name)
}

// texts are those of all elements of a selector.
func (b *tab) texts(selector string) []string {
	b.t.Helper()
	return strings.Split(eval[string](b, `[...document.querySelectorAll(`+quote(selector)+`)].map((el) => el.textContent.replace(/\s+/g, " ").trim()).join("\n")`), "\n")
}
