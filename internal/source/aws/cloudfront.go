package aws

import (
	"context"
	"maps"

	"github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"github.com/surety-cloud/surety/internal/cloud"
)

const distributionType = "AWS::CloudFront::Distribution"

// CloudFront: distributions, of which the list tells nearly all, and origin
// access controls.
var cloudFrontCollectors = []collector{
	{
		service: "cloudfront", global: true,
		types: []emits{{
			typ:    distributionType,
			gives:  "ARN AliasICPRecordals DistributionConfig DomainName LastModifiedTime Status",
			tagged: "cloudfront",
		}},
		calls: "cloudfront:ListDistributions",
		read:  readDistributions,
		parts: []part{{
			gives: "DistributionConfig",
			calls: "cloudfront:GetDistributionConfig",
			read:  readDistributionConfig,
		}},
	},
	{
		service: "cloudfront", global: true,
		types: []emits{{typ: "AWS::CloudFront::OriginAccessControl", gives: "OriginAccessControlConfig"}},
		calls: "cloudfront:ListOriginAccessControls",
		read:  readOriginAccessControls,
	},
}

// untold are the settings of a distribution that the list leaves out.
var untold = []string{"CacheTagConfig", "ContinuousDeploymentPolicyId", "DefaultRootObject", "Logging", "TenantConfig"}

func readDistributions(ctx context.Context, s *scope) error {
	pages := cloudfront.NewListDistributionsPaginator(cloudfront.NewFromConfig(s.cfg),
		&cloudfront.ListDistributionsInput{MaxItems: ptr(int32(100))})
	return each(ctx, pages, func(page *cloudfront.ListDistributionsOutput) {
		for i := range page.DistributionList.Items {
			d := &page.DistributionList.Items[i]
			summary := object(d)
			for _, name := range names("ARN AliasICPRecordals DomainName ETag Id LastModifiedTime Status") {
				delete(summary, name)
			}
			missing := &cloud.Unresolved{Reason: "the list of distributions does not tell it"}
			config := any(missing) // of a list with less in it than AWS gives
			if d.DefaultCacheBehavior != nil {
				listed := distributionConfig(summary, s.options.Secrets)
				for _, name := range untold {
					listed[name] = missing
				}
				config = listed
			}
			// People know a distribution by the first name that it serves.
			name := deref(d.DomainName)
			if d.Aliases != nil && len(d.Aliases.Items) > 0 {
				name = d.Aliases.Items[0]
			}
			s.add(found{
				typ: distributionType, id: deref(d.Id), arn: deref(d.ARN), name: name, from: d,
				set: props{"DistributionConfig": config},
			})
		}
	})
}

// readDistributionConfig reads what the list leaves out, where a rule looks at
// it.
func readDistributionConfig(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	var deeper []string
	for _, name := range untold {
		deeper = append(deeper, distributionType+".DistributionConfig."+name)
	}
	listed, ok := r.Properties["DistributionConfig"].(map[string]any)
	if ok && !s.wanted(distributionType, deeper...) {
		return nil, nil
	}
	out, err := cloudfront.NewFromConfig(s.cfg).GetDistributionConfig(ctx, &cloudfront.GetDistributionConfigInput{Id: &r.ID})
	if is(err, "NoSuchDistribution") {
		return nil, errGone
	}
	if err != nil && ok {
		config := maps.Clone(listed)
		for _, name := range untold {
			config[name] = unknown(err)
		}
		return props{"DistributionConfig": config}, err
	}
	if err != nil {
		return nil, err
	}
	return props{"DistributionConfig": distributionConfig(object(out.DistributionConfig), s.options.Secrets)}, nil
}

