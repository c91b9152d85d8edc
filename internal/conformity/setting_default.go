package conformity

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/surety-cloud/surety/internal/rule"
)

// Defaults is the setting of a rule that nobody changed, as its page has it:
// what the API adds with includeDefaults. Each extra setting says that it is
// neither readOnly nor hidden.
func Defaults(r *rule.Rule) Setting {
	configured := false
	s := Setting{
		ID: r.ID, Enabled: r.Deprecated == "", RiskLevel: RiskLevel(r.Risk), Provider: AWS, Configured: &configured,
	}
	if manyRisks(r) {
		s.RiskLevel = ""
	}
	for _, setting := range r.Settings {
		s.ExtraSettings = append(s.ExtraSettings, defaultExtra(setting, "readOnly"))
	}
	return s
}

// ServiceSettings are the settings of a rule as the list of services has them:
// like the extra settings of Defaults, but for the spelling of read-only.
// Never nil.
func ServiceSettings(r *rule.Rule) []json.RawMessage {
	out := []json.RawMessage{}
	for _, setting := range r.Settings {
		out = append(out, defaultExtra(setting, "read-only"))
	}
	return out
}

// A field is a member of an object that is written in order.
type field struct {
	name  string
	value any
}

type object []field

// MarshalJSON writes the members in their order.
func (o object) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, f := range o {
		if i > 0 {
			out = append(out, ',')
		}
		name, err := json.Marshal(f.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(f.value)
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, name...), ':'), value...)
	}
	return append(out, '}'), nil
}

// defaultExtra is the entry of one setting with its default. A page's values
// come from YAML and are all of kinds that JSON has.
func defaultExtra(s rule.Setting, readOnly string) json.RawMessage {
	o := object{{"name", s.Name}, {"label", s.Label}, {"type", s.Type}}
	o = append(o, defaultValue(s)...)
	o = append(o, field{readOnly, false}, field{"hidden", false})
	raw, err := json.Marshal(o)
	if err != nil { // a float that is no number, which Parse refuses
		raw, _ = json.Marshal(object{{"name", s.Name}, {"label", s.Label}, {"type", s.Type}})
	}
	return raw
}

func defaultValue(s rule.Setting) object {
	list, _ := s.Default.([]any)
	switch s.Type {
	case "single-number-value", "single-string-value", "single-value-regex", "choice-single-value":
		return object{{"value", s.Default}}
	case "ttl":
		return object{{"value", s.Default}, {"ttl", true}}
	case "regions":
		return object{{"values", plainList(list)}, {"regions", true}}
	case "ignored-regions":
		return object{{"values", plainList(list)}, {"ignoredRegions", true}}
	case "tags":
		return object{{"values", plainList(list)}}
	case "countries":
		values := []object{}
		for _, code := range list {
			values = append(values, object{{"value", code}, {"label", code}})
		}
		return object{{"value", nil}, {"values", values}, {"countries", true}}
	case "choice-multiple-value", "choice-multiple-value-with-tags", "choice-multiple-value-with-risk-level":
		return object{{"values", defaultChoices(s, list)}}
	case "multiple-object-values":
		values := []object{}
		for _, v := range list {
			values = append(values, object{{"value", v}})
		}
		return object{{"valueKeys", keysOf(list)}, {"values", values}}
	case "multiple-vpc-gateway-mappings":
		mappings := []object{}
		for _, v := range list {
			mappings = append(mappings, defaultMapping(v))
		}
		return object{{"mappings", mappings}}
	}
	return object{{"values", valueList(list)}}
}

func plainList(list []any) []any {
	if list == nil {
		return []any{}
	}
	return list
}

func valueList(list []any) []object {
	values := []object{}
	for _, v := range list {
		values = append(values, object{{"value", v}})
	}
	return values
}

// defaultChoices are all choices of a setting, those of its default enabled.
func defaultChoices(s rule.Setting, chosen []any) []object {
	values := []object{}
	for _, choice := range s.Choices {
		o := object{{"value", choice}, {"label", choice}}
		at := slices.IndexFunc(chosen, func(v any) bool { return valueOf(v) == choice })
		o = append(o, field{"enabled", at >= 0})
		if at >= 0 {
			o = append(o, ownOfChoice(chosen[at])...)
		}
		values = append(values, o)
	}
	return values
}

// ownOfChoice is what a default says of one choice: tags or a risk level.
func ownOfChoice(v any) object {
	if tags, err := texts(member(v, "tags")); err == nil && len(tags) > 0 {
		return object{{"customised", true}, {"settings", []object{{
			{"name", "tags-override"}, {"type", "multiple-string-values"}, {"values", valueList(tags)},
		}}}}
	}
	if risk := member(v, "riskLevel"); risk != nil {
		return object{{"customised", true}, {"customizedRiskLevel", RiskLevel(rule.Risk(fmt.Sprint(risk)))}}
	}
	return nil
}

// keysOf are the keys of all objects of a list, sorted.
func keysOf(list []any) []string {
	keys := []string{}
	for _, v := range list {
		m, _ := v.(map[string]any)
		for k := range m {
			if !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
	}
	slices.Sort(keys)
	return keys
}

func defaultMapping(v any) object {
	ids, _ := member(v, "gatewayIds").([]any)
	return object{{"values", []object{
		{{"name", "vpcId"}, {"type", "single-string-value"}, {"value", member(v, "vpcId")}},
		{{"name", "gatewayIds"}, {"type", "multiple-string-values"}, {"values", valueList(ids)}},
	}}}
}
