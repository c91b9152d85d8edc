package web

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
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
	"single-value-regex":              "A regular expression, such as ^prod-[a-z0-9-]+$",
	"multiple-string-values":          "One value a line.",
	"multiple-number-values":          "One whole number a line.",
	"multiple-aws-account-values":     "One AWS account id of 12 digits a line.",
	"multiple-ip-values":              "One IP address or range a line, such as 203.0.113.0/24",
	"tags":                            "One tag a line: a key, a value, or key::value",
	"countries":                       "One country code of two capital letters (ISO 3166-1) a line, such as DE; O1 stands for any other country.",
	"multiple-vpc-gateway-mappings":   "For each VPC the gateways that it may have, one a line. A line that is left empty is no mapping.",
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

// isRegions tells whether the choices are the regions of AWS.
func (f *settingField) isRegions() bool {
	return f.setting.Type == "regions" || f.setting.Type == "ignored-regions"
}

func (f *settingField) readChoices(entry jsonMembers) bool {
	elements, ok := listOf(entry)
	if !ok || len(elements) > maxRows {
		return false
	}
	for _, choice := range f.setting.Choices {
		f.Options = append(f.Options, settingOption{Value: choice, Label: choice})
	}
	if f.isRegions() {
		for _, r := range conformity.Regions() {
			f.Options = append(f.Options, settingOption{Value: r.Key, Label: r.Name, Note: r.Key})
		}
	}
	says := slices.ContainsFunc(elements, saysEnabled) && !f.isRegions()
	seen := map[string]bool{}
	for _, e := range elements {
		text, ok := jsonScalar(valueOf(e))
		if !ok || text == "" || seen[text] {
			return false
		}
		seen[text] = true
		m, _ := readMembers(e)
		o := f.option(text)
		if label := m.text("label"); label != "" {
			o.Label = label
		}
		o.Chosen = !isOff(e) && (!says || string(m.get("enabled")) == "true")
		switch f.Kind {
		case "tagged":
			o.Tags, ok = tagsOf(m)
		case "risked":
			o.Risk, ok = riskOf(m)
		}
		if !ok {
			return false
		}
	}
	return true
}

// saysEnabled tells whether an element says of itself whether it is chosen. In
// a list where none does all are.
func saysEnabled(element json.RawMessage) bool {
	m, _ := readMembers(element)
	return slices.ContainsFunc(m, func(e jsonMember) bool { return e.name == "enabled" || e.name == "customised" })
}

// option finds a choice; one that the rule does not have is added.
func (f *settingField) option(value string) *settingOption {
	at := slices.IndexFunc(f.Options, func(o settingOption) bool { return o.Value == value })
	if at < 0 {
		f.Options = append(f.Options, settingOption{Value: value, Label: value})
		at = len(f.Options) - 1
	}
	return &f.Options[at]
}

// The members of a choice that say its own tags or risk level, and the names of
// the settings inside it that do.
var (
	tagMembers   = []string{"customizedTags", "customisedTags", "tags"}
	tagSettings  = []string{"tags-override", "customizedTags"}
	riskMembers  = []string{"customizedRiskLevel", "customisedRiskLevel", "riskLevel"}
	riskSettings = []string{"customizedRiskLevel", "selectedSeverity", "event-risk-level"}
)

// ownOf is what a choice says of itself: by a member, or by a setting inside.
func ownOf(choice jsonMembers, names, settings []string) json.RawMessage {
	if own := choice.get(names...); own != nil {
		return own
	}
	inner, _ := jsonList(choice.get("settings"))
	for _, raw := range inner {
		if m, ok := readMembers(raw); ok && slices.Contains(settings, m.text("name")) {
			return m.get("values", "value")
		}
	}
	return nil
}

func tagsOf(choice jsonMembers) (string, bool) {
	own := ownOf(choice, tagMembers, tagSettings)
	elements, ok := jsonList(own)
	if !ok {
		elements = []json.RawMessage{own}
	}
	texts, _, ok := shownTexts(elements)
	return strings.Join(texts, "\n"), ok
}

func riskOf(choice jsonMembers) (string, bool) {
	own := ownOf(choice, riskMembers, riskSettings)
	if elements, ok := jsonList(own); ok && len(elements) > 0 {
		own = valueOf(elements[0])
	}
	level, ok := jsonScalar(own)
	if level == "NOT_CUSTOMIZED" {
		level = ""
	}
	return level, ok && (level == "" || slices.Contains(settingRisks, level))
}

// settingRisks are those of settings, the highest first.
var settingRisks = []string{"EXTREME", "VERY_HIGH", "HIGH", "MEDIUM", "LOW"}

