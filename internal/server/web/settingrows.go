package web

import (
	"encoding/json"
	"slices"
	"strings"
)

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
