package web

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/rule"
)

// A settingField is the value of one setting of a rule in a form. Which of its
// parts are used depends on Kind.
type settingField struct {
	Key   string // of the form's fields
	Label string
	Hint  string
	// Kind is text, code (a regular expression), number, lines (a value each),
	// choice, choices, tagged (choices with tags), risked (choices with risk
	// levels), objects, mappings (of VPCs to gateways), or json for a value
	// whose form no other kind can show.
	Kind    string
	Text    string // of text, code, number, lines, choice and json
	Options []settingOption
	Columns []string   // of objects: the names of their members
	Rows    [][]string // of objects and mappings: the cells; of mappings a VPC, and gateways in lines
	// Required is true where there is no default: the rule makes no checks until
	// there is a value.
	Required bool
	Default  string // in words; empty where there is none
	Fault    string // why it was refused
	// Idle is a value that the rule has no setting for.
	Idle bool

	setting rule.Setting
}

// A settingOption is one of the choices of a setting.
type settingOption struct {
	Value, Label string
	Note         string // beside the label: the key of a region
	Chosen       bool
	Tags         string // in lines
	Risk         string // "HIGH"; empty for the rule's own
}

// settingKinds are those of the 18 types.
var settingKinds = map[string]string{
	"single-number-value":                   "number",
	"ttl":                                   "number",
	"single-string-value":                   "text",
	"single-value-regex":                    "code",
	"choice-single-value":                   "choice",
	"multiple-string-values":                "lines",
	"multiple-number-values":                "lines",
	"multiple-aws-account-values":           "lines",
	"multiple-ip-values":                    "lines",
	"tags":                                  "lines",
	"countries":                             "lines",
	"regions":                               "choices",
	"ignored-regions":                       "choices",
	"choice-multiple-value":                 "choices",
	"choice-multiple-value-with-tags":       "tagged",
	"choice-multiple-value-with-risk-level": "risked",
	"multiple-object-values":                "objects",
	"multiple-vpc-gateway-mappings":         "mappings",
}

// settingHints say how the values of a type are written.
var settingHints = map[string]string{
	"single-number-value":             "A whole number.",
	"ttl":                             "A whole number of hours.",
	"single-value-regex":              "A regular expression, such as ^prod-[a-z0-9-]+$.",
	"multiple-string-values":          "One value a line.",
	"multiple-number-values":          "One whole number a line.",
	"multiple-aws-account-values":     "One AWS account id of 12 digits a line.",
	"multiple-ip-values":              "One IP address or range a line, such as 203.0.113.0/24.",
	"tags":                            "One tag a line: a key, a value, or key::value.",
	"countries":                       "One country code of two capital letters (ISO 3166-1) a line, such as DE; O1 stands for any other country.",
	"multiple-vpc-gateway-mappings":   "For each VPC the gateways that it may have, one a line. A row that is left empty is no mapping.",
	"multiple-object-values":          "A row that is left empty is no value.",
	"choice-multiple-value-with-tags": "Tags of a choice, one a line, take the place of the general ones.",
}

// newField shows an entry of extraSettings as the value of a setting.
func newField(s rule.Setting, entry json.RawMessage) settingField {
	f := settingField{
		Key: "s." + s.Name, Label: s.Label, Kind: settingKinds[s.Type], Hint: settingHints[s.Type], Required: s.Default == nil, setting: s,
	}
	if f.Label == "" {
		f.Label = s.Name
	}
	m, ok := readMembers(entry)
	if !ok || !f.read(m) {
		return jsonField(f, entry)
	}
	return f
}

// jsonField shows an entry as it is.
func jsonField(f settingField, entry json.RawMessage) settingField {
	f.Kind, f.Text, f.Options, f.Rows = "json", indented(entry), nil, nil
	f.Hint = "As JSON, since the value has a form of its own. Left empty, it is removed."
	return f
}

// read fills in the value of an entry; false when the kind cannot show it.
func (f *settingField) read(entry jsonMembers) bool {
	switch f.Kind {
	case "text", "code", "number", "choice":
		return f.readSingle(entry)
	case "lines":
		elements, ok := listOf(entry)
		if !ok {
			return false
		}
		texts, _, ok := shownTexts(elements)
		f.Text = strings.Join(texts, "\n")
		return ok
	case "choices", "tagged", "risked":
		return f.readChoices(entry)
	case "objects":
		return f.readObjects(entry)
	case "mappings":
		return f.readMappings(entry)
	}
	return false
}

func (f *settingField) readSingle(entry jsonMembers) bool {
	value := entry.get("value")
	if elements, ok := jsonList(entry.get("values")); !ok {
		return false
	} else if (value == nil || string(value) == `""`) && len(elements) > 0 {
		if len(elements) > 1 {
			return false
		}
		value = valueOf(elements[0])
	}
	var ok bool
	if f.Text, ok = jsonScalar(value); !ok {
		return false
	}
	if f.Kind != "choice" {
		return true
	}
	for _, choice := range f.setting.Choices {
		f.Options = append(f.Options, settingOption{Value: choice, Label: choice, Chosen: choice == f.Text})
	}
	if f.Text != "" && !slices.Contains(f.setting.Choices, f.Text) {
		f.Options = append(f.Options, settingOption{Value: f.Text, Label: f.Text, Chosen: true})
	}
	return true
}

// listOf is the elements of an entry's values, or of its value where it has
// none: a list of one, or a list given as the value.
func listOf(entry jsonMembers) (elements []json.RawMessage, ok bool) {
	value := entry.get("value")
	if raw := entry.get("values"); raw != nil || value == nil {
		return jsonList(raw)
	}
	if elements, ok = jsonList(value); ok {
		return elements, true
	}
	if string(value) == `""` {
		return nil, true
	}
	return []json.RawMessage{value}, true
}

// shownTexts are the values of those elements that are not switched off, and
// the places where they stand; false when one cannot stand in a line.
func shownTexts(elements []json.RawMessage) (texts []string, at []int, ok bool) {
	for i, e := range elements {
		if isOff(e) {
			continue
		}
		text, ok := jsonScalar(valueOf(e))
		if text = strings.TrimSpace(text); !ok || text == "" {
			return nil, nil, false
		}
		texts, at = append(texts, text), append(at, i)
	}
	return texts, at, true
}
