package api_test

import (
	"net/url"
	"testing"

	"github.com/surety-cloud/surety/internal/store"
)

// TestCheckDetail: what a page about one check needs leads from the check to
// its resource, the property at fault and what else is known of both.
func TestCheckDetail(t *testing.T) {
	s := newServer(t)
	excluded := bucketOf("a", nil)
	excluded.Excluded = []string{"S3-016"}
	s.merge(s.account, []store.Found{bucketCheck("a", store.Failure)}, excluded)
	check := "/v1/checks/ccc:" + s.account.ID + ":S3-001:S3:us-east-1:a"
	s.ok(writer, "PATCH", check, `{"data":{"attributes":{"suppressed":true}},"meta":{"note":"for a while"}}`)
	body := at(s.ok(reader, "GET", check+"?include=history&filter[notes]=true", ""), "data", "attributes")
	if at(body, "type") != "AWS::S3::Bucket" || at(body, "property") != "Grants" {
		t.Errorf("the check is about %v, %v", at(body, "type"), at(body, "property"))
	}
	if at(body, "notes", 0, "note") != "for a while" || size(at(body, "history")) != 1 || at(body, "suppressed") != true {
		t.Errorf("the check is %v", body)
	}
	resource := at(s.ok(reader, "GET", "/v1/resources/"+url.PathEscape(at(body, "ccrn").(string))+"?filter[types]="+at(body, "type").(string), ""), "data", "attributes")
	if at(resource, "document", "data", "BucketName") != "a" || at(resource, "excluded-rules", 0, "rule-id") != "S3-016" || at(resource, "checks", "suppressed") != 1.0 {
		t.Errorf("its resource is %v", resource)
	}
}
