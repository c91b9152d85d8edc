package aws

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

// environment points the SDK's own configuration at moto.
func environment(t *testing.T, moto *awstest.Server) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": moto.URL, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
		"AWS_REGION": "us-east-1", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_PROFILE": "",
	} {
		t.Setenv(name, value)
	}
}

// TestMembers reads an organisation of three accounts, one of which is
// closed.
func TestMembers(t *testing.T) {
	moto := awstest.Moto(t)
	environment(t, moto)
	client := organizations.NewFromConfig(moto.Config("us-east-1"))
	if _, err := client.CreateOrganization(t.Context(), &organizations.CreateOrganizationInput{FeatureSet: types.OrganizationFeatureSetAll}); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, name := range []string{"shop", "old"} {
		out, err := client.CreateAccount(t.Context(), &organizations.CreateAccountInput{AccountName: &name, Email: ptr(name + "@example.com")})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, *out.CreateAccountStatus.AccountId)
	}
	if _, err := client.CloseAccount(t.Context(), &organizations.CloseAccountInput{AccountId: &ids[1]}); err != nil {
		t.Fatal(err)
	}
	accounts, err := Accounts(t.Context(), Login{Organization: "Audit", ExternalID: "secret-8"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range accounts {
		got = append(got, a.ID)
	}
	want := []string{awstest.Account, ids[0]}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("accounts (-want +got):\n%s", diff)
	}
	// The same as names alone, listed by a role.
	members, err := Members(t.Context(), Login{Role: "arn:aws:iam::" + awstest.Account + ":role/Lister", ExternalID: "secret-9"})
	if err != nil || len(members) != 2 || !slices.ContainsFunc(members, func(m Member) bool { return m == Member{ID: ids[0], Name: "shop", Partition: "aws"} }) {
		t.Errorf("members = %+v, %v", members, err)
	}
	if role := members[0].Role("/audit/Reader"); role != "arn:aws:iam::"+members[0].ID+":role/audit/Reader" {
		t.Errorf("the role is %s", role)
	}
	if _, err := Members(t.Context(), Login{Role: "Lister"}); err == nil || !strings.Contains(err.Error(), "no ARN of a role") {
		t.Errorf("a role that is no ARN: %v", err)
	}
	// A queue in the member account, made as its own role.
	member := accounts[slices.Index(got, ids[0])]
	if _, err := sqs.NewFromConfig(member.Config).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: ptr("members")}); err != nil {
		t.Fatal(err)
	}
	inv, stats := Read(t.Context(), Options{
		Accounts: accounts, Regions: []string{"us-east-1"}, Needs: needsAll("AWS::SQS::Queue"), Now: time.Now(), Attempts: 1,
	})
	if len(inv.Problems)+len(inv.Unread) > 0 || stats.Accounts != 2 {
		t.Errorf("stats = %+v, problems %v, unread %v", stats, inv.Problems, inv.Unread)
	}
	if len(inv.Resources) != 1 || inv.Resources[0].Account != ids[0] || inv.Resources[0].World != ids[0] {
		t.Errorf("resources = %v, want the queue of account %s", inv.Resources, ids[0])
	}
}

// TestLostAccount shows that an account that cannot be entered does not stop
// the others, and that nothing of it passes for read.
func TestLostAccount(t *testing.T) {
	moto := awstest.Moto(t)
	if _, err := sqs.NewFromConfig(moto.Config("us-east-1")).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: ptr("orders")}); err != nil {
		t.Fatal(err)
	}
	locked := moto.Config("us-east-1")
	locked.Credentials = awssdk.CredentialsProviderFunc(func(context.Context) (awssdk.Credentials, error) {
		return awssdk.Credentials{}, errors.New("the role may not be assumed")
	})
	inv, stats := Read(t.Context(), Options{
		Accounts: []Account{{ID: "111111111111", Name: "locked", Config: locked}, {Config: moto.Config("us-east-1")}},
		Regions:  []string{"us-east-1"}, Needs: needsAll("AWS::SQS::Queue"), Now: time.Now(), Attempts: 1,
	})
	if stats.Accounts != 1 || len(inv.Resources) != 1 || inv.Resources[0].Name != "orders" {
		t.Errorf("stats = %+v, resources = %v", stats, inv.Resources)
	}
	if !inv.Failed() || !strings.Contains(inv.Problems[0].Summary, "111111111111 locked could not be read") {
		t.Errorf("problems = %v", inv.Problems)
	}
	want := []cloud.Unread{{Type: "AWS::SQS::Queue", Account: "111111111111", Region: "global"}}
	for i := range inv.Unread {
		if inv.Unread[i].Reason == "" {
			t.Error("unread without a reason")
		}
		inv.Unread[i].Reason = ""
	}
	if diff := cmp.Diff(want, inv.Unread); diff != "" {
		t.Errorf("unread (-want +got):\n%s", diff)
	}
}

