package report

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
)

// everything is the fixture with all that can be shown.
func everything() *Report {
	r := fixture()
	r.ShowSuppressed, r.ShowPassed = true, true
	return r
}

// TestSARIFValid holds the output against the JSON schema of SARIF 2.1.0.
func TestSARIFValid(t *testing.T) {
	for name, r := range map[string]*Report{"fixture": fixture(), "everything": everything(), "bare": bare()} {
		log, err := sarif.FromBytes(written(t, "sarif", r), sarif.WithStrictValidation())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := log.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSARIFMeaning sees what the schema cannot: the level of each kind, the
// weight of each rule, what is suppressed, and whether the scan was whole.
func TestSARIFMeaning(t *testing.T) {
	log, err := sarif.FromBytes(written(t, "sarif", everything()))
	if err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	kinds := map[string]int{}
	suppressed := 0
	for _, result := range run.Results {
		kinds[result.Kind+" "+result.Level]++
		suppressed += len(result.Suppressions)
		if id := *run.Tool.Driver.Rules[result.RuleIndex].ID; id != *result.RuleID {
			t.Errorf("ruleIndex %d is %s, not %s", result.RuleIndex, id, *result.RuleID)
		}
	}
	want := map[string]int{"fail error": 5, "fail warning": 3, "fail note": 1, "open none": 1, "pass none": 1}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("kinds and levels (-want +got):\n%s", diff)
	}
	if suppressed != 2 {
		t.Errorf("%d suppressions, want 2", suppressed)
	}
	if *run.Invocations[0].ExecutionSuccessful {
		t.Error("the execution is called successful though a file could not be read")
	}
	for _, described := range run.Tool.Driver.Rules {
		_, security := described.Properties.Properties["security-severity"]
		_, other := described.Properties.Properties["problem.severity"]
		if security == other {
			t.Errorf("%s: security-severity %v and problem.severity %v; want one of them", *described.ID, security, other)
		}
	}
}

// TestFingerprints moves a resource, after which its findings are the same,
// and renames it, after which they are not.
func TestFingerprints(t *testing.T) {
	prints := func(change func(*cloud.Resource)) map[string]string {
		r := &cloud.Resource{Type: "AWS::S3::Bucket", ID: "B", Source: &cloud.Location{File: "a.yaml", Line: 3}}
		change(r)
		return fingerprints(&engine.Check{Rule: &rule.Rule{ID: "S3-001"}, Resource: r}, r.Source.File, "")
	}
	first := prints(func(*cloud.Resource) {})
	cases := []struct {
		name   string
		change func(*cloud.Resource)
		same   bool
	}{
		{"moved", func(r *cloud.Resource) { r.Source.Line = 90 }, true},
		{"renamed", func(r *cloud.Resource) { r.ID = "C" }, false},
		{"in another file", func(r *cloud.Resource) { r.Source.File = "b.yaml" }, false},
	}
	for _, c := range cases {
		if same := cmp.Equal(first, prints(c.change)); same != c.same {
			t.Errorf("%s: the same fingerprints: %v, want %v", c.name, same, c.same)
		}
	}
}

func TestURI(t *testing.T) {
	cases := []struct{ file, want string }{
		{"a.yaml", "a.yaml"},
		{"./x/../a b.yaml", "a%20b.yaml"},
		{"../up.yaml", "../up.yaml"},
		{"/repo/sub/a.yaml", "sub/a.yaml"},
		{"/repository/a.yaml", "file:///repository/a.yaml"},
		{"a:b.yaml", "./a:b.yaml"},
		{"-", "-"},
	}
	r := &Report{Dir: "/repo"}
	for _, c := range cases {
		if got := r.uri(c.file); got != c.want {
			t.Errorf("uri(%q) = %q, want %q", c.file, got, c.want)
		}
	}
}

// TestJSONLines holds the promise to scripts: the keys of every line.
func TestJSONLines(t *testing.T) {
	want := map[string]bool{
		"rule": true, "title": true, "status": true, "risk": true, "categories": true,
		"resource": true, "message": true, "location": true, "missing": true,
	}
	lines := bufio.NewScanner(bytes.NewReader(written(t, "jsonl", everything())))
	n := 0
	for lines.Scan() {
		n++
		var line map[string]any
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("line %d: %v", n, err)
		}
		got := map[string]bool{}
		for key := range line {
			if key != "suppressed" {
				got[key] = true
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("line %d: keys (-want +got):\n%s", n, diff)
		}
		for _, key := range []string{"categories", "missing"} {
			if _, ok := line[key].([]any); !ok {
				t.Errorf("line %d: %s is %v, want a list", n, key, line[key])
			}
		}
		if _, ok := line["resource"].(map[string]any)["tags"].(map[string]any); !ok {
			t.Errorf("line %d: tags are not an object", n)
		}
	}
	if n != 11 {
		t.Errorf("%d lines, want 11", n)
	}
}

// TestCSV reads the file back and looks for cells that a spreadsheet would
// take for a formula.
func TestCSV(t *testing.T) {
	records, err := csv.NewReader(bytes.NewReader(written(t, "csv", everything()))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(records) != 12 {
		t.Errorf("%d records, want 12", len(records))
	}
	for _, record := range records {
		for _, cell := range record {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("the cell %q is a formula", cell)
			}
		}
	}
}

func TestInert(t *testing.T) {
	cases := []struct{ in, want string }{
		{"=1+1", "'=1+1"}, {"+1", "'+1"}, {"-1", "'-1"}, {"@SUM(A1)", "'@SUM(A1)"},
		{"", ""}, {"a=b", "a=b"}, {"\x1b[31m", `\u001b[31m`}, {"a\xffb", "a\uFFFDb"},
	}
	for _, c := range cases {
		if got := Inert(plainLines(c.in)); got != c.want {
			t.Errorf("Inert(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// TestJUnit reads the file back and adds it up.
func TestJUnit(t *testing.T) {
	r := everything()
	r.Checks[0].Resource.ID = "nul\x00 and \uFFFE"
	out := written(t, "junit", r)
	decoder := xml.NewDecoder(bytes.NewReader(out))
	count := map[string]int{}
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, out)
		}
		if start, ok := token.(xml.StartElement); ok {
			count[start.Name.Local]++
		}
	}
	want := map[string]int{
		"testsuites": 1, "testsuite": 5, "testcase": 12,
		"failure": 7, "error": 1, "skipped": 3, "system-err": 2,
	}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Errorf("elements (-want +got):\n%s", diff)
	}
	if !strings.Contains(string(out), `tests="12" failures="7" errors="1" skipped="3"`) {
		t.Errorf("the counts of the whole are wrong:\n%.200s", out)
	}
}

// TestMarkdownEscapes renders the comment as GitHub would: a name must not
// become an element, nor break its row.
func TestMarkdownEscapes(t *testing.T) {
	var page bytes.Buffer
	if err := goldmark.New(goldmark.WithExtensions(extension.Table)).Convert(written(t, "markdown", everything()), &page); err != nil {
		t.Fatal(err)
	}
	for _, unwanted := range []string{"<b>", "<em>", "<code>rm</code>", "@everyone"} {
		if strings.Contains(page.String(), unwanted) {
			t.Errorf("%s came through:\n%s", unwanted, page.String())
		}
	}
	for _, row := range strings.Split(page.String(), "<tr>") {
		if n := strings.Count(row, "<td>") + strings.Count(row, "<td "); n != 0 && n != 2 && n != 4 {
			t.Errorf("a row has %d cells:\n%s", n, row)
		}
	}
	if want := `href="modules/odd%20dir/main%281%29%23a.tf#L12"`; !strings.Contains(page.String(), want) {
		t.Errorf("there is no link %s", want)
	}
}

// TestMarkdownLink must not take a file's name for an address elsewhere.
func TestMarkdownLink(t *testing.T) {
	m := &markdown{r: &Report{}}
	for file, want := range map[string]string{
		"a/b.yaml":               "[a/b.yaml:3](a/b.yaml#L3)",
		`C:\win.yaml`:            `[C:\\win.yaml:3](./C:%5Cwin.yaml#L3)`,
		"javascript:alert(1).tf": "[javascript:alert(1).tf:3](./javascript:alert%281%29.tf#L3)",
	} {
		if got := m.link(file, 3); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
}

// TestMarkdownLimit fills a comment beyond what GitHub takes.
func TestMarkdownLimit(t *testing.T) {
	r := fixture()
	one := r.Checks[2]
	for i := range 2000 {
		c := *one
		moved := *one.Location
		moved.File = fmt.Sprintf("stack%d.yaml", i/20)
		c.Location = &moved
		r.Checks = append(r.Checks, &c)
	}
	out := string(written(t, "markdown", r))
	if len(out) > 65_536 {
		t.Errorf("the comment has %d bytes", len(out))
	}
	shown := strings.Count(out, "\n| very-high |")
	var left int
	at := strings.Index(out, "A comment has no room for")
	if at < 0 {
		t.Fatal("the comment does not say that something is left out")
	}
	if _, err := fmt.Sscanf(out[at:], "A comment has no room for %d more", &left); err != nil {
		t.Fatal(err)
	}
	other := strings.Count(out, "\n| extreme |") + strings.Count(out, "\n| low |") + strings.Count(out, "\n| unknown |") +
		strings.Count(out, "\n| high |") + strings.Count(out, "\n| medium |")
	if shown+other+left != 2008 {
		t.Errorf("%d shown and %d left out are not 2008", shown+other, left)
	}
	if strings.Count(out, "<details>") != strings.Count(out, "</details>") {
		t.Error("a fold is not closed")
	}
}

func TestWrap(t *testing.T) {
	cases := []struct {
		text  string
		width int
		want  []string
	}{
		{"one two three", 7, []string{"one two", "three"}},
		{"one two three", 0, []string{"one two three"}},
		{"arn:aws:s3:::a-very-long-name x", 10, []string{"arn:aws:s3:::a-very-long-name", "x"}},
		{"日本 語の", 5, []string{"日本", "語の"}},
		{"", 10, []string{""}},
	}
	for _, c := range cases {
		if diff := cmp.Diff(c.want, wrap(c.text, c.width)); diff != "" {
			t.Errorf("wrap(%q, %d) (-want +got):\n%s", c.text, c.width, diff)
		}
	}
}

// TestTablePipe sees that a finding is one line without escapes in a pipe.
func TestTablePipe(t *testing.T) {
	r := everything()
	out := string(written(t, "table", r))
	if strings.ContainsRune(out, '\x1b') {
		t.Error("the output has escapes")
	}
	for _, c := range r.Checks {
		found := false
		for _, line := range strings.Split(out, "\n") {
			found = found || strings.Contains(line, c.Rule.ID) && strings.Contains(line, plain(c.Message)) &&
				strings.Contains(line, label(c)) && strings.Contains(line, position(c))
		}
		if !found {
			t.Errorf("no line tells all of %s: %s", c.Rule.ID, c.Message)
		}
	}
}
