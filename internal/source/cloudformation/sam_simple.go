package cloudformation

// keyTypes are DynamoDB's letters for the types that SAM spells out.
var keyTypes = map[string]string{"String": "S", "Number": "N", "Binary": "B"}

// simpleTable turns AWS::Serverless::SimpleTable into a table.
func (s *sam) simpleTable() {
	p := s.props
	var name, typ any = "id", "S"
	if key := p.get("PrimaryKey"); key != nil {
		name = key.field("Name")
		typ = key.field("Type")
		if letter, ok := keyTypes[key.textOr("Type", "")]; ok {
			typ = letter
		}
	}
	var billing any = "PAY_PER_REQUEST"
	throughput := p.field("ProvisionedThroughput")
	if throughput.node != nil {
		billing = nil
	}
	s.main("AWS::DynamoDB::Table", pairs{
		"TableName", p.field("TableName"),
		"AttributeDefinitions", []any{pairs{"AttributeName", name, "AttributeType", typ}},
		"KeySchema", []any{pairs{"AttributeName", name, "KeyType", "HASH"}},
		"ProvisionedThroughput", throughput,
		"BillingMode", billing,
		"SSESpecification", p.field("SSESpecification"),
		"PointInTimeRecoverySpecification", p.field("PointInTimeRecoverySpecification"),
		"Tags", s.tags(""),
	})
}

// layerVersion turns AWS::Serverless::LayerVersion.
func (s *sam) layerVersion() {
	p := s.props
	content := p.field("ContentUri")
	content.node = location(content.node, "S3Bucket", "S3Key", "S3ObjectVersion")
	var name any = s.source.id
	if given := p.field("LayerName"); given.node != nil {
		name = given
	}
	s.main("AWS::Lambda::LayerVersion", pairs{
		"LayerName", name,
		"Description", p.field("Description"),
		"Content", content,
		"CompatibleArchitectures", p.field("CompatibleArchitectures"),
		"CompatibleRuntimes", p.field("CompatibleRuntimes"),
		"LicenseInfo", p.field("LicenseInfo"),
	})
}

// application turns AWS::Serverless::Application into a nested stack. The
// template of one in the Serverless Application Repository is not at hand.
func (s *sam) application() {
	p := s.props
	url := p.field("Location")
	if url.node != nil && url.node.kind == object {
		if _, _, function := url.node.intrinsic(); !function {
			url.node = newScalar(url.pos, unknown("it lies in the Serverless Application Repository"))
		}
	}
	s.main(stackType, pairs{
		"TemplateURL", url,
		"Parameters", p.field("Parameters"),
		"NotificationARNs", p.field("NotificationARNs"),
		"TimeoutInMinutes", p.field("TimeoutInMinutes"),
		"Tags", s.tags("lambda:createdBy"),
	})
}
