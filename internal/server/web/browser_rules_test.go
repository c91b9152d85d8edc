package web_test

import (
	"strings"
	"testing"
)

// TestConfigureRule changes a setting, has the account scanned, and sees a check
// follow.
func TestConfigureRule(t *testing.T) {
	l := newLive(t)
	b := l.as(demoAdmin)
	b.open("/checks?account=" + l.account(shopAccount) + "&filter[ruleIds]=ACM-002&filter[statuses]=SUCCESS")
	b.leave("a check that passes", func() { b.pressFirst("main table th a") })
	check := b.path()
	b.follow("Configure ACM-002 in this account")
	b.fill("Days before the expiry of a certificate at which the check begins to fail", "many")
	b.expect(422)
	b.follow("Save the setting")
	b.expect()
	b.sees("many")
	if n := eval[int](b, `document.querySelectorAll("[aria-invalid=true]").length`); n != 1 {
		t.Errorf("%d fields are shown to be wrong: %s", n, b.text())
	}
	b.fill("Days before the expiry of a certificate at which the check begins to fail", "3000")
	b.fill("Note", "We want to know long before")
	b.follow("Save the setting")
	b.sees("The setting was saved.")
	b.sees("We want to know long before")
	b.follow("Scan now")
	b.sees("The scan was started.")
	b.open(check)
	b.reloadUntil("the check to fail", `document.querySelector("main .status").textContent.trim() === "Fail"`)
	// What was told to the API is what it tells.
	if got := b.ask("GET", "/v1/accounts/"+l.account(shopAccount)+"/settings/rules/ACM-002", ""); !strings.Contains(got, `"value":3000`) {
		t.Errorf("the setting is %s", got)
	}
}

// reloadUntil loads the page anew until an expression is true, for as long as a
// scan may take.
func (b *tab) reloadUntil(what, expression string) {
	b.t.Helper()
	b.untilFor(scanPatience, what, `(() => { if (document.readyState !== "complete") return false; if (`+expression+`) return true; location.reload(); return false; })()`)
	b.check()
}

// TestProfile makes a profile from nothing, and applies it to an account.
func TestProfile(t *testing.T) {
	l := newLive(t)
	b := l.as(demoAdmin)
	b.follow("Profiles")
	b.follow("New profile")
	b.fill("Name", "Night shift")
	b.fill("Description", "What wakes somebody")
	b.follow("Make the profile")
	b.sees("The profile was made.")
	b.sees("The profile has no rules yet")
	b.follow("Add rules")
	b.fill("Search", "S3-016")
	b.follow("Search")
	b.tick("Choose S3-016")
	b.follow("Add disabled")
	b.sees("The rule was added to the profile.")
	b.choose("Risk level", "Extreme")
	b.follow("Save the setting")
	b.sees("The setting was saved in the profile.")
	b.follow("Night shift")
	b.follow("Apply to accounts")
	b.tick(shopAccount + "…")
	b.fill("Note", "As agreed")
	b.follow("Show what will change")
	b.sees("Rules added")
	b.follow("Apply to 1 account")
	b.sees("The profile was applied to")
	got := b.ask("GET", "/v1/accounts/"+l.account(shopAccount)+"/settings/rules/S3-016", "")
	for _, want := range []string{`"enabled":false`, `"riskLevel":"EXTREME"`} {
		if !strings.Contains(got, want) {
			t.Errorf("the account has %s, which lacks %s", got, want)
		}
	}
	b.agree("Delete profile Night shift? It cannot be brought back.")
	b.follow("Delete the profile")
	b.at("/profiles")
	if names := b.texts("main tbody th"); strings.Contains(strings.Join(names, " "), "Night shift") {
		t.Errorf("the profile is still there: %q", names)
	}
}

// TestCustomRule tries a rule of one's own before it is saved.
func TestCustomRule(t *testing.T) {
	l := newLive(t)
	b := l.as(demoAdmin)
	b.open("/custom-rules/new?example=versioning")
	b.choose("Account", shopAccount+" (Production)")
	b.follow("Test run")
	b.sees("Nothing was saved.")
	if rows := b.texts("main .results tbody th"); len(rows) < 2 {
		t.Errorf("the rule was tried on %q", rows)
	}
	b.paste("Rules", `[{"conditions":`)
	b.expect(400, 422)
	b.follow("Test run")
	b.expect()
	b.until("the fault at the field", `document.querySelector("#rules[aria-invalid=true]") !== null`)
	if names := strings.Join(b.texts("main tbody th"), " "); strings.Contains(names, "CUSTOM") {
		t.Errorf("a rule was saved: %s", names)
	}
}
