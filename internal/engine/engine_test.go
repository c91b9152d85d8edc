package engine

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
)

var today = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// library makes a library of pages from front matter lines beside the
// required ones, by id.
func library(t testing.TB, pages map[string]string) *rule.Library {
	t.Helper()
	files := fstest.MapFS{}
	for id, lines := range pages {
		typ := "AWS::EC2::VPC"
		if strings.HasPrefix(id, "S3") {
			typ = "AWS::S3::Bucket"
		}
		files["x/"+id+".md"] = &fstest.MapFile{Data: []byte("---\nid: " + id + "\ntitle: T\nrisk: low\ncategories: [security]\nservice: X\nresource: " +
			typ + "\nmessage: wrong {id}\n" + strings.TrimSpace(lines) + "\n---\n\nText.\n")}
	}
	l, err := rule.NewLibrary(files, "")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// said runs all rules and gives a line a check, and the problems.
func said(t *testing.T, l *rule.Library, profile *Profile, resources ...*cloud.Resource) (checks, problems []string) {
	t.Helper()
	result, err := Run(context.Background(), &cloud.Inventory{Resources: resources},
		Options{Library: l, Rules: l.IDs(), Profile: profile, Now: today})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range result.Checks {
		line := fmt.Sprintf("%s %s %s", c.Rule.ID, c.Resource.ID, c.Verdict)
		if c.Suppressed != nil {
			line += " suppressed"
		}
		if len(c.Missing) > 0 {
			line += ": " + strings.Join(c.Missing, "; ")
		}
		checks = append(checks, line)
	}
	for _, p := range result.Problems {
		problems = append(problems, p.Severity.String()+": "+p.Summary)
	}
	return checks, problems
}

func vpc(world, id string, properties map[string]any) *cloud.Resource {
	if properties == nil {
		properties = map[string]any{}
	}
	properties["VpcId"] = cloud.Symbol(id, "")
	return &cloud.Resource{Type: "AWS::EC2::VPC", ID: id, World: world, Template: true, Properties: properties}
}

func flowLog(world, id string, of any) *cloud.Resource {
	return &cloud.Resource{Type: "AWS::EC2::FlowLog", ID: id, World: world, Template: true,
		Properties: map[string]any{"ResourceId": of, "LogDestinationType": "s3"}}
}

const hasFlowLog = "with:\n  logs: AWS::EC2::FlowLog where ResourceId = VpcId\ncheck: logs.exists(l, l.LogDestinationType == 's3')"

func TestJoins(t *testing.T) {
	missing := &cloud.Unresolved{Reason: "parameter Vpc has no default"}
	literal := func(r *cloud.Resource) *cloud.Resource {
		r.Properties["VpcId"] = "vpc-1"
		return r
	}
	unnamed := func(r *cloud.Resource) *cloud.Resource {
		r.Properties["VpcId"] = missing
		return r
	}
	for _, test := range []struct {
		name      string
		resources []*cloud.Resource
		want      string
	}{
		{"nothing to join", []*cloud.Resource{vpc("w", "V", nil)}, "VPC-900 V fail"},
		{"by Ref", []*cloud.Resource{vpc("w", "V", nil), flowLog("w", "L", "${V}")}, "VPC-900 V pass"},
		{"by another attribute", []*cloud.Resource{vpc("w", "V", nil), flowLog("w", "L", "${V.Arn}")}, "VPC-900 V pass"},
		{"by an ARN that ends in it", []*cloud.Resource{vpc("w", "V", nil), flowLog("w", "L", "arn:aws:ec2:${AWS::Region}:${AWS::AccountId}:vpc/${V}")}, "VPC-900 V pass"},
		{"by an ARN that goes on behind it", []*cloud.Resource{vpc("w", "V", nil), flowLog("w", "L", "arn:aws:s3:::${V}/logs")}, "VPC-900 V fail"},
		{"by a nested address", []*cloud.Resource{vpc("w", `m["a.b"].aws_vpc.v`, nil), flowLog("w", "L", `${m["a.b"].aws_vpc.v.id}`)}, `VPC-900 m["a.b"].aws_vpc.v pass`},
		{"by Ref beside a literal identifier", []*cloud.Resource{literal(vpc("w", "V", nil)), flowLog("w", "L", "${V}")}, "VPC-900 V pass"},
		{"by the literal identifier", []*cloud.Resource{literal(vpc("w", "V", nil)), flowLog("w", "L", "vpc-1")}, "VPC-900 V pass"},
		{"by Ref beside an identifier that is not known", []*cloud.Resource{unnamed(vpc("w", "V", nil)), flowLog("w", "L", "${V}"), flowLog("w", "M", "${W}")}, "VPC-900 V pass"},
		{"none by Ref beside an identifier that is not known", []*cloud.Resource{unnamed(vpc("w", "V", nil)), vpc("w", "W", nil), flowLog("w", "M", "${W}")}, "VPC-900 V fail"},
		{"a literal that may be the identifier", []*cloud.Resource{unnamed(vpc("w", "V", nil)), flowLog("w", "M", "vpc-1")}, "VPC-900 V unknown: VpcId: parameter Vpc has no default"},
		{"another resource's", []*cloud.Resource{vpc("w", "V", nil), flowLog("w", "L", "${W}")}, "VPC-900 V fail"},
		{"another world's", []*cloud.Resource{vpc("w", "V", nil), flowLog("other", "L", "${V}")}, "VPC-900 V fail"},
		{"one that may belong", []*cloud.Resource{vpc("w", "V", nil), flowLog("w", "L", missing)},
			"VPC-900 V unknown: ResourceId of L: parameter Vpc has no default"},
		{"one that may belong beside one that does", []*cloud.Resource{vpc("w", "V", nil), flowLog("w", "L", missing), flowLog("w", "M", "${V}")}, "VPC-900 V pass"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, problems := said(t, library(t, map[string]string{"VPC-900": hasFlowLog}), nil, test.resources...)
			if diff := cmp.Diff([]string{test.want}, got[:1]); diff != "" || problems != nil {
				t.Errorf("%s%v", diff, problems)
			}
		})
	}
}

