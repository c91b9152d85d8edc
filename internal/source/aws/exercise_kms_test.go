package aws_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secrettypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

// TestExerciseKMS judges keys. The rules on the account as a whole are judged
// before there are keys, with keys that do not count, and with those that do.
func TestExerciseKMS(t *testing.T) {
	moto := awstest.Moto(t)
	ctx, client := t.Context(), kms.NewFromConfig(moto.Config("us-east-1"))
	key := func(principal string, change func(*kms.CreateKeyInput)) string {
		t.Helper()
		input := &kms.CreateKeyInput{
			Policy: new(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal + `,"Action":"kms:*","Resource":"*"}]}`),
		}
		change(input)
		return *made[*kms.CreateKeyOutput](t)(client.CreateKey(ctx, input)).KeyMetadata.KeyId
	}
	tier := func(name string) func(*kms.CreateKeyInput) {
		return func(i *kms.CreateKeyInput) { i.Tags = []types.Tag{{TagKey: new("tier"), TagValue: &name}} }
	}
	alias := func(name, key string) {
		t.Helper()
		made[*kms.CreateAliasOutput](t)(client.CreateAlias(ctx, &kms.CreateAliasInput{AliasName: new("alias/" + name), TargetKeyId: &key}))
	}
	disable := func(key string) {
		t.Helper()
		made[*kms.DisableKeyOutput](t)(client.DisableKey(ctx, &kms.DisableKeyInput{KeyId: &key}))
	}
	const own = `{"AWS":"arn:aws:iam::123456789012:root"}`
	tiers := map[string]string{"KMS-009": "web", "KMS-010": "app", "KMS-011": "database"}

	// moto has the default keys of AWS services from the beginning.
	judge(t, moto, "KMS-001", want{"us-east-1": fail})
	orders := key(own, func(*kms.CreateKeyInput) {})
	judge(t, moto, "KMS-001", want{"us-east-1": pass})
	off := key(own, func(*kms.CreateKeyInput) {})
	alias("orders", orders)
	alias("backups", off)
	disable(off)
	judge(t, moto, "KMS-008", want{awstest.Account: fail})
	made[*kms.EnableKeyOutput](t)(client.EnableKey(ctx, &kms.EnableKeyInput{KeyId: &off}))
	library := pages(t)
	required, err := library.Rule("KMS-008")
	mustEC2(t, err)
	required.Settings[0].Example = []any{"orders", "alias/backups", orders, "arn:aws:kms:us-east-1:123456789012:key/" + off, "arn:aws:kms:us-east-1:123456789012:alias/orders"}
	wantVerdicts(t, library, "KMS-008", moto.Config("us-east-1"), time.Now(), want{awstest.Account: pass})
	disable(off)

	for id, name := range tiers {
		disable(key(own, tier(name)))
		judge(t, moto, id, want{awstest.Account: fail})
	}
	for id, name := range tiers {
		key(own, tier(name))
		judge(t, moto, id, want{awstest.Account: pass})
	}

	made[*kms.EnableKeyRotationOutput](t)(client.EnableKeyRotation(ctx, &kms.EnableKeyRotationInput{KeyId: &orders}))
	signing := key(own, func(i *kms.CreateKeyInput) {
		i.KeySpec, i.KeyUsage = types.KeySpecRsa2048, types.KeyUsageTypeSignVerify
	})
	doomed := key(own, func(*kms.CreateKeyInput) {})
	made[*kms.ScheduleKeyDeletionOutput](t)(client.ScheduleKeyDeletion(ctx, &kms.ScheduleKeyDeletionInput{KeyId: &doomed}))
	public := key(`"*"`, func(*kms.CreateKeyInput) {})
	partner := key(`{"AWS":["arn:aws:iam::123456789012:root","arn:aws:iam::210987654321:root"]}`, func(*kms.CreateKeyInput) {})

	judge(t, moto, "KMS-002", want{orders: pass, public: fail, signing: unchecked, off: unchecked})
	judge(t, moto, "KMS-003", want{orders: pass, off: fail, doomed: pass})
	judge(t, moto, "KMS-004", want{orders: pass, off: pass, doomed: fail})
	judge(t, moto, "KMS-005", want{orders: pass, public: fail, partner: pass})
	judge(t, moto, "KMS-006", want{orders: pass, public: fail, partner: fail})
}

// TestExerciseSecretsAndQueues judges secrets and the policies of queues.
func TestExerciseSecretsAndQueues(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	secrets := secretsmanager.NewFromConfig(moto.Config("us-east-1"))
	judge(t, moto, "SecretsManager-004", want{awstest.Account: fail})
	for name, days := range map[string]int64{"still": 0, "monthly": 30, "quarterly": 90, "yearly": 365} {
		made[*secretsmanager.CreateSecretOutput](t)(secrets.CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: &name, SecretString: new("correct horse")}))
		if days > 0 {
			made[*secretsmanager.RotateSecretOutput](t)(secrets.RotateSecret(ctx, &secretsmanager.RotateSecretInput{
				SecretId: &name, RotationRules: &secrettypes.RotationRulesType{AutomaticallyAfterDays: &days},
			}))
		}
	}
	judge(t, moto, "SecretsManager-003", want{"still": unchecked, "monthly": pass, "quarterly": fail, "yearly": fail})
	judge(t, moto, "SecretsManager-004", want{awstest.Account: pass})

	queues := sqs.NewFromConfig(moto.Config("us-east-1"))
	urls := map[string]string{}
	for name, principal := range map[string]string{
		"bare": "", "own": `{"AWS":"arn:aws:iam::123456789012:root"}`, "trusted": `{"AWS":"210987654321"}`, "foreign": `{"AWS":"999988887777"}`, "open": `"*"`,
	} {
		input := &sqs.CreateQueueInput{QueueName: &name}
		if principal != "" {
			input.Attributes = map[string]string{
				"Policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal + `,"Action":"sqs:SendMessage","Resource":"*"}]}`,
			}
		}
		urls[name] = *made[*sqs.CreateQueueOutput](t)(queues.CreateQueue(ctx, input)).QueueUrl
	}
	judge(t, moto, "SQS-001", want{urls["bare"]: unchecked, urls["own"]: pass, urls["trusted"]: pass, urls["foreign"]: pass, urls["open"]: fail})
	judge(t, moto, "SQS-002", want{urls["bare"]: unchecked, urls["own"]: pass, urls["trusted"]: pass, urls["foreign"]: fail, urls["open"]: fail})
}
