package bot

import (
	"fmt"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/source/snapshot"
	"github.com/surety-cloud/surety/internal/store"
)

// Findings turn what was read and judged into what the store merges.
type findings struct {
	account      *store.Account
	organisation string
	inv          *cloud.Inventory
	judging      engine.Options
	without      []string // regions that are switched off
	merge        *store.Merge
}

// off tells whether a resource is in a region that is switched off. It may
// have been read all the same, since AWS lists buckets of all regions at once,
// and others may be joined with it; checks of its own it has none.
func (f *findings) off(r *cloud.Resource) bool { return slices.Contains(f.without, r.Region) }

// resources keeps every resource as it was read, and takes it out of the
// inventory: an account is not in memory twice, as values and as documents.
func (f *findings) resources() error {
	excepted := f.exceptions()
	for i, r := range f.inv.Resources {
		f.inv.Resources[i] = nil
		if f.off(r) {
			continue
		}
		doc, err := snapshot.Marshal(r)
		if err != nil {
			return fmt.Errorf("%s %s: %w", r.Type, r.ID, err)
		}
		seen := store.Seen{
			Type: r.Type, Region: place(r), Resource: clean(r.ID), ARN: clean(r.ARN), Name: clean(r.Name), Doc: doc,
			Tags: make(map[string]string, len(r.Tags)),
		}
		for key, value := range r.Tags {
			seen.Tags[clean(key)] = clean(value)
		}
		for _, id := range excepted[r.Type] {
			if f.judging.Profile.Rules[id].Exceptions.Covers(r) {
				seen.Excluded = append(seen.Excluded, id)
			}
		}
		f.merge.Resources = append(f.merge.Resources, seen)
	}
	return nil
}

// exceptions lists the rules that have some, by the type that they judge.
func (f *findings) exceptions() map[string][]string {
	by := map[string][]string{}
	for id, settings := range f.judging.Profile.Rules {
		if len(settings.Exceptions.Resources)+len(settings.Exceptions.Tags) > 0 && f.judging.Profile.Enabled(id) {
			typ := f.judging.Library.TypeOf(id)
			by[typ] = append(by[typ], id)
		}
	}
	return by
}

var statuses = map[engine.Verdict]store.Status{engine.Pass: store.Success, engine.Fail: store.Failure, engine.Unknown: store.Unknown}

// rules takes over the checks of the library's rules, and which rules they are.
func (f *findings) rules(result *engine.Result) {
	for _, id := range f.judging.Rules {
		r, err := f.judging.Library.Rule(id)
		if err == nil {
			err = r.Compile()
		}
		// A rule that does not judge keeps no checks from before.
		if err != nil || r.Deprecated != "" || !f.judging.Profile.Enabled(id) ||
			len(f.judging.Profile.Missing(r)) > 0 || len(result.Left[id]) > 0 {
			continue
		}
		f.merge.Rules[id] = r.Resource
	}
	for _, c := range result.Checks {
		if f.off(c.Resource) {
			continue
		}
		found := store.Found{
			Rule: c.Rule.ID, Service: conformity.ServiceKey(c.Rule.Service), Region: place(c.Resource), Resource: named(c.Resource),
			Type: c.Resource.Type, Status: statuses[c.Verdict], Risk: c.Risk.Level(), Message: clean(c.Message),
		}
		if c.Verdict == engine.Unknown {
			found.Reason = reasonOf(c.Missing, c.Message)
		}
		f.merge.Checks = append(f.merge.Checks, found)
	}
}

// gaps says what could not be read.
func (f *findings) gaps() {
	for _, u := range f.inv.Unread {
		if !slices.Contains(f.without, u.Region) {
			f.merge.Gaps = append(f.merge.Gaps, store.Gap{Type: u.Type, Region: u.Region, Reason: clean(u.Reason)})
		}
	}
}

// place is the region as checks have it.
func place(r *cloud.Resource) string {
	if r.Region == "" {
		return conformity.Global
	}
	return r.Region
}

// named is the resource that a check is about; empty for what an account or a
// region has one of, and for what was not read.
func named(r *cloud.Resource) string {
	if r.ID == everyOne || conformity.Descriptor(r.Type).Once {
		return ""
	}
	return clean(r.ID)
}

// everyOne is the id that the engine gives to what was not read.
const everyOne = "*"

// maxReason bounds the reason of a check, in bytes.
const maxReason = 1000

// reasonOf is why a check could not be told.
func reasonOf(missing []string, message string) string {
	if len(missing) == 0 {
		return clean(message)
	}
	text := strings.Join(missing, "; ")
	if len(text) > maxReason {
		text = text[:maxReason] + "…"
	}
	return clean(text)
}

// clean makes of a text one that both databases take: PostgreSQL has no NUL in
// texts, and wants UTF-8.
func clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")
}
