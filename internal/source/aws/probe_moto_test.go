package aws

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
	"github.com/surety-cloud/surety/rules"
)

// A refusal is what stands before moto and answers some calls as AWS does when
// it denies them.
type refusal struct {
	calls string // text in the operation, see operationOf
	form  string // json, query, ec2, s3
	body  string // AWS's message
}

// refusing starts a proxy of moto with some refusals, and points the SDK at it.
// The list that it gives grows with each operation.
func refusing(t *testing.T, moto *awstest.Server, refusals ...refusal) (operations func() []string) {
	t.Helper()
	target, err := url.Parse(moto.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	var mu sync.Mutex
	var seen []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		operation := operationOf(r, body)
		mu.Lock()
		seen = append(seen, operation)
		mu.Unlock()
		for _, f := range refusals {
			if strings.Contains(operation+"\n"+r.Header.Get("Authorization")+"\n"+string(body), f.calls) {
				f.write(w)
				return
			}
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	environment(t, &awstest.Server{URL: server.URL})
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(seen)
	}
}

// write answers as AWS does in each of its protocols.
func (f refusal) write(w http.ResponseWriter) {
	body := strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(f.body)
	w.Header().Set("Content-Type", "text/xml")
	switch f.form {
	case "json":
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(http.StatusBadRequest)
		body = `{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"` + f.body + `"}`
	case "query":
		w.WriteHeader(http.StatusForbidden)
		body = `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>` + body + `</Message></Error><RequestId>1</RequestId></ErrorResponse>`
	case "ec2":
		w.WriteHeader(http.StatusForbidden)
		body = `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>` + body + `</Message></Error></Errors><RequestID>1</RequestID></Response>`
	case "s3":
		w.WriteHeader(http.StatusForbidden)
		body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>` + body + `</Message><RequestId>1</RequestId><HostId>h</HostId></Error>`
	}
	_, _ = io.WriteString(w, body)
}

const probedRole = "arn:aws:iam::" + awstest.Account + ":role/SuretyReadOnly"

func probed(t *testing.T, library *rule.Library) *Access {
	t.Helper()
	return Probe(t.Context(), ProbeOptions{
		Login: Login{Role: probedRole, ExternalID: "topsecret8"}, Account: awstest.Account, Region: "eu-central-1", Library: library,
	})
}

// noSimulation is how AWS answers a role that has Surety's policy alone.
var noSimulation = refusal{"SimulatePrincipalPolicy", "query", "User: x is not authorized to perform: iam:SimulatePrincipalPolicy on resource: " + probedRole + " because no identity-based policy allows the iam:SimulatePrincipalPolicy action"}

// TestProbeCalls makes the list calls, some of which are denied in each of the
// protocols.
func TestProbeCalls(t *testing.T) {
	moto := awstest.Moto(t)
	const user = "User: arn:aws:sts::123456789012:assumed-role/SuretyReadOnly/surety-scan is not authorized to perform: "
	operations := refusing(t, moto, noSimulation,
		refusal{"DescribeVolumes", "ec2", "You are not authorized to perform this operation. " + user + "ec2:DescribeVolumes with an explicit deny in a service control policy. Encoded authorization failure message: Zm9v"},
		refusal{"ListTopics", "query", user + "SNS:ListTopics on resource: * because no identity-based policy allows the SNS:ListTopics action"},
		refusal{"TrentService.ListKeys", "json", user + "kms:ListKeys on resource: * because no permissions boundary allows the kms:ListKeys action"},
		refusal{"GET /?max-buckets", "s3", user + "s3:ListAllMyBuckets with an explicit deny in an identity-based policy"},
		refusal{"POST /getAlternateContact", "json", user + "account:GetAlternateContact because no identity-based policy allows the account:GetAlternateContact action"},
		refusal{"AWS::Athena::WorkGroup", "json", user + "athena:ListWorkGroups on resource: * because no identity-based policy allows the athena:ListWorkGroups action"},
	)
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		t.Fatal(err)
	}
	client := sqs.NewFromConfig(moto.Config("eu-central-1"))
	if _, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: ptr("orders")}); err != nil {
		t.Fatal(err)
	}
	got := probed(t, library)
	if got.Entry != Entered || got.Method != Called || got.Account != awstest.Account || got.Self == "" {
		t.Fatalf("access = %+v", got)
	}
	denied := map[string]Denial{}
	for _, d := range got.Denied {
		denied[d.Action] = d
	}
	for action, want := range map[string]struct {
		by     DeniedBy
		region string
	}{
		"ec2:DescribeVolumes":   {BySCP, "eu-central-1"},
		"sns:ListTopics":        {ByMissing, "eu-central-1"},
		"kms:ListKeys":          {ByBoundary, "eu-central-1"},
		"s3:ListAllMyBuckets":   {ByIdentityPolicy, "us-east-1"},
		"athena:ListWorkGroups": {ByMissing, "eu-central-1"},
		// Called several times in a row: the first error has to stay.
		"account:GetAlternateContact": {ByMissing, "us-east-1"},
	} {
		d := denied[action]
		if d.By != want.by || !slices.Equal(d.Regions, []string{want.region}) || len(d.Rules) == 0 || strings.Contains(d.Message, "Encoded") {
			t.Errorf("%s: %+v", action, d)
		}
		if slices.Contains(got.Allowed, action) {
			t.Errorf("%s is allowed, too", action)
		}
	}
	if len(got.Denied) != 6 {
		t.Errorf("denied: %+v", got.Denied)
	}
	if rules := denied["s3:ListAllMyBuckets"].Rules; !slices.ContainsFunc(rules, func(id string) bool { return strings.HasPrefix(id, "S3-") }) ||
		slices.ContainsFunc(rules, func(id string) bool { return strings.HasPrefix(id, "SQS-") }) {
		t.Errorf("the rules that need s3:ListAllMyBuckets are %v", rules)
	}
	for _, action := range []string{"sqs:ListQueues", "ec2:DescribeRegions", "tag:GetResources", "ec2:GetEbsEncryptionByDefault", "iam:GetAccountAuthorizationDetails"} {
		if !slices.Contains(got.Allowed, action) {
			t.Errorf("%s is not allowed", action)
		}
	}
	// No call is made for single resources, and what was not called is told.
	if slices.ContainsFunc(operations(), func(o string) bool { return strings.Contains(o, "GetQueueAttributes") }) {
		t.Error("a call for one queue was made")
	}
	untried := map[string]string{}
	for _, u := range got.Untried {
		for _, action := range u.Actions {
			untried[action] = u.Reason
		}
	}
	if untried["sqs:GetQueueAttributes"] != "it is called for single resources" || got.Complete() {
		t.Errorf("untried: %v", got.Untried)
	}
	// Every needed action stands in exactly one place.
	needed := 0
	for _, action := range Actions() {
		places := 0
		for _, in := range []bool{slices.Contains(got.Allowed, action), denied[action].Action != "", untried[action] != ""} {
			if in {
				places++
			}
		}
		if needed++; places != 1 {
			t.Errorf("%s stands in %d places", action, places)
		}
	}
	if got.Needed != needed || int(got.Calls) > 300 {
		t.Errorf("%d needed, %d calls", got.Needed, got.Calls)
	}
}
