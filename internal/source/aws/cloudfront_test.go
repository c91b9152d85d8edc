package aws

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestDistributions(t *testing.T) {
	moto := awstest.Moto(t)
	client := cloudfront.NewFromConfig(moto.Config("us-east-1"))
	no, one32 := ptr(false), ptr(int32(1))
	created, err := client.CreateDistributionWithTags(t.Context(), &cloudfront.CreateDistributionWithTagsInput{
		DistributionConfigWithTags: &types.DistributionConfigWithTags{
			DistributionConfig: &types.DistributionConfig{
				CallerReference: ptr("1"), Comment: ptr("The shop"), Enabled: ptr(true), DefaultRootObject: ptr("index.html"),
				Aliases: &types.Aliases{Quantity: one32, Items: []string{"shop.example.com"}},
				Origins: &types.Origins{Quantity: one32, Items: []types.Origin{{
					Id: ptr("web"), DomainName: ptr("web.example.com"),
					CustomHeaders: &types.CustomHeaders{Quantity: one32, Items: []types.OriginCustomHeader{{
						HeaderName: ptr("X-Origin"), HeaderValue: ptr("swordfish"),
					}}},
					CustomOriginConfig: &types.CustomOriginConfig{
						HTTPPort: ptr(int32(80)), HTTPSPort: ptr(int32(443)), OriginProtocolPolicy: types.OriginProtocolPolicyHttpsOnly,
						OriginSslProtocols: &types.OriginSslProtocols{Quantity: one32, Items: []types.SslProtocol{types.SslProtocolTLSv12}},
					},
				}}},
				DefaultCacheBehavior: &types.DefaultCacheBehavior{
					TargetOriginId: ptr("web"), ViewerProtocolPolicy: types.ViewerProtocolPolicyAllowAll, Compress: no,
					AllowedMethods: &types.AllowedMethods{
						Quantity: ptr(int32(2)), Items: []types.Method{types.MethodGet, types.MethodHead},
						CachedMethods: &types.CachedMethods{Quantity: one32, Items: []types.Method{types.MethodGet}},
					},
					//lint:ignore SA1019 moto asks for it
					ForwardedValues: &types.ForwardedValues{
						QueryString: no, Cookies: &types.CookiePreference{Forward: types.ItemSelectionAll},
						Headers: &types.Headers{Quantity: one32, Items: []string{"Host"}},
					},
				},
				Restrictions: &types.Restrictions{GeoRestriction: &types.GeoRestriction{
					Quantity: one32, RestrictionType: types.GeoRestrictionTypeWhitelist, Items: []string{"DE"},
				}},
				ViewerCertificate: &types.ViewerCertificate{
					ACMCertificateArn: ptr("arn:aws:acm:us-east-1:123456789012:certificate/1"), CloudFrontDefaultCertificate: no,
					MinimumProtocolVersion: types.MinimumProtocolVersionTLSv122021, SSLSupportMethod: types.SSLSupportMethodSniOnly,
				},
				Logging: &types.LoggingConfig{
					Enabled: ptr(true), Bucket: ptr("logs.s3.amazonaws.com"), IncludeCookies: no, Prefix: ptr("shop/"),
				},
				WebACLId: ptr("arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/1"),
			},
			Tags: &types.Tags{Items: []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	d := created.Distribution
	got := one(t, collected(t, moto, "AWS::CloudFront::Distribution"), "AWS::CloudFront::Distribution", *d.Id)
	if got.Properties["LastModifiedTime"] == nil {
		t.Error("LastModifiedTime is not given")
	}
	delete(got.Properties, "LastModifiedTime")
	want := &cloud.Resource{
		Type: "AWS::CloudFront::Distribution", ID: *d.Id, ARN: *d.ARN, Name: *d.DomainName, Region: "global",
		Account: awstest.Account, World: awstest.Account, Tags: map[string]string{"Team": "shop"},
		Properties: map[string]any{
			"Id": *d.Id, "ARN": *d.ARN, "DomainName": *d.DomainName, "Status": "Deployed",
			"Tags": []any{map[string]any{"Key": "Team", "Value": "shop"}},
			"DistributionConfig": map[string]any{
				"Aliases": []any{"shop.example.com"}, "Comment": "The shop", "DefaultRootObject": "index.html", "Enabled": true,
				"HttpVersion": "http2", "IPV6Enabled": true, "PriceClass": "PriceClass_All",
				"DefaultCacheBehavior": map[string]any{
					"TargetOriginId": "web", "ViewerProtocolPolicy": "allow-all", "Compress": false, "SmoothStreaming": false,
					"AllowedMethods": []any{"GET", "HEAD"}, "CachedMethods": []any{"GET"},
					"DefaultTTL": 0.0, "MaxTTL": 0.0, "MinTTL": 0.0,
					"ForwardedValues": map[string]any{
						"QueryString": false, "Cookies": map[string]any{"Forward": "all"}, "Headers": []any{"Host"},
					},
				},
				"Logging": map[string]any{"Bucket": "logs.s3.amazonaws.com", "IncludeCookies": false, "Prefix": "shop/"},
				"Origins": []any{map[string]any{
					"Id": "web", "DomainName": "web.example.com", "ConnectionAttempts": int64(3), "ConnectionTimeout": int64(10),
					"OriginCustomHeaders": []any{map[string]any{"HeaderName": "X-Origin", "HeaderValue": "[redacted]"}},
					"CustomOriginConfig": map[string]any{
						"HTTPPort": int64(80), "HTTPSPort": int64(443), "OriginKeepaliveTimeout": int64(5), "OriginReadTimeout": int64(30),
						"OriginProtocolPolicy": "https-only", "OriginSSLProtocols": []any{"TLSv1.2"},
					},
					"OriginShield": map[string]any{"Enabled": false},
				}},
				"Restrictions": map[string]any{"GeoRestriction": map[string]any{"RestrictionType": "whitelist", "Locations": []any{"DE"}}},
				"ViewerCertificate": map[string]any{
					"AcmCertificateArn":            "arn:aws:acm:us-east-1:123456789012:certificate/1",
					"CloudFrontDefaultCertificate": false, "MinimumProtocolVersion": "TLSv1.2_2021", "SslSupportMethod": "sni-only",
				},
				"WebACLId": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/1",
			},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("distribution (-want +got):\n%s", diff)
	}
}

// The answers are written after the CloudFront API Reference.
const (
	distributionBehavior = `<DefaultCacheBehavior><TargetOriginId>web</TargetOriginId><TrustedSigners><Enabled>true</Enabled><Quantity>1</Quantity><Items><AwsAccountNumber>self</AwsAccountNumber></Items></TrustedSigners>
<TrustedKeyGroups><Enabled>false</Enabled><Quantity>0</Quantity></TrustedKeyGroups><ViewerProtocolPolicy>https-only</ViewerProtocolPolicy>
<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations><FunctionAssociations><Quantity>1</Quantity><Items><FunctionAssociation><FunctionARN>arn:aws:cloudfront::123456789012:function/f</FunctionARN><EventType>viewer-request</EventType></FunctionAssociation></Items></FunctionAssociations></DefaultCacheBehavior>
<CacheBehaviors><Quantity>1</Quantity><Items><CacheBehavior><PathPattern>/img/*</PathPattern><TargetOriginId>web</TargetOriginId><ViewerProtocolPolicy>redirect-to-https</ViewerProtocolPolicy><AllowedMethods><Quantity>2</Quantity><Items><Method>HEAD</Method><Method>GET</Method></Items><CachedMethods><Quantity>1</Quantity><Items><Method>GET</Method></Items></CachedMethods></AllowedMethods></CacheBehavior></Items></CacheBehaviors>
<CustomErrorResponses><Quantity>1</Quantity><Items><CustomErrorResponse><ErrorCode>404</ErrorCode><ResponsePagePath>/404.html</ResponsePagePath><ResponseCode>404</ResponseCode><ErrorCachingMinTTL>10</ErrorCachingMinTTL></CustomErrorResponse></Items></CustomErrorResponses>
<OriginGroups><Quantity>1</Quantity><Items><OriginGroup><Id>both</Id><FailoverCriteria><StatusCodes><Quantity>1</Quantity><Items><StatusCode>502</StatusCode></Items></StatusCodes></FailoverCriteria><Members><Quantity>1</Quantity><Items><OriginGroupMember><OriginId>web</OriginId></OriginGroupMember></Items></Members></OriginGroup></Items></OriginGroups>
<Origins><Quantity>1</Quantity><Items><Origin><Id>web</Id><DomainName>b.s3.amazonaws.com</DomainName><CustomHeaders><Quantity>0</Quantity></CustomHeaders><S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity></S3OriginConfig><OriginAccessControlId>E1</OriginAccessControlId></Origin></Items></Origins>
<Restrictions><GeoRestriction><RestrictionType>none</RestrictionType><Quantity>0</Quantity></GeoRestriction></Restrictions>
<ViewerCertificate><CloudFrontDefaultCertificate>true</CloudFrontDefaultCertificate><MinimumProtocolVersion>TLSv1</MinimumProtocolVersion><CertificateSource>cloudfront</CertificateSource></ViewerCertificate><WebACLId></WebACLId><HttpVersion>http2</HttpVersion>`
	distributionList = `<DistributionList xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><IsTruncated>false</IsTruncated><MaxItems>100</MaxItems><Quantity>1</Quantity><Items><DistributionSummary>
<Id>EDFD</Id><ARN>arn:aws:cloudfront::123456789012:distribution/EDFD</ARN><Status>Deployed</Status><DomainName>d1.cloudfront.net</DomainName><Aliases><Quantity>1</Quantity><Items><CNAME>shop.example.com</CNAME></Items></Aliases>` + distributionBehavior + `</DistributionSummary></Items></DistributionList>`
	distributionConfigAnswer = `<DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><CallerReference>1</CallerReference><Aliases><Quantity>1</Quantity><Items><CNAME>shop.example.com</CNAME></Items></Aliases>` +
		distributionBehavior + `<Logging><Enabled>false</Enabled><Bucket></Bucket></Logging><DefaultRootObject>index.html</DefaultRootObject></DistributionConfig>`
)

var listedDistribution = map[string]any{
	"Aliases": []any{"shop.example.com"},
	"DefaultCacheBehavior": map[string]any{
		"TargetOriginId": "web", "TrustedSigners": []any{"self"}, "ViewerProtocolPolicy": "https-only",
		"FunctionAssociations": []any{map[string]any{"FunctionARN": "arn:aws:cloudfront::123456789012:function/f", "EventType": "viewer-request"}},
	},
	"CacheBehaviors": []any{map[string]any{
		"PathPattern": "/img/*", "TargetOriginId": "web", "ViewerProtocolPolicy": "redirect-to-https",
		"AllowedMethods": []any{"HEAD", "GET"}, "CachedMethods": []any{"GET"},
	}},
	"CustomErrorResponses": []any{map[string]any{
		"ErrorCode": int64(404), "ResponsePagePath": "/404.html", "ResponseCode": int64(404), "ErrorCachingMinTTL": 10.0,
	}},
	"OriginGroups": map[string]any{"Quantity": int64(1), "Items": []any{map[string]any{
		"Id":               "both",
		"FailoverCriteria": map[string]any{"StatusCodes": map[string]any{"Quantity": int64(1), "Items": []any{int64(502)}}},
		"Members":          map[string]any{"Quantity": int64(1), "Items": []any{map[string]any{"OriginId": "web"}}},
	}}},
	"Origins": []any{map[string]any{
		"Id": "web", "DomainName": "b.s3.amazonaws.com", "S3OriginConfig": map[string]any{"OriginAccessIdentity": nil}, "OriginAccessControlId": "E1",
	}},
	"Restrictions":      map[string]any{"GeoRestriction": map[string]any{"RestrictionType": "none"}},
	"ViewerCertificate": map[string]any{"CloudFrontDefaultCertificate": true, "MinimumProtocolVersion": "TLSv1"},
	"HttpVersion":       "http2",
}

const configCall = "GET /2020-05-31/distribution/EDFD/config"

// TestDistributionList: what the list tells needs no call for each distribution.
func TestDistributionList(t *testing.T) {
	server := answering(t, map[string]answers{
		"GET /2020-05-31/distribution?MaxItems=100": {{body: distributionList}},
		configCall: {{body: distributionConfigAnswer}},
	})
	read := func(field string) map[string]any {
		t.Helper()
		inv, stats := Read(t.Context(), Options{
			Accounts: []Account{{ID: "123456789012", Partition: "aws", Config: server.config()}},
			Regions:  []string{"us-east-1"}, Attempts: 1, Now: time.Now(),
			Needs: rule.Reads{distributionType: {"DistributionConfig": true, distributionType + ".DistributionConfig." + field: true}},
		})
		if len(stats.Failures) > 0 {
			t.Fatal(stats.Failures)
		}
		return one(t, inv.Resources, distributionType, "shop.example.com").Properties["DistributionConfig"].(map[string]any)
	}
	config := read("CacheBehaviors")
	if server.count(configCall) != 0 {
		t.Error("GetDistributionConfig was called for what the list tells")
	}
	for _, name := range untold {
		u, ok := config[name].(*cloud.Unresolved)
		if !ok || !strings.Contains(u.Reason, "list") {
			t.Errorf("%s = %v; want it unresolved", name, config[name])
		}
		delete(config, name)
	}
	if diff := cmp.Diff(listedDistribution, config); diff != "" {
		t.Errorf("from the list (-want +got):\n%s", diff)
	}
	config = read("Logging")
	if server.count(configCall) != 1 {
		t.Errorf("GetDistributionConfig was called %d times", server.count(configCall))
	}
	if config["DefaultRootObject"] != "index.html" || config["Logging"] != nil {
		t.Errorf("config = %v; want index.html, and no logging", config)
	}
	delete(config, "DefaultRootObject")
	if diff := cmp.Diff(listedDistribution, config); diff != "" {
		t.Errorf("from the distribution (-want +got):\n%s", diff)
	}
}

// TestDistributionDenied: where one call is denied, what the list told stays.
func TestDistributionDenied(t *testing.T) {
	server := answering(t, map[string]answers{
		"GET /2020-05-31/distribution?MaxItems=100": {{body: distributionList}},
		configCall: {{status: 403, body: `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`}},
	})
	inv, _ := server.collected(t, distributionType)
	config := one(t, inv.Resources, distributionType, "shop.example.com").Properties["DistributionConfig"].(map[string]any)
	for _, name := range untold {
		u, ok := config[name].(*cloud.Unresolved)
		if !ok || !strings.Contains(u.Reason, "cloudfront:GetDistributionConfig is denied") {
			t.Errorf("%s = %v; want it denied", name, config[name])
		}
		delete(config, name)
	}
	if diff := cmp.Diff(listedDistribution, config); diff != "" {
		t.Errorf("from the list (-want +got):\n%s", diff)
	}
}

func TestOriginAccessControls(t *testing.T) {
	moto := awstest.Moto(t)
	client := cloudfront.NewFromConfig(moto.Config("us-east-1"))
	created, err := client.CreateOriginAccessControl(t.Context(), &cloudfront.CreateOriginAccessControlInput{
		OriginAccessControlConfig: &types.OriginAccessControlConfig{
			Name: ptr("site"), Description: ptr("The site"), OriginAccessControlOriginType: types.OriginAccessControlOriginTypesS3,
			SigningBehavior: types.OriginAccessControlSigningBehaviorsAlways, SigningProtocol: types.OriginAccessControlSigningProtocolsSigv4,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := one(t, collected(t, moto, "AWS::CloudFront::OriginAccessControl"), "AWS::CloudFront::OriginAccessControl", "site")
	id := *created.OriginAccessControl.Id
	want := map[string]any{"Id": id, "OriginAccessControlConfig": map[string]any{
		"Name": "site", "Description": "The site", "OriginAccessControlOriginType": "s3", "SigningBehavior": "always", "SigningProtocol": "sigv4",
	}}
	if diff := cmp.Diff(want, got.Properties); diff != "" || got.ID != id {
		t.Errorf("%s (-want +got):\n%s", got.ID, diff)
	}
}
