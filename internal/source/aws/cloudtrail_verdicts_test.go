package aws_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/prove"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
	"github.com/surety-cloud/surety/rules"
)

// A deed is an event of a history. who is its userIdentity.
type deed struct {
	name, source, user, who, more string
	hoursAgo                      float64
}

const (
	adaIdentity      = `{"type":"IAMUser","arn":"arn:aws:iam::123456789012:user/ada","userName":"ada"}`
	rootIdentity     = `{"type":"Root","arn":"arn:aws:iam::123456789012:root","accountId":"123456789012"}`
	pipelineIdentity = `{"type":"AssumedRole","arn":"arn:aws:sts::123456789012:assumed-role/pipeline/7",
		"sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::123456789012:role/pipeline"}}}`
)

// historyServer answers LookupEvents, which moto does not, after the AWS
// CloudTrail API Reference: write events, and those of the root user. An
// endless one has always a next page.
func historyServer(t *testing.T, day time.Time, deeds []deed, endless bool) awssdk.Config {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		request := string(body)
		if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".LookupEvents") {
			fmt.Fprint(w, `<ListAccountAliasesResponse><ListAccountAliasesResult><AccountAliases/></ListAccountAliasesResult></ListAccountAliasesResponse>`)
			return
		}
		type event struct {
			EventID     string `json:"EventId"`
			EventName   string
			EventSource string
			EventTime   int64
			ReadOnly    string
			Username    string
			Record      string `json:"CloudTrailEvent"`
		}
		var answer struct {
			Events    []event
			NextToken string `json:",omitempty"`
		}
		for i, d := range deeds {
			if strings.Contains(request, `"Username"`) != (d.user == "root") || strings.Contains(request, "NextToken") {
				continue
			}
			record := `{"userIdentity":` + d.who + d.more + `,"sourceIPAddress":"203.0.113.7","eventType":"AwsApiCall"}`
			if !json.Valid([]byte(record)) {
				t.Errorf("%s: the record is no JSON: %s", d.name, record)
			}
			answer.Events = append(answer.Events, event{
				fmt.Sprint(i), d.name, d.source, day.Add(-time.Duration(d.hoursAgo * float64(time.Hour))).Unix(), "false", d.user, record,
			})
		}
		if endless {
			answer.NextToken = "more"
		}
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return awssdk.Config{
		Region: "us-east-1", BaseEndpoint: &server.URL,
		Credentials: credentials.NewStaticCredentialsProvider("testing", "testing", ""),
	}
}

