package policy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Administrator tells whether an Allow gives every action on every resource,
// with no condition that limits it and no Deny that takes everything back. A
// statement on everything but a few resources (NotResource) counts; for one on
// everything but a few actions see [Document.UsesNotAction].
//
// A condition limits when it confines as for [Document.Public], or holds what
// is done to certain resources, tags, services or requests. Multi-factor
// authentication, a region or a time do not: who meets them is an
// administrator.
//
// Source: AWS Config managed rule iam-policy-no-statements-with-admin-access.
func (doc *Document) Administrator() cloud.Truth {
	answer := cloud.Known(false)
	for i := range doc.Statements {
		s := &doc.Statements[i]
		if s.NotActions.Given {
			continue
		}
		answer = answer.Or(s.allows().And(s.coversAction("*")).And(s.coversEveryResource()).And(s.limited().Not()))
	}
	answer = answer.Or(doc.mayHold())
	// What could not be read is not taken for a Deny of everything: nobody
	// writes one beside an Allow of everything.
	read := Document{Statements: doc.Statements}
	return answer.And(read.denied("*", "*").Not())
}

// GivesAny tells whether the document gives one of the actions on every
// resource. "*" stands for all actions together, as in
// [Document.Administrator]. Of any other pattern a single action is enough, as
// in [Document.AllowsSome]; one without a service ("Delete*") is about every
// service.
func (doc *Document) GivesAny(actions ...string) cloud.Truth {
	answer := cloud.Known(false)
	for _, action := range actions {
		switch {
		case action == "*" || action == "*:*":
			answer = answer.Or(doc.Administrator())
		case strings.Contains(action, ":"):
			answer = answer.Or(doc.AllowsSome(action, "*"))
		default:
			answer = answer.Or(doc.allowsSomewhere(action))
		}
	}
	return answer
}

// allowsSomewhere is [Document.AllowsSome], on every resource, of an action
// pattern without a service: that any service has such an action.
func (doc *Document) allowsSomewhere(pattern string) cloud.Truth {
	gives := func(action string) cloud.Truth {
		service, name, ok := strings.Cut(action, ":")
		if !ok {
			service, name = "*", action
		}
		return cloud.Known(OverlapsAction(name, pattern)).And(doc.denied(service+":"+pattern, "*").Not())
	}
	return doc.some(func(s *Statement) cloud.Truth {
		answer := cloud.Known(false)
		if s.NotActions.Given {
			answer = s.touchesAction("*:" + pattern).And(doc.denied("*:"+pattern, "*").Not())
		}
		for _, action := range s.Actions.Known {
			answer = answer.Or(gives(action))
		}
		for _, u := range s.Actions.Unknown {
			answer = answer.Or(gives(holes(u.Partial)).And(cloud.UnknownTruth(u)))
		}
		return s.allows().And(answer).And(s.coversEveryResource()).And(s.limited().Not())
	})
}

// UsesNotAction tells whether an Allow names what it does not allow, and so
// allows all else, what AWS adds later included.
func (doc *Document) UsesNotAction() cloud.Truth {
	return doc.some(func(s *Statement) cloud.Truth { return s.allows().And(cloud.Known(s.NotActions.Given)) })
}

// UsesNotPrincipal tells whether an Allow names whom it does not let in, and so
// lets in all others, anonymous ones included.
func (doc *Document) UsesNotPrincipal() cloud.Truth {
	return doc.some(func(s *Statement) cloud.Truth { return s.allows().And(cloud.Known(s.NotPrincipals.Given)) })
}

// UsesNotResource tells whether an Allow names the resources that it leaves
// out, and so is about all others.
func (doc *Document) UsesNotResource() cloud.Truth {
	return doc.some(func(s *Statement) cloud.Truth { return s.allows().And(cloud.Known(s.NotResources.Given)) })
}

