package account

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// lostRole is removed after the function that runs under it was made.
const lostRole = "StagingFunctions"

// functions of Lambda, from the webhook of the payment provider to the scraper
// that somebody in Sydney tried out.
func (s *shop) functions(ctx context.Context) error {
	code, err := function()
	if err != nil {
		return err
	}
	at := s.production
	client := lambda.NewFromConfig(at.Config)
	staging, lab := lambda.NewFromConfig(s.staging.Config), lambda.NewFromConfig(s.lab.Config)
	layer, err := client.PublishLayerVersion(ctx, &lambda.PublishLayerVersionInput{
		LayerName: new("harbourline-images"), Description: new("Picture library"), Content: &types.LayerVersionContentInput{ZipFile: code.ZipFile}, CompatibleRuntimes: []types.Runtime{types.RuntimePython313},
	})
	if err != nil {
		return fmt.Errorf("layer: %w", err)
	}
	return inOrder(ctx,
		each(client.CreateFunction,
			&lambda.CreateFunctionInput{
				FunctionName: new("harbourline-payment-webhook"), Description: new("Takes notices of the payment provider"), Runtime: types.RuntimeNodejs24x, Handler: new("index.handler"), Role: s.role("HarbourlineWebhook"), Code: code,
				Architectures: []types.Architecture{types.ArchitectureArm64}, MemorySize: aws.Int32(256), Timeout: aws.Int32(10),
				TracingConfig:    &types.TracingConfig{Mode: types.TracingModeActive},
				VpcConfig:        &types.VpcConfig{SubnetIds: from(at.subnets, "app-a", "app-b"), SecurityGroupIds: from(at.groups, "harbourline-prod-app")},
				DeadLetterConfig: &types.DeadLetterConfig{TargetArn: new(s.arn("sqs", Production, "harbourline-orders-dlq"))},
				KMSKeyArn:        at.key("harbourline-app"), Environment: &types.Environment{Variables: map[string]string{"QUEUE": "harbourline-orders", "LOG_LEVEL": "info"}},
				Tags: production("payments", ""),
			},
			&lambda.CreateFunctionInput{
				FunctionName: new("harbourline-thumbnails"), Description: new("Shrinks product pictures"), Runtime: types.RuntimePython313, Handler: new("index.handler"), Role: s.role("HarbourlineThumbnails"), Code: code,
				Layers: []string{aws.ToString(layer.LayerVersionArn)}, MemorySize: aws.Int32(1024), Timeout: aws.Int32(60), TracingConfig: &types.TracingConfig{Mode: types.TracingModeActive}, Tags: production("storefront", ""),
			},
			&lambda.CreateFunctionInput{
				FunctionName: new("invoice-mailer"), Runtime: types.RuntimePython38, Handler: new("index.handler"), Role: s.role("HarbourlineFunctions"), Code: code, Timeout: aws.Int32(900),
				Environment: &types.Environment{Variables: map[string]string{"DB_HOST": "finance-reports", "DB_PASSWORD": "invoices-2021", "SMTP_SECRET": "hunter-of-bargains"}},
			},
			&lambda.CreateFunctionInput{
				FunctionName: new("stock-sync"), Runtime: types.RuntimeNodejs14x, Handler: new("index.handler"), Role: s.role("HarbourlineFunctions"), Code: code, Tags: production("warehouse", ""),
			},
		),
		to(staging.CreateFunction, &lambda.CreateFunctionInput{FunctionName: new("staging-hello"), Runtime: types.RuntimeNodejs12x, Handler: new("index.handler"), Role: s.role(lostRole), Code: code}),
		to(lab.CreateFunction, &lambda.CreateFunctionInput{
			FunctionName: new("price-scraper"), Runtime: types.RuntimePython37, Handler: new("index.handler"), Role: s.role("HarbourlineFunctions"), Code: code,
			Environment: &types.Environment{Variables: map[string]string{"API_TOKEN": "trial-4711"}},
		}),
		each(client.AddPermission,
			&lambda.AddPermissionInput{FunctionName: new("harbourline-thumbnails"), StatementId: new("bucket"), Action: new("lambda:InvokeFunction"), Principal: new("s3.amazonaws.com"), SourceArn: new("arn:aws:s3:::harbourline-media"), SourceAccount: new(s.number)},
			&lambda.AddPermissionInput{FunctionName: new("invoice-mailer"), StatementId: new("everyone"), Action: new("lambda:InvokeFunction"), Principal: new("*")},
			&lambda.AddPermissionInput{FunctionName: new("stock-sync"), StatementId: new("freight"), Action: new("lambda:InvokeFunction"), Principal: new("arn:aws:iam::" + freight + ":root")},
			&lambda.AddPermissionInput{FunctionName: new("stock-sync"), StatementId: new("any-topic"), Action: new("lambda:InvokeFunction"), Principal: new("sns.amazonaws.com")},
		),
		each(client.CreateFunctionUrlConfig,
			&lambda.CreateFunctionUrlConfigInput{FunctionName: new("harbourline-payment-webhook"), AuthType: types.FunctionUrlAuthTypeAwsIam},
			&lambda.CreateFunctionUrlConfigInput{FunctionName: new("invoice-mailer"), AuthType: types.FunctionUrlAuthTypeNone, Cors: &types.Cors{AllowOrigins: []string{"*"}}},
		),
		to(client.PutFunctionConcurrency, &lambda.PutFunctionConcurrencyInput{FunctionName: new("harbourline-payment-webhook"), ReservedConcurrentExecutions: aws.Int32(50)}),
		to(client.PutFunctionEventInvokeConfig, &lambda.PutFunctionEventInvokeConfigInput{
			FunctionName: new("harbourline-thumbnails"), MaximumRetryAttempts: aws.Int32(1),
			DestinationConfig: &types.DestinationConfig{OnFailure: &types.OnFailure{Destination: new(s.arn("sqs", Production, "harbourline-orders-dlq"))}},
		}),
		to(iam.NewFromConfig(at.Config).DeleteRole, &iam.DeleteRoleInput{RoleName: new(lostRole)}),
	)
}

// function is the code of all functions: an archive of one empty handler.
func function() (*types.FunctionCode, error) {
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	file, err := archive.Create("index.js")
	if err == nil {
		_, err = file.Write([]byte("exports.handler = async () => ({ statusCode: 204 })\n"))
	}
	if err == nil {
		err = archive.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("code of the functions: %w", err)
	}
	return &types.FunctionCode{ZipFile: packed.Bytes()}, nil
}
