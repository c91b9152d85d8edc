package rule

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseJoin(t *testing.T) {
	for text, want := range map[string]Join{
		"AWS::S3::BucketPolicy":                                  {Type: "AWS::S3::BucketPolicy"},
		"AWS::S3::BucketPolicy in region":                        {Type: "AWS::S3::BucketPolicy", InRegion: true},
		"AWS::S3::BucketPolicy  in  region ":                     {Type: "AWS::S3::BucketPolicy", InRegion: true},
		"AWS::S3::BucketPolicy where Bucket = BucketName":        {Type: "AWS::S3::BucketPolicy", Keys: []string{"Bucket"}, Own: []string{"BucketName"}},
		"AWS::S3::BucketPolicy where Bucket = BucketName or Arn": {Type: "AWS::S3::BucketPolicy", Keys: []string{"Bucket"}, Own: []string{"BucketName", "Arn"}},
	} {
		r, err := Parse("S3-999.md", write("check: 'true'", "with: {others: '"+text+"'}"), nil)
		if err != nil {
			t.Fatal(err)
		}
		joins, err := r.Joins()
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		want.Name = "others"
		if diff := cmp.Diff([]Join{want}, joins); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
		template, err := r.Template()
		if err != nil || template != (len(want.Keys) > 0) {
			t.Errorf("%s: judges templates: %v, %v", text, template, err)
		}
	}
	for text, want := range map[string]string{
		"AWS::S3::BucketPolicy in regions":                          "is no join; write TYPE, TYPE in region, or TYPE where Property = Property",
		"AWS::S3::BucketPolicy in region where Bucket = BucketName": "is no join",
		"AWS::S3::BucketPolicy where Bucket":                        "is no join",
		"AWS::S3::BucketPolice":                                     `did you mean "AWS::S3::BucketPolicy"?`,
		"AWS::S3::BucketPolicy where Bucke = BucketName":            `did you mean "Bucket"?`,
	} {
		r, err := Parse("S3-999.md", write("check: 'true'", "with: {others: '"+text+"'}"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Joins(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}
