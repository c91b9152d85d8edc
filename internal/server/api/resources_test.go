package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/store"
)

// withResources is a server whose accounts have resources, some of them
// excluded from rules.
func withResources(t *testing.T) *server {
	s := newServer(t)
	excluded := bucketOf("b", map[string]string{"team": "web"})
	excluded.Excluded = []string{"S3-016", "S3-001"}
	s.merge(s.account, []store.Found{bucketCheck("a", store.Failure), trailCheck()},
		bucketOf("a", map[string]string{"Team": "Payments"}), excluded,
		store.Seen{Type: "AWS::CloudTrail::Trail", Region: "eu-west-1", Resource: trailARN, ARN: trailARN, Name: "main one", Doc: []byte(`{"type":"AWS::CloudTrail::Trail"}`)},
		store.Seen{Type: "AWS::IAM::User", Region: "global", Resource: "same", Doc: []byte(`{"type":"AWS::IAM::User"}`)},
		store.Seen{Type: "AWS::IAM::Role", Region: "global", Resource: "same", Doc: []byte(`{"type":"AWS::IAM::Role"}`)})
	other := bucketOf("c", nil)
	other.Excluded = []string{"S3-001"}
	s.merge(s.other, nil, other)
	return s
}

func TestExcludedResources(t *testing.T) {
	s := withResources(t)
	body := s.ok(writer, "GET", "/v1/resources?excluded=true", "")
	ccrn := "ccrn:aws:" + s.account.ID + ":S3:us-east-1:b"
	if size(at(body, "data")) != 1 || at(body, "data", 0, "id") != ccrn || at(body, "data", 0, "type") != "resources" || at(body, "meta", "total") != 1.0 || at(body, "meta", "total-pages") != 1.0 {
		t.Fatalf("the answer is %v", body)
	}
	for name, want := range map[string]any{
		"account-id": s.account.ID, "ccrn": ccrn, "resource": "b", "region": "us-east-1", "descriptor-type": "s3-bucket", "link-title": "b", "resource-name": "S3 Bucket", "provider": "aws",
	} {
		if got := at(body, "data", 0, "attributes", name); got != want {
			t.Errorf("%s is %v, not %v", name, got, want)
		}
	}
	attributes := at(body, "data", 0, "attributes")
	if at(attributes, "tags", 0) != "team::web" || at(attributes, "excluded-rules", 0, "rule-id") != "S3-001" || at(attributes, "excluded-rules", 1, "rule-id") != "S3-016" {
		t.Errorf("the attributes are %v", attributes)
	}
	for query, want := range map[string]int{
		"excluded=true": 2, "excluded=True&accountIds=" + s.other.ID: 1, "excluded=true&filter[regions]=eu-west-1": 0, "excluded=true&filter[tags]=team::WEB": 1,
		"excluded=true&filter[providers]=aws": 2, "excluded=true&filter[providers]=gcp": 0, "excluded=true&page[size]=2000": 2, "excluded=true&page[size]=1&page[number]=5": 0,
	} {
		if got := s.ok(admin, "GET", "/v1/resources?"+query, ""); size(at(got, "data")) != want {
			t.Errorf("%s lists %d, not %d", query, size(at(got, "data")), want)
		}
	}
	for _, test := range []struct {
		caller, query string
		status        int
	}{
		{reader, "excluded=true", 403}, {readOnly, "excluded=true", 403}, {outsider, "excluded=true", 403}, {writer, "excluded=true&accountIds=" + s.other.ID, 403},
		{powerUser, "excluded=true&accountIds=" + s.other.ID, 200}, {admin, "excluded=maybe", 422}, {admin, "excluded=true&page[size]=2001", 422},
	} {
		s.do(test.caller, "GET", "/v1/resources?"+test.query, "").want(test.status)
	}
}

