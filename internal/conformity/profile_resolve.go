package conformity

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
)

// Resolve makes the profile that an account is scanned with. Rule by rule, the
// account's setting holds; where it has none, that of the organisation's
// profile; where that has none, the rule's page. Settings of rules that the
// library does not have are without effect.
//
// The errors are those of values that do not fit, which can come about when a
// rule's page changes, and of pages that cannot be read. Where a value does not
// fit, the page's default holds and the rest of the setting stays.
func Resolve(library *rule.Library, account, organisation []Setting) (*engine.Profile, []error) {
	p := &engine.Profile{Rules: map[string]engine.RuleSettings{}}
	var errs []error
	// Merged so, the organisation's fill the gaps of the account's.
	for _, s := range Put(organisation, account...) {
		r, err := s.page(library)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if r == nil {
			continue
		}
		settings, err := s.Engine(r)
		if err != nil {
			errs = append(errs, err)
		}
		p.Rules[s.ID] = settings
	}
	return p, errs
}

// ReadProfileFile reads a profile in either form: Surety's own (YAML), or the
// JSON that Conformity's pages download, which it knows by its members
// ruleSettings and schema. Of the latter, notes say what has no effect here:
// rules and settings that the library does not have. Values that do not fit
// are errors; all of them are told.
func ReadProfileFile(file string, data []byte, library *rule.Library) (p *engine.Profile, notes []string, err error) {
	if !isProfileJSON(data) {
		p, err = engine.ReadProfile(file, data, library)
		return p, nil, err
	}
	profile, err := ParseProfile(file, data)
	if err != nil {
		return nil, nil, err
	}
	var errs []error
	for _, s := range profile.Settings {
		if err := s.CheckInProfile(library); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", file, err))
		}
	}
	if len(errs) > 0 {
		return nil, nil, errors.Join(errs...)
	}
	p, errs = Resolve(library, profile.Settings, nil)
	p.Name, p.Description = profile.Name, profile.Description
	return p, profile.notes(library), errors.Join(errs...)
}

// notes says what of a profile has no effect.
func (p Profile) notes(library *rule.Library) []string {
	var notes []string
	for _, s := range p.Settings {
		switch r, err := library.Rule(s.ID); {
		case err != nil:
			notes = append(notes, "there is no rule "+s.ID+": its setting has no effect")
		default:
			for _, name := range s.Unused(r) {
				notes = append(notes, "rule "+s.ID+" has no setting "+shortened(name)+": its value has no effect")
			}
		}
	}
	return notes
}

// isProfileJSON tells Conformity's form from Surety's, which may be written as
// JSON too. A file that is not quite JSON counts by how it begins, so that the
// error is about JSON.
func isProfileJSON(data []byte) bool {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if trimmed := bytes.TrimSpace(data); len(trimmed) == 0 || trimmed[0] != '{' {
		return false
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(data, &members) != nil {
		return bytes.Contains(data, []byte(`"ruleSettings"`))
	}
	_, settings := members["ruleSettings"]
	_, schema := members["schema"]
	return settings || schema
}
