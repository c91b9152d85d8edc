package aws

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Systems Manager: parameters, never their values, the account's own
// documents, the nodes that it manages and the sessions that are open to them.
var ssmCollectors = []collector{
	{
		service: "ssm",
		types: []emits{{
			typ:    "AWS::SSM::Parameter",
			gives:  "AllowedPattern DataType Description Name Policies Tier Type KeyId LastModifiedDate Version",
			tagged: "ssm:parameter",
		}},
		calls: "ssm:DescribeParameters",
		read:  readParameters,
	},
	{
		service: "ssm",
		types: []emits{{
			typ: "AWS::SSM::Document", gives: "DocumentFormat DocumentType Name Requires TargetType VersionName Owner",
		}},
		calls: "ssm:ListDocuments",
		read:  readDocuments,
		parts: []part{{gives: "SharedWith", calls: "ssm:DescribeDocumentPermission", read: readDocumentSharing}},
	},
	{
		service: "ssm",
		types: []emits{{
			typ: "AWS::SSM::ManagedInstance",
			gives: "AgentVersion AssociationStatus InstanceId IsLatestVersion LastPingDateTime PingStatus PlatformName PlatformType " +
				"PlatformVersion ResourceType",
			tagged: "-",
		}},
		calls: "ssm:DescribeInstanceInformation",
		read:  readManagedInstances,
	},
	{
		service: "ssm",
		types: []emits{{
			typ: "AWS::SSM::Session", gives: "DocumentName MaxSessionDuration Owner SessionId StartDate Status Target", tagged: "-",
		}},
		calls: "ssm:DescribeSessions",
		read:  readSessions,
	},
}

func readParameters(ctx context.Context, s *scope) error {
	pages := ssm.NewDescribeParametersPaginator(ssm.NewFromConfig(s.cfg), &ssm.DescribeParametersInput{MaxResults: ptr(int32(50))})
	return each(ctx, pages, func(page *ssm.DescribeParametersOutput) {
		for i := range page.Parameters {
			p := &page.Parameters[i]
			name := deref(p.Name)
			s.add(found{
				id: name, arn: s.arn("ssm", "parameter/"+strings.TrimPrefix(name, "/")), name: name,
				from: p,
				set:  props{"Policies": parameterPolicies(p.Policies)},
			})
		}
	})
}

// parameterPolicies is the list as JSON text, as CloudFormation takes it.
func parameterPolicies(list []types.ParameterInlinePolicy) any {
	var texts []string
	for _, p := range list {
		texts = append(texts, deref(p.PolicyText))
	}
	if texts == nil {
		return nil
	}
	return "[" + strings.Join(texts, ",") + "]"
}

func readDocuments(ctx context.Context, s *scope) error {
	pages := ssm.NewListDocumentsPaginator(ssm.NewFromConfig(s.cfg), &ssm.ListDocumentsInput{
		Filters:    []types.DocumentKeyValuesFilter{{Key: ptr("Owner"), Values: []string{"Self"}}},
		MaxResults: ptr(int32(50)),
	})
	return each(ctx, pages, func(page *ssm.ListDocumentsOutput) {
		for i := range page.DocumentIdentifiers {
			d := &page.DocumentIdentifiers[i]
			name := deref(d.Name)
			s.add(found{
				id: name, arn: s.arn("ssm", "document/"+name), name: name, created: d.CreatedDate,
				tags: tagMap(d.Tags, func(t types.Tag) (*string, *string) { return t.Key, t.Value }),
				from: d,
			})
		}
	})
}

func readDocumentSharing(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	client := ssm.NewFromConfig(s.cfg)
	var accounts []string
	input := &ssm.DescribeDocumentPermissionInput{Name: &r.ID, PermissionType: types.DocumentPermissionTypeShare, MaxResults: ptr(int32(200))}
	for {
		out, err := client.DescribeDocumentPermission(ctx, input)
		if is(err, "InvalidDocument") {
			return nil, errGone
		}
		if err != nil {
			return nil, err
		}
		accounts = append(accounts, out.AccountIds...)
		if input.NextToken = out.NextToken; deref(input.NextToken) == "" {
			return props{"SharedWith": accounts}, nil
		}
	}
}

func readManagedInstances(ctx context.Context, s *scope) error {
	pages := ssm.NewDescribeInstanceInformationPaginator(ssm.NewFromConfig(s.cfg), &ssm.DescribeInstanceInformationInput{MaxResults: ptr(int32(50))})
	return each(ctx, pages, func(page *ssm.DescribeInstanceInformationOutput) {
		for i := range page.InstanceInformationList {
			n := &page.InstanceInformationList[i]
			id := deref(n.InstanceId)
			arn := s.arn("ssm", "managed-instance/"+id)
			if n.ResourceType == types.ResourceTypeEc2Instance {
				arn = s.arn("ec2", "instance/"+id)
			}
			s.add(found{id: id, arn: arn, name: deref(n.Name), created: n.RegistrationDate, from: n})
		}
	})
}

func readSessions(ctx context.Context, s *scope) error {
	pages := ssm.NewDescribeSessionsPaginator(ssm.NewFromConfig(s.cfg), &ssm.DescribeSessionsInput{
		State: types.SessionStateActive, MaxResults: ptr(int32(200)),
	})
	return each(ctx, pages, func(page *ssm.DescribeSessionsOutput) {
		for i := range page.Sessions {
			session := &page.Sessions[i]
			id := deref(session.SessionId)
			s.add(found{id: id, arn: s.arn("ssm", "session/"+id), created: session.StartDate, from: session})
		}
	})
}
