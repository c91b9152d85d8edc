package customrule

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// What a rule may say, in the spelling of the API. A function rather than a
// variable, so that nothing can change it.
func severities() []string { return []string{"LOW", "MEDIUM", "HIGH", "VERY_HIGH", "EXTREME"} }

func providers() []string { return []string{"aws", "azure", "gcp"} }

func categories() []string {
	return []string{"security", "cost-optimisation", "reliability", "performance-efficiency",
		"operational-excellence", "sustainability"}
}

// Parse reads the text of a rule and checks all of it. Members that a rule has
// not are kept and mean nothing. The error is an *Error, which lists what is
// wrong.
func Parse(data []byte) (*Rule, error) {
	var p problems
	switch {
	case len(data) > MaxSize:
		p.shape("", "the rule has %d bytes; at most %d are allowed", len(data), MaxSize)
		return nil, p.err()
	case !utf8.Valid(data):
		p.shape("", "the rule is not UTF-8")
		return nil, p.err()
	}
	var raw json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		p.shape("", "the rule is not JSON: %v", err)
		return nil, p.err()
	}
	if kind := kindOf(raw); kind != "an object" {
		p.shape("", "the rule must be a JSON object, not %s", kind)
		return nil, p.err()
	}
	m, _ := p.object("", raw)

	r := &Rule{raw: raw}
	r.Name = m.nonBlank("name")
	r.Description, _ = m.text("description", maxText)
	r.RemediationNotes, _ = m.optional("remediationNotes", maxText)
	r.Service = m.nonBlank("service")
	r.ResourceType = m.nonBlank("resourceType")
	r.Severity = m.oneOf("severity", severities())
	r.Enabled = m.flag("enabled")
	r.Provider = m.oneOf("provider", providers())
	r.Categories = m.categories()
	r.parseAttributes(m)
	c := &conditions{problems: &p, rule: r}
	for i, raw := range m.items("rules", maxRules) {
		r.parseEventRule(c, fmt.Sprintf("rules[%d]", i), raw)
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	return r, nil
}

// nonBlank reads a required name that a person can see.
func (m members) nonBlank(name string) string {
	value, ok := m.text(name, maxName)
	if ok && strings.TrimSpace(value) == "" {
		m.value(m.path(name), "must not be empty")
	}
	return value
}

func (m members) categories() []string {
	var list []string
	for i, raw := range m.items("categories", maxName) {
		at := fmt.Sprintf("categories[%d]", i)
		if kind := kindOf(raw); kind != "a text" {
			m.shape(at, "must be a text, not %s", kind)
			continue
		}
		var category string
		if err := json.Unmarshal(raw, &category); err != nil {
			m.shape(at, "is not JSON: %v", err)
			continue
		}
		m.among(at, category, categories())
		list = append(list, category)
	}
	return list
}

func (r *Rule) parseAttributes(m members) {
	for i, raw := range m.items("attributes", maxAttributes) {
		a, ok := m.object(fmt.Sprintf("attributes[%d]", i), raw)
		if !ok {
			continue
		}
		var attribute Attribute
		attribute.Name, ok = a.filled("name", maxName)
		if ok && r.attribute(attribute.Name) >= 0 {
			a.value(a.path("name"), "%q is the name of another attribute, too", attribute.Name)
		}
		var compiled *path
		if attribute.Path, ok = a.filled("path", maxPath); ok {
			compiled = a.jsonPath("path", attribute.Path)
		}
		attribute.Required = a.flag("required")
		r.Attributes = append(r.Attributes, attribute)
		r.attributes = append(r.attributes, compiled)
	}
}

// jsonPath compiles a path, or notes why it is none.
func (m members) jsonPath(name, text string) *path {
	compiled, err := compilePath(text)
	if err != nil {
		m.value(m.path(name), "%q %v", text, err)
		return nil
	}
	return compiled
}

// attribute is the index of the attribute of a name, -1 where there is none.
func (r *Rule) attribute(name string) int {
	return slices.IndexFunc(r.Attributes, func(a Attribute) bool { return a.Name == name })
}

func (r *Rule) parseEventRule(c *conditions, at string, raw json.RawMessage) {
	m, ok := c.object(at, raw)
	if !ok {
		return
	}
	var rule EventRule
	var compiled node
	if m.require("conditions") {
		rule.Conditions, compiled = c.group(m.path("conditions"), m.values["conditions"])
	}
	if m.require("event") {
		if event, ok := m.object(m.path("event"), m.values["event"]); ok {
			rule.Event.Type, _ = event.text("type", maxText)
		}
	}
	r.Rules = append(r.Rules, rule)
	r.rules = append(r.rules, compiled)
}
