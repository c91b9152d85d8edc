package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
)

// Managed policies of CloudFront.
const (
	cachingOptimised = "658327ea-f89d-4fab-a63d-7e88639e58f6"
	cachingDisabled  = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
	securityHeaders  = "67f7725c-6f97-4210-82d7-5512b31e9d03"
)

// distributions of CloudFront: the pictures of the shop, and the old website.
func (s *shop) distributions(ctx context.Context) error {
	client := cloudfront.NewFromConfig(s.production.Config)
	control, err := client.CreateOriginAccessControl(ctx, &cloudfront.CreateOriginAccessControlInput{OriginAccessControlConfig: &types.OriginAccessControlConfig{
		Name: new("harbourline-media"), OriginAccessControlOriginType: types.OriginAccessControlOriginTypesS3, SigningBehavior: types.OriginAccessControlSigningBehaviorsAlways, SigningProtocol: types.OriginAccessControlSigningProtocolsSigv4,
	}})
	if err != nil {
		return err
	}
	tag := func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} }
	return inOrder(ctx, each(client.CreateDistributionWithTags,
		&cloudfront.CreateDistributionWithTagsInput{DistributionConfigWithTags: &types.DistributionConfigWithTags{
			DistributionConfig: s.mediaDistribution(control.OriginAccessControl.Id), Tags: &types.Tags{Items: as(production("storefront", "media"), tag)},
		}},
		&cloudfront.CreateDistributionWithTagsInput{DistributionConfigWithTags: &types.DistributionConfigWithTags{DistributionConfig: oldDistribution(), Tags: &types.Tags{Items: []types.Tag{}}}},
		&cloudfront.CreateDistributionWithTagsInput{DistributionConfigWithTags: &types.DistributionConfigWithTags{DistributionConfig: bucketDistribution(), Tags: &types.Tags{Items: as(named("downloads"), tag)}}},
	))
}

func (s *shop) mediaDistribution(control *string) *types.DistributionConfig {
	return &types.DistributionConfig{
		CallerReference: new("media"), Comment: new("Product pictures"), Enabled: new(true), DefaultRootObject: new("index.html"), HttpVersion: types.HttpVersionHttp2and3, PriceClass: types.PriceClassPriceClass100,
		Aliases: &types.Aliases{Quantity: aws.Int32(1), Items: []string{"www.harbourline.example"}}, WebACLId: new(s.arn("wafv2", Production, "global/webacl/harbourline/473e64fd-f30b-4765-81a0-62ad96dd167a")),
		Origins: &types.Origins{Quantity: aws.Int32(1), Items: []types.Origin{{
			Id: new("media"), DomainName: new("harbourline-media.s3.us-east-1.amazonaws.com"), OriginAccessControlId: control, S3OriginConfig: &types.S3OriginConfig{OriginAccessIdentity: new("")},
		}}},
		DefaultCacheBehavior: &types.DefaultCacheBehavior{
			TargetOriginId: new("media"), ViewerProtocolPolicy: types.ViewerProtocolPolicyRedirectToHttps, Compress: new(true), CachePolicyId: new(cachingOptimised), ResponseHeadersPolicyId: new(securityHeaders),
		},
		Logging: &types.LoggingConfig{Enabled: new(true), Bucket: new("harbourline-access-logs.s3.amazonaws.com"), Prefix: new("media/"), IncludeCookies: new(false)},
		ViewerCertificate: &types.ViewerCertificate{
			ACMCertificateArn: s.production.cert("www.harbourline.example"), MinimumProtocolVersion: types.MinimumProtocolVersionTLSv122021, SSLSupportMethod: types.SSLSupportMethodSniOnly,
		},
		Restrictions: &types.Restrictions{GeoRestriction: &types.GeoRestriction{RestrictionType: types.GeoRestrictionTypeWhitelist, Quantity: aws.Int32(3), Items: []string{"DE", "GB", "US"}}},
	}
}

func oldDistribution() *types.DistributionConfig {
	return &types.DistributionConfig{
		CallerReference: new("old"), Comment: new("Shop of 2017"), Enabled: new(true), PriceClass: types.PriceClassPriceClassAll,
		Origins: &types.Origins{Quantity: aws.Int32(1), Items: []types.Origin{{
			Id: new("shop"), DomainName: new("legacy.harbourline.example"), CustomOriginConfig: &types.CustomOriginConfig{
				HTTPPort: aws.Int32(80), HTTPSPort: aws.Int32(443), OriginProtocolPolicy: types.OriginProtocolPolicyHttpOnly,
				OriginSslProtocols: &types.OriginSslProtocols{Quantity: aws.Int32(2), Items: []types.SslProtocol{types.SslProtocolSSLv3, types.SslProtocolTLSv1}},
			},
		}}},
		DefaultCacheBehavior: &types.DefaultCacheBehavior{
			TargetOriginId: new("shop"), ViewerProtocolPolicy: types.ViewerProtocolPolicyAllowAll, Compress: new(false), CachePolicyId: new(cachingDisabled),
		},
		ViewerCertificate: &types.ViewerCertificate{CloudFrontDefaultCertificate: new(true), MinimumProtocolVersion: types.MinimumProtocolVersionTLSv1},
		Restrictions:      &types.Restrictions{GeoRestriction: &types.GeoRestriction{RestrictionType: types.GeoRestrictionTypeNone, Quantity: aws.Int32(0)}},
	}
}

func bucketDistribution() *types.DistributionConfig {
	return &types.DistributionConfig{
		CallerReference: new("downloads"), Comment: new("Price lists"), Enabled: new(true),
		Origins: &types.Origins{Quantity: aws.Int32(1), Items: []types.Origin{{
			Id: new("downloads"), DomainName: new("harbourline-downloads.s3.amazonaws.com"), S3OriginConfig: &types.S3OriginConfig{OriginAccessIdentity: new("")}, // a bucket that was deleted
		}}},
		DefaultCacheBehavior: &types.DefaultCacheBehavior{TargetOriginId: new("downloads"), ViewerProtocolPolicy: types.ViewerProtocolPolicyHttpsOnly, Compress: new(true), CachePolicyId: new(cachingOptimised)},
		ViewerCertificate:    &types.ViewerCertificate{CloudFrontDefaultCertificate: new(true)},
		Restrictions:         &types.Restrictions{GeoRestriction: &types.GeoRestriction{RestrictionType: types.GeoRestrictionTypeNone, Quantity: aws.Int32(0)}},
	}
}
