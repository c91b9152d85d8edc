package cfn

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/fix/edit"
)

// A reference is a new value that names another resource or a pseudo
// parameter, and so is written as a function.
type reference struct {
	name     string // "Ref", "Fn::GetAtt", "Fn::Sub"
	argument string // GetAtt's as "Resource.Attribute"
}

// A Namer tells what a symbol in a new value stands for: the logical id in
// this template and the attribute, empty for what Ref gives. ok is false for a
// text that only looks like a symbol, such as a policy variable.
type Namer func(symbol string) (logicalID, attribute string, ok bool)

var symbolForm = regexp.MustCompile(`\$\{[^}]*\}`)

// prepare makes a new value ready to be written: symbols become references,
// and what is not known or cannot be written is an error.
func prepare(v any, name Namer) (any, error) {
	switch v := v.(type) {
	case *cloud.Unresolved:
		return nil, edit.Impossiblef("the corrected value depends on what is not known: %s", v.Reason)
	case string:
		return prepareText(v, name)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			var err error
			if out[i], err = prepare(e, name); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, e := range v {
			if e == nil {
				continue
			}
			p, err := prepare(e, name)
			if err != nil {
				return nil, err
			}
			out[key] = p
		}
		return out, nil
	case nil, bool, int, int64, float64:
		return v, nil
	}
	return nil, edit.Impossiblef("the corrected value is of a kind that a template cannot hold (%T)", v)
}

func prepareText(s string, name Namer) (any, error) {
	if name == nil || !cloud.HasSymbol(s) {
		return s, nil
	}
	found := false
	var lost error
	sub := symbolForm.ReplaceAllStringFunc(s, func(symbol string) string {
		id, attribute, ok := name(symbol)
		switch {
		case !ok && !strings.Contains(symbol, ":"):
			lost = edit.Impossiblef("the corrected value refers to %s, which is not in this template", symbol[2:len(symbol)-1])
			return symbol
		case !ok: // a variable of a policy: aws:username
			return "${!" + symbol[2:]
		case attribute != "":
			id += "." + attribute
		}
		found = true
		return "${" + id + "}"
	})
	if lost != nil {
		return nil, lost
	}
	if !found {
		return s, nil
	}
	if cloud.IsSymbol(s) {
		id, attribute, _ := name(s)
		if attribute == "" {
			return reference{"Ref", id}, nil
		}
		return reference{"Fn::GetAtt", id + "." + attribute}, nil
	}
	return reference{"Fn::Sub", sub}, nil
}

// long is the reference in its long form.
func (r reference) long() map[string]any {
	if r.name == "Fn::GetAtt" {
		id, attribute, _ := strings.Cut(r.argument, ".")
		return map[string]any{r.name: []any{id, attribute}}
	}
	return map[string]any{r.name: r.argument}
}

// keyOrder is the order in which people write the members of policies; other
// names follow in order of the alphabet.
var keyOrder = []string{
	"Version", "Id", "Statement", "Sid", "Effect", "Principal", "NotPrincipal",
	"Action", "NotAction", "Resource", "NotResource", "Condition",
	"Key", "Name", "Type", "Value", "IpProtocol", "FromPort", "ToPort",
}

func sortedKeys(m map[string]any) []string {
	rank := func(key string) int {
		if i := slices.Index(keyOrder, key); i >= 0 {
			return i
		}
		return len(keyOrder)
	}
	keys := slices.Collect(maps.Keys(m))
	slices.SortFunc(keys, func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return keys
}

// container tells whether a prepared value is written as one with parts.
func container(v any) bool {
	switch v := v.(type) {
	case []any:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	}
	return false
}

// scalarText writes a value that has no parts, in the style of old where that
// is a scalar.
func (d *Document) scalarText(v any, old *node) string {
	switch v := v.(type) {
	case []any:
		return "[]"
	case map[string]any:
		return "{}"
	case reference:
		if d.json || d.look.long {
			return d.inline(v.long())
		}
		return "!" + strings.TrimPrefix(v.name, "Fn::") + " " + d.quoted(v.argument, nil)
	case string:
		return d.quoted(v, old)
	case bool:
		return d.truth(v, old)
	case nil:
		return "null"
	}
	text := number(v)
	if _, err := strconv.ParseFloat(oldText(old), 64); err == nil && (old.quote == '"' || old.quote == '\'') {
		return string(old.quote) + text + string(old.quote)
	}
	return text
}

func oldText(old *node) string {
	if old == nil {
		return ""
	}
	return old.value
}

func number(v any) string {
	switch v := v.(type) {
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// truths are the spellings of YAML 1.1, each with its opposite.
var truths = [][2]string{
	{"false", "true"}, {"False", "True"}, {"FALSE", "TRUE"},
	{"no", "yes"}, {"No", "Yes"}, {"NO", "YES"},
	{"off", "on"}, {"Off", "On"}, {"OFF", "ON"},
}

// truth writes a truth value as the author spells them.
func (d *Document) truth(v bool, old *node) string {
	spelling := truths[0]
	mark := ""
	if old != nil && old.kind == scalar {
		for _, t := range truths {
			if old.value != t[0] && old.value != t[1] {
				continue
			}
			spelling = t
			if old.quote == '"' || old.quote == '\'' {
				mark = string(old.quote)
			}
		}
	}
	text := spelling[0]
	if v {
		text = spelling[1]
	}
	return mark + text + mark
}

// quoted writes a text, with quotation marks where old has them, where JSON
// wants them, or where YAML would read something else.
func (d *Document) quoted(s string, old *node) string {
	if d.json {
		return jsonText(s)
	}
	quote := byte(0)
	if old != nil && (old.quote == '"' || old.quote == '\'') {
		quote = old.quote
	}
	if quote == 0 && !plain(s) {
		quote = d.look.quote
	}
	switch {
	case quote == 0:
		return s
	case quote == '\'' && printable(s):
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return jsonText(s)
}

// jsonText is a text in JSON, which YAML reads as well; signs that only
// matter in HTML stay readable.
func jsonText(s string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // a string can always be encoded
	return strings.TrimSuffix(b.String(), "\n")
}

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !strconv.IsPrint(r) })
}

var plainForm = regexp.MustCompile(`^[A-Za-z_/][A-Za-z0-9_./@+=:-]*( [A-Za-z0-9_./@+=-]+)*$`)

// plain tells whether YAML reads s without quotation marks as the text s.
func plain(s string) bool {
	if !plainForm.MatchString(s) || strings.HasSuffix(s, ":") || strings.Contains(s, ": ") {
		return false
	}
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "null", "y", "n":
		return false
	}
	return true
}

