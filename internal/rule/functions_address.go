package rule

import (
	"net/netip"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types/ref"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/policy"
)

func addressFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		// document.allowsOnlyFrom(["203.0.113.0/24"]) tells whether every Allow
		// of a policy holds for IP addresses (aws:SourceIp) within these ranges
		// only. A document that allows nothing conforms.
		ask("allowsOnlyFrom", func(d *policy.Document, args []ref.Val) cloud.Truth {
			return allowsOnlyFrom(d, words(args[0]))
		}, cel.ListType(cel.StringType)),
	}
}

func allowsOnlyFrom(document *policy.Document, list []string) cloud.Truth {
	var allowed []netip.Prefix
	for _, text := range list {
		if p, ok := addressRange(text); ok {
			allowed = append(allowed, p)
		}
	}
	answer := cloud.Known(true)
	for i := range document.Statements {
		s := &document.Statements[i]
		allows := cloud.Known(s.Allow)
		if s.NoEffect != nil {
			allows = cloud.UnknownTruth(s.NoEffect)
		}
		answer = answer.And(allows.Not().Or(confinedTo(s, allowed)))
	}
	if len(document.Unknown) > 0 {
		answer = answer.And(cloud.UnknownTruth(document.Unknown...))
	}
	return answer
}

// confinedTo tells whether a statement holds for addresses within the ranges
// only. One condition is enough, since all of them have to hold.
func confinedTo(s *policy.Statement, allowed []netip.Prefix) cloud.Truth {
	answer := cloud.Known(false)
	for _, c := range s.Conditions {
		switch {
		case c.Unknown != nil:
			answer = answer.Or(cloud.UnknownTruth(c.Unknown))
		case c.Key == "aws:sourceip" && c.Operator.Base == "ipaddress" && !c.Operator.IfExists && c.Operator.Set != "forallvalues":
			within := cloud.Known(true)
			for _, value := range c.Values.Known {
				within = within.And(addressWithin(value, allowed))
			}
			if len(c.Values.Unknown) > 0 {
				within = within.And(cloud.UnknownTruth(c.Values.Unknown...))
			}
			answer = answer.Or(within)
		}
	}
	return answer
}

func addressWithin(value string, allowed []netip.Prefix) cloud.Truth {
	if cloud.HasSymbol(value) {
		return cloud.UnknownTruth(&cloud.Unresolved{Reason: value + " is known only after deployment"})
	}
	p, ok := addressRange(value)
	return cloud.Known(ok && slices.ContainsFunc(allowed, func(a netip.Prefix) bool { return a.Bits() <= p.Bits() && a.Contains(p.Addr()) }))
}

// addressRange reads a CIDR block or one address.
func addressRange(text string) (netip.Prefix, bool) {
	text = strings.TrimSpace(text)
	if p, err := netip.ParsePrefix(text); err == nil {
		return p.Masked(), true
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, false
	}
	p, err := a.Prefix(a.BitLen())
	return p, err == nil
}
