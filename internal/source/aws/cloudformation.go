package aws

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// CloudFormation: the stacks that are there; those that were deleted are not
// listed.
var cloudFormationCollectors = []collector{{
	service: "cloudformation",
	types: []emits{{
		typ: "AWS::CloudFormation::Stack",
		gives: "NotificationARNs Parameters StackId TemplateURL TimeoutInMinutes Capabilities ChangeSetId CreationTime DeletionMode " +
			"DeletionTime Description DetailedStatus DisableRollback DriftInformation EnableTerminationProtection " +
			"LastUpdatedTime Outputs ParentId RetainExceptOnCreate RoleARN RollbackConfiguration RootId StackName StackStatus " +
			"StackStatusReason",
		secret: "Parameters Outputs",
	}},
	// Without the name of one stack DescribeStacks needs both permissions.
	calls: "cloudformation:DescribeStacks cloudformation:ListStacks",
	read:  readStacks,
	parts: []part{{gives: "StackPolicyBody", calls: "cloudformation:GetStackPolicy", read: readStackPolicy}},
}}

func readStacks(ctx context.Context, s *scope) error {
	pages := cloudformation.NewDescribeStacksPaginator(cloudformation.NewFromConfig(s.cfg), &cloudformation.DescribeStacksInput{})
	return each(ctx, pages, func(page *cloudformation.DescribeStacksOutput) {
		for i := range page.Stacks {
			v := &page.Stacks[i]
			parameters := map[string]any{}
			for _, p := range v.Parameters {
				parameters[deref(p.ParameterKey)] = deref(p.ParameterValue)
			}
			outputs := map[string]any{}
			for _, o := range v.Outputs {
				outputs[deref(o.OutputKey)] = deref(o.OutputValue)
			}
			id := deref(v.StackId)
			s.add(found{
				id: id, arn: id, name: deref(v.StackName), created: v.CreationTime, from: v,
				tags: tagMap(v.Tags, func(t types.Tag) (*string, *string) { return t.Key, t.Value }),
				set: props{
					"DriftInformation": driftInformation(v.DriftInformation),
					"Outputs":          outputs,
					"Parameters":       parameters,
					"TemplateURL":      nil, // where a template was is not kept
				},
			})
		}
	})
}

// driftInformation says whether a stack has drifted, where that was ever
// looked into.
func driftInformation(d *types.StackDriftInformation) map[string]any {
	drift := object(d)
	switch deref(d).StackDriftStatus {
	case types.StackDriftStatusDrifted, types.StackDriftStatusInSync:
	default:
		drift["StackDriftStatus"] = &cloud.Unresolved{Reason: "drift detection has not been run on the stack"}
	}
	return drift
}

func readStackPolicy(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := cloudformation.NewFromConfig(s.cfg).GetStackPolicy(ctx, &cloudformation.GetStackPolicyInput{StackName: &r.ID})
	if is(err, "ValidationError") && strings.Contains(err.Error(), "does not exist") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"StackPolicyBody": out.StackPolicyBody}, nil
}
