package customrule

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// The table names types and properties that there are, and no alias hides a
// property.
func TestAliasTable(t *testing.T) {
	rows := 0
	for line := range strings.Lines(aliasTSV) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		rows++
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != 3 {
			t.Errorf("%q has not three fields", line)
			continue
		}
		typ, ok := schema.Lookup(fields[0])
		switch {
		case !ok:
			t.Errorf("there is no type %s", fields[0])
		case typ.Root.Fields[fields[2]] == nil:
			t.Errorf("%s has no property %s", fields[0], fields[2])
		case typ.Root.Fields[fields[1]] != nil:
			t.Errorf("%s has a property %s of its own", fields[0], fields[1])
		}
		if rebuilds[fields[0]][fields[1]] != nil {
			t.Errorf("%s of %s is rebuilt, too", fields[1], fields[0])
		}
	}
	if rows < 200 {
		t.Errorf("the table has only %d rows", rows)
	}
	for name, members := range rebuilds {
		typ, ok := schema.Lookup(name)
		if !ok {
			t.Errorf("there is no type %s", name)
			continue
		}
		for member := range members {
			if typ.Root.Fields[member] != nil {
				t.Errorf("%s has a property %s of its own", name, member)
			}
		}
	}
}

func dataOf(typ string, given map[string]bool, properties map[string]any) map[string]any {
	r := &cloud.Resource{Type: typ, ID: "i", Properties: properties}
	return Document(r, DocumentMeta{Given: given})["data"].(map[string]any)
}