// inline writes a value in one line, in braces and brackets.
func (d *Document) inline(v any) string {
	switch v := v.(type) {
	case reference:
		if d.json || d.look.long {
			return d.inline(v.long())
		}
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = d.inline(e)
		}
		return "[" + strings.Join(parts, d.look.comma) + "]"
	case map[string]any:
		parts := make([]string, 0, len(v))
		for _, key := range sortedKeys(v) {
			parts = append(parts, d.keyText(key)+d.colon()+d.inline(v[key]))
		}
		return "{" + strings.Join(parts, d.look.comma) + "}"
	}
	return d.scalarText(v, nil)
}

func (d *Document) colon() string {
	if d.json {
		return d.look.colon
	}
	return ": " // YAML wants the space
}

func (d *Document) keyText(key string) string { return d.quoted(key, nil) }

// spread writes a value in braces over several lines; the first stands where
// the writing begins, the others are indented from indent.
func (d *Document) spread(v any, indent string) string {
	if r, ok := v.(reference); ok && (d.json || d.look.long) {
		v = r.long()
		return d.inline(v)
	}
	if !container(v) {
		return d.scalarText(v, nil)
	}
	inner := indent + d.look.unit
	var parts []string
	open, shut := "{", "}"
	switch v := v.(type) {
	case []any:
		open, shut = "[", "]"
		for _, e := range v {
			parts = append(parts, inner+d.spread(e, inner))
		}
	case map[string]any:
		for _, key := range sortedKeys(v) {
			parts = append(parts, inner+d.keyText(key)+d.colon()+d.spread(v[key], inner))
		}
	}
	return open + d.look.eol + strings.Join(parts, ","+d.look.eol) + d.look.eol + indent + shut
}

// lines writes a value with parts in block style, each line with its
// indentation and its end.
func (d *Document) lines(v any, column int) string {
	var b strings.Builder
	pad := strings.Repeat(" ", column)
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			b.WriteString(pad + "-" + d.behindDash(e, column) + d.look.eol)
		}
	case map[string]any:
		for _, key := range sortedKeys(v) {
			b.WriteString(pad + d.keyText(key) + ":" + d.behindColon(v[key], column) + d.look.eol)
		}
	}
	return b.String()
}

// behindColon writes the value of a key that stands at a column, with what
// goes before it and without the end of its last line.
func (d *Document) behindColon(v any, column int) string {
	v = d.expand(v)
	if !container(v) {
		return " " + d.scalarText(v, nil)
	}
	column += len(d.look.unit)
	if _, isList := v.([]any); isList {
		column += d.look.dashIn - len(d.look.unit)
	}
	return d.look.eol + strings.TrimSuffix(d.lines(v, column), d.look.eol)
}

// behindDash writes an item of a list whose dash stands at a column.
func (d *Document) behindDash(v any, column int) string {
	v = d.expand(v)
	if !container(v) {
		return " " + d.scalarText(v, nil)
	}
	text := strings.TrimSuffix(d.lines(v, column+2), d.look.eol)
	return " " + strings.TrimLeft(text, " ")
}

// expand gives a reference its long form where the template uses that.
func (d *Document) expand(v any) any {
	if r, ok := v.(reference); ok && d.look.long {
		return r.long()
	}
	return v
}
