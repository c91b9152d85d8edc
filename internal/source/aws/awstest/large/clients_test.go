package large_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trailtypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/surety-cloud/surety/internal/source/aws/awstest/large"
)

// config points the SDK's clients at a server without sockets, and without
// retries, so that a test sees every error.
func config(s *large.Server, region string) aws.Config {
	return aws.Config{
		Region:     region,
		HTTPClient: s.Client(),
		Retryer:    func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAEXAMPLE", SecretAccessKey: "example"}, nil
		}),
	}
}

// quick is a server without latency and limits. A test that asks for what it
// has no answer for fails.
func quick(t testing.TB) *large.Server {
	s := large.New(large.Options{Latency: -1, Unlimited: true})
	t.Cleanup(func() {
		if unknown := s.Unknown(); len(unknown) > 0 && !t.Failed() {
			t.Errorf("asked for what the server does not know: %s", strings.Join(unknown, ", "))
		}
	})
	return s
}

func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// must is for calls that cannot fail in a test that is right.
func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestIAM(t *testing.T) {
	ctx, s := context.Background(), quick(t)
	client := iam.NewFromConfig(config(s, "us-east-1"))
	var users, roles, groups, own, managed, pages int
	names := map[string]bool{}
	p := iam.NewGetAccountAuthorizationDetailsPaginator(client, &iam.GetAccountAuthorizationDetailsInput{MaxItems: aws.Int32(1000)})
	for p.HasMorePages() {
		page := must[*iam.GetAccountAuthorizationDetailsOutput](t)(p.NextPage(ctx))
		pages++
		users += len(page.UserDetailList)
		roles += len(page.RoleDetailList)
		groups += len(page.GroupDetailList)
		for _, u := range page.UserDetailList {
			names[*u.UserName] = true
		}
		for _, r := range page.RoleDetailList {
			policyDocument(t, *r.AssumeRolePolicyDocument)
		}
		for _, p := range page.Policies {
			if strings.HasPrefix(*p.Arn, "arn:aws:iam::aws:") {
				managed++
			} else {
				own++
			}
			policyDocument(t, *p.PolicyVersionList[0].Document)
		}
	}
	if users != 1000 || roles != 1000 || len(names) != 1000 || pages != 3 {
		t.Errorf("%d users (%d names), %d roles in %d pages, want 1000 of each in 3", users, len(names), roles, pages)
	}
	if groups == 0 || own == 0 || managed == 0 {
		t.Errorf("%d groups, %d policies, %d policies of AWS: want some of each", groups, own, managed)
	}

	// Without a size a page is 100.
	first := must[*iam.ListUsersOutput](t)(client.ListUsers(ctx, nil))
	if len(first.Users) != 100 || !first.IsTruncated {
		t.Errorf("ListUsers gives %d, truncated %v, want 100 and more", len(first.Users), first.IsTruncated)
	}
	if _, err := client.ListUsers(ctx, &iam.ListUsersInput{MaxItems: aws.Int32(1001)}); code(err) != "ValidationError" {
		t.Errorf("1,001 users a page: %v, want a ValidationError", err)
	}
	if _, err := client.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("nobody")}); code(err) != "NoSuchEntity" {
		t.Errorf("a role that is not there: %v, want NoSuchEntity", err)
	}
	summary := must[*iam.GetAccountSummaryOutput](t)(client.GetAccountSummary(ctx, nil))
	if summary.SummaryMap["Users"] != 1000 || summary.SummaryMap["AccountMFAEnabled"] != 1 {
		t.Errorf("summary %v", summary.SummaryMap)
	}
	if p := must[*iam.GetAccountPasswordPolicyOutput](t)(client.GetAccountPasswordPolicy(ctx, nil)).PasswordPolicy; *p.MinimumPasswordLength != 12 || *p.MaxPasswordAge != 90 {
		t.Errorf("password policy %v", p)
	}
	must[*iam.GenerateCredentialReportOutput](t)(client.GenerateCredentialReport(ctx, nil))
	report := must[*iam.GetCredentialReportOutput](t)(client.GetCredentialReport(ctx, nil))
	rows, err := csv.NewReader(strings.NewReader(string(report.Content))).ReadAll()
	if err != nil || len(rows) != 1002 || len(rows[0]) != 22 {
		t.Errorf("credential report of %d rows (%v), want 1002 of 22 columns", len(rows), err)
	}
	withMFA := 0
	for _, row := range rows[2:] {
		if row[7] == "true" {
			withMFA++
		}
	}
	devices := 0
	mfa := iam.NewListVirtualMFADevicesPaginator(client, &iam.ListVirtualMFADevicesInput{AssignmentStatus: "Assigned"})
	for mfa.HasMorePages() {
		devices += len(must[*iam.ListVirtualMFADevicesOutput](t)(mfa.NextPage(ctx)).VirtualMFADevices)
	}
	if devices == 0 || devices != withMFA {
		t.Errorf("%d virtual devices, and %d users with MFA in the report", devices, withMFA)
	}
}

