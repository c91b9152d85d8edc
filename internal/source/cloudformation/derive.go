package cloudformation

import (
	"github.com/surety-cloud/surety/internal/cloud"
)

// derive adds the properties of our overlay that a template says another way.
func derive(r *cloud.Resource) {
	if r.Type != "AWS::S3::Bucket" {
		return
	}
	switch acl := r.Properties["AccessControl"].(type) {
	case *cloud.Unresolved:
		r.Properties["Grants"] = &cloud.Unresolved{Reason: acl.Reason}
	case string:
		grants, ok := cloud.CannedGrants(acl)
		switch {
		case cloud.HasSymbol(acl):
			r.Properties["Grants"] = unknown("%s", symbolReason(acl))
		case !ok:
			r.Properties["Grants"] = unknown("AccessControl %q is no canned ACL", clip(acl, 60))
		case len(grants) > 0:
			r.Properties["Grants"] = grants
			r.Source.Fields["Grants"] = r.Source.Fields["AccessControl"]
		}
	}
}
