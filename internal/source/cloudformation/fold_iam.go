package cloudformation

import (
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// holders are the properties in which a policy names whom it is attached to.
var holders = []struct{ property, typ string }{
	{"Roles", "AWS::IAM::Role"},
	{"Users", "AWS::IAM::User"},
	{"Groups", "AWS::IAM::Group"},
	{"RoleName", "AWS::IAM::Role"},
	{"UserName", "AWS::IAM::User"},
	{"GroupName", "AWS::IAM::Group"},
}

// attached calls do with every resource that a policy is attached to.
func (f *folder) attached(r *cloud.Resource, do func(holder *cloud.Resource)) {
	for _, h := range holders {
		names, ok := r.Properties[h.property].([]any)
		if !ok {
			names = []any{r.Properties[h.property]}
		}
		for _, name := range names {
			if holder := f.target(name, h.typ); holder != nil {
				do(holder)
			}
		}
	}
}

// inlinePolicy adds a policy to those whose inline policy it becomes. It
// stays a resource too, since rules judge it as one.
func (f *folder) inlinePolicy(r *cloud.Resource) {
	policy := map[string]any{}
	for _, name := range []string{"PolicyName", "PolicyDocument"} {
		if v, ok := r.Properties[name]; ok {
			policy[name] = v
		}
	}
	f.attached(r, func(holder *cloud.Resource) { f.append(holder, "Policies", policy, r) })
	for _, typ := range f.strangers(r) {
		why := "the " + strings.ToLower(strings.TrimPrefix(typ, "AWS::IAM::")) + " is not part of the template"
		list := []any{policy, &cloud.Unresolved{Reason: why, Many: true}}
		f.beside[r] = append(f.beside[r], standIn(r, typ, "Policies", list, why))
	}
}

// strangers are the types of those that a policy is attached to and that are
// not part of the template, each once.
func (f *folder) strangers(r *cloud.Resource) []string {
	var types []string
	for _, h := range holders {
		names, ok := r.Properties[h.property].([]any)
		if !ok && r.Properties[h.property] != nil {
			names = []any{r.Properties[h.property]}
		}
		for _, name := range names {
			u, unknown := name.(*cloud.Unresolved)
			if unknown && u.Many || f.target(name, h.typ) != nil || slices.Contains(types, h.typ) {
				continue
			}
			types = append(types, h.typ)
		}
	}
	return types
}

// managedPolicy adds the policy to those that name it from its own side.
func (f *folder) managedPolicy(r *cloud.Resource) {
	f.attached(r, func(holder *cloud.Resource) {
		f.append(holder, "ManagedPolicyArns", cloud.Symbol(r.ID, ""), r)
	})
}

// attachments tells the managed policies of the template whom they are attached
// to by the holder's side.
func (f *folder) attachments(holder *cloud.Resource, property string) {
	arns, _ := holder.Properties["ManagedPolicyArns"].([]any)
	for _, arn := range arns {
		policy := f.target(arn, "AWS::IAM::ManagedPolicy")
		if policy == nil {
			continue
		}
		symbol := cloud.Symbol(holder.ID, "")
		if names, ok := policy.Properties[property].([]any); !ok || !slices.Contains(names, any(symbol)) && !slices.Contains(names, any(holder.Name)) {
			from := *holder
			from.Ignores = nil // these are about the holder
			f.append(policy, property, symbol, &from)
		}
	}
}

// membership adds a group to its users.
func (f *folder) membership(r *cloud.Resource) {
	group, ok := r.Properties["GroupName"]
	users, isList := r.Properties["Users"].([]any)
	if !ok || !isList {
		return
	}
	for _, name := range users {
		if user := f.target(name, "AWS::IAM::User"); user != nil {
			f.append(user, "Groups", group, r)
		}
	}
}
