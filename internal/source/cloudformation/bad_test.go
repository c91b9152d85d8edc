package cloudformation

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestBadInput(t *testing.T) {
	deepYAML := "Resources: " + strings.Repeat("[", 1000)
	deepJSON := `{"Resources": ` + strings.Repeat(`{"a":`, 1000)
	blockDeep := "Resources:\n"
	for i := 1; i <= 1000; i++ {
		blockDeep += strings.Repeat(" ", i) + "a:\n"
	}
	bomb := "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c <= 'k'; c++ {
		bomb += fmt.Sprintf("%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c]\n", c, c, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1)
	}
	tests := []struct {
		name, input  string
		line, column int
		summary      string
		detail       string
	}{
		{"empty", "", 0, 0, "empty", "Resources"},
		{"blank", " \n\t\n", 0, 0, "empty", "Resources"},
		{"comments only", "# nothing\n", 0, 0, "nothing but comments", "Resources"},
		{"scalar", "hello", 1, 1, `holds "hello"`, "object"},
		{"list", "- a", 1, 1, "holds a list", "object"},
		{"no resources", "AWSTemplateFormatVersion: 2010-09-09\n", 0, 0, "no Resources", "at least one resource"},
		{"resources null", "Resources:\n", 0, 0, "no Resources", ""},
		{"resources list", "Resources:\n  - Type: AWS::S3::Bucket\n", 2, 3, "Resources is a list", "logical id"},
		{"resources text", "Resources: all", 1, 12, `Resources is "all"`, ""},
		{"parameters list", "Parameters: []\nResources: {}", 1, 13, "Parameters is a list", ""},
		{"truncated flow", "Resources:\n  A: {Type: AWS::S3::Bucket,\n", 2, 29, "not YAML", ""},
		{"unclosed quotation", "Resources:\n  A:\n    Type: \"AWS::S3::Bucket\n", 3, 11, "not YAML", "never closed"},
		{"wrong indentation", "Resources:\n  A:\n    Type: AWS::S3::Bucket\n   Properties: {}\n", 4, 0, "not YAML", "indented"},
		{"indented too far", "Resources:\n  A:\n    Type: AWS::S3::Bucket\n     Properties: {}\n", 4, 0, "not YAML", "indented too far"},
		{"tab", "Resources:\n\tA:\n", 2, 1, "tab", "spaces"},
		{"two documents", "Resources: {}\n---\nResources: {}\n", 2, 1, "several YAML documents", "one document"},
		{"duplicate key", "Resources:\n  A: {Type: AWS::S3::Bucket}\n  A: {Type: AWS::S3::Bucket}\n", 3, 3, `"A" is written twice`, "line 2"},
		{"unknown alias", "Resources: *nothing", 1, 12, "anchor", "follow the anchor"},
		{"alias in itself", "Resources: &a {b: *a}", 1, 19, "stands inside", ""},
		{"list as key", "? [a]\n: b\n", 1, 3, "key is not a text", ""},
		{"merge of text", "Resources: {<<: a}", 1, 17, "merge key", ""},
		{"deep flow", deepYAML, 1, 0, "200 levels", ""},
		{"deep block", blockDeep, 0, 0, "200 levels", ""},
		{"deep JSON", deepJSON, 1, 0, "200 levels", ""},
		{"alias bomb", bomb + "Resources: {}", 0, 0, "500,000 values", "anchor"},
		{"invalid UTF-8", "Resources:\n  A: \xff\n", 2, 6, "not valid UTF-8", "UTF-8"},
		{"UTF-16", "\xff\xfeR\x00", 0, 0, "UTF-16", "UTF-8"},
		{"JSON without comma", "{\n \"Resources\": {\n  \"A\": {\"Type\": \"AWS::S3::Bucket\"}\n  \"B\": {}\n }\n}", 4, 3, "not JSON", "comma is missing"},
		{"JSON with one too many", "{\"Resources\": {},}", 1, 18, "not JSON", "Remove the comma"},
		{"JSON two commas", "{\"Resources\": [1,,2]}", 1, 18, "not JSON", "Check the commas"},
		{"JSON truncated", "{\"Resources\": {", 1, 16, "ends before", "not closed"},
		{"JSON truncated text", "{\"Resources\": \"a", 1, 17, "ends before", "not closed"},
		{"JSON and more", "{\"Resources\": {}} x", 1, 19, "goes on", ""},
		{"JSON single quotation marks", "{'Resources': {}}", 1, 2, "not JSON", "double quotation"},
		{"JSON comment", "{\n // no\n}", 2, 2, "not JSON", "no comments"},
		{"JSON line break in text", "{\"a\": \"x\ny\"}", 1, 9, "not JSON", "end of the line"},
		{"JSON escape", `{"a": "\q"}`, 1, 9, "not JSON", ""},
		{"JSON duplicate", "{\"Resources\": {},\n \"Resources\": {}}", 2, 2, "written twice", "line 1"},
		{"too large", "#" + strings.Repeat("x", maxBytes), 0, 0, "larger than 4 MB", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inv := Read("t.yaml", []byte(test.input), Options{})
			if !inv.Failed() {
				t.Fatalf("no error; problems: %v", inv.Problems)
			}
			p := inv.Problems[0]
			if p.Severity != cloud.Error || p.File != "t.yaml" || !strings.Contains(p.Summary, test.summary) || !strings.Contains(p.Detail, test.detail) {
				t.Errorf("got %s", p.Error())
			}
			if p.Detail == "" {
				t.Error("the problem says nothing of the remedy")
			}
			if test.line > 0 && p.Line != test.line || test.column > 0 && p.Column != test.column {
				t.Errorf("got %d:%d, want %d:%d", p.Line, p.Column, test.line, test.column)
			}
			if test.line > 0 && p.Source == "" && len(test.input) < 400 {
				t.Error("the problem shows no line of the text")
			}
		})
	}
}

