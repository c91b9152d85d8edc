package aws

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

const detectorType = "AWS::GuardDuty::Detector"

func TestDetectors(t *testing.T) {
	moto := awstest.Moto(t)
	created, err := guardduty.NewFromConfig(moto.Config("us-east-1")).CreateDetector(t.Context(), &guardduty.CreateDetectorInput{
		Enable: ptr(true), FindingPublishingFrequency: types.FindingPublishingFrequencyOneHour, Tags: map[string]string{"Team": "shop"},
		//lint:ignore SA1019 see guardduty.go
		DataSources: &types.DataSourceConfigurations{S3Logs: &types.S3LogsConfiguration{Enable: ptr(true)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	// moto has no statistics of findings: all else is asked for.
	inv, stats := Read(t.Context(), Options{
		Accounts: []Account{{Config: moto.Config("us-east-1")}}, Regions: []string{"us-east-1", "eu-west-1"}, Attempts: 1, Now: time.Now(), Lean: true,
		Needs: rule.Reads{detectorType: {"DataSources": true, "Enable": true, "FindingPublishingFrequency": true, "ServiceRole": true, "Tags": true}},
	})
	if len(stats.Failures) > 0 || len(inv.Resources) != 1 {
		t.Fatal(stats.Failures, inv.Resources)
	}
	id := *created.DetectorId
	want := &cloud.Resource{
		Type: detectorType, ID: id, ARN: "arn:aws:guardduty:us-east-1:123456789012:detector/" + id, Region: "us-east-1",
		Account: awstest.Account, World: awstest.Account, Tags: map[string]string{"Team": "shop"},
		Properties: map[string]any{
			"Id": id, "Enable": true, "FindingPublishingFrequency": "ONE_HOUR",
			"DataSources": map[string]any{
				"S3Logs": map[string]any{"Enable": true}, "Kubernetes": map[string]any{"AuditLogs": map[string]any{"Enable": false}},
			},
			"ServiceRole": "arn:aws:iam::123456789012:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty",
			"Tags":        []any{map[string]any{"Key": "Team", "Value": "shop"}},
		},
	}
	if diff := cmp.Diff(want, inv.Resources[0]); diff != "" {
		t.Errorf("detector (-want +got):\n%s", diff)
	}
}

// detectorAnswers are written after the Amazon GuardDuty API Reference.
func detectorAnswers() map[string]answers {
	return map[string]answers{
		"GET /detector?maxResults=50": {{body: `{"detectorIds":["d1"]}`}},
		"GET /detector/d1": {{body: `{"status":"DISABLED","serviceRole":"arn:aws:iam::123456789012:role/g","createdAt":"2025-12-01T14:40:00.000Z",
			"updatedAt":"2025-12-02T14:40:00.000Z","findingPublishingFrequency":"SIX_HOURS","tags":{},
			"dataSources":{"cloudTrail":{"status":"ENABLED"},"s3Logs":{"status":"DISABLED"},"malwareProtection":{"scanEc2InstanceWithFindings":{"ebsVolumes":{"status":"ENABLED"}}}},
			"features":[{"name":"S3_DATA_EVENTS","status":"DISABLED","updatedAt":1764600000},
				{"name":"RUNTIME_MONITORING","status":"ENABLED","updatedAt":1764600000,"additionalConfiguration":[{"name":"EC2_AGENT_MANAGEMENT","status":"ENABLED","updatedAt":1764600000}]}]}`}},
		"POST /detector/d1/findings/statistics": {{
			when: `"service.archived":{"equals":["false"]}`,
			body: `{"findingStatistics":{"groupedBySeverity":[{"severity":8.0,"totalFindings":2,"lastGeneratedAt":1764600000},{"severity":2.0,"totalFindings":5,"lastGeneratedAt":1764600000}]}}`,
		}},
	}
}

func TestDetectorFindings(t *testing.T) {
	server := answering(t, detectorAnswers())
	inv, stats := server.collected(t, detectorType)
	if len(stats.Failures) > 0 {
		t.Fatal(stats.Failures)
	}
	want := map[string]any{
		"Id": "d1", "Enable": false, "FindingPublishingFrequency": "SIX_HOURS", "ServiceRole": "arn:aws:iam::123456789012:role/g",
		"CreatedAt": "2025-12-01T14:40:00.000Z", "UpdatedAt": "2025-12-02T14:40:00.000Z",
		"DataSources": map[string]any{
			"S3Logs":            map[string]any{"Enable": false},
			"MalwareProtection": map[string]any{"ScanEc2InstanceWithFindings": map[string]any{"EbsVolumes": true}},
		},
		"Features": []any{
			map[string]any{"Name": "S3_DATA_EVENTS", "Status": "DISABLED"},
			map[string]any{
				"Name": "RUNTIME_MONITORING", "Status": "ENABLED",
				"AdditionalConfiguration": []any{map[string]any{"Name": "EC2_AGENT_MANAGEMENT", "Status": "ENABLED"}},
			},
		},
		"GroupedBySeverity": []any{
			map[string]any{"Severity": 8.0, "TotalFindings": int64(2), "LastGeneratedAt": "2025-12-01T14:40:00Z"},
			map[string]any{"Severity": 2.0, "TotalFindings": int64(5), "LastGeneratedAt": "2025-12-01T14:40:00Z"},
		},
	}
	if diff := cmp.Diff(want, one(t, inv.Resources, detectorType, "d1").Properties); diff != "" {
		t.Errorf("detector (-want +got):\n%s", diff)
	}
}

func TestDetectorDenied(t *testing.T) {
	prepared := detectorAnswers()
	prepared["GET /detector/d1"] = answers{{status: 403, body: `{"__type":"AccessDeniedException","message":"no"}`}}
	inv, _ := answering(t, prepared).collected(t, detectorType)
	r := one(t, inv.Resources, detectorType, "d1")
	u, ok := r.Properties["Enable"].(*cloud.Unresolved)
	if !ok || !strings.Contains(u.Reason, "guardduty:GetDetector is denied") {
		t.Errorf("Enable = %v; want it denied", r.Properties["Enable"])
	}
	if r.TagsUnresolved == "" || r.Properties["GroupedBySeverity"] == nil {
		t.Errorf("tags %v (%q), statistics %v", r.Tags, r.TagsUnresolved, r.Properties["GroupedBySeverity"])
	}
}
