package cfn

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/fix/delta"
	"github.com/surety-cloud/surety/internal/fix/edit"
)

// TestRandom changes random values in templates of random layout. The text
// must then hold the new value; the change back must give the old one; and a
// comment that stands beside what stays must still be there.
func TestRandom(t *testing.T) {
	for seed := range uint64(3000) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 1))}
		before := g.object(3)
		template := g.template(before)
		if diff := cmp.Diff(before, properties(t, template, "R")); diff != "" {
			t.Fatalf("seed %d: the test's own template does not hold its value:\n%s\n%s", seed, diff, template)
		}
		after := g.mutate(before, 3).(map[string]any)
		changed := step(t, seed, template, before, after)
		for _, comment := range []string{"# top", "# bottom"} {
			if strings.Contains(template, comment) && !strings.Contains(changed, comment) {
				t.Fatalf("seed %d: %s is lost:\n%s\n=>\n%s", seed, comment, template, changed)
			}
		}
		step(t, seed, changed, after, before)
	}
}

func step(t *testing.T, seed uint64, template string, before, after map[string]any) string {
	t.Helper()
	change := delta.Between(before, after)
	if change == nil {
		return template
	}
	d, err := Parse([]byte(template))
	if err != nil {
		t.Fatalf("seed %d: %v:\n%s", seed, err, template)
	}
	plan, err := d.Rewrite(Request{LogicalID: "R", Change: change})
	if err != nil {
		t.Fatalf("seed %d: %v:\n%s", seed, err, template)
	}
	out, err := edit.Apply([]byte(template), plan.Edits)
	if err != nil {
		t.Fatalf("seed %d: %v:\n%s\n%v", seed, err, template, plan.Edits)
	}
	if d.json && !json.Valid(out) {
		t.Fatalf("seed %d: no JSON any more:\n%s\n=>\n%s", seed, template, out)
	}
	if diff := cmp.Diff(loose(after), loose(properties(t, string(out), "R"))); diff != "" {
		want, _ := json.Marshal(after)
		t.Fatalf("seed %d: the text does not hold the new value (-want +got):\n%s\n%s\n=> %s\n%s", seed, diff, template, want, out)
	}
	return string(out)
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

type generator struct {
	*rand.Rand
	json, compact bool
}

func (g *generator) value(depth int) any {
	switch n := g.IntN(7); {
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
	texts := []string{"a", "b c", "it's", `say "x"`, "x: y", "- z", "#no", "", "true", "12", "*", "s3:*", "line\nline", "ü", "{a}", "a, b", " pad ", "a #b"}
	return texts[g.IntN(len(texts))]
}

func (g *generator) object(depth int) map[string]any {
	out := map[string]any{}
	for _, name := range []string{"A", "B", "C", "D"} {
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
		for name, e := range v {
			switch g.IntN(5) {
			case 0:
			case 1:
				out[name] = g.value(depth - 1)
			case 2:
				out[name] = g.mutate(e, depth-1)
			default:
				out[name] = e
			}
		}
		if g.IntN(3) == 0 {
			out["E"] = g.value(max(depth-1, 0))
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

// template writes a value in a layout of chance.
func (g *generator) template(v map[string]any) string {
	eol := "\n"
	if g.IntN(5) == 0 {
		eol = "\r\n"
	}
	if g.json = g.IntN(3) == 0; g.json {
		g.compact = g.IntN(3) == 0
		text := g.flow(map[string]any{"Resources": map[string]any{"R": map[string]any{"Type": "T", "Properties": v}}}, "")
		return strings.ReplaceAll(text, "\n", eol)
	}
	var b strings.Builder
	b.WriteString("# top\nResources:\n  R:\n    Type: T\n    Properties:" + g.below(v, "    ") + "\n  # bottom\n  S:\n    Type: T\n")
	text := b.String()
	if g.IntN(6) == 0 {
		text = strings.TrimSuffix(text, "\n  # bottom\n  S:\n    Type: T\n")
	}
	return strings.ReplaceAll(text, "\n", eol)
}

// below writes what stands behind a colon in block style.
func (g *generator) below(v any, indent string) string {
	inner := indent + "  "
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 || g.IntN(4) == 0 {
			return " " + g.flow(v, indent)
		}
		var b strings.Builder
		for _, name := range names(v) {
			b.WriteString(g.gap(inner) + inner + name + ":" + g.below(v[name], inner))
		}
		return b.String()
	case []any:
		if len(v) == 0 || g.IntN(4) == 0 {
			return " " + g.flow(v, indent)
		}
		if g.IntN(2) == 0 {
			inner = indent // dashes under the key
		}
		var b strings.Builder
		for _, e := range v {
			b.WriteString(g.gap(inner) + inner + "-" + g.item(e, inner))
		}
		return b.String()
	}
	return " " + g.scalar(v) + g.comment()
}

func (g *generator) item(v any, indent string) string {
	if list, ok := v.([]any); ok && len(list) > 0 && g.IntN(2) == 0 {
		var b strings.Builder
		for i, e := range list {
			if i == 0 {
				b.WriteString(" -" + g.item(e, indent+"  "))
				continue
			}
			b.WriteString(g.gap(indent+"  ") + indent + "  -" + g.item(e, indent+"  "))
		}
		return b.String()
	}
	m, ok := v.(map[string]any)
	if !ok || len(m) == 0 || g.IntN(3) == 0 {
		return g.below(v, indent+"  ")
	}
	var b strings.Builder
	for i, name := range names(m) {
		if i == 0 {
			b.WriteString(" " + name + ":" + g.below(m[name], indent+"  "))
			continue
		}
		b.WriteString(g.gap(indent+"  ") + indent + "  " + name + ":" + g.below(m[name], indent+"  "))
	}
	return b.String()
}

func (g *generator) gap(indent string) string {
	switch g.IntN(6) {
	case 0:
		return "\n\n"
	case 1:
		return "\n" + indent + "# above\n"
	}
	return "\n"
}

func (g *generator) comment() string {
	if g.IntN(6) == 0 {
		return " # beside"
	}
	return ""
}

func (g *generator) flow(v any, indent string) string {
	inner := indent + "    "
	lined := g.json && !g.compact && g.IntN(4) > 0
	var parts []string
	open, shut := "[", "]"
	switch v := v.(type) {
	case map[string]any:
		open, shut = "{", "}"
		for _, name := range names(v) {
			key := name
			if g.json {
				key = `"` + name + `"`
			}
			parts = append(parts, key+": "+g.flow(v[name], inner))
		}
	case []any:
		for _, e := range v {
			parts = append(parts, g.flow(e, inner))
		}
	default:
		return g.scalar(v)
	}
	if !lined || len(parts) == 0 {
		return open + strings.Join(parts, ", ") + shut
	}
	return open + "\n" + inner + strings.Join(parts, ",\n"+inner) + "\n" + indent + shut
}

func (g *generator) scalar(v any) string {
	s, ok := v.(string)
	if !ok {
		return fmt.Sprint(v)
	}
	if !g.json && plain(s) && g.IntN(2) == 0 {
		return s
	}
	if !g.json && g.IntN(2) == 0 && !strings.Contains(s, "\n") {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return jsonText(s)
}

func names(m map[string]any) []string {
	var out []string
	for name := range m {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
