package web

import (
	"encoding/json"
	"slices"
	"strings"
)

// write is an entry of extraSettings with what was typed. What was not changed
// stays as it was sent, and so do the members that the form does not show. nil
// removes the entry; fault says why the text is no value.
func (f *settingField) write(entry json.RawMessage, shown *settingField) (out json.RawMessage, fault string) {
	if f.Kind == "json" {
		return f.writeJSON(entry)
	}
	if f.same(shown) {
		return entry, ""
	}
	m, ok := readMembers(entry)
	if !ok {
		return entry, ""
	}
	switch f.Kind {
	case "text", "code", "number", "choice":
		m.set("value", f.single())
		if m.get("values") != nil {
			m = m.without("values")
		}
	case "lines":
		m.setList("values", f.writeLines(elementsOf(m), textLines(f.Text)))
	case "choices", "tagged", "risked":
		if f.isRegions() {
			m.setList("values", f.writeLines(elementsOf(m), f.chosen()))
			break
		}
		m.setList("values", f.writeChoices(elementsOf(m), shown))
	case "objects":
		m.setList("values", f.writeRows(elementsOf(m), shown, f.object))
	case "mappings":
		name, elements := "mappings", elementsOf(m)
		if raw := m.get("mappings"); raw != nil {
			elements, _ = jsonList(raw)
		} else if m.get("values") != nil {
			name = "values"
		}
		m.setList(name, f.writeRows(elements, shown, f.mapping))
	}
	return m.raw(), ""
}

// writeJSON is an entry that was typed as JSON.
func (f *settingField) writeJSON(entry json.RawMessage) (json.RawMessage, string) {
	if f.Text == "" {
		return nil, ""
	}
	raw, ok := compacted(f.Text)
	if !ok {
		return entry, "This is not JSON."
	}
	m, ok := readMembers(raw)
	if !ok || m.text("name") == "" {
		return entry, `A value is a JSON object with a "name".`
	}
	return raw, ""
}

// same tells whether nothing was changed.
func (f *settingField) same(shown *settingField) bool {
	switch f.Kind {
	case "number":
		return f.Text == strings.TrimSpace(shown.Text)
	case "text", "code", "choice", "lines":
		return f.Text == shown.Text
	case "objects", "mappings":
		return slices.EqualFunc(f.Rows, shown.Rows, slices.Equal[[]string])
	}
	return slices.Equal(f.Options, shown.Options)
}

// elementsOf is listOf for an entry that a field shows, which has a list.
func elementsOf(entry jsonMembers) []json.RawMessage {
	elements, _ := listOf(entry)
	return elements
}

// setList puts a list where values are looked for first.
func (m *jsonMembers) setList(name string, elements []json.RawMessage) {
	m.set(name, jsonArray(elements))
	if m.get("value") != nil {
		*m = m.without("value")
	}
}

// single is the one value. Nothing is the default, except for a text that has
// one: it may be empty.
func (f *settingField) single() json.RawMessage {
	switch {
	case f.Text == "" && (f.Kind == "number" || f.Kind == "choice" || f.Required):
		return jsonOf(nil)
	case f.Kind == "number":
		return numeral(f.Text)
	}
	return jsonOf(f.Text)
}

// writeLines are the elements of a list for its values: those that were there
// are kept as they are.
func (f *settingField) writeLines(elements []json.RawMessage, values []string) []json.RawMessage {
	texts, at, _ := shownTexts(elements)
	there := places(texts)
	out := []json.RawMessage{}
	for _, value := range values {
		if i, ok := there.take(value); ok {
			out = append(out, elements[at[i]])
			continue
		}
		out = append(out, f.element(value))
	}
	for _, e := range elements {
		if isOff(e) {
			out = append(out, e)
		}
	}
	return out
}

// element is a new element of a list, in the form of the type's defaults.
func (f *settingField) element(value string) json.RawMessage {
	switch f.setting.Type {
	case "tags", "regions", "ignored-regions":
		return jsonOf(value)
	case "countries":
		return jsonOf(jsonObject("value", value, "label", value))
	case "multiple-number-values":
		return jsonOf(jsonObject("value", numeral(value)))
	}
	return jsonOf(jsonObject("value", value))
}

// chosen are the values of the options that are chosen.
func (f *settingField) chosen() []string {
	var values []string
	for _, o := range f.Options {
		if o.Chosen {
			values = append(values, o.Value)
		}
	}
	return values
}