// TestFragment judges a part of a resource that is declared elsewhere: what the
// part says counts, what it does not bear on is not asked, and nothing follows
// from what the template does not hold.
func TestFragment(t *testing.T) {
	const why = "the VPC is not part of the template"
	l := library(t, map[string]string{
		"VPC-900": hasFlowLog,
		"VPC-901": "check: resource.EnableDnsSupport",
		"VPC-902": "check: resource.EnableDnsHostnames",
		"VPC-903": "check: resource.InstanceTenancy == 'default'",
		"VPC-904": "check: resource.CidrBlock == ''",
	})
	part := func() *cloud.Resource {
		r := vpc("w", "P", map[string]any{
			"EnableDnsSupport":   true,
			"EnableDnsHostnames": false,
			"InstanceTenancy":    &cloud.Unresolved{Reason: why},
			"CidrBlock":          &cloud.Unresolved{Reason: "parameter Cidr has no default"},
		})
		r.Fragment = why
		return r
	}
	rest := []string{"VPC-901 P pass", "VPC-902 P fail", "VPC-904 P unknown: CidrBlock: parameter Cidr has no default"}
	got, _ := said(t, l, nil, part())
	if diff := cmp.Diff(rest, got); diff != "" {
		t.Errorf("without a flow log (-want +got):\n%s", diff)
	}
	got, _ = said(t, l, nil, part(), flowLog("w", "L", "${P}"))
	if diff := cmp.Diff(append([]string{"VPC-900 P pass"}, rest...), got); diff != "" {
		t.Errorf("with one (-want +got):\n%s", diff)
	}
}

