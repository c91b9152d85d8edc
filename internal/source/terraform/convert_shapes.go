package terraform

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"github.com/surety-cloud/surety/internal/cloud"
)

// toDocument: JSON text is the document that it holds.
func toDocument(_ *conversion, _ surroundings, v any) (any, bool) {
	text, ok := v.(string)
	if !ok {
		return v, true
	}
	if strings.TrimSpace(text) == "" {
		return nil, false
	}
	var document any
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		return &cloud.Unresolved{Reason: "the JSON text is not valid: " + err.Error(), Partial: text}, true
	}
	return document, document != nil
}

// toAnyDocument: text that may be JSON or YAML is the document that it holds.
func toAnyDocument(c *conversion, s surroundings, v any) (any, bool) {
	out, keep := toDocument(c, s, v)
	text, ok := v.(string)
	if _, bad := out.(*cloud.Unresolved); !ok || !bad {
		return out, keep
	}
	var document map[string]any
	if err := yaml.Unmarshal([]byte(text), &document); err != nil || len(document) == 0 {
		return &cloud.Unresolved{Reason: "the text is neither JSON nor YAML", Partial: text}, true
	}
	// Through JSON, so that numbers and keys have its types.
	plain, err := json.Marshal(document)
	if err != nil {
		return &cloud.Unresolved{Reason: "the YAML text has no form in JSON: " + err.Error()}, true
	}
	return toDocument(c, s, string(plain))
}

// toJSONText: a document is its JSON text.
func toJSONText(_ *conversion, _ surroundings, v any) (any, bool) {
	if _, ok := v.(string); ok {
		return v, true
	}
	if u := unresolvedWithin(v); u != nil {
		return u, true
	}
	text, err := json.Marshal(v)
	if err != nil {
		return &cloud.Unresolved{Reason: "the document cannot be written as JSON: " + err.Error()}, true
	}
	return string(text), true
}

// unresolvedWithin finds what is not known in a value, if anything.
func unresolvedWithin(v any) *cloud.Unresolved {
	switch v := v.(type) {
	case *cloud.Unresolved:
		return v
	case []any:
		for _, e := range v {
			if u := unresolvedWithin(e); u != nil {
				return u
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if u := unresolvedWithin(v[key]); u != nil {
				return u
			}
		}
	}
	return nil
}

// toPascalKeys: JSON text as the API writes it, with keys that begin with a
// small letter, is CloudFormation's with large ones. The keys of maps that
// hold names of the user's own stay as they are.
func toPascalKeys(c *conversion, s surroundings, v any) (any, bool) {
	document, keep := toDocument(c, s, v)
	if !keep {
		return nil, false
	}
	return pascalKeys(document, 0), true
}

// ownKeys are members whose keys the user chooses.
var ownKeys = []string{"dockerLabels", "options", "DockerLabels", "Options", "labels", "driverOpts"}

func pascalKeys(v any, depth int) any {
	if depth > 64 {
		return &cloud.Unresolved{Reason: "the document is nested too deep"}
	}
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = pascalKeys(e, depth+1)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, e := range v {
			if e == nil {
				continue
			}
			if slices.Contains(ownKeys, key) {
				out[pascal(key)] = e
				continue
			}
			out[pascal(key)] = pascalKeys(e, depth+1)
		}
		return out
	}
	return v
}

func pascal(name string) string {
	for i, r := range name {
		return string(unicode.ToUpper(r)) + name[i+len(string(r)):]
	}
	return name
}

// toTags: a map is a list of {Key, Value}, by key.
func toTags(c *conversion, s surroundings, v any) (any, bool) {
	return pairs(v, "Key", "Value")
}

// toKeyValue: a map is a list of objects with the two names given.
func toKeyValue(c *conversion, _ surroundings, v any) (any, bool) {
	return pairs(v, c.Args[0], c.Args[1])
}

func pairs(v any, key, value string) (any, bool) {
	m, ok := v.(map[string]any)
	if !ok {
		return v, true
	}
	list := make([]any, 0, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if m[name] != nil {
			list = append(list, map[string]any{key: name, value: m[name]})
		}
	}
	return list, true
}

// toObjects: each element is an object with it in the first field; others are
// constant ("objects(Address,SubscriptionType=EMAIL)").
func toObjects(c *conversion, _ surroundings, v any) (any, bool) {
	wrap := func(e any) any {
		object := map[string]any{c.Args[0]: e}
		for _, pair := range c.Args[1:] {
			field, value, _ := strings.Cut(pair, "=")
			object[field] = wordValue(value)
		}
		return object
	}
	list, ok := v.([]any)
	if !ok {
		return wrap(v), true
	}
	out := make([]any, len(list))
	for i, e := range list {
		if u, ok := e.(*cloud.Unresolved); ok && u.Many {
			out[i] = u
			continue
		}
		out[i] = wrap(e)
	}
	return out, true
}

// toCredentials: "user:password" in base64 is {Username, Password}.
func toCredentials(c *conversion, _ surroundings, v any) (any, bool) {
	text, err := base64.StdEncoding.DecodeString(scalarText(v))
	user, password, ok := strings.Cut(string(text), ":")
	if err != nil || !ok {
		return &cloud.Unresolved{Reason: "the credentials are not base64 of user:password"}, true
	}
	return map[string]any{"Username": user, "Password": password}, true
}

// toRedirectHost and toRedirectProtocol: the parts of a URL to redirect to,
// with or without its protocol.
func toRedirectHost(_ *conversion, _ surroundings, v any) (any, bool) {
	text := scalarText(v)
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		return u.Host + u.Path, true
	}
	return text, true
}

func toRedirectProtocol(_ *conversion, _ surroundings, v any) (any, bool) {
	u, err := url.Parse(scalarText(v))
	if err != nil || u.Host == "" {
		return nil, false
	}
	return u.Scheme, true
}
