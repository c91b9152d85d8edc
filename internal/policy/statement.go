package policy

import (
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// allows tells whether the effect is Allow.
func (s *Statement) allows() cloud.Truth {
	if s.NoEffect != nil {
		return cloud.UnknownTruth(s.NoEffect)
	}
	return cloud.Known(s.Allow)
}

// denies tells whether the effect is Deny.
func (s *Statement) denies() cloud.Truth { return s.allows().Not() }

// any tells whether a value passes the test. Of a value that is not known the
// test is put to a pattern that covers whatever it may be.
func (v Values) any(test func(string) bool) cloud.Truth {
	if slices.ContainsFunc(v.Known, test) {
		return cloud.Known(true)
	}
	answer := cloud.Known(false)
	for _, u := range v.Unknown {
		if test(holes(u.Partial)) {
			answer = answer.Or(cloud.UnknownTruth(u))
		}
	}
	return answer
}

// coversAction tells whether the statement is about everything that the action
// pattern stands for.
func (s *Statement) coversAction(action string) cloud.Truth {
	if s.NotActions.Given {
		return s.NotActions.any(func(not string) bool { return OverlapsAction(not, action) }).Not()
	}
	return s.Actions.any(func(have string) bool { return CoversAction(have, action) })
}

// touchesAction tells whether the statement is about something that the action
// pattern stands for.
func (s *Statement) touchesAction(action string) cloud.Truth {
	if s.NotActions.Given {
		return s.NotActions.any(func(not string) bool { return CoversAction(not, action) }).Not()
	}
	return s.Actions.any(func(have string) bool { return OverlapsAction(have, action) })
}

// touchesAny is touchesAction for some of several patterns; without any it is
// true, as the question then is about every action.
func (s *Statement) touchesAny(actions []string) cloud.Truth {
	if len(actions) == 0 {
		return cloud.Known(true)
	}
	answer := cloud.Known(false)
	for _, action := range actions {
		answer = answer.Or(s.touchesAction(action))
	}
	return answer
}

// coversResource tells whether the statement is about every resource that the
// pattern stands for. A statement that names none is about the resource that
// the policy belongs to.
func (s *Statement) coversResource(resource string) cloud.Truth {
	values, holds := s.Resources, resourceCovers
	if s.NotResources.Given {
		values, holds = s.NotResources, resourceOverlaps
	} else if !s.Resources.Given {
		return cloud.Known(true)
	}
	answer := cloud.Known(false)
	for _, have := range values.Known {
		answer = answer.Or(holds(have, resource))
	}
	for _, u := range values.Unknown {
		if Overlaps(holes(u.Partial), widen(resource)) {
			answer = answer.Or(cloud.UnknownTruth(u))
		}
	}
	if s.NotResources.Given {
		return answer.Not()
	}
	return answer
}

// resourceCovers is [Covers] for resources of one policy. It is unknown where
// one is named by a symbol and the other by text, since that may be the name
// that the symbol stands for.
func resourceCovers(pattern, value string) cloud.Truth {
	if everyResource(pattern) {
		return cloud.Known(true)
	}
	pattern, value = canonical(pattern), canonical(value)
	if Covers(pattern, value) {
		return cloud.Known(true)
	}
	return mayBeSame(pattern, value, Covers(afterSlash(pattern), afterSlash(value)))
}

// resourceOverlaps is [Overlaps] in the same way.
func resourceOverlaps(a, b string) cloud.Truth {
	if everyResource(a) || everyResource(b) {
		return cloud.Known(true)
	}
	a, b = canonical(a), canonical(b)
	if Overlaps(a, b) {
		return cloud.Known(true)
	}
	return mayBeSame(a, b, true)
}

// mayBeSame is unknown where one of two resources has a symbol, the other has
// none, and the rest agrees; false otherwise.
func mayBeSame(a, b string, rest bool) cloud.Truth {
	if hasSymbol(a) == hasSymbol(b) || !rest || !Overlaps(widen(a), widen(b)) {
		return cloud.Known(false)
	}
	return cloud.UnknownTruth(unreadable("whether %s and %s are the same resource is known only after deployment", short(a), short(b)))
}

// widen puts a * in place of every variable and symbol, for whether two
// resources could be the same.
func widen(resource string) string {
	if cloud.HasSymbol(resource) {
		return holes(resource)
	}
	return resource
}

// afterSlash is what follows the first slash, as the objects of a bucket do.
func afterSlash(resource string) string {
	if at := slash(resource); at >= 0 {
		return resource[at+1:]
	}
	return ""
}

// slash is the place of the first slash outside of every ${…}, or -1.
func slash(text string) int {
	for i := 0; i < len(text); {
		if text[i] == '/' {
			return i
		}
		n := 1
		if strings.HasPrefix(text[i:], "${") {
			n = max(closing(text[i:]), 1)
		}
		i += n
	}
	return -1
}

// hasSymbol tells whether a symbol of a template, not only a variable of IAM,
// stands in text.
func hasSymbol(text string) bool {
	if !cloud.HasSymbol(text) {
		return false
	}
	for _, piece := range pieces(text) {
		if len(piece) > 1 && !isVariable(piece) && !isOne(piece) {
			return true
		}
	}
	return false
}

// everyResource tells whether a resource pattern is everything: "*", or an ARN
// with a wildcard in every place ("arn:aws:*").
func everyResource(pattern string) bool {
	if strings.Trim(pattern, "*") == "" {
		return pattern != ""
	}
	rest, ok := strings.CutPrefix(pattern, "arn:")
	if !ok {
		return false
	}
	if rest == "*" {
		return true
	}
	arn, ok := SplitARN(pattern)
	if !ok {
		// Fewer colons than an ARN has: a * stands for the rest.
		_, rest, _ = strings.Cut(rest, ":")
		return strings.Trim(rest, "*:") == "" && strings.HasSuffix(rest, "*")
	}
	return strings.Trim(arn.Service+arn.Region+arn.Account+arn.Resource, "*:") == "" &&
		arn.Service != "" && arn.Resource != ""
}

// coversEveryResource tells whether the statement is about all resources of an
// account; one with NotResource is, less a few.
func (s *Statement) coversEveryResource() cloud.Truth {
	if s.NotResources.Given {
		return s.NotResources.any(everyResource).Not()
	}
	return s.Resources.any(everyResource)
}

// everyone tells whether the statement names everybody as its principal.
//
// Source: "AWS JSON policy elements: Principal" in the IAM User Guide.
func (s *Statement) everyone() cloud.Truth {
	if s.NotPrincipals.Given {
		// Everybody but a few; nobody when everybody is among the few.
		return cloud.Known(!slices.ContainsFunc(s.NotPrincipals.Known, isEveryone))
	}
	answer := cloud.Known(false)
	for _, p := range s.Principals.Known {
		if isEveryone(p) {
			return cloud.Known(true)
		}
	}
	for _, u := range s.Principals.Unknown {
		if u.Type != "" && u.Type != "AWS" {
			continue // a service or a provider, whichever
		}
		// What has a fixed part names somebody.
		if fixed := holes(u.Why.Partial); strings.Trim(fixed, "*") == "" {
			answer = answer.Or(cloud.UnknownTruth(u.Why))
		}
	}
	return answer
}

// isEveryone tells whether a principal is "*", or an ARN with a wildcard for
// its account. AWS refuses the latter; who writes it means everybody.
func isEveryone(p Principal) bool {
	if p.ID == "*" {
		return true
	}
	arn, ok := SplitARN(p.ID)
	return ok && strings.ContainsAny(arn.Account, "*?") && !cloud.HasSymbol(arn.Account)
}
