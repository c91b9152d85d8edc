package cloudformation

import (
	"testing"
)

func TestLocations(t *testing.T) {
	const yamlText = `# first
Resources:

  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: >
        two
        lines
      SecurityGroupIngress:
        - IpProtocol: tcp
          CidrIp: 0.0.0.0/0
        # about the second
        - !If
          - Yes
          - IpProtocol: udp
            CidrIp: 10.0.0.0/8
          - !Ref AWS::NoValue
        - !If [No, {IpProtocol: tcp}, !Ref AWS::NoValue]
        - {IpProtocol: icmp,
           CidrIp: 10.0.0.0/8}
      Tags: &tags
        - Key: a
          Value: b

  # about the next
  Vpc:
    Type: AWS::EC2::VPC
    Properties:
      Tags: *tags

Conditions:
  "Yes": !Equals [a, a]
  "No": !Equals [a, b]
`
	const jsonText = `{
  "Resources": {
    "Group": {
      "Type": "AWS::EC2::SecurityGroup",
      "Properties": {
        "SecurityGroupIngress": [
          {"IpProtocol": "tcp",
           "CidrIp": "0.0.0.0/0"}, {
            "IpProtocol": "udp"
          }
        ]
      }
    }
  }
}`
	tests := []struct {
		input, id, path   string
		line, end, column int
	}{
		{yamlText, "Group", "", 4, 24, 3},
		{yamlText, "Group", "GroupDescription", 7, 9, 7},
		{yamlText, "Group", "SecurityGroupIngress", 10, 21, 7},
		{yamlText, "Group", "SecurityGroupIngress[0]", 11, 12, 11},
		{yamlText, "Group", "SecurityGroupIngress[0].CidrIp", 12, 12, 11},
		{yamlText, "Group", "SecurityGroupIngress[1]", 14, 18, 11},
		{yamlText, "Group", "SecurityGroupIngress[1].CidrIp", 17, 17, 13},
		{yamlText, "Group", "SecurityGroupIngress[2]", 20, 21, 11},
		{yamlText, "Group", "SecurityGroupIngress[2].CidrIp", 21, 21, 12},
		{yamlText, "Group", "Tags[0].Value", 24, 24, 11},
		{yamlText, "Group", "Nothing", 4, 24, 3},
		{yamlText, "Vpc", "", 27, 30, 3},
		{yamlText, "Vpc", "Tags", 30, 30, 7},
		{yamlText, "Vpc", "Tags[0].Value", 24, 24, 11},
		{jsonText, "Group", "", 3, 13, 5},
		{jsonText, "Group", "SecurityGroupIngress", 6, 11, 9},
		{jsonText, "Group", "SecurityGroupIngress[0]", 7, 8, 11},
		{jsonText, "Group", "SecurityGroupIngress[0].CidrIp", 8, 8, 12},
		{jsonText, "Group", "SecurityGroupIngress[1]", 8, 10, 36},
	}
	for _, test := range tests {
		inv := Read("dir/t.yaml", []byte(test.input), Options{})
		found := false
		for _, r := range inv.Resources {
			if r.ID != test.id {
				continue
			}
			found = true
			got := r.Locate(test.path)
			if got == nil || got.File != "dir/t.yaml" || got.Line != test.line || got.EndLine != test.end || got.Column != test.column {
				t.Errorf("%s %s stands at %+v, want %d-%d:%d", test.id, test.path, got, test.line, test.end, test.column)
			}
		}
		if !found {
			t.Errorf("%s was not read: %v", test.id, inv.Problems)
		}
	}
}

// A part that is folded into its owner stands where its own resource is.
func TestFoldedLocations(t *testing.T) {
	inv := Read("t.yaml", []byte(`Resources:
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d}}
  Rule:
    Type: AWS::EC2::SecurityGroupIngress
    Properties:
      GroupId: !Ref Group
      CidrIp: 0.0.0.0/0
  Alone:
    Type: AWS::EC2::SecurityGroupIngress
    Properties:
      GroupId: sg-1
      CidrIp: 0.0.0.0/0
`), Options{})
	for i, want := range []int{7, 12} {
		if got := inv.Resources[i].Locate("SecurityGroupIngress[0].CidrIp"); got == nil || got.Line != want {
			t.Errorf("%s: the rule stands at %+v, want line %d", inv.Resources[i].ID, got, want)
		}
	}
}
