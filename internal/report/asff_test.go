package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
)

// TestASFFValid holds every batch and finding against what BatchImportFindings
// takes, with names and texts far beyond its limits among them.
func TestASFFValid(t *testing.T) {
	s := readShapes(t, "asff.tsv")
	request := s.members["BatchImportFindingsRequest"]["Findings"]
	var kinds []string
	for line := range strings.Lines(string(written(t, "asff", accounts()))) {
		batch, ok := decoded(t, line).([]any)
		if !ok || !within(len(batch), request.rules["items"]) {
			t.Fatalf("a batch of %d findings", len(batch))
		}
		for _, finding := range batch {
			f := finding.(map[string]any)
			path := f["Id"].(string)
			for _, fault := range s.faults("AwsSecurityFinding", path, f, nil) {
				t.Error(fault)
			}
			if encoded, _ := json.Marshal(f); len(encoded) > 240_000 {
				t.Errorf("%s has %d bytes", path, len(encoded))
			}
			first := batch[0].(map[string]any)
			if f["AwsAccountId"] != first["AwsAccountId"] || f["Region"] != first["Region"] || f["ProductArn"] != first["ProductArn"] {
				t.Errorf("%s is in a batch of another account or region", path)
			}
			for _, resource := range f["Resources"].([]any) {
				typ := resource.(map[string]any)["Type"].(string)
				if typ != "Other" && typ != "AwsAccount" && !slices.Contains(s.types, typ) {
					t.Errorf("%s: ASFF has no type %s", path, typ)
				}
			}
			workflow, _ := f["Workflow"].(map[string]any)
			kinds = append(kinds, fmt.Sprint(f["Compliance"].(map[string]any)["Status"], " ", f["RecordState"], " ", workflow["Status"]))
		}
	}
	slices.Sort(kinds)
	want := []string{
		"FAILED ACTIVE <nil>", "FAILED ACTIVE <nil>", "FAILED ACTIVE <nil>", "FAILED ACTIVE <nil>", "FAILED ARCHIVED <nil>",
		"NOT_AVAILABLE ACTIVE <nil>", "PASSED ACTIVE RESOLVED", "WARNING ACTIVE <nil>",
	}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("states of the findings (-want +got):\n%s", diff)
	}
}

// TestASFFBatches cuts the findings of one place into what a call takes.
func TestASFFBatches(t *testing.T) {
	r := accounts()
	one := *r.Checks[0]
	r.Checks = nil
	for i := range 250 {
		check, resource := one, *one.Resource
		resource.ID = fmt.Sprintf("b%d", i)
		check.Resource = &resource
		r.Checks = append(r.Checks, &check)
	}
	var sizes []int
	for line := range strings.Lines(string(written(t, "asff", r))) {
		sizes = append(sizes, len(decoded(t, line).([]any)))
	}
	if diff := cmp.Diff([]int{100, 100, 50}, sizes); diff != "" {
		t.Errorf("batches (-want +got):\n%s", diff)
	}

	var b strings.Builder
	line := &asffLine{}
	for range 4 {
		if err := line.add(&b, []byte(`"`+strings.Repeat("x", 2_500_000)+`"`)); err != nil {
			t.Fatal(err)
		}
	}
	if err := line.flush(&b); err != nil {
		t.Fatal(err)
	}
	for batch := range strings.Lines(b.String()) {
		if len(batch) > 6_000_000 || len(decoded(t, batch).([]any)) != 2 {
			t.Errorf("a batch of %d bytes", len(batch))
		}
	}
}

