// Package account builds an AWS account to show Surety on: that of
// Harbourline, an invented online shop that grew faster than its rules. Its
// production in us-east-1 is mostly in order, its staging in eu-central-1 was
// forgotten, and an experiment in ap-southeast-2 was never cleaned up.
//
// The account is made through the AWS API against moto, so that what the demo
// shows went through the same collectors as an account of a user. Good and bad
// stand beside each other: nearly every rule finds something to pass and
// something to fail.
package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

// The regions of the story.
const (
	Production = "us-east-1"
	Staging    = "eu-central-1"
	Lab        = "ap-southeast-2"
)

// Accounts that policies of the shop name.
const (
	tidewater = "444455556666" // a supplier of analytics, outside of the organisation
	freight   = "111122223333" // the carrier that collects parcels
)

// Build makes the resources of the account. The endpoint and the credentials
// are those of cfg, its region is not used. It makes one call after another,
// in the same order every time: a server whose ids are random but seeded makes
// the same account twice.
func Build(ctx context.Context, cfg aws.Config) error {
	cfg = awstest.PlainHost(cfg)
	identity, err := sts.NewFromConfig(inRegion(cfg, Production)).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return fmt.Errorf("the demo account cannot be reached: %w", err)
	}
	s := newShop(cfg, aws.ToString(identity.Account))
	for _, step := range steps {
		if err := step.build(s, ctx); err != nil {
			return fmt.Errorf("demo account, %s: %w", step.name, err)
		}
	}
	return nil
}

// A step makes one part of the account. Later steps use what earlier ones left
// in the shop.
type step struct {
	name  string
	build func(*shop, context.Context) error
}

var steps = []step{
	{"encryption keys", (*shop).encryptionKeys},
	{"policies", (*shop).policies},
	{"roles", (*shop).roles},
	{"topics", (*shop).topics},
	{"queues", (*shop).queues},
	{"people", (*shop).people},
	{"sign-in", (*shop).signIn},
	{"certificates", (*shop).tlsCertificates},
	{"networks", (*shop).networks},
	{"instances", (*shop).compute},
	{"volumes", (*shop).storage},
	{"buckets", (*shop).buckets},
	{"load balancers", (*shop).balancers},
	{"endpoint services", (*shop).endpointServices},
	{"classic load balancers", (*shop).classicBalancers},
	{"scaling groups", (*shop).scaling},
	{"databases", (*shop).databases},
	{"caches", (*shop).caches},
	{"tables", (*shop).tables},
	{"data warehouse", (*shop).dataWarehouse},
	{"log groups", (*shop).logGroups},
	{"search domains", (*shop).searchDomains},
	{"functions", (*shop).functions},
	{"streams", (*shop).streams},
	{"file systems", (*shop).fileSystems},
	{"container repositories", (*shop).repositories},
	{"container services", (*shop).services},
	{"Kubernetes", (*shop).kubernetes},
	{"trails", (*shop).trails},
	{"configuration recorder", (*shop).recorder},
	{"threat detectors", (*shop).detectors},
	{"distributions", (*shop).distributions},
	{"hosted zones", (*shop).zones},
	{"API gateways", (*shop).gateways},
	{"secrets", (*shop).secrets},
	{"parameters", (*shop).parameters},
	{"stacks", (*shop).stacks},
	{"organisation", (*shop).organisation},
	{"alarms", (*shop).alarms},
	{"measurements", (*shop).measurements},
}

func inRegion(cfg aws.Config, region string) aws.Config {
	cfg = cfg.Copy()
	cfg.Region = region
	return cfg
}
