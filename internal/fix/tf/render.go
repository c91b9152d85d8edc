package tf

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/fix/edit"
	"github.com/surety-cloud/surety/internal/source/terraform"
)

// text writes a value as an expression. Lines after the first are indented
// from indent; compact keeps it in one line.
func (e *editor) text(v any, indent string, compact bool) (string, error) {
	switch v := v.(type) {
	case nil:
		return "null", nil
	case bool:
		return strconv.FormatBool(v), nil
	case int, int64:
		return fmt.Sprint(v), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case string:
		return e.stringText(v)
	case *cloud.Unresolved:
		return "", edit.Impossiblef("the corrected value depends on what is not known: %s", v.Reason)
	case []any:
		return e.listText(v, indent, compact)
	case map[string]any:
		return e.mapText(v, indent, compact)
	}
	return "", edit.Impossiblef("the corrected value is of a kind that Terraform cannot hold (%T)", v)
}

func (e *editor) listText(v []any, indent string, compact bool) (string, error) {
	parts := make([]string, len(v))
	lined := false
	for i, item := range v {
		var err error
		if parts[i], err = e.text(item, indent+"  ", compact); err != nil {
			return "", err
		}
		_, isObject := item.(map[string]any)
		lined = lined || isObject && !compact
	}
	if !lined {
		return "[" + strings.Join(parts, ", ") + "]", nil
	}
	inner := e.eol + indent + "  "
	return "[" + inner + strings.Join(parts, ","+inner) + "," + e.eol + indent + "]", nil
}

func (e *editor) mapText(v map[string]any, indent string, compact bool) (string, error) {
	if len(v) == 0 {
		return "{}", nil
	}
	names := slices.SortedFunc(maps.Keys(v), compareKeys)
	texts := make([]string, len(names))
	for i, name := range names {
		var err error
		if texts[i], err = e.text(v[name], indent+"  ", compact); err != nil {
			return "", err
		}
	}
	parts := make([]string, len(names))
	for i, name := range names {
		pad := 0
		if !compact {
			pad = e.width(names, texts, i) - len(e.keyName(name))
		}
		parts[i] = e.keyName(name) + strings.Repeat(" ", pad) + " = " + texts[i]
	}
	if compact {
		return "{ " + strings.Join(parts, ", ") + " }", nil
	}
	inner := e.eol + indent + "  "
	return "{" + inner + strings.Join(parts, inner) + e.eol + indent + "}", nil
}

// width is how wide the key at i is written: as wide as the widest of those
// around it whose values stand in one line, as terraform fmt has it.
func (e *editor) width(names, texts []string, i int) int {
	width := len(e.keyName(names[i]))
	if strings.Contains(texts[i], "\n") {
		return width
	}
	for _, step := range []int{-1, 1} {
		for n := i + step; n >= 0 && n < len(names) && !strings.Contains(texts[n], "\n"); n += step {
			width = max(width, len(e.keyName(names[n])))
		}
	}
	return width
}

// policyKeys is the order in which people write the members of policies.
var policyKeys = []string{
	"Version", "Id", "Statement", "Sid", "Effect", "Principal", "NotPrincipal",
	"Action", "NotAction", "Resource", "NotResource", "Condition",
}

func compareKeys(a, b string) int {
	rank := func(s string) int {
		if i := slices.Index(policyKeys, s); i >= 0 {
			return i
		}
		return len(policyKeys)
	}
	if d := rank(a) - rank(b); d != 0 {
		return d
	}
	return strings.Compare(a, b)
}

var plainKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

func (e *editor) keyName(name string) string {
	if plainKey.MatchString(name) {
		return name
	}
	return quote(name)
}

func (e *editor) keyText(name string, colon bool) string {
	if colon {
		return quote(name) + ": "
	}
	return e.keyName(name) + " = "
}

// quote writes a text without any template in it.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ':
			fmt.Fprintf(&b, `\u%04x`, r)
		case (r == '$' || r == '%') && strings.HasPrefix(s[i+1:], "{"):
			b.WriteString(string(r) + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + `"`
}

var symbolForm = regexp.MustCompile(`\$\{[^}]*\}`)

// stringText writes a text; symbols of resources of the same module become
// references.
func (e *editor) stringText(s string) (string, error) {
	if !cloud.HasSymbol(s) {
		return quote(s), nil
	}
	var out strings.Builder
	at := 0
	for _, m := range symbolForm.FindAllStringIndex(s, -1) {
		name, ok, err := e.traversal(s[m[0]+2 : m[1]-1])
		if err != nil {
			return "", err
		}
		if !ok {
			continue
		}
		if m[0] == 0 && m[1] == len(s) {
			return name, nil
		}
		plain := quote(s[at:m[0]])
		out.WriteString(plain[1:len(plain)-1] + "${" + name + "}")
		at = m[1]
	}
	plain := quote(s[at:])
	return `"` + out.String() + plain[1:], nil
}

// traversal writes a symbol as an expression of the module that is repaired.
// ok is false for a text that is no symbol, such as a policy variable.
func (e *editor) traversal(symbol string) (text string, ok bool, err error) {
	if strings.HasPrefix(symbol, "AWS::") {
		return "", false, edit.Impossible("the corrected value names the account or region, for which a data source would have to be added")
	}
	for cut := len(symbol); cut > 0; cut = strings.LastIndexByte(symbol[:cut], '.') {
		r := e.request.World[symbol[:cut]]
		if r == nil {
			continue
		}
		if r == e.request.Resource || r.ID == e.request.Resource.ID {
			return "", false, edit.Impossible("the corrected value would refer to the resource itself, which Terraform refuses")
		}
		local, mine := strings.CutPrefix(symbol[:cut], e.prefix)
		if !mine || strings.HasPrefix(local, "module.") {
			return "", false, edit.Impossiblef("the corrected value refers to %s, which is in another module", symbol[:cut])
		}
		return local + "." + attribute(r, strings.TrimPrefix(symbol[cut:], ".")), true, nil
	}
	if strings.Contains(symbol, ":") || !strings.Contains(symbol, ".") {
		return "", false, nil // a variable of a policy: aws:username
	}
	local, mine := strings.CutPrefix(symbol, e.prefix)
	if !mine {
		return "", false, edit.Impossiblef("the corrected value refers to %s, which is in another module", symbol)
	}
	return local, true, nil // a data source, an output, or what is declared nowhere
}

// attribute is Terraform's name of an attribute that may have CloudFormation's.
func attribute(r *cloud.Resource, name string) string {
	if name == "" {
		return "id"
	}
	if name[0] < 'A' || name[0] > 'Z' {
		return name
	}
	for _, path := range terraform.TerraformPaths(r.SourceType, name) {
		if !strings.ContainsAny(path, ".[") {
			return path
		}
	}
	if typ, ok := schema.Lookup(r.Type); ok && strings.HasSuffix(name, "Arn") && !slices.Contains(typ.PrimaryIdentifier, name) {
		return "arn"
	}
	return "id"
}
