package conformity

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// A Setting is what a user changed about one rule, in Conformity's form: for
// an account, in a profile, in a profile's file. It is given back as it was
// sent; Engine says what it means to a scan.
type Setting struct {
	ID        string // of the rule; the library need not have it
	Enabled   bool
	RiskLevel string // "VERY_HIGH"; empty: the rule's own
	Provider  string // as it was sent, "aws" or "AWS"; empty when absent

	// RuleExists is echoed; nil when absent.
	RuleExists *bool

	// Exceptions are nil when nothing is in them.
	Exceptions *Exceptions

	// ExtraSettings are the values of the rule's own settings, each entry the
	// JSON object that was sent. A nil list is absent, an empty one is not.
	ExtraSettings []json.RawMessage

	// Configured tells default settings from those that a user made; nil in
	// what was read. It is written, and refused in what is read.
	Configured *bool
}

// Exceptions name the resources that a rule does not judge. A nil list is
// absent, an empty one is given back.
type Exceptions struct {
	Resources  []string `json:"resources,omitzero"`
	Tags       []string `json:"tags,omitzero"`
	FilterTags []string `json:"filterTags,omitzero"`
}

func (e Exceptions) empty() bool {
	return len(e.Resources) == 0 && len(e.Tags) == 0 && len(e.FilterTags) == 0
}

// A SettingError says why the setting of a rule is refused. Error gives the
// text that Conformity's users know, Hint what to do about it.
type SettingError struct {
	Rule string
	Text string
	Hint string // may be empty
}

// Error is the text alone.
func (e *SettingError) Error() string { return e.Text }

func settingError(rule, hint, format string) *SettingError {
	return &SettingError{Rule: rule, Text: fmt.Sprintf(format, rule), Hint: hint}
}

// NotInSubscription refuses the setting of a rule whose package the account
// has not subscribed to; pack is "Real-Time Threat Monitoring" or "cost".
func NotInSubscription(id, pack string) error {
	return &SettingError{Rule: id, Text: "This " + pack + " package rule " + id + " is not part of the account subscription"}
}

// NotConfigurableHere refuses the setting of a rule that belongs to the
// organisation or to its costs, not to an account.
func NotConfigurableHere(id string) error {
	return settingError(id, "", "%s is not configurable from this endpoint.")
}

func riskMissing(id string) error {
	return settingError(id, "riskLevel must be LOW, MEDIUM, HIGH, VERY_HIGH or EXTREME", "Rule risk level missing for %s")
}

func riskIncorrect(id string) error {
	return settingError(id, "riskLevel must be LOW, MEDIUM, HIGH, VERY_HIGH or EXTREME", "Rule risk level provided for %s is incorrect")
}

func enabledInvalid(id string) error {
	return settingError(id, "enabled must be true or false", "Rule enable status is not valid for %s")
}

func propertyInvalid(id, hint string) error {
	return settingError(id, hint, "One or more rule setting property is invalid for %s")
}

func providerInvalid(id, provider string) error {
	return &SettingError{
		Rule: id, Text: fmt.Sprintf("Provider %s is invalid for %s", shortened(provider), id),
		Hint: "provider must be that of the rule: aws, azure or gcp",
	}
}

func notConfigurable(id string) error {
	return settingError(id, "leave extraSettings out: the rule has none", "Rule %s is not configurable")
}

