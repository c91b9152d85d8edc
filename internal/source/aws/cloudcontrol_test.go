package aws

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/rule"
)

// cloudControlServer answers as Cloud Control does (AWS JSON 1.0), after its
// API reference: what each type has, two resources a page.
type cloudControlServer struct {
	t         *testing.T
	resources map[string]map[string]string // type → identifier → properties
	errors    map[string]string            // "ListResources AWS::X::Y" or "GetResource id" → error code

	mu    sync.Mutex
	calls []string
}

func (s *cloudControlServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	operation, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "CloudApiService.")
	if !ok {
		s.t.Errorf("unexpected request %s %s %s", r.Method, r.URL, r.Header.Get("X-Amz-Target"))
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Error(err)
	}
	var in struct{ TypeName, Identifier, NextToken, ResourceModel string }
	if err := json.Unmarshal(body, &in); err != nil {
		s.t.Error(err)
	}
	s.mu.Lock()
	s.calls = append(s.calls, strings.TrimSpace(operation+" "+in.TypeName+" "+in.Identifier+in.NextToken+in.ResourceModel))
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	for _, key := range []string{operation + " " + in.TypeName, operation + " " + in.Identifier} {
		if code := s.errors[key]; code != "" {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"__type":"com.amazonaws.cloudapiservice#%s","Message":"no"}`, code)
			return
		}
	}
	type description struct{ Identifier, Properties string }
	all := s.resources[in.TypeName]
	if operation == "GetResource" {
		s.write(w, map[string]any{"TypeName": in.TypeName, "ResourceDescription": description{in.Identifier, all[in.Identifier]}})
		return
	}
	var ids []string
	for id := range all {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	start := 0
	if in.NextToken != "" {
		_, _ = fmt.Sscan(in.NextToken, &start)
	}
	out := map[string]any{"TypeName": in.TypeName}
	list := []description{}
	for i := start; i < len(ids) && i < start+2; i++ {
		list = append(list, description{ids[i], "{}"})
	}
	if start+2 < len(ids) {
		out["NextToken"] = fmt.Sprint(start + 2)
	}
	out["ResourceDescriptions"] = list
	s.write(w, out)
}

func (s *cloudControlServer) write(w io.Writer, v any) {
	if err := json.NewEncoder(w).Encode(v); err != nil {
		s.t.Error(err)
	}
}

func (s *cloudControlServer) account(t *testing.T) Account {
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return Account{ID: "123456789012", Partition: "aws", Config: awssdk.Config{
		Region: "us-east-1", BaseEndpoint: &server.URL,
		Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
	}}
}

func needsAll(types ...string) rule.Reads {
	needs := rule.Reads{}
	for _, typ := range types {
		needs[typ] = map[string]bool{rule.Whole: true}
	}
	return needs
}

func TestCloudControl(t *testing.T) {
	server := &cloudControlServer{
		t: t,
		resources: map[string]map[string]string{"AWS::StepFunctions::StateMachine": {
			"arn:aws:states:us-east-1:123456789012:stateMachine:a": `{"Arn":"arn:aws:states:us-east-1:123456789012:stateMachine:a","StateMachineName":"a","StateMachineType":"EXPRESS","Tags":[{"Key":"Team","Value":"shop"}],"NotInTheSchema":1}`,
			"arn:aws:states:us-east-1:123456789012:stateMachine:b": `{"Arn":"arn:aws:states:us-east-1:123456789012:stateMachine:b","StateMachineName":"b"}`,
			"arn:aws:states:us-east-1:123456789012:stateMachine:c": `{}`,
			"arn:aws:states:us-east-1:123456789012:stateMachine:d": `{}`,
			"arn:aws:states:us-east-1:123456789012:stateMachine:e": `not JSON`,
		}},
		errors: map[string]string{
			"GetResource arn:aws:states:us-east-1:123456789012:stateMachine:c": "ResourceNotFoundException",
			"GetResource arn:aws:states:us-east-1:123456789012:stateMachine:d": "AccessDeniedException",
			"ListResources AWS::Transfer::Server":                              "AccessDeniedException",
		},
	}
	inv, stats := Read(t.Context(), Options{
		Accounts: []Account{server.account(t)}, Regions: []string{"us-east-1"}, Now: time.Now(), Backoff: time.Millisecond,
		Needs: needsAll("AWS::StepFunctions::StateMachine", "AWS::Transfer::Server"),
	})
	if len(inv.Resources) != 4 {
		t.Fatalf("%d resources, want a, b, d and e: %v", len(inv.Resources), inv.Resources)
	}
	a, d, e := inv.Resources[0], inv.Resources[2], inv.Resources[3]
	if a.Name != "a" || a.ARN != a.ID || a.Region != "us-east-1" || a.Tags["Team"] != "shop" {
		t.Errorf("a = %+v", a)
	}
	want := map[string]any{
		"Arn": a.ID, "StateMachineName": "a", "StateMachineType": "EXPRESS",
		"Tags": []any{map[string]any{"Key": "Team", "Value": "shop"}},
	}
	if diff := cmp.Diff(want, a.Properties); diff != "" {
		t.Errorf("properties of a (-want +got):\n%s", diff)
	}
	for r, reason := range map[string]string{
		fmt.Sprint(d.Properties["LoggingConfiguration"]): "cloudformation:GetResource is denied in us-east-1",
		fmt.Sprint(e.Properties["LoggingConfiguration"]): "invalid character",
	} {
		if !strings.Contains(r, reason) {
			t.Errorf("LoggingConfiguration = %v, want unresolved: %s", r, reason)
		}
	}
	if len(inv.Unread) != 1 || inv.Unread[0].Type != "AWS::Transfer::Server" {
		t.Errorf("unread = %v", inv.Unread)
	}
	if stats.Calls != int64(len(server.calls)) || len(server.calls) != 3+5+1 {
		t.Errorf("%d calls, counted %d: %q", len(server.calls), stats.Calls, server.calls)
	}
}

// TestCloudControlScopes shows that a type which is listed by scope is listed
// once for each, the global one in one region only.
func TestCloudControlScopes(t *testing.T) {
	server := &cloudControlServer{t: t}
	inv, _ := Read(t.Context(), Options{
		Accounts: []Account{server.account(t)}, Regions: []string{"eu-west-1", "us-east-1"}, Now: time.Now(),
		Needs: needsAll("AWS::WAFv2::WebACL"),
	})
	slices.Sort(server.calls)
	want := []string{
		`ListResources AWS::WAFv2::WebACL {"Scope":"CLOUDFRONT"}`,
		`ListResources AWS::WAFv2::WebACL {"Scope":"REGIONAL"}`,
		`ListResources AWS::WAFv2::WebACL {"Scope":"REGIONAL"}`,
	}
	if diff := cmp.Diff(want, server.calls); diff != "" || len(inv.Unread) > 0 {
		t.Errorf("calls (-want +got):\n%s%v", diff, inv.Unread)
	}
}

// TestListedTypes holds the table of the long tail to the schema and to IAM.
func TestListedTypes(t *testing.T) {
	for _, l := range listedTypes {
		if typ, ok := schema.Lookup(l.typ); !ok || typ.Overlay {
			t.Errorf("%s is no type of CloudFormation", l.typ)
		}
		if len(names(l.actions)) == 0 {
			t.Errorf("%s: the IAM actions of its handlers are missing", l.typ)
		}
		for _, action := range names(l.actions) {
			_, operation, ok := strings.Cut(action, ":")
			reads := false
			for _, verb := range []string{"Describe", "Get", "List", "BatchGet", "Search"} {
				reads = reads || strings.HasPrefix(operation, verb)
			}
			if !ok || !reads {
				t.Errorf("%s: %s does not look like a reading action", l.typ, action)
			}
		}
		if l.model != "" && !json.Valid([]byte(l.model)) {
			t.Errorf("%s: the model %s is no JSON", l.typ, l.model)
		}
	}
}
