package large

import (
	"net/http"
	"net/url"
	"strings"
)

// s3Reads are the reading operations of S3 on a bucket, by the parameter that
// tells them apart. A list is told from the rest by having none of them.
var s3Reads = map[string]string{
	"location":              "GetBucketLocation",
	"encryption":            "GetBucketEncryption",
	"versioning":            "GetBucketVersioning",
	"logging":               "GetBucketLogging",
	"lifecycle":             "GetBucketLifecycleConfiguration",
	"publicAccessBlock":     "GetPublicAccessBlock",
	"policy":                "GetBucketPolicy",
	"policyStatus":          "GetBucketPolicyStatus",
	"acl":                   "GetBucketAcl",
	"tagging":               "GetBucketTagging",
	"object-lock":           "GetObjectLockConfiguration",
	"replication":           "GetBucketReplication",
	"notification":          "GetBucketNotificationConfiguration",
	"ownershipControls":     "GetBucketOwnershipControls",
	"website":               "GetBucketWebsite",
	"cors":                  "GetBucketCors",
	"accelerate":            "GetBucketAccelerateConfiguration",
	"requestPayment":        "GetBucketRequestPayment",
	"analytics":             "ListBucketAnalyticsConfigurations",
	"inventory":             "ListBucketInventoryConfigurations",
	"metrics":               "ListBucketMetricsConfigurations",
	"intelligent-tiering":   "ListBucketIntelligentTieringConfigurations",
	"metadataConfiguration": "GetBucketMetadataConfiguration",
	"metadataTable":         "GetBucketMetadataTableConfiguration",
	"abac":                  "GetBucketAbac",
	"versions":              "ListObjectVersions",
	"uploads":               "ListMultipartUploads",
}

// routeS3 finds bucket and operation. The bucket is in the path, or, as S3's own
// endpoints have it, at the front of the host.
func (s *Server) routeS3(q *request, r *http.Request) string {
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	path := strings.TrimPrefix(q.path, "/")
	if bucket, _, found := cutBucket(host); found {
		q.bucket = bucket
	} else if label, _, _ := strings.Cut(host, "."); s.account.isBucket(label) {
		q.bucket = label
	} else {
		q.bucket, path, _ = strings.Cut(path, "/")
	}
	if name, err := url.PathUnescape(q.bucket); err == nil {
		q.bucket = name
	}
	switch {
	case q.bucket == "" && q.method == http.MethodGet:
		return "ListBuckets"
	case path != "":
		return q.method + " object"
	case q.method == http.MethodHead:
		return "HeadBucket"
	case q.method != http.MethodGet:
		return q.method + " bucket"
	}
	for name, operation := range s3Reads {
		if q.form.Has(name) {
			return operation
		}
	}
	if q.form.Get("list-type") == "2" {
		return "ListObjectsV2"
	}
	return "ListObjects"
}

// cutBucket finds the bucket in a host of S3's own, as in
// name.s3.eu-west-1.amazonaws.com.
func cutBucket(host string) (bucket, rest string, found bool) {
	for _, sep := range []string{".s3.", ".s3-"} {
		if bucket, rest, found = strings.Cut(host, sep); found {
			return bucket, rest, true
		}
	}
	return "", host, false
}
