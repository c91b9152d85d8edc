package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

// Key policies. The first is the one that AWS gives a key by itself.
const (
	keyForAccount = `{"Version":"2012-10-17","Statement":[
		{"Sid":"Account","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{account}:root"},"Action":"kms:*","Resource":"*"}]}`

	keyForLogs = `{"Version":"2012-10-17","Statement":[
		{"Sid":"Account","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{account}:root"},"Action":"kms:*","Resource":"*"},
		{"Sid":"Trails","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":["kms:GenerateDataKey*","kms:DescribeKey"],"Resource":"*",
		 "Condition":{"StringEquals":{"aws:SourceAccount":"{account}"}}},
		{"Sid":"Logs","Effect":"Allow","Principal":{"Service":"logs.us-east-1.amazonaws.com"},"Action":["kms:Encrypt","kms:Decrypt","kms:GenerateDataKey*","kms:DescribeKey"],"Resource":"*",
		 "Condition":{"ArnLike":{"kms:EncryptionContext:aws:logs:arn":"arn:aws:logs:us-east-1:{account}:*"}}}]}`

	keyForPartner = `{"Version":"2012-10-17","Statement":[
		{"Sid":"Account","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{account}:root"},"Action":"kms:*","Resource":"*"},
		{"Sid":"Tidewater","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{tidewater}:root"},"Action":["kms:Decrypt","kms:DescribeKey"],"Resource":"*"}]}`

	keyForEveryone = `{"Version":"2012-10-17","Statement":[
		{"Sid":"Account","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{account}:root"},"Action":"kms:*","Resource":"*"},
		{"Sid":"Exports","Effect":"Allow","Principal":"*","Action":["kms:Decrypt","kms:Encrypt"],"Resource":"*"}]}`
)

// A key is a KMS key of the shop.
type key struct {
	alias       string
	description string
	policy      string
	rotates     bool
	tags        tags

	spec  types.KeySpec // symmetric if empty
	usage types.KeyUsageType
	many  bool // a multi-Region key
}

var productionKeys = []key{
	{alias: "harbourline-data", description: "Databases of the shop", policy: keyForAccount, rotates: true, tags: production("platform", "").with("Tier", "data")},
	{alias: "harbourline-app", description: "Order services", policy: keyForAccount, tags: production("storefront", "").with("Tier", "app")},
	{alias: "harbourline-web", description: "Web servers", policy: keyForAccount, rotates: true, tags: production("storefront", "").with("Tier", "web")},
	{alias: "harbourline-logs", description: "Trails and log groups", policy: keyForLogs, rotates: true, tags: production("platform", "")},
	{alias: "harbourline-partners", description: "Files for Tidewater Analytics", policy: keyForPartner, rotates: true, tags: production("data", "")},
	{alias: "harbourline-exports", description: "Nightly exports", policy: keyForEveryone, tags: production("data", "")},
	{alias: "harbourline-invoices", description: "Signs invoices", policy: keyForAccount, spec: types.KeySpecRsa2048, usage: types.KeyUsageTypeSignVerify, tags: production("payments", "")},
	{alias: "harbourline-sessions", description: "Session tokens in two regions", policy: keyForAccount, rotates: true, many: true, tags: production("storefront", "")},
}

func (s *shop) encryptionKeys(ctx context.Context) error {
	client := kms.NewFromConfig(s.production.Config)
	for _, k := range productionKeys {
		if err := s.encryptionKey(ctx, s.production, k); err != nil {
			return err
		}
	}
	if err := s.encryptionKey(ctx, s.staging, key{alias: "harbourline-staging", policy: keyForAccount}); err != nil {
		return err
	}

	old, err := client.CreateKey(ctx, &kms.CreateKeyInput{Description: new("Old shop, do not use")})
	if err != nil {
		return err
	}
	gone, err := client.CreateKey(ctx, &kms.CreateKeyInput{Description: new("Replaced by harbourline-data")})
	if err != nil {
		return err
	}
	return inOrder(ctx,
		to(client.DisableKey, &kms.DisableKeyInput{KeyId: old.KeyMetadata.KeyId}),
		to(client.ScheduleKeyDeletion, &kms.ScheduleKeyDeletionInput{KeyId: gone.KeyMetadata.KeyId, PendingWindowInDays: new(int32(14))}),
		// The same grant twice.
		each(client.CreateGrant, s.grant("tidewater-import"), s.grant("tidewater-import-2")),
	)
}

func (s *shop) grant(name string) *kms.CreateGrantInput {
	return &kms.CreateGrantInput{
		Name:             new(name),
		KeyId:            s.production.key("harbourline-partners"),
		GranteePrincipal: new("arn:aws:iam::" + tidewater + ":role/Import"),
		Operations:       []types.GrantOperation{types.GrantOperationDecrypt, types.GrantOperationCreateGrant},
	}
}

func (s *shop) encryptionKey(ctx context.Context, at *site, k key) error {
	client := kms.NewFromConfig(at.Config)
	made, err := client.CreateKey(ctx, &kms.CreateKeyInput{
		Description: &k.description,
		Policy:      s.document(k.policy),
		KeySpec:     k.spec,
		KeyUsage:    k.usage,
		MultiRegion: &k.many,
		Tags:        as(k.tags, func(key, value *string) types.Tag { return types.Tag{TagKey: key, TagValue: value} }),
	})
	if err != nil {
		return fmt.Errorf("%s: %w", k.alias, err)
	}
	at.keys[k.alias] = aws.ToString(made.KeyMetadata.Arn)
	if _, err := client.CreateAlias(ctx, &kms.CreateAliasInput{AliasName: new("alias/" + k.alias), TargetKeyId: made.KeyMetadata.KeyId}); err != nil {
		return fmt.Errorf("%s: %w", k.alias, err)
	}
	if k.rotates {
		if _, err := client.EnableKeyRotation(ctx, &kms.EnableKeyRotationInput{KeyId: made.KeyMetadata.KeyId}); err != nil {
			return fmt.Errorf("%s: %w", k.alias, err)
		}
	}
	return nil
}

// key is the ARN of a key of the site, by its alias.
func (at *site) key(alias string) *string { return new(from(at.keys, alias)[0]) }
