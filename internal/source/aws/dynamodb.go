package aws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// DynamoDB: tables, of which the list tells only the names, and the backups
// that people have made of them.
var dynamoDBCollectors = []collector{
	{
		service: "dynamodb",
		types: []emits{{
			typ: "AWS::DynamoDB::Table", gives: "TableName", tagged: "dynamodb:table",
			lacks: "AWS::DynamoDB::Table.GlobalSecondaryIndex.ContributorInsightsSpecification " +
				"AWS::DynamoDB::Table.StreamSpecification.ResourcePolicy",
		}},
		calls: "dynamodb:ListTables",
		read:  readTables,
		parts: []part{
			{
				gives: "Arn AttributeDefinitions BillingMode CreationDateTime DeletionProtectionEnabled GlobalSecondaryIndexes ItemCount " +
					"KeySchema LocalSecondaryIndexes OnDemandThroughput ProvisionedThroughput SSESpecification StreamArn " +
					"StreamSpecification TableClass TableSizeBytes TableStatus WarmThroughput",
				calls: "dynamodb:DescribeTable kms:ListAliases",
				read:  readTable,
			},
			{gives: "PointInTimeRecoverySpecification", calls: "dynamodb:DescribeContinuousBackups", read: readPointInTimeRecovery},
			{gives: "TimeToLiveSpecification", calls: "dynamodb:DescribeTimeToLive", read: readTimeToLive},
			{gives: "ResourcePolicy", calls: "dynamodb:GetResourcePolicy", read: readTablePolicy},
			{gives: "ContributorInsightsSpecification", calls: "dynamodb:DescribeContributorInsights", read: readContributorInsights},
			{gives: "KinesisStreamSpecification", calls: "dynamodb:DescribeKinesisStreamingDestination", read: readKinesisDestination},
		},
	},
	{
		service: "dynamodb",
		types: []emits{{
			typ:    "AWS::DynamoDB::Backup",
			gives:  "BackupArn BackupCreationDateTime BackupExpiryDateTime BackupName BackupSizeBytes BackupStatus BackupType TableArn TableName",
			tagged: "-",
		}},
		calls: "dynamodb:ListBackups",
		read:  readBackups,
	},
}

func readTables(ctx context.Context, s *scope) error {
	pages := dynamodb.NewListTablesPaginator(dynamodb.NewFromConfig(s.cfg), &dynamodb.ListTablesInput{Limit: ptr(int32(100))})
	return each(ctx, pages, func(page *dynamodb.ListTablesOutput) {
		for _, name := range page.TableNames {
			s.add(found{
				id: name, arn: s.arn("dynamodb", "table/"+name), name: name,
				set: props{"TableName": name},
			})
		}
	})
}

func readTable(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := dynamodb.NewFromConfig(s.cfg).DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &r.ID})
	if is(err, "ResourceNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	t := out.Table
	r.Created = deref(t.CreationDateTime)
	given := props{
		"Arn":                       t.TableArn,
		"AttributeDefinitions":      t.AttributeDefinitions,
		"BillingMode":               types.BillingModeProvisioned,
		"CreationDateTime":          t.CreationDateTime,
		"DeletionProtectionEnabled": t.DeletionProtectionEnabled,
		"GlobalSecondaryIndexes":    t.GlobalSecondaryIndexes,
		"ItemCount":                 t.ItemCount,
		"KeySchema":                 t.KeySchema,
		"LocalSecondaryIndexes":     t.LocalSecondaryIndexes,
		"OnDemandThroughput":        t.OnDemandThroughput,
		"ProvisionedThroughput":     t.ProvisionedThroughput,
		"SSESpecification":          tableEncryption(ctx, s, t.SSEDescription),
		"StreamArn":                 t.LatestStreamArn,
		"StreamSpecification":       nil,
		"TableClass":                types.TableClassStandard,
		"TableSizeBytes":            t.TableSizeBytes,
		"TableStatus":               t.TableStatus,
		"WarmThroughput":            t.WarmThroughput,
	}
	if t.BillingModeSummary != nil {
		given["BillingMode"] = t.BillingModeSummary.BillingMode
	}
	if t.TableClassSummary != nil {
		given["TableClass"] = t.TableClassSummary.TableClass
	}
	if t.StreamSpecification != nil && deref(t.StreamSpecification.StreamEnabled) {
		given["StreamSpecification"] = map[string]any{"StreamViewType": string(t.StreamSpecification.StreamViewType)}
	}
	return given, nil
}

