package rules_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/rules"
)

// TestSettings judges by values of settings that the examples of a page are
// not judged by: above all by the defaults, where the page has an example of
// another value.
func TestSettings(t *testing.T) {
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		t.Fatal(err)
	}
	type settings map[string]any
	role := func(properties string) string {
		return `[{"type": "AWS::EC2::Instance", "id": "i-1", "region": "eu-west-1", "tags": {"tier": "app"}, "properties": {"IamInstanceProfile": "front"}},
			{"type": "AWS::IAM::Role", "id": "front", "properties": {"RoleName": "front", "InstanceProfiles": ["front"]` + properties + `}}]`
	}
	inline := func(typ, actions string) string {
		return `[{"type": "AWS::IAM::` + typ + `", "id": "it", "properties": {"Policies": [{"PolicyName": "p", "PolicyDocument":
			{"Statement": {"Effect": "Allow", "Action": ` + actions + `, "Resource": "*"}}}]}}]`
	}
	executors := `[{"type": "AWS::IAM::ManagedPolicy", "id": "run", "properties": {"PolicyArn": "arn:aws:iam::123456789012:policy/run", "Roles": [%s],
		"PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "ecs:ExecuteCommand", "Resource": "*"}}}}]`
	member := `[{"type": "AWS::Account::Account", "id": "123456789012"}, {"type": "AWS::Organizations::Organization", "id": "o-theirs", "properties": {"Id": "o-theirs"}}]`
	trust := `[{"type": "AWS::IAM::Role", "id": "r", "account": "123456789012", "properties": {"AssumeRolePolicyDocument":
		{"Statement": {"Effect": "Allow", "Principal": {"AWS": "777788889999"}, "Action": "sts:AssumeRole"}}}}]`
	key := `[{"type": "AWS::IAM::AccessKey", "id": "AKIA1", "properties": {"Id": "AKIA1", "UserName": "", "LastUsedDate": "2026-11-22T03:14:00Z"}}]`
	tier := settings{"tierTags": []any{"tier::app"}}
	for _, test := range []struct {
		rule      string
		settings  settings
		resources string
		want      engine.Verdict // none: no check
	}{
		{"IAM-036", nil, inline("User", `"*"`), engine.Fail},
		{"IAM-036", nil, inline("User", `"kms:*"`), engine.Pass},
		{"IAM-036", settings{"notAllowedActions": []any{"Delete*"}}, inline("User", `"kms:*"`), engine.Fail},
		{"IAM-036", settings{"notAllowedActions": []any{"Delete*"}}, inline("User", `["kms:Get*", "kms:UpdateAlias"]`), engine.Pass},
		{"IAM-066", nil, inline("Group", `"kms:*"`), engine.Pass},
		{"IAM-066", settings{"notAllowedActions": []any{"Delete*"}}, inline("Group", `"kms:DeleteAlias"`), engine.Fail},
		{"IAM-049", nil, inline("Role", `"sqs:*"`), engine.Fail},
		{"IAM-049", settings{"pattern": `^(S3|EC2)(:\*)$`}, inline("Role", `"sqs:*"`), engine.Pass},
		{"IAM-049", settings{"pattern": `^(S3|EC2)(:\*)$`}, inline("Role", `"s3:*"`), engine.Fail},
		{"IAM-049", settings{"pattern": `^(S3|EC2)(:\*)$`}, inline("Role", `"*"`), engine.Fail},
		{"IAM-069", nil, inline("Group", `"sqs:*"`), engine.Fail},
		{"IAM-069", settings{"pattern": "^sqs:Purge"}, inline("Group", `"sqs:*"`), engine.Pass},
		{"IAM-069", settings{"pattern": "^sqs:Purge"}, inline("Group", `"sqs:PurgeQueue"`), engine.Fail},
		{"IAM-050", nil, trust, engine.Fail},
		{"IAM-055", nil, key, ""},
		{"IAM-060", tier, role(``), engine.Fail},
		{"IAM-060", tier, role(`, "ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]`), engine.Pass},
		{"IAM-060", tier, role(`, "Policies": [{"PolicyName": "p", "PolicyDocument": {}}]`), engine.Pass},
		{"IAM-064", tier, role(``), engine.Fail},
		{"IAM-064", tier, role(`, "Policies": [{"PolicyName": "p", "PolicyDocument": {}}]`), engine.Pass},
		{"IAM-067", nil, fmt.Sprintf(executors, ``), engine.Pass},
		{"IAM-067", nil, fmt.Sprintf(executors, `"container-debugging"`), engine.Fail},
		{"Organizations-001", nil, member, engine.Pass},
		{"Organizations-001", settings{"organizationsId": "o-ours"}, member, engine.Fail},
	} {
		judge(t, library, test.rule, test.settings, test.resources, test.want)
	}

	for id, of := range map[string]struct{ source, counts, ignored string }{
		"CT-013":            {"cloudtrail", "StopLogging", ""},
		"Config-005":        {"config", "StopConfigurationRecorder", "StartConfigRulesEvaluation"},
		"ECS-001":           {"ecs", "UpdateService", "RunTask"},
		"GD-003":            {"guardduty", "CreateFilter", "ArchiveFindings"},
		"IAM-054":           {"iam", "CreateUser", "GenerateCredentialReport"},
		"KMS-007":           {"kms", "PutKeyPolicy", ""},
		"Organizations-003": {"organizations", "LeaveOrganization", ""},
		"RDS-036":           {"rds", "ModifyDBInstance", "StopDBInstance"},
		"Route53-009":       {"route53", "ChangeResourceRecordSets", ""},
		"S3-022":            {"s3", "PutBucketPolicy", ""},
	} {
		history := func(event string) string {
			return `[{"type": "AWS::CloudTrail::EventHistory", "id": "us-east-1", "region": "us-east-1", "properties": {"RecordsGlobalServices": true,
				"StartTime": "2026-11-21T12:00:00Z", "EndTime": "2026-11-22T12:00:00Z", "WriteEvents": [{"EventName": "` + event + `",
				"EventSource": "` + of.source + `.amazonaws.com", "EventTime": "2026-11-22T03:14:00Z", "EventType": "AwsApiCall",
				"PrincipalType": "IAMUser", "PrincipalArn": "arn:aws:iam::123456789012:user/ada"}]}}]`
		}
		only := func(event string) settings { return settings{"ConfigurationChanges": []any{event}} }
		judge(t, library, id, nil, history(of.counts), engine.Fail)
		judge(t, library, id, only(of.counts), history(of.counts), engine.Fail)
		judge(t, library, id, only("TagResource"), history(of.counts), engine.Pass)
		if of.ignored != "" {
			judge(t, library, id, nil, history(of.ignored), engine.Pass)
			judge(t, library, id, only(of.ignored), history(of.ignored), engine.Fail)
		}
	}
}

// judge holds the checks that a rule makes with the settings against what is
// wanted, each the same verdict.
func judge(t *testing.T, library *rule.Library, id string, settings map[string]any, resources string, want engine.Verdict) {
	t.Helper()
	given, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	inv, err := rule.ReadResources(resources)
	if err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	result, err := engine.Run(t.Context(), inv, engine.Options{
		Library: library, Rules: []string{id}, Now: day,
		Profile: &engine.Profile{Rules: map[string]engine.RuleSettings{id: {Settings: settings}}},
	})
	if err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	for _, p := range result.Problems {
		t.Errorf("%s %s: %v", id, given, p)
	}
	if len(result.Checks) == 0 && want != "" {
		t.Errorf("%s %s: no checks, want %s", id, given, want)
	}
	for _, c := range result.Checks {
		if c.Verdict != want {
			t.Errorf("%s %s: %s (%s), want %q", id, given, c.Verdict, c.Message, want)
		}
	}
}
