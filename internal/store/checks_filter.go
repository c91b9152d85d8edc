package store

import (
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/conformity"
)

// A CheckFilter says which checks are wanted. Fields that are nil or zero do
// not count; the values of one are alternatives. Texts are in the form of
// conformity.Fold.
type CheckFilter struct {
	Rules    []string
	Services []string
	Regions  []string
	Risks    []int
	Statuses []Status
	// Suppressed: true for suppressed checks only, false for others only.
	Suppressed *bool

	// Pushed, where it is not nil, takes the place of Rules for the checks
	// that users push: what the rules of others are chosen by, each of them
	// says for itself. Rules has none of their rules then.
	Pushed *PushedFilter

	// Tags are a key, a value or a whole tag (key::value) of the resource;
	// TagParts are found anywhere in one. One of each has to be there.
	Tags     []string
	TagParts []string
	// Text is looked for in the resource's id and the message; TextRules are
	// the rules whose titles have it.
	Text      string
	TextRules []string
	Words     []string // all of them stand in the message
	Resource  *conformity.ResourceTest
	// ResourceID is of the table resources.
	ResourceID int64

	CreatedAfter  time.Time
	ChangedAfter  time.Time // last change of status
	ChangedBefore time.Time
	Stale         *bool
}

// A PushedFilter says which checks that users pushed are wanted. Fields that
// are nil do not count.
type PushedFilter struct {
	None       bool // not any
	Rules      []string
	Categories []string
}

// Tallied tells whether the tallies can count the checks of a filter: it asks
// nothing but what they have.
func (f *CheckFilter) Tallied() bool {
	return !f.onTags() && f.Text == "" && len(f.Words) == 0 && f.Resource == nil && f.ResourceID == 0 &&
		f.CreatedAfter.IsZero() && f.ChangedAfter.IsZero() && f.ChangedBefore.IsZero() && f.Stale == nil
}

// split tells whether checks that users pushed are chosen otherwise than the
// checks of scans.
func (f *CheckFilter) split() bool { return f.Pushed != nil || f.onTags() }

// noUsers tells whether no check that a user pushed can meet the filter.
func (f *CheckFilter) noUsers() bool { return f.Pushed != nil && f.Pushed.None }

func (f *CheckFilter) onTags() bool { return len(f.Tags)+len(f.TagParts) > 0 }

// A part is some of the checks, by who makes them.
type part int

const (
	everyone part = iota
	scans
	users // who push them
)

// where is the condition on checks, or on tallies, of the accounts; nil stands
// for all.
func (f *CheckFilter) where(w *where, accounts []int64, of part) {
	oneOf(w, "c.account", accounts)
	f.whereTallied(w)
	switch of {
	case scans:
		w.add(both("c.origin <> 1", f.ruleOfScans(w), f.tagsOfScans(w, accounts)))
	case users:
		w.add(both("c.origin = 1", f.ruleOfUsers(w), f.tagsOfUsers(w)))
	case everyone:
		if !f.split() {
			w.add(f.ruleOfScans(w))
			break
		}
		if f.noUsers() {
			w.add(both("c.origin <> 1", f.ruleOfScans(w), f.tagsOfScans(w, accounts)))
			break
		}
		w.add("(" + both("c.origin <> 1", f.ruleOfScans(w), f.tagsOfScans(w, accounts)) +
			" OR " + both("c.origin = 1", f.ruleOfUsers(w), f.tagsOfUsers(w)) + ")")
	}
	f.whereUntallied(w)
}

// whereTagged is the condition on the checks of scans (c) joined with their
// resources (r), for a filter on tags.
func (f *CheckFilter) whereTagged(w *where, accounts []int64) {
	oneOf(w, "r.account", accounts)
	f.whereTallied(w)
	w.add(both("c.origin <> 1", f.ruleOfScans(w), tagCondition(w, "r.tag_text", f.Tags, f.TagParts)))
	f.whereUntallied(w)
}

// whereUntallied is what only checks have, but for tags.
func (f *CheckFilter) whereUntallied(w *where) {
	f.whereTexts(w)
	if f.ResourceID != 0 {
		w.and("c.resource_id = ?", f.ResourceID)
	}
	for _, limit := range []struct {
		condition string
		at        time.Time
	}{{"c.created >= ?", f.CreatedAfter}, {"c.status_since >= ?", f.ChangedAfter}, {"c.status_since < ?", f.ChangedBefore}} {
		if !limit.at.IsZero() {
			w.and(limit.condition, millis(limit.at))
		}
	}
	if f.Stale != nil {
		w.add(map[bool]string{true: "c.stale_since IS NOT NULL", false: "c.stale_since IS NULL"}[*f.Stale])
	}
}

