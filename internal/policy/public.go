package policy

import (
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Public tells whether the document lets everybody in: an Allow for "*" (or
// for all but a few, by NotPrincipal) that no condition confines and no Deny
// takes back. With actions given, only statements that allow something of
// these patterns count ("s3:Get*").
//
// A condition confines by an account, an organization, an ARN with an account,
// a VPC, an endpoint, narrow IP ranges or the id of a user, with a fixed value.
// A Deny takes back what it covers when it spares nobody, or only those whom a
// condition with Not, or NotPrincipal, names.
//
// Source: "The meaning of 'public'" in the Amazon S3 User Guide; "IAM Access
// Analyzer supported resource types for external and internal access" in the
// IAM User Guide.
func (doc *Document) Public(actions ...string) cloud.Truth {
	answer := cloud.Known(false)
	for i := range doc.Statements {
		if answer = answer.Or(doc.public(&doc.Statements[i], actions)); answer.IsTrue() {
			return answer
		}
	}
	return answer.Or(doc.mayHold())
}

// ThroughEndpoint is the document as the policy of a VPC endpoint: all that it
// judges comes from one VPC, through the endpoint, so that a condition on the
// VPC, the endpoint or the client's address confines nobody and is left out.
//
// Source: "Control access to VPC endpoints using endpoint policies" in the AWS
// PrivateLink guide.
func (doc *Document) ThroughEndpoint() *Document {
	through := &Document{Unknown: doc.Unknown, Statements: slices.Clone(doc.Statements)}
	for i := range through.Statements {
		s := &through.Statements[i]
		if s.NoEffect != nil || !s.Allow {
			continue
		}
		s.Conditions = slices.DeleteFunc(slices.Clone(s.Conditions), func(c Condition) bool {
			switch c.Key {
			case "aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn", "aws:sourceip", "aws:vpcsourceip",
				"aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths":
				return true
			}
			return false
		})
	}
	return through
}

// OpenEndpoint tells whether the policy of a VPC endpoint lets everybody in the
// VPC reach every resource of the service, in whatever account: an Allow as
// for [Document.Public] on every resource, that is not held to the resources of
// an account or organization either.
//
// Source: "Control access to VPC endpoints using endpoint policies" in the AWS
// PrivateLink guide; "aws:ResourceOrgID" in the IAM User Guide.
func (doc *Document) OpenEndpoint() cloud.Truth {
	doc = doc.ThroughEndpoint()
	return doc.some(func(s *Statement) cloud.Truth {
		held := cloud.Known(false)
		for i := range s.Conditions {
			c := &s.Conditions[i]
			held = held.Or(c.confinesBy(resourceGroundOf(c.Key), s.Conditions))
		}
		return doc.public(s, nil).And(s.coversEveryResource()).And(held.Not())
	})
}

// mayHold is what statements that could not be read may bring about.
func (doc *Document) mayHold() cloud.Truth {
	if len(doc.Unknown) == 0 {
		return cloud.Known(false)
	}
	return cloud.UnknownTruth(doc.Unknown...)
}

func (doc *Document) public(s *Statement, actions []string) cloud.Truth {
	answer := s.allows().And(s.everyone()).And(s.touchesAny(actions)).And(s.confined().Not())
	if answer.IsFalse() {
		return answer
	}
	return answer.And(doc.takenBack(s, actions).Not())
}

// confined tells whether a condition of an Allow keeps the public out.
func (s *Statement) confined() cloud.Truth {
	answer := cloud.Known(false)
	for i := range s.Conditions {
		answer = answer.Or(s.Conditions[i].confines(s.Conditions))
	}
	return answer.Or(s.confinedSubscription())
}

// takenBack tells whether Deny statements cover all that an Allow allows of
// the actions, sparing only such as they name.
func (doc *Document) takenBack(s *Statement, actions []string) cloud.Truth {
	answer := cloud.Known(true)
	for _, action := range s.allowed(actions) {
		denied := doc.mayHold()
		for i := range doc.Statements {
			d := &doc.Statements[i]
			denied = denied.Or(d.denies().And(d.againstPublic()).And(d.takesBack(action)).And(d.coversResourcesOf(s)))
			if denied.IsTrue() {
				break
			}
		}
		if answer = answer.And(denied); answer.IsFalse() {
			break
		}
	}
	return answer
}

// takesBack is coversAction for a Deny in the policy of a resource: such a
// policy is about one service, whose every action is every action there is.
func (s *Statement) takesBack(action string) cloud.Truth {
	answer := s.coversAction(action)
	if action == "*" && !s.NotActions.Given {
		answer = answer.Or(s.Actions.any(isServiceWildcard))
	}
	return answer
}

// isServiceWildcard tells whether an action is all actions of a service, or of
// every service.
func isServiceWildcard(action string) bool {
	service, name, found := strings.Cut(action, ":")
	return action == "*" || found && strings.Trim(name, "*") == "" && !strings.ContainsAny(service, "*?")
}

// allowed lists the action patterns that a Deny must cover to take back what
// the statement allows of the given ones.
func (s *Statement) allowed(actions []string) []string {
	if s.NotActions.Given || len(s.Actions.Known) == 0 || len(s.Actions.Unknown) > 0 {
		if len(actions) > 0 {
			return actions
		}
		return []string{"*"}
	}
	if len(actions) == 0 {
		return s.Actions.Known
	}
	var out []string
	for _, have := range s.Actions.Known {
		for _, action := range actions {
			switch {
			case CoversAction(have, action):
				out = append(out, action)
			case OverlapsAction(have, action):
				out = append(out, have)
			}
		}
	}
	return out
}

// coversResourcesOf tells whether a Deny is about all resources of an Allow.
func (s *Statement) coversResourcesOf(allow *Statement) cloud.Truth {
	if !allow.Resources.Given && !allow.NotResources.Given {
		// The policy's own resource, which a Deny without resources is about.
		return cloud.Known(!s.Resources.Given && !s.NotResources.Given).Or(s.coversEveryResource())
	}
	if allow.NotResources.Given {
		return s.coversResource("*")
	}
	answer := cloud.Known(true)
	for _, resource := range allow.Resources.Known {
		answer = answer.And(s.coversResource(resource))
	}
	for _, u := range allow.Resources.Unknown {
		if s.coversResource("*").IsTrue() {
			continue
		}
		answer = answer.And(cloud.UnknownTruth(u))
	}
	return answer
}

// againstPublic tells whether a Deny is against everybody but such as it
// names.
func (s *Statement) againstPublic() cloud.Truth {
	answer := s.everyone()
	for i := range s.Conditions {
		answer = answer.And(s.Conditions[i].exempts())
	}
	return answer
}

// confinedSubscription tells whether an Allow is for subscriptions to a topic
// alone, and only of endpoints in one place: "*@example.com" lets in whoever
// has a mailbox there, since each must confirm.
//
// Source: "Amazon SNS API permissions: Actions and resources reference" in the
// Amazon SNS Developer Guide.
func (s *Statement) confinedSubscription() cloud.Truth {
	if s.NotActions.Given || len(s.Actions.Known) == 0 || len(s.Actions.Unknown) > 0 {
		return cloud.Known(false)
	}
	for _, action := range s.Actions.Known {
		if !CoversAction("sns:Subscribe", action) && !CoversAction("sns:Receive", action) {
			return cloud.Known(false)
		}
	}
	answer := cloud.Known(false)
	for i := range s.Conditions {
		c := &s.Conditions[i]
		if c.Unknown == nil && c.Key == "sns:endpoint" && c.Operator.positive() && !c.Operator.IfExists && c.Operator.Set != "forallvalues" {
			answer = answer.Or(c.Values.all(func(v string) cloud.Truth { return cloud.Known(fixedEndpoint(v)) }))
		}
	}
	return answer
}