// AllowsServiceWildcard tells whether an Allow gives all actions of a service
// ("s3:*") or of all. With everywhere set only statements on every resource
// count.
//
// Source: AWS Config managed rule iam-policy-no-statements-with-full-access.
func (doc *Document) AllowsServiceWildcard(everywhere bool) cloud.Truth {
	return doc.some(func(s *Statement) cloud.Truth {
		answer := s.allows().And(s.Actions.any(isServiceWildcard))
		if everywhere {
			answer = answer.And(s.coversEveryResource())
		}
		return answer
	})
}

// AllowsMatching tells whether an Allow on every resource names an action, as
// the document writes it ("s3:*"), that the expression matches. All actions of
// all services ("*") always count.
func (doc *Document) AllowsMatching(pattern *regexp.Regexp) cloud.Truth {
	return doc.some(func(s *Statement) cloud.Truth {
		named := cloud.Known(slices.ContainsFunc(s.Actions.Known, func(action string) bool {
			return action == "*" || action == "*:*" || pattern.MatchString(action)
		}))
		for _, u := range s.Actions.Unknown {
			named = named.Or(cloud.UnknownTruth(u))
		}
		return s.allows().And(s.coversEveryResource()).And(named)
	})
}

// ServiceWildcards lists the actions by which Allow statements give all of a
// service, in order. unknown is why there may be more.
func (doc *Document) ServiceWildcards() (actions []string, unknown []*cloud.Unresolved) {
	unknown = slices.Clone(doc.Unknown)
	for i := range doc.Statements {
		s := &doc.Statements[i]
		allows := s.allows()
		unknown = append(unknown, allows.Unknown...)
		if !allows.IsTrue() {
			continue
		}
		for _, action := range s.Actions.Known {
			if isServiceWildcard(action) {
				actions = append(actions, action)
			}
		}
		unknown = append(unknown, s.Actions.Unknown...)
	}
	slices.Sort(actions)
	return slices.Compact(actions), unknown
}

// AllowsAction tells whether the document allows everything that the action
// pattern stands for: "iam:PutRolePolicy", or "kms:*" for full access. With a
// resource given it must be on that resource; "*" asks for every resource.
//
// A conditional Allow counts, unless its conditions limit it as for
// [Document.Administrator]. A Deny counts when it has no condition, touches the
// action and covers the resource.
func (doc *Document) AllowsAction(action, resource string) cloud.Truth {
	answer := doc.some(func(s *Statement) cloud.Truth {
		return s.allows().And(s.coversAction(action)).And(s.on(resource)).And(s.limited().Not())
	})
	return answer.And(doc.deniedSome(action, resource).Not())
}

// AllowsSome tells whether the document allows anything that the action
// pattern stands for ("s3:Put*"); the rest is as for [Document.AllowsAction],
// but that a Deny must cover all of the pattern.
func (doc *Document) AllowsSome(action, resource string) cloud.Truth {
	answer := doc.some(func(s *Statement) cloud.Truth {
		return s.allows().And(s.touchesAction(action)).And(s.on(resource)).And(s.limited().Not())
	})
	return answer.And(doc.denied(action, resource).Not())
}

// AllowsWidely tells whether the document allows the action on resources of a
// kind at large: on every resource, or on an ARN with a wildcard in what it
// names and no variable of IAM there. A user who may create access keys for
// "user/${aws:username}" may do it for themselves; with "user/*" for others. The
// rest is as for [Document.AllowsAction].
func (doc *Document) AllowsWidely(action string) cloud.Truth {
	answer := doc.some(func(s *Statement) cloud.Truth {
		return s.allows().And(s.coversAction(action)).And(s.onMany()).And(s.limited().Not())
	})
	return answer.And(doc.deniedSome(action, "").Not())
}

// onMany tells whether the statement is about more resources than it can name.
func (s *Statement) onMany() cloud.Truth {
	if s.NotResources.Given {
		return s.coversEveryResource()
	}
	return s.Resources.any(func(resource string) bool {
		if everyResource(resource) {
			return true
		}
		arn, ok := SplitARN(resource)
		return ok && strings.ContainsAny(arn.Resource, "*?") && !hasVariable(arn.Resource)
	})
}

