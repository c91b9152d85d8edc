package aws_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apigatewaytypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	cloudfronttypes "github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	route53types "github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

const unknown = "unknown"

func TestVerdictsOfACM(t *testing.T) {
	moto := awstest.Moto(t)
	client := acm.NewFromConfig(moto.Config("us-east-1"))
	for name, days := range map[string]int{"five.example.com": 5, "twenty.example.com": 20, "forty.example.com": 40, "year.example.com": 300} {
		certificate, key := selfSigned(t, name, time.Now().Add(time.Duration(days)*24*time.Hour+time.Hour))
		made[*acm.ImportCertificateOutput](t)(client.ImportCertificate(t.Context(), &acm.ImportCertificateInput{Certificate: certificate, PrivateKey: key}))
	}
	for _, name := range []string{"shop.example.com", "*.example.com"} {
		made[*acm.RequestCertificateOutput](t)(client.RequestCertificate(t.Context(), &acm.RequestCertificateInput{DomainName: &name}))
	}
	judge(t, moto, "ACM-001", want{"five.example.com": pass, "year.example.com": pass})
	judge(t, moto, "ACM-002", want{"five.example.com": fail, "twenty.example.com": pass, "forty.example.com": pass, "year.example.com": pass, "shop.example.com": unchecked})
	judge(t, moto, "ACM-003", want{"five.example.com": fail, "twenty.example.com": fail, "forty.example.com": pass, "year.example.com": pass})
	judge(t, moto, "ACM-004", want{"five.example.com": fail, "twenty.example.com": fail, "forty.example.com": fail, "year.example.com": pass})
	judge(t, moto, "ACM-005", want{"five.example.com": pass, "shop.example.com": fail})
	judge(t, moto, "ACM-006", want{"five.example.com": pass, "shop.example.com": pass, "*.example.com": fail})
}

// selfSigned makes a certificate and its key as PEM.
func selfSigned(t *testing.T, name string, end time.Time) (certificate, key []byte) {
	t.Helper()
	private := made[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, Issuer: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: end, DNSNames: []string{name},
	}
	der := made[[]byte](t)(x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private))
	pkcs8 := made[[]byte](t)(x509.MarshalPKCS8PrivateKey(private))
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
}

func TestVerdictsOfCloudFormation(t *testing.T) {
	moto := awstest.Moto(t)
	judge(t, moto, "CFM-003", want{awstest.Account: fail})
	const template = `{"Resources":{"Queue":{"Type":"AWS::SQS::Queue"}}}`
	topic := made[*sns.CreateTopicOutput](t)(sns.NewFromConfig(moto.Config("us-east-1")).CreateTopic(t.Context(), &sns.CreateTopicInput{Name: awssdk.String("stacks")}))
	client := cloudformation.NewFromConfig(moto.Config("us-east-1"))
	stack := made[*cloudformation.CreateStackOutput](t)
	stack(client.CreateStack(t.Context(), &cloudformation.CreateStackInput{StackName: awssdk.String("bare"), TemplateBody: awssdk.String(template)}))
	stack(client.CreateStack(t.Context(), &cloudformation.CreateStackInput{
		StackName: awssdk.String("guarded"), TemplateBody: awssdk.String(template), NotificationARNs: []string{*topic.TopicArn},
		EnableTerminationProtection: awssdk.Bool(true), RoleARN: awssdk.String("arn:aws:iam::123456789012:role/deploy"),
		StackPolicyBody: awssdk.String(`{"Statement":[{"Effect":"Allow","Action":"Update:*","Principal":"*","Resource":"*"}]}`),
	}))
	for _, id := range []string{"CFM-001", "CFM-002", "CFM-005", "CFM-006"} {
		judge(t, moto, id, want{"bare": fail, "guarded": pass})
	}
	judge(t, moto, "CFM-003", want{awstest.Account: pass})
	judge(t, moto, "CFM-004", want{"bare": pass, "guarded": pass})
	judge(t, moto, "CFM-007", want{"bare": unknown, "guarded": unknown}) // moto detects no drift
}

