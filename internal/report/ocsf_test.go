package report

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
)

// TestOCSFValid holds every finding against the schema of its class.
func TestOCSFValid(t *testing.T) {
	s := readShapes(t, "ocsf-1.9.0.tsv")
	for name, r := range map[string]*Report{"templates": everything(), "accounts": accounts()} {
		lines := strings.Split(strings.TrimSpace(string(written(t, "ocsf", r))), "\n")
		if len(lines) != len(r.Checks) {
			t.Errorf("%s: %d lines for %d checks", name, len(lines), len(r.Checks))
		}
		uids := map[any]bool{}
		for i, line := range lines {
			event := decoded(t, line).(map[string]any)
			metadata := event["metadata"].(map[string]any)
			profiles, _ := metadata["profiles"].([]any)
			for _, fault := range s.faults("compliance_finding", fmt.Sprintf("%s %d", name, i+1), event, profiles) {
				t.Error(fault)
			}
			uid := event["finding_info"].(map[string]any)["uid"]
			if uids[uid] {
				t.Errorf("two findings have the uid %s", uid)
			}
			uids[uid] = true
		}
	}
}

// TestOCSFMeaning sees what the schema cannot: which numbers each verdict and
// risk gets.
func TestOCSFMeaning(t *testing.T) {
	resource := &cloud.Resource{Type: "AWS::S3::Bucket", ID: "b", Account: "123456789012", Region: "eu-west-1", ARN: "arn:aws:s3:::b"}
	suppressed := &cloud.Ignore{Reason: "public by design"}
	cases := []struct {
		name                                     string
		verdict                                  engine.Verdict
		risk                                     rule.Risk
		suppressed                               *cloud.Ignore
		severity, status, compliance             int
		remediation                              bool
		severityText, statusText, complianceText string
	}{
		{"extreme", engine.Fail, rule.Extreme, nil, 5, 1, 3, true, "Critical", "New", "Fail"},
		{"very-high", engine.Fail, rule.VeryHigh, nil, 4, 1, 3, true, "High", "New", "Fail"},
		{"high", engine.Fail, rule.High, nil, 4, 1, 3, true, "High", "New", "Fail"},
		{"medium", engine.Fail, rule.Medium, nil, 3, 1, 3, true, "Medium", "New", "Fail"},
		{"low", engine.Fail, rule.Low, nil, 2, 1, 3, true, "Low", "New", "Fail"},
		{"unknown", engine.Unknown, rule.High, nil, 4, 1, 2, true, "High", "New", "Warning"},
		{"pass", engine.Pass, rule.High, nil, 1, 4, 1, false, "Informational", "Resolved", "Pass"},
		{"suppressed", engine.Fail, rule.High, suppressed, 4, 3, 3, true, "High", "Suppressed", "Fail"},
	}
	for _, c := range cases {
		check := &engine.Check{
			Rule: &rule.Rule{ID: "S3-001", Title: "Good", Service: "S3"}, Risk: c.risk,
			Verdict: c.verdict, Resource: resource, Message: "m", Suppressed: c.suppressed,
		}
		o := &ocsf{r: &Report{Time: time.UnixMilli(1)}, advice: map[*rule.Rule]advice{}}
		f := o.finding(check)
		got := []any{f.SeverityID, f.StatusID, f.Compliance.StatusID, f.Remediation != nil, f.Severity, f.Status, f.Compliance.Status, f.Compliance.Checks[0].Severity}
		want := []any{c.severity, c.status, c.compliance, c.remediation, c.severityText, c.statusText, c.complianceText, string(c.risk)}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestCheckID names checks as every scan does.
func TestCheckID(t *testing.T) {
	cases := []struct {
		name     string
		resource cloud.Resource
		want     string
	}{
		{"live", cloud.Resource{ID: "arn:aws:iam::1:role/x", Account: "123456789012", Region: "global"}, "ccc:123456789012:S3-001:S3:global:arn:aws:iam::1:role/x"},
		{"template", cloud.Resource{ID: "Bucket", Template: true, Source: &cloud.Location{File: "/repo/a.yaml", Line: 3}}, "ccc::S3-001:S3::a.yaml#Bucket"},
		{"module", cloud.Resource{ID: "module.a.b", Template: true, World: "infra", Source: &cloud.Location{File: "modules/a/main.tf"}}, "ccc::S3-001:S3::infra#module.a.b"},
	}
	for _, c := range cases {
		check := &engine.Check{Rule: &rule.Rule{ID: "S3-001", Service: "S3"}, Resource: &c.resource}
		if got := (&Report{Dir: "/repo"}).checkID(check); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestNoTime sees that no finding is dated 1970.
func TestNoTime(t *testing.T) {
	for _, format := range []string{"ocsf", "asff"} {
		r := accounts()
		r.Time = time.Time{}
		if err := Write(io.Discard, format, r); err == nil || !strings.Contains(err.Error(), "when the scan was made") {
			t.Errorf("%s without a time: %v", format, err)
		}
	}
}

// TestAdvice reads the parts of a page that have a field in OCSF and ASFF.
func TestAdvice(t *testing.T) {
	got := adviceOn(&rule.Rule{
		ID: "EC2-075", Title: "Good", Summary: "It `matters`\nmuch.",
		Text: "Why.\n\n## Audit\n\nLook.\n\n## Remediation\n\nGive *the* group\nas the `source`.\n\nSecond.\n\n### CLI\n\nSteps.\n\n" +
			"## References\n\n- [A](https://example.com/a) (Guide)\n- <https://example.com/b>\n- [C](javascript:alert(1))\n",
	})
	want := advice{
		summary: "It matters much.",
		repair:  "Give the group as the source.\n\nSecond.\n\nAll steps: surety explain EC2-075",
		urls:    []string{"https://example.com/a", "https://example.com/b"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(advice{})); diff != "" {
		t.Errorf("advice (-want +got):\n%s", diff)
	}
	got = adviceOn(&rule.Rule{ID: "X-001", Title: "Good"})
	want = advice{summary: "Good", repair: "All steps: surety explain X-001"}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(advice{})); diff != "" {
		t.Errorf("advice of an empty page (-want +got):\n%s", diff)
	}
}