// AllowsWritesEverywhere tells whether an Allow on every resource gives an
// action that does more than read. What an action does is told by its verb:
// Get, List, Describe and their like read.
func (doc *Document) AllowsWritesEverywhere() cloud.Truth {
	return doc.some(func(s *Statement) cloud.Truth {
		writes := cloud.Known(true)
		if !s.NotActions.Given {
			writes = s.Actions.any(isWrite)
		}
		return s.allows().And(writes).And(s.coversEveryResource()).And(s.limited().Not())
	})
}

func (doc *Document) some(is func(*Statement) cloud.Truth) cloud.Truth {
	answer := cloud.Known(false)
	for i := range doc.Statements {
		if answer = answer.Or(is(&doc.Statements[i])); answer.IsTrue() {
			return answer
		}
	}
	return answer.Or(doc.mayHold())
}

// on tells whether the statement is about the resource; "" is any.
func (s *Statement) on(resource string) cloud.Truth {
	switch resource {
	case "":
		return cloud.Known(true)
	case "*":
		return s.coversEveryResource()
	}
	return s.coversResource(resource)
}

// denied tells whether a Deny without conditions covers the action and the
// resource; "" is every resource.
func (doc *Document) denied(action, resource string) cloud.Truth {
	return doc.deniedIf(func(d *Statement) cloud.Truth { return d.coversAction(action) }, resource)
}

// deniedSome is denied for a Deny that covers only a part of the action
// pattern.
func (doc *Document) deniedSome(action, resource string) cloud.Truth {
	return doc.deniedIf(func(d *Statement) cloud.Truth { return d.touchesAction(action) }, resource)
}

func (doc *Document) deniedIf(covers func(*Statement) cloud.Truth, resource string) cloud.Truth {
	if resource == "" {
		resource = "*"
	}
	return doc.some(func(d *Statement) cloud.Truth {
		if len(d.Conditions) > 0 {
			return cloud.Known(false)
		}
		return d.denies().And(covers(d)).And(d.on(resource))
	})
}

// limited tells whether a condition of an Allow limits what it gives.
func (s *Statement) limited() cloud.Truth {
	answer := s.confined()
	for i := range s.Conditions {
		answer = answer.Or(s.Conditions[i].limits())
	}
	return answer
}

// limits tells whether the condition holds what is done to certain resources,
// tags or services. The keys of a service are absent from requests to every
// other, where a condition on them does not hold.
func (c *Condition) limits() cloud.Truth {
	if c.Unknown != nil {
		return cloud.UnknownTruth(c.Unknown)
	}
	if !limitsWhat(c.Key) || c.Operator.IfExists || c.Operator.Set == "forallvalues" || c.Operator.negative() {
		return cloud.Known(false)
	}
	if c.Operator.Base == "null" {
		return c.Values.all(func(v string) cloud.Truth { return cloud.Known(strings.EqualFold(v, "false")) })
	}
	return cloud.Known(true)
}

func limitsWhat(key string) bool {
	name, global := strings.CutPrefix(key, "aws:")
	if !global {
		return !strings.HasPrefix(key, "sts:") && !strings.HasPrefix(key, "saml:")
	}
	for _, prefix := range []string{"resourcetag/", "resourceaccount", "resourceorg", "requesttag/", "tagkeys", "calledvia", "viaawsservice"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// readVerbs begin the names of actions that change nothing.
var readVerbs = [...]string{
	"get", "list", "describe", "head", "batchget", "batchdescribe", "batchcheck", "query", "scan", "search",
	"lookup", "view", "check", "select", "filter", "test", "simulate", "preview", "estimate", "detect",
	"validate", "verify", "read", "discover", "download", "receive", "poll",
}

func isWrite(action string) bool {
	_, name, _ := strings.Cut(strings.ToLower(action), ":")
	name, _, _ = strings.Cut(name, "*")
	name, _, _ = strings.Cut(name, "?")
	for _, verb := range readVerbs {
		if strings.HasPrefix(name, verb) {
			return false
		}
	}
	return true
}
