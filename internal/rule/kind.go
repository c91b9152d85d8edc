package rule

import (
	"slices"

	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// Kind is what sort of facts decides a rule.
type Kind string

// The kinds. Where several fit, the first of them in this order is a rule's.
const (
	MetricKind   Kind = "metric"   // figures of CloudWatch
	CostKind     Kind = "cost"     // what is paid for and could be less
	AccountKind  Kind = "account"  // a setting or state that an account or a region has once
	RelationKind Kind = "relation" // a resource together with others
	ConfigKind   Kind = "config"   // the configuration of a resource
)

// onceEach are the types of which an account, or each of its regions, has one.
var onceEach = []string{
	"AWS::Account::Account", "AWS::Account::Region", "AWS::CloudTrail::EventHistory",
	"AWS::EC2::OnDemandQuota", "AWS::EC2::RegionSettings", "AWS::IAM::PasswordPolicy",
	"AWS::IAM::RootUser", "AWS::InspectorV2::AccountStatus", "AWS::Macie::AccountStatus",
	"AWS::Macie::Session", "AWS::Organizations::Organization", "AWS::S3::AccountSettings",
}

// Kind tells what sort of facts decides the rule.
func (r *Rule) Kind() (Kind, error) {
	c, err := r.compile()
	if err != nil {
		return "", err
	}
	reads, err := r.Reads()
	if err != nil {
		return "", err
	}
	for typ, properties := range reads {
		t, _ := schema.Lookup(typ)
		for name := range properties {
			if t != nil && slices.Contains(t.Metrics, name) {
				return MetricKind, nil
			}
		}
	}
	switch {
	case r.Categories[0] == "cost-optimisation":
		return CostKind, nil
	case slices.Contains(onceEach, r.Resource):
		return AccountKind, nil
	case len(c.joins) > 0:
		return RelationKind, nil
	}
	return ConfigKind, nil
}
