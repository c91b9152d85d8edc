package customrule

import (
	"encoding/json"
	"fmt"
	"slices"
)

// A node is a compiled condition: a leaf, or all or any of its parts.
type node struct {
	all   bool
	parts []node
	leaf  *leaf
}

// A leaf compares one value.
type leaf struct {
	fact  int   // the index of the attribute
	path  *path // on the attribute's value; nil for the value itself
	label string
	test  test
}

// conditions reads the conditions of one rule and counts them.
type conditions struct {
	*problems
	rule  *Rule
	count int
	depth int

	patterns int // the size of all patterns
}

// group reads the outermost condition of a rule, which must be a group.
func (c *conditions) group(at string, raw json.RawMessage) (Condition, node) {
	m, ok := c.object(at, raw)
	if !ok {
		return Condition{}, node{}
	}
	if !m.has("any") && !m.has("all") {
		c.shape(at, `must be {"all": […]} or {"any": […]}`)
		return Condition{}, node{}
	}
	return c.condition(m)
}

// condition reads a group or a comparison.
func (c *conditions) condition(m members) (Condition, node) {
	if c.count++; c.count > maxConditions {
		if c.count == maxConditions+1 {
			c.value(m.at, "is one condition too many; at most %d are allowed in a rule", maxConditions)
		}
		return Condition{}, node{}
	}
	// Both change what a condition means in the engine that the language is
	// taken from; left out silently they would turn an answer round.
	for _, name := range []string{"not", "condition"} {
		if m.has(name) {
			c.value(m.path(name), `is not supported; use "all", "any" and the opposite operator`)
			return Condition{}, node{}
		}
	}
	if m.has("any") || m.has("all") {
		return c.several(m)
	}
	return c.comparison(m)
}

// several reads {"any": […]} or {"all": […]}.
func (c *conditions) several(m members) (Condition, node) {
	name := "any"
	if m.has("all") && (!m.has("any") || m.empty("any")) {
		name = "all"
	}
	for _, other := range []string{"any", "all", "fact", "operator"} {
		// Some clients send the group that is not meant as an empty list.
		if other != name && m.has(other) && !m.empty(other) {
			c.shape(m.at, "has both %q and %q; put one into a condition of its own", name, other)
			return Condition{}, node{}
		}
	}
	if c.depth++; c.depth > maxDepth {
		c.value(m.at, "is nested too deep; at most %d levels of conditions are allowed", maxDepth)
		c.depth--
		return Condition{}, node{}
	}
	defer func() { c.depth-- }()
	var parts []Condition
	compiled := node{all: name == "all"}
	for i, raw := range m.items(name, maxConditions) {
		part, ok := c.object(fmt.Sprintf("%s[%d]", m.path(name), i), raw)
		if !ok {
			continue
		}
		condition, child := c.condition(part)
		parts, compiled.parts = append(parts, condition), append(compiled.parts, child)
	}
	if compiled.all {
		return Condition{All: parts}, compiled
	}
	return Condition{Any: parts}, compiled
}

// empty tells whether a member is an empty list.
func (m members) empty(name string) bool {
	var items []json.RawMessage
	return json.Unmarshal(m.values[name], &items) == nil && len(items) == 0
}

// comparison reads {"fact", "operator", "value", "path"}.
func (c *conditions) comparison(m members) (Condition, node) {
	var condition Condition
	compiled := &leaf{}
	var ok bool
	if condition.Fact, ok = m.filled("fact", maxName); ok {
		if compiled.fact = c.rule.attribute(condition.Fact); compiled.fact < 0 {
			c.value(m.path("fact"), "%q is not the name of an attribute of this rule", condition.Fact)
		} else {
			compiled.label = c.rule.Attributes[compiled.fact].label()
		}
	}
	if condition.Path, ok = m.optional("path", maxPath); ok && condition.Path != "" {
		compiled.path = m.jsonPath("path", condition.Path)
		compiled.label += " " + condition.Path
	}
	condition.Operator, ok = m.filled("operator", maxName)
	if ok && !slices.Contains(operators(), condition.Operator) {
		c.among(m.path("operator"), condition.Operator, operators())
		ok = false
	}
	// Here null is a value of its own, not the same as absent.
	raw, given := m.values["value"]
	if !given {
		c.shape(m.path("value"), "is missing")
		return condition, node{}
	}
	condition.Value = raw
	if ok && condition.Operator == "pattern" {
		ok = c.addPattern(m.path("value"), raw)
	}
	if ok {
		var err error
		if compiled.test, err = compileTest(condition.Operator, raw); err != nil {
			c.value(m.path("value"), "%v", err)
		}
	}
	return condition, node{leaf: compiled}
}

// addPattern counts the size of a pattern before it is compiled; ok is false,
// and the problem noted, where all patterns of the rule are too large together.
func (c *conditions) addPattern(at string, raw json.RawMessage) (ok bool) {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return true // compileTest says what is wrong
	}
	size, err := patternSize(text)
	if c.patterns += size; err == nil && c.patterns > maxPatterns {
		c.value(at, "makes the patterns of the rule too large together; use smaller repetitions or split the rule")
		return false
	}
	return true
}
