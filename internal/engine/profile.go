package engine

import (
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
)

// A Profile is a named set of rule settings: what a user changes about rules
// without changing their pages.
//
//	name: production
//	rules:
//	  EC2-075:
//	    enabled: true
//	    risk: high
//	    settings:
//	      ports: [11211, 11212]
//	    exceptions:
//	      resources: [sg-0abc]
//	      tags: [purpose::cache, temporary]
type Profile struct {
	Name        string                  `yaml:"name"`
	Description string                  `yaml:"description"`
	Rules       map[string]RuleSettings `yaml:"rules"`
}

// RuleSettings are a user's changes to one rule.
type RuleSettings struct {
	Enabled    *bool          `yaml:"enabled"`
	Risk       rule.Risk      `yaml:"risk"`
	Settings   map[string]any `yaml:"settings"`
	Exceptions Exceptions     `yaml:"exceptions"`
}

// Exceptions say to which resources a rule does not apply: no check is made.
type Exceptions struct {
	Resources []string `yaml:"resources"` // ids, ARNs or names
	Tags      []string `yaml:"tags"`      // "key", "value" or "key::value", whatever the case
}

// Covers tells whether the exceptions name a resource: by its id, ARN or name,
// exactly; or by one of its tags, of which an exception has the key, the value,
// or both as "key::value", without regard to case.
func (e Exceptions) Covers(r *cloud.Resource) bool {
	for _, id := range e.Resources {
		if id != "" && (id == r.ID || id == r.ARN || id == r.Name) {
			return true
		}
	}
	for _, tag := range e.Tags {
		if tag == "" { // an empty value is no tag that a user means
			continue
		}
		for k, v := range r.Tags {
			if strings.EqualFold(tag, k) || strings.EqualFold(tag, v) || strings.EqualFold(tag, k+"::"+v) {
				return true
			}
		}
	}
	return false
}

// settingsFor gives the values of a rule's settings under a profile; ok is
// false when one has neither a default nor a value: the rule must be
// configured before it makes checks.
func (p *Profile) settingsFor(r *rule.Rule) (values map[string]any, ok bool) {
	values = make(map[string]any, len(r.Settings))
	var own map[string]any
	if p != nil {
		own = p.Rules[r.ID].Settings
	}
	for _, s := range r.Settings {
		v := s.Default
		if o, set := own[s.Name]; set {
			v = o
		}
		if v == nil {
			return nil, false
		}
		values[s.Name] = v
	}
	return values, true
}

// Missing lists the settings of a rule that have neither a default nor a value
// in the profile: the rule makes no checks before they are set.
func (p *Profile) Missing(r *rule.Rule) []string {
	var names []string
	for _, s := range r.Settings {
		if s.Default != nil {
			continue
		}
		if p == nil || p.Rules[r.ID].Settings[s.Name] == nil {
			names = append(names, s.Name)
		}
	}
	return names
}

// Enabled tells whether the profile lets a rule make checks.
func (p *Profile) Enabled(id string) bool {
	if p == nil {
		return true
	}
	e := p.Rules[id].Enabled
	return e == nil || *e
}

func (p *Profile) risk(r *rule.Rule) rule.Risk {
	if p != nil && p.Rules[r.ID].Risk != "" {
		return p.Rules[r.ID].Risk
	}
	return r.Risk
}

func (p *Profile) exceptions(id string) Exceptions {
	if p == nil {
		return Exceptions{}
	}
	return p.Rules[id].Exceptions
}

// Selected are the ids to judge by: those named, or all; without those
// excluded. An id that no page has is an error.
func Selected(library *rule.Library, only, exclude []string) ([]string, error) {
	for _, id := range slices.Concat(only, exclude) {
		if _, err := library.Rule(id); err != nil {
			return nil, err
		}
	}
	ids := only
	if len(ids) == 0 {
		ids = library.IDs()
	}
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(exclude, id) })
	slices.Sort(ids)
	return slices.Compact(ids), nil
}
