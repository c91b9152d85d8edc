package cloudformation

// restAPI turns AWS::Serverless::Api into a REST API with its deployment and
// stage, and what its Domain and Auth ask for.
func (s *sam) restAPI() {
	p, id, at := s.props, s.source.id, s.source.pos
	s.main("AWS::ApiGateway::RestApi", pairs{
		"Name", p.field("Name"),
		"Description", p.field("Description"),
		"Body", s.definition(false),
		"BodyS3Location", s.definitionLocation(),
		"EndpointConfiguration", s.endpoint(),
		"BinaryMediaTypes", p.field("BinaryMediaTypes"),
		"MinimumCompressionSize", p.field("MinimumCompressionSize"),
		"ApiKeySourceType", p.field("ApiKeySourceType"),
		"DisableExecuteApiEndpoint", p.field("DisableExecuteApiEndpoint"),
		"FailOnWarnings", p.field("FailOnWarnings"),
		"Mode", p.field("Mode"),
		"SecurityPolicy", p.field("SecurityPolicy"),
		"EndpointAccessMode", p.field("EndpointAccessMode"),
		"Policy", s.resourcePolicy(),
	})
	deployment := id + "Deployment"
	s.t.aliases[id+".Deployment"] = deployment
	s.make(at, deployment, "AWS::ApiGateway::Deployment", pairs{"RestApiId", refTo(id), "StageName", "Stage"})
	stageName := p.field("StageName")
	literal, ok := stageName.node.text()
	stage := id + literal + "Stage"
	if !ok || suffixed("", literal) != literal {
		stage = id + "Stage" + digest(literal)
	}
	s.t.aliases[id+".Stage"] = stage
	s.make(at, stage, "AWS::ApiGateway::Stage", pairs{
		"RestApiId", refTo(id),
		"DeploymentId", refTo(deployment),
		"StageName", stageName,
		"CacheClusterEnabled", p.field("CacheClusterEnabled"),
		"CacheClusterSize", p.field("CacheClusterSize"),
		"Variables", p.field("Variables"),
		"AccessLogSetting", p.field("AccessLogSetting"),
		"CanarySetting", p.field("CanarySetting"),
		"MethodSettings", p.field("MethodSettings"),
		"TracingEnabled", p.field("TracingEnabled"),
		"Tags", s.tags(""),
	})
	s.authorizerPermissions(false)
	s.usagePlan(stage)
	s.domain(stage)
}

// definition gives the Body of the API, nil where the definition lies in a
// file.
func (s *sam) definition(http bool) any {
	if s.props.get("DefinitionUri") != nil {
		return nil
	}
	return s.body(http)
}

func (s *sam) definitionLocation() any {
	uri := s.props.field("DefinitionUri")
	uri.node = location(uri.node, "Bucket", "Key", "Version")
	return uri
}

// endpoint gives the EndpointConfiguration, which SAM also takes as a text.
func (s *sam) endpoint() any {
	e := s.props.field("EndpointConfiguration")
	if e.node == nil {
		return nil
	}
	if e.node.kind == object {
		if _, _, function := e.node.intrinsic(); !function {
			var types any
			if typ := e.node.field("Type"); typ.node != nil {
				types = []any{typ}
			}
			e.node = build(e.node.pos, pairs{"Types", types, "VpcEndpointIds", e.node.field("VPCEndpointIds"), "IpAddressType", e.node.field("IpAddressType")})
			return e
		}
	}
	e.node = build(e.node.pos, pairs{"Types", []any{e.node}})
	return e
}

// resourcePolicy gives the policy of the API that Auth.ResourcePolicy
// describes.
func (s *sam) resourcePolicy() any {
	given := s.props.get("Auth").field("ResourcePolicy")
	if given.node == nil || given.node.kind != object {
		return nil
	}
	var statements []any
	everyone := false
	statement := func(effect string, principal any, condition any) {
		statements = append(statements, pairs{
			"Effect", effect, "Principal", principal, "Action", "execute-api:Invoke", "Resource", "execute-api:/*", "Condition", condition,
		})
	}
	for _, e := range given.node.entries {
		switch e.key {
		case "CustomStatements":
			if e.node.kind == list {
				for _, item := range e.node.items {
					statements = append(statements, item)
				}
			} else {
				statements = append(statements, e.node)
			}
		case "AwsAccountWhitelist":
			statement("Allow", pairs{"AWS", e}, nil)
		case "AwsAccountBlacklist":
			everyone = true
			statement("Deny", pairs{"AWS", e}, nil)
		case "IpRangeWhitelist":
			everyone = true
			statement("Deny", "*", pairs{"NotIpAddress", pairs{"aws:SourceIp", e}})
		case "IpRangeBlacklist":
			everyone = true
			statement("Deny", "*", pairs{"IpAddress", pairs{"aws:SourceIp", e}})
		case "SourceVpcWhitelist", "IntrinsicVpceWhitelist", "IntrinsicVpcWhitelist":
			everyone = true
			statement("Deny", "*", pairs{"StringNotEquals", pairs{vpcKey(e), e}})
		case "SourceVpcBlacklist", "IntrinsicVpceBlacklist", "IntrinsicVpcBlacklist":
			everyone = true
			statement("Deny", "*", pairs{"StringEquals", pairs{vpcKey(e), e}})
		}
	}
	if everyone {
		statement("Allow", "*", nil)
	}
	if statements == nil {
		return nil
	}
	given.node = build(given.pos, pairs{"Version", "2012-10-17", "Statement", statements})
	return given
}