// TestHistoryVerdicts reads histories and holds the rules that judge them
// against what should come of it, an empty verdict for no check.
func TestHistoryVerdicts(t *testing.T) {
	library, err := rule.NewLibrary(rules.Files, "rules/")
	mustEC2(t, err)
	day := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	regional := []string{"CT-013", "Config-005", "ECS-001", "GD-003", "IAM-053", "KMS-007", "RDS-036", "S3-022"}
	all := append([]string{"IAM-051", "IAM-052", "IAM-054", "IAM-056", "Organizations-003", "Route53-009"}, regional...)
	for _, test := range []struct {
		name    string
		deeds   []deed
		endless bool
		region  string
		want    map[string]string // the others pass
	}{
		{name: "a quiet day", region: "us-east-1"},
		{name: "more than can be read", region: "us-east-1", endless: true, want: verdicts("unknown", all...)},
		{
			name: "more than can be read, and a change among what was read", region: "us-east-1", endless: true,
			deeds: []deed{{name: "PutBucketPolicy", source: "s3.amazonaws.com", user: "ada", who: adaIdentity, hoursAgo: 1}},
			want:  verdicts("fail", "S3-022").and(verdicts("unknown", slices.DeleteFunc(slices.Clone(all), func(id string) bool { return id == "S3-022" })...)),
		},
		{
			name: "elsewhere nothing is said of services without a region", region: "eu-west-1",
			deeds: []deed{{name: "StopLogging", source: "cloudtrail.amazonaws.com", user: "7", who: pipelineIdentity}},
			want:  verdicts("fail", "CT-013").and(verdicts("", "IAM-051", "IAM-054", "IAM-056", "Organizations-003", "Route53-009")),
		},
		{
			name: "somebody changes something", region: "us-east-1",
			deeds: []deed{
				{name: "StopConfigurationRecorder", source: "config.amazonaws.com", user: "ada", who: adaIdentity, hoursAgo: 23.9},
				{name: "UpdateService", source: "ecs.amazonaws.com", user: "7", who: pipelineIdentity, hoursAgo: 5},
				{name: "CreateFilter", source: "guardduty.amazonaws.com", user: "ada", who: adaIdentity, hoursAgo: 5},
				{name: "DeactivateMFADevice", source: "iam.amazonaws.com", user: "ada", who: adaIdentity, hoursAgo: 4},
				{name: "PutKeyPolicy", source: "kms.amazonaws.com", user: "ada", who: adaIdentity, hoursAgo: 3},
				{name: "DetachPolicy", source: "organizations.amazonaws.com", user: "ada", who: adaIdentity, hoursAgo: 3},
				{name: "ModifyDBInstance", source: "rds.amazonaws.com", user: "ada", who: adaIdentity, hoursAgo: 3},
				{name: "DisableDomainTransferLock", source: "route53domains.amazonaws.com", user: "ada", who: adaIdentity, hoursAgo: 3},
			},
			want: verdicts("fail", "Config-005", "ECS-001", "GD-003", "IAM-051", "IAM-054", "KMS-007", "Organizations-003", "RDS-036", "Route53-009"),
		},
		{
			name: "what does not count", region: "us-east-1",
			deeds: []deed{
				{name: "PutBucketPolicy", source: "s3.amazonaws.com", user: "ada", who: adaIdentity, more: `,"errorCode":"AccessDenied"`, hoursAgo: 1},
				{name: "RunTask", source: "ecs.amazonaws.com", user: "ada", who: adaIdentity, hoursAgo: 1},
				{name: "CreateGrant", source: "kms.amazonaws.com", user: "ada", who: strings.Replace(adaIdentity, "{", `{"invokedBy":"ec2.amazonaws.com",`, 1), hoursAgo: 1},
				{name: "PutConfigRule", source: "config.amazonaws.com", user: "securityhub", hoursAgo: 1, who: `{"type":"AssumedRole","sessionContext":{"sessionIssuer":
					{"arn":"arn:aws:iam::123456789012:role/aws-service-role/securityhub.amazonaws.com/AWSServiceRoleForSecurityHub"}}}`},
				{name: "ModifyDBInstance", source: "rds.amazonaws.com", user: "ada", who: adaIdentity, hoursAgo: 24.1},
				{name: "ConsoleLogin", source: "signin.amazonaws.com", user: "ada", who: adaIdentity, hoursAgo: 1,
					more: `,"responseElements":{"ConsoleLogin":"Failure"},"additionalEventData":{"MFAUsed":"No"}`},
			},
		},
		{
			name: "the root user signs in and gives somebody a password", region: "us-east-1",
			deeds: []deed{
				{name: "ConsoleLogin", source: "signin.amazonaws.com", user: "root", who: rootIdentity, hoursAgo: 2,
					more: `,"responseElements":{"ConsoleLogin":"Success"},"additionalEventData":{"MFAUsed":"No"}`},
				{name: "ConsoleLogin", source: "signin.amazonaws.com", user: "ada", who: adaIdentity, hoursAgo: 2,
					more: `,"responseElements":{"ConsoleLogin":"Success"},"additionalEventData":{"MFAUsed":"No"}`},
				{name: "CreateLoginProfile", source: "iam.amazonaws.com", user: "ada", who: adaIdentity, hoursAgo: 1},
			},
			want: verdicts("fail", "IAM-052", "IAM-053", "IAM-054", "IAM-056"),
		},
		{
			name: "a user called root", region: "us-east-1",
			deeds: []deed{{name: "CreateTags", source: "ec2.amazonaws.com", user: "root", who: adaIdentity, hoursAgo: 2}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			needs := rule.Reads{}
			for _, id := range all {
				r, err := library.Rule(id)
				mustEC2(t, err)
				reads, err := r.Reads()
				mustEC2(t, err)
				needs.Add(reads)
			}
			inv, stats := aws.Read(t.Context(), aws.Options{
				Accounts: []aws.Account{{ID: awstest.Account, Partition: "aws", Config: historyServer(t, day, test.deeds, test.endless)}},
				Regions:  []string{test.region}, Needs: needs, Lean: true, Now: day, Attempts: 1, Unlimited: true,
			})
			for _, f := range stats.Failures {
				t.Error(f.Reason)
			}
			want := verdicts("pass", all...).and(test.want)
			got := map[string]string{}
			for _, id := range all {
				r, err := library.Rule(id)
				mustEC2(t, err)
				// The verdict is of the time that was read, not of now.
				checks, err := prove.Judge(library, r, inv, day.AddDate(0, 0, 7))
				mustEC2(t, err)
				got[id] = ""
				for _, c := range checks {
					got[id] = string(c.Verdict)
					if c.Verdict == engine.Fail && !strings.Contains(c.Message, " by arn:aws:") {
						t.Errorf("%s does not say who it was: %s", id, c.Message)
					}
				}
			}
			if diff := cmp.Diff(map[string]string(want), got); diff != "" {
				t.Errorf("verdicts (-want +got):\n%s", diff)
			}
		})
	}
}