// shortened keeps a value that stands in an error to a length that can be read.
func shortened(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

var settingRule = regexp.MustCompile(`^[A-Za-z0-9]{1,40}-[0-9A-Z]{1,20}$`)

// WellFormedRule tells whether an id looks like that of a rule: "EC2-012",
// "CUSTOM-1A2B3C". The rule need not exist.
func WellFormedRule(id string) bool { return settingRule.MatchString(id) }

// ParseSetting reads a setting from JSON and checks its form. What it means to
// its rule is checked by Check.
func ParseSetting(data []byte) (Setting, error) { return ParseSettingOf("", data) }

// ParseSettingOf reads a setting whose rule is named beside it, as in the
// `included` of a profile: data are its attributes, which may repeat the id.
func ParseSettingOf(id string, data []byte) (Setting, error) {
	members, err := settingMembers(data)
	if err != nil {
		err.Rule = id
		return Setting{}, err
	}
	s := Setting{ID: id}
	if raw, ok := members["id"]; ok {
		var own string
		if json.Unmarshal(raw, &own) != nil || own == "" {
			return Setting{}, &SettingError{Rule: id, Text: "The id of a rule setting must be a text such as EC2-012"}
		}
		if id != "" && own != id {
			return Setting{}, propertyInvalid(id, "id says "+shortened(own))
		}
		s.ID = own
	}
	if s.ID == "" {
		return Setting{}, &SettingError{Text: "A rule setting has no id", Hint: "id is the rule's, such as EC2-012"}
	}
	if !WellFormedRule(s.ID) {
		return Setting{}, &SettingError{Rule: s.ID, Text: fmt.Sprintf("%q is not the id of a rule", shortened(s.ID)), Hint: "an id looks like EC2-012"}
	}
	return s, s.read(members)
}

// settingMembers takes an object apart; names are compared exactly, which
// encoding/json does not do by itself.
func settingMembers(data []byte) (map[string]json.RawMessage, *SettingError) {
	if !utf8.Valid(data) {
		return nil, &SettingError{Text: "A rule setting must be text in UTF-8"}
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil || members == nil {
		return nil, &SettingError{Text: "A rule setting must be a JSON object"}
	}
	return members, nil
}

func (s *Setting) read(members map[string]json.RawMessage) error {
	for name := range members {
		switch name {
		case "id", "enabled", "riskLevel", "provider", "ruleExists", "exceptions", "extraSettings":
		default:
			return propertyInvalid(s.ID, fmt.Sprintf("%q is not understood; use id, enabled, riskLevel, provider, ruleExists, exceptions and extraSettings", shortened(name)))
		}
	}
	enabled := members["enabled"]
	if isNull(enabled) || json.Unmarshal(enabled, &s.Enabled) != nil {
		return enabledInvalid(s.ID)
	}
	if raw := members["riskLevel"]; !isNull(raw) {
		if json.Unmarshal(raw, &s.RiskLevel) != nil || s.RiskLevel != "" && settingRisk(s.RiskLevel) == "" {
			return riskIncorrect(s.ID)
		}
	}
	if raw := members["provider"]; !isNull(raw) {
		if json.Unmarshal(raw, &s.Provider) != nil {
			return providerInvalid(s.ID, string(raw))
		}
		switch strings.ToLower(s.Provider) {
		case "", "aws", "azure", "gcp":
		default:
			return providerInvalid(s.ID, s.Provider)
		}
	}
	if raw := members["ruleExists"]; !isNull(raw) {
		s.RuleExists = new(bool)
		if json.Unmarshal(raw, s.RuleExists) != nil {
			return propertyInvalid(s.ID, "ruleExists must be true or false")
		}
	}
	if raw := members["exceptions"]; !isNull(raw) {
		if err := s.readExceptions(raw); err != nil {
			return err
		}
	}
	if raw := members["extraSettings"]; !isNull(raw) {
		return s.readExtraSettings(raw)
	}
	return nil
}

func (s *Setting) readExceptions(data json.RawMessage) error {
	var members map[string]json.RawMessage
	if json.Unmarshal(data, &members) != nil {
		return propertyInvalid(s.ID, "exceptions must be an object with resources, tags and filterTags")
	}
	var e Exceptions
	for name, raw := range members {
		var list *[]string
		switch name {
		case "resources":
			list = &e.Resources
		case "tags":
			list = &e.Tags
		case "filterTags":
			list = &e.FilterTags
		default:
			return propertyInvalid(s.ID, fmt.Sprintf("exceptions has no %q; use resources, tags and filterTags", shortened(name)))
		}
		if !textList(raw, list) {
			return propertyInvalid(s.ID, "exceptions."+name+" must be a list of texts")
		}
	}
	if !e.empty() {
		s.Exceptions = &e
	}
	return nil
}

// textList reads null or a list of texts; a null among them is no text.
func textList(raw json.RawMessage, list *[]string) bool {
	var items []*string
	if json.Unmarshal(raw, &items) != nil {
		return false
	}
	if items == nil {
		return true
	}
	*list = make([]string, 0, len(items))
	for _, item := range items {
		if item == nil {
			return false
		}
		*list = append(*list, *item)
	}
	return true
}

func (s *Setting) readExtraSettings(data json.RawMessage) error {
	var list []json.RawMessage
	if json.Unmarshal(data, &list) != nil {
		return propertyInvalid(s.ID, "extraSettings must be a list of objects")
	}
	s.ExtraSettings = make([]json.RawMessage, 0, len(list))
	for i, raw := range list {
		if _, err := readExtra(raw); err != nil {
			return propertyInvalid(s.ID, fmt.Sprintf("extraSettings[%d] %v", i, err))
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, raw); err != nil {
			return propertyInvalid(s.ID, fmt.Sprintf("extraSettings[%d] is not JSON", i))
		}
		s.ExtraSettings = append(s.ExtraSettings, compact.Bytes())
	}
	return nil
}

func isNull(raw json.RawMessage) bool {
	return len(raw) == 0 || string(bytes.TrimSpace(raw)) == "null"
}

// settingAttributes are the members of a setting but its id, in the order in
// which they are written.
type settingAttributes struct {
	Enabled       bool              `json:"enabled"`
	RiskLevel     string            `json:"riskLevel,omitempty"`
	Provider      string            `json:"provider,omitempty"`
	RuleExists    *bool             `json:"ruleExists,omitempty"`
	Exceptions    *Exceptions       `json:"exceptions,omitempty"`
	ExtraSettings []json.RawMessage `json:"extraSettings,omitzero"`
	Configured    *bool             `json:"configured,omitempty"`
}

func (s Setting) attributes() settingAttributes {
	a := settingAttributes{
		Enabled: s.Enabled, RiskLevel: s.RiskLevel, Provider: s.Provider, RuleExists: s.RuleExists,
		ExtraSettings: s.ExtraSettings, Configured: s.Configured,
	}
	if s.Exceptions != nil && !s.Exceptions.empty() {
		a.Exceptions = s.Exceptions
	}
	return a
}

// Attributes is the setting as JSON without its id, as the `included` of a
// profile holds it.
func (s Setting) Attributes() (json.RawMessage, error) { return json.Marshal(s.attributes()) }

// MarshalJSON gives back what was read: absent stays absent, and the values of
// extra settings keep their JSON types, their order and what is not understood.
func (s Setting) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID string `json:"id"`
		settingAttributes
	}{s.ID, s.attributes()})
}

// UnmarshalJSON reads a setting as ParseSetting does; a *SettingError says
// what is wrong.
func (s *Setting) UnmarshalJSON(data []byte) error {
	parsed, err := ParseSetting(data)
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}
