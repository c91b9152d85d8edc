package cloudformation

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
)

func application(tb testing.TB) []byte {
	data, err := os.ReadFile("testdata/application.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func TestReadApplication(t *testing.T) {
	inv := Read("testdata/application.yaml", application(t), Options{})
	if len(inv.Problems) > 0 {
		t.Errorf("problems: %v", inv.Problems)
	}
	byID := map[string]*cloud.Resource{}
	for _, r := range inv.Resources {
		byID[r.ID] = r
		if r.World != "testdata/application.yaml" || !r.Template || r.Source == nil {
			t.Errorf("%s: world %q, template %v", r.ID, r.World, r.Template)
		}
	}
	if got := byID["Database"].Properties["DBInstanceClass"]; got != "db.t4g.medium" {
		t.Errorf("DBInstanceClass is %v", got)
	}
	if got := byID["PrivateSubnetB"].Properties["CidrBlock"]; got != "10.20.9.0/24" {
		t.Errorf("CidrBlock is %v", got)
	}
	if rules, _ := byID["WebGroup"].Properties["SecurityGroupIngress"].([]any); len(rules) != 2 {
		t.Errorf("the web group has the rules %v", rules)
	}
	if byID["Key"] != nil {
		t.Error("the key is there, though its condition is false")
	}
	if got := byID["Launch"].Properties["LaunchTemplateData"].(map[string]any)["ImageId"]; got == nil {
		t.Error("the image is absent rather than unresolved")
	} else if _, ok := got.(*cloud.Unresolved); !ok {
		t.Errorf("the image is %v", got)
	}
}

// A template of 15 kB in YAML takes about 1.4 ms, in JSON about 1 ms; both
// must stay below 3 ms, a small part of the time that a scan has.
func BenchmarkReadYAML(b *testing.B) {
	data := application(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		Read("t.yaml", data, Options{})
	}
}

// The same template in JSON.
func BenchmarkReadJSON(b *testing.B) {
	src := &text{file: "t.yaml", data: application(b)}
	root, problem := src.parse()
	if problem != nil {
		b.Fatal(problem)
	}
	data, err := json.MarshalIndent(raw(root), "", "  ")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		Read("t.json", data, Options{})
	}
}

func BenchmarkRecognise(b *testing.B) {
	data := application(b)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		Recognise(data)
	}
}

// raw gives the JSON value of a node as it is written.
func raw(n *node) any {
	switch n.kind {
	case list:
		out := make([]any, len(n.items))
		for i, item := range n.items {
			out[i] = raw(item)
		}
		return out
	case object:
		out := make(map[string]any, len(n.entries))
		for _, e := range n.entries {
			out[e.key] = raw(e.node)
		}
		return out
	}
	return n.value
}

// Every part of a template may be anything: each in turn is replaced by what
// does not belong there, and reading must neither panic nor hang.
func TestEveryPartReplaced(t *testing.T) {
	wrong := []any{nil, "x", []any{}, map[string]any{}, map[string]any{"Ref": "AWS::NoValue"}, []any{map[string]any{"Ref": "P"}}, map[string]any{"Fn::If": []any{"C", "a", "b"}}}
	for _, file := range []string{"sam_events", "sam_apis", "sam_conditions", "sam_globals", "fold_network", "fold_iam", "functions", "loops", "nested", "ignores", "tags"} {
		data, err := os.ReadFile("testdata/golden/" + file + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		src := &text{file: file, data: data[:dashes.FindIndex(data)[0]]}
		root, problem := src.parse()
		if problem != nil {
			t.Fatal(problem)
		}
		// Every fifth part keeps the test short; each kind of replacement
		// meets each kind of part over the files.
		parts := 0
		count(root, &parts)
		for at := range parts {
			if at%5 != 0 && testing.Short() {
				continue
			}
			next := 0
			text, err := json.Marshal(replaced(root, at, &next, wrong[at%len(wrong)]))
			if err != nil {
				t.Fatal(err)
			}
			Read("testdata/nested/t.json", text, Options{ReadFile: readNested})
		}
	}
}

func count(n *node, total *int) {
	*total++
	for _, item := range n.items {
		count(item, total)
	}
	for _, e := range n.entries {
		count(e.node, total)
	}
}

func replaced(n *node, at int, next *int, by any) any {
	*next++
	if *next-1 == at {
		return by
	}
	switch n.kind {
	case list:
		out := make([]any, len(n.items))
		for i, item := range n.items {
			out[i] = replaced(item, at, next, by)
		}
		return out
	case object:
		out := make(map[string]any, len(n.entries))
		for _, e := range n.entries {
			out[e.key] = replaced(e.node, at, next, by)
		}
		return out
	}
	return n.value
}
