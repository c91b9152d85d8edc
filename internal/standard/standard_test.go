package standard

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const acme = `id: ACME-1
title: Acme rules
version: "1"
headings:
  - id: "1"
    title: Doors
    headings:
      - id: "1.1"
        title: Front
        controls:
          - id: 1.1.1
            title: The front door is locked
            rules: [S3-001, S3-002]
    controls:
      - id: "1.2"
        title: The back door is locked
        rules: [S3-002]
controls:
  - id: "2"
    title: Somebody is in
`

func set(t *testing.T, files map[string]string) *Set {
	t.Helper()
	memory := fstest.MapFS{}
	for name, text := range files {
		memory[name] = &fstest.MapFile{Data: []byte(text)}
	}
	s, err := NewSet(memory, "standards/")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStandard(t *testing.T) {
	s := set(t, map[string]string{"acme-1.yaml": acme, "README.md": "not one"})
	for _, name := range []string{"acme-1", "ACME-1", "Acme-1 "} {
		one, err := s.Standard(name)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := one.FullTitle(), "Acme rules 1"; got != want {
			t.Errorf("title %q, want %q", got, want)
		}
		var got []string
		for _, e := range one.Entries() {
			var path []string
			for _, h := range e.Headings {
				path = append(path, h.Title)
			}
			got = append(got, strings.Join(append(path, e.Control.ID), " > "))
		}
		if diff := cmp.Diff([]string{"Doors > Front > 1.1.1", "Doors > 1.2", "2"}, got); diff != "" {
			t.Errorf("controls (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"S3-001", "S3-002"}, one.Rules()); diff != "" {
			t.Errorf("rules (-want +got):\n%s", diff)
		}
	}
	if diff := cmp.Diff([]string{"ACME-1:1.1.1", "ACME-1:1.2"}, s.Controls("S3-002")); diff != "" {
		t.Errorf("controls of S3-002 (-want +got):\n%s", diff)
	}
	_, err := s.Standard("acme-2")
	if err == nil || !strings.Contains(err.Error(), "did you mean acme-1?") {
		t.Errorf("got %v", err)
	}
}

func TestInvalid(t *testing.T) {
	for _, test := range []struct{ change, to, want string }{
		{"id: ACME-1", "id: acme", "no id of a standard"},
		{"title: Acme rules\n", "", "title is missing"},
		{"rules: [S3-002]", "rules: [S3-002, S3-002]", "names rule S3-002 twice"},
		{`id: "1.2"`, "id: 1.1.1", "control 1.1.1 stands there twice"},
		{"title: Somebody is in", "title: ''", "control 2 has no title"},
		{"title: Front", "title: ''", "heading 1.1 has no title"},
		{"title: Front", "name: Front", `standards/acme-1.yaml:9`},
		{"rules: [S3-002]", "rules: S3-002", "standards/acme-1.yaml:17"},
	} {
		text := strings.Replace(acme, test.change, test.to, 1)
		if text == acme {
			t.Fatalf("%q changes nothing", test.change)
		}
		_, err := set(t, map[string]string{"acme-1.yaml": text}).Standard("acme-1")
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "standards/acme-1.yaml:") {
			t.Errorf("%s: got %v, want %s", test.to, err, test.want)
		}
	}
	two := set(t, map[string]string{"acme-1.yaml": acme, "acme-2.yaml": acme})
	if _, err := two.index(); err == nil || !strings.Contains(err.Error(), "one id") {
		t.Errorf("two standards of one id: %v", err)
	}
}

func TestWith(t *testing.T) {
	one, err := set(t, map[string]string{"acme-1.yaml": acme}).Standard("acme-1")
	if err != nil {
		t.Fatal(err)
	}
	more, err := one.With(map[string][]string{"2": {"ACME-001"}, "1.1.1": {"ACME-002", "S3-001"}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"S3-001", "S3-002", "ACME-002", "ACME-001"}, more.Rules()); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"S3-001", "S3-002"}, one.Rules()); diff != "" {
		t.Errorf("the standard itself has changed:\n%s", diff)
	}
	if _, err := one.With(map[string][]string{"1.1.2": {"ACME-001"}}); err == nil || !strings.Contains(err.Error(), "did you mean") {
		t.Errorf("a control that is not there: %v", err)
	}
}

// A failing rule decides; without one, what is not known keeps a control from
// passing.
func TestStatus(t *testing.T) {
	pass, fail, unknown := Tally{Pass: 1}, Tally{Fail: 1, Pass: 3}, Tally{Unknown: 1, Pass: 2}
	suppressed, left := Tally{Suppressed: 2}, Tally{Left: "needs a running account"}
	for _, test := range []struct {
		rules []Tally
		want  Status
	}{
		{nil, NoRules},
		{[]Tally{{}}, Nothing},
		{[]Tally{pass}, Pass},
		{[]Tally{pass, {}}, Pass},
		{[]Tally{pass, suppressed}, Pass},
		{[]Tally{{}, suppressed}, Suppressed},
		{[]Tally{pass, unknown}, Unknown},
		{[]Tally{pass, left}, Unknown},
		{[]Tally{suppressed, left}, Unknown},
		{[]Tally{left, unknown, fail}, Fail},
		{[]Tally{{Fail: 1, Left: "some reason"}}, Fail},
	} {
		s := &Standard{Section: Section{Controls: []Control{{ID: "1"}}}}
		for i := range test.rules {
			s.Controls[0].Rules = append(s.Controls[0].Rules, string(rune('A'+i)))
		}
		o := Judge(s, func(id string) (string, Tally) { return "", test.rules[id[0]-'A'] })
		if got := o.Controls[0].Status; got != test.want {
			t.Errorf("%+v: %s, want %s", test.rules, got, test.want)
		}
		if diff := cmp.Diff(map[Status]int{test.want: 1}, o.Count()); diff != "" {
			t.Errorf("count (-want +got):\n%s", diff)
		}
	}
}
