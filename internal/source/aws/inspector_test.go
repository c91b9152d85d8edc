package aws

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/inspector2"
	"github.com/aws/aws-sdk-go-v2/service/inspector2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

const inspectorStatusType = "AWS::InspectorV2::AccountStatus"

func TestInspectorStatus(t *testing.T) {
	moto := awstest.Moto(t)
	client := inspector2.NewFromConfig(moto.Config("us-east-1"))
	if _, err := client.Enable(t.Context(), &inspector2.EnableInput{
		AccountIds: []string{awstest.Account}, ResourceTypes: []types.ResourceScanType{types.ResourceScanTypeEc2, types.ResourceScanTypeLambda},
	}); err != nil {
		t.Fatal(err)
	}
	got := collected(t, moto, inspectorStatusType)
	want := map[string]any{
		"State": map[string]any{"Status": "ENABLED"},
		"ResourceState": map[string]any{
			"Ec2": map[string]any{"Status": "ENABLED"}, "Ecr": map[string]any{"Status": "DISABLED"},
			"Lambda": map[string]any{"Status": "ENABLED"}, "LambdaCode": map[string]any{"Status": "DISABLED"},
		},
		"ActiveSeverities": []any{},
	}
	if diff := cmp.Diff(want, one(t, got, inspectorStatusType, "us-east-1").Properties); diff != "" {
		t.Errorf("status (-want +got):\n%s", diff)
	}
	// moto knows nothing of an account that never turned it on.
	inv, _ := collectedIn(t, moto, []string{"eu-west-1"}, inspectorStatusType)
	if len(inv.Unread) != 1 || inv.Unread[0].Reason != "the account's status is not told by Amazon Inspector in eu-west-1" {
		t.Errorf("unread = %v", inv.Unread)
	}
}

// inspectorAnswers are written after the Amazon Inspector API Reference.
func inspectorAnswers() map[string]answers {
	return map[string]answers{
		"POST /status/batch/get": {{when: `{"accountIds":["123456789012"]}`, body: `{"accounts":[{"accountId":"123456789012",
			"state":{"status":"ENABLED","errorCode":"ALREADY_ENABLED","errorMessage":""},
			"resourceState":{"ec2":{"status":"ENABLED"},"ecr":{"status":"ENABLING"}}}],"failedAccounts":[]}`}},
		"POST /findings/list": {
			{when: `"severity":[{"comparison":"EQUALS","value":"LOW"}]`, body: `{"findings":[{"severity":"LOW"}],"nextToken":"more"}`},
			{when: `"severity":[`, body: `{"findings":[]}`},
			{
				when: `{"filterCriteria":{"awsAccountId":[{"comparison":"EQUALS","value":"123456789012"}],"findingStatus":[{"comparison":"EQUALS","value":"ACTIVE"}]},"maxResults":100}`,
				body: `{"findings":[{"severity":"CRITICAL"},{"severity":"HIGH"},{"severity":"HIGH"}],"nextToken":"more"}`,
			},
		},
	}
}

func TestInspectorFindings(t *testing.T) {
	server := answering(t, inspectorAnswers())
	needs := rule.Reads{inspectorStatusType: needing(rule.Whole)}
	want := map[string]any{
		"State":            map[string]any{"Status": "ENABLED", "ErrorCode": "ALREADY_ENABLED"},
		"ResourceState":    map[string]any{"Ec2": map[string]any{"Status": "ENABLED"}, "Ecr": map[string]any{"Status": "ENABLING"}},
		"ActiveSeverities": []any{"CRITICAL", "HIGH", "LOW"},
	}
	if diff := cmp.Diff(want, one(t, allRead(t, server.config(), needs), inspectorStatusType, "us-east-1").Properties); diff != "" {
		t.Errorf("status (-want +got):\n%s", diff)
	}
	if n := server.count("POST /findings/list"); n != 5 { // a page, and one for each of four severities
		t.Errorf("%d calls for findings; want 5", n)
	}

	prepared := inspectorAnswers()
	prepared["POST /findings/list"] = answers{{body: `{"findings":[{"severity":"MEDIUM"}]}`}}
	server = answering(t, prepared)
	got := one(t, allRead(t, server.config(), needs), inspectorStatusType, "us-east-1").Properties["ActiveSeverities"]
	if diff := cmp.Diff([]any{"MEDIUM"}, got); diff != "" || server.count("POST /findings/list") != 1 {
		t.Errorf("%d calls, %s", server.count("POST /findings/list"), diff)
	}

	prepared = inspectorAnswers()
	prepared["POST /status/batch/get"] = answers{{body: `{"accounts":[{"accountId":"123456789012","state":{"status":"DISABLED"},"resourceState":{"ec2":{"status":"DISABLED"}}}]}`}}
	server = answering(t, prepared)
	if one(t, allRead(t, server.config(), needs), inspectorStatusType, "us-east-1").Properties["ActiveSeverities"] != nil || server.count("POST /findings/list") != 0 {
		t.Error("findings are asked for where Inspector is off")
	}
}

func TestInspectorFailures(t *testing.T) {
	needs := rule.Reads{inspectorStatusType: needing(rule.Whole)}
	for want, answer := range map[string]answers{
		"inspector2:BatchGetAccountStatus is denied": {{status: 403, body: `{"__type":"AccessDeniedException","message":"no"}`}},
		"in us-east-1: INTERNAL_ERROR: try again":    {{body: `{"accounts":[],"failedAccounts":[{"accountId":"123456789012","errorCode":"INTERNAL_ERROR","errorMessage":"try again"}]}`}},
	} {
		inv, stats := readFrom(t, answering(t, map[string]answers{"POST /status/batch/get": answer}).config(), needs)
		if len(inv.Resources) > 0 || len(inv.Unread) != 1 || !strings.Contains(inv.Unread[0].Reason, want) || len(stats.Failures) != 1 {
			t.Errorf("want %q: %v", want, inv.Unread)
		}
	}
}