func (f *settingField) readObjects(entry jsonMembers) bool {
	elements, ok := listOf(entry)
	if !ok || len(elements) > maxRows {
		return false
	}
	f.Columns = f.objectKeys(entry, elements)
	if len(f.Columns) == 0 || len(f.Columns) > maxColumns {
		return false
	}
	for _, e := range elements {
		m, ok := readMembers(valueOf(e))
		if !ok || isOff(e) {
			return false
		}
		row := make([]string, len(f.Columns))
		for i, column := range f.Columns {
			if row[i], ok = jsonScalar(m.get(column)); !ok {
				return false
			}
			row[i] = strings.TrimSpace(row[i])
		}
		if strings.Join(row, "") == "" {
			return false
		}
		f.Rows = append(f.Rows, row)
	}
	return true
}

// objectKeys are the names of the members of objects: those that the entry
// tells, then further ones that its values or the rule's page have.
func (f *settingField) objectKeys(entry jsonMembers, elements []json.RawMessage) []string {
	var keys []string
	add := func(key string) {
		if key != "" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	told, _ := jsonList(entry.get("valueKeys"))
	for _, raw := range told {
		text, _ := jsonScalar(raw)
		add(text)
	}
	for _, e := range elements {
		m, _ := readMembers(valueOf(e))
		for _, of := range m {
			add(of.name)
		}
	}
	for _, of := range []any{f.setting.Default, f.setting.Example} {
		values, _ := of.([]any)
		for _, v := range values {
			own, _ := v.(map[string]any)
			for _, key := range sortedKeys(own) {
				add(key)
			}
		}
	}
	return keys
}

func (f *settingField) readMappings(entry jsonMembers) bool {
	elements, ok := jsonList(entry.get("mappings"))
	if entry.get("mappings") == nil {
		elements, ok = listOf(entry)
	}
	if !ok || len(elements) > maxRows {
		return false
	}
	for _, e := range elements {
		m, ok := readMembers(e)
		if !ok || isOff(e) {
			return false
		}
		vpc, gateways := m.get("vpcId"), m.get("gatewayIds")
		if parts, ok := jsonList(m.get("values")); ok {
			for _, raw := range parts {
				part, _ := readMembers(raw)
				switch part.text("name") {
				case "vpcId":
					vpc = part.get("value")
				case "gatewayIds":
					gateways = part.get("values", "value")
				}
			}
		}
		ids, isList := jsonList(gateways)
		if !isList {
			ids = []json.RawMessage{gateways}
		}
		texts, _, ok := shownTexts(ids)
		id, one := jsonScalar(vpc)
		if !ok || !one || id == "" {
			return false
		}
		f.Rows = append(f.Rows, []string{id, strings.Join(texts, "\n")})
	}
	return true
}

// take is the field with what was typed into a form.
func (f settingField) take(form url.Values) settingField {
	first := func(key string) string { return form.Get(key) }
	switch f.Kind {
	case "number":
		f.Text = strings.TrimSpace(first(f.Key))
	case "text", "code", "choice":
		f.Text = first(f.Key)
	case "json":
		f.Text = strings.TrimSpace(first(f.Key))
	case "lines":
		f.Text = strings.Join(textLines(first(f.Key)), "\n")
	case "objects", "mappings":
		f.Rows = takeRows(form, f.Key, f.width())
	}
	f.Options = slices.Clone(f.Options)
	for i := range f.Options {
		o := &f.Options[i]
		o.Chosen = slices.Contains(form[f.Key], o.Value)
		switch f.Kind {
		case "tagged":
			o.Tags = strings.Join(textLines(first(f.Key+".tags."+o.Value)), "\n")
		case "risked":
			o.Risk = first(f.Key + ".risk." + o.Value)
		}
	}
	return f
}

// width is the number of cells in a row.
func (f *settingField) width() int {
	if f.Kind == "mappings" {
		return 2
	}
	return len(f.Columns)
}

// takeRows reads rows of cells, each column a name that is repeated. Rows
// without anything are left out.
func takeRows(form url.Values, key string, width int) [][]string {
	var rows [][]string
	for at := 0; ; at++ {
		row, more := make([]string, width), false
		for i := range row {
			if cells := form[cellKey(key, i)]; at < len(cells) {
				row[i], more = strings.ReplaceAll(strings.Join(textLines(cells[at]), "\n"), "\x00", ""), true
			}
		}
		if !more {
			return rows
		}
		if strings.Join(row, "") != "" {
			rows = append(rows, row)
		}
	}
}

// A table or a list of choices with more rows or columns is shown as JSON.
const (
	maxRows    = 200
	maxColumns = 26
)

// cellKey names the cells of a column.
func cellKey(key string, column int) string { return key + "." + string(rune('a'+column)) }