// A tally is verdicts by the id of the rule.
type tally map[string]string

func verdicts(verdict string, ids ...string) tally {
	out := tally{}
	for _, id := range ids {
		out[id] = verdict
	}
	return out
}

func (a tally) and(b tally) tally {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// TestCanary uses one of two keys of an account.
func TestCanary(t *testing.T) {
	moto := awstest.Moto(t)
	ctx, client := t.Context(), iam.NewFromConfig(moto.Config("us-east-1"))
	keys := map[string]string{}
	for _, name := range []string{"touched", "untouched", "working"} {
		_, err := client.CreateUser(ctx, &iam.CreateUserInput{UserName: &name})
		mustEC2(t, err)
		made, err := client.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &name})
		mustEC2(t, err)
		id := *made.AccessKey.AccessKeyId
		keys[name] = id
		if name == "untouched" {
			continue
		}
		own := moto.Config("us-east-1")
		own.Credentials = credentials.NewStaticCredentialsProvider(id, *made.AccessKey.SecretAccessKey, "")
		_, err = sts.NewFromConfig(own).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		mustEC2(t, err)
	}
	library, err := rule.NewLibrary(rules.Files, "rules/")
	mustEC2(t, err)
	canary, err := library.Rule("IAM-055")
	mustEC2(t, err)
	reads, err := canary.Reads()
	mustEC2(t, err)
	inv, stats := aws.Read(ctx, aws.Options{
		Accounts: []aws.Account{{Config: moto.Config("us-east-1")}}, Regions: []string{"us-east-1"}, Needs: reads, Now: time.Now(), Attempts: 1,
	})
	for _, f := range stats.Failures {
		t.Error(f.Reason)
	}
	result, err := engine.Run(ctx, inv, engine.Options{
		Library: library, Rules: []string{"IAM-055"}, Now: time.Now(),
		Profile: &engine.Profile{Rules: map[string]engine.RuleSettings{
			"IAM-055": {Settings: map[string]any{"canaryUser": "touched", "canaryKeys": []any{keys["untouched"]}}},
		}},
	})
	mustEC2(t, err)
	got := tally{}
	for _, c := range result.Checks {
		got[c.Resource.ID] = string(c.Verdict)
		exercise(moto.Config("us-east-1"), "IAM-055", string(c.Verdict))
	}
	if diff := cmp.Diff(tally{keys["touched"]: "fail", keys["untouched"]: "pass"}, got); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
}
