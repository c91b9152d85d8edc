package engine

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
)

// live makes a resource of the account 1.
func live(typ, region, id string, properties map[string]any) *cloud.Resource {
	return &cloud.Resource{Type: typ, ID: id, Account: "1", World: "1", Region: region, Properties: properties}
}

func unread(typ, account, region string) cloud.Unread {
	return cloud.Unread{Type: typ, Account: account, Region: region, Reason: typ + " denied in " + region}
}

// verdicts runs the one rule of a library and gives "id verdict" of each
// check, with what was missing.
func verdicts(t *testing.T, page string, profile *Profile, inv *cloud.Inventory) []string {
	t.Helper()
	l := library(t, map[string]string{"VPC-900": page})
	result, err := Run(context.Background(), inv, Options{Library: l, Rules: l.IDs(), Profile: profile, Now: today})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range result.Problems {
		t.Error(p)
	}
	var out []string
	for _, c := range result.Checks {
		line := fmt.Sprintf("%s %s", c.Resource.ID, c.Verdict)
		if len(c.Missing) > 0 {
			line += ": " + strings.Join(c.Missing, "; ")
		}
		out = append(out, line)
	}
	return out
}

// TestRegions joins by a property of live resources in two regions.
func TestRegions(t *testing.T) {
	const vpcs, logs, buckets = "AWS::EC2::VPC", "AWS::EC2::FlowLog", "AWS::S3::Bucket"
	join := func(typ, where string) string {
		return "with:\n  others: " + typ + " where " + where + "\ncheck: size(others) == 1"
	}
	value := func(key string, v any) map[string]any { return map[string]any{key: v} }
	for _, test := range []struct {
		name  string
		page  string
		own   *cloud.Resource
		other *cloud.Resource
		joins bool
	}{
		{"a name in one region", join(logs, "LogGroupName = CidrBlock"),
			live(vpcs, "us-east-1", "V", value("CidrBlock", "main")), live(logs, "us-east-1", "L", value("LogGroupName", "main")), true},
		{"a name in another region", join(logs, "LogGroupName = CidrBlock"),
			live(vpcs, "us-east-1", "V", value("CidrBlock", "main")), live(logs, "eu-west-1", "L", value("LogGroupName", "main")), false},
		{"a name like an identifier in another region", join(logs, "LogGroupName = CidrBlock"),
			live(vpcs, "us-east-1", "V", value("CidrBlock", "log-0a1b2c3")), live(logs, "eu-west-1", "L", value("LogGroupName", "log-0a1b2c3")), false},
		{"a name that ends in a word", join(logs, "LogGroupName = CidrBlock"),
			live(vpcs, "us-east-1", "V", value("CidrBlock", "log-database")), live(logs, "eu-west-1", "L", value("LogGroupName", "log-database")), false},
		{"a name of one that is global", join(logs, "LogGroupName = CidrBlock"),
			live(vpcs, "us-east-1", "V", value("CidrBlock", "main")), live(logs, "global", "L", value("LogGroupName", "main")), true},
		{"an identifier of 17 digits", join(logs, "ResourceId = VpcId"),
			live(vpcs, "us-east-1", "V", value("VpcId", "vpc-0a1b2c3d4e5f67890")), live(logs, "eu-west-1", "L", value("ResourceId", "vpc-0a1b2c3d4e5f67890")), true},
		{"an identifier of 8 digits", join(logs, "ResourceId = VpcId"),
			live(vpcs, "us-east-1", "V", value("VpcId", "vpc-0a1b2c3d")), live(logs, "eu-west-1", "L", value("ResourceId", "vpc-0a1b2c3d")), true},
		{"an ARN", join(logs, "LogDestination = CidrBlock"),
			live(vpcs, "us-east-1", "V", value("CidrBlock", "arn:aws:logs:eu-west-1:1:log-group:main")), live(logs, "eu-west-1", "L", value("LogDestination", "arn:aws:logs:eu-west-1:1:log-group:main")), true},
		{"the name of a bucket", join(buckets, "BucketName = CidrBlock"),
			live(vpcs, "us-east-1", "V", value("CidrBlock", "main")), live(buckets, "eu-west-1", "B", value("BucketName", "main")), true},
		{"nothing and nothing", join(logs, "LogGroupName = CidrBlock"),
			live(vpcs, "us-east-1", "V", value("CidrBlock", "")), live(logs, "us-east-1", "L", value("LogGroupName", "")), false},
		{"a value that is not known in one region", join(logs, "LogGroupName = CidrBlock"),
			live(vpcs, "us-east-1", "V", value("CidrBlock", "main")), live(logs, "eu-west-1", "L", value("LogGroupName", &cloud.Unresolved{Reason: "denied"})), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := "V fail"
			if test.joins {
				want = "V pass"
			}
			got := verdicts(t, test.page, nil, &cloud.Inventory{Resources: []*cloud.Resource{test.own, test.other}})
			if diff := cmp.Diff([]string{want}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestRegionOfAnUnknownValue: what is not known of a resource abroad may be
// the ARN that is looked for, but no plain name.
func TestRegionOfAnUnknownValue(t *testing.T) {
	for value, want := range map[string]string{
		"main": "V fail",
		"arn:aws:logs:eu-west-1:1:log-group:main": "V unknown: LogDestination of L: denied",
	} {
		own := live("AWS::EC2::VPC", "us-east-1", "V", map[string]any{"CidrBlock": value})
		other := live("AWS::EC2::FlowLog", "eu-west-1", "L", map[string]any{"LogDestination": &cloud.Unresolved{Reason: "denied"}})
		got := verdicts(t, "with:\n  others: AWS::EC2::FlowLog where LogDestination = CidrBlock\ncheck: others.exists(o, meta(o).id != '')", nil,
			&cloud.Inventory{Resources: []*cloud.Resource{own, other}})
		if diff := cmp.Diff([]string{want}, got); diff != "" {
			t.Errorf("%s: %s", value, diff)
		}
	}
}

func TestJoinInRegion(t *testing.T) {
	const page = "with:\n  logs: AWS::EC2::FlowLog in region\ncheck: logs.exists(l, l.LogDestinationType == 's3')"
	log := func(region string) *cloud.Resource {
		return live("AWS::EC2::FlowLog", region, "L", map[string]any{"LogDestinationType": "s3"})
	}
	foreign := log("us-east-1")
	foreign.Account, foreign.World = "2", "2"
	for _, test := range []struct {
		name   string
		region string
		others []*cloud.Resource
		unread []cloud.Unread
		want   string
	}{
		{"in the region", "us-east-1", []*cloud.Resource{log("us-east-1")}, nil, "V pass"},
		{"in another region", "us-east-1", []*cloud.Resource{log("eu-west-1")}, nil, "V fail"},
		{"in another account", "us-east-1", []*cloud.Resource{foreign}, nil, "V fail"},
		{"in no region", "us-east-1", []*cloud.Resource{log("global")}, nil, "V pass"},
		{"of one that is in no region", "global", []*cloud.Resource{log("eu-west-1")}, nil, "V fail"},
		{"not read there", "us-east-1", nil, []cloud.Unread{unread("AWS::EC2::FlowLog", "1", "us-east-1")},
			"V unknown: AWS::EC2::FlowLog denied in us-east-1"},
		{"not read, without a region", "us-east-1", nil, []cloud.Unread{unread("AWS::EC2::FlowLog", "1", "global")},
			"V unknown: AWS::EC2::FlowLog denied in global"},
		{"not read elsewhere", "us-east-1", nil, []cloud.Unread{unread("AWS::EC2::FlowLog", "1", "eu-west-1")}, "V fail"},
		{"not read in another account", "us-east-1", nil, []cloud.Unread{unread("AWS::EC2::FlowLog", "2", "us-east-1")}, "V fail"},
		{"partly read", "us-east-1", []*cloud.Resource{log("us-east-1")}, []cloud.Unread{unread("AWS::EC2::FlowLog", "1", "us-east-1")}, "V pass"},
	} {
		t.Run(test.name, func(t *testing.T) {
			inv := &cloud.Inventory{Resources: append(test.others, live("AWS::EC2::VPC", test.region, "V", nil)), Unread: test.unread}
			if diff := cmp.Diff([]string{test.want}, verdicts(t, page, nil, inv)); diff != "" {
				t.Error(diff)
			}
		})
	}
	both := "with:\n  all: AWS::EC2::FlowLog\n  near: AWS::EC2::FlowLog in region\ncheck: size(all) == 2 && size(near) == 1"
	inv := &cloud.Inventory{Resources: []*cloud.Resource{live("AWS::EC2::VPC", "", "V", nil), log(""), log("eu-west-1")}}
	if diff := cmp.Diff([]string{"V pass"}, verdicts(t, both, nil, inv)); diff != "" {
		t.Errorf("both joins where no region is told: %s", diff)
	}
	if got := verdicts(t, page, nil, &cloud.Inventory{Resources: []*cloud.Resource{vpc("w", "V", nil)}}); got != nil {
		t.Errorf("a rule that joins a region judged a template: %v", got)
	}
}

// TestUnreadInJoins: a join that may have missed one is not certain.
func TestUnreadInJoins(t *testing.T) {
	const (
		logs  = "AWS::EC2::FlowLog"
		all   = "with:\n  others: AWS::EC2::FlowLog\ncheck: others.exists(o, meta(o).id != '')"
		keyed = "with:\n  others: AWS::EC2::FlowLog where LogDestination = CidrBlock\ncheck: others.exists(o, meta(o).id != '')"
		named = "with:\n  others: AWS::S3::Bucket where BucketName = CidrBlock\ncheck: others.exists(o, meta(o).id != '')"
	)
	for _, test := range []struct {
		name, page    string
		region, value string
		unread        cloud.Unread
		want          string
	}{
		{"over the account", all, "us-east-1", "", unread(logs, "1", "eu-west-1"), "V unknown: AWS::EC2::FlowLog denied in eu-west-1"},
		{"over another account", all, "us-east-1", "", unread(logs, "2", "eu-west-1"), "V fail"},
		{"of another type", all, "us-east-1", "", unread("AWS::EC2::Subnet", "1", "us-east-1"), "V fail"},
		{"by a value, in the region", keyed, "us-east-1", "x", unread(logs, "1", "us-east-1"), "V unknown: AWS::EC2::FlowLog denied in us-east-1"},
		{"by a value, elsewhere", keyed, "us-east-1", "x", unread(logs, "1", "eu-west-1"), "V fail"},
		{"by a value, in another account", keyed, "us-east-1", "x", unread(logs, "2", "us-east-1"), "V fail"},
		{"by a value, without a region", keyed, "us-east-1", "x", unread(logs, "1", "global"), "V unknown: AWS::EC2::FlowLog denied in global"},
		{"by a value of one without a region", keyed, "global", "x", unread(logs, "1", "eu-west-1"), "V unknown: AWS::EC2::FlowLog denied in eu-west-1"},
		{"by an ARN that is there", keyed, "us-east-1", "arn:aws:logs:eu-west-1:1:x", unread(logs, "1", "eu-west-1"), "V unknown: AWS::EC2::FlowLog denied in eu-west-1"},
		{"by an ARN that is elsewhere", keyed, "us-east-1", "arn:aws:logs:eu-west-2:1:x", unread(logs, "1", "eu-west-1"), "V fail"},
		{"by no value", keyed, "us-east-1", "", unread(logs, "1", "us-east-1"), "V fail"},
		{"buckets, anywhere", named, "us-east-1", "x", unread("AWS::S3::Bucket", "1", "eu-west-1"), "V unknown: AWS::S3::Bucket denied in eu-west-1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			properties := map[string]any{}
			if test.value != "" {
				properties["CidrBlock"] = test.value
			}
			inv := &cloud.Inventory{Unread: []cloud.Unread{test.unread},
				Resources: []*cloud.Resource{live("AWS::EC2::VPC", test.region, "V", properties)}}
			if diff := cmp.Diff([]string{test.want}, verdicts(t, test.page, nil, inv)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestUnreadOfBuckets: what names a bucket may be in any region, what S3 keeps
// of it is in its own.
func TestUnreadOfBuckets(t *testing.T) {
	for typ, want := range map[string]string{
		"AWS::CloudTrail::Trail where S3BucketName": "B unknown: AWS::CloudTrail::Trail denied in eu-west-1",
		"AWS::S3::BucketPolicy where Bucket":        "B fail",
	} {
		l := library(t, map[string]string{"S3-900": "with:\n  others: " + typ + " = BucketName\ncheck: others.exists(o, meta(o).id != '')"})
		name, _, _ := strings.Cut(typ, " ")
		inv := &cloud.Inventory{
			Resources: []*cloud.Resource{live("AWS::S3::Bucket", "us-east-1", "B", map[string]any{"BucketName": "b"})},
			Unread:    []cloud.Unread{unread(name, "1", "eu-west-1")},
		}
		result, err := Run(context.Background(), inv, Options{Library: l, Rules: l.IDs(), Now: today})
		if err != nil {
			t.Fatal(err)
		}
		got := "B " + string(result.Checks[0].Verdict)
		if m := result.Checks[0].Missing; m != nil {
			got += ": " + m[0]
		}
		if got != want {
			t.Errorf("%s: %s, want %s", typ, got, want)
		}
	}
}

// TestUnreadOfTheTypeJudged: where a type could not be read, its rules say so.
func TestUnreadOfTheTypeJudged(t *testing.T) {
	l := library(t, map[string]string{
		"VPC-901": "check: 'true'",
		"VPC-902": "check: 'false'",
		"VPC-903": "settings:\n  names:\n    type: multiple-string-values\n    label: Names\n    example: [a]\ncheck: id in settings.names",
		"VPC-904": "check: 'true'",
		"VPC-905": "deprecated: see VPC-901\ncheck: 'true'",
		"S3-900":  "check: 'true'",
	})
	off := false
	profile := &Profile{Rules: map[string]RuleSettings{
		"VPC-902": {Exceptions: Exceptions{Resources: []string{"*"}}, Risk: "extreme"},
		"VPC-904": {Enabled: &off},
	}}
	inv := &cloud.Inventory{
		Resources: []*cloud.Resource{live("AWS::EC2::VPC", "us-east-1", "V", nil), live("AWS::S3::Bucket", "eu-west-1", "B", nil)},
		Unread: []cloud.Unread{
			{Type: "AWS::EC2::VPC", Account: "1", Region: "eu-west-1", Reason: "denied"},
			{Type: "AWS::EC2::Subnet", Account: "1", Region: "eu-west-1", Reason: "denied"},
			{Type: "AWS::EC2::VPC", Account: "1", Region: "ap-south-1", Reason: "throttled"},
			{Type: "AWS::EC2::VPC", Account: "1", Region: "eu-west-1", Reason: "and cut off"},
			{Type: "AWS::EC2::VPC", Account: "1", Region: "eu-west-1", Reason: "denied"},
		},
	}
	result, err := Run(context.Background(), inv, Options{Library: l, Rules: l.IDs(), Profile: profile, Now: today})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range result.Checks {
		got = append(got, strings.Join([]string{c.Rule.ID, c.Resource.Type, c.Resource.ID, c.Resource.Account + c.Resource.World,
			c.Resource.Region, string(c.Verdict), string(c.Risk), c.Message, fmt.Sprint(c.Missing)}, "|"))
	}
	want := []string{
		"VPC-901|AWS::EC2::VPC|V|11|us-east-1|pass|low|T|[]",
		"VPC-902|AWS::EC2::VPC|V|11|us-east-1|fail|extreme|wrong V|[]",
		"S3-900|AWS::S3::Bucket|B|11|eu-west-1|pass|low|T|[]",
		"VPC-901|AWS::EC2::VPC|*|11|eu-west-1|unknown|low|Could not tell: denied; and 1 more|[denied and cut off]",
		"VPC-902|AWS::EC2::VPC|*|11|eu-west-1|unknown|extreme|Could not tell: denied; and 1 more|[denied and cut off]",
		"VPC-901|AWS::EC2::VPC|*|11|ap-south-1|unknown|low|Could not tell: throttled|[throttled]",
		"VPC-902|AWS::EC2::VPC|*|11|ap-south-1|unknown|extreme|Could not tell: throttled|[throttled]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("checks (-want +got):\n%s", diff)
	}
	if result.Rules != 3 {
		t.Errorf("%d rules, want 3", result.Rules)
	}
}

// TestLeft: what a live inventory was not asked for is not taken for absent;
// the rules that read it make no checks, and are told.
func TestLeft(t *testing.T) {
	l := library(t, map[string]string{
		"VPC-900": `check: resource.CidrBlock != ""`,
		"VPC-901": `check: resource.InstanceTenancy == ""`,
		"VPC-902": "with:\n  logs: AWS::EC2::FlowLog where ResourceId = VpcId\ncheck: size(logs) == 0",
		"VPC-903": "settings:\n  list: {type: multiple-string-values, label: L, example: [a]}\ncheck: resource.InstanceTenancy in settings.list",
		"S3-900":  `check: resource.BucketName != ""`,
	})
	inv := &cloud.Inventory{
		Given:     map[string]map[string]bool{"AWS::EC2::VPC": {"CidrBlock": true, "VpcId": true}},
		Resources: []*cloud.Resource{live("AWS::EC2::VPC", "us-east-1", "V", map[string]any{"CidrBlock": "10.0.0.0/16", "VpcId": "vpc-1"})},
	}
	result, err := Run(t.Context(), inv, Options{Library: l, Rules: l.IDs(), Now: today})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Checks) != 1 || result.Checks[0].Rule.ID != "VPC-900" || result.Checks[0].Verdict != Pass {
		t.Errorf("checks: %v", result.Checks)
	}
	want := map[string][]string{
		"VPC-901": {"AWS::EC2::VPC.InstanceTenancy"}, "VPC-902": {"AWS::EC2::FlowLog"}, "S3-900": {"AWS::S3::Bucket"},
	}
	if diff := cmp.Diff(want, result.Left); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}
