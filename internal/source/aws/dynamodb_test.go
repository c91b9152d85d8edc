package aws

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func makeTable(t *testing.T, client *dynamodb.Client, name string, more func(*dynamodb.CreateTableInput)) {
	t.Helper()
	input := &dynamodb.CreateTableInput{
		TableName:            &name,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: ptr("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: ptr("id"), KeyType: types.KeyTypeHash}},
		BillingMode:          types.BillingModePayPerRequest,
	}
	if more != nil {
		more(input)
	}
	if _, err := client.CreateTable(t.Context(), input); err != nil {
		t.Fatal(err)
	}
}

func TestTablesOfDynamoDB(t *testing.T) {
	moto := awstest.Moto(t)
	client := dynamodb.NewFromConfig(moto.Config("us-east-1"))
	makeTable(t, client, "orders", func(input *dynamodb.CreateTableInput) {
		input.SSESpecification = &types.SSESpecification{Enabled: ptr(true), SSEType: types.SSETypeKms, KMSMasterKeyId: ptr("arn:aws:kms:us-east-1:123456789012:key/own")}
		input.StreamSpecification = &types.StreamSpecification{StreamEnabled: ptr(true), StreamViewType: types.StreamViewTypeNewImage}
		input.Tags = []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}}
		input.DeletionProtectionEnabled = ptr(true)
	})
	makeTable(t, client, "bare", nil)
	if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: ptr("orders"), Item: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "1"}},
	}); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		second(client.UpdateContinuousBackups(t.Context(), &dynamodb.UpdateContinuousBackupsInput{
			TableName: ptr("orders"), PointInTimeRecoverySpecification: &types.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: ptr(true)},
		})),
		second(client.UpdateTimeToLive(t.Context(), &dynamodb.UpdateTimeToLiveInput{
			TableName: ptr("orders"), TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: ptr("ends"), Enabled: ptr(true)},
		})),
		second(client.PutResourcePolicy(t.Context(), &dynamodb.PutResourcePolicyInput{
			ResourceArn: ptr("arn:aws:dynamodb:us-east-1:123456789012:table/orders"), Policy: ptr(`{"Version":"2012-10-17","Statement":[]}`),
		})),
		second(client.CreateBackup(t.Context(), &dynamodb.CreateBackupInput{TableName: ptr("orders"), BackupName: ptr("before")})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	inv, stats := collectedIn(t, moto, []string{"us-east-1"}, "AWS::DynamoDB::Table", "AWS::DynamoDB::Backup")
	for _, f := range stats.Failures { // moto has neither
		if f.Action != "dynamodb:DescribeContributorInsights" && f.Action != "dynamodb:DescribeKinesisStreamingDestination" {
			t.Errorf("%s: %s", f.Action, f.Reason)
		}
	}
	arn := "arn:aws:dynamodb:us-east-1:123456789012:table/orders"
	orders := one(t, inv.Resources, "AWS::DynamoDB::Table", "orders")
	if orders.Created.IsZero() || orders.ARN != arn || orders.Tags["Team"] != "shop" {
		t.Errorf("table = %+v", orders)
	}
	got := orders.Properties
	for _, name := range []string{
		"ContributorInsightsSpecification", "KinesisStreamSpecification", // of which moto knows nothing
		"CreationDateTime", "StreamArn", "TableSizeBytes", "ProvisionedThroughput", "WarmThroughput",
	} {
		delete(got, name)
	}
	want := map[string]any{
		"Arn": arn, "TableName": "orders", "BillingMode": "PAY_PER_REQUEST", "DeletionProtectionEnabled": true, "ItemCount": int64(1),
		"AttributeDefinitions":             []any{map[string]any{"AttributeName": "id", "AttributeType": "S"}},
		"KeySchema":                        []any{map[string]any{"AttributeName": "id", "KeyType": "HASH"}},
		"SSESpecification":                 map[string]any{"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": "arn:aws:kms:us-east-1:123456789012:key/own"},
		"StreamSpecification":              map[string]any{"StreamViewType": "NEW_IMAGE"},
		"PointInTimeRecoverySpecification": map[string]any{"PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": int64(35)},
		"TimeToLiveSpecification":          map[string]any{"AttributeName": "ends", "Enabled": true},
		"ResourcePolicy":                   map[string]any{"PolicyDocument": map[string]any{"Version": "2012-10-17", "Statement": []any{}}},
		"TableClass":                       "STANDARD", "TableStatus": "ACTIVE",
		"Tags": []any{map[string]any{"Key": "Team", "Value": "shop"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
	bare := one(t, inv.Resources, "AWS::DynamoDB::Table", "bare").Properties
	for _, name := range []string{"SSESpecification", "StreamSpecification", "ResourcePolicy"} {
		if bare[name] != nil {
			t.Errorf("%s of a table without it = %v", name, bare[name])
		}
	}
	if diff := cmp.Diff(map[string]any{"PointInTimeRecoveryEnabled": false}, bare["PointInTimeRecoverySpecification"]); diff != "" {
		t.Errorf("recovery (-want +got):\n%s", diff)
	}
	backup := one(t, inv.Resources, "AWS::DynamoDB::Backup", "before")
	if p := backup.Properties; p["TableName"] != "orders" || p["BackupType"] != "USER" || p["BackupStatus"] != "AVAILABLE" || backup.Created.IsZero() {
		t.Errorf("backup = %+v", backup)
	}
}

// What moto does not tell, after the API reference: the key that AWS manages,
// provisioned throughput without a summary, an unfinished change, Contributor
// Insights, a stream that is gone, and pages of backups.
func TestTableDetails(t *testing.T) {
	const p = "DynamoDB_20120810."
	server := answering(t, map[string]answers{
		p + "ListTables": {{body: `{"TableNames":["orders"]}`}},
		p + "DescribeTable": {{body: `{"Table":{"TableName":"orders","TableArn":"arn:aws:dynamodb:us-east-1:123456789012:table/orders","TableStatus":"ACTIVE",
			"CreationDateTime":1767225600.0,"ItemCount":0,"TableSizeBytes":0,"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":6,"NumberOfDecreasesToday":0},
			"SSEDescription":{"Status":"UPDATING","SSEType":"KMS","KMSMasterKeyArn":"arn:aws:kms:us-east-1:123456789012:key/managed"},
			"TableClassSummary":{"TableClass":"STANDARD_INFREQUENT_ACCESS"}}}`}},
		p + "DescribeContinuousBackups":           {{body: `{"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED","PointInTimeRecoveryDescription":{"PointInTimeRecoveryStatus":"DISABLED"}}}`}},
		p + "DescribeTimeToLive":                  {{body: `{"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}}`}},
		p + "GetResourcePolicy":                   {{status: 400, body: `{"__type":"com.amazonaws.dynamodb.v20120810#PolicyNotFoundException","message":"none"}`}},
		p + "DescribeContributorInsights":         {{body: `{"TableName":"orders","ContributorInsightsStatus":"ENABLED","ContributorInsightsMode":"THROTTLED_KEYS"}`}},
		p + "DescribeKinesisStreamingDestination": {{body: `{"TableName":"orders","KinesisDataStreamDestinations":[{"StreamArn":"arn:aws:kinesis:us-east-1:123456789012:stream/old","DestinationStatus":"DISABLED"},{"StreamArn":"arn:aws:kinesis:us-east-1:123456789012:stream/new","DestinationStatus":"ACTIVE"}]}`}},
		"TrentService.ListAliases":                {{body: `{"Aliases":[{"AliasName":"alias/aws/dynamodb","AliasArn":"arn:aws:kms:us-east-1:123456789012:alias/aws/dynamodb","TargetKeyId":"managed"}]}`}},
		p + "ListBackups": {
			{when: `"ExclusiveStartBackupArn":"arn:1"`, body: `{"BackupSummaries":[{"BackupArn":"arn:2","TableName":"orders","BackupType":"SYSTEM","BackupStatus":"AVAILABLE","BackupCreationDateTime":1767225600.0}]}`},
			{body: `{"BackupSummaries":[{"BackupArn":"arn:1","TableName":"orders","BackupType":"USER","BackupStatus":"AVAILABLE","BackupCreationDateTime":1767225600.0}],"LastEvaluatedBackupArn":"arn:1"}`},
		},
	})
	inv, stats := server.collected(t, "AWS::DynamoDB::Table", "AWS::DynamoDB::Backup")
	if len(stats.Failures) > 0 {
		t.Errorf("failures: %v", stats.Failures)
	}
	table := one(t, inv.Resources, "AWS::DynamoDB::Table", "orders")
	want := &cloud.Resource{
		Type: "AWS::DynamoDB::Table", ID: "orders", Name: "orders", ARN: "arn:aws:dynamodb:us-east-1:123456789012:table/orders",
		Account: awstest.Account, World: awstest.Account, Region: "us-east-1", Created: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		Properties: map[string]any{
			"Arn": "arn:aws:dynamodb:us-east-1:123456789012:table/orders", "TableName": "orders", "TableStatus": "ACTIVE",
			"BillingMode": "PROVISIONED", "TableClass": "STANDARD_INFREQUENT_ACCESS", "CreationDateTime": "2026-01-01T00:00:00Z",
			"ItemCount": int64(0), "TableSizeBytes": int64(0),
			"ProvisionedThroughput":            map[string]any{"ReadCapacityUnits": int64(5), "WriteCapacityUnits": int64(6), "NumberOfDecreasesToday": int64(0)},
			"SSESpecification":                 map[string]any{"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": "alias/aws/dynamodb"},
			"PointInTimeRecoverySpecification": map[string]any{"PointInTimeRecoveryEnabled": false},
			"TimeToLiveSpecification":          map[string]any{"Enabled": false},
			"ContributorInsightsSpecification": map[string]any{"Enabled": true, "Mode": "THROTTLED_KEYS"},
			"KinesisStreamSpecification":       map[string]any{"StreamArn": "arn:aws:kinesis:us-east-1:123456789012:stream/new"},
		},
	}
	if diff := cmp.Diff(want, table); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
	one(t, inv.Resources, "AWS::DynamoDB::Backup", "arn:1")
	one(t, inv.Resources, "AWS::DynamoDB::Backup", "arn:2")
}