// distributionConfig gives the settings of a distribution CloudFormation's
// form: lists without the object around them, and some under other names.
func distributionConfig(c map[string]any, secrets bool) map[string]any {
	delete(c, "CallerReference")
	rename(c, "IsIPV6Enabled", "IPV6Enabled")
	unwrap(c, "Aliases", "CacheBehaviors", "CustomErrorResponses", "Origins")
	if behavior, ok := c["DefaultCacheBehavior"].(map[string]any); ok {
		cacheBehavior(behavior)
	}
	inList(c["CacheBehaviors"], cacheBehavior)
	inList(c["Origins"], func(origin map[string]any) {
		unwrap(origin, "CustomHeaders")
		rename(origin, "CustomHeaders", "OriginCustomHeaders")
		inList(origin["OriginCustomHeaders"], func(header map[string]any) {
			// By such a header an origin often knows that CloudFront asks.
			if v := header["HeaderValue"]; v != nil && !secrets {
				header["HeaderValue"] = redact(v)
			}
		})
		if bucket, ok := origin["S3OriginConfig"].(map[string]any); ok && len(bucket) == 0 {
			bucket["OriginAccessIdentity"] = "" // has none, and the origin is a bucket all the same
		}
		if custom, ok := origin["CustomOriginConfig"].(map[string]any); ok {
			unwrap(custom, "OriginSslProtocols")
			rename(custom, "OriginSslProtocols", "OriginSSLProtocols")
		}
	})
	// CloudFormation keeps the lists of origin groups in their objects, too.
	if groups, ok := c["OriginGroups"].(map[string]any); ok && groups["Items"] == nil {
		delete(c, "OriginGroups")
	}
	if logging, ok := c["Logging"].(map[string]any); ok {
		if logging["Enabled"] == true {
			delete(logging, "Enabled")
		} else {
			delete(c, "Logging")
		}
	}
	if restrictions, ok := c["Restrictions"].(map[string]any); ok {
		if geo, ok := restrictions["GeoRestriction"].(map[string]any); ok {
			delete(geo, "Quantity")
			rename(geo, "Items", "Locations")
		}
	}
	if certificate, ok := c["ViewerCertificate"].(map[string]any); ok {
		delete(certificate, "Certificate")
		delete(certificate, "CertificateSource")
		rename(certificate, "ACMCertificateArn", "AcmCertificateArn", "IAMCertificateId", "IamCertificateId",
			"SSLSupportMethod", "SslSupportMethod")
	}
	return c
}

func cacheBehavior(b map[string]any) {
	if allowed, ok := b["AllowedMethods"].(map[string]any); ok {
		b["CachedMethods"] = allowed["CachedMethods"]
	}
	unwrap(b, "AllowedMethods", "CachedMethods", "FunctionAssociations", "LambdaFunctionAssociations", "TrustedKeyGroups", "TrustedSigners")
	if values, ok := b["ForwardedValues"].(map[string]any); ok {
		unwrap(values, "Headers", "QueryStringCacheKeys")
		if cookies, ok := values["Cookies"].(map[string]any); ok {
			unwrap(cookies, "WhitelistedNames")
		}
	}
}

// unwrap replaces {Quantity, Items: […]} by the list, and an empty one by
// nothing.
func unwrap(m map[string]any, names ...string) {
	for _, name := range names {
		wrapper, ok := m[name].(map[string]any)
		switch {
		case ok && wrapper["Items"] != nil:
			m[name] = wrapper["Items"]
		default:
			delete(m, name)
		}
	}
}

// inList does something with each object of a list.
func inList(list any, do func(map[string]any)) {
	elements, _ := list.([]any)
	for _, e := range elements {
		if m, ok := e.(map[string]any); ok {
			do(m)
		}
	}
}

func readOriginAccessControls(ctx context.Context, s *scope) error {
	pages := cloudfront.NewListOriginAccessControlsPaginator(cloudfront.NewFromConfig(s.cfg),
		&cloudfront.ListOriginAccessControlsInput{MaxItems: ptr(int32(100))})
	return each(ctx, pages, func(page *cloudfront.ListOriginAccessControlsOutput) {
		for i := range page.OriginAccessControlList.Items {
			config := object(page.OriginAccessControlList.Items[i])
			id, _ := config["Id"].(string)
			name, _ := config["Name"].(string)
			delete(config, "Id")
			s.add(found{
				id: id, arn: s.arn("cloudfront", "origin-access-control/"+id), name: name,
				set: props{"OriginAccessControlConfig": config},
			})
		}
	})
}
