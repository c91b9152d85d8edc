package terraform

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// A policyJSON is what data "aws_iam_policy_document" gives.
type policyJSON struct {
	indented, minified cty.Value
}

// A policyStatement is one statement as the provider prints it. A member is a
// text when there is one value and a list otherwise.
type policyStatement struct {
	Sid          string `json:",omitempty"`
	Effect       any    `json:",omitempty"`
	Action       any    `json:",omitempty"`
	NotAction    any    `json:",omitempty"`
	Resource     any    `json:",omitempty"`
	NotResource  any    `json:",omitempty"`
	Principal    any    `json:",omitempty"`
	NotPrincipal any    `json:",omitempty"`
	Condition    any    `json:",omitempty"`
}

// A policyBuilder puts a document together. What is not known stands in it as
// the text ${…}, and marks keeps what that is.
type policyBuilder struct {
	marks      []cty.ValueMarks
	version    string
	id         string
	statements []any // *policyStatement, or the text of a hole that stands for any number

	// lost is why nothing can be said of the document; empty when much can.
	lost string
}

// policyDocument evaluates data "aws_iam_policy_document": the statements of
// the sources first, then its own, then those that override by Sid.
func (e *evaluator) policyDocument(i *resourceInstance) policyJSON {
	b := &policyBuilder{version: "2012-10-17"}
	argument := func(name string) cty.Value {
		if v, ok := i.attributes[name]; ok {
			return v
		}
		return cty.NullVal(cty.DynamicPseudoType)
	}
	b.documents(argument("source_json"), false)
	b.documents(argument("source_policy_documents"), false)
	if v, ok := b.text(argument("version")); ok {
		b.version = v
	}
	if v, ok := b.text(argument("policy_id")); ok {
		b.id = v
	}
	for _, v := range elements(argument("statement")) {
		if s, ok := b.statement(v); ok {
			b.add(s)
		}
	}
	b.documents(argument("override_json"), true)
	b.documents(argument("override_policy_documents"), true)
	text := i.address + ".json"
	if b.lost != "" {
		v := unknownOf(cty.String, text, text+": "+b.lost)
		return policyJSON{v, v}
	}
	document := struct {
		Version   string
		ID        string `json:"Id,omitempty"`
		Statement []any
	}{b.version, b.id, b.statements}
	if document.Statement == nil {
		document.Statement = []any{}
	}
	indented, err := json.MarshalIndent(document, "", "  ")
	minified, err2 := json.Marshal(document)
	if err != nil || err2 != nil {
		v := unknownOf(cty.String, text, text+" has a value that JSON cannot hold")
		return policyJSON{v, v}
	}
	return policyJSON{
		indented: cty.StringVal(string(indented)).WithMarks(b.marks...),
		minified: cty.StringVal(string(minified)).WithMarks(b.marks...),
	}
}

// elements lists the elements of a list, or the one value that stands for a
// list of one.
func elements(v cty.Value) []cty.Value {
	plain, marks := v.Unmark()
	switch ty := plain.Type(); {
	case !plain.IsKnown():
		return []cty.Value{v}
	case plain.IsNull():
		return nil
	case ty.IsTupleType() || ty.IsListType() || ty.IsSetType():
		var list []cty.Value
		for _, part := range plain.AsValueSlice() {
			list = append(list, part.WithMarks(marks))
		}
		return list
	}
	return []cty.Value{v}
}

// text is a value as text; ok is false when it is not set.
func (b *policyBuilder) text(v cty.Value) (string, bool) {
	if v.IsNull() {
		return "", false
	}
	v, marks := textual(v).Unmark()
	b.marks = append(b.marks, marks)
	v, err := convert.Convert(v, cty.String)
	if err != nil || v.IsNull() {
		return "", false
	}
	return v.AsString(), true
}

// texts is a list of texts: nil when it is empty, a text when it is one.
func (b *policyBuilder) texts(v cty.Value) any {
	var list []string
	for _, part := range elements(v) {
		if s, ok := b.text(part); ok {
			// Terraform's own ${ is kept apart from the policy's by writing
			// the latter as &{.
			list = append(list, strings.ReplaceAll(s, "&{", "${"))
		}
	}
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	}
	slices.Sort(list)
	slices.Reverse(list)
	return list
}

// statement reads a statement block. ok is false when it is not set.
func (b *policyBuilder) statement(v cty.Value) (any, bool) {
	plain, marks := v.Unmark()
	switch {
	case !plain.IsKnown():
		return b.anyStatements(holes(marks)), true
	case plain.IsNull() || !(plain.Type().IsObjectType() || plain.Type().IsMapType()):
		return nil, false
	}
	parts := plain.AsValueMap()
	part := func(name string) cty.Value {
		if p, ok := parts[name]; ok {
			return p.WithMarks(marks)
		}
		return cty.NullVal(cty.DynamicPseudoType)
	}
	s := &policyStatement{
		Effect:       "Allow",
		Action:       b.texts(part("actions")),
		NotAction:    b.texts(part("not_actions")),
		Resource:     b.texts(part("resources")),
		NotResource:  b.texts(part("not_resources")),
		Principal:    b.principals(part("principals")),
		NotPrincipal: b.principals(part("not_principals")),
		Condition:    b.conditions(part("condition")),
	}
	if sid, ok := b.text(part("sid")); ok {
		s.Sid = sid
	}
	if effect, ok := b.text(part("effect")); ok {
		s.Effect = effect
	}
	return s, true
}

