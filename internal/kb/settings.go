package kb

import (
	"encoding/json"
	"fmt"

	"github.com/surety-cloud/surety/internal/rule"
)

// A Setting is a value of a rule that users may change.
type Setting struct {
	Name     string
	Label    string
	Type     string   // "multiple-number-values"
	TypeName string   // in words: "numbers"
	Default  []string // one for a single value; empty where there is none, or an empty list is
	Choices  []string
	// Required is true where there is no default: the rule makes no checks
	// until the setting is set. Example is then a value.
	Required bool
	Example  []string
}

// typeNames are the types of settings in words.
var typeNames = map[string]string{
	"multiple-string-values":                "texts",
	"multiple-object-values":                "objects",
	"choice-multiple-value":                 "any of the choices",
	"choice-single-value":                   "one of the choices",
	"countries":                             "countries",
	"multiple-aws-account-values":           "AWS accounts",
	"multiple-ip-values":                    "addresses or ranges",
	"multiple-number-values":                "numbers",
	"regions":                               "regions",
	"ignored-regions":                       "regions to leave out",
	"single-number-value":                   "number",
	"single-string-value":                   "text",
	"single-value-regex":                    "regular expression",
	"ttl":                                   "duration",
	"multiple-vpc-gateway-mappings":         "gateways by VPC",
	"tags":                                  "tags",
	"choice-multiple-value-with-tags":       "any of the choices, each with tags",
	"choice-multiple-value-with-risk-level": "any of the choices, each with a risk",
}

func settingsOf(r *rule.Rule) []Setting {
	var out []Setting
	for _, s := range r.Settings {
		setting := Setting{
			Name: s.Name, Label: s.Label, Type: s.Type, TypeName: typeNames[s.Type], Default: valueTexts(s.Default),
			Choices: s.Choices, Required: s.Default == nil,
		}
		if setting.Required {
			setting.Example = valueTexts(s.Example)
		}
		out = append(out, setting)
	}
	return out
}

// valueTexts are the values of a setting as a reader sees them.
func valueTexts(v any) []string {
	if v == nil {
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var texts []string
	for _, v := range list {
		texts = append(texts, valueText(v))
	}
	return texts
}

func valueText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		if text, err := json.Marshal(v); err == nil {
			return string(text)
		}
	}
	return fmt.Sprint(v)
}
