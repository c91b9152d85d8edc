package conformity

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
)

// Check holds a setting of an account against its rule: the form of its
// values, the provider, and that the risk level is there. A rule that the
// library does not have is no fault: its setting is kept for when it comes.
// The error is a *SettingError, or that of a page that cannot be read.
func (s Setting) Check(library *rule.Library) error {
	r, err := s.page(library)
	if r == nil || err != nil {
		return err
	}
	if s.RiskLevel == "" && !manyRisks(r) {
		return riskMissing(s.ID)
	}
	if len(s.ExtraSettings) > 0 && len(r.Settings) == 0 {
		return notConfigurable(s.ID)
	}
	return s.checkValues(r)
}

// CheckInProfile is Check for a setting of a profile, which need not say a
// risk level, and may carry settings that the rule does not have.
func (s Setting) CheckInProfile(library *rule.Library) error {
	r, err := s.page(library)
	if r == nil || err != nil {
		return err
	}
	return s.checkValues(r)
}

func (s Setting) checkValues(r *rule.Rule) error {
	if s.Provider != "" && !strings.EqualFold(s.Provider, AWS) {
		return providerInvalid(s.ID, s.Provider)
	}
	_, err := s.Engine(r)
	return err
}

// page is the rule of the setting; nil when the library has none.
func (s Setting) page(library *rule.Library) (*rule.Rule, error) {
	r, err := library.Rule(s.ID)
	if errors.Is(err, rule.ErrNoRule) {
		return nil, nil
	}
	return r, err
}

// manyRisks tells whether a rule's risk depends on what it finds, so that its
// setting has none.
func manyRisks(r *rule.Rule) bool {
	return slices.ContainsFunc(r.Settings, func(s rule.Setting) bool { return s.Type == "choice-multiple-value-with-risk-level" })
}

// settingRisk is the risk of a level in the spelling of settings, "VERY_HIGH";
// empty for any other.
func settingRisk(level string) rule.Risk {
	r, err := ParseRiskLevel(level)
	if err != nil || RiskLevel(r) != level {
		return ""
	}
	return r
}

// Engine is the setting as a scan takes it: the values of the rule's settings
// in the form that rule.Setting.Parse gives. Extra settings that the rule does
// not have are without effect; Unused names them. A value that does not fit is
// a *SettingError that names the rule, the setting and the value; what else the
// setting says is given back all the same.
func (s Setting) Engine(r *rule.Rule) (engine.RuleSettings, error) {
	enabled := s.Enabled
	out := engine.RuleSettings{Enabled: &enabled, Risk: settingRisk(s.RiskLevel)}
	if s.Exceptions != nil {
		out.Exceptions.Resources = slices.Clone(s.Exceptions.Resources)
		for _, tag := range slices.Concat(s.Exceptions.Tags, s.Exceptions.FilterTags) {
			if !slices.Contains(out.Exceptions.Tags, tag) {
				out.Exceptions.Tags = append(out.Exceptions.Tags, tag)
			}
		}
	}
	var first error
	seen := map[string]bool{}
	for _, raw := range s.ExtraSettings {
		e, err := readExtra(raw)
		if err != nil {
			first = firstError(first, valueError(s.ID, "of extraSettings", err))
			continue
		}
		setting, ok := settingNamed(r, e.name)
		if !ok {
			continue
		}
		if seen[setting.Name] {
			first = firstError(first, valueError(s.ID, setting.Name, errors.New("it stands twice in extraSettings")))
			continue
		}
		seen[setting.Name] = true
		value, set, err := e.valueFor(setting)
		if err == nil && set {
			value, err = setting.Parse(value)
		}
		if err != nil {
			first = firstError(first, valueError(s.ID, setting.Name, err))
			continue
		}
		// A rule that must be configured is not by an empty list.
		if list, ok := value.([]any); ok && len(list) == 0 && setting.Default == nil {
			set = false
		}
		if !set {
			continue
		}
		if out.Settings == nil {
			out.Settings = map[string]any{}
		}
		out.Settings[setting.Name] = value
	}
	return out, first
}

// Unused lists the names of extra settings that the rule does not have: they
// are kept and have no effect.
func (s Setting) Unused(r *rule.Rule) []string {
	var names []string
	for _, raw := range s.ExtraSettings {
		if e, err := readExtra(raw); err == nil {
			if _, ok := settingNamed(r, e.name); !ok {
				names = append(names, e.name)
			}
		}
	}
	return names
}

func settingNamed(r *rule.Rule, name string) (rule.Setting, bool) {
	if s, ok := r.Setting(name); ok {
		return s, true
	}
	for _, s := range r.Settings {
		if settingKey(s.Name) == settingKey(name) {
			return s, true
		}
	}
	return rule.Setting{}, false
}

func firstError(first, err error) error {
	if first != nil {
		return first
	}
	return err
}

func valueError(id, setting string, err error) error {
	return &SettingError{
		Rule: id, Text: fmt.Sprintf("Setting %s of rule %s is invalid: %s", setting, id, shortened(err.Error())),
		Hint: "the rule's page says what the setting takes",
	}
}