// tableEncryption: a table of which nothing is said is encrypted with a key
// that belongs to AWS, which CloudFormation calls not enabled.
func tableEncryption(ctx context.Context, s *scope, sse *types.SSEDescription) any {
	if sse == nil {
		return nil
	}
	switch sse.Status {
	case types.SSEStatusDisabled, types.SSEStatusDisabling:
		return map[string]any{"SSEEnabled": false}
	}
	return shaped(map[string]any{
		"SSEEnabled":     true,
		"SSEType":        sse.SSEType,
		"KMSMasterKeyId": keyOf(ctx, s, deref(sse.KMSMasterKeyArn)),
	})
}

func readPointInTimeRecovery(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := dynamodb.NewFromConfig(s.cfg).DescribeContinuousBackups(ctx, &dynamodb.DescribeContinuousBackupsInput{TableName: &r.ID})
	if is(err, "TableNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	recovery := map[string]any{"PointInTimeRecoveryEnabled": false}
	if b := out.ContinuousBackupsDescription; b != nil && b.PointInTimeRecoveryDescription != nil {
		p := b.PointInTimeRecoveryDescription
		recovery["PointInTimeRecoveryEnabled"] = p.PointInTimeRecoveryStatus == types.PointInTimeRecoveryStatusEnabled
		put(recovery, "RecoveryPeriodInDays", p.RecoveryPeriodInDays)
	}
	return props{"PointInTimeRecoverySpecification": recovery}, nil
}

func readTimeToLive(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := dynamodb.NewFromConfig(s.cfg).DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: &r.ID})
	if is(err, "ResourceNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	ttl := out.TimeToLiveDescription
	if ttl == nil {
		return props{"TimeToLiveSpecification": nil}, nil
	}
	return props{"TimeToLiveSpecification": shaped(map[string]any{
		"AttributeName": ttl.AttributeName,
		"Enabled":       ttl.TimeToLiveStatus == types.TimeToLiveStatusEnabled || ttl.TimeToLiveStatus == types.TimeToLiveStatusEnabling,
	})}, nil
}

func readTablePolicy(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := dynamodb.NewFromConfig(s.cfg).GetResourcePolicy(ctx, &dynamodb.GetResourcePolicyInput{ResourceArn: &r.ARN})
	switch {
	case is(err, "PolicyNotFoundException"):
		return props{"ResourcePolicy": nil}, nil
	case is(err, "ResourceNotFoundException"):
		return nil, errGone
	case err != nil:
		return nil, err
	}
	return props{"ResourcePolicy": map[string]any{"PolicyDocument": deref(out.Policy)}}, nil
}

func readContributorInsights(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := dynamodb.NewFromConfig(s.cfg).DescribeContributorInsights(ctx, &dynamodb.DescribeContributorInsightsInput{TableName: &r.ID})
	if is(err, "ResourceNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	status := out.ContributorInsightsStatus
	return props{"ContributorInsightsSpecification": shaped(map[string]any{
		"Enabled": status == types.ContributorInsightsStatusEnabled || status == types.ContributorInsightsStatusEnabling,
		"Mode":    out.ContributorInsightsMode,
	})}, nil
}

func readKinesisDestination(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := dynamodb.NewFromConfig(s.cfg).DescribeKinesisStreamingDestination(ctx, &dynamodb.DescribeKinesisStreamingDestinationInput{TableName: &r.ID})
	if is(err, "ResourceNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	for _, d := range out.KinesisDataStreamDestinations {
		if d.DestinationStatus == types.DestinationStatusActive || d.DestinationStatus == types.DestinationStatusEnabling {
			return props{"KinesisStreamSpecification": shaped(map[string]any{
				"StreamArn": d.StreamArn, "ApproximateCreationDateTimePrecision": d.ApproximateCreationDateTimePrecision,
			})}, nil
		}
	}
	return props{"KinesisStreamSpecification": nil}, nil
}

// readBackups lists the backups that were made on demand; those of AWS Backup
// are in its vaults.
func readBackups(ctx context.Context, s *scope) error {
	client := dynamodb.NewFromConfig(s.cfg)
	input := &dynamodb.ListBackupsInput{BackupType: types.BackupTypeFilterAll, Limit: ptr(int32(100))}
	for {
		page, err := client.ListBackups(ctx, input)
		if err != nil {
			return err
		}
		for i := range page.BackupSummaries {
			b := &page.BackupSummaries[i]
			s.add(found{
				id: deref(b.BackupArn), arn: deref(b.BackupArn), name: deref(b.BackupName), created: b.BackupCreationDateTime,
				from: b,
			})
		}
		if input.ExclusiveStartBackupArn = page.LastEvaluatedBackupArn; input.ExclusiveStartBackupArn == nil {
			return nil
		}
	}
}
