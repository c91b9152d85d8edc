package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// tables of DynamoDB.
func (s *shop) tables(ctx context.Context) error {
	client := dynamodb.NewFromConfig(s.production.Config)
	lab := dynamodb.NewFromConfig(s.lab.Config)
	tag := func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} }
	table := func(name string) *dynamodb.CreateTableInput {
		return &dynamodb.CreateTableInput{
			TableName: new(name), BillingMode: types.BillingModePayPerRequest,
			AttributeDefinitions: []types.AttributeDefinition{{AttributeName: new("id"), AttributeType: types.ScalarAttributeTypeS}},
			KeySchema:            []types.KeySchemaElement{{AttributeName: new("id"), KeyType: types.KeyTypeHash}},
		}
	}
	carts := table("harbourline-carts")
	carts.DeletionProtectionEnabled = new(true)
	carts.SSESpecification = &types.SSESpecification{Enabled: new(true), SSEType: types.SSETypeKms, KMSMasterKeyId: s.production.key("harbourline-data")}
	carts.Tags = as(production("storefront", ""), tag)

	vouchers := table("harbourline-vouchers")
	vouchers.SSESpecification = &types.SSESpecification{Enabled: new(true), SSEType: types.SSETypeKms}
	vouchers.BillingMode, vouchers.ProvisionedThroughput = types.BillingModeProvisioned, &types.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(400), WriteCapacityUnits: aws.Int64(200)}
	vouchers.Tags = as(production("payments", ""), tag)

	return inOrder(ctx,
		each(client.CreateTable, carts, vouchers, table("sessions-2019")),
		to(lab.CreateTable, table("lab-clicks")),
		to(client.UpdateContinuousBackups, &dynamodb.UpdateContinuousBackupsInput{
			TableName: new("harbourline-carts"), PointInTimeRecoverySpecification: &types.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: new(true)},
		}),
		to(client.PutResourcePolicy, &dynamodb.PutResourcePolicyInput{ResourceArn: new(s.arn("dynamodb", Production, "table/harbourline-vouchers")), Policy: s.document(`{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{tidewater}:root"},"Action":"dynamodb:Query","Resource":"arn:aws:dynamodb:us-east-1:{account}:table/harbourline-vouchers"}]}`)}),
		each(client.PutItem, item("harbourline-carts", "cart-1001"), item("harbourline-vouchers", "SUMMER")),
		to(client.CreateBackup, &dynamodb.CreateBackupInput{TableName: new("harbourline-carts"), BackupName: new("before-migration")}),
	)
}

func item(table, id string) *dynamodb.PutItemInput {
	return &dynamodb.PutItemInput{TableName: new(table), Item: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: id}}}
}
