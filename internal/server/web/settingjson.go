package web

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// jsonMembers are those of a JSON object, in the order in which they were sent, so
// that a form can change one of them and leave the others as they are.
type jsonMembers []jsonMember

type jsonMember struct {
	name  string
	value json.RawMessage
}

// readMembers takes an object apart; ok is false for any other value.
func readMembers(raw json.RawMessage) (m jsonMembers, ok bool) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		return nil, false
	}
	at := map[string]int{} // a name that stands twice has its last value, as for encoding/json
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, false
		}
		name, _ := token.(string)
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return nil, false
		}
		if i, twice := at[name]; twice {
			m[i].value = value
			continue
		}
		at[name] = len(m)
		m = append(m, jsonMember{name, value})
	}
	return m, true
}

// get is a member's value; nil where it is absent or null.
func (m jsonMembers) get(names ...string) json.RawMessage {
	for _, name := range names {
		for _, e := range m {
			if e.name == name && string(e.value) != "null" {
				return e.value
			}
		}
	}
	return nil
}

// text is a member that is a text; empty for any other.
func (m jsonMembers) text(name string) string {
	var s string
	if json.Unmarshal(m.get(name), &s) != nil {
		return ""
	}
	return s
}

// set changes a member in its place, or adds it.
func (m *jsonMembers) set(name string, value json.RawMessage) {
	for i := range *m {
		if (*m)[i].name == name {
			(*m)[i].value = value
			return
		}
	}
	*m = append(*m, jsonMember{name, value})
}

// without is the object but for some members.
func (m jsonMembers) without(names ...string) jsonMembers {
	return slices.DeleteFunc(slices.Clone(m), func(e jsonMember) bool { return slices.Contains(names, e.name) })
}

// raw is the object as JSON.
func (m jsonMembers) raw() json.RawMessage {
	out := []byte{'{'}
	for i, e := range m {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(out, jsonOf(e.name)...), ':'), e.value...)
	}
	return append(out, '}')
}

// jsonObject makes an object of names and values in turn; the names are texts.
func jsonObject(pairs ...any) jsonMembers {
	var m jsonMembers
	for i := 0; i+1 < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		m = append(m, jsonMember{name, jsonOf(pairs[i+1])})
	}
	return m
}

// jsonOf is a text, a number, a boolean, or what was JSON before as JSON.
func jsonOf(v any) json.RawMessage {
	switch v := v.(type) {
	case json.RawMessage:
		return v
	case jsonMembers:
		return v.raw()
	case []json.RawMessage:
		return jsonArray(v)
	}
	raw, err := json.Marshal(v)
	if err != nil { // none of the kinds that are encoded here
		return json.RawMessage("null")
	}
	return raw
}

func jsonArray(list []json.RawMessage) json.RawMessage {
	return slices.Concat([]byte{'['}, bytes.Join(asBytes(list), []byte{','}), []byte{']'})
}

func asBytes(list []json.RawMessage) [][]byte {
	out := make([][]byte, len(list))
	for i, raw := range list {
		out[i] = raw
	}
	return out
}

// jsonList is the elements of an array; ok is false for any other value, and true
// for one that is absent.
func jsonList(raw json.RawMessage) (elements []json.RawMessage, ok bool) {
	if raw == nil {
		return nil, true
	}
	return elements, json.Unmarshal(raw, &elements) == nil
}

// jsonScalar is the text of a text, a number, a boolean or null; ok is false for
// lists, objects, and texts of several lines, which a field of one line cannot
// show.
func jsonScalar(raw json.RawMessage) (text string, ok bool) {
	if raw = bytes.TrimSpace(raw); len(raw) == 0 || string(raw) == "null" {
		return "", true
	}
	switch raw[0] {
	case '{', '[':
		return "", false
	case '"':
		if json.Unmarshal(raw, &text) != nil || strings.ContainsAny(text, "\r\n\x00") {
			return "", false
		}
		return text, true
	}
	return string(raw), true
}

// valueOf is the value of an element of a list: of {"value": v}, or the element
// itself.
func valueOf(element json.RawMessage) json.RawMessage {
	if m, ok := readMembers(element); ok {
		for _, e := range m {
			if e.name == "value" {
				return e.value
			}
		}
	}
	return element
}

// isOff tells whether an element of a list says that it is switched off.
func isOff(element json.RawMessage) bool {
	m, ok := readMembers(element)
	return ok && string(m.get("enabled")) == "false"
}

// numeral is a text as a JSON number where it is a whole one, and else as text
// for the API to refuse.
func numeral(text string) json.RawMessage {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return jsonOf(n)
	}
	return jsonOf(text)
}

// textLines are those of a text that hold something, without space around.
func textLines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// indented is JSON to be read and edited; as it is where it is none.
func indented(raw json.RawMessage) string {
	var b bytes.Buffer
	if json.Indent(&b, raw, "", "  ") != nil {
		return string(raw)
	}
	return b.String()
}

// compacted is JSON without the space between its parts; ok is false where it
// is none.
func compacted(text string) (raw json.RawMessage, ok bool) {
	var b bytes.Buffer
	if json.Compact(&b, []byte(text)) != nil {
		return nil, false
	}
	return b.Bytes(), true
}