func policyDocument(t *testing.T, encoded string) {
	t.Helper()
	text, err := url.QueryUnescape(encoded)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct{ Statement []any }
	if err := json.Unmarshal([]byte(text), &doc); err != nil || len(doc.Statement) == 0 {
		t.Errorf("policy %s: %v", text, err)
	}
}

func TestS3Control(t *testing.T) {
	client := s3control.NewFromConfig(config(quick(t), "us-east-1"))
	got := must[*s3control.GetPublicAccessBlockOutput](t)(client.GetPublicAccessBlock(context.Background(),
		&s3control.GetPublicAccessBlockInput{AccountId: aws.String("123456789012")}))
	if b := got.PublicAccessBlockConfiguration; *b.BlockPublicAcls || !*b.BlockPublicPolicy {
		t.Errorf("block %v", b)
	}
}

func TestRDS(t *testing.T) {
	ctx := context.Background()
	client := rds.NewFromConfig(config(quick(t), "us-east-1"))
	seen, pages := 0, 0
	p := rds.NewDescribeDBInstancesPaginator(client, nil)
	for p.HasMorePages() {
		page := must[*rds.DescribeDBInstancesOutput](t)(p.NextPage(ctx))
		pages++
		for _, db := range page.DBInstances {
			seen++
			if *db.Engine == "" || db.Endpoint == nil || len(db.VpcSecurityGroups) != 1 || len(db.TagList) == 0 || db.InstanceCreateTime.IsZero() {
				t.Errorf("instance %s lacks something: %+v", *db.DBInstanceIdentifier, db)
			}
		}
	}
	if seen != 92 || pages != 1 {
		t.Errorf("%d instances in %d pages, want 92 in 1", seen, pages)
	}
	page := must[*rds.DescribeDBInstancesOutput](t)(client.DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{MaxRecords: aws.Int32(20)}))
	if len(page.DBInstances) != 20 || page.Marker == nil {
		t.Errorf("a page of 20 has %d, marker %v", len(page.DBInstances), page.Marker)
	}
	_, err := client.DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: aws.String("none")})
	if code(err) != "DBInstanceNotFound" {
		t.Errorf("an instance that is not there: %v", err)
	}
}

func TestKMS(t *testing.T) {
	ctx := context.Background()
	client := kms.NewFromConfig(config(quick(t), "us-east-1"))
	keys := must[*kms.ListKeysOutput](t)(client.ListKeys(ctx, &kms.ListKeysInput{Limit: aws.Int32(1000)})).Keys
	if len(keys) == 0 {
		t.Fatal("no keys")
	}
	managers := map[string]int{}
	for _, k := range keys {
		d := must[*kms.DescribeKeyOutput](t)(client.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: k.KeyArn})).KeyMetadata
		if *d.KeyId != *k.KeyId || d.CreationDate.IsZero() {
			t.Errorf("key %s is described as %s", *k.KeyId, *d.KeyId)
		}
		managers[string(d.KeyManager)]++
		must[*kms.GetKeyRotationStatusOutput](t)(client.GetKeyRotationStatus(ctx, &kms.GetKeyRotationStatusInput{KeyId: k.KeyId}))
	}
	if managers["AWS"] == 0 || managers["CUSTOMER"] == 0 {
		t.Errorf("keys by manager: %v", managers)
	}
	if _, err := client.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String("none")}); code(err) != "NotFoundException" {
		t.Errorf("a key that is not there: %v", err)
	}
}