func TestInventory(t *testing.T) {
	s := withResources(t)
	for query, want := range map[string]string{
		"accountIds=" + s.account.ID: trailARN + " same same a b",
		"accountIds=all":             trailARN + " same same a b c",
		"accountIds=all&filter[types]=s3-bucket,AWS::IAM::Role":  "same a b c",
		"accountIds=all&filter[types]=s3-pail":                   "",
		"accountIds=all&filter[regions]=global":                  "same same",
		"accountIds=all&filter[filterTags]=pay":                  "a",
		"accountIds=all&filter[text]=MAIN":                       trailARN,
		"accountIds=all&page[size]=2&page[number]=1":             "same a",
		"accountIds=all&page[size]=2&page[number]=9":             "",
		"accountIds=all&filter[regions]=&filter[types]=iam-role": "same",
	} {
		if got := resourcesOf(s.ok(admin, "GET", "/v1/resources?"+query, "")); got != want {
			t.Errorf("%s lists %q, not %q", query, got, want)
		}
	}
	var got []string
	path := "/v1/resources?accountIds=all&page[size]=2&page[after]=first"
	for range 10 {
		body := s.ok(admin, "GET", path, "")
		got = append(got, ids(body)...)
		next, _ := at(body, "links", "next").(string)
		if next == "" {
			break
		}
		path = next
	}
	if len(got) != 6 {
		t.Errorf("page by page there are %q", got)
	}
	body := s.ok(reader, "GET", "/v1/resources?include=document&filter[types]=s3-bucket&accountIds="+s.account.ID, "")
	document := at(body, "data", 0, "attributes", "document")
	if at(document, "resourceId") != "a" || at(document, "descriptorType") != "s3-bucket" || at(document, "data", "BucketName") != "a" || at(document, "accountId") != s.account.ID {
		t.Errorf("the document is %v", document)
	}
	body = s.ok(reader, "GET", "/v1/resources?include=counts&filter[types]=s3-bucket&accountIds="+s.account.ID, "")
	if counts := at(body, "data", 0, "attributes", "checks"); at(counts, "failure") != 1.0 || at(counts, "success") != 0.0 ||
		at(counts, "failures-by-risk", 0, "risk-level") != "VERY_HIGH" || at(counts, "failures-by-risk", 0, "count") != 1.0 || at(body, "data", 0, "attributes", "document") != nil {
		t.Errorf("the checks of the first bucket are %v", counts)
	}
	if counts := at(body, "data", 1, "attributes", "checks"); at(counts, "failure") != 0.0 || size(at(counts, "failures-by-risk")) != 0 {
		t.Errorf("the checks of the second are %v", counts)
	}
	s.do(reader, "GET", "/v1/resources", "").want(422)
	s.do(reader, "GET", "/v1/resources?accountIds="+s.other.ID, "").want(403)
	s.do(reader, "GET", "/v1/resources?accountIds=all&include=everything", "").want(422)
	s.do(outsider, "GET", "/v1/resources?accountIds=all", "").want(403)
}

func TestShowResource(t *testing.T) {
	s := withResources(t)
	trail := "ccrn:aws:" + s.account.ID + ":CloudTrail:eu-west-1:" + trailARN
	for _, path := range []string{url.PathEscape(trail), strings.ReplaceAll(trail, " ", "%20")} {
		body := s.ok(reader, "GET", "/v1/resources/"+path, "")
		if at(body, "data", "id") != trail || at(body, "data", "attributes", "document", "resourceId") == nil {
			t.Errorf("%s is %v", path, body)
		}
		if at(body, "data", "attributes", "checks", "failure") != 1.0 || at(body, "data", "attributes", "checks", "success") != 0.0 {
			t.Errorf("its checks are %v", at(body, "data", "attributes", "checks"))
		}
	}
	same := "/v1/resources/ccrn:aws:" + s.account.ID + ":IAM:global:same"
	s.do(reader, "GET", same, "").want(http.StatusUnprocessableEntity)
	if body := s.ok(reader, "GET", same+"?filter[types]=iam-role", ""); at(body, "data", "attributes", "type") != "AWS::IAM::Role" {
		t.Errorf("the role is %v", body)
	}
	s.do(reader, "GET", same+"x", "").want(http.StatusNotFound)
	s.do(reader, "GET", "/v1/resources/x", "").want(http.StatusNotFound)
	for caller, status := range map[string]int{admin: 200, powerUser: 200, readOnly: 200, reader: 403, writer: 403, outsider: 403, nobody: 403} {
		s.do(caller, "GET", "/v1/resources/ccrn:aws:"+s.other.ID+":S3:us-east-1:c", "").want(status)
	}
}
