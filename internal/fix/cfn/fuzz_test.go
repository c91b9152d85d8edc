package cfn

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/fix/delta"
	"github.com/surety-cloud/surety/internal/fix/edit"
)

// FuzzRewrite changes whatever text is given: no panic, and edits that apply.
func FuzzRewrite(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		template, _, _ := strings.Cut(string(content), "----------\n")
		f.Add(unescape(template))
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Parse([]byte(text))
		if err != nil {
			return
		}
		resources := d.root.get("Resources")
		if resources == nil {
			return
		}
		for _, e := range resources.node.elems {
			properties := e.node.get("Properties")
			change := &delta.Change{Kind: delta.Within, Fields: map[string]*delta.Change{
				"New": {Kind: delta.Set, New: map[string]any{"A": []any{"b", int64(1)}}},
			}}
			if properties != nil {
				for i, p := range properties.node.elems {
					change.Fields[p.key] = []*delta.Change{
						{Kind: delta.Set, New: "x"}, {Kind: delta.Remove, Old: "y"}, listChange(p.node),
					}[i%3]
				}
			}
			plan, err := d.Rewrite(Request{LogicalID: e.key, Change: change})
			if err != nil {
				continue
			}
			if _, err := edit.Apply([]byte(text), plan.Edits); err != nil {
				t.Errorf("%v\n%s\n%v", err, text, plan.Edits)
			}
		}
	})
}

// listChange takes the first element of a list away, or an object's fields.
func listChange(n *node) *delta.Change {
	if n.kind != list || len(n.elems) == 0 {
		return &delta.Change{Kind: delta.Set, New: map[string]any{}}
	}
	old := make([]any, len(n.elems))
	for i := range old {
		old[i] = float64(i)
	}
	return delta.Between(old, append(old[1:len(old):len(old)], "more"))
}
