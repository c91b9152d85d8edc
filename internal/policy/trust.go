package policy

import (
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// AllowsOnlyIf tells whether every Allow that allows something of the action
// pattern demands one of the condition keys: with an operator that does not
// hold where the key is absent, and a value that is no wildcard. A key that is
// true or false must be demanded true. A document that allows nothing of the
// kind conforms.
func (doc *Document) AllowsOnlyIf(action string, keys ...string) cloud.Truth {
	answer := cloud.Known(true)
	for i := range doc.Statements {
		s := &doc.Statements[i]
		answer = answer.And(s.allows().And(s.touchesAction(action)).Not().Or(s.demandsAny(keys)))
	}
	return answer.And(doc.mayHold().Not())
}

// RequiresExternalIDOrMFA tells whether a role's trust policy lets no other
// account assume the role without an external id or multi-factor
// authentication. own and trusted are as for [Document.CrossAccount]; nothing
// is asked of those who are trusted.
//
// Source: "The confused deputy problem" and "Secure API access with MFA" in the
// IAM User Guide.
func (doc *Document) RequiresExternalIDOrMFA(own string, trusted ...string) cloud.Truth {
	answer := cloud.Known(true)
	for i := range doc.Statements {
		s := &doc.Statements[i]
		if s.touchesAction("sts:AssumeRole").IsFalse() {
			continue
		}
		answer = answer.And(doc.foreign(s, own, trusted).Not().
			Or(s.demandsAny([]string{"sts:ExternalId", "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"})))
	}
	return answer.And(doc.mayHold().Not())
}

// demandsAny tells whether the statement applies only where one of the keys is
// there with a value that the statement names.
func (s *Statement) demandsAny(keys []string) cloud.Truth {
	answer := cloud.Known(false)
	for i := range s.Conditions {
		c := &s.Conditions[i]
		if c.Unknown != nil {
			answer = answer.Or(cloud.UnknownTruth(c.Unknown))
			continue
		}
		for _, key := range keys {
			if strings.EqualFold(c.Key, key) {
				answer = answer.Or(c.demanded())
			}
		}
	}
	return answer
}

// demanded tells whether the condition holds only for certain values of its
// key.
func (c *Condition) demanded() cloud.Truth {
	if c.Operator.IfExists || c.Operator.Set == "forallvalues" {
		return cloud.Known(false)
	}
	switch c.Operator.Base {
	case "bool":
		return c.Values.all(func(v string) cloud.Truth { return cloud.Known(strings.EqualFold(v, "true")) })
	case "numericlessthan", "numericlessthanequals", "numericequals":
		return cloud.Known(true)
	}
	if !c.Operator.positive() {
		return cloud.Known(false)
	}
	if c.Operator.literal() {
		return cloud.Known(true)
	}
	return c.Values.all(func(v string) cloud.Truth { return cloud.Known(strings.Trim(v, "*?") != "") })
}

// TrustsServiceFromAnywhere tells whether an Allow for an AWS service is not
// held to the account, resource or organization on whose behalf the service
// calls, so that anyone may have the service call here. With names given only
// these services count.
//
// Source: "The confused deputy problem: cross-service" in the IAM User Guide.
func (doc *Document) TrustsServiceFromAnywhere(services ...string) cloud.Truth {
	answer := cloud.Known(false)
	for i := range doc.Statements {
		s := &doc.Statements[i]
		answer = answer.Or(s.allows().And(s.namesService(services)).And(s.confined().Not()))
	}
	return answer.Or(doc.mayHold())
}

func (s *Statement) namesService(services []string) cloud.Truth {
	for _, p := range s.Principals.Known {
		if p.Type != "Service" {
			continue
		}
		for _, name := range services {
			if strings.EqualFold(p.ID, name) {
				return cloud.Known(true)
			}
		}
		if len(services) == 0 {
			return cloud.Known(true)
		}
	}
	answer := cloud.Known(false)
	for _, u := range s.Principals.Unknown {
		if u.Type == "Service" || u.Type == "" {
			answer = answer.Or(cloud.UnknownTruth(u.Why))
		}
	}
	return answer
}

// RestrictsClaim tells whether every Allow of sts:AssumeRoleWithWebIdentity
// holds the claim of the identity token ("sub", "aud") to certain values. The
// first two parts of a value must be free of wildcards: "repo:example/*" does,
// "repo:*" and "*" do not.
//
// Source: "Create a role for OpenID Connect federation" in the IAM User Guide.
func (doc *Document) RestrictsClaim(claim string) cloud.Truth {
	answer := cloud.Known(true)
	suffix := ":" + strings.ToLower(claim)
	for i := range doc.Statements {
		s := &doc.Statements[i]
		asks := s.allows().And(s.touchesAction("sts:AssumeRoleWithWebIdentity"))
		if asks.IsFalse() {
			continue
		}
		held := cloud.Known(false)
		for j := range s.Conditions {
			c := &s.Conditions[j]
			switch {
			case strings.HasSuffix(c.Key, suffix):
				held = held.Or(c.restricts())
			case c.Unknown != nil:
				held = held.Or(cloud.UnknownTruth(c.Unknown))
			}
		}
		answer = answer.And(asks.Not().Or(held))
	}
	return answer.And(doc.mayHold().Not())
}

// restricts tells whether a condition holds a claim to certain values.
func (c *Condition) restricts() cloud.Truth {
	if !c.Operator.positive() || c.Operator.IfExists || c.Operator.Set == "forallvalues" {
		return cloud.Known(false)
	}
	if c.Operator.literal() {
		return cloud.Known(c.Values.Given)
	}
	return c.Values.all(func(v string) cloud.Truth {
		parts := strings.FieldsFunc(v, func(r rune) bool { return r == ':' || r == '/' })
		for i, part := range parts {
			if strings.ContainsAny(part, "*?") {
				return cloud.Known(i >= 2)
			}
		}
		return cloud.Known(v != "")
	})
}