// valueFor is the value of an entry in the form that rule.Setting.Parse takes
// for a setting; set is false when the entry has none.
func (e extra) valueFor(s rule.Setting) (v any, set bool, err error) {
	switch s.Type {
	case "single-number-value", "ttl":
		v, set, err = e.single()
		return wholeNumber(v), set, err
	case "single-string-value", "single-value-regex", "choice-single-value":
		v, set, err = e.single()
		return plainText(v), set, err
	case "choice-multiple-value":
		return each(plainText)(e.chosen())
	case "choice-multiple-value-with-tags":
		return eachElement(withTags)(e.chosen())
	case "choice-multiple-value-with-risk-level":
		return eachElement(withRisk)(e.chosen())
	case "multiple-number-values":
		return each(wholeNumber)(e.list())
	case "multiple-object-values":
		return each(plainValue)(e.list())
	case "multiple-vpc-gateway-mappings":
		if e.mappings != nil {
			e.values = e.mappings
		}
		return eachElement(gateways)(e.list())
	}
	return each(plainText)(e.list())
}

// each makes the values of elements with form.
func each(form func(any) any) func([]any, bool, error) (any, bool, error) {
	return eachElement(func(element any) (any, error) { return form(valueOf(element)), nil })
}

// eachElement makes values of whole elements with form.
func eachElement(form func(any) (any, error)) func([]any, bool, error) (any, bool, error) {
	return func(list []any, set bool, err error) (any, bool, error) {
		if err != nil || !set {
			return nil, false, err
		}
		out := make([]any, len(list))
		for i, element := range list {
			if out[i], err = form(element); err != nil {
				return nil, false, err
			}
		}
		return out, true, nil
	}
}

// member is the first of the named members that an element has.
func member(element any, names ...string) any {
	m, _ := element.(map[string]any)
	for _, name := range names {
		if v := m[name]; v != nil {
			return v
		}
	}
	return nil
}

// inner is the value or values of a setting inside an element:
// {"settings": [{"name": …, "values": …}]}.
func inner(element any, names ...string) any {
	settings, _ := member(element, "settings").([]any)
	for _, s := range settings {
		if name, _ := member(s, "name").(string); slices.Contains(names, name) {
			return member(s, "values", "value")
		}
	}
	return nil
}

// texts reads a list of texts or of {"value": text}.
func texts(v any) ([]any, error) {
	if v == nil {
		return nil, nil
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	out := make([]any, len(list))
	for i, element := range list {
		text, ok := plainText(valueOf(element)).(string)
		if !ok {
			return nil, fmt.Errorf("%v is not text", element)
		}
		out[i] = text
	}
	return out, nil
}

// withTags is a choice with the tags that are its own.
func withTags(element any) (any, error) {
	out := map[string]any{"value": plainText(valueOf(element))}
	own := member(element, "customizedTags", "customisedTags", "tags")
	if own == nil {
		own = inner(element, "tags-override", "customizedTags")
	}
	tags, err := texts(own)
	if len(tags) > 0 {
		out["tags"] = tags
	}
	return out, err
}

// withRisk is a choice with the risk level that is its own.
func withRisk(element any) (any, error) {
	out := map[string]any{"value": plainText(valueOf(element))}
	own := member(element, "customizedRiskLevel", "customisedRiskLevel", "riskLevel")
	if own == nil {
		own = inner(element, "customizedRiskLevel", "selectedSeverity", "event-risk-level")
	}
	levels, err := texts(own)
	if err != nil || len(levels) == 0 || levels[0] == "NOT_CUSTOMIZED" || levels[0] == "" {
		return out, err
	}
	level, _ := levels[0].(string)
	risk := settingRisk(level)
	if risk == "" {
		return nil, fmt.Errorf("%q is no risk level: use LOW, MEDIUM, HIGH, VERY_HIGH, EXTREME or NOT_CUSTOMIZED", level)
	}
	out["riskLevel"] = string(risk)
	return out, nil
}

// gateways is a mapping of a VPC to its gateways:
// {"values": [{"name": "vpcId", "value": …}, {"name": "gatewayIds", "values": […]}]}.
func gateways(element any) (any, error) {
	out := map[string]any{}
	parts, ok := member(element, "values").([]any)
	if !ok { // {"vpcId": …, "gatewayIds": […]}
		parts = []any{
			map[string]any{"name": "vpcId", "value": member(element, "vpcId")},
			map[string]any{"name": "gatewayIds", "values": member(element, "gatewayIds")},
		}
	}
	for _, part := range parts {
		switch member(part, "name") {
		case "vpcId":
			out["vpcId"] = plainText(member(part, "value"))
		case "gatewayIds":
			ids, err := texts(member(part, "values", "value"))
			if err != nil {
				return nil, err
			}
			if ids != nil { // Parse tells of a list that is not there
				out["gatewayIds"] = ids
			}
		}
	}
	return out, nil
}