// whereTallied is what checks and tallies both have, but for the rule.
func (f *CheckFilter) whereTallied(w *where) {
	oneOf(w, "c.service", f.Services)
	oneOf(w, "c.region", f.Regions)
	oneOf(w, "c.risk", f.Risks)
	oneOf(w, "c.status", numbers(f.Statuses))
	if f.Suppressed != nil {
		w.and("c.suppressed = ?", *f.Suppressed)
	}
}

func (f *CheckFilter) ruleOfScans(w *where) string { return among(w, "c.rule", f.Rules) }

func (f *CheckFilter) ruleOfUsers(w *where) string {
	if f.Pushed == nil {
		return among(w, "c.rule", f.Rules)
	}
	if f.Pushed.None {
		return never
	}
	var categories string
	if f.Pushed.Categories != nil {
		var patterns []string
		for _, c := range f.Pushed.Categories {
			patterns = append(patterns, contains(","+c+","))
		}
		categories = like(w, "c.categories", patterns)
	}
	return both(among(w, "c.rule", f.Pushed.Rules), categories)
}

// tagsOfScans asks the resources of the checks.
func (f *CheckFilter) tagsOfScans(w *where, accounts []int64) string {
	if !f.onTags() {
		return ""
	}
	tags := tagCondition(w, "tag_text", f.Tags, f.TagParts)
	if len(accounts) == 1 {
		return "c.resource_id IN (SELECT id FROM resources WHERE " + both("account = "+w.next(accounts[0]), tags) + ")"
	}
	return "(c.account, c.resource_id) IN (SELECT account, id FROM resources WHERE " + both(among(w, "account", accounts), tags) + ")"
}

func (f *CheckFilter) tagsOfUsers(w *where) string {
	return tagCondition(w, "c.tag_text", f.Tags, f.TagParts)
}

// tagCondition holds a text of conformity.TagText against tags and parts.
func tagCondition(w *where, column string, tags, parts []string) string {
	var whole, some string
	switch {
	case len(tags) > 0 && w.postgres: // as resources_tags has it
		whole = "string_to_array(" + column + ", E'\\n') && " + w.next(tags)
	case len(tags) > 0:
		var patterns []string
		for _, tag := range tags {
			patterns = append(patterns, contains("\n"+tag+"\n"))
		}
		whole = like(w, column, patterns)
	}
	if len(parts) > 0 {
		var patterns []string
		for _, p := range parts {
			patterns = append(patterns, contains(p))
		}
		some = like(w, column, patterns)
	}
	return both(whole, some)
}

func (f *CheckFilter) whereTexts(w *where) {
	if f.Text != "" {
		condition := w.folded("c.resource", f.Text) + " OR " + w.folded("c.message", f.Text)
		if len(f.TextRules) > 0 {
			condition += " OR " + among(w, "c.rule", f.TextRules)
		}
		w.add("(" + condition + ")")
	}
	for _, word := range f.Words {
		w.add(w.folded("c.message", word))
	}
	if t := f.Resource; t != nil {
		switch {
		case t.Pattern != nil && w.postgres:
			w.and("c.resource ~ ?", "^(?:"+t.Source+")$")
		case t.Pattern != nil:
			w.and("c.resource REGEXP ?", t.Pattern.String())
		case t.Wild != "" && w.postgres:
			w.and(`c.resource LIKE ? ESCAPE '\'`, t.Like())
		case t.Wild != "":
			w.and("c.resource GLOB ?", t.Glob())
		default:
			w.and("c.resource = ?", t.Exact)
		}
	}
}

func numbers(list []Status) []int {
	if list == nil {
		return nil
	}
	out := make([]int, len(list))
	for i, s := range list {
		out[i] = int(s)
	}
	return out
}

// never is the condition that nothing meets.
const never = "1 = 0"

// both joins conditions that all must hold; an empty one does not count.
func both(conditions ...string) string {
	var parts []string
	for _, c := range conditions {
		if c != "" {
			parts = append(parts, c)
		}
	}
	return strings.Join(parts, " AND ")
}
