package aws_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	cloudfronttypes "github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/route53domains"
	domaintypes "github.com/aws/aws-sdk-go-v2/service/route53domains/types"
	"github.com/aws/smithy-go/transport/http/protocol/awsquery"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
	"github.com/surety-cloud/surety/rules"
)

// beside is moto's account with answers to operations that moto does not have,
// by their target ("CloudApiService.ListResources"). They are written after the
// API references.
func beside(t *testing.T, moto *awstest.Server, answers map[string]string) awssdk.Config {
	t.Helper()
	target, err := url.Parse(moto.URL)
	mustEC2(t, err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, ok := answers[r.Header.Get("X-Amz-Target")]
		if !ok {
			proxy.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		fmt.Fprint(w, answer)
	}))
	t.Cleanup(server.Close)
	config := moto.Config("us-east-1")
	config.BaseEndpoint = &server.URL
	return config
}

func pages(t *testing.T) *rule.Library {
	t.Helper()
	library, err := rule.NewLibrary(rules.Files, "rules/")
	mustEC2(t, err)
	return library
}

func TestVerdictsOfDomains(t *testing.T) {
	moto := awstest.Moto(t)
	client := route53domains.NewFromConfig(moto.Config("us-east-1"))
	contact := &domaintypes.ContactDetail{
		FirstName: awssdk.String("Ada"), LastName: awssdk.String("Lovelace"), ContactType: domaintypes.ContactTypePerson,
		Email: awssdk.String("ada@example.com"), PhoneNumber: awssdk.String("+44.2071234567"), City: awssdk.String("London"),
		AddressLine1: awssdk.String("12 St James's Square"), CountryCode: domaintypes.CountryCodeGb, ZipCode: awssdk.String("SW1Y 4JH"),
	}
	register := func(name string, years int32, renew, hidden bool) {
		t.Helper()
		mustEC2(t, errorOf(client.RegisterDomain(t.Context(), &route53domains.RegisterDomainInput{
			DomainName: &name, DurationInYears: &years, AutoRenew: &renew,
			AdminContact: contact, RegistrantContact: contact, TechContact: contact,
			PrivacyProtectAdminContact: awssdk.Bool(true), PrivacyProtectRegistrantContact: awssdk.Bool(true), PrivacyProtectTechContact: &hidden,
		})))
	}
	register("shop-example.com", 4, true, true)
	register("old-example.com", 2, false, false)
	register("old-example.audio", 2, true, false)

	library, config := pages(t), moto.Config("us-east-1")
	before := func(days int) time.Time { return time.Now().AddDate(0, 0, 730-days) } // that old-example.com expires
	for _, test := range []struct {
		id   string
		day  time.Time
		want want
	}{
		{"Route53-002", time.Now(), want{"shop-example.com": pass, "old-example.com": fail}},
		{"Route53-004", before(5), want{"shop-example.com": pass, "old-example.com": fail}},
		{"Route53-004", before(20), want{"shop-example.com": pass, "old-example.com": pass}},
		{"Route53-005", before(20), want{"shop-example.com": pass, "old-example.com": fail}},
		{"Route53-005", before(40), want{"shop-example.com": pass, "old-example.com": pass}},
		{"Route53-006", before(40), want{"shop-example.com": pass, "old-example.com": fail}},
		{"Route53-006", before(-2), want{"shop-example.com": pass, "old-example.com": unchecked}},
		{"Route53-007", before(-2), want{"shop-example.com": pass, "old-example.com": fail}},
		{"Route53-010", time.Now(), want{"shop-example.com": pass, "old-example.com": fail, "old-example.audio": unchecked}},
	} {
		t.Run(test.id, func(t *testing.T) { wantVerdicts(t, library, test.id, config, test.day, test.want) })
	}
}

// Moto locks every domain and knows no .de.
func TestVerdictsOnTransferLocks(t *testing.T) {
	config := beside(t, awstest.Moto(t), map[string]string{"Route53Domains_v20140515.ListDomains": `{"Domains":[
		{"DomainName":"shop-example.com","AutoRenew":true,"TransferLock":true,"Expiry":1796169600},
		{"DomainName":"old-example.com","AutoRenew":true,"TransferLock":false,"Expiry":1796169600},
		{"DomainName":"old-example.de","AutoRenew":true,"TransferLock":false,"Expiry":1796169600}]}`})
	wantVerdicts(t, pages(t), "Route53-003", config, time.Now(), want{
		"shop-example.com": pass, "old-example.com": fail, "old-example.de": unchecked,
	})
}

