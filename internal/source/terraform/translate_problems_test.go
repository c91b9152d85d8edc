package terraform

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestUnknownArguments(t *testing.T) {
	at := &cloud.Location{File: "main.tf", Line: 1, Fields: map[string]*cloud.Location{
		"namez": {File: "main.tf", Line: 2, Column: 3},
	}}
	in := &instance{Type: "aws_sns_topic", Address: "aws_sns_topic.t", Location: at, Values: map[string]any{"namez": "x", "display_name": "t"}}
	resources, problems, unmapped := translate([]*instance{
		in, in,
		{Type: "aws_no_such_thing", Address: "aws_no_such_thing.a"},
		{Type: "aws_no_such_thing", Address: "aws_no_such_thing.b"},
		{Type: "google_project", Address: "google_project.p"},
	})
	want := []cloud.Problem{{
		File: "main.tf", Line: 2, Column: 3, Summary: "aws_sns_topic has no argument namez",
		Detail: "It is not in the schema of the AWS provider, versions 5 and 6; what it sets is not known. Is name meant?",
	}}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"aws_no_such_thing": 2}, unmapped); diff != "" {
		t.Errorf("unmapped (-want +got):\n%s", diff)
	}
	if len(resources) != 2 {
		t.Fatalf("there are %d resources", len(resources))
	}
	for name, want := range map[string]any{"DisplayName": "t", "KmsMasterKeyId": nil, "DataProtectionPolicy": nil} {
		if got := resources[0].Properties[name]; got != want {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}

	// The property with the argument's name may be set by it.
	resources, _, _ = translate([]*instance{
		{Type: "aws_sns_topic", Address: "aws_sns_topic.t", Values: map[string]any{"data_protection_policy": "{}"}},
	})
	if u, ok := resources[0].Properties["DataProtectionPolicy"].(*cloud.Unresolved); !ok || u.Reason != "the provider has no argument data_protection_policy, which may set it" {
		t.Errorf("DataProtectionPolicy: got %v", resources[0].Properties["DataProtectionPolicy"])
	}
}

// Values of another type than the provider's must not stop anything, and must
// not be taken for what they are not.
func TestOddValues(t *testing.T) {
	for _, odd := range []any{
		nil, "", "text", true, float64(7), []any{}, []any{nil}, []any{"a", float64(1), map[string]any{}}, map[string]any{"a": []any{}},
		&cloud.Unresolved{Reason: "odd"}, []any{&cloud.Unresolved{Reason: "odd", Many: true}}, "${aws_other.thing.id}",
	} {
		for _, typ := range []string{
			"aws_s3_bucket", "aws_security_group", "aws_security_group_rule", "aws_lb", "aws_route_table", "aws_network_acl",
			"aws_iam_policy_attachment", "aws_opensearch_domain", "aws_autoscaling_group", "aws_s3_bucket_acl", "awscc_s3_bucket",
		} {
			values := map[string]any{}
			if m, _ := mappingOf(typ); m != nil {
				for name := range m.Facts.Fields {
					values[name] = copyValue(odd)
				}
			} else {
				values["versioning_configuration"], values["tags"] = odd, odd
			}
			translate([]*instance{{Type: typ, Address: typ + ".odd", Values: values}})
		}
	}
}