func TestAliases(t *testing.T) {
	missing := &cloud.Unresolved{Reason: notRead}
	read := map[string]bool{"VersioningConfiguration": true, "MFADelete": true, "SecurityGroupIngress": true, "SecurityGroupEgress": true, "AccessKeys": true}
	many := &cloud.Unresolved{Reason: "more", Many: true}
	type props = map[string]any
	pair := func(more props) props {
		out := props{"VpcId": missing, "VpcPeeringConnectionId": missing, "PeeringStatus": missing}
		for name, value := range more {
			out[name] = value
		}
		return out
	}
	none := func(more props) props {
		out := props{"IpRanges": []any{}, "Ipv6Ranges": []any{}, "PrefixListIds": []any{}, "UserIdGroupPairs": []any{}}
		for name, value := range more {
			out[name] = value
		}
		return out
	}
	tests := []struct {
		name, typ  string
		given      map[string]bool
		properties props
		alias      string
		want       any // nil for a member that is absent
	}{
		{"the same value", "AWS::Lambda::Function", nil, props{"Arn": "a"}, "FunctionArn", "a"},
		{"another first letter", "AWS::ECS::Service", nil, props{"DesiredCount": int64(2)}, "desiredCount", int64(2)},
		{"the list of tags", "AWS::RDS::DBInstance", nil, nil, "TagList", []any{}},
		{"not set", "AWS::Lambda::Function", nil, nil, "KMSKeyArn", nil},
		{"not known", "AWS::Lambda::Function", nil, props{"KmsKeyArn": denied}, "KMSKeyArn", denied},
		{"not read", "AWS::Lambda::Function", map[string]bool{}, nil, "KMSKeyArn", missing},
		{"taken", "AWS::Lambda::Function", nil, props{"KmsKeyArn": "k", "KMSKeyArn": "other"}, "KMSKeyArn", "other"},

		{"no versioning", "AWS::S3::Bucket", read, nil, "BucketVersioning", props{}},
		{"versioning", "AWS::S3::Bucket", nil, props{"VersioningConfiguration": props{"Status": "Enabled"}, "MFADelete": denied},
			"BucketVersioning", props{"Status": "Enabled", "MFADelete": denied}},
		{"versioning denied", "AWS::S3::Bucket", nil, props{"VersioningConfiguration": denied}, "BucketVersioning", denied},
		{"versioning not read", "AWS::S3::Bucket", map[string]bool{}, nil, "BucketVersioning", missing},
		{"no logging", "AWS::S3::Bucket", nil, nil, "LoggingEnabled", nil},
		{"logging", "AWS::S3::Bucket", nil, props{"LoggingConfiguration": props{"DestinationBucketName": "b", "LogFilePrefix": "p"}},
			"LoggingEnabled", props{"TargetBucket": "b", "TargetPrefix": "p", "TargetGrants": missing}},
		{"logging not read", "AWS::S3::Bucket", map[string]bool{}, nil, "LoggingEnabled", missing},

		{"no ingress", "AWS::EC2::SecurityGroup", read, nil, "IpPermissions", []any{}},
		{"ingress not read", "AWS::EC2::SecurityGroup", map[string]bool{}, nil, "IpPermissions", missing},
		{"ingress of another shape", "AWS::EC2::SecurityGroup", nil, props{"SecurityGroupIngress": "x"}, "IpPermissions", unexpected("list")},
		{"ingress", "AWS::EC2::SecurityGroup", nil, props{"SecurityGroupIngress": []any{
			props{"IpProtocol": "tcp", "FromPort": int64(22), "ToPort": int64(22), "CidrIp": "0.0.0.0/0", "Description": "d"},
			props{"IpProtocol": "-1", "CidrIpv6": denied},
			props{"IpProtocol": "-1", "SourcePrefixListId": "pl"},
			props{"IpProtocol": "-1", "SourceSecurityGroupId": "sg", "SourceSecurityGroupOwnerId": "1"},
			props{"IpProtocol": "-1", "SourceSecurityGroupName": "n"},
			many,
		}}, "IpPermissions", []any{
			none(props{"IpProtocol": "tcp", "FromPort": int64(22), "ToPort": int64(22), "IpRanges": []any{props{"CidrIp": "0.0.0.0/0", "Description": "d"}}}),
			none(props{"IpProtocol": "-1", "Ipv6Ranges": []any{props{"CidrIpv6": denied}}}),
			none(props{"IpProtocol": "-1", "PrefixListIds": []any{props{"PrefixListId": "pl"}}}),
			none(props{"IpProtocol": "-1", "UserIdGroupPairs": []any{pair(props{"GroupId": "sg", "UserId": "1"})}}),
			none(props{"IpProtocol": "-1", "UserIdGroupPairs": []any{pair(props{"GroupName": "n"})}}),
			many,
		}},
		{"no egress", "AWS::EC2::SecurityGroup", read, props{"SecurityGroupEgress": []any{}}, "IpPermissionsEgress", []any{}},
		{"AWS's own egress", "AWS::EC2::SecurityGroup", nil, nil, "IpPermissionsEgress",
			&cloud.Unresolved{Reason: "nothing says which rules the group has for what goes out"}},
		{"egress", "AWS::EC2::SecurityGroup", nil, props{"SecurityGroupEgress": []any{props{"IpProtocol": "-1", "DestinationSecurityGroupId": "sg"}}},
			"IpPermissionsEgress", []any{none(props{"IpProtocol": "-1",
				"UserIdGroupPairs": []any{pair(props{"GroupId": "sg", "UserId": missing, "GroupName": missing})}})}},

		{"placement", "AWS::EC2::Instance", nil, props{"Tenancy": "host", "PlacementGroupName": "g"}, "Placement",
			props{"Tenancy": "host", "GroupName": "g", "AvailabilityZoneId": missing, "GroupId": missing, "PartitionNumber": missing, "SpreadDomain": missing}},
		{"groups of a database", "AWS::RDS::DBInstance", nil, props{"VPCSecurityGroups": []any{"sg", denied}}, "VpcSecurityGroups",
			[]any{props{"VpcSecurityGroupId": "sg", "Status": missing}, denied}},
		{"no keys", "AWS::IAM::User", read, nil, "AccessKeyMetadata", []any{}},
		{"keys that nobody says were read", "AWS::IAM::User", nil, nil, "AccessKeyMetadata", nil},
		{"keys denied", "AWS::IAM::User", nil, props{"AccessKeys": denied}, "AccessKeyMetadata", denied},
	}
	for _, test := range tests {
		got := dataOf(test.typ, test.given, test.properties)[test.alias]
		if d := cmp.Diff(test.want, got); d != "" {
			t.Errorf("%s: -want +got:\n%s", test.name, d)
		}
	}
}

func TestAccessKeyMetadata(t *testing.T) {
	data := dataOf("AWS::IAM::User", nil, map[string]any{"UserName": "u", "AccessKeys": []any{
		map[string]any{"Active": true, "LastRotated": "2020-01-01T00:00:00Z"}, map[string]any{"Active": false}, map[string]any{"Active": denied}, map[string]any{},
	}})
	for i, want := range []any{"Active", "Inactive", denied, unread()} {
		key := data["AccessKeyMetadata"].([]any)[i].(map[string]any)
		if d := cmp.Diff(want, key["Status"]); d != "" || key["UserName"] != "u" {
			t.Errorf("key %d is %v: %s", i, key, d)
		}
		for _, name := range []string{"AccessKeyId", "CreateDate"} {
			if _, ok := key[name].(*cloud.Unresolved); !ok {
				t.Errorf("%s of key %d is %v", name, i, key[name])
			}
		}
	}
}

func TestKeyMetadata(t *testing.T) {
	data := dataOf("AWS::KMS::Key", nil, map[string]any{"KeyId": "k", "KeySpec": "RSA_2048", "Enabled": denied})
	got := data["KeyMetadata"].(map[string]any)
	for name, want := range map[string]any{
		"KeyId": "k", "KeySpec": "RSA_2048", "CustomerMasterKeySpec": "RSA_2048", "Enabled": denied, "DeletionDate": nil, "EncryptionAlgorithms": unread(),
	} {
		if d := cmp.Diff(want, got[name]); d != "" {
			t.Errorf("%s: -want +got:\n%s", name, d)
		}
	}
}

