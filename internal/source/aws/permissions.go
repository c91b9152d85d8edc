package aws

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Actions lists every IAM action that a scan may use, sorted.
func Actions() []string {
	set := map[string]bool{}
	add := func(calls string) {
		for _, action := range names(calls) {
			set[action] = true
		}
	}
	add("ec2:DescribeRegions")
	add(taggingCalls)
	add(metricCalls)
	for _, c := range collectors() {
		add(c.calls)
		for _, p := range c.parts {
			add(p.calls)
		}
	}
	for _, l := range listedTypes {
		add(l.actions)
	}
	return slices.Sorted(maps.Keys(set))
}

// maxPolicy is how many characters a managed policy may have, white space not
// counted ("IAM and AWS STS quotas" in the IAM User Guide).
const maxPolicy = 6144

// parts splits the actions so that each part fits into a managed policy.
func parts(actions []string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		const frame = 200 // what a document has beside its actions
		start, size := 0, frame
		for i, action := range actions {
			length := len(action) + len(`"",`)
			if size+length > maxPolicy {
				if !yield(actions[start:i]) {
					return
				}
				start, size = i, frame
			}
			size += length
		}
		yield(actions[start:])
	}
}

// RoleName is how the role for scans is called where nobody says otherwise.
const RoleName = "SuretyReadOnly"

// PolicyFormats lists the names that [Policy] takes.
var PolicyFormats = []string{"json", "cloudformation", "terraform"}

// Policy is the read-only policy that a scan needs, as text: policy documents
// ("json", one a line where it takes several, for a managed policy has an end),
// or a role with them that the scanning identity may assume, as a
// CloudFormation template or a Terraform configuration.
func Policy(format string) (string, error) { return RolePolicy(format, Trust{}) }

// A Trust says who may assume the role. What is empty is a parameter without a
// value, which whoever deploys the role is asked for.
type Trust struct {
	Principal  string // ARN of a role or user
	ExternalID string
}

// trustText is what a value of a Trust may be made of, so that it needs no
// escapes in a template: what IAM takes for names, paths and external ids.
var trustText = regexp.MustCompile(`^[A-Za-z0-9_+=,.@:/-]*$`)

// RolePolicy is [Policy] with a role that trusts somebody already. Policy
// documents alone ("json") name nobody.
func RolePolicy(format string, trust Trust) (string, error) {
	if !trustText.MatchString(trust.Principal) {
		return "", fmt.Errorf("the principal %.200q is no ARN of a role or user", trust.Principal)
	}
	if !trustText.MatchString(trust.ExternalID) {
		return "", errors.New("the external id has characters that AWS does not take")
	}
	policies := slices.Collect(parts(Actions()))
	switch format {
	case "json":
		return policyJSON(policies)
	case "cloudformation":
		return policyCloudFormation(policies, trust), nil
	case "terraform":
		return policyTerraform(policies, trust), nil
	}
	return "", fmt.Errorf("there is no format %q; the formats are %s", format, strings.Join(PolicyFormats, ", "))
}

func policyJSON(policies [][]string) (string, error) {
	type statement struct {
		Sid, Effect string
		Action      []string
		Resource    string
	}
	type document struct {
		Version   string
		Statement []statement
	}
	var b strings.Builder
	for _, actions := range policies {
		text, err := json.Marshal(document{"2012-10-17", []statement{{"SuretyRead", "Allow", actions, "*"}}})
		if err != nil {
			return "", err
		}
		b.Write(text)
		b.WriteByte('\n')
	}
	return b.String(), nil
}

// value is a line of a template that sets a parameter; nothing for none.
func value(line, v string) string {
	if v == "" {
		return ""
	}
	return fmt.Sprintf(line, v)
}

func policyCloudFormation(policies [][]string, trust Trust) string {
	const preset = "    Default: %q\n"
	var b strings.Builder
	b.WriteString(`AWSTemplateFormatVersion: "2010-09-09"
Description: The role that Surety assumes to read this account. It grants nothing that writes.
Parameters:
  TrustedPrincipal:
    Type: String
    Description: ARN of the role or user that runs Surety
    AllowedPattern: "arn:aws[a-z-]*:iam::[0-9]{12}:.+"
` + value(preset, trust.Principal) + `  ExternalId:
    Type: String
    Description: A value that only you and Surety know
    MinLength: 8
    NoEcho: true
` + value(preset, trust.ExternalID) + `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: ` + RoleName + `
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              AWS: !Ref TrustedPrincipal
            Action: sts:AssumeRole
            Condition:
              StringEquals:
                sts:ExternalId: !Ref ExternalId
      ManagedPolicyArns:
`)
	for i := range policies {
		fmt.Fprintf(&b, "        - !Ref Policy%d\n", i+1)
	}
	for i, actions := range policies {
		fmt.Fprintf(&b, "  Policy%d:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n", i+1)
		fmt.Fprintf(&b, "      ManagedPolicyName: %s-%d\n", RoleName, i+1)
		b.WriteString("      PolicyDocument:\n        Version: \"2012-10-17\"\n        Statement:\n")
		b.WriteString("          - Sid: SuretyRead\n            Effect: Allow\n            Action:\n")
		for _, action := range actions {
			fmt.Fprintf(&b, "              - %s\n", action)
		}
		b.WriteString("            Resource: \"*\"\n")
	}
	b.WriteString("Outputs:\n  RoleArn:\n    Value: !GetAtt Role.Arn\n")
	return b.String()
}

func policyTerraform(policies [][]string, trust Trust) string {
	const preset = "  default     = %q\n"
	var b strings.Builder
	b.WriteString(`# The role that Surety assumes to read this account. It grants nothing that writes.

variable "trusted_principal" {
  type        = string
  description = "ARN of the role or user that runs Surety"
` + value(preset, trust.Principal) + `}

variable "external_id" {
  type        = string
  description = "A value that only you and Surety know"
  sensitive   = true
` + value(preset, trust.ExternalID) + `}

resource "aws_iam_role" "surety" {
  name = "` + RoleName + `"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = var.trusted_principal }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = var.external_id } }
    }]
  })
}
`)
	for i, actions := range policies {
		fmt.Fprintf(&b, "\nresource \"aws_iam_policy\" \"surety_%d\" {\n  name = \"%s-%d\"\n  policy = jsonencode({\n", i+1, RoleName, i+1)
		b.WriteString("    Version = \"2012-10-17\"\n    Statement = [{\n      Sid    = \"SuretyRead\"\n      Effect = \"Allow\"\n      Action = [\n")
		for _, action := range actions {
			fmt.Fprintf(&b, "        %q,\n", action)
		}
		b.WriteString("      ]\n      Resource = \"*\"\n    }]\n  })\n}\n")
		fmt.Fprintf(&b, "\nresource \"aws_iam_role_policy_attachment\" \"surety_%d\" {\n  role       = aws_iam_role.surety.name\n  policy_arn = aws_iam_policy.surety_%d.arn\n}\n", i+1, i+1)
	}
	b.WriteString("\noutput \"role_arn\" {\n  value = aws_iam_role.surety.arn\n}\n")
	return b.String()
}
