package aws

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

const (
	whoWeAre = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:sts::999988887777:assumed-role/Server/i-0a</Arn><UserId>AROA:i-0a</UserId><Account>999988887777</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`
	assumed = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAPROBE</AccessKeyId><SecretAccessKey>sessionkey8</SecretAccessKey><SessionToken>sessiontoken8</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
</Credentials></AssumeRoleResult></AssumeRoleResponse>`
)

func stsError(code, message string) string {
	return fmt.Sprintf(`<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>`, code, message)
}

// TestProbeEntry is how far a login comes, by what STS answers.
func TestProbeEntry(t *testing.T) {
	const refused = "User: arn:aws:sts::999988887777:assumed-role/Server/i-0a is not authorized to perform: sts:AssumeRole on resource: " + probedRole
	for name, test := range map[string]struct {
		identity, assume answers
		options          ProbeOptions
		want             Entry
		message, advice  string
	}{
		"expired credentials of our own": {
			identity: answers{{status: 403, body: stsError("ExpiredToken", "The security token included in the request is expired")}},
			want:     NoCredentials, message: "ExpiredToken: The security token", advice: "no AWS credentials of its own",
		},
		"a proxy's page": {
			identity: answers{{body: "<!DOCTYPE html><html>Sign in</html>"}}, want: NoNetwork, message: "web page", advice: "HTTPS_PROXY",
		},
		"a fault of AWS": {
			identity: answers{{status: 500, body: stsError("InternalFailure", "sorry")}}, want: NotEntered, message: "InternalFailure",
		},
		"a role that refuses": {
			assume: answers{{status: 403, body: stsError("AccessDenied", refused)}},
			want:   RoleRefused, message: "sts:AssumeRole", advice: "names arn:aws:iam::999988887777:role/Server",
		},
		"a trust policy that names others": {
			assume: answers{{status: 403, body: stsError("AccessDenied", refused+" because no resource-based policy allows the sts:AssumeRole action")}},
			want:   RoleRefused, advice: "sts:ExternalId",
		},
		"we may not assume": {
			assume: answers{{status: 403, body: stsError("AccessDenied", refused+" because no identity-based policy allows the sts:AssumeRole action")}},
			want:   MayNotAssume, advice: "Allow sts:AssumeRole on " + probedRole,
		},
		"our organisation does not let us": {
			assume: answers{{status: 403, body: stsError("AccessDenied", refused+" with an explicit deny in a service control policy")}},
			want:   MayNotAssume,
		},
		"an external id of the wrong form": {
			assume: answers{{status: 400, body: stsError("ValidationError", "Value 'topsecret8' at 'externalId' failed to satisfy constraint")}},
			want:   NotEntered, message: "Value '…' at 'externalId'",
		},
		"another account": {
			assume: answers{{body: assumed}}, options: ProbeOptions{Account: "111122223333"},
			want: WrongAccount, message: "AWS account 123456789012, not of 111122223333",
		},
		"no ARN": {options: ProbeOptions{Login: Login{Role: "SuretyReadOnly"}}, want: NotEntered, message: "no ARN of a role"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.identity == nil {
				test.identity = answers{{body: whoWeAre}}
			}
			s := answering(t, map[string]answers{"GetCallerIdentity": test.identity, "AssumeRole": test.assume})
			environment(t, &awstest.Server{URL: s.url})
			if test.options.Login.Role == "" {
				test.options.Login = Login{Role: probedRole, ExternalID: "topsecret8"}
			}
			got := Probe(t.Context(), test.options)
			if got.Entry != test.want || !strings.Contains(got.Message, test.message) || !strings.Contains(got.Advice, test.advice) || got.Message == "" {
				t.Errorf("entry %s: %s; %s", got.Entry, got.Message, got.Advice)
			}
			if got.Complete() || got.Method != "" || len(got.Allowed) > 0 {
				t.Errorf("something was found out: %+v", got)
			}
			noSecrets(t, got)
		})
	}
}

func noSecrets(t *testing.T, got *Access) {
	t.Helper()
	for _, secret := range []string{"topsecret8", "sessionkey8", "sessiontoken8"} {
		if text := fmt.Sprintf("%+v", got); strings.Contains(text, secret) {
			t.Errorf("%s stands in %s", secret, text)
		}
	}
}

