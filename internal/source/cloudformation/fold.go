package cloudformation

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// A folder moves what AWS treats as part of another resource into that
// resource, over a template with its nested stacks.
type folder struct {
	byID   map[string]*cloud.Resource
	byName map[string]*cloud.Resource            // type, a space, the name
	gone   map[*cloud.Resource]bool              // folded away
	more   map[*cloud.Resource]*cloud.Resource   // what stands in the place of a resource
	beside map[*cloud.Resource][]*cloud.Resource // what comes after a resource
}

// fold returns the resources as rules are to see them, in the same order.
func fold(resources []*cloud.Resource) []*cloud.Resource {
	f := &folder{
		byID:   make(map[string]*cloud.Resource, len(resources)),
		byName: map[string]*cloud.Resource{},
		gone:   map[*cloud.Resource]bool{},
		more:   map[*cloud.Resource]*cloud.Resource{},
		beside: map[*cloud.Resource][]*cloud.Resource{},
	}
	for _, r := range resources {
		f.byID[r.ID] = r
		if r.Name != "" && f.byName[r.Type+" "+r.Name] == nil {
			f.byName[r.Type+" "+r.Name] = r
		}
	}
	for _, r := range resources {
		switch r.Type {
		case "AWS::EC2::SecurityGroupIngress":
			f.groupRule(r, "SecurityGroupIngress")
		case "AWS::EC2::SecurityGroupEgress":
			f.groupRule(r, "SecurityGroupEgress")
		case "AWS::EC2::NetworkAclEntry":
			f.aclEntry(r)
		case "AWS::Lambda::Permission":
			f.permission(r)
		case "AWS::ApiGateway::Deployment":
			f.deployedStage(r)
		case "AWS::Elasticsearch::Domain":
			elasticsearch(r)
		case "AWS::Logs::Delivery":
			f.delivery(r)
		case "AWS::SNS::TopicInlinePolicy":
			inlineOf(r, "AWS::SNS::TopicPolicy", "TopicArn", "Topics")
		case "AWS::SQS::QueueInlinePolicy":
			inlineOf(r, "AWS::SQS::QueuePolicy", "Queue", "Queues")
		case "AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy":
			f.inlinePolicy(r)
		case "AWS::IAM::ManagedPolicy":
			f.managedPolicy(r)
		case "AWS::IAM::UserToGroupAddition":
			f.membership(r)
		}
	}
	for _, r := range resources {
		switch r.Type {
		case "AWS::IAM::Role":
			f.attachments(r, "Roles")
		case "AWS::IAM::User":
			f.attachments(r, "Users")
		case "AWS::IAM::Group":
			f.attachments(r, "Groups")
		}
	}
	out := make([]*cloud.Resource, 0, len(resources))
	for _, r := range resources {
		switch {
		case f.more[r] != nil:
			out = append(out, f.more[r])
		case !f.gone[r]:
			defaultEgress(r)
			out = append(out, r)
		}
		out = append(out, f.beside[r]...)
	}
	return out
}

// target finds the resource of a type that a value names, by its symbol or by
// its literal name.
func (f *folder) target(v any, typ string) *cloud.Resource {
	s, ok := v.(string)
	if !ok {
		return nil
	}
	r := f.byName[typ+" "+s]
	if cloud.IsSymbol(s) {
		address := strings.TrimSuffix(strings.TrimPrefix(s, "${"), "}")
		if r = f.byID[address]; r == nil {
			// A symbol with an attribute: "Group.GroupId".
			if cut := strings.LastIndexByte(address, '.'); cut > 0 {
				r = f.byID[address[:cut]]
			}
		}
	}
	if r == nil || r.Type != typ {
		return nil
	}
	return r
}

// append adds a part to a list of its owner. The place of the part is that of
// the resource that declares it. A part that may or may not be there stands
// for any number.
func (f *folder) append(owner *cloud.Resource, property string, part any, from *cloud.Resource) {
	if from.Conditional != "" {
		part = &cloud.Unresolved{Reason: from.Conditional, Many: true}
	}
	var items []any
	switch v := owner.Properties[property].(type) {
	case nil:
	case []any:
		items = v
	case *cloud.Unresolved:
		items = []any{&cloud.Unresolved{Reason: v.Reason, Many: true}}
	}
	place := owner.Source.Fields[property]
	if place == nil {
		place = &cloud.Location{File: from.Source.File, Line: from.Source.Line, Column: from.Source.Column, EndLine: from.Source.EndLine}
		owner.Source.Fields[property] = place
	}
	for len(place.Items) < len(items) {
		place.Items = append(place.Items, &cloud.Location{File: place.File, Line: place.Line, Column: place.Column, EndLine: place.EndLine})
	}
	place.Items = append(place.Items[:len(items)], from.Source)
	owner.Properties[property] = append(items, part)
	owner.Ignores = append(owner.Ignores, moved(from.Ignores, fmt.Sprintf("%s[%d]", property, len(items)))...)
}

// moved rewrites the paths of ignores for a resource that became a part.
func moved(ignores []cloud.Ignore, path string) []cloud.Ignore {
	out := slices.Clone(ignores)
	for i := range out {
		switch {
		case out[i].Path == "":
			out[i].Path = path
		case strings.HasPrefix(out[i].Path, "["):
			out[i].Path = path + out[i].Path
		default:
			out[i].Path = path + "." + out[i].Path
		}
	}
	return out
}

// part is what of a resource's properties its type lets a template set,
// without those that only name the owner.
func part(r *cloud.Resource, without ...string) map[string]any {
	typ, _ := schema.Lookup(r.Type)
	out := maps.Clone(r.Properties)
	maps.DeleteFunc(out, func(name string, _ any) bool {
		return typ != nil && typ.ReadOnly(name) || slices.Contains(without, name)
	})
	return out
}