// anyStatements is the text that stands for any number of statements.
func (b *policyBuilder) anyStatements(list []hole) string {
	h := hole{text: "…", reason: "the value is known after apply", kind: unknown}
	if len(list) > 0 {
		h = list[0]
	}
	h.kind, h.many = unknown, true
	h.text += "…"
	b.marks = append(b.marks, marksOf([]hole{h}))
	return "${" + h.text + "}"
}

// principals reads the principals blocks: "*", or lists by type.
func (b *policyBuilder) principals(v cty.Value) any {
	byType := map[string]any{}
	for _, block := range elements(v) {
		plain, marks := block.Unmark()
		if !plain.IsKnown() || plain.IsNull() || !plain.Type().IsObjectType() {
			// Nothing is known of who it is.
			return b.anyStatements(holes(marks))
		}
		parts := plain.AsValueMap()
		typ, ok := b.text(withDefault(parts, "type").WithMarks(marks))
		if !ok {
			continue
		}
		list := b.texts(withDefault(parts, "identifiers").WithMarks(marks))
		if list == nil {
			list = []string{}
		}
		byType[typ] = both(byType[typ], list)
	}
	if len(byType) == 0 {
		return nil
	}
	if byType["*"] == "*" && len(byType) == 1 {
		return "*"
	}
	return byType
}

func withDefault(parts map[string]cty.Value, name string) cty.Value {
	if v, ok := parts[name]; ok {
		return v
	}
	return cty.NullVal(cty.DynamicPseudoType)
}

// both joins two values that are each nil, a text or a list of texts.
func both(a, c any) any {
	list := slices.Concat(textList(a), textList(c))
	switch {
	case a == nil:
		return c
	case len(list) == 1:
		return list[0]
	}
	slices.Sort(list)
	slices.Reverse(list)
	return list
}

func textList(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []string:
		return v
	}
	return nil
}

// conditions reads the condition blocks: values by variable by test.
func (b *policyBuilder) conditions(v cty.Value) any {
	tests := map[string]map[string]any{}
	for _, block := range elements(v) {
		plain, marks := block.Unmark()
		if !plain.IsKnown() || plain.IsNull() || !plain.Type().IsObjectType() {
			return b.anyStatements(holes(marks))
		}
		parts := plain.AsValueMap()
		test, ok := b.text(withDefault(parts, "test").WithMarks(marks))
		variable, ok2 := b.text(withDefault(parts, "variable").WithMarks(marks))
		if !ok || !ok2 {
			continue
		}
		values := b.texts(withDefault(parts, "values").WithMarks(marks))
		if values == nil {
			values = []string{}
		}
		if tests[test] == nil {
			tests[test] = map[string]any{}
		}
		tests[test][variable] = both(tests[test][variable], values)
	}
	if len(tests) == 0 {
		return nil
	}
	return tests
}

// add appends a statement, in the place of one with the same Sid.
func (b *policyBuilder) add(s any) {
	if own, ok := s.(*policyStatement); ok && own.Sid != "" {
		for i, old := range b.statements {
			if old, ok := old.(*policyStatement); ok && old.Sid == own.Sid {
				b.statements[i] = s
				return
			}
		}
	}
	b.statements = append(b.statements, s)
}

// documents adds the statements of documents that are given as JSON.
func (b *policyBuilder) documents(v cty.Value, override bool) {
	for _, part := range elements(v) {
		plain, marks := part.Unmark()
		if plain.IsKnown() && (plain.IsNull() || plain.Type() == cty.String && strings.TrimSpace(plain.AsString()) == "") {
			continue
		}
		list := holes(marks)
		var document any
		ok := false
		if plain.IsKnown() && plain.Type() == cty.String {
			if document, ok = decodeJSON(plain.AsString()); !ok {
				document, ok = decodeJSON(quoteHoles(plain.AsString(), list))
			}
		}
		object, isObject := document.(map[string]any)
		if !ok || !isObject {
			b.unread(list, override)
			continue
		}
		b.marks = append(b.marks, marks)
		if s, ok := object["Version"].(string); ok && s != "" {
			b.version = s
		}
		if s, ok := object["Id"].(string); ok && s != "" {
			b.id = s
		}
		statements, isList := object["Statement"].([]any)
		if !isList && object["Statement"] != nil {
			statements = []any{object["Statement"]}
		}
		for _, s := range statements {
			if text, ok := s.(string); ok {
				b.add(text)
				continue
			}
			again, err := json.Marshal(s)
			own := &policyStatement{}
			if err != nil || json.Unmarshal(again, own) != nil {
				b.unread(list, override)
				continue
			}
			b.add(own)
		}
	}
}

// unread accounts for a document that is not known. It adds statements, and
// one that overrides may also replace those that have a Sid.
func (b *policyBuilder) unread(list []hole, override bool) {
	if override {
		for _, s := range b.statements {
			if s, ok := s.(*policyStatement); ok && s.Sid != "" {
				b.lost = "a document that overrides it is not known"
				if len(list) > 0 {
					b.lost += ": " + reasonOf(list)
				}
				return
			}
		}
	}
	if len(list) == 0 {
		list = []hole{{text: "policy document", reason: "a document that it is made of is no JSON", kind: unknown}}
	}
	b.statements = append(b.statements, b.anyStatements(list))
}
