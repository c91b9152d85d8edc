package tf

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/surety-cloud/surety/internal/fix/delta"
	"github.com/surety-cloud/surety/internal/fix/edit"
)

// TestRandom changes random values that are written in random layouts. The
// text must then hold the new value, and the change back give the old one.
func TestRandom(t *testing.T) {
	for seed := range uint64(3000) {
		g := &generator{rand.New(rand.NewPCG(seed, 1))}
		before := g.object(3)
		after, _ := g.mutate(before, 3).(map[string]any)
		text := "value = " + g.text(before, "") + " # beside\n# below\n"
		if g.IntN(4) == 0 {
			text = strings.ReplaceAll(text, "\n", "\r\n")
		}
		if diff := cmp.Diff(before, evaluate(t, text)); diff != "" {
			t.Fatalf("seed %d: the test's own text does not hold its value:\n%s\n%s", seed, diff, text)
		}
		changed := step(t, seed, text, before, after)
		if !strings.Contains(changed, "# beside") || !strings.Contains(changed, "# below") {
			t.Fatalf("seed %d: a comment is lost:\n%s\n=>\n%s", seed, text, changed)
		}
		step(t, seed, changed, after, before)
	}
}

func step(t *testing.T, seed uint64, text string, before, after map[string]any) string {
	t.Helper()
	f, err := parse("main.tf", []byte(text))
	if err != nil {
		t.Fatalf("seed %d: %v\n%s", seed, err, text)
	}
	e := &editor{plan: &Plan{Edits: map[string][]edit.Edit{}}, eol: edit.EOL([]byte(text))}
	if err := e.expression(f, f.body.Attributes["value"].Expr, delta.Between(before, after), "value"); err != nil {
		t.Fatalf("seed %d: %v\n%s", seed, err, text)
	}
	out, err := edit.Apply([]byte(text), e.plan.Edits["main.tf"])
	if err != nil {
		t.Fatalf("seed %d: %v\n%s\n%v", seed, err, text, e.plan.Edits)
	}
	if diff := cmp.Diff(loose(after), loose(evaluate(t, string(out)))); diff != "" {
		t.Fatalf("seed %d: the text does not hold the new value (-want +got):\n%s\n%s\n=>\n%s", seed, diff, text, out)
	}
	return string(out)
}

func evaluate(t *testing.T, text string) map[string]any {
	t.Helper()
	parsed, diagnostics := hclsyntax.ParseConfig([]byte(text), "main.tf", hcl.InitialPos)
	if diagnostics.HasErrors() {
		t.Fatalf("%v\n%s", diagnostics, text)
	}
	v, diagnostics := parsed.Body.(*hclsyntax.Body).Attributes["value"].Expr.Value(nil)
	if diagnostics.HasErrors() {
		t.Fatalf("%v\n%s", diagnostics, text)
	}
	encoded, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(encoded, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// loose is a value with numbers and truth values as text: where the author has
// put such a one in quotation marks, they stay.
func loose(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, e := range v {
			out[name] = loose(e)
		}
		return out
	case []any:
		out := []any{}
		for _, e := range v {
			out = append(out, loose(e))
		}
		return out
	}
	return fmt.Sprint(v)
}

type generator struct{ *rand.Rand }

func (g *generator) value(depth int) any {
	switch n := g.IntN(6); {
	case depth > 0 && n == 0:
		return g.object(depth - 1)
	case depth > 0 && n == 1:
		list := []any{}
		for range g.IntN(4) {
			list = append(list, g.value(depth-1))
		}
		return list
	case n == 2:
		return float64(g.IntN(100))
	case n == 3:
		return g.IntN(2) == 0
	}
	texts := []string{"a", "b c", `say "x"`, "# no", "", "true", "12", "*", "line\nline", "ü", "$", "%", "back\\slash", "a = b", "tab\t"}
	return texts[g.IntN(len(texts))]
}

func (g *generator) object(depth int) map[string]any {
	out := map[string]any{}
	for _, name := range []string{"A", "b", "c-d", "s3:x"} {
		if g.IntN(2) == 0 {
			out[name] = g.value(depth)
		}
	}
	return out
}

func (g *generator) mutate(v any, depth int) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			switch g.IntN(5) {
			case 0:
			case 1:
				out[name] = g.value(max(depth-1, 0))
			case 2:
				out[name] = g.mutate(v[name], depth-1)
			default:
				out[name] = v[name]
			}
		}
		if g.IntN(3) == 0 {
			out["new"] = g.value(max(depth-1, 0))
		}
		return out
	case []any:
		out := []any{}
		for _, e := range v {
			switch g.IntN(5) {
			case 0:
			case 1:
				out = append(out, g.value(max(depth-1, 0)), e)
			case 2:
				out = append(out, g.mutate(e, depth-1))
			default:
				out = append(out, e)
			}
		}
		if g.IntN(3) == 0 {
			out = append(out, g.value(max(depth-1, 0)))
		}
		return out
	}
	return g.value(0)
}

// text writes a value in a layout of chance.
func (g *generator) text(v any, indent string) string {
	inner := indent + "  "
	lined := g.IntN(3) > 0
	var parts []string
	separator, open, shut := ",", "[", "]"
	switch v := v.(type) {
	case map[string]any:
		open, shut = "{", "}"
		sign := []string{" = ", " : ", "="}[g.IntN(3)]
		for _, name := range slices.Sorted(maps.Keys(v)) {
			key := quote(name)
			if plainKey.MatchString(name) && g.IntN(2) == 0 {
				key = name
			}
			if sign == " : " {
				key = quote(name)
			}
			parts = append(parts, key+sign+g.text(v[name], inner))
		}
		if lined && g.IntN(2) == 0 {
			separator = ""
		}
	case []any:
		for _, e := range v {
			parts = append(parts, g.text(e, inner))
		}
	case string:
		return quote(v)
	default:
		return fmt.Sprint(v)
	}
	if !lined || len(parts) == 0 {
		return open + strings.Join(parts, ", ") + shut
	}
	var b strings.Builder
	b.WriteString(open + "\n")
	for i, part := range parts {
		if g.IntN(6) == 0 {
			b.WriteString(inner + "# above\n")
		}
		b.WriteString(inner + part)
		if i+1 < len(parts) || g.IntN(3) == 0 {
			b.WriteString(separator)
		}
		if g.IntN(6) == 0 {
			b.WriteString(" # beside")
		}
		b.WriteString("\n")
	}
	return b.String() + indent + shut
}