func TestVerdictsOnQuotas(t *testing.T) {
	moto := awstest.Moto(t)
	const quota = `{"ServiceCode":"ec2","QuotaArn":"arn:aws:servicequotas:us-east-1:123456789012:ec2/%[1]s","QuotaCode":"%[1]s",
		"QuotaName":"Running On-Demand %[2]s instances","Value":%[3]d.0,
		"UsageMetric":{"MetricNamespace":"AWS/Usage","MetricName":"ResourceCount","MetricDimensions":{"Class":"%[2]s/OnDemand","Resource":"vCPU","Service":"EC2","Type":"Resource"}}}`
	config := beside(t, moto, map[string]string{"ServiceQuotasV20190624.ListServiceQuotas": `{"Quotas":[` +
		fmt.Sprintf(quota, "L-1216C47A", "Standard", 32) + "," + fmt.Sprintf(quota, "L-DB2E81BA", "G", 64) + "," +
		fmt.Sprintf(quota, "L-74FC7D96", "F", 8) + `]}`})
	watch := cloudwatch.NewFromConfig(moto.Config("us-east-1"), func(o *cloudwatch.Options) {
		o.Protocol = awsquery.New(schemas.GraniteServiceVersion20100801)
	})
	day := time.Now()
	for class, vcpus := range map[string]float64{"Standard": 26, "G": 50} {
		at := day.UTC().Truncate(time.Hour).Add(-90 * time.Minute)
		var dimensions []cwtypes.Dimension
		for _, d := range [][2]string{{"Class", class + "/OnDemand"}, {"Resource", "vCPU"}, {"Service", "EC2"}, {"Type", "Resource"}} {
			dimensions = append(dimensions, cwtypes.Dimension{Name: &d[0], Value: &d[1]}) // moto heeds their order
		}
		mustEC2(t, errorOf(watch.PutMetricData(t.Context(), &cloudwatch.PutMetricDataInput{
			Namespace:  awssdk.String("AWS/Usage"),
			MetricData: []cwtypes.MetricDatum{{MetricName: awssdk.String("ResourceCount"), Dimensions: dimensions, Timestamp: &at, Value: &vcpus}},
		})))
	}
	wantVerdicts(t, pages(t), "EC2-011", config, day, want{"L-1216C47A": fail, "L-DB2E81BA": pass, "L-74FC7D96": unchecked})
}

func TestVerdictsOnRulesOfInstances(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	group := func(name string, ports ...int32) string {
		t.Helper()
		made, err := client.CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{GroupName: &name, Description: &name})
		mustEC2(t, err)
		for _, port := range ports {
			mustEC2(t, errorOf(client.AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{
				GroupId: made.GroupId, IpPermissions: []types.IpPermission{{
					IpProtocol: awssdk.String("tcp"), FromPort: &port, ToPort: &port,
					IpRanges: []types.IpRange{{CidrIp: awssdk.String("10.0.0.0/16")}},
				}},
			})))
		}
		return *made.GroupId
	}
	run := func(groups ...string) string {
		t.Helper()
		made, err := client.RunInstances(t.Context(), &ec2.RunInstancesInput{
			ImageId: awssdk.String("ami-0abcdef1234567890"), InstanceType: types.InstanceTypeT3Micro,
			MinCount: awssdk.Int32(1), MaxCount: awssdk.Int32(1), SecurityGroupIds: groups,
		})
		mustEC2(t, err)
		return *made.Instances[0].InstanceId
	}
	// Each group lets everything out, by a rule of its own.
	web, admin := group("web", 80, 443, 8443), group("admin", 22)
	wantVerdicts(t, pages(t), "EC2-015", moto.Config("us-east-1"), time.Now(), want{run(web): pass, run(web, admin): fail})
}

