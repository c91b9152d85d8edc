package policy

import (
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// DeniesInsecureTransport tells whether the policy of a resource denies each of
// the action patterns ("s3:*", "sns:Publish") to everybody who does not use
// TLS. For S3 the Deny must be about the bucket and its objects, in one
// statement or two.
//
// A Deny does it on aws:SecureTransport false, or on s3:TlsVersion with
// NumericLessThanIfExists: without TLS that key is absent, and a plain
// NumericLessThan does not hold. It may spare AWS services.
//
// Source: "Security best practices for Amazon S3" in the Amazon S3 User Guide;
// AWS Config managed rule s3-bucket-ssl-requests-only.
func (doc *Document) DeniesInsecureTransport(actions ...string) cloud.Truth {
	return doc.deniesAll(actions, (*Condition).holdsWithoutTLS)
}

// DeniesUnencryptedUploads tells whether a bucket policy denies s3:PutObject to
// everybody whose request names no server-side encryption.
//
// Null on s3:x-amz-server-side-encryption does it, and so does StringNotEquals,
// which holds where the key is absent.
//
// Source: "Using server-side encryption with Amazon S3 managed keys" in the
// Amazon S3 User Guide.
func (doc *Document) DeniesUnencryptedUploads() cloud.Truth {
	return doc.deniesAll([]string{"s3:PutObject"}, (*Condition).holdsWithoutEncryption)
}

// deniesAll tells whether each action is denied to everybody in a request for
// which all conditions of the Deny hold.
func (doc *Document) deniesAll(actions []string, holds func(*Condition) cloud.Truth) cloud.Truth {
	answer := cloud.Known(len(actions) > 0)
	for _, action := range actions {
		for _, scope := range scopesOf(action) {
			answer = answer.And(doc.some(func(s *Statement) cloud.Truth {
				denies := s.denies().And(cloud.Known(!s.NotPrincipals.Given)).And(s.everyone()).
					And(s.coversAction(action)).And(s.inScope(scope))
				for i := range s.Conditions {
					denies = denies.And(holds(&s.Conditions[i]))
				}
				// Without any condition everything is denied, which is not what is asked.
				return denies.And(cloud.Known(len(s.Conditions) > 0))
			}))
		}
	}
	return answer
}

// A scope is a kind of resource that a statement of a bucket policy may be
// about.
type scope int

const (
	anything scope = iota
	buckets
	objects
)

// scopesOf lists what a Deny of an action must be about.
func scopesOf(action string) []scope {
	action = strings.ToLower(action)
	switch {
	case action == "s3:*":
		return []scope{buckets, objects}
	case strings.HasPrefix(action, "s3:") && strings.Contains(action, "object"):
		return []scope{objects}
	case strings.HasPrefix(action, "s3:"):
		return []scope{buckets}
	}
	return []scope{anything}
}

func (s *Statement) inScope(sc scope) cloud.Truth {
	if sc == anything || !s.Resources.Given && !s.NotResources.Given {
		return cloud.Known(true)
	}
	if s.NotResources.Given {
		return cloud.Known(false)
	}
	answer := cloud.Known(false)
	for _, resource := range s.Resources.Known {
		answer = answer.Or(cloud.Known(hasScope(resource, sc)))
	}
	for _, u := range s.Resources.Unknown {
		if u.Partial == "" || cloud.IsSymbol(u.Partial) || hasScope(u.Partial, sc) {
			answer = answer.Or(cloud.UnknownTruth(u))
		}
	}
	return answer
}

// hasScope tells whether a resource is a bucket, or all objects of one.
func hasScope(resource string, sc scope) bool {
	if everyResource(resource) {
		return true
	}
	at := slash(resource)
	if at < 0 {
		return sc == buckets || strings.HasSuffix(resource, "*")
	}
	return sc == objects && strings.Trim(resource[at+1:], "*") == "" && strings.HasSuffix(resource, "*")
}

// holdsWithoutTLS tells whether the condition holds for a request over plain
// HTTP.
func (c *Condition) holdsWithoutTLS() cloud.Truth {
	if c.Unknown != nil {
		return cloud.UnknownTruth(c.Unknown)
	}
	switch c.Key {
	case "aws:securetransport":
		switch c.Operator.Base {
		case "bool":
			return c.isOneOf("false")
		case "null":
			return c.isOneOf("false") // the key is always there
		}
		return cloud.UnknownTruth(unreadable("aws:SecureTransport is compared with %s; AWS says how it compares with Bool only", short(c.Operator.Base)))
	case "s3:tlsversion":
		return c.holdsWhenAbsent()
	}
	return c.sparesServices()
}

// holdsWithoutEncryption tells whether the condition holds for an upload that
// names no server-side encryption.
func (c *Condition) holdsWithoutEncryption() cloud.Truth {
	if c.Unknown != nil {
		return cloud.UnknownTruth(c.Unknown)
	}
	switch c.Key {
	case "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id",
		"s3:x-amz-server-side-encryption-customer-algorithm":
		return c.holdsWhenAbsent()
	}
	return c.sparesServices()
}

// holdsWhenAbsent tells whether the condition holds for a request that does
// not have its key.
//
// Source: "IAM JSON policy elements: Condition operators" in the IAM User Guide.
func (c *Condition) holdsWhenAbsent() cloud.Truth {
	switch {
	case c.Operator.Base == "null":
		return c.isOneOf("true")
	case c.Operator.Set == "foranyvalue":
		return cloud.Known(false)
	case c.Operator.IfExists, c.Operator.Set == "forallvalues", c.Operator.negative(), c.Operator.Base == "numericnotequals":
		return cloud.Known(true)
	}
	return cloud.Known(false)
}

// sparesServices tells whether the condition only spares requests that AWS
// services make, themselves or on behalf of somebody.
func (c *Condition) sparesServices() cloud.Truth {
	switch c.Key {
	case "aws:principalisawsservice", "aws:viaawsservice":
		if c.Operator.Base == "bool" {
			return c.isOneOf("false")
		}
	}
	return cloud.Known(false)
}

// isOneOf tells whether the value is among those of the condition.
func (c *Condition) isOneOf(value string) cloud.Truth {
	answer := cloud.Known(false)
	for _, v := range c.Values.Known {
		answer = answer.Or(cloud.Known(strings.EqualFold(strings.TrimSpace(v), value)))
	}
	for _, u := range c.Values.Unknown {
		answer = answer.Or(cloud.UnknownTruth(u))
	}
	return answer
}

// DeniesActions tells whether each of the actions is denied to everybody, or
// to all but such as the Deny names: by NotPrincipal, or by a condition with
// Not on a fixed value, as for [Document.Public]. The Deny must be about
// everything of its kind ("*", or an ARN that ends with *), or about a resource
// of the same template.
func (doc *Document) DeniesActions(actions ...string) cloud.Truth {
	answer := cloud.Known(len(actions) > 0)
	for _, action := range actions {
		answer = answer.And(doc.some(func(s *Statement) cloud.Truth {
			return s.denies().And(s.againstPublic()).And(s.coversAction(action)).And(s.broad())
		}))
	}
	return answer
}

// broad tells whether the statement is about everything of a kind.
func (s *Statement) broad() cloud.Truth {
	if s.NotResources.Given {
		return cloud.Known(false)
	}
	if !s.Resources.Given {
		return cloud.Known(true)
	}
	return s.Resources.any(func(resource string) bool { return strings.HasSuffix(resource, "*") || symbolFirst(resource) })
}

// LocksOut tells whether a Deny without conditions takes everything that the
// action pattern stands for ("s3:*") from everybody: only the root user of the
// account can undo that.
func (doc *Document) LocksOut(action string) cloud.Truth {
	return doc.some(func(s *Statement) cloud.Truth {
		if len(s.Conditions) > 0 || s.NotPrincipals.Given {
			return cloud.Known(false)
		}
		return s.denies().And(s.everyone()).And(s.coversAction(action)).And(s.broad())
	})
}
