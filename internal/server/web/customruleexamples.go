package web

// A customRuleExample is a rule to begin with.
type customRuleExample struct {
	Key, Text, rule string
}

var customRuleExamples = []customRuleExample{
	{"versioning", "A property has a value", `{"name": "Buckets keep versions", "description": "What is overwritten or deleted by mistake can be brought back.",
		"service": "S3", "resourceType": "s3-bucket", "severity": "MEDIUM", "enabled": true, "provider": "aws", "categories": ["reliability"],
		"remediationNotes": "Turn versioning on: Properties, Bucket Versioning, Edit.",
		"attributes": [{"name": "versioning", "path": "data.VersioningConfiguration", "required": false}],
		"rules": [{"conditions": {"all": [{"fact": "versioning", "path": "$.Status", "operator": "equal", "value": "Enabled"}]},
			"event": {"type": "The bucket does not keep versions"}}]}`},
	{"tag", "A tag is there", `{"name": "Instances say who pays for them", "description": "Costs are shared out by the tag CostCentre.",
		"service": "EC2", "resourceType": "ec2-instance", "severity": "LOW", "enabled": true, "provider": "aws", "categories": ["cost-optimisation", "operational-excellence"],
		"remediationNotes": "Add the tag CostCentre with the number of the cost centre.",
		"attributes": [{"name": "tags", "path": "data.Tags", "required": false}],
		"rules": [{"conditions": {"all": [{"fact": "tags", "path": "$[?(@.Key=='CostCentre')].Value", "operator": "isNullOrUndefined", "value": false}]},
			"event": {"type": "The instance has no tag CostCentre"}}]}`},
	{"age", "A date is recent", `{"name": "Instances are started anew every half year", "description": "What runs for long has changes that no image has.",
		"service": "EC2", "resourceType": "ec2-instance", "severity": "LOW", "enabled": true, "provider": "aws", "categories": ["operational-excellence"],
		"attributes": [{"name": "launched", "path": "data.LaunchTime", "required": true}],
		"rules": [{"conditions": {"all": [{"fact": "launched", "operator": "dateComparison", "value": {"days": 180, "operator": "within"}}]},
			"event": {"type": "The instance was started more than 180 days ago"}}]}`},
	{"list", "A list is without a value", `{"name": "No security group is open to the world", "description": "Whoever is let in is named by an address.",
		"service": "EC2", "resourceType": "ec2-securitygroup", "severity": "HIGH", "enabled": true, "provider": "aws", "categories": ["security"],
		"attributes": [{"name": "ranges", "path": "data.SecurityGroupIngress[*].CidrIp", "required": true}, {"name": "name", "path": "data.GroupName", "required": false}],
		"rules": [{"conditions": {"any": [
			{"fact": "ranges", "operator": "doesNotContain", "value": "0.0.0.0/0"},
			{"fact": "name", "operator": "pattern", "value": "^public-"}]},
			"event": {"type": "The security group lets everybody in, and is not named public-…"}}]}`},
}
