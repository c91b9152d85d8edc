package api_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/server/api"
	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/source/aws"
)

// newAccessServer is newServer with an AWS.
func newAccessServer(t *testing.T, access api.AccessCheck) *server {
	t.Helper()
	s := newServer(t)
	library, set := knowledge()
	listener := httptest.NewServer(api.New(api.Options{
		Store: s.store, Library: library, Standards: set, Queue: s.queue, Access: access,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: func() time.Time { return s.now },
		Address: func(*http.Request) string { return "192.0.2.7" },
		Identify: func(r *http.Request) (auth.Principal, error) {
			key, _ := strings.CutPrefix(r.Header.Get("Authorization"), "ApiKey ")
			return s.callers[key], nil
		},
	}))
	t.Cleanup(listener.Close)
	s.url = listener.URL
	return s
}

const newRole = `{"data":{"attributes":{"access":{"keys":{"roleArn":"arn:aws:iam::777788889999:role/SuretyReadOnly","externalId":"newsecret8"}}}}}`

// TestAccessCheck holds what is asked of the probe, and what is answered.
func TestAccessCheck(t *testing.T) {
	var asked aws.ProbeOptions
	var found aws.Access
	s := newAccessServer(t, api.AccessCheck{Probe: func(_ context.Context, o aws.ProbeOptions) *aws.Access {
		asked = o
		return &found
	}})
	path := "/v1/accounts/" + s.account.ID + "/access/check"
	found = aws.Access{
		Role: s.account.RoleARN, Self: "arn:aws:iam::999988887777:user/surety", Account: "111122223333", Region: "us-east-1",
		Entry: aws.Entered, Method: aws.Called, Needed: 4, Allowed: []string{"sqs:ListQueues"}, Calls: 7, Notes: []string{"a note"},
		Denied: []aws.Denial{
			{Service: "ec2", Action: "ec2:DescribeVolumes", Regions: []string{"us-east-1"}, By: aws.BySCP, Message: "no", Rules: []string{"EBS-001", "EBS-002"}},
			{Service: "kms", Action: "kms:ListKeys"},
		},
		Untried: []aws.Untried{{Reason: "it is called for single resources", Actions: []string{"kms:DescribeKey"}}},
	}
	body := s.ok(writer, "POST", path+"?region=eu-central-1", "")
	if asked.Login.Role != s.account.RoleARN || asked.Login.ExternalID != "6d2c" || asked.Account != "111122223333" || asked.Region != "eu-central-1" || asked.Library == nil || asked.Timeout <= 0 {
		t.Errorf("the probe was asked %+v", asked)
	}
	want := map[string]any{"type": "access-checks", "id": s.account.ID + ":access-check", "relationships": map[string]any{}, "attributes": map[string]any{
		"outcome": "denied", "role-arn": s.account.RoleARN, "identity": "arn:aws:iam::999988887777:user/surety", "awsaccount-id": "111122223333",
		"region": "us-east-1", "entry": "entered", "message": "", "advice": "", "method": "calls", "calls": 7.0, "notes": []any{"a note"},
		"actions": map[string]any{"needed": 4.0, "allowed": 1.0, "denied": 2.0, "untried": 1.0},
		"denied": []any{
			map[string]any{"service": "ec2", "action": "ec2:DescribeVolumes", "regions": []any{"us-east-1"}, "denied-by": "service-control-policy", "message": "no", "rules": map[string]any{"count": 2.0, "ids": []any{"EBS-001", "EBS-002"}}},
			map[string]any{"service": "kms", "action": "kms:ListKeys", "regions": []any{}, "denied-by": "", "message": "", "rules": map[string]any{"count": 0.0, "ids": []any{}}},
		},
		"untried": []any{map[string]any{"reason": "it is called for single resources", "actions": []any{"kms:DescribeKey"}}},
	}}
	if diff := cmp.Diff(want, body["data"]); diff != "" {
		t.Errorf("the answer (-want +got):\n%s", diff)
	}
	if events := string(s.do(admin, "GET", "/v1/events", "").Body); !strings.Contains(events, "account.access.checked") || strings.Contains(events, "6d2c") {
		t.Errorf("events: %s", events)
	}

	// The outcome is never better than what was tried.
	for _, test := range []struct {
		found aws.Access
		want  string
	}{
		{aws.Access{Entry: aws.RoleRefused, Needed: 1}, "not-entered"},
		{aws.Access{Entry: aws.Entered, Needed: 1}, "incomplete"},
		{aws.Access{Entry: aws.Entered, Needed: 1, Allowed: []string{"a:B"}, Untried: []aws.Untried{{Actions: []string{"a:C"}}}}, "incomplete"},
		{aws.Access{Entry: aws.Entered, Needed: 1, Allowed: []string{"a:B"}}, "allowed"},
	} {
		found = test.found
		body = s.ok(admin, "POST", "/v1/accounts/access/check", newRole)
		if got := at(body, "data", "attributes", "outcome"); got != test.want {
			t.Errorf("%+v: %v, want %s", test.found, got, test.want)
		}
		if asked.Login.ExternalID != "newsecret8" || asked.Account != "777788889999" || at(body, "data", "id") != "777788889999:access-check" {
			t.Errorf("the probe was asked %+v: %v", asked, body)
		}
		if strings.Contains(string(s.do(admin, "GET", "/v1/events", "").Body), "newsecret8") {
			t.Error("the external id is in the audit log")
		}
	}
	for body, part := range map[string]string{
		`{}`: "roleArn", strings.Replace(newRole, "newsecret8", "", 1): "externalId is missing", strings.Replace(newRole, "newsecret8", "a b", 1): "externalId has",
	} {
		if got := s.do(admin, "POST", "/v1/accounts/access/check", body); got.Status != http.StatusUnprocessableEntity || !strings.Contains(string(got.Body), part) {
			t.Errorf("%s: %d %s", body, got.Status, got.Body)
		}
	}
	if got := s.do(writer, "POST", path+"?region=moon-1", ""); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("a region that is none: %d %s", got.Status, got.Body)
	}
}

