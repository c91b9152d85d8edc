package remedy

import (
	"bytes"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/pmezard/go-difflib/difflib"
	"go.yaml.in/yaml/v4"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/rule"
)

// Template is the resource as a template has it.
type Template struct {
	// Before is the resource as CloudFormation YAML, with the properties that a
	// template can set; After is as the rule's correction leaves it. After is
	// empty without a correction, both where CloudFormation has no such type.
	Before, After string

	// Lines are Before and After in one, line by line; without a correction
	// those of Before alone.
	Lines []Line

	// Why says why there is no correction; empty when there is one.
	Why string

	// Missing are properties that are left out since they are not known, with
	// the reason.
	Missing []string

	// Passes are the page's own examples that pass.
	Passes []Example
}

// A Mark says which of two texts a line is in.
type Mark string

// Same is a line of both, Gone one of the text before, New one of that after.
const (
	Same Mark = ""
	Gone Mark = "-"
	New  Mark = "+"
)

// A Line is one of a comparison, without its end.
type Line struct {
	Mark Mark
	Text string
}

// An Example is a template of the rule's page that passes.
type Example struct {
	Language string // yaml: CloudFormation; hcl: Terraform
	Text     string
}

// template shows the resource before and after a correction.
func (c correction) template(r *rule.Rule, res *cloud.Resource) Template {
	t := Template{Why: c.why}
	for _, e := range r.Examples() {
		if !e.Fails && e.Language != "json" {
			t.Passes = append(t.Passes, Example{e.Language, e.Text})
		}
	}
	typ, ok := schema.Lookup(res.Type)
	if !ok || typ.Overlay {
		t.Why = res.Type + " is no type of CloudFormation: templates do not have it"
		return t
	}
	before, missing := snippet(typ, res, res.Properties)
	t.Before, t.Missing = before, missing
	t.Lines = lines(before, before)
	if c.why != "" {
		return t
	}
	after, _ := snippet(typ, res, c.after)
	if after == before {
		t.Why = "what the rule would correct is nothing that a template can set"
		return t
	}
	t.After, t.Lines = after, lines(before, after)
	return t
}

// snippet is a resource as YAML of CloudFormation.
func snippet(typ *schema.Type, r *cloud.Resource, properties map[string]any) (text string, missing []string) {
	root := map[string]any{}
	for name, v := range properties {
		node := typ.Root.Fields[name]
		if node == nil || node.Live || typ.ReadOnly(name) || v == nil {
			continue
		}
		if u, unresolved := v.(*cloud.Unresolved); unresolved {
			missing = append(missing, name+": "+u.Reason)
			continue
		}
		if name == typ.TagProperty {
			v = ownTags(v)
		}
		root[name] = writable(typ, name, v)
	}
	slices.Sort(missing)
	resource := mapping("Type", scalar(r.Type))
	if len(root) > 0 {
		resource.Content = append(resource.Content, scalar("Properties"), nodeOf(root))
	}
	document := mapping("Resources", mapping(logicalID(r), resource))
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(document); err != nil {
		return "", missing
	}
	return b.String(), missing
}

// writable leaves of a value what a template can set.
func writable(typ *schema.Type, path string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, e := range v {
			here := path + "." + name
			node := typ.Property(here)
			if node == nil || node.Live || typ.ReadOnly(here) || e == nil {
				if inMap(typ, path) && e != nil {
					out[name] = e
				}
				continue
			}
			if _, unresolved := e.(*cloud.Unresolved); !unresolved {
				out[name] = writable(typ, here, e)
			}
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for _, e := range v {
			if _, unresolved := e.(*cloud.Unresolved); !unresolved {
				out = append(out, writable(typ, path, e))
			}
		}
		return out
	}
	return v
}

// inMap tells whether the names below a path are anybody's, as those of
// environment variables are.
func inMap(typ *schema.Type, path string) bool {
	n := typ.Property(path)
	return n != nil && (n.Kind == schema.Map || n.Kind == schema.Any)
}

// ownTags leaves out the tags that AWS sets itself; nobody else may.
func ownTags(v any) any {
	switch v := v.(type) {
	case []any:
		return slices.DeleteFunc(slices.Clone(v), func(tag any) bool {
			m, _ := tag.(map[string]any)
			key, _ := m["Key"].(string)
			return strings.HasPrefix(key, "aws:")
		})
	case map[string]any:
		out := maps.Clone(v)
		maps.DeleteFunc(out, func(key string, _ any) bool { return strings.HasPrefix(key, "aws:") })
		return out
	}
	return v
}

// logicalID is a name for the resource in a template: letters and digits.
func logicalID(r *cloud.Resource) string {
	name := r.Name
	if name == "" {
		name = r.ID
	}
	var b strings.Builder
	upper := true
	for _, c := range name {
		switch {
		case c >= 'a' && c <= 'z' && upper:
			b.WriteRune(c - 'a' + 'A')
			upper = false
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
			b.WriteRune(c)
			upper = false
		default:
			upper = true
		}
		if b.Len() == 60 {
			break
		}
	}
	if out := b.String(); out != "" && (out[0] < '0' || out[0] > '9') && !strings.HasPrefix(name, "arn:") && !strings.Contains(name, "://") {
		return out
	}
	return r.Type[strings.LastIndexByte(r.Type, ':')+1:]
}

func mapping(key string, value *yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{scalar(key), value}}
}

func scalar(text string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(text)
	return n
}

// nodeOf is a value as YAML with its keys in order.
func nodeOf(v any) *yaml.Node {
	switch v := v.(type) {
	case map[string]any:
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			n.Content = append(n.Content, scalar(key), nodeOf(v[key]))
		}
		if len(v) == 0 {
			n.Style = yaml.FlowStyle
		}
		return n
	case []any:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, e := range v {
			n.Content = append(n.Content, nodeOf(e))
		}
		if len(v) == 0 {
			n.Style = yaml.FlowStyle
		}
		return n
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return nodeOf(int64(v))
		}
	}
	n := &yaml.Node{}
	if err := n.Encode(v); err != nil {
		return scalar("")
	}
	return n
}

// maxLines bounds what is compared line by line, since the time of it grows
// with the square of the length; of longer texts what lies between the first
// and the last difference is shown as replaced.
const maxLines = 2000

// lines compares two texts.
func lines(before, after string) []Line {
	a, b := split(before), split(after)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out []Line
	put := func(mark Mark, texts []string) {
		for _, text := range texts {
			out = append(out, Line{mark, text})
		}
	}
	put(Same, a[:head])
	x, y := a[head:len(a)-tail], b[head:len(b)-tail]
	if len(x) > maxLines || len(y) > maxLines {
		put(Gone, x)
		put(New, y)
	} else {
		for _, op := range difflib.NewMatcherWithJunk(x, y, false, nil).GetOpCodes() {
			if op.Tag == 'e' {
				put(Same, x[op.I1:op.I2])
				continue
			}
			put(Gone, x[op.I1:op.I2])
			put(New, y[op.J1:op.J2])
		}
	}
	put(Same, a[len(a)-tail:])
	return out
}

func split(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
