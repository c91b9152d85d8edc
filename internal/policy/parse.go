package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Parse reads a policy document from a property value: an object, or JSON text
// (also percent-encoded, as the IAM API gives it). nil and empty text are a
// document without statements. What cannot be read stands in Unknown; Parse
// never fails.
//
// Source: "Grammar of the IAM JSON policy language" in the IAM User Guide.
func Parse(v any) *Document {
	doc := &Document{}
	object, why := decode(v)
	if why != nil {
		doc.Unknown = append(doc.Unknown, why)
		return doc
	}
	switch statements := field(object, "Statement").(type) {
	case nil:
	case []any:
		for i, s := range statements {
			doc.add(i, s)
		}
	default:
		doc.add(0, statements)
	}
	if doc.size() > maxSize {
		return &Document{Unknown: []*cloud.Unresolved{tooLarge()}}
	}
	return doc
}

// maxSize bounds the text of a document, and maxJSON its JSON text, because
// answers take time with the square of it. The largest that a user can write is
// 32 kB ("Resource quotas" in the AWS KMS Developer Guide); AWS's own managed
// policies go up to 144 kB (AWSSupportServiceRolePolicy, 2026).
const (
	maxSize = 160 << 10
	maxJSON = 1 << 20
)

func tooLarge() *cloud.Unresolved { return unreadable("the policy is larger than any that AWS takes") }

// size is the length of the texts of the document, and a few for each.
func (doc *Document) size() int {
	n := 0
	count := func(v Values) {
		for _, text := range v.Known {
			n += len(text) + 4
		}
		n += 4 * len(v.Unknown)
	}
	for i := range doc.Statements {
		s := &doc.Statements[i]
		n += 16
		for _, p := range slices.Concat(s.Principals.Known, s.NotPrincipals.Known) {
			n += len(p.ID) + 4
		}
		count(s.Actions)
		count(s.NotActions)
		count(s.Resources)
		count(s.NotResources)
		for _, c := range s.Conditions {
			n += len(c.Key)
			count(c.Values)
		}
	}
	return n
}

func (doc *Document) add(index int, v any) {
	switch v := v.(type) {
	case *cloud.Unresolved:
		doc.Unknown = append(doc.Unknown, v)
	case map[string]any:
		doc.Statements = append(doc.Statements, statementOf(index, v))
	default:
		doc.Unknown = append(doc.Unknown, unreadable("statement %d should be an object and is %s", index+1, describe(v)))
	}
}

// decode brings a document into the form of an object; nil when there is none.
func decode(v any) (map[string]any, *cloud.Unresolved) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case *cloud.Unresolved:
		return nil, v
	case map[string]any:
		return v, nil
	case string:
		text := strings.TrimSpace(v)
		if text == "" {
			return nil, nil
		}
		if len(text) > maxJSON {
			return nil, tooLarge()
		}
		if strings.HasPrefix(text, "%7B") || strings.HasPrefix(text, "%7b") {
			if plain, err := url.QueryUnescape(text); err == nil {
				text = plain
			}
		}
		if !strings.HasPrefix(text, "{") && cloud.HasSymbol(text) {
			return nil, &cloud.Unresolved{Reason: short(text) + " is known only after deployment", Partial: v}
		}
		var object map[string]any
		if err := json.Unmarshal([]byte(text), &object); err != nil {
			return nil, unreadable("the policy is not valid JSON%s", explain(text, err))
		}
		return object, nil
	}
	return nil, unreadable("the policy should be an object and is %s", describe(v))
}

// explain says where JSON text is wrong.
func explain(text string, err error) string {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return ": it should be an object"
	}
	before := text[:min(int(syntax.Offset), len(text))]
	line := strings.Count(before, "\n") + 1
	return fmt.Sprintf(": %s in line %d", syntax, line)
}

func statementOf(index int, m map[string]any) Statement {
	s := Statement{Index: index}
	s.Sid, _ = field(m, "Sid").(string)
	s.Allow, s.NoEffect = effectOf(field(m, "Effect"))
	s.Principals = principalsOf(field(m, "Principal"))
	s.NotPrincipals = principalsOf(field(m, "NotPrincipal"))
	s.Actions = actionsOf(field(m, "Action"))
	s.NotActions = actionsOf(field(m, "NotAction"))
	s.Resources = valuesOf(field(m, "Resource"))
	s.NotResources = valuesOf(field(m, "NotResource"))
	s.Conditions = conditionsOf(field(m, "Condition"))
	return s
}

// field finds an element by its name; AWS refuses another spelling of it, but
// what is spelt otherwise must not go unread.
func field(m map[string]any, name string) any {
	if v, ok := m[name]; ok {
		return v
	}
	for key, v := range m {
		if strings.EqualFold(key, name) {
			return v
		}
	}
	return nil
}