// TestAccessChecksAtOnce refuses a third check while two are running.
func TestAccessChecksAtOnce(t *testing.T) {
	began, end := make(chan struct{}), make(chan struct{})
	s := newAccessServer(t, api.AccessCheck{Probe: func(context.Context, aws.ProbeOptions) *aws.Access {
		began <- struct{}{}
		<-end
		return &aws.Access{Entry: aws.NotEntered}
	}})
	path := "/v1/accounts/" + s.account.ID + "/access/check"
	statuses := make(chan int)
	for range 2 {
		go func() { statuses <- s.do(admin, "POST", path, "").Status }()
	}
	<-began
	<-began
	if got := s.do(admin, "POST", path, ""); got.Status != http.StatusTooManyRequests {
		t.Errorf("the third: %d %s", got.Status, got.Body)
	}
	close(end)
	for range 2 {
		if status := <-statuses; status != http.StatusOK {
			t.Errorf("the status is %d", status)
		}
	}
}

func TestAccessTemplate(t *testing.T) {
	known := api.AccessCheck{Identity: func(context.Context, aws.Login) (string, string, error) {
		return "arn:aws:iam::999988887777:role/Surety", "its path is assumed", nil
	}}
	unknown := api.AccessCheck{Identity: func(context.Context, aws.Login) (string, string, error) { return "", "", errors.New("no credentials") }}
	for _, test := range []struct {
		access      api.AccessCheck
		query, file string
		principal   string
		note        string
		text        []string
	}{
		{known, "", "surety-role.yaml", "arn:aws:iam::999988887777:role/Surety", "path", []string{`Default: "arn:aws:iam::999988887777:role/Surety"`, "sts:ExternalId"}},
		{known, "?format=terraform", "surety-role.tf", "arn:aws:iam::999988887777:role/Surety", "path", []string{`default     = "arn:aws:iam::999988887777:role/Surety"`}},
		{known, "?format=policy", "surety-policy.jsonl", "", "", []string{`"Action":[`}},
		{unknown, "", "surety-role.yaml", "", "no credentials", []string{"TrustedPrincipal:"}},
		{api.AccessCheck{}, "?format=terraform", "surety-role.tf", "", "no AWS identity", nil},
	} {
		s := newAccessServer(t, test.access)
		id := at(s.ok(admin, "GET", "/v1/organisation/external-id", ""), "data", "id").(string)
		got := at(s.ok(admin, "GET", "/v1/accounts/access/template"+test.query, ""), "data", "attributes")
		text, _ := at(got, "text").(string)
		if at(got, "file-name") != test.file || at(got, "principal") != test.principal || at(got, "principal-known") != (test.principal != "") {
			t.Errorf("%s: %v", test.query, got)
		}
		for _, part := range test.text {
			if !strings.Contains(text, part) {
				t.Errorf("%s: %q is missing from %s", test.query, part, text)
			}
		}
		if named := strings.Contains(text, id); named != (test.query != "?format=policy") || named != (at(got, "external-id") == any(id)) {
			t.Errorf("%s: the external id is there: %v", test.query, named)
		}
		note, _ := at(got, "notes", 0).(string)
		if !strings.Contains(note, test.note) || (note == "") != (test.note == "") {
			t.Errorf("%s: note %q", test.query, note)
		}
	}
	s := newAccessServer(t, known)
	if got := s.do(admin, "GET", "/v1/accounts/access/template?format=pdf", ""); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("a format that is none: %d", got.Status)
	}
}

// TestAccessWithoutAWS is a server that reaches no AWS, as that of the demo.
func TestAccessWithoutAWS(t *testing.T) {
	s := newServer(t)
	if got := s.do(admin, "POST", "/v1/accounts/access/check", newRole); got.Status != http.StatusUnprocessableEntity || !strings.Contains(string(got.Body), "does not read live accounts") {
		t.Errorf("the status is %d: %s", got.Status, got.Body)
	}
}