// Rules that were written for the API's names judge.
func TestRulesWithAliases(t *testing.T) {
	rule := func(path, condition string) *Rule {
		return mustParse(t, ruleJSON(`[{"name": "f", "path": "`+path+`", "required": true}]`,
			`[{"conditions": {"all": [{"fact": "f", `+condition+`}]}, "event": {"type": "t"}}]`))
	}
	short := rule("data.Name", `"operator": "pattern", "value": "^([a-zA-Z0-9_-]){1,32}$"`)
	noTelnet := rule("data.IpPermissions[:].FromPort", `"operator": "doesNotContain", "value": 23`)
	recent := rule("data.AccessKeyMetadata[0].CreateDate", `"operator": "dateComparison", "value": {"days": 90, "operator": "within"}`)
	port := func(ports ...any) map[string]any {
		rules := []any{}
		for _, p := range ports {
			if _, unknown := p.(*cloud.Unresolved); !unknown {
				p = map[string]any{"IpProtocol": "tcp", "FromPort": p, "ToPort": p, "CidrIp": "10.0.0.0/8"}
			}
			rules = append(rules, p)
		}
		return map[string]any{"SecurityGroupIngress": rules}
	}
	bucket, group, user := "AWS::S3::Bucket", "AWS::EC2::SecurityGroup", "AWS::IAM::User"
	tests := []struct {
		name       string
		rule       *Rule
		typ        string
		properties map[string]any
		want       Status
	}{
		{"a short name", short, bucket, map[string]any{"BucketName": "my-bucket"}, Success},
		{"a long name", short, bucket, map[string]any{"BucketName": strings.Repeat("b", 33)}, Failure},
		{"a name that is not known", short, bucket, map[string]any{"BucketName": denied}, Unknown},
		{"other ports", noTelnet, group, port(int64(22), int64(443)), Success},
		{"the port", noTelnet, group, port(int64(22), int64(23)), Failure},
		{"a rule that is not known", noTelnet, group, port(int64(22), denied), Unknown},
		{"rules that are not known", noTelnet, group, map[string]any{"SecurityGroupIngress": denied}, Unknown},
		{"a key", recent, user, map[string]any{"AccessKeys": []any{map[string]any{"Active": true, "LastRotated": "2026-06-29T00:00:00Z"}}}, Unknown},
		{"no key", recent, user, nil, NotApplicable},
	}
	for _, test := range tests {
		document := Document(&cloud.Resource{Type: test.typ, ID: "i", Properties: test.properties}, DocumentMeta{})
		if got := test.rule.Evaluate(document, now); got.Status != test.want {
			t.Errorf("%s: %+v, want %s", test.name, got, test.want)
		}
	}
}

func TestStrays(t *testing.T) {
	tests := []struct {
		typ, path string
		want      []Stray
	}{
		{"AWS::S3::Bucket", "data.BucketName", nil},
		{"AWS::S3::Bucket", "$.data.Name", nil},
		{"AWS::S3::Bucket", "data.MFADelete", nil}, // of the overlay
		{"AWS::S3::Bucket", "data.LoggingEnabled.TargetBucket", nil},
		{"AWS::Route53::HostedZone", "data.Tags[*].Key", nil},
		{"AWS::S3::Bucket", "data", nil},
		{"AWS::S3::Bucket", "resourceId", nil},
		{"AWS::S3::Bucket", "data.*", nil},
		{"AWS::S3::Bucket", "data..Nothing", nil},
		{"AWS::S3::Bucket", "data['Nothing','Name']", nil},
		{"AWS::No::Type", "data.Nothing", nil},
		{"AWS::S3::Bucket", "data.BucketNam", []Stray{{"f", "BucketNam", "BucketName"}}},
		{"AWS::S3::Bucket", "$.data.BucketVersionin.Status", []Stray{{"f", "BucketVersionin", "BucketVersioning"}}},
		{"AWS::S3::Bucket", "$['data']['Zzzzzzzzzzzzzz']", []Stray{{"f", "Zzzzzzzzzzzzzz", ""}}},
	}
	for _, test := range tests {
		r := mustParse(t, ruleJSON(`[{"name": "f", "path": "`+test.path+`", "required": false}]`,
			`[{"conditions": {"all": [{"fact": "f", "operator": "equal", "value": 1}]}, "event": {"type": "t"}}]`))
		if d := cmp.Diff(test.want, r.Strays(test.typ)); d != "" {
			t.Errorf("%s of %s: -want +got:\n%s", test.path, test.typ, d)
		}
	}
}