func TestVerdictsOnUse(t *testing.T) {
	moto := awstest.Moto(t)
	const none, one = `{"ResourceDescriptions":[]}`, `{"ResourceDescriptions":[{"Identifier":"one","Properties":"{}"}]}`
	listed := func(answer string) awssdk.Config {
		return beside(t, moto, map[string]string{"CloudApiService.ListResources": answer})
	}
	library := pages(t)
	wantVerdicts(t, library, "CWE-001", listed(none), time.Now(), want{"us-east-1": fail})
	wantVerdicts(t, library, "CWE-001", listed(one), time.Now(), want{"us-east-1": pass})
	wantVerdicts(t, library, "Backup-001", listed(none), time.Now(), want{"us-east-1": unchecked})
	mustEC2(t, errorOf(dynamodb.NewFromConfig(moto.Config("us-east-1")).CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: awssdk.String("orders"), BillingMode: dynamodbtypes.BillingModePayPerRequest,
		KeySchema:            []dynamodbtypes.KeySchemaElement{{AttributeName: awssdk.String("id"), KeyType: dynamodbtypes.KeyTypeHash}},
		AttributeDefinitions: []dynamodbtypes.AttributeDefinition{{AttributeName: awssdk.String("id"), AttributeType: dynamodbtypes.ScalarAttributeTypeS}},
	})))
	wantVerdicts(t, library, "Backup-001", listed(none), time.Now(), want{"us-east-1": fail})
	wantVerdicts(t, library, "Backup-001", listed(one), time.Now(), want{"us-east-1": pass})
}

func TestVerdictsOnWebSites(t *testing.T) {
	moto := awstest.Moto(t)
	client := cloudfront.NewFromConfig(moto.Config("us-east-1"))
	distribution := func(name string, enabled bool) {
		t.Helper()
		one := awssdk.Int32(1)
		mustEC2(t, errorOf(client.CreateDistribution(t.Context(), &cloudfront.CreateDistributionInput{DistributionConfig: &cloudfronttypes.DistributionConfig{
			CallerReference: &name, Comment: awssdk.String(""), Enabled: &enabled,
			Aliases: &cloudfronttypes.Aliases{Quantity: one, Items: []string{name}},
			Origins: &cloudfronttypes.Origins{Quantity: one, Items: []cloudfronttypes.Origin{{
				Id: awssdk.String("web"), DomainName: awssdk.String("web.s3.amazonaws.com"),
				S3OriginConfig: &cloudfronttypes.S3OriginConfig{OriginAccessIdentity: awssdk.String("")},
			}}},
			DefaultCacheBehavior: &cloudfronttypes.DefaultCacheBehavior{
				TargetOriginId: awssdk.String("web"), ViewerProtocolPolicy: cloudfronttypes.ViewerProtocolPolicyHttpsOnly,
			},
		}})))
	}
	library, config := pages(t), moto.Config("us-east-1")
	distribution("www.example.com", true)
	distribution("shop.example.com", false)
	wantVerdicts(t, library, "CF-012", config, time.Now(), want{awstest.Account: fail})
	distribution("*.example.com", true)
	wantVerdicts(t, library, "CF-012", config, time.Now(), want{awstest.Account: pass})
}

func TestVerdictsOnIAMRoles(t *testing.T) {
	moto := awstest.MotoWithPolicies(t)
	client := iam.NewFromConfig(moto.Config("us-east-1"))
	library := pages(t)
	r, err := library.Rule("IAM-047")
	mustEC2(t, err)
	duties := map[string]string{}
	for _, s := range r.Settings {
		if list, ok := s.Default.([]any); ok {
			var quoted []string
			for _, action := range list {
				quoted = append(quoted, fmt.Sprintf("%q", action))
			}
			duties[s.Name] = strings.Join(quoted, ",")
		}
	}
	role := func(name string) {
		t.Helper()
		mustEC2(t, errorOf(client.CreateRole(t.Context(), &iam.CreateRoleInput{
			RoleName: &name, AssumeRolePolicyDocument: awssdk.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}]}`),
		})))
	}
	may := func(name, policy, effect, actions string) {
		t.Helper()
		mustEC2(t, errorOf(client.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
			RoleName: &name, PolicyName: &policy,
			PolicyDocument: awssdk.String(fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":%q,"Action":[%s],"Resource":"*"}]}`, effect, actions)),
		})))
	}
	verdict := func(v string) {
		t.Helper()
		wantVerdicts(t, library, "IAM-047", moto.Config("us-east-1"), time.Now(), want{awstest.Account: v})
	}
	verdict(fail)
	role("IAM_Master")
	may("IAM_Master", "own", "Allow", duties["masterActions"])
	role("IAM_Manager")
	may("IAM_Manager", "own", "Allow", duties["managerActions"])
	verdict(pass)
	mustEC2(t, errorOf(client.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{
		RoleName: awssdk.String("IAM_Manager"), PolicyArn: awssdk.String("arn:aws:iam::aws:policy/IAMFullAccess"),
	})))
	verdict(fail)
	may("IAM_Manager", "others", "Deny", duties["masterActions"])
	verdict(pass)
}