func TestLambda(t *testing.T) {
	ctx := context.Background()
	client := lambda.NewFromConfig(config(quick(t), "us-east-1"))
	page := must[*lambda.ListFunctionsOutput](t)(client.ListFunctions(ctx, &lambda.ListFunctionsInput{MaxItems: aws.Int32(10000)}))
	if len(page.Functions) != 50 || page.NextMarker == nil {
		t.Fatalf("a page has %d functions, want 50 whatever is asked", len(page.Functions))
	}
	policies := 0
	for _, f := range page.Functions {
		got := must[*lambda.GetFunctionOutput](t)(client.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: f.FunctionArn}))
		if *got.Configuration.FunctionName != *f.FunctionName || got.Tags["Name"] == "" || *got.Configuration.MemorySize < 128 {
			t.Errorf("function %s: %+v", *f.FunctionName, got)
		}
		switch p, err := client.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: f.FunctionName}); {
		case err == nil && json.Valid([]byte(*p.Policy)):
			policies++
		case code(err) != "ResourceNotFoundException":
			t.Errorf("policy of %s: %v", *f.FunctionName, err)
		}
	}
	if policies == 0 || policies == 50 {
		t.Errorf("%d of 50 functions have a policy", policies)
	}
}

func TestMessaging(t *testing.T) {
	ctx, s := context.Background(), quick(t)
	topics := sns.NewFromConfig(config(s, "us-east-1"))
	list := must[*sns.ListTopicsOutput](t)(topics.ListTopics(ctx, nil)).Topics
	if len(list) != 77 {
		t.Errorf("%d topics in us-east-1, want 77", len(list))
	}
	a := must[*sns.GetTopicAttributesOutput](t)(topics.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: list[3].TopicArn})).Attributes
	if a["TopicArn"] != *list[3].TopicArn || !json.Valid([]byte(a["Policy"])) {
		t.Errorf("attributes %v", a)
	}
	queues := sqs.NewFromConfig(config(s, "us-east-1"))
	urls := must[*sqs.ListQueuesOutput](t)(queues.ListQueues(ctx, nil)).QueueUrls
	q := must[*sqs.GetQueueAttributesOutput](t)(queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &urls[0], AttributeNames: []sqstypes.QueueAttributeName{"All"},
	})).Attributes
	if !strings.HasPrefix(q["QueueArn"], "arn:aws:sqs:us-east-1:") || q["VisibilityTimeout"] != "30" {
		t.Errorf("attributes %v", q)
	}
	_, err := queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: aws.String("https://sqs.us-east-1.amazonaws.com/1/none")})
	if code(err) != "AWS.SimpleQueueService.NonExistentQueue" {
		t.Errorf("a queue that is not there: %v", err)
	}
}

func TestDynamoDB(t *testing.T) {
	ctx := context.Background()
	client := dynamodb.NewFromConfig(config(quick(t), "us-east-1"))
	var names []string
	p := dynamodb.NewListTablesPaginator(client, &dynamodb.ListTablesInput{Limit: aws.Int32(25)})
	for p.HasMorePages() {
		names = append(names, must[*dynamodb.ListTablesOutput](t)(p.NextPage(ctx)).TableNames...)
	}
	if len(names) != 61 || len(slices.Compact(slices.Sorted(slices.Values(names)))) != 61 {
		t.Errorf("%d tables, want 61 different ones", len(names))
	}
	d := must[*dynamodb.DescribeTableOutput](t)(client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &names[5]})).Table
	if *d.TableName != names[5] || d.CreationDateTime.IsZero() || len(d.KeySchema) != 1 {
		t.Errorf("table %+v", d)
	}
}

func TestTrails(t *testing.T) {
	ctx, s := context.Background(), quick(t)
	home := cloudtrail.NewFromConfig(config(s, "us-east-1"))
	trails := must[*cloudtrail.DescribeTrailsOutput](t)(home.DescribeTrails(ctx, nil)).TrailList
	if len(trails) != 2 {
		t.Fatalf("us-east-1 knows %d trails, want its own and the shadow of another", len(trails))
	}
	alone := must[*cloudtrail.DescribeTrailsOutput](t)(home.DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{IncludeShadowTrails: aws.Bool(false)})).TrailList
	if len(alone) != 1 {
		t.Errorf("without shadows there are %d, want 1", len(alone))
	}
	away := cloudtrail.NewFromConfig(config(s, "sa-east-1"))
	st := must[*cloudtrail.GetTrailStatusOutput](t)(away.GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: trails[0].TrailARN}))
	if !*st.IsLogging || st.LatestDeliveryTime.IsZero() {
		t.Errorf("status %+v", st)
	}
	if _, err := away.GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: trails[0].Name}); code(err) != "TrailNotFoundException" {
		t.Errorf("by name from another region: %v", err)
	}
}