func effectOf(v any) (allow bool, why *cloud.Unresolved) {
	switch v := v.(type) {
	case *cloud.Unresolved:
		return false, v
	case nil:
		return false, unreadable("the statement has no Effect")
	case string:
		switch strings.ToLower(strings.TrimSpace(v)) {
		case "allow":
			return true, nil
		case "deny":
			return false, nil
		}
	}
	return false, unreadable("Effect should be Allow or Deny and is %s", describe(v))
}

func principalsOf(v any) Principals {
	p := Principals{Given: v != nil}
	switch v := v.(type) {
	case map[string]any:
		for _, kind := range slices.Sorted(maps.Keys(v)) {
			p.add(kind, valuesOf(v[kind]))
		}
	default:
		p.add("", valuesOf(v))
	}
	return p
}

func (p *Principals) add(kind string, v Values) {
	for _, id := range v.Known {
		named := Principal{kind, strings.TrimSpace(id)}
		if kind == "" || kind == "*" { // a bare "*", or Terraform's type "*"
			named.Type = "AWS"
		}
		p.Known = append(p.Known, named)
	}
	for _, why := range v.Unknown {
		p.Unknown = append(p.Unknown, UnknownPrincipal{kind, why})
	}
}

// actionsOf reads actions: runs of * become one, and *:* is *.
func actionsOf(v any) Values {
	values := valuesOf(v)
	for i, action := range values.Known {
		for strings.Contains(action, "**") {
			action = strings.ReplaceAll(action, "**", "*")
		}
		if action == "*:*" {
			action = "*"
		}
		values.Known[i] = action
	}
	return values
}

func conditionsOf(v any) []Condition {
	switch v := v.(type) {
	case nil:
		return nil
	case map[string]any:
		var out []Condition
		for _, operator := range slices.Sorted(maps.Keys(v)) {
			out = append(out, operatorOf(operator, v[operator])...)
		}
		return out
	case *cloud.Unresolved:
		return []Condition{{Unknown: v}}
	}
	return []Condition{{Unknown: unreadable("Condition should be an object and is %s", describe(v))}}
}

func operatorOf(name string, v any) []Condition {
	var op Operator
	op.Base = strings.ToLower(strings.TrimSpace(name))
	if set, base, found := strings.Cut(op.Base, ":"); found {
		op.Set, op.Base = set, base
	}
	op.Base, op.IfExists = strings.CutSuffix(op.Base, "ifexists")
	switch v := v.(type) {
	case nil:
		return nil
	case map[string]any:
		var out []Condition
		for _, key := range slices.Sorted(maps.Keys(v)) {
			c := Condition{Operator: op, Key: strings.ToLower(strings.TrimSpace(key)), Values: valuesOf(v[key])}
			if cloud.HasSymbol(key) {
				c.Unknown = &cloud.Unresolved{Reason: "the condition key " + short(key) + " is known only after deployment", Partial: key}
			}
			out = append(out, c)
		}
		return out
	case *cloud.Unresolved:
		return []Condition{{Operator: op, Unknown: v}}
	}
	return []Condition{{Operator: op, Unknown: unreadable("condition %s should be an object and is %s", short(name), describe(v))}}
}

// maxNesting bounds how deep lists in lists are followed.
const maxNesting = 4

func valuesOf(v any) Values {
	values := Values{Given: v != nil}
	values.add(v, 0)
	return values
}

func (values *Values) add(v any, depth int) {
	switch v := v.(type) {
	case nil:
	case string:
		values.Known = append(values.Known, v)
	case bool:
		values.Known = append(values.Known, strconv.FormatBool(v))
	case int64:
		values.Known = append(values.Known, strconv.FormatInt(v, 10))
	case int:
		values.Known = append(values.Known, strconv.Itoa(v))
	case float64:
		values.Known = append(values.Known, strconv.FormatFloat(v, 'f', -1, 64))
	case *cloud.Unresolved:
		values.Unknown = append(values.Unknown, v)
	case []any:
		if depth >= maxNesting {
			values.Unknown = append(values.Unknown, unreadable("lists are nested too deep to be read"))
			return
		}
		for _, e := range v {
			values.add(e, depth+1)
		}
	default:
		values.Unknown = append(values.Unknown, unreadable("a text is expected where %s stands", describe(v)))
	}
}

func unreadable(format string, args ...any) *cloud.Unresolved {
	return &cloud.Unresolved{Reason: fmt.Sprintf(format, args...)}
}

func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "absent"
	case string:
		return strconv.Quote(short(v))
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return short(fmt.Sprint(v))
}

// short cuts text that stands in a reason.
func short(text string) string {
	if len(text) > 80 {
		return text[:80] + "…"
	}
	return text
}
