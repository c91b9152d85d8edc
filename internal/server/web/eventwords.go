package web

import (
	"strings"

	"github.com/surety-cloud/surety/internal/server/look"
)

// An eventKind is a pattern of names that the page offers to choose.
type eventKind struct{ Pattern, Text string }

var eventKinds = []eventKind{
	{"session.*", "Signing in and out"},
	{"user.*", "Passwords and second factors"},
	{"api-key.*", "API keys"},
	{"organisation.acl.*", "Users and their rights"},
	{"account.check.update.*", "Suppressions"},
	{"account.rule.*", "Rule settings"},
	{"account.bot.*", "Schedules of scans"},
	{"account.scan.*", "Scans asked for"},
	{"account.communication.*", "Channels of accounts"},
	{"profile.*", "Profiles"},
	{"custom-rule.*", "Custom rules"},
	{"compliance-standard.*", "Custom standards"},
	{"group.*", "Groups"},
	{"organisation.import.*", "Imports of organisations"},
	{"account.monitoring.*", "Activity in AWS"},
}

// eventTexts are the names of which the words in them do not say enough.
var eventTexts = map[string]string{
	"account.access.checked":                           "Access to the account tested",
	"account.access.updated":                           "Access to the account changed",
	"account.bot.update.delay.decreased":               "Scans more often",
	"account.bot.update.delay.increased":               "Scans less often",
	"account.bot.update.disabled":                      "Scans paused",
	"account.bot.update.disabled.region":               "Region left out of scans",
	"account.bot.update.disabled.until":                "Scans paused for a time",
	"account.bot.update.enabled":                       "Scans resumed",
	"account.bot.update.enabled.region":                "Region scanned again",
	"account.check.deleted":                            "Check deleted",
	"account.check.update.suppressed":                  "Check suppressed",
	"account.check.update.suppressed.until":            "Check suppressed until a date",
	"account.check.update.unsuppressed":                "Suppression lifted",
	"account.created":                                  "Account added",
	"account.deleted":                                  "Account removed",
	"account.monitoring.activity":                      "Activity in AWS",
	"account.profile.applied":                          "Profile applied",
	"account.rule.update.disabled":                     "Rule disabled",
	"account.rule.update.enabled":                      "Rule enabled",
	"account.rule.update.exceptions.tags.added":        "Exceptions by tag added",
	"account.rule.update.exceptions.tags.removed":      "Exceptions by tag removed",
	"account.rule.update.exceptions.tags.updated":      "Exceptions by tag changed",
	"account.rule.update.exceptions.resources.added":   "Exceptions by resource added",
	"account.rule.update.exceptions.resources.removed": "Exceptions by resource removed",
	"account.rule.update.exceptions.resources.updated": "Exceptions by resource changed",
	"account.rule.update.removed":                      "Rule settings reset",
	"account.rule.update.riskLevel":                    "Risk level of a rule changed",
	"account.rule.update.settings":                     "Rule configured",
	"account.scan.requested":                           "Scan asked for",
	"account.updated":                                  "Account changed",
	"account.subscription.updated":                     "Subscription of the account changed",
	"api-key.created":                                  "API key made",
	"api.check.created":                                "Checks sent by a script",
	"organisation.acl.updated":                         "User's rights changed",
	"organisation.configuration.exported":              "Configuration exported",
	"organisation.configuration.imported":              "Configuration imported",
	"organisation.external-id.created":                 "External id made",
	"organisation.import.run":                          "Organisation read",
	"session.created":                                  "Signed in",
	"session.deleted":                                  "Signed out",
	"session.refused":                                  "Sign-in refused",
	"user.link.created":                                "Link for a password made",
	"user.password.updated":                            "Password changed",
}

// eventWords says the name of an event in words: those of the table, or made of
// the name itself, "compliance-standard.created" being "Compliance standard
// made".
func eventWords(name string) string {
	if text, ok := eventTexts[name]; ok {
		return text
	}
	verbs := map[string]string{"created": "made", "updated": "changed"}
	parts := strings.Split(strings.TrimPrefix(name, "account."), ".")
	for i, part := range parts {
		if verb, ok := verbs[part]; ok {
			parts[i] = verb
		}
	}
	return look.Words(strings.Join(parts, " "))
}