// TestASFFPlace sees where a finding is sent.
func TestASFFPlace(t *testing.T) {
	cases := []struct {
		arn, region string
		want        string
	}{
		{"arn:aws:s3:::b", "eu-west-1", "arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default"},
		{"arn:aws:iam::123456789012:role/x", "global", "arn:aws:securityhub:us-east-1:123456789012:product/123456789012/default"},
		{"arn:aws-cn:iam::123456789012:role/x", "global", "arn:aws-cn:securityhub:cn-north-1:123456789012:product/123456789012/default"},
		{"", "us-gov-east-1", "arn:aws-us-gov:securityhub:us-gov-east-1:123456789012:product/123456789012/default"},
		{"", "global", "arn:aws:securityhub:us-east-1:123456789012:product/123456789012/default"},
	}
	for _, c := range cases {
		check := &engine.Check{Resource: &cloud.Resource{Account: "123456789012", Region: c.region, ARN: c.arn}}
		a := &asff{partitions: (&Report{Checks: []*engine.Check{check}}).partitions()}
		if got := a.place(check).product(); got != c.want {
			t.Errorf("%s in %s: %s, want %s", c.arn, c.region, got, c.want)
		}
	}
}

// TestASFFTemplates sees that a template is refused, before a scan and after.
func TestASFFTemplates(t *testing.T) {
	if err := Write(io.Discard, "asff", fixture()); err == nil || !strings.Contains(err.Error(), "a template is in none") {
		t.Errorf("the checks of a template as ASFF: %v", err)
	}
	for _, format := range Formats() {
		if err := ForTemplates(format); (err != nil) != (format == "asff") {
			t.Errorf("ForTemplates(%q): %v", format, err)
		}
	}
}

// TestASFFTypes holds the table of types against both vocabularies.
func TestASFFTypes(t *testing.T) {
	known := readShapes(t, "asff.tsv").types
	for typ, name := range asffTypes {
		if _, ok := schema.Lookup(typ); !ok {
			t.Errorf("CloudFormation has no type %s", typ)
		}
		if !slices.Contains(known, name) {
			t.Errorf("ASFF has no type %s", name)
		}
	}
	if got := asffType("AWS::Chatbot::SlackChannelConfiguration"); got != "Other" {
		t.Errorf("a type that ASFF does not know is %s", got)
	}
}

func TestCut(t *testing.T) {
	cases := []struct {
		text   string
		length int
		want   string
	}{
		{"short", 5, "short"},
		{"longer", 5, "long…"},
		{"  a\nb\tc  ", 20, "a b c"},
		{"日本語の", 4, "日本語の"},
		{"日本語のバ", 4, "日本語…"},
		{"😀😀😀", 6, "😀😀😀"},
		{"😀😀😀", 5, "😀😀…"},
		{"a😀😀", 4, "a😀…"},
		{"\x1b[31m", 20, `\u001b[31m`},
		{" \n ", 5, ""},
	}
	for _, c := range cases {
		got := cut(c.text, c.length)
		if got != c.want || len(utf16.Encode([]rune(got))) > c.length {
			t.Errorf("cut(%q, %d) = %q, want %q", c.text, c.length, got, c.want)
		}
	}
	long := strings.Repeat("x", 600)
	a, b := bounded(long+"a", 512), bounded(long+"b", 512)
	if a == b || len(a) > 512 || bounded("short", 512) != "short" {
		t.Errorf("bounded gives %q and %q", a, b)
	}
}

// TestSeverity gives every format of four grades the same one.
func TestSeverity(t *testing.T) {
	for risk, want := range map[rule.Risk]string{
		rule.Low: "LOW", rule.Medium: "MEDIUM", rule.High: "HIGH", rule.VeryHigh: "HIGH", rule.Extreme: "CRITICAL",
	} {
		if got := asffLabel(&engine.Check{Verdict: engine.Fail, Risk: risk}); got != want {
			t.Errorf("%s fails as %s, want %s", risk, got, want)
		}
		if got := asffLabel(&engine.Check{Verdict: engine.Unknown, Risk: risk}); got != want {
			t.Errorf("%s is unknown as %s, want %s", risk, got, want)
		}
		if got := asffLabel(&engine.Check{Verdict: engine.Pass, Risk: risk}); got != "INFORMATIONAL" {
			t.Errorf("%s passes as %s", risk, got)
		}
	}
}
