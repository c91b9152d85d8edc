package aws

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
)

const externalAnalyzer = "arn:aws:access-analyzer:us-east-1:123456789012:analyzer/external"

// TestAnalyzers reads an analyzer of each kind; moto has none.
//
// The answers are written after the references of ListAnalyzers,
// ListArchiveRules and ListFindingsV2.
func TestAnalyzers(t *testing.T) {
	server := answering(t, map[string]answers{
		"GET /analyzer?maxResults=100": {{body: `{"analyzers":[
			{"arn":"arn:aws:access-analyzer:us-east-1:123456789012:analyzer/external","name":"external","type":"ACCOUNT","status":"ACTIVE",
			 "createdAt":"2026-01-02T03:04:05Z","lastResourceAnalyzed":"arn:aws:s3:::shop","lastResourceAnalyzedAt":"2026-11-01T00:00:00Z",
			 "tags":{"Team":"security"}},
			{"arn":"arn:aws:access-analyzer:us-east-1:123456789012:analyzer/unused","name":"unused","type":"ACCOUNT_UNUSED_ACCESS","status":"FAILED",
			 "createdAt":"2026-01-02T03:04:05Z","statusReason":{"code":"SERVICE_LINKED_ROLE_CREATION_FAILED"},
			 "configuration":{"unusedAccess":{"unusedAccessAge":90,"analysisRule":{"exclusions":[
				{"accountIds":["210987654321"]},{"resourceTags":[{"Stage":"test","Break":"glass"}]}]}}}},
			{"arn":"arn:aws:access-analyzer:us-east-1:123456789012:analyzer/internal","name":"internal","type":"ACCOUNT_INTERNAL_ACCESS","status":"ACTIVE",
			 "createdAt":"2026-01-02T03:04:05Z","configuration":{"internalAccess":{"analysisRule":{"inclusions":[{"resourceTypes":["AWS::S3::Bucket"]}]}}}}]}`}},
		"GET /analyzer/external/archive-rule?maxResults=100": {{body: `{"archiveRules":[
			{"ruleName":"ours","createdAt":"2026-01-02T03:04:05Z","updatedAt":"2026-01-02T03:04:05Z",
			 "filter":{"resourceType":{"eq":["AWS::S3::Bucket"]},"isPublic":{"exists":true}}}]}`}},
		"GET /analyzer/unused/archive-rule?maxResults=100":   {{body: `{"archiveRules":[]}`}},
		"GET /analyzer/internal/archive-rule?maxResults=100": {{body: `{"archiveRules":[]}`}},
		"POST /findingv2": {
			{when: `"nextToken":"more"`, body: `{"findings":[{"id":"3"}]}`},
			{when: `analyzer/external","filter":{"status":{"eq":["ACTIVE"]}}`, body: `{"findings":[{"id":"1"},{"id":"2"}],"nextToken":"more"}`},
			{body: `{"findings":[]}`},
		},
	})
	got := allRead(t, server.config(), rule.Reads{"AWS::AccessAnalyzer::Analyzer": needing(rule.Whole)})
	sameResource(t, one(t, got, "AWS::AccessAnalyzer::Analyzer", "external"), &cloud.Resource{
		Type: "AWS::AccessAnalyzer::Analyzer", ID: externalAnalyzer, ARN: externalAnalyzer, Name: "external", Region: "us-east-1",
		Tags: map[string]string{"Team": "security"},
		Properties: map[string]any{
			"Arn": externalAnalyzer, "AnalyzerName": "external", "Type": "ACCOUNT", "Status": "ACTIVE", "CreatedAt": "2026-01-02T03:04:05Z",
			"LastResourceAnalyzed": "arn:aws:s3:::shop", "LastResourceAnalyzedAt": "2026-11-01T00:00:00Z", "ActiveFindings": int64(3),
			"ArchiveRules": []any{map[string]any{"RuleName": "ours", "Filter": []any{
				map[string]any{"Property": "isPublic", "Exists": true},
				map[string]any{"Property": "resourceType", "Eq": []any{"AWS::S3::Bucket"}},
			}}},
			"Tags": []any{map[string]any{"Key": "Team", "Value": "security"}},
		},
	})
	unused := one(t, got, "AWS::AccessAnalyzer::Analyzer", "unused").Properties
	want := map[string]any{"UnusedAccessConfiguration": map[string]any{
		"UnusedAccessAge": int64(90),
		"AnalysisRule": map[string]any{"Exclusions": []any{
			map[string]any{"AccountIds": []any{"210987654321"}},
			map[string]any{"ResourceTags": []any{[]any{
				map[string]any{"Key": "Break", "Value": "glass"}, map[string]any{"Key": "Stage", "Value": "test"},
			}}},
		}},
	}}
	if diff := cmp.Diff(want, unused["AnalyzerConfiguration"]); diff != "" {
		t.Error(diff)
	}
	if unused["ActiveFindings"] != int64(0) || unused["ArchiveRules"] != nil || unused["StatusReason"] != "SERVICE_LINKED_ROLE_CREATION_FAILED" {
		t.Errorf("unused = %v", unused)
	}
	want = map[string]any{"InternalAccessConfiguration": map[string]any{"InternalAccessAnalysisRule": map[string]any{
		"Inclusions": []any{map[string]any{"ResourceTypes": []any{"AWS::S3::Bucket"}}},
	}}}
	if diff := cmp.Diff(want, one(t, got, "AWS::AccessAnalyzer::Analyzer", "internal").Properties["AnalyzerConfiguration"]); diff != "" {
		t.Error(diff)
	}
}

// TestAnalyzerFailures: findings that are denied are not known, and an
// analyzer that is deleted meanwhile is left out.
func TestAnalyzerFailures(t *testing.T) {
	list := answers{{body: `{"analyzers":[{"arn":"` + externalAnalyzer + `","name":"external","type":"ACCOUNT","status":"ACTIVE","createdAt":"2026-01-02T03:04:05Z"}]}`}}
	needs := rule.Reads{"AWS::AccessAnalyzer::Analyzer": needing("ActiveFindings")}
	denied := answering(t, map[string]answers{
		"GET /analyzer?maxResults=100": list, "POST /findingv2": {{status: 403, body: `{"message":"not authorized to perform: access-analyzer:ListFindings"}`}},
	})
	inv, stats := readFrom(t, denied.config(), needs)
	if _, ok := inv.Resources[0].Properties["ActiveFindings"].(*cloud.Unresolved); !ok || len(stats.Failures) != 1 || stats.Failures[0].Action != "access-analyzer:ListFindings" {
		t.Errorf("%v, %v", inv.Resources[0].Properties, stats.Failures)
	}
	gone := answering(t, map[string]answers{
		"GET /analyzer?maxResults=100": list,
		"POST /findingv2":              {{status: 404, body: `{"__type":"ResourceNotFoundException","message":"no"}`}},
	})
	if got := allRead(t, gone.config(), needs); len(got) != 0 {
		t.Errorf("%v", got[0])
	}
}
