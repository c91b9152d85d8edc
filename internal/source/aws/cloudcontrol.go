package aws

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudcontrol"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// A listed type is one of the long tail: AWS Cloud Control lists and reads it,
// and answers in CloudFormation's vocabulary already.
type listed struct {
	typ     string
	global  bool
	tagged  string // of the Resource Groups Tagging API; empty when the tags are a property
	model   string // what its list needs to be told, as JSON: {"Scope": "REGIONAL"}
	actions string // the IAM actions that its list and read handlers call
	secret  string // properties that may hold credentials

	// part is a type that templates have beside this one and that accounts do
	// not: all of it stands in this one.
	part string

	// settled names write-only properties that a rule may read and that are
	// not set on what exists, for what they bring about stands in others.
	settled string
}

// ListedTypes lists the types that are read through Cloud Control, sorted.
func ListedTypes() []string {
	var types []string
	for _, l := range listedTypes {
		types = append(types, l.typ)
	}
	slices.Sort(types)
	return slices.Compact(types)
}

// cloudControlCollectors makes a collector of each listed type.
func cloudControlCollectors() []collector {
	var out []collector
	for _, l := range listedTypes {
		typ, ok := schema.Lookup(l.typ)
		if !ok {
			continue // a test holds every listed type to be one
		}
		types := []emits{{typ: l.typ, tagged: l.tagged, secret: l.secret}}
		if part, ok := schema.Lookup(l.part); ok {
			types = append(types, emits{typ: l.part, gives: strings.Join(readable(part), " ")})
		}
		service := strings.ToLower(strings.Split(l.typ, "::")[1])
		out = append(out, collector{
			service: service, global: l.global,
			types: types,
			calls: "cloudformation:ListResources",
			read:  func(ctx context.Context, s *scope) error { return listThrough(ctx, s, l) },
			parts: []part{{
				gives: strings.Join(readable(typ), " ") + " " + l.settled, calls: "cloudformation:GetResource",
				read: func(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
					return readThrough(ctx, s, l, typ, r)
				},
			}},
		})
	}
	return out
}

// readable lists the properties that AWS gives back, sorted.
func readable(typ *schema.Type) []string {
	var list []string
	for name, n := range typ.Root.Fields {
		if !typ.WriteOnly(name) && !n.Live {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

func listThrough(ctx context.Context, s *scope, l listed) error {
	input := &cloudcontrol.ListResourcesInput{TypeName: &l.typ, MaxResults: ptr(int32(100))}
	if l.model != "" {
		input.ResourceModel = &l.model
	}
	pages := cloudcontrol.NewListResourcesPaginator(cloudcontrol.NewFromConfig(s.cfg), input)
	return each(ctx, pages, func(page *cloudcontrol.ListResourcesOutput) {
		for _, d := range page.ResourceDescriptions {
			s.add(found{typ: l.typ, id: deref(d.Identifier)})
		}
	})
}

// readThrough reads one resource. What Ref returns is the identifier.
func readThrough(ctx context.Context, s *scope, l listed, typ *schema.Type, r *cloud.Resource) (props, error) {
	out, err := cloudcontrol.NewFromConfig(s.cfg).GetResource(ctx, &cloudcontrol.GetResourceInput{TypeName: &l.typ, Identifier: &r.ID})
	if is(err, "ResourceNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		r.TagsUnresolved = reason(err)
		return nil, err
	}
	var properties map[string]any
	if err := json.Unmarshal([]byte(deref(out.ResourceDescription.Properties)), &properties); err != nil {
		return nil, err
	}
	given := props{}
	for name, v := range properties {
		if n := typ.Root.Fields[name]; n != nil && !typ.WriteOnly(name) {
			given[name] = v
		}
	}
	identify(r, typ, properties)
	return given, nil
}

// identify takes a resource's ARN, name and tags from its properties.
func identify(r *cloud.Resource, typ *schema.Type, properties map[string]any) {
	for _, name := range []string{"Arn", "ARN", strings.Split(typ.Name, "::")[2] + "Arn", strings.Split(typ.Name, "::")[2] + "ARN"} {
		if v, ok := properties[name].(string); ok && strings.HasPrefix(v, "arn:") {
			r.ARN = v
		}
	}
	if r.ARN == "" && strings.HasPrefix(r.ID, "arn:") {
		r.ARN = r.ID
	}
	for _, name := range []string{"Name", strings.Split(typ.Name, "::")[2] + "Name"} {
		if v, ok := properties[name].(string); ok {
			r.Name = v
		}
	}
	switch tags := properties[typ.TagProperty].(type) {
	case []any:
		r.Tags = map[string]string{}
		for _, t := range tags {
			if t, ok := t.(map[string]any); ok {
				key, _ := t["Key"].(string)
				value, _ := t["Value"].(string)
				r.Tags[key] = value
			}
		}
	case map[string]any:
		r.Tags = map[string]string{}
		for key, value := range tags {
			r.Tags[key], _ = value.(string)
		}
	}
}
