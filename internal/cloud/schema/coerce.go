package schema

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Coerce returns properties with every value in the form that the type
// declares: "true" becomes true and "443" becomes 443, as CloudFormation
// itself reads them, a single value where a list is declared becomes a list of
// one, and JSON text where a document may stand becomes the document. Numbers
// of Int properties become int64. A value that does not fit becomes
// unresolved, with the reason. The input is not changed.
func (t *Type) Coerce(properties map[string]any) map[string]any {
	out, _ := t.Root.coerce(properties, "").(map[string]any)
	return out
}

func (n *Node) coerce(v any, path string) any {
	if v == nil || n == nil {
		return v
	}
	if u, ok := v.(*cloud.Unresolved); ok {
		return u
	}
	switch n.Kind {
	case String:
		switch v := v.(type) {
		case string:
			return v
		case bool:
			return strconv.FormatBool(v)
		case int64:
			return strconv.FormatInt(v, 10)
		case int:
			return strconv.Itoa(v)
		case float64:
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
	case Bool:
		switch v := v.(type) {
		case bool:
			return v
		case string:
			switch strings.ToLower(v) {
			case "true":
				return true
			case "false":
				return false
			}
		}
	case Int:
		switch v := v.(type) {
		case int64:
			return v
		case int:
			return int64(v)
		case float64:
			if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
				return int64(v)
			}
		case string:
			if i, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64); err == nil {
				return i
			}
		}
	case Double:
		switch v := v.(type) {
		case float64:
			return v
		case int64:
			return float64(v)
		case int:
			return float64(v)
		case string:
			if f, err := strconv.ParseFloat(strings.TrimSpace(v), 64); err == nil {
				return f
			}
		}
	case List:
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		out := make([]any, len(list))
		for i, e := range list {
			out[i] = n.Elem.coerce(e, path+"["+strconv.Itoa(i)+"]")
		}
		return out
	case Map:
		if m, ok := v.(map[string]any); ok {
			out := make(map[string]any, len(m))
			for k, e := range m {
				out[k] = n.Elem.coerce(e, join(path, k))
			}
			return out
		}
	case Object:
		if m, ok := v.(map[string]any); ok {
			out := make(map[string]any, len(m))
			for k, e := range m {
				out[k] = n.Fields[k].coerce(e, join(path, k))
			}
			return out
		}
	case Any:
		return document(v)
	}
	return misfit(v, n.Kind, path)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func misfit(v any, kind Kind, path string) any {
	if s, ok := v.(string); ok && cloud.HasSymbol(s) {
		return &cloud.Unresolved{Reason: s + " is known only after deployment", Partial: s}
	}
	return &cloud.Unresolved{Reason: fmt.Sprintf("%s should be %s and is %s", path, kind, describe(v))}
}

func describe(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(v)
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return fmt.Sprint(v)
}

// document decodes JSON text that stands where a document may.
func document(v any) any {
	s, ok := v.(string)
	if !ok {
		return v
	}
	text := strings.TrimSpace(s)
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return v
	}
	var decoded any
	if json.Unmarshal([]byte(text), &decoded) != nil {
		return v
	}
	return decoded
}

func (k Kind) String() string {
	return [...]string{"any value", "a string", "true or false", "a whole number", "a number", "a list", "a map", "an object"}[k]
}

// FillTemplate gives a template's resource the properties that only a
// deployment sets: its identifiers become symbols of address, so that joins
// find them, and the rest of what AWS sets is unresolved rather than absent.
// properties is changed.
func (t *Type) FillTemplate(properties map[string]any, address string) {
	for path := range t.readOnly {
		if strings.Contains(path, ".") || properties[path] != nil {
			continue
		}
		n := t.Root.Fields[path]
		if n == nil {
			continue
		}
		if n.Kind == String && (t.identity[path] || strings.HasSuffix(path, "Arn") || strings.HasSuffix(path, "Id") || strings.HasSuffix(path, "ARN")) {
			properties[path] = cloud.Symbol(address, path)
			continue
		}
		properties[path] = &cloud.Unresolved{Reason: path + " is known only after deployment"}
	}
	for name, n := range t.Root.Fields {
		if _, set := properties[name]; n.Live && !n.Templates && !set {
			properties[name] = &cloud.Unresolved{Reason: name + " is known only of a running account (" + n.API + ")"}
		}
	}
	if len(t.PrimaryIdentifier) == 1 {
		if id := t.PrimaryIdentifier[0]; properties[id] == nil && !strings.Contains(id, ".") {
			properties[id] = cloud.Symbol(address, "")
		}
	}
}