// TestStopped ends a reading in its middle: what was read stays, what was not
// is unread.
func TestStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		if calls.Add(1) == 2 {
			stop()
			time.Sleep(20 * time.Millisecond)
		}
		_, _ = w.Write([]byte(`{"QueueUrls":["https://sqs.us-east-1.amazonaws.com/123456789012/a"],"Attributes":{"QueueArn":"arn:aws:sqs:us-east-1:123456789012:a"}}`))
	}))
	defer server.Close()
	inv, stats := Read(ctx, Options{
		Accounts: []Account{{ID: "123456789012", Partition: "aws", Config: awssdk.Config{
			Region: "us-east-1", BaseEndpoint: &server.URL,
			Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
		}}},
		Regions: []string{"us-east-1"}, Needs: needsAll("AWS::SQS::Queue"), Now: time.Now(), Attempts: 1,
	})
	if len(inv.Resources) != 1 {
		t.Fatalf("resources = %v, want the queue that was listed", inv.Resources)
	}
	u, ok := inv.Resources[0].Properties["KmsMasterKeyId"].(*cloud.Unresolved)
	if !ok || !strings.Contains(u.Reason, "the scan was stopped") {
		t.Errorf("KmsMasterKeyId = %v, want unresolved for the stop", inv.Resources[0].Properties["KmsMasterKeyId"])
	}
	if len(stats.Failures) == 0 || stats.Failures[0].Cause != Stopped {
		t.Errorf("failures = %+v", stats.Failures)
	}
}

// TestWithout leaves regions out, and reads what AWS has once all the same.
func TestWithout(t *testing.T) {
	moto := awstest.Moto(t)
	for _, region := range []string{"us-east-1", "eu-west-1"} {
		if _, err := sqs.NewFromConfig(moto.Config(region)).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: ptr("orders")}); err != nil {
			t.Fatal(err)
		}
	}
	enabled := []string{"eu-west-1", "us-east-1"}
	for _, test := range []struct{ regions, without, want []string }{
		{enabled, nil, []string{"AWS::SQS::Queue eu-west-1", "AWS::Account::Account global", "AWS::SQS::Queue us-east-1"}},
		{enabled, []string{"us-east-1"}, []string{"AWS::SQS::Queue eu-west-1", "AWS::Account::Account global"}},
		{enabled, enabled, []string{"AWS::Account::Account global"}},
		{nil, []string{"eu-west-1"}, []string{"AWS::Account::Account global", "AWS::SQS::Queue us-east-1"}},
	} {
		inv, stats := Read(t.Context(), Options{
			Accounts: []Account{{Config: moto.Config("us-east-1")}}, Regions: test.regions, Without: test.without,
			Needs: needsAll("AWS::SQS::Queue", "AWS::Account::Account"), Now: time.Now(), Attempts: 1,
		})
		var got []string
		for _, r := range inv.Resources {
			got = append(got, r.Type+" "+r.Region)
		}
		if diff := cmp.Diff(test.want, got); diff != "" || len(inv.Unread) > 0 || len(inv.Problems) > 0 {
			t.Errorf("without %v (-want +got):\n%s%v %v", test.without, diff, inv.Unread, inv.Problems)
		}
		for _, region := range test.without {
			if slices.Contains(stats.Regions, region) {
				t.Errorf("%s was read", region)
			}
		}
	}
}

func TestRegionSet(t *testing.T) {
	for _, test := range []struct{ in, want []string }{
		{nil, nil},
		{[]string{"all"}, nil},
		{[]string{"us-east-1", " EU-west-1", "us-east-1", ""}, []string{"eu-west-1", "us-east-1"}},
		{[]string{"us-east-1", "all"}, nil},
	} {
		if got := RegionSet(test.in); !slices.Equal(got, test.want) {
			t.Errorf("RegionSet(%q) = %q, want %q", test.in, got, test.want)
		}
	}
}
