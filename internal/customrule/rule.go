package customrule

import (
	"encoding/json"
	"fmt"
)

// Bounds of one rule. They are ours, far above what rules need.
const (
	// MaxSize is the longest text of a rule that Parse reads, in bytes.
	MaxSize = 256 << 10

	maxAttributes = 100
	maxRules      = 100
	maxConditions = 500
	maxDepth      = 10
	maxName       = 255
	maxText       = 10_000
	maxPath       = 1000
	maxPattern    = 2000
)

// A Rule is a custom rule as a client sends it. Parse makes one; a Rule made
// otherwise is only data and judges nothing. A parsed rule may judge in many
// goroutines at once, as long as nothing changes it.
type Rule struct {
	Name             string      `json:"name"`
	Description      string      `json:"description"`
	RemediationNotes string      `json:"remediationNotes,omitempty"`
	Service          string      `json:"service"`      // "S3"
	ResourceType     string      `json:"resourceType"` // "s3-bucket"
	Severity         string      `json:"severity"`     // "VERY_HIGH"
	Enabled          bool        `json:"enabled"`
	Provider         string      `json:"provider"` // "aws"
	Categories       []string    `json:"categories"`
	Attributes       []Attribute `json:"attributes"`
	Rules            []EventRule `json:"rules"`

	raw        json.RawMessage
	attributes []*path // one for each of Attributes
	rules      []node  // one for each of Rules
}

// An Attribute gives a name to what stands at a path of the resource document.
type Attribute struct {
	Name     string `json:"name"`
	Path     string `json:"path"`     // "data.BucketVersioning"
	Required bool   `json:"required"` // the rule applies only where the path meets something
}

// An EventRule is one requirement; all of a rule's must be met.
type EventRule struct {
	Conditions Condition `json:"conditions"`
	Event      Event     `json:"event"`
}

// An Event says for a person what it means when the conditions are not met.
type Event struct {
	Type string `json:"type"`
}

// A Condition is either All or Any of other conditions, or a comparison of a
// Fact, the name of an attribute, with a Value. Path, a JSONPath on the fact,
// is empty where the fact itself is compared.
type Condition struct {
	All []Condition `json:"all,omitempty"`
	Any []Condition `json:"any,omitempty"`

	Fact     string          `json:"fact,omitempty"`
	Path     string          `json:"path,omitempty"`
	Operator string          `json:"operator,omitempty"`
	Value    json.RawMessage `json:"value,omitempty"` // as sent: 1 and "1" differ
}

// MarshalJSON gives the rule as it was sent, members that we do not know and
// the order of members included, so that clients which compare see no change.
func (r Rule) MarshalJSON() ([]byte, error) {
	if r.raw != nil {
		return r.raw, nil
	}
	type plain Rule // without this method
	return json.Marshal(plain(r))
}

// UnmarshalJSON is Parse, with its errors where the text is JSON at all.
func (r *Rule) UnmarshalJSON(data []byte) error {
	parsed, err := Parse(data)
	if err != nil {
		return err
	}
	*r = *parsed
	return nil
}

// label names an attribute in a reason.
func (a *Attribute) label() string {
	return fmt.Sprintf("attribute %q (%s)", a.Name, a.Path)
}
