package customrule

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// members reads the members of one JSON object, so that an error can name the
// member and so that names count exactly as they are spelt.
type members struct {
	at     string // the path of the object, empty for the outermost
	values map[string]json.RawMessage
	*problems
}

// object reads raw, the value at a path. ok is false, and the problem noted,
// for anything but an object.
func (p *problems) object(at string, raw json.RawMessage) (m members, ok bool) {
	m = members{at: at, problems: p}
	if kind := kindOf(raw); kind != "an object" {
		p.shape(at, "must be an object, not %s", kind)
		return m, false
	}
	if err := json.Unmarshal(raw, &m.values); err != nil {
		p.shape(at, "is not JSON: %v", err)
		return m, false
	}
	return m, true
}

// path is the path of a member.
func (m members) path(name string) string {
	if m.at == "" {
		return name
	}
	return m.at + "." + name
}

// has tells whether a member is there; null is the same as absent.
func (m members) has(name string) bool {
	raw, ok := m.values[name]
	return ok && kindOf(raw) != "null"
}

// require is has, and notes a member that is missing.
func (m members) require(name string) bool {
	if m.has(name) {
		return true
	}
	m.shape(m.path(name), "is missing")
	return false
}

// text reads a required text of at most max characters. ok is false, and the
// problem noted, where it is missing, no text or too long.
func (m members) text(name string, max int) (value string, ok bool) {
	if !m.require(name) {
		return "", false
	}
	return m.optional(name, max)
}

// optional is text for a member that may be missing, which gives "" and true.
func (m members) optional(name string, max int) (value string, ok bool) {
	if !m.has(name) {
		return "", true
	}
	raw := m.values[name]
	if kind := kindOf(raw); kind != "a text" {
		m.shape(m.path(name), "must be a text, not %s", kind)
		return "", false
	}
	if err := json.Unmarshal(raw, &value); err != nil {
		m.shape(m.path(name), "is not JSON: %v", err)
		return "", false
	}
	if n := utf8.RuneCountInString(value); n > max {
		m.value(m.path(name), "has %d characters; at most %d are allowed", n, max)
		return "", false
	}
	return value, true
}

// filled is text that must not be empty.
func (m members) filled(name string, max int) (value string, ok bool) {
	if value, ok = m.text(name, max); ok && value == "" {
		m.value(m.path(name), "must not be empty")
		return "", false
	}
	return value, ok
}

// oneOf reads a required text that must be one of a few.
func (m members) oneOf(name string, allowed []string) string {
	value, ok := m.text(name, maxName)
	if ok {
		m.among(m.path(name), value, allowed)
	}
	return value
}

// among notes a value that is none of the allowed ones.
func (p *problems) among(at, value string, allowed []string) {
	for _, a := range allowed {
		if a == value {
			return
		}
	}
	p.value(at, "%q is not known; it must be one of %s", value, list(allowed))
}

// flag reads a required true or false.
func (m members) flag(name string) (value bool) {
	if !m.require(name) {
		return false
	}
	if kind := kindOf(m.values[name]); kind != "true or false" {
		m.shape(m.path(name), "must be true or false, not %s", kind)
		return false
	}
	return string(m.values[name]) == "true"
}

// items reads a required list of at least one and at most max elements.
func (m members) items(name string, max int) []json.RawMessage {
	if !m.require(name) {
		return nil
	}
	items, ok := m.list(name)
	switch {
	case !ok:
	case len(items) == 0:
		m.value(m.path(name), "must not be empty")
	case len(items) > max:
		m.value(m.path(name), "has %d elements; at most %d are allowed", len(items), max)
		return nil
	}
	return items
}

// list reads a list; ok is false, and the problem noted, for anything else.
func (m members) list(name string) (items []json.RawMessage, ok bool) {
	raw := m.values[name]
	if kind := kindOf(raw); kind != "a list" {
		m.shape(m.path(name), "must be a list, not %s", kind)
		return nil, false
	}
	if err := json.Unmarshal(raw, &items); err != nil {
		m.shape(m.path(name), "is not JSON: %v", err)
		return nil, false
	}
	return items, true
}

// kindOf names the type of a JSON value by how it begins.
func kindOf(raw json.RawMessage) string {
	for _, c := range raw {
		switch c {
		case ' ', '\t', '\r', '\n':
			continue
		case '{':
			return "an object"
		case '[':
			return "a list"
		case '"':
			return "a text"
		case 't', 'f':
			return "true or false"
		case 'n':
			return "null"
		}
		return "a number"
	}
	return "nothing"
}

// list joins names for a person.
func list(names []string) string {
	text := ""
	for i, name := range names {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%q", name)
	}
	return text
}
