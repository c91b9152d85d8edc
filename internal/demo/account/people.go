package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// A team is an IAM group.
type team struct {
	name     string
	attached []string
	inline   string // a policy document
}

var teams = []team{
	{name: "administrators", attached: []string{"AdministratorAccess", "HarbourlineRequireMFA"}},
	{name: "developers", attached: []string{"PowerUserAccess"}, inline: `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":["iam:CreatePolicyVersion","iam:SetDefaultPolicyVersion"],"Resource":"*"}]}`},
	{name: "buyers", attached: []string{"HarbourlineReadMedia"}},
	{name: "finance", attached: []string{"job-function/Billing"}},
	{name: "contractors-2019", attached: []string{"AWSCloudShellFullAccess"}},
}

// A person, or a machine that was given a user.
type person struct {
	name     string
	groups   []string
	attached []string
	inline   string
	password bool
	mfa      bool
	keys     int // access keys
	disabled bool
	ssh      []string // public keys
	tags     tags
}

var people = []person{
	{name: "amelia.stone", groups: []string{"administrators"}, password: true, mfa: true, tags: tags{"Team": "platform"}},
	{name: "ben.okafor", groups: []string{"developers"}, password: true, mfa: true, keys: 1, ssh: []string{sshBen, sshBenOld}, tags: tags{"Team": "storefront"}},
	{name: "carla.mendes", groups: []string{"developers"}, password: true, keys: 2, ssh: []string{sshShop}, tags: tags{"Team": "payments"}},
	{name: "dilip.rao", groups: []string{"buyers"}, password: true, mfa: true, tags: tags{"Team": "warehouse"}},
	{name: "felix.hartmann", password: true, inline: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`},
	{name: "grace.lindqvist", groups: []string{"finance"}, password: true, tags: tags{"Team": "payments"}},
	{name: "deploy-ci", attached: []string{"AdministratorAccess"}, keys: 1, tags: tags{"Team": "platform"}},
	{name: "erp-sync", keys: 1, disabled: true, inline: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`},
	{name: "mail-relay"},
}

func (s *shop) people(ctx context.Context) error {
	client := iam.NewFromConfig(s.production.Config)
	for _, t := range teams {
		calls := []call{to(client.CreateGroup, &iam.CreateGroupInput{GroupName: new(t.name)})}
		for _, policy := range t.attached {
			calls = append(calls, to(client.AttachGroupPolicy, &iam.AttachGroupPolicyInput{GroupName: new(t.name), PolicyArn: s.policy(policy)}))
		}
		if t.inline != "" {
			calls = append(calls, to(client.PutGroupPolicy, &iam.PutGroupPolicyInput{GroupName: new(t.name), PolicyName: new("extra"), PolicyDocument: s.document(t.inline)}))
		}
		if err := inOrder(ctx, calls...); err != nil {
			return fmt.Errorf("group %s: %w", t.name, err)
		}
	}
	for _, p := range people {
		if err := s.person(ctx, p); err != nil {
			return fmt.Errorf("user %s: %w", p.name, err)
		}
	}
	return nil
}

func (s *shop) person(ctx context.Context, p person) error {
	client := iam.NewFromConfig(s.production.Config)
	calls := []call{to(client.CreateUser, &iam.CreateUserInput{UserName: new(p.name), Tags: iamTags(p.tags)})}
	for _, group := range p.groups {
		calls = append(calls, to(client.AddUserToGroup, &iam.AddUserToGroupInput{UserName: new(p.name), GroupName: new(group)}))
	}
	for _, policy := range p.attached {
		calls = append(calls, to(client.AttachUserPolicy, &iam.AttachUserPolicyInput{UserName: new(p.name), PolicyArn: s.policy(policy)}))
	}
	if p.inline != "" {
		calls = append(calls, to(client.PutUserPolicy, &iam.PutUserPolicyInput{UserName: new(p.name), PolicyName: new("access"), PolicyDocument: s.document(p.inline)}))
	}
	if p.password {
		calls = append(calls, to(client.CreateLoginProfile, &iam.CreateLoginProfileInput{UserName: new(p.name), Password: new("Correct-Horse-7-Battery"), PasswordResetRequired: true}))
	}
	if p.mfa {
		calls = append(calls, s.device(client, p.name))
	}
	for range p.keys {
		calls = append(calls, s.accessKey(client, p))
	}
	for _, key := range p.ssh {
		calls = append(calls, to(client.UploadSSHPublicKey, &iam.UploadSSHPublicKeyInput{UserName: new(p.name), SSHPublicKeyBody: new(key)}))
	}
	return inOrder(ctx, calls...)
}

// device gives a user a virtual MFA device.
func (s *shop) device(client *iam.Client, user string) call {
	return func(ctx context.Context) error {
		made, err := client.CreateVirtualMFADevice(ctx, &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: new(user)})
		if err != nil {
			return err
		}
		_, err = client.EnableMFADevice(ctx, &iam.EnableMFADeviceInput{
			UserName:            new(user),
			SerialNumber:        made.VirtualMFADevice.SerialNumber,
			AuthenticationCode1: new("123456"),
			AuthenticationCode2: new("654321"),
		})
		return err
	}
}