func TestVerdictsOfCloudFront(t *testing.T) {
	moto := awstest.Moto(t)
	judge(t, moto, "CF-001", want{awstest.Account: fail})
	client := cloudfront.NewFromConfig(moto.Config("us-east-1"))
	one := awssdk.Int32(1)
	distribution := func(change func(*cloudfronttypes.DistributionConfig)) string {
		t.Helper()
		config := &cloudfronttypes.DistributionConfig{
			CallerReference: awssdk.String("1"), Comment: awssdk.String(""), Enabled: awssdk.Bool(true),
			Origins: &cloudfronttypes.Origins{Quantity: one, Items: []cloudfronttypes.Origin{{
				Id: awssdk.String("web"), DomainName: awssdk.String("web.example.com"),
				CustomOriginConfig: &cloudfronttypes.CustomOriginConfig{
					HTTPPort: awssdk.Int32(80), HTTPSPort: awssdk.Int32(443), OriginProtocolPolicy: cloudfronttypes.OriginProtocolPolicyMatchViewer,
					OriginSslProtocols: &cloudfronttypes.OriginSslProtocols{Quantity: one, Items: []cloudfronttypes.SslProtocol{cloudfronttypes.SslProtocolSSLv3}},
				},
			}}},
			DefaultCacheBehavior: &cloudfronttypes.DefaultCacheBehavior{
				TargetOriginId: awssdk.String("web"), ViewerProtocolPolicy: cloudfronttypes.ViewerProtocolPolicyAllowAll, Compress: awssdk.Bool(false),
				AllowedMethods: &cloudfronttypes.AllowedMethods{Quantity: awssdk.Int32(2), Items: []cloudfronttypes.Method{"HEAD", "POST"}},
			},
		}
		change(config)
		return *made[*cloudfront.CreateDistributionOutput](t)(client.CreateDistribution(t.Context(), &cloudfront.CreateDistributionInput{DistributionConfig: config})).Distribution.Id
	}
	open := distribution(func(*cloudfronttypes.DistributionConfig) {})
	tight := distribution(func(c *cloudfronttypes.DistributionConfig) {
		c.CallerReference = awssdk.String("2")
		c.Origins.Items[0].CustomOriginConfig.OriginProtocolPolicy = cloudfronttypes.OriginProtocolPolicyHttpsOnly
		c.Origins.Items[0].CustomOriginConfig.OriginSslProtocols.Items[0] = cloudfronttypes.SslProtocolTLSv12
		c.DefaultCacheBehavior.ViewerProtocolPolicy = cloudfronttypes.ViewerProtocolPolicyHttpsOnly
		c.DefaultCacheBehavior.Compress = awssdk.Bool(true)
		c.DefaultCacheBehavior.FieldLevelEncryptionId = awssdk.String("E1")
		c.Logging = &cloudfronttypes.LoggingConfig{
			Enabled: awssdk.Bool(true), Bucket: awssdk.String("logs.s3.amazonaws.com"), Prefix: awssdk.String(""), IncludeCookies: awssdk.Bool(false),
		}
		c.Restrictions = &cloudfronttypes.Restrictions{GeoRestriction: &cloudfronttypes.GeoRestriction{
			Quantity: one, RestrictionType: cloudfronttypes.GeoRestrictionTypeWhitelist, Items: []string{"DE"},
		}}
		c.ViewerCertificate = &cloudfronttypes.ViewerCertificate{
			ACMCertificateArn:            awssdk.String("arn:aws:acm:us-east-1:123456789012:certificate/1"),
			CloudFrontDefaultCertificate: awssdk.Bool(false), MinimumProtocolVersion: cloudfronttypes.MinimumProtocolVersionTLSv122021,
		}
		c.WebACLId = awssdk.String("arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/1")
	})
	judge(t, moto, "CF-001", want{awstest.Account: pass})
	for _, id := range []string{"CF-002", "CF-003", "CF-004", "CF-006", "CF-007", "CF-008", "CF-009", "CF-011"} {
		judge(t, moto, id, want{open: fail, tight: pass})
	}
}

func TestVerdictsOfRoute53(t *testing.T) {
	moto := awstest.Moto(t)
	judge(t, moto, "Route53-001", want{awstest.Account: fail})
	address := made[*ec2.AllocateAddressOutput](t)(ec2.NewFromConfig(moto.Config("us-east-1")).AllocateAddress(t.Context(), &ec2.AllocateAddressInput{}))
	client := route53.NewFromConfig(moto.Config("us-east-1"))
	zone := made[*route53.CreateHostedZoneOutput](t)(client.CreateHostedZone(t.Context(), &route53.CreateHostedZoneInput{
		Name: awssdk.String("example.com"), CallerReference: awssdk.String("1"),
	})).HostedZone.Id
	record := func(name string, kind route53types.RRType, value string) {
		t.Helper()
		made[*route53.ChangeResourceRecordSetsOutput](t)(client.ChangeResourceRecordSets(t.Context(), &route53.ChangeResourceRecordSetsInput{
			HostedZoneId: zone, ChangeBatch: &route53types.ChangeBatch{Changes: []route53types.Change{{
				Action: route53types.ChangeActionCreate, ResourceRecordSet: &route53types.ResourceRecordSet{
					Name: &name, Type: kind, TTL: awssdk.Int64(60), ResourceRecords: []route53types.ResourceRecord{{Value: &value}},
				},
			}}},
		}))
	}
	record("mail.example.com", route53types.RRTypeMx, "10 inbound.example.net")
	record("post.example.com", route53types.RRTypeMx, "10 inbound.example.net")
	record("post.example.com", route53types.RRTypeTxt, `"v=spf1 -all"`)
	record("held.example.com", route53types.RRTypeA, *address.PublicIp)
	record("free.example.com", route53types.RRTypeA, "8.8.8.8")
	record("host.example.com", route53types.RRTypeCname, "ec2-8-8-4-4.compute-1.amazonaws.com")
	record("site.example.com", route53types.RRTypeCname, "site.example.com.s3-website-us-east-1.amazonaws.com")
	record("else.example.com", route53types.RRTypeCname, "shop.example.net")
	judge(t, moto, "Route53-001", want{awstest.Account: pass})
	judge(t, moto, "Route53-008", want{"mail.example.com": fail, "post.example.com": pass, "held.example.com": unchecked})
	judge(t, moto, "Route53-011", want{
		"held.example.com": pass, "free.example.com": unknown, "host.example.com": fail, "site.example.com": fail,
		"else.example.com": unchecked, "mail.example.com": unchecked,
	})
	judge(t, moto, "Route53-012", want{"example.com": fail}) // moto signs no zone
}