func TestEventHistory(t *testing.T) {
	ctx, s := context.Background(), quick(t)
	for region, want := range map[string]struct{ events, pages int }{"us-east-1": {126, 3}, "ap-northeast-3": {3, 1}} {
		events, pages := 0, 0
		newest := large.DefaultNow
		p := cloudtrail.NewLookupEventsPaginator(cloudtrail.NewFromConfig(config(s, region)), &cloudtrail.LookupEventsInput{
			StartTime:        aws.Time(large.DefaultNow.AddDate(0, 0, -1)),
			LookupAttributes: []trailtypes.LookupAttribute{{AttributeKey: "ReadOnly", AttributeValue: aws.String("false")}},
		})
		for p.HasMorePages() {
			pages++
			for _, e := range must[*cloudtrail.LookupEventsOutput](t)(p.NextPage(ctx)).Events {
				events++
				if !e.EventTime.Before(newest) || !json.Valid([]byte(*e.CloudTrailEvent)) {
					t.Errorf("event %s at %v: %s", *e.EventId, e.EventTime, *e.CloudTrailEvent)
				}
				newest = *e.EventTime
			}
		}
		if events != want.events || pages != want.pages {
			t.Errorf("%s: %d events in %d pages, want %v", region, events, pages, want)
		}
	}
	root := must[*cloudtrail.LookupEventsOutput](t)(cloudtrail.NewFromConfig(config(s, "us-east-1")).LookupEvents(ctx, &cloudtrail.LookupEventsInput{
		LookupAttributes: []trailtypes.LookupAttribute{{AttributeKey: "Username", AttributeValue: aws.String("root")}},
	}))
	if len(root.Events) > 0 {
		t.Errorf("the root user did %v", root.Events)
	}
}

func TestCloudWatch(t *testing.T) {
	ctx := context.Background()
	client := cloudwatch.NewFromConfig(config(quick(t), "us-east-1"))
	n := 0
	p := cloudwatch.NewDescribeAlarmsPaginator(client, &cloudwatch.DescribeAlarmsInput{MaxRecords: aws.Int32(100)})
	for p.HasMorePages() {
		for _, a := range must[*cloudwatch.DescribeAlarmsOutput](t)(p.NextPage(ctx)).MetricAlarms {
			n++
			if *a.Threshold != 80 || a.AlarmConfigurationUpdatedTimestamp.Year() < 2020 || *a.Period != 300 {
				t.Fatalf("alarm %+v", a)
			}
		}
	}
	if n != 248 {
		t.Errorf("%d alarms, want 248", n)
	}

	// 500 metrics of 336 hours are more data points than one answer may have.
	var queries []cwtypes.MetricDataQuery
	for i := range 500 {
		queries = append(queries, cwtypes.MetricDataQuery{
			Id: aws.String("m" + string(rune('a'+i%26)) + strings.Repeat("x", i/26)),
			MetricStat: &cwtypes.MetricStat{Stat: aws.String("Average"), Period: aws.Int32(3600), Metric: &cwtypes.Metric{
				Namespace: aws.String("AWS/EC2"), MetricName: aws.String("CPUUtilization"),
				Dimensions: []cwtypes.Dimension{{Name: aws.String("InstanceId"), Value: aws.String(strings.Repeat("i", i))}},
			}},
		})
	}
	end := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	points, answers := map[string]int{}, 0
	m := cloudwatch.NewGetMetricDataPaginator(client, &cloudwatch.GetMetricDataInput{
		StartTime: aws.Time(end.AddDate(0, 0, -14)), EndTime: aws.Time(end), MetricDataQueries: queries,
	})
	for m.HasMorePages() {
		answers++
		for _, r := range must[*cloudwatch.GetMetricDataOutput](t)(m.NextPage(ctx)).MetricDataResults {
			points[*r.Id] += len(r.Values)
			if len(r.Values) != len(r.Timestamps) {
				t.Errorf("%s has %d values and %d times", *r.Id, len(r.Values), len(r.Timestamps))
			}
		}
	}
	if len(points) != 500 || answers != 2 {
		t.Errorf("%d series in %d answers, want 500 in 2", len(points), answers)
	}
	for id, n := range points {
		if n != 336 {
			t.Errorf("%s has %d points, want 336", id, n)
		}
	}
	queries = append(queries, queries[0])
	_, err := client.GetMetricData(ctx, &cloudwatch.GetMetricDataInput{StartTime: aws.Time(end.AddDate(0, 0, -1)), EndTime: &end, MetricDataQueries: queries})
	if code(err) != "ValidationError" {
		t.Errorf("501 metrics: %v, want a ValidationError", err)
	}
}