func TestProbeWithoutNetwork(t *testing.T) {
	environment(t, &awstest.Server{URL: "http://127.0.0.1:1"})
	got := Probe(t.Context(), ProbeOptions{Login: Login{Role: probedRole}})
	if got.Entry != NoNetwork || got.Complete() {
		t.Errorf("access = %+v", got)
	}
}

func TestProbeWithoutCredentials(t *testing.T) {
	environment(t, &awstest.Server{URL: "http://127.0.0.1:1"})
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	got := Probe(t.Context(), ProbeOptions{Login: Login{Role: probedRole}})
	if got.Entry != NoCredentials || got.Complete() {
		t.Errorf("access = %+v", got)
	}
}

// simulating answers a simulation: decide gives the result of an action as XML,
// or nothing for none; a batch with an action in unknown is refused.
func simulating(t *testing.T, decide func(action string) string, unknown string) *Access {
	t.Helper()
	server := recording(t, func(w http.ResponseWriter, form url.Values) {
		switch form.Get("Action") {
		case "GetCallerIdentity":
			fmt.Fprint(w, whoWeAre)
		case "AssumeRole":
			fmt.Fprint(w, assumed)
		case "SimulatePrincipalPolicy":
			var b strings.Builder
			for i := 1; ; i++ {
				action := form.Get(fmt.Sprintf("ActionNames.member.%d", i))
				if action == "" {
					break
				}
				if action == unknown {
					w.WriteHeader(http.StatusBadRequest)
					fmt.Fprint(w, stsError("InvalidInput", "Invalid action "+action))
					return
				}
				b.WriteString(decide(action))
			}
			if form.Get("PolicySourceArn") != probedRole || form.Get("ContextEntries.member.1.ContextKeyName") != "aws:RequestedRegion" {
				t.Errorf("the simulation is of %v", form)
			}
			fmt.Fprintf(w, `<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults>%s</EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>`, b.String())
		default:
			t.Errorf("%s was called", form.Get("Action"))
		}
	})
	environment(t, &awstest.Server{URL: server})
	got := Probe(t.Context(), ProbeOptions{Login: Login{Role: probedRole, ExternalID: "topsecret8"}, Region: "eu-central-1"})
	if got.Entry != Entered || got.Method != Simulated {
		t.Fatalf("access = %+v", got)
	}
	noSecrets(t, got)
	return got
}

func result(action, decision, more string) string {
	return "<member><EvalActionName>" + action + "</EvalActionName><EvalResourceName>*</EvalResourceName><EvalDecision>" + decision + "</EvalDecision>" + more + "</member>"
}

func TestProbeSimulates(t *testing.T) {
	got := simulating(t, func(action string) string { return result(action, "allowed", "") }, "")
	if !got.Complete() || !slices.Equal(got.Allowed, Actions()) {
		t.Errorf("access = %+v", got)
	}
	got = simulating(t, func(action string) string {
		switch action {
		case "ec2:DescribeVolumes":
			return result(action, "implicitDeny", "<MissingContextValues><member>aws:SourceIp</member></MissingContextValues>")
		case "iam:GetPolicy":
			return result(action, "explicitDeny", "<MatchedStatements><member><SourcePolicyId>role_X_Closed</SourcePolicyId></member></MatchedStatements>")
		case "kms:ListKeys":
			return result(action, "implicitDeny", "<OrganizationsDecisionDetail><AllowedByOrganizations>false</AllowedByOrganizations></OrganizationsDecisionDetail>")
		case "sqs:ListQueues":
			return result(action, "implicitDeny", "<PermissionsBoundaryDecisionDetail><AllowedByPermissionsBoundary>false</AllowedByPermissionsBoundary></PermissionsBoundaryDecisionDetail>")
		case "sns:ListTopics":
			return "" // no answer is no permission
		case "ecs:ListClusters":
			return result(action, "maybe", "")
		}
		return result(strings.ToLower(action), "allowed", "")
	}, "acm:ListCertificates")
	want := []Denial{
		{Service: "ec2", Action: "ec2:DescribeVolumes", Regions: []string{"eu-central-1"}, By: ByMissing, Message: "no policy of the role allows it for all resources"},
		{Service: "iam", Action: "iam:GetPolicy", Regions: []string{"us-east-1"}, By: ByIdentityPolicy, Message: "a policy of the role denies it: role_X_Closed"},
		{Service: "kms", Action: "kms:ListKeys", Regions: []string{"eu-central-1"}, By: BySCP, Message: "a service control policy of the organisation does not allow it"},
		{Service: "sqs", Action: "sqs:ListQueues", Regions: []string{"eu-central-1"}, By: ByBoundary, Message: "the permissions boundary of the role does not allow it"},
	}
	if diff := cmp.Diff(want, got.Denied); diff != "" {
		t.Errorf("denied (-want +got):\n%s", diff)
	}
	untried := []Untried{
		{Reason: "IAM does not simulate it: InvalidInput: Invalid action acm:ListCertificates", Actions: []string{"acm:ListCertificates"}},
		{Reason: "it was not asked", Actions: []string{"sns:ListTopics"}},
		{Reason: "the answer of the simulation is not understood", Actions: []string{"ecs:ListClusters"}},
	}
	if diff := cmp.Diff(untried, got.Untried); diff != "" {
		t.Errorf("untried (-want +got):\n%s", diff)
	}
	if got.Complete() || len(got.Allowed) != got.Needed-7 || !strings.Contains(strings.Join(got.Notes, " "), "aws:SourceIp") {
		t.Errorf("%d of %d allowed; %v", len(got.Allowed), got.Needed, got.Notes)
	}
}

