// Package terraform reads Terraform configurations (HCL folders and plan JSON)
// into an inventory.
//
// It works in two steps that know nothing of each other. The first evaluates
// the configuration, or decodes the plan, into instances: what Terraform would
// hold in its state, under the provider's own names. The second translates
// instances into CloudFormation's vocabulary by a table a type, and folds
// those that AWS treats as parts of another into their owner.
package terraform

import "github.com/surety-cloud/surety/internal/cloud"

// An instance is one managed resource after count and for_each, under the
// provider's names.
type instance struct {
	Type    string // "aws_security_group"
	Address string // "module.net.aws_security_group.web[0]"

	// Values holds arguments and nested blocks; a block that may repeat, or
	// that is written as a block, is a []any of map[string]any. What is not
	// known is a *cloud.Unresolved; a reference to another instance is its
	// cloud.Symbol with the provider's attribute name
	// ("${aws_vpc.main.id}"). Absent means not set.
	Values map[string]any

	Location    *cloud.Location // mirrors Values; nil for a plan
	Conditional string          // why it cannot be known whether it exists, or empty
	Ignores     []cloud.Ignore  // Path under the provider's names
	World       string          // the root module's folder or the plan's file
	DefaultTags map[string]any  // of the provider configuration that it uses; nil when there are none
}
