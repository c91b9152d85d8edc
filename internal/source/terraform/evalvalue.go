package terraform

import (
	"encoding/json"
	"math"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/zclconf/go-cty/cty"
)

// plain gives a value the form of a property: JSON values and
// *cloud.Unresolved. inherited are the marks of what holds it. A member of an
// object that is null is left out: it is not set.
func plain(v cty.Value, inherited cty.ValueMarks) any {
	v, own := v.Unmark()
	marks := unionMarks(inherited, own)
	ty := v.Type()
	switch {
	case !v.IsKnown():
		list := holes(own)
		if len(list) == 0 {
			list = holes(inherited)
		}
		u := &cloud.Unresolved{Reason: reasonOf(list)}
		u.Many = len(list) > 0 && list[0].many
		return u
	case v.IsNull():
		return nil
	case ty == cty.String:
		return plainText(v.AsString(), marks)
	case ty == cty.Bool:
		return v.True()
	case ty == cty.Number:
		f := v.AsBigFloat()
		if f.IsInt() {
			if i, accuracy := f.Int64(); accuracy == 0 {
				return i
			}
		}
		number, _ := f.Float64()
		if math.IsInf(number, 0) {
			return &cloud.Unresolved{Reason: "the number is infinite"}
		}
		return number
	case ty.IsObjectType() || ty.IsMapType():
		result := make(map[string]any, v.LengthInt())
		for it := v.ElementIterator(); it.Next(); {
			key, part := it.Element()
			if name := key.AsString(); name != openKey {
				if value := plain(part, marks); value != nil {
					result[name] = value
				}
			}
		}
		return result
	case ty.IsTupleType() || ty.IsListType() || ty.IsSetType():
		result := make([]any, 0, v.LengthInt())
		for it := v.ElementIterator(); it.Next(); {
			_, part := it.Element()
			value := plain(part, marks)
			if u, ok := value.(*cloud.Unresolved); ok && ty.IsSetType() {
				u.Many = true // it may turn out to be one of the others
			}
			result = append(result, value)
		}
		return result
	}
	return &cloud.Unresolved{Reason: "it is " + ty.FriendlyName() + ", which no property holds"}
}

// plainText gives a text its form: as it is when there are no holes in it, a
// symbol when it is nothing else. A JSON document whose holes are all
// identities stays text, with the symbols in it; one with other holes is
// decoded, so that only the parts with holes are unresolved.
func plainText(s string, marks cty.ValueMarks) any {
	list := holesIn(s, marks)
	if len(list) == 0 {
		return s
	}
	if list[0].kind == identity && cloud.IsSymbol(s) && s == "${"+list[0].text+"}" {
		return s
	}
	if trimmed := strings.TrimSpace(s); strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "[") {
		quoted := s
		document, ok := decodeJSON(s)
		if !ok {
			quoted = quoteHoles(s, list)
			document, ok = decodeJSON(quoted)
		}
		if ok {
			if list[0].kind != unknown {
				return quoted
			}
			return plainDocument(document, list)
		}
	}
	u := &cloud.Unresolved{Reason: reasonOf(list), Partial: s}
	if len(list) == 1 && list[0].kind == unknown && s == "${"+list[0].text+"}" {
		u.Partial, u.Many = "", list[0].many
	}
	return u
}

func decodeJSON(s string) (any, bool) {
	var document any
	err := json.Unmarshal([]byte(s), &document)
	return document, err == nil
}

// plainDocument replaces the texts of a document that may be anything.
func plainDocument(v any, list []hole) any {
	switch v := v.(type) {
	case string:
		present := holesIn(v, marksOf(list))
		if len(present) == 0 || present[0].kind != unknown {
			return v
		}
		return plainText(v, marksOf(present))
	case []any:
		for i := range v {
			v[i] = plainDocument(v[i], list)
		}
	case map[string]any:
		for name, part := range v {
			v[name] = plainDocument(part, list)
		}
	}
	return v
}

// quoteHoles puts quotes around the holes that stand in a JSON text where a
// value should, as in {"Resource": ${jsonencode(var.arns)}}.
func quoteHoles(s string, list []hole) string {
	var b strings.Builder
	inString := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case inString && c == '\\':
			b.WriteByte(c)
			if i++; i < len(s) {
				b.WriteByte(s[i])
			}
			continue
		case c == '"':
			inString = !inString
		case c == '$' && !inString:
			if text := holeAt(s[i:], list); text != "" {
				quoted, err := json.Marshal(text)
				if err == nil {
					b.Write(quoted)
					i += len(text) - 1
					continue
				}
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// holeAt is the text of the hole that s begins with, or empty.
func holeAt(s string, list []hole) string {
	for _, h := range list {
		if text := "${" + h.text + "}"; strings.HasPrefix(s, text) {
			return text
		}
	}
	return ""
}

// holdsMany tells whether a list has an element that stands for any number.
func holdsMany(v cty.Value) (hole, bool) {
	v, _ = v.Unmark()
	if !v.IsKnown() || v.IsNull() || !v.Type().IsTupleType() {
		return hole{}, false
	}
	for it := v.ElementIterator(); it.Next(); {
		_, part := it.Element()
		for m := range part.Marks() {
			if h, ok := m.(hole); ok && h.many {
				return h, true
			}
		}
	}
	return hole{}, false
}