// TestProbeStopped ends a probe in its middle: nothing of it counts as allowed.
func TestProbeStopped(t *testing.T) {
	server := recording(t, func(w http.ResponseWriter, form url.Values) {
		switch form.Get("Action") {
		case "GetCallerIdentity":
			fmt.Fprint(w, whoWeAre)
		case "AssumeRole":
			fmt.Fprint(w, assumed)
		default:
			time.Sleep(time.Second) // longer than the probe
		}
	})
	environment(t, &awstest.Server{URL: server})
	got := Probe(t.Context(), ProbeOptions{Login: Login{Role: probedRole}, Timeout: 500 * time.Millisecond})
	if got.Entry != Entered || got.Complete() || len(got.Allowed) > 0 || len(got.Denied) > 0 {
		t.Errorf("access = %+v", got)
	}
}

func TestIdentity(t *testing.T) {
	role := answers{{body: `<GetRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetRoleResult><Role><Path>/apps/</Path><RoleName>Server</RoleName><RoleId>A</RoleId><CreateDate>2026-01-01T00:00:00Z</CreateDate><Arn>arn:aws:iam::999988887777:role/apps/Server</Arn></Role></GetRoleResult></GetRoleResponse>`}}
	denied := answers{{status: 403, body: stsError("AccessDenied", "no")}}
	is := func(arn string) answers {
		return answers{{body: strings.ReplaceAll(whoWeAre, "arn:aws:sts::999988887777:assumed-role/Server/i-0a", arn)}}
	}
	for name, test := range map[string]struct {
		who, role  answers
		want, note string
		fails      bool
	}{
		"a role with a path":     {who: is("arn:aws:sts::999988887777:assumed-role/Server/i-0a"), role: role, want: "arn:aws:iam::999988887777:role/apps/Server"},
		"a role of unknown path": {who: is("arn:aws:sts::999988887777:assumed-role/Server/i-0a"), role: denied, want: "arn:aws:iam::999988887777:role/Server", note: "path"},
		"single sign-on":         {who: is("arn:aws:sts::999988887777:assumed-role/AWSReservedSSO_Admin_1/ada"), role: denied, fails: true},
		"a user":                 {who: is("arn:aws:iam::999988887777:user/ops/ada"), want: "arn:aws:iam::999988887777:user/ops/ada"},
		"a federated user":       {who: is("arn:aws:sts::999988887777:federated-user/ada"), fails: true},
		"nobody":                 {who: denied, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := answering(t, map[string]answers{"GetCallerIdentity": test.who, "GetRole": test.role})
			environment(t, &awstest.Server{URL: s.url})
			principal, note, err := Identity(t.Context(), Login{})
			if principal != test.want || (err != nil) != test.fails || !strings.Contains(note, test.note) || (note == "") != (test.note == "") {
				t.Errorf("%q, %q, %v", principal, note, err)
			}
		})
	}
}

// recording serves calls of the query protocol until the test ends.
func recording(t *testing.T, answer func(http.ResponseWriter, url.Values)) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "text/xml")
		answer(w, r.Form)
	}))
	t.Cleanup(server.Close)
	return server.URL
}
