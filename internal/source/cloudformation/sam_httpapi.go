package cloudformation

// httpAPI turns AWS::Serverless::HttpApi into an HTTP API with its stage and
// its domain. What the transform writes into the definition and API Gateway
// shows as settings of the API is a property here, where rules look for it.
func (s *sam) httpAPI() {
	p, id, at := s.props, s.source.id, s.source.pos
	s.main("AWS::ApiGatewayV2::Api", pairs{
		"Name", p.field("Name"),
		"Description", p.field("Description"),
		"Body", s.definition(true),
		"BodyS3Location", s.definitionLocation(),
		"CorsConfiguration", s.cors(),
		"DisableExecuteApiEndpoint", p.field("DisableExecuteApiEndpoint"),
		"FailOnWarnings", p.field("FailOnWarnings"),
		"Tags", s.tagMap(),
	})
	stageName := p.field("StageName")
	literal, isText := stageName.node.text()
	stage := id + "ApiGatewayDefaultStage"
	var name any = "$default"
	if stageName.node != nil && literal != "$default" {
		name = stageName
		stage = id + literal + "Stage"
		if !isText || suffixed("", literal) != literal {
			stage = id + "Stage" + digest(literal)
		}
	}
	s.t.aliases[id+".Stage"] = stage
	s.make(at, stage, "AWS::ApiGatewayV2::Stage", pairs{
		"ApiId", refTo(id),
		"StageName", name,
		"AutoDeploy", true,
		"AccessLogSettings", p.field("AccessLogSettings"),
		"DefaultRouteSettings", p.field("DefaultRouteSettings"),
		"RouteSettings", p.field("RouteSettings"),
		"StageVariables", p.field("StageVariables"),
		"Tags", s.tagMap(),
	})
	s.authorizerPermissions(true)
	s.httpDomain(stage)
}

// cors gives the CORS settings; true stands for every origin.
func (s *sam) cors() any {
	cors := s.props.field("CorsConfiguration")
	if cors.node == nil || cors.node.kind != scalar {
		return cors
	}
	if !cors.node.isTrue() {
		return nil
	}
	cors.node = build(cors.pos, pairs{"AllowOrigins", []any{"*"}})
	return cors
}

// tagMap gives the tags of an HTTP API, whose tags stay a map.
func (s *sam) tagMap() any {
	tags := s.props.field("Tags")
	if tags.node == nil {
		return pairs{"httpapi:createdBy", "SAM"}
	}
	if _, _, function := tags.node.intrinsic(); function || tags.node.kind != object {
		return tags
	}
	tags.node = with(tags.node, tags.pos, "httpapi:createdBy", newScalar(tags.pos, "SAM"))
	return tags
}

// httpDomain makes the custom domain of an HTTP API, its mappings and its
// record.
func (s *sam) httpDomain(stage string) {
	domain := s.props.field("Domain")
	name := domain.node.field("DomainName")
	if name.node == nil {
		return
	}
	id := "ApiGatewayDomainNameV2" + digest(s.literal(name.node))
	s.make(domain.pos, id, "AWS::ApiGatewayV2::DomainName", pairs{
		"DomainName", name,
		"DomainNameConfigurations", []any{pairs{
			"CertificateArn", domain.node.field("CertificateArn"),
			"EndpointType", domain.node.textOr("EndpointConfiguration", "REGIONAL"),
			"SecurityPolicy", domain.node.field("SecurityPolicy"),
			"OwnershipVerificationCertificateArn", domain.node.field("OwnershipVerificationCertificateArn"),
		}},
		"MutualTlsAuthentication", domain.node.field("MutualTlsAuthentication"),
		"Tags", s.tagMap(),
	})
	mapping := func(at pos, mappingID string, base any) {
		s.make(at, mappingID, "AWS::ApiGatewayV2::ApiMapping", pairs{
			"ApiId", refTo(s.source.id), "ApiMappingKey", base, "DomainName", refTo(id), "Stage", refTo(stage),
		})
	}
	bases := domain.node.get("BasePath")
	if bases == nil || bases.kind != list {
		mapping(domain.pos, s.source.id+"ApiMapping", nil)
	} else {
		for _, base := range bases.items {
			mapping(base.pos, suffixed(s.source.id, s.literal(base))+"ApiMapping", base)
		}
	}
	s.record(domain, id, name, false)
}