func TestLogs(t *testing.T) {
	ctx := context.Background()
	client := cloudwatchlogs.NewFromConfig(config(quick(t), "us-east-1"))
	seen := map[string]bool{}
	pages := 0
	p := cloudwatchlogs.NewDescribeLogGroupsPaginator(client, nil)
	for p.HasMorePages() {
		pages++
		for _, g := range must[*cloudwatchlogs.DescribeLogGroupsOutput](t)(p.NextPage(ctx)).LogGroups {
			seen[*g.LogGroupName] = true
		}
	}
	if len(seen) != 611 || pages != 13 {
		t.Errorf("%d groups in %d pages, want 611 in 13 of 50", len(seen), pages)
	}
	filters := must[*cloudwatchlogs.DescribeMetricFiltersOutput](t)(client.DescribeMetricFilters(ctx, &cloudwatchlogs.DescribeMetricFiltersInput{
		LogGroupName: aws.String("aws-cloudtrail-logs")})).MetricFilters
	if len(filters) == 0 || len(filters[0].MetricTransformations) != 1 {
		t.Errorf("metric filters %+v", filters)
	}
}

func TestTagging(t *testing.T) {
	ctx := context.Background()
	client := resourcegroupstaggingapi.NewFromConfig(config(quick(t), "eu-west-3"))
	seen := map[string]int{}
	p := resourcegroupstaggingapi.NewGetResourcesPaginator(client, &resourcegroupstaggingapi.GetResourcesInput{
		ResourceTypeFilters: []string{"ec2:instance", "sqs"}})
	for p.HasMorePages() {
		for _, r := range must[*resourcegroupstaggingapi.GetResourcesOutput](t)(p.NextPage(ctx)).ResourceTagMappingList {
			seen[strings.Split(*r.ResourceARN, ":")[2]]++
			if len(r.Tags) == 0 {
				t.Errorf("%s has no tags", *r.ResourceARN)
			}
		}
	}
	if seen["ec2"] != 64 || seen["sqs"] != 2 {
		t.Errorf("%v, want 64 instances and 2 queues", seen)
	}
}

func TestBalancers(t *testing.T) {
	ctx := context.Background()
	client := elasticloadbalancingv2.NewFromConfig(config(quick(t), "eu-west-1"))
	all := must[*elasticloadbalancingv2.DescribeLoadBalancersOutput](t)(client.DescribeLoadBalancers(ctx, nil)).LoadBalancers
	tls := 0
	for _, b := range all {
		for _, l := range must[*elasticloadbalancingv2.DescribeListenersOutput](t)(client.DescribeListeners(ctx,
			&elasticloadbalancingv2.DescribeListenersInput{LoadBalancerArn: b.LoadBalancerArn})).Listeners {
			if *l.LoadBalancerArn != *b.LoadBalancerArn || len(l.DefaultActions) != 1 {
				t.Errorf("listener %+v", l)
			}
			if l.Protocol == "HTTPS" {
				tls++
			}
		}
		must[*elasticloadbalancingv2.DescribeLoadBalancerAttributesOutput](t)(client.DescribeLoadBalancerAttributes(ctx,
			&elasticloadbalancingv2.DescribeLoadBalancerAttributesInput{LoadBalancerArn: b.LoadBalancerArn}))
	}
	if len(all) == 0 || tls == 0 {
		t.Errorf("%d balancers with %d TLS listeners", len(all), tls)
	}
}

func TestCallerIdentity(t *testing.T) {
	s := large.New(large.Options{Latency: -1, Account: "210987654321"})
	id := must[*sts.GetCallerIdentityOutput](t)(sts.NewFromConfig(config(s, "eu-west-1")).GetCallerIdentity(context.Background(), nil))
	if *id.Account != "210987654321" || !strings.Contains(*id.Arn, "210987654321") {
		t.Errorf("identity %s in %s", *id.Arn, *id.Account)
	}
}
