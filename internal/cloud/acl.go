package cloud

// Groups of grantees in an S3 access control list.
const (
	AllUsers           = "http://acs.amazonaws.com/groups/global/AllUsers"
	AuthenticatedUsers = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
	LogDelivery        = "http://acs.amazonaws.com/groups/s3/LogDelivery"
)

// CannedGrants lists the grants that a canned ACL of S3 stands for, beside
// the owner's own, in the form of GetBucketAcl. acl is CloudFormation's
// ("PublicRead") or the API's and Terraform's spelling ("public-read"); ok is
// false for a name that is neither.
//
// Source: "Canned ACL" in the Amazon S3 User Guide.
func CannedGrants(acl string) (grants []any, ok bool) {
	grant := func(uri, permission string) any {
		return map[string]any{
			"Grantee":    map[string]any{"Type": "Group", "URI": uri},
			"Permission": permission,
		}
	}
	switch acl {
	case "", "Private", "private", "BucketOwnerRead", "bucket-owner-read",
		"BucketOwnerFullControl", "bucket-owner-full-control", "AwsExecRead", "aws-exec-read":
		return nil, true
	case "PublicRead", "public-read":
		return []any{grant(AllUsers, "READ")}, true
	case "PublicReadWrite", "public-read-write":
		return []any{grant(AllUsers, "READ"), grant(AllUsers, "WRITE")}, true
	case "AuthenticatedRead", "authenticated-read":
		return []any{grant(AuthenticatedUsers, "READ")}, true
	case "LogDeliveryWrite", "log-delivery-write":
		return []any{grant(LogDelivery, "WRITE"), grant(LogDelivery, "READ_ACP")}, true
	}
	return nil, false
}
