package customrule

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/surety-cloud/surety/internal/cloud"
)

func bucket() *cloud.Resource {
	return &cloud.Resource{
		Type: "AWS::S3::Bucket", ID: "my-bucket", Account: "123456789012", Region: "eu-west-1",
		Tags: map[string]string{"b": "2", "a": "1"},
		Properties: map[string]any{
			"BucketName": "my-bucket", "BucketEncryption": denied, "VersioningConfiguration": map[string]any{"Status": "Enabled"},
		},
	}
}

func TestDocument(t *testing.T) {
	got := Document(bucket(), DocumentMeta{
		AccountID: "acc", OrganisationID: "org", Service: "S3", DescriptorType: "s3-bucket",
		CCRN: "ccrn:aws:acc:S3:eu-west-1:my-bucket", Link: "https://example.com", LinkTitle: "my-bucket",
		LastModified: time.UnixMilli(1500), LastModifiedBy: "SYSTEM",
	})
	want := map[string]any{
		"accountId": "acc", "organisationId": "org", "resourceId": "my-bucket", "service": "S3",
		"ccrn": "ccrn:aws:acc:S3:eu-west-1:my-bucket", "region": "eu-west-1", "descriptorType": "s3-bucket",
		"data": map[string]any{
			"BucketName": "my-bucket", "BucketEncryption": denied, "VersioningConfiguration": map[string]any{"Status": "Enabled"},
			"Name": "my-bucket", "BucketVersioning": map[string]any{"Status": "Enabled"},
			"Tags": []any{map[string]any{"Key": "a", "Value": "1"}, map[string]any{"Key": "b", "Value": "2"}},
		},
		"name": "my-bucket", "link": "https://example.com", "linkTitle": "my-bucket", "errors": []any{},
		"provider": "aws", "lastModifiedDate": int64(1500), "lastModifiedBy": "SYSTEM",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	empty := Document(&cloud.Resource{Type: "AWS::S3::Bucket", ID: "i", Name: "n", Account: "1"}, DocumentMeta{})
	for member, want := range map[string]any{"accountId": "1", "name": "n", "lastModifiedDate": nil} {
		if d := cmp.Diff(want, empty[member]); d != "" {
			t.Errorf("%s: -want +got:\n%s", member, d)
		}
	}
}

func TestDocumentTags(t *testing.T) {
	pair := map[string]any{"Key": "k", "Value": "v"}
	tests := []struct {
		name     string
		resource cloud.Resource
		given    map[string]bool
		want     any
	}{
		{"a list", cloud.Resource{Type: "AWS::S3::Bucket", Tags: map[string]string{"k": "v"}}, nil, []any{pair}},
		{"a map", cloud.Resource{Type: "AWS::SSM::Parameter", Tags: map[string]string{"k": "v"},
			Properties: map[string]any{"Tags": map[string]any{"k": "v"}}}, nil, []any{pair}},
		{"under another name", cloud.Resource{Type: "AWS::Route53::HostedZone", Tags: map[string]string{"k": "v"},
			Properties: map[string]any{"HostedZoneTags": []any{pair}}}, nil, []any{pair}},
		{"none", cloud.Resource{Type: "AWS::S3::Bucket"}, nil, []any{}},
		{"not read", cloud.Resource{Type: "AWS::S3::Bucket", TagsUnresolved: "denied"}, nil, &cloud.Unresolved{Reason: "denied"}},
		{"unresolved property", cloud.Resource{Type: "AWS::S3::Bucket", Properties: map[string]any{"Tags": denied}}, nil, denied},
		{"some", cloud.Resource{Type: "AWS::S3::Bucket", Tags: map[string]string{"k": "v"}, TagsUnresolved: "denied"}, nil,
			[]any{pair, &cloud.Unresolved{Reason: "denied", Many: true}}},
		{"not asked for", cloud.Resource{Type: "AWS::S3::Bucket"}, map[string]bool{}, &cloud.Unresolved{Reason: notRead}},
		{"asked for, none", cloud.Resource{Type: "AWS::S3::Bucket"}, map[string]bool{"Tags": true}, []any{}},
		{"of a template", cloud.Resource{Type: "AWS::S3::Bucket", Template: true, Tags: map[string]string{"k": "${Owner}"}}, nil,
			[]any{map[string]any{"Key": "k", "Value": &cloud.Unresolved{Reason: "${Owner} is known only after deployment", Partial: "${Owner}"}}}},
	}
	for _, test := range tests {
		data := Document(&test.resource, DocumentMeta{Given: test.given})["data"].(map[string]any)
		if d := cmp.Diff(test.want, data["Tags"]); d != "" {
			t.Errorf("%s: -want +got:\n%s", test.name, d)
		}
	}
}

// What the scan did not read is never taken for not set.
func TestDocumentGiven(t *testing.T) {
	nothing := func(property string) *Rule {
		return mustParse(t, ruleJSON(`[{"name": "a", "path": "data.`+property+`", "required": false}]`,
			`[{"conditions": {"all": [{"fact": "a", "operator": "isNullOrUndefined", "value": true}]}, "event": {"type": "set"}}]`))
	}
	given := map[string]bool{"LoggingConfiguration": true, "AccelerateConfiguration": false}
	tests := []struct {
		property string
		want     Status
	}{
		{"LoggingConfiguration", Success},           // read, and not set
		{"AccelerateConfiguration", Unknown},        // never told
		{"WebsiteConfiguration", Unknown},           // not asked for
		{"VersioningConfiguration", Failure},        // set
		{"NoSuchProperty", Success},                 // no bucket has it
		{"LoggingConfiguration.Prefix", Success},    // nothing below what is not set
		{"AccelerateConfiguration.Status", Unknown}, // anything may be below
	}
	document := Document(bucket(), DocumentMeta{Given: given})
	for _, test := range tests {
		if got := nothing(test.property).Evaluate(document, now); got.Status != test.want {
			t.Errorf("%s: %+v, want %s", test.property, got, test.want)
		}
	}
}

func TestDocumentOfTemplate(t *testing.T) {
	r := &cloud.Resource{Type: "AWS::S3::Bucket", ID: "Bucket", Template: true, Properties: map[string]any{
		"BucketName": "${Name}-logs", "LifecycleConfiguration": map[string]any{"Rules": []any{"${Rule}", "r"}},
	}}
	symbol := func(s string) any {
		return &cloud.Unresolved{Reason: s + " is known only after deployment", Partial: s}
	}
	want := map[string]any{"BucketName": symbol("${Name}-logs"), "Tags": []any{},
		"Name":                   symbol("${Name}-logs"),
		"LifecycleConfiguration": map[string]any{"Rules": []any{symbol("${Rule}"), "r"}}}
	if d := cmp.Diff(want, Document(r, DocumentMeta{})["data"]); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	r.Fragment = "the bucket is not in the template"
	if d := cmp.Diff(any(&cloud.Unresolved{Reason: r.Fragment}), Document(r, DocumentMeta{})["data"]); d != "" {
		t.Errorf("a fragment: -want +got:\n%s", d)
	}
	if r.Properties["BucketName"] != "${Name}-logs" {
		t.Error("the resource was changed")
	}
}

func TestPlain(t *testing.T) {
	r := bucket()
	r.TagsUnresolved = "tags denied"
	document := Document(r, DocumentMeta{Given: map[string]bool{"Tags": true}})
	got := Plain(document)
	wantData := map[string]any{
		"BucketName": "my-bucket", "BucketEncryption": nil, "VersioningConfiguration": map[string]any{"Status": "Enabled"},
		"Name": "my-bucket", "BucketVersioning": map[string]any{"Status": "Enabled"},
		"Tags": []any{map[string]any{"Key": "a", "Value": "1"}, map[string]any{"Key": "b", "Value": "2"}},
	}
	if d := cmp.Diff(any(wantData), got["data"]); d != "" {
		t.Errorf("data: -want +got:\n%s", d)
	}
	wantErrors := []any{
		map[string]any{"attribute": "data.BucketEncryption", "message": denied.Reason},
		map[string]any{"attribute": "data.Tags[2]", "message": "tags denied"},
	}
	if d := cmp.Diff(any(wantErrors), got["errors"]); d != "" {
		t.Errorf("errors: -want +got:\n%s", d)
	}
	if d := cmp.Diff(any([]any{}), document["errors"]); d != "" {
		t.Errorf("the document was changed: %s", d)
	}
}