// vpcKey is the condition key that tells VPCs or their endpoints.
func vpcKey(e entry) string {
	if e.key == "IntrinsicVpceWhitelist" || e.key == "IntrinsicVpceBlacklist" {
		return "aws:SourceVpce"
	}
	if len(e.node.items) > 0 {
		if text, _ := e.node.items[0].text(); len(text) > 5 && text[:5] == "vpce-" {
			return "aws:SourceVpce"
		}
	}
	return "aws:SourceVpc"
}

// authorizerPermissions let the API call the functions that authorize.
func (s *sam) authorizerPermissions(http bool) {
	authorizers := s.props.get("Auth").get("Authorizers")
	if authorizers == nil || authorizers.kind != object {
		return
	}
	for _, e := range authorizers.entries {
		function := e.node.field("FunctionArn")
		if function.node == nil || http && !e.node.get("EnableFunctionDefaultPermissions").isTrue() {
			continue
		}
		s.make(e.pos, s.source.id+e.key+"AuthorizerPermission", "AWS::Lambda::Permission", pairs{
			"Action", "lambda:InvokeFunction", "FunctionName", function, "Principal", "apigateway.amazonaws.com",
			"SourceArn", substitution("arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/authorizers/*", "__ApiId__", refTo(s.source.id)),
		})
	}
}

// usagePlan makes the usage plan of the API with its key.
func (s *sam) usagePlan(stage string) {
	plan := s.props.get("Auth").field("UsagePlan")
	if plan.node == nil {
		return
	}
	id := s.source.id
	switch plan.node.textOr("CreateUsagePlan", "") {
	case "PER_API":
	case "SHARED":
		id = "Serverless"
	default:
		return
	}
	s.make(plan.pos, id+"UsagePlan", "AWS::ApiGateway::UsagePlan", pairs{
		"ApiStages", []any{pairs{"ApiId", refTo(s.source.id), "Stage", refTo(stage)}},
		"UsagePlanName", plan.node.field("UsagePlanName"),
		"Description", plan.node.field("Description"),
		"Quota", plan.node.field("Quota"),
		"Throttle", plan.node.field("Throttle"),
		"Tags", plan.node.field("Tags"),
	})
	s.make(plan.pos, id+"ApiKey", "AWS::ApiGateway::ApiKey", pairs{
		"Enabled", true, "StageKeys", []any{pairs{"RestApiId", refTo(s.source.id), "StageName", refTo(stage)}},
	})
	s.make(plan.pos, id+"UsagePlanKey", "AWS::ApiGateway::UsagePlanKey", pairs{
		"KeyId", refTo(id + "ApiKey"), "KeyType", "API_KEY", "UsagePlanId", refTo(id + "UsagePlan"),
	})
}

// domain makes the custom domain of a REST API, its mappings and its record.
func (s *sam) domain(stage string) {
	domain := s.props.field("Domain")
	name := domain.node.field("DomainName")
	if name.node == nil {
		return
	}
	id := "ApiGatewayDomainName" + digest(s.literal(name.node))
	edge := domain.node.textOr("EndpointConfiguration", "REGIONAL")
	certificate := "RegionalCertificateArn"
	if edge == "EDGE" {
		certificate = "CertificateArn"
	}
	s.make(domain.pos, id, "AWS::ApiGateway::DomainName", pairs{
		"DomainName", name,
		certificate, domain.node.field("CertificateArn"),
		"EndpointConfiguration", pairs{"Types", []any{edge}},
		"SecurityPolicy", domain.node.field("SecurityPolicy"),
		"MutualTlsAuthentication", domain.node.field("MutualTlsAuthentication"),
		"OwnershipVerificationCertificateArn", domain.node.field("OwnershipVerificationCertificateArn"),
	})
	mapping := func(at pos, mappingID string, base any) {
		s.make(at, mappingID, "AWS::ApiGateway::BasePathMapping", pairs{
			"BasePath", base, "DomainName", refTo(id), "RestApiId", refTo(s.source.id), "Stage", refTo(stage),
		})
	}
	bases := domain.node.get("BasePath")
	if bases == nil || bases.kind != list {
		mapping(domain.pos, s.source.id+"BasePathMapping", nil)
	} else {
		for _, base := range bases.items {
			mapping(base.pos, suffixed(s.source.id, s.literal(base))+"BasePathMapping", base)
		}
	}
	s.record(domain, id, name, edge == "EDGE")
}

// record makes the record that leads to a custom domain.
func (s *sam) record(domain entry, domainID string, name entry, edge bool) {
	zone := domain.node.field("Route53")
	if zone.node == nil {
		return
	}
	hosted := zone.node.field("HostedZoneId")
	if hosted.node == nil {
		hosted = zone.node.field("HostedZoneName")
	}
	if hosted.node == nil {
		return
	}
	var zoneID, dns any = attributeOf(domainID, "RegionalHostedZoneId"), attributeOf(domainID, "RegionalDomainName")
	if edge {
		// CloudFront's hosted zone, the same everywhere.
		zoneID, dns = "Z2FDTNDATAQYW2", attributeOf(domainID, "DistributionDomainName")
	}
	s.make(zone.pos, "RecordSetGroup"+digest(s.literal(hosted.node)), "AWS::Route53::RecordSetGroup", pairs{
		"HostedZoneId", zone.node.field("HostedZoneId"),
		"HostedZoneName", zone.node.field("HostedZoneName"),
		"RecordSets", []any{pairs{
			"Name", name, "Type", "A",
			"AliasTarget", pairs{"HostedZoneId", zoneID, "DNSName", dns, "EvaluateTargetHealth", zone.node.field("EvaluateTargetHealth")},
		}},
	})
}
