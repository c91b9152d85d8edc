package cloudformation

import (
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

const (
	groupType = "AWS::EC2::SecurityGroup"
	aclType   = "AWS::EC2::NetworkAcl"
)

// groupRule folds a rule that is declared by itself into its security group.
// Where the group is not part of the template, the rule becomes a group of
// which nothing else is known, so that rules on ports judge it.
func (f *folder) groupRule(r *cloud.Resource, property string) {
	rule := part(r, "GroupId", "GroupName")
	group := f.target(r.Properties["GroupId"], groupType)
	if group == nil {
		group = f.target(r.Properties["GroupName"], groupType)
	}
	if group != nil {
		f.append(group, property, rule, r)
		f.gone[r] = true
		return
	}
	alone := standIn(r, groupType, property, []any{rule}, "the security group is not part of the template")
	f.more[r] = alone
	if id, ok := r.Properties["GroupId"]; ok {
		alone.Properties["GroupId"] = id
		if s, ok := id.(string); ok && cloud.IsSymbol(s) && strings.HasSuffix(s, ".DefaultSecurityGroup}") {
			alone.Properties["GroupName"] = "default" // the group that AWS makes with each VPC
		}
	}
}

// standIn puts a resource of the owner's type in the place of a part whose
// owner is not part of the template: of its properties only the one that the
// part belongs to is known.
func standIn(r *cloud.Resource, typ, property string, value []any, why string) *cloud.Resource {
	alone := *r
	alone.Type, alone.SourceType = typ, r.Type
	alone.Name, alone.TagsUnresolved, alone.Fragment = "", why, why
	alone.Properties = map[string]any{}
	if t, ok := schema.Lookup(typ); ok {
		for name := range t.Root.Fields {
			alone.Properties[name] = &cloud.Unresolved{Reason: why}
		}
	}
	alone.Properties[property] = value
	source := *r.Source
	source.Fields = map[string]*cloud.Location{property: {
		File: r.Source.File, Line: r.Source.Line, Column: r.Source.Column, EndLine: r.Source.EndLine,
		Items: []*cloud.Location{r.Source},
	}}
	alone.Source = &source
	alone.Ignores = nil
	for _, ignore := range r.Ignores {
		if ignore.Path != "" {
			ignore = moved([]cloud.Ignore{ignore}, property+"[0]")[0]
		}
		alone.Ignores = append(alone.Ignores, ignore)
	}
	return &alone
}

// defaultEgress adds the rule that EC2 itself adds to a group that is created
// without one for outbound traffic: all of it is allowed.
//
// Source: AWS::EC2::SecurityGroup in the CloudFormation Template Reference,
// "if you do not add egress rules, we add egress rules that allow all outbound
// IPv4 and IPv6 traffic". The one for IPv6 is there only where the VPC has it.
func defaultEgress(r *cloud.Resource) {
	if r.Type != groupType {
		return
	}
	if v := r.Properties["SecurityGroupEgress"]; v != nil {
		if list, ok := v.([]any); !ok || len(list) > 0 {
			return
		}
	}
	r.Properties["SecurityGroupEgress"] = []any{map[string]any{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}}
}

// aclEntry folds an entry into its network ACL, under the name that our
// overlay gives to the list.
func (f *folder) aclEntry(r *cloud.Resource) {
	entry := part(r, "NetworkAclId")
	if acl := f.target(r.Properties["NetworkAclId"], aclType); acl != nil {
		f.append(acl, "Entries", entry, r)
		f.gone[r] = true
		return
	}
	// Entries of the ACL that stand elsewhere may decide before this one.
	const why = "the network ACL is not part of the template"
	f.more[r] = standIn(r, aclType, "Entries", []any{entry, &cloud.Unresolved{Reason: why, Many: true}}, why)
}