func TestJoinByAccount(t *testing.T) {
	live := func(r *cloud.Resource) *cloud.Resource {
		r.Template = false
		return r
	}
	l := library(t, map[string]string{"VPC-900": "with:\n  all: AWS::EC2::FlowLog\ncheck: size(all) == 2"})
	got, _ := said(t, l, nil, live(vpc("1", "V", nil)), live(flowLog("1", "L", "x")), live(flowLog("1", "M", "y")), live(flowLog("2", "N", "z")))
	if diff := cmp.Diff([]string{"VPC-900 V pass"}, got); diff != "" {
		t.Error(diff)
	}
	if got, _ := said(t, l, nil, vpc("w", "V", nil)); got != nil {
		t.Errorf("a rule that joins the whole account judged a template: %v", got)
	}
}

func TestOrderIsStable(t *testing.T) {
	l := library(t, map[string]string{"VPC-902": "check: 'true'", "VPC-901": "check: 'false'", "S3-900": "check: 'true'"})
	var resources []*cloud.Resource
	var want []string
	for i := range 500 {
		id := fmt.Sprint("V", 1000-i)
		resources = append(resources, vpc("w", id, nil))
		want = append(want, "VPC-901 "+id+" fail", "VPC-902 "+id+" pass")
	}
	for range 3 {
		got, _ := said(t, l, nil, resources...)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestOneRulesFaultIsItsOwn(t *testing.T) {
	l := library(t, map[string]string{
		"VPC-901": "check: resource.CidrBlockAssociations[3] == ''",
		"VPC-902": "check: 'true'",
		"VPC-903": "check: resource.Misspelt == ''",
	})
	got, problems := said(t, l, nil, vpc("w", "V", nil))
	if len(got) != 2 || !strings.HasPrefix(got[0], "VPC-901 V unknown: the rule failed") || got[1] != "VPC-902 V pass" {
		t.Errorf("checks %q", got)
	}
	if len(problems) != 2 {
		t.Errorf("problems %q, want one for each faulty rule", problems)
	}
}

func TestSuppression(t *testing.T) {
	ignoring := func(ignores ...cloud.Ignore) *cloud.Resource {
		r := vpc("w", "V", nil)
		r.Ignores = ignores
		return r
	}
	past, future := today.AddDate(0, 0, -2), today.AddDate(0, 0, 2)
	l := library(t, map[string]string{"VPC-901": "check: 'false'\nat: CidrBlock"})
	for _, test := range []struct {
		name    string
		ignore  cloud.Ignore
		want    string
		problem string
	}{
		{"holds", cloud.Ignore{Rule: "VPC-901", Reason: "x"}, "VPC-901 V fail suppressed", ""},
		{"holds until a date to come", cloud.Ignore{Rule: "VPC-901", Until: future}, "VPC-901 V fail suppressed", ""},
		{"holds on its last day", cloud.Ignore{Rule: "VPC-901", Until: today.Truncate(24 * time.Hour)}, "VPC-901 V fail suppressed", ""},
		{"has ended", cloud.Ignore{Rule: "VPC-901", Until: past}, "VPC-901 V fail",
			"warning: the ignore of VPC-901 on V ended on 2026-10-30 and no longer holds"},
		{"is of the property at fault", cloud.Ignore{Rule: "VPC-901", Path: "CidrBlock"}, "VPC-901 V fail suppressed", ""},
		{"is of another property", cloud.Ignore{Rule: "VPC-901", Path: "Tags[0]"}, "VPC-901 V fail", ""},
		{"names no rule", cloud.Ignore{Rule: "VPC-091"}, "VPC-901 V fail", `error: an ignore names rule "VPC-091", which does not exist`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, problems := said(t, l, nil, ignoring(test.ignore))
			if len(got) != 1 || got[0] != test.want || strings.Join(problems, "") != test.problem {
				t.Errorf("%q, problems %q; want %q, %q", got, problems, test.want, test.problem)
			}
		})
	}
}

func TestProfile(t *testing.T) {
	l := library(t, map[string]string{
		"VPC-901": "check: 'false'",
		"VPC-902": "settings:\n  names:\n    type: multiple-string-values\n    label: Names\n    example: [a]\ncheck: id in settings.names",
	})
	if got, _ := said(t, l, nil, vpc("w", "V", nil)); len(got) != 1 || got[0] != "VPC-901 V fail" {
		t.Errorf("a rule that must be configured was run: %q", got)
	}
	read := func(text string) *Profile {
		p, err := ReadProfile("p.yaml", []byte(text), l)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	got, _ := said(t, l, read("rules:\n  VPC-901:\n    enabled: false\n  VPC-902:\n    settings:\n      names: [V]\n    exceptions:\n      resources: [X]\n      tags: ['k::v']\n"),
		vpc("w", "V", nil), vpc("w", "W", nil), vpc("w", "X", nil), &cloud.Resource{Type: "AWS::EC2::VPC", ID: "Y", Tags: map[string]string{"k": "v"}})
	if diff := cmp.Diff([]string{"VPC-902 V pass", "VPC-902 W fail"}, got); diff != "" {
		t.Error(diff)
	}
	for text, want := range map[string]string{
		"rules:\n  VPC-909: {}\n":                      `p.yaml:2: there is no such rule: "VPC-909"; did you mean VPC-901?`,
		"rules:\n  VPC-902: {settings: {name: [a]}}\n": `p.yaml:2: VPC-902 has no setting "name"; did you mean "names"?`,
		"rules:\n  VPC-902: {settings: {names: a}}\n":  "p.yaml:2: VPC-902: setting names: a list is expected, not a",
		"rules:\n  VPC-901: {risk: huge}\n":            `p.yaml:2: VPC-901: "huge" is no risk; use low, medium, high, very-high or extreme`,
		"":                                             "p.yaml:1: the file is empty",
		"rules: []\n":                                  "p.yaml:1: a list stands where an object is expected",
		"rules:\n  VPC-901: 3\n":                       `p.yaml:2: "3" stands where an object with enabled, risk, settings, exceptions is expected`,
		"rules:\n  VPC-901: {rsk: low}\n":              `p.yaml:2: there is no key "rsk" here; did you mean "risk"?`,
		"rules:\n  VPC-901: {enabled: maybe}\n":        `p.yaml:2: "maybe" stands where true or false is expected`,
		"rules:\n  VPC-901: {}\n  VPC-901: {}\n":       `p.yaml:3: the key "VPC-901" is written twice`,
		"rules:\n\tVPC-901: {}\n":                      "p.yaml:2: no value can begin with this character; is it a tab, or does a text need quotation marks?",
		"rules: {}\n---\nrules: {}\n":                  "p.yaml:2: a profile is one document; remove the line --- and what follows",
	} {
		if _, err := ReadProfile("p.yaml", []byte(text), l); err == nil || err.Error() != want {
			t.Errorf("profile %q: error %v, want %s", text, err, want)
		}
	}
}

// BenchmarkColdStart is one rule on one resource with nothing compiled yet:
// below 1 ms on one core of 2026.
func BenchmarkColdStart(b *testing.B) {
	for b.Loop() {
		l := library(b, map[string]string{"VPC-900": hasFlowLog})
		_, _ = Run(context.Background(), &cloud.Inventory{Resources: []*cloud.Resource{vpc("w", "V", nil)}},
			Options{Library: l, Rules: l.IDs(), Now: today})
	}
}

// BenchmarkManyResources is one joined rule on 10,000 resources: below 50 ms.
func BenchmarkManyResources(b *testing.B) {
	l := library(b, map[string]string{"VPC-900": hasFlowLog})
	var resources []*cloud.Resource
	for i := range 10_000 {
		id := fmt.Sprint("V", i)
		resources = append(resources, vpc("w", id, nil), flowLog("w", "L"+id, cloud.Symbol(id, "VpcId")))
	}
	inv := &cloud.Inventory{Resources: resources}
	for b.Loop() {
		_, _ = Run(context.Background(), inv, Options{Library: l, Rules: l.IDs(), Now: today})
	}
}
