package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secret "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// secrets of Secrets Manager.
func (s *shop) secrets(ctx context.Context) error {
	client := secretsmanager.NewFromConfig(s.production.Config)
	tag := func(key, value *string) secret.Tag { return secret.Tag{Key: key, Value: value} }
	rotate := func(name string, days int64) *secretsmanager.RotateSecretInput {
		return &secretsmanager.RotateSecretInput{SecretId: new(name), RotationRules: &secret.RotationRulesType{AutomaticallyAfterDays: new(days)}}
	}
	return inOrder(ctx,
		each(client.CreateSecret,
			&secretsmanager.CreateSecretInput{Name: new("harbourline/orders-db"), Description: new("Owner of the orders"), SecretString: new(`{"username":"orders_owner","password":"not-the-real-one"}`), KmsKeyId: s.production.key("harbourline-data"), Tags: as(production("data", ""), tag)},
			&secretsmanager.CreateSecretInput{Name: new("harbourline/payment-provider"), SecretString: new("not-the-real-one"), KmsKeyId: s.production.key("harbourline-app"), Tags: as(production("payments", ""), tag)},
			&secretsmanager.CreateSecretInput{Name: new("partner-login"), SecretString: new("not-the-real-one")},
			&secretsmanager.CreateSecretInput{Name: new("erp"), SecretString: new("not-the-real-one")},
		),
		each(client.RotateSecret, rotate("harbourline/orders-db", 30), rotate("erp", 365)),
		each(client.PutResourcePolicy,
			&secretsmanager.PutResourcePolicyInput{SecretId: new("harbourline/payment-provider"), ResourcePolicy: s.document(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{account}:role/HarbourlineWebhook"},"Action":"secretsmanager:GetSecretValue","Resource":"*"}]}`)},
			&secretsmanager.PutResourcePolicyInput{SecretId: new("partner-login"), ResourcePolicy: s.document(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"secretsmanager:GetSecretValue","Resource":"*"}]}`)},
		),
		to(secretsmanager.NewFromConfig(s.lab.Config).CreateSecret, &secretsmanager.CreateSecretInput{Name: new("notebook-token"), SecretString: new("not-the-real-one")}),
	)
}

// parameters and documents of Systems Manager.
func (s *shop) parameters(ctx context.Context) error {
	client := ssm.NewFromConfig(s.production.Config)
	tag := func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} }
	document := func(name, content string) *ssm.CreateDocumentInput {
		return &ssm.CreateDocumentInput{Name: new(name), DocumentType: types.DocumentTypeCommand, DocumentFormat: types.DocumentFormatJson, Content: new(content)}
	}
	return inOrder(ctx,
		each(client.PutParameter,
			&ssm.PutParameterInput{Name: new("/harbourline/orders/endpoint"), Type: types.ParameterTypeString, Value: new("orders-db.prod.harbourline.internal"), Tags: as(production("storefront", ""), tag)},
			&ssm.PutParameterInput{Name: new("/harbourline/orders/password"), Type: types.ParameterTypeSecureString, KeyId: s.production.key("harbourline-app"), Value: new("not-the-real-one"), Tags: as(production("storefront", ""), tag)},
			&ssm.PutParameterInput{Name: new("/erp/db_password"), Type: types.ParameterTypeString, Value: new("not-the-real-one")},
			&ssm.PutParameterInput{Name: new("/harbourline/regions"), Type: types.ParameterTypeStringList, Value: new("us-east-1,eu-central-1")},
		),
		each(client.CreateDocument,
			document("harbourline-restart-shop", `{"schemaVersion":"2.2","description":"Restarts the shop","mainSteps":[{"action":"aws:runShellScript","name":"restart","inputs":{"runCommand":["systemctl restart shop"]}}]}`),
			document("agency-import", `{"schemaVersion":"2.2","description":"Imports prices","mainSteps":[{"action":"aws:runShellScript","name":"import","inputs":{"runCommand":["DB_PASSWORD=summer-sale-2021 /opt/import"]}}]}`),
		),
		to(client.CreateDocument, &ssm.CreateDocumentInput{Name: new("SSM-SessionManagerRunShell"), DocumentType: types.DocumentTypeSession, DocumentFormat: types.DocumentFormatJson, Content: new(
			`{"schemaVersion":"1.0","description":"Session preferences","sessionType":"Standard_Stream","inputs":{"cloudWatchLogGroupName":"/harbourline/sessions","cloudWatchEncryptionEnabled":false,"s3BucketName":"","kmsKeyId":"","idleSessionTimeout":"60"}}`)}),
		to(client.ModifyDocumentPermission, &ssm.ModifyDocumentPermissionInput{Name: new("agency-import"), PermissionType: types.DocumentPermissionTypeShare, AccountIdsToAdd: []string{"all"}}),
		to(client.CreateMaintenanceWindow, &ssm.CreateMaintenanceWindowInput{Name: new("patches"), Schedule: new("cron(0 3 ? * SUN *)"), Duration: aws.Int32(3), Cutoff: 1, AllowUnassociatedTargets: true}),
	)
}
