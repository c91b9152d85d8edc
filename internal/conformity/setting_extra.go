package conformity

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// An extra is an entry of extraSettings, taken apart as far as a scan needs
// it.
type extra struct {
	name     string
	value    json.RawMessage // nil when absent or null
	values   json.RawMessage
	mappings json.RawMessage
}

func readExtra(raw json.RawMessage) (extra, error) {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil || members == nil {
		return extra{}, errors.New("must be an object with name, type and value or values")
	}
	e := extra{value: given(members["value"]), values: given(members["values"]), mappings: given(members["mappings"])}
	if json.Unmarshal(members["name"], &e.name) != nil || e.name == "" {
		return extra{}, errors.New("has no name")
	}
	return e, nil
}

// given is nil for what is absent or null.
func given(raw json.RawMessage) json.RawMessage {
	if isNull(raw) {
		return nil
	}
	return raw
}

// settingKey is how the names of settings are compared: ignored-regions,
// ignoredRegions and ignored_regions are one name.
func settingKey(name string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(name))
}

// decoded is a JSON value with its numbers as they are written.
func decoded(raw json.RawMessage) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

// entries are the elements of a list; err when it is none. A list that is
// absent has no elements.
func entries(raw json.RawMessage) ([]any, error) {
	if raw == nil {
		return nil, nil
	}
	v, err := decoded(raw)
	if err != nil {
		return nil, err
	}
	list, ok := v.([]any)
	if !ok {
		return nil, errors.New("values is not a list")
	}
	return list, nil
}

// valueOf is the value of an element: of {"value": v}, or the element itself.
func valueOf(element any) any {
	if m, ok := element.(map[string]any); ok {
		if v, ok := m["value"]; ok {
			return v
		}
	}
	return element
}

// single is the one value of an entry: value, or the only one of values. set is
// false when there is neither.
func (e extra) single() (v any, set bool, err error) {
	if e.value != nil {
		if v, err = decoded(e.value); err != nil || v != "" {
			return v, true, err
		}
	}
	list, err := entries(e.values)
	switch {
	case err != nil:
		return nil, false, err
	case len(list) == 1:
		return valueOf(list[0]), true, nil
	case len(list) > 1:
		return nil, false, fmt.Errorf("one value is expected, not %d", len(list))
	}
	return v, e.value != nil, nil
}

// list is the values of an entry without those that are switched off. set is
// false when there are no values.
func (e extra) list() (values []any, set bool, err error) {
	list, err := entries(e.values)
	if err != nil {
		return nil, false, err
	}
	if e.values == nil && e.value != nil {
		// A list of one, or a list given as the value.
		v, err := decoded(e.value)
		if err != nil {
			return nil, false, err
		}
		var ok bool
		if list, ok = v.([]any); !ok && v != "" {
			list = []any{v}
		}
	}
	values = []any{}
	for _, element := range list {
		if m, ok := element.(map[string]any); ok && m["enabled"] == false {
			continue
		}
		values = append(values, element)
	}
	return values, e.values != nil || e.value != nil, nil
}

// chosen is the choices of an entry that are enabled; all of them when none
// says of itself whether it is, as clients write that leave false out.
func (e extra) chosen() (values []any, set bool, err error) {
	list, set, err := e.list()
	if err != nil || !set {
		return nil, false, err
	}
	all, err := entries(e.values)
	if err != nil {
		return nil, false, err
	}
	says := false
	for _, element := range all {
		m, _ := element.(map[string]any)
		_, enabled := m["enabled"]
		_, customised := m["customised"]
		says = says || enabled || customised
	}
	if !says {
		return list, true, nil
	}
	values = []any{}
	for _, element := range list {
		if m, ok := element.(map[string]any); ok && m["enabled"] == true {
			values = append(values, element)
		}
	}
	return values, true, nil
}

// wholeNumber reads a number and a number in text; anything else is given back
// for Parse to refuse.
func wholeNumber(v any) any {
	var text string
	switch v := v.(type) {
	case json.Number:
		text = v.String()
	case string:
		text = strings.TrimSpace(v)
	default:
		return v
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	// 1e2 and 100.0; beyond 2^53 a float is no longer exact.
	if f, err := strconv.ParseFloat(text, 64); err == nil && f == float64(int64(f)) && f > -1<<53 && f < 1<<53 {
		return int64(f)
	}
	return v
}

// plainText reads a text; a number or a boolean stands for its text, as
// clients send choices.
func plainText(v any) any {
	switch v := v.(type) {
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return v
}

// plainValue is a JSON value as expressions of rules read it.
func plainValue(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, ok := wholeNumber(v).(int64); ok {
			return n
		}
		if f, err := v.Float64(); err == nil {
			return f
		}
		return v.String()
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = plainValue(e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = plainValue(e)
		}
		return out
	}
	return v
}