// Text that grows without bounds when it is followed must stop early.
func TestLimits(t *testing.T) {
	var mappings strings.Builder
	mappings.WriteString("Mappings:\n")
	for i := range 60 {
		fmt.Fprintf(&mappings, "  M%d: {k: {v: [!FindInMap [M%d, k, v], !FindInMap [M%d, k, v]]}}\n", i, i+1, i+1)
	}
	var loop strings.Builder
	loop.WriteString("Resources:\n  Fn::ForEach::A: [A, [")
	loop.WriteString(strings.TrimSuffix(strings.Repeat("x,", 1), ","))
	for i := range 20_000 {
		fmt.Fprintf(&loop, ", v%d", i)
	}
	loop.WriteString("], {\"T${A}\": {Type: AWS::SNS::Topic}}]\n")
	var nested strings.Builder
	nested.WriteString("Resources:\n  ")
	for i := range 6 {
		fmt.Fprintf(&nested, "\"Fn::ForEach::L%d\": [A%d, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], {", i, i)
	}
	nested.WriteString("\"T${A0}${A1}${A2}${A3}${A4}${A5}\": {Type: AWS::SNS::Topic}" + strings.Repeat("}]", 6))
	long := strings.Repeat("x", 1000)
	text := "Mappings:\n  M: {k: {v: " + long + "}}\nResources:\n"
	for i := range 50 {
		text += fmt.Sprintf("  T%d: {Type: Custom::T, Properties: {A: !Join [\"\", [%s]]}}\n", i, strings.TrimSuffix(strings.Repeat("!FindInMap [M, k, v],", 1200), ","))
	}
	tests := []struct{ name, input, want string }{
		{"maps that hold one another", mappings.String() + "Resources: {A: {Type: Custom::T, Properties: {P: !FindInMap [M0, k, v]}}}", "more than Surety follows"},
		{"a long loop", loop.String(), "more than 10000 resources"},
		{"loops in loops", nested.String(), "more than"},
		{"long texts", text, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			start := time.Now()
			inv := Read("t.yaml", []byte(test.input), Options{})
			if test.want != "" && (len(inv.Problems) == 0 || !strings.Contains(inv.Problems[0].Summary, test.want)) {
				t.Errorf("problems: %.300v", inv.Problems)
			}
			if len(inv.Problems) > maxProblems || len(inv.Resources) > maxResources {
				t.Errorf("%d problems, %d resources", len(inv.Problems), len(inv.Resources))
			}
			t.Logf("took %v", time.Since(start))
		})
	}
}
