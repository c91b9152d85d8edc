package aws_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestExerciseLambda(t *testing.T) {
	moto := awstest.MotoWithPolicies(t)
	ctx := t.Context()
	people, client := iam.NewFromConfig(moto.Config("us-east-1")), lambda.NewFromConfig(moto.Config("us-east-1"))
	machines := ec2.NewFromConfig(moto.Config("us-east-1"))
	const (
		everything = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
		oneTable   = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*"}]}`
	)
	policy := func(name, document string) string {
		return *made[*iam.CreatePolicyOutput](t)(people.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: &document})).Policy.Arn
	}
	roles := map[string]*string{}
	for name, rights := range map[string]struct{ inline, managed string }{
		"aws-admin":    {"", "arn:aws:iam::aws:policy/AdministratorAccess"},
		"own-admin":    {"", policy("all", everything)},
		"inline-admin": {everything, ""},
		"idle-admin":   {everything, ""}, // no function has it
		"limited":      {oneTable, policy("some", oneTable)},
		"shared":       {oneTable, "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"},
	} {
		roles[name] = made[*iam.CreateRoleOutput](t)(people.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: new(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`)})).Role.Arn
		if rights.inline != "" {
			made[*iam.PutRolePolicyOutput](t)(people.PutRolePolicy(ctx, &iam.PutRolePolicyInput{
				RoleName: &name, PolicyName: new("rights"), PolicyDocument: &rights.inline,
			}))
		}
		if rights.managed != "" {
			made[*iam.AttachRolePolicyOutput](t)(people.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: &name, PolicyArn: &rights.managed}))
		}
	}
	subnet := made[*ec2.DescribeSubnetsOutput](t)(machines.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{})).Subnets[0]
	group := made[*ec2.CreateSecurityGroupOutput](t)(machines.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
		GroupName: new("functions"), Description: new("Functions"), VpcId: subnet.VpcId,
	})).GroupId
	nothing := []byte("PK\x05\x06" + strings.Repeat("\x00", 18)) // an archive without files
	for name, function := range map[string]lambda.CreateFunctionInput{
		"first":  {Role: roles["aws-admin"]},
		"second": {Role: roles["own-admin"], Environment: &types.Environment{Variables: map[string]string{"STAGE": "production"}}},
		"third":  {Role: roles["inline-admin"]},
		"inside": {Role: roles["limited"], VpcConfig: &types.VpcConfig{SubnetIds: []string{*subnet.SubnetId}, SecurityGroupIds: []string{*group}}},
		"left":   {Role: roles["shared"]},
		"right":  {Role: roles["shared"]},
	} {
		function.FunctionName, function.Handler, function.Runtime = &name, new("index.handler"), types.RuntimePython314
		function.Code = &types.FunctionCode{ZipFile: nothing}
		made[*lambda.CreateFunctionOutput](t)(client.CreateFunction(ctx, &function))
	}

	judge(t, moto, "Lambda-005", want{
		"aws-admin": fail, "own-admin": fail, "inline-admin": fail, "idle-admin": unchecked, "limited": pass, "shared": pass,
	})
	judge(t, moto, "Lambda-006", want{"first": pass, "left": fail, "right": fail})
	judge(t, moto, "Lambda-007", want{"inside": pass, "first": fail})
	// moto forgets the key of a function, so none passes.
	judge(t, moto, "Lambda-009", want{"second": fail, "first": unchecked})
	made[*lambda.DeleteFunctionOutput](t)(client.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: new("right")}))
	judge(t, moto, "Lambda-006", want{"left": pass})
}