// writeChoices are all choices, each saying whether it is chosen.
func (f *settingField) writeChoices(elements []json.RawMessage, shown *settingField) []json.RawMessage {
	out, used := []json.RawMessage{}, map[string]bool{}
	write := func(o settingOption, choice jsonMembers) {
		choice.set("enabled", jsonOf(o.Chosen))
		if was := shown.option(o.Value); o.Tags != was.Tags {
			choice = withOwnTags(choice, textLines(o.Tags))
		} else if o.Risk != was.Risk {
			choice = withOwnRisk(choice, o.Risk)
		}
		out, used[o.Value] = append(out, choice.raw()), true
	}
	for _, e := range elements {
		value, _ := jsonScalar(valueOf(e))
		choice, ok := readMembers(e)
		if !ok {
			choice = jsonObject("value", value, "label", value)
		}
		write(*f.option(value), choice)
	}
	for _, o := range f.Options {
		if !used[o.Value] {
			write(o, jsonObject("value", o.Value, "label", o.Label))
		}
	}
	return out
}

// withOwnTags is a choice with its own tags; none for the general ones.
func withOwnTags(choice jsonMembers, tags []string) jsonMembers {
	choice = withoutOwn(choice, tagMembers, tagSettings)
	choice.set("customised", jsonOf(len(tags) > 0))
	if len(tags) == 0 {
		return choice
	}
	values := make([]json.RawMessage, len(tags))
	for i, tag := range tags {
		values[i] = jsonOf(jsonObject("value", tag))
	}
	inner, _ := jsonList(choice.get("settings"))
	own := jsonObject("name", "tags-override", "type", "multiple-string-values", "values", values)
	choice.set("settings", jsonArray(append(slices.Clip(inner), own.raw())))
	return choice
}

// withOwnRisk is a choice with its own risk level; none for the rule's.
func withOwnRisk(choice jsonMembers, level string) jsonMembers {
	choice = withoutOwn(choice, riskMembers, riskSettings)
	choice.set("customised", jsonOf(level != ""))
	if level == "" {
		level = "NOT_CUSTOMIZED"
	}
	choice.set("customizedRiskLevel", jsonOf(level))
	return choice
}

// withoutOwn is a choice without what it says of itself.
func withoutOwn(choice jsonMembers, names, settings []string) jsonMembers {
	choice = choice.without(names...)
	inner, ok := jsonList(choice.get("settings"))
	if !ok || len(inner) == 0 {
		return choice
	}
	inner = slices.DeleteFunc(slices.Clone(inner), func(raw json.RawMessage) bool {
		m, ok := readMembers(raw)
		return ok && slices.Contains(settings, m.text("name"))
	})
	if len(inner) == 0 {
		return choice.without("settings")
	}
	choice.set("settings", jsonArray(inner))
	return choice
}

// writeRows are the elements of a list for the rows of a table: those that were
// there are kept as they are.
func (f *settingField) writeRows(elements []json.RawMessage, shown *settingField, element func([]string) json.RawMessage) []json.RawMessage {
	there := places(rowKeys(shown.Rows))
	out := []json.RawMessage{}
	for _, key := range rowKeys(f.Rows) {
		if i, ok := there.take(key); ok && i < len(elements) {
			out = append(out, elements[i])
			continue
		}
		out = append(out, element(strings.Split(key, "\x00")))
	}
	return out
}

// rowKeys are rows as texts. No cell holds a zero byte, see jsonScalar and
// takeRows.
func rowKeys(rows [][]string) []string {
	keys := make([]string, len(rows))
	for i, row := range rows {
		keys[i] = strings.Join(row, "\x00")
	}
	return keys
}

// A placeSet finds where texts stand in a list, each place once.
type placeSet map[string][]int

func places(texts []string) placeSet {
	p := placeSet{}
	for i, text := range texts {
		p[text] = append(p[text], i)
	}
	return p
}

// take is the next place of a text.
func (p placeSet) take(text string) (int, bool) {
	at := p[text]
	if len(at) == 0 {
		return 0, false
	}
	p[text] = at[1:]
	return at[0], true
}

// object is a new element of objects.
func (f *settingField) object(row []string) json.RawMessage {
	var m jsonMembers
	for i, cell := range row {
		if cell != "" {
			m.set(f.Columns[i], jsonOf(cell))
		}
	}
	return jsonOf(jsonObject("value", m))
}

// mapping is a new element of mappings of VPCs to gateways.
func (f *settingField) mapping(row []string) json.RawMessage {
	ids := []json.RawMessage{}
	for _, id := range textLines(row[1]) {
		ids = append(ids, jsonOf(jsonObject("value", id)))
	}
	return jsonOf(jsonObject("values", []json.RawMessage{
		jsonObject("name", "vpcId", "type", "single-string-value", "value", row[0]).raw(),
		jsonObject("name", "gatewayIds", "type", "multiple-string-values", "values", ids).raw(),
	}))
}
