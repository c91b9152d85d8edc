package remedy

import (
	"bufio"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/rules"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// TestPages fills the commands of every page for a resource that fails by the
// page's own example, and holds them to what no command may be. Pages whose
// repair names the judged resource nowhere stand in testdata/unnamed.txt with
// the reason, so that a new one shows up.
func TestPages(t *testing.T) {
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		t.Fatal(err)
	}
	var unnamed []string
	filled := 0
	for _, id := range library.IDs() {
		r, err := library.Rule(id)
		if err != nil {
			t.Fatal(err)
		}
		res := liveExample(t, r)
		if res == nil {
			t.Errorf("%s: no example has a resource that it judges", id)
			continue
		}
		m, err := For(Input{Rule: r, Resource: res, Now: now})
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		if len(m.Audit) == 0 {
			t.Errorf("%s: no command of its audit was found", id)
		}
		all := slices.Concat(m.Audit, m.Repair)
		for _, c := range all {
			whole(t, id, c)
			marked(t, id, c)
		}
		if slices.ContainsFunc(all, Command.Filled) {
			filled++
		}
		if len(m.Repair) > 0 && !slices.ContainsFunc(m.Repair, Command.Filled) {
			unnamed = append(unnamed, id)
		}
		if m.Control.Command.Text != "" {
			whole(t, id, m.Control.Command)
			patched(t, id, m.Control)
		}
		if (m.Control.Command.Text == "") == (m.Control.Why == "") {
			t.Errorf("%s: Cloud Control has a command and a reason against it, or neither", id)
		}
		if m.Template.After == "" && m.Template.Why == "" {
			t.Errorf("%s: the template has no correction and no reason", id)
		}
	}
	t.Logf("%d of %d pages have a command that names the judged resource", filled, len(library.IDs()))
	known := ledger(t)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(known)), unnamed); diff != "" {
		t.Errorf("pages whose repair does not name the judged resource (-testdata/unnamed.txt +found):\n%s", diff)
	}
}

// whole holds a command to what is true of each.
func whole(t *testing.T, id string, c Command) {
	t.Helper()
	var b strings.Builder
	for _, p := range c.Parts() {
		b.WriteString(p.Text)
		switch {
		case p.Kind != "" && p.Text == "":
			t.Errorf("%s: an empty span in %s", id, c.Text)
		case p.Kind == Replace && p.Note == "":
			t.Errorf("%s: nothing says what replaces %q", id, p.Text)
		}
	}
	if b.String() != c.Text {
		t.Errorf("%s: the parts are not the text:\n%s\n%s", id, b.String(), c.Text)
	}
	if _, err := parseShell(c.Text); err != nil {
		t.Errorf("%s: the filled command cannot be read: %v\n%s", id, err, c.Text)
	}
}

// marked holds a page's command to mark what looks like an id and is not the
// resource's.
func marked(t *testing.T, id string, c Command) {
	t.Helper()
	for _, p := range c.Parts() {
		if p.Kind == Replace {
			continue
		}
		for _, example := range []string{"123456789012", "0123456789abcdef0", "0fedcba9876543210", "EXAMPLE", "file://", "eu-west-1"} {
			if strings.Contains(p.Text, example) {
				t.Errorf("%s: %q stands unmarked in %s", id, example, c.Text)
			}
		}
	}
}

// patched holds a patch document to RFC 6902.
func patched(t *testing.T, id string, c Control) {
	t.Helper()
	var list []map[string]any
	if err := json.Unmarshal([]byte(c.Patch), &list); err != nil || len(list) == 0 {
		t.Errorf("%s: the patch is not a list of operations: %v", id, err)
	}
	for _, op := range list {
		path, _ := op["path"].(string)
		_, value := op["value"]
		if !strings.HasPrefix(path, "/") || value != (op["op"] == "add") {
			t.Errorf("%s: no operation: %v", id, op)
		}
	}
}

// ledger reads testdata/unnamed.txt: a page and the reason a line.
func ledger(t *testing.T) map[string]string {
	t.Helper()
	f, err := os.Open("testdata/unnamed.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := map[string]string{}
	for s := bufio.NewScanner(f); s.Scan(); {
		if s.Text() == "" || strings.HasPrefix(s.Text(), "#") {
			continue
		}
		id, why, ok := strings.Cut(s.Text(), " ")
		if !ok || strings.TrimSpace(why) == "" {
			t.Errorf("testdata/unnamed.txt: %q has no reason", s.Text())
		}
		out[id] = why
	}
	return out
}