func TestVerdictsOfGuardDuty(t *testing.T) {
	moto := awstest.Moto(t)
	judge(t, moto, "GD-001", want{"us-east-1": fail})
	client := guardduty.NewFromConfig(moto.Config("us-east-1"))
	id := made[*guardduty.CreateDetectorOutput](t)(client.CreateDetector(t.Context(), &guardduty.CreateDetectorInput{Enable: awssdk.Bool(true)})).DetectorId
	judge(t, moto, "GD-001", want{"us-east-1": pass})
	made[*guardduty.UpdateDetectorOutput](t)(client.UpdateDetector(t.Context(), &guardduty.UpdateDetectorInput{DetectorId: id, Enable: awssdk.Bool(false)}))
	judge(t, moto, "GD-001", want{"us-east-1": fail})
}

func TestVerdictsOfAPIGateway(t *testing.T) {
	moto := awstest.Moto(t)
	client := apigateway.NewFromConfig(moto.Config("us-east-1"))
	kinds := map[string]apigatewaytypes.EndpointType{"open": apigatewaytypes.EndpointTypeEdge, "tight": apigatewaytypes.EndpointTypePrivate}
	for name, kind := range kinds {
		input := &apigateway.CreateRestApiInput{Name: &name, EndpointConfiguration: &apigatewaytypes.EndpointConfiguration{Types: []apigatewaytypes.EndpointType{kind}}}
		if name == "tight" {
			input.MinimumCompressionSize = awssdk.Int32(0)
		}
		api := made[*apigateway.CreateRestApiOutput](t)(client.CreateRestApi(t.Context(), input)).Id
		root := made[*apigateway.GetResourcesOutput](t)(client.GetResources(t.Context(), &apigateway.GetResourcesInput{RestApiId: api})).Items[0].Id
		made[*apigateway.PutMethodOutput](t)(client.PutMethod(t.Context(), &apigateway.PutMethodInput{
			RestApiId: api, ResourceId: root, HttpMethod: awssdk.String("GET"), AuthorizationType: awssdk.String("NONE"),
		}))
		made[*apigateway.PutIntegrationOutput](t)(client.PutIntegration(t.Context(), &apigateway.PutIntegrationInput{
			RestApiId: api, ResourceId: root, HttpMethod: awssdk.String("GET"), Type: apigatewaytypes.IntegrationTypeMock,
		}))
		deployment := made[*apigateway.CreateDeploymentOutput](t)(client.CreateDeployment(t.Context(), &apigateway.CreateDeploymentInput{RestApiId: api})).Id
		made[*apigateway.CreateStageOutput](t)(client.CreateStage(t.Context(), &apigateway.CreateStageInput{
			RestApiId: api, StageName: awssdk.String("live"), DeploymentId: deployment, TracingEnabled: name == "tight", CacheClusterEnabled: name == "tight",
		}))
		if name == "open" {
			continue
		}
		var patches []apigatewaytypes.PatchOperation
		for path, value := range map[string]string{
			"/*/*/logging/loglevel": "ERROR", "/*/*/metrics/enabled": "true", "/*/*/caching/enabled": "true", "/*/*/caching/dataEncrypted": "true",
		} {
			patches = append(patches, apigatewaytypes.PatchOperation{Op: apigatewaytypes.OpReplace, Path: &path, Value: &value})
		}
		made[*apigateway.UpdateStageOutput](t)(client.UpdateStage(t.Context(), &apigateway.UpdateStageInput{
			RestApiId: api, StageName: awssdk.String("live"), PatchOperations: patches,
		}))
	}
	for _, id := range []string{"AG-001", "AG-002", "AG-003", "AG-010"} {
		judge(t, moto, id, want{"open/live": fail, "tight/live": pass})
	}
	judge(t, moto, "AG-004", want{"open": fail, "tight": pass})
	judge(t, moto, "AG-005", want{"open": fail, "tight": pass})
	judge(t, moto, "AG-009", want{"open/live": unchecked, "tight/live": pass})
	// moto gives stages no client certificates.
	judge(t, moto, "AG-006", want{"open/live": fail, "tight/live": fail})
	judge(t, moto, "AG-007", want{"open/live": fail, "tight/live": fail})
}
