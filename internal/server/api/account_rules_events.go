package api

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
)

// settingEvents says what was changed of settings, in the words of the audit
// log: at least one event for each rule whose setting is another.
func (c *Call) settingEvents(before, after []conformity.Setting) []happening {
	old := map[string]conformity.Setting{}
	for _, s := range before {
		old[s.ID] = s
	}
	var events []happening
	for _, s := range after {
		was, there := old[s.ID]
		delete(old, s.ID)
		if there && sameSetting(was, s) {
			continue
		}
		if !there {
			was = c.unconfigured(s.ID)
		}
		found := settingEvent(was, s)
		if len(found) == 0 {
			found = []happening{{"settings", "rule " + s.ID + " was configured"}}
		}
		events = append(events, found...)
	}
	for _, s := range before {
		if _, removed := old[s.ID]; removed {
			events = append(events, happening{"removed", "the setting of rule " + s.ID + " was removed"})
		}
	}
	return events
}

// unconfigured is a rule's setting before anybody has made one.
func (c *Call) unconfigured(id string) conformity.Setting {
	if r, err := c.Library.Rule(id); err == nil {
		s := conformity.Defaults(r)
		return conformity.Setting{ID: id, Enabled: s.Enabled, RiskLevel: s.RiskLevel}
	}
	return conformity.Setting{ID: id, Enabled: true}
}

// sameSetting tells whether two settings are alike as JSON.
func sameSetting(a, b conformity.Setting) bool {
	first, err := json.Marshal(a)
	second, err2 := json.Marshal(b)
	return err == nil && err2 == nil && bytes.Equal(first, second)
}

// settingEvent says how a setting differs from what it was.
func settingEvent(was, is conformity.Setting) []happening {
	var events []happening
	add := func(name, description string) {
		events = append(events, happening{name, "rule " + is.ID + " " + description})
	}
	switch {
	case was.Enabled && !is.Enabled:
		add("disabled", "was disabled")
	case !was.Enabled && is.Enabled:
		add("enabled", "was enabled")
	}
	if is.RiskLevel != was.RiskLevel && is.RiskLevel != "" {
		add("riskLevel", "has the risk level "+is.RiskLevel)
	}
	before, after := exceptionsOf(was), exceptionsOf(is)
	for _, kind := range []struct {
		name        string
		was, is     []string
		description string
	}{
		{"exceptions.tags.", slices.Concat(before.Tags, before.FilterTags), slices.Concat(after.Tags, after.FilterTags), "tags"},
		{"exceptions.resources.", before.Resources, after.Resources, "resources"},
	} {
		switch {
		case slices.Equal(kind.was, kind.is):
		case len(kind.was) == 0:
			add(kind.name+"added", "does not judge "+kind.description+": "+named(kind.is))
		case len(kind.is) == 0:
			add(kind.name+"removed", "judges again "+kind.description+": "+named(kind.was))
		default:
			add(kind.name+"updated", "does not judge "+kind.description+": "+named(kind.is))
		}
	}
	return events
}

func exceptionsOf(s conformity.Setting) conformity.Exceptions {
	if s.Exceptions == nil {
		return conformity.Exceptions{}
	}
	return *s.Exceptions
}

// named lists names, the first ten when there are more.
func named(names []string) string {
	const most = 10
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " …"
	}
	return strings.Join(names, ", ")
}
