package rule

import (
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/surety-cloud/surety/internal/cloud"
)

// balancerFunctions read load balancers: the attributes of Application,
// Network and Gateway Load Balancers and their target groups, lists of
// {Key, Value}, and the security policies of Classic Load Balancers.
func balancerFunctions() []cel.EnvOption {
	list := cel.ListType(cel.DynType)
	return []cel.EnvOption{
		// attributes.attribute("deletion_protection.enabled") is the value of
		// an attribute in small letters, "" where it is not there.
		function("attribute",
			cel.MemberOverload("list_attribute_string", []*cel.Type{list, cel.StringType}, cel.StringType,
				cel.BinaryBinding(func(attributes, key ref.Val) ref.Val {
					return plain(attributeValue(native(attributes), stringOf(key)))
				}))),

		// attributes.withAttribute("deletion_protection.enabled", "true") is
		// the list with this value for the attribute, and all else as it was.
		function("withAttribute",
			cel.MemberOverload("list_with_attribute", []*cel.Type{list, cel.StringType, cel.StringType}, list,
				cel.FunctionBinding(func(args ...ref.Val) ref.Val {
					return plain(withAttribute(native(args[0]), stringOf(args[1]), stringOf(args[2])))
				}))),

		// usesTLS(protocol) tells whether a listener's protocol is one over
		// TLS: HTTPS, SSL, TLS or QUIC, in any case.
		function("usesTLS",
			cel.Overload("uses_tls_string", []*cel.Type{cel.StringType}, cel.BoolType,
				cel.UnaryBinding(func(protocol ref.Val) ref.Val { return types.Bool(usesTLS(stringOf(protocol))) }))),

		// actions.redirectsToHTTPS() tells whether a listener or a rule of an
		// Application Load Balancer answers with a redirect to HTTPS.
		function("redirectsToHTTPS",
			cel.MemberOverload("list_redirects_to_https", []*cel.Type{list}, cel.BoolType,
				cel.UnaryBinding(func(actions ref.Val) ref.Val { return truth(redirectsToHTTPS(native(actions))) }))),

		// tlsPolicies(resource.Listeners, resource.Policies) lists what each
		// HTTPS and SSL listener of a Classic Load Balancer negotiates, as
		// {Port, Reference, Attributes}: the port, the predefined security
		// policy ("" for a custom one), and the protocols and ciphers that a
		// custom one switches on ("Protocol-TLSv1.2"). A listener without a
		// security policy has the one that AWS gives it.
		function("tlsPolicies",
			cel.Overload("tls_policies", []*cel.Type{list, list}, list,
				cel.BinaryBinding(func(listeners, policies ref.Val) ref.Val {
					return plain(tlsPolicies(native(listeners), native(policies)))
				}))),
	}
}

func attributeValue(attributes any, key string) any {
	var missing *cloud.Unresolved
	list, _ := attributes.([]any)
	for _, e := range list {
		if u, ok := e.(*cloud.Unresolved); ok {
			missing = u
			continue
		}
		fields, _ := e.(map[string]any)
		switch name := fields["Key"].(type) {
		case *cloud.Unresolved:
			missing = name
		case string:
			if name != key {
				continue
			}
			if u, ok := fields["Value"].(*cloud.Unresolved); ok {
				return u
			}
			return strings.ToLower(scalarText(fields["Value"]))
		}
	}
	if missing != nil {
		return &cloud.Unresolved{Reason: missing.Reason}
	}
	return ""
}

func withAttribute(attributes any, key, value string) []any {
	out := []any{}
	list, _ := attributes.([]any)
	done := false
	for _, e := range list {
		if fields, ok := e.(map[string]any); ok && fields["Key"] == key {
			if done {
				continue
			}
			e, done = map[string]any{"Key": key, "Value": value}, true
		}
		out = append(out, e)
	}
	if !done {
		out = append(out, map[string]any{"Key": key, "Value": value})
	}
	return out
}

func usesTLS(protocol string) bool {
	switch strings.ToUpper(protocol) {
	case "HTTPS", "SSL", "TLS", "QUIC":
		return true
	}
	return false
}

func redirectsToHTTPS(actions any) cloud.Truth {
	answer := cloud.Known(false)
	if u, ok := actions.(*cloud.Unresolved); ok {
		return cloud.UnknownTruth(u)
	}
	list, _ := actions.([]any)
	for _, action := range list {
		redirects := fieldIs(action, "Type", func(v any) cloud.Truth { return cloud.Known(v == "redirect") })
		secure := fieldIs(action, "RedirectConfig", func(config any) cloud.Truth {
			return fieldIs(config, "Protocol", func(v any) cloud.Truth { return cloud.Known(v == "HTTPS") })
		})
		answer = answer.Or(redirects.And(secure))
	}
	return answer
}

const (
	// negotiationPolicy is the type of the policies that are security policies.
	negotiationPolicy = "SSLNegotiationPolicyType"

	// referencePolicy is the attribute that names a predefined security policy.
	referencePolicy = "Reference-Security-Policy"

	// predefinedPrefix begins the name of every predefined security policy.
	predefinedPrefix = "ELBSecurityPolicy-"

	// defaultTLSPolicy is what a listener gets that is created without one
	// (User Guide for Classic Load Balancers, "Update the SSL negotiation
	// configuration of your Classic Load Balancer").
	defaultTLSPolicy = "ELBSecurityPolicy-2016-08"
)

func tlsPolicies(listeners, policies any) []any {
	if u, ok := listeners.(*cloud.Unresolved); ok {
		return []any{&cloud.Unresolved{Reason: u.Reason, Many: true}}
	}
	out := []any{}
	list, _ := listeners.([]any)
	for _, e := range list {
		if u, ok := e.(*cloud.Unresolved); ok {
			out = append(out, u)
			continue
		}
		listener, _ := e.(map[string]any)
		switch protocol := listener["Protocol"].(type) {
		case *cloud.Unresolved:
			out = append(out, protocol)
		case string:
			if usesTLS(protocol) {
				out = append(out, tlsPolicy(listener, policies))
			}
		}
	}
	return out
}

// tlsPolicy finds the security policy of a listener: one that the listener
// names, or one that names the listener's port.
func tlsPolicy(listener map[string]any, policies any) any {
	port := scalarText(listener["LoadBalancerPort"])
	names, missing := scalarTexts(listener["PolicyNames"])
	list, whole := policies.([]any)
	if u, ok := policies.(*cloud.Unresolved); ok && !whole {
		missing = u
	}
	var known []map[string]any
	for _, e := range list {
		if u, ok := e.(*cloud.Unresolved); ok {
			missing = u
			continue
		}
		if policy, ok := e.(map[string]any); ok {
			known = append(known, policy)
		}
	}
	for _, policy := range known {
		ports, u := scalarTexts(policy["LoadBalancerPorts"])
		if ports[port] {
			names[scalarText(policy["PolicyName"])] = true
		} else if u != nil {
			missing = u
		}
	}
	var loose string
	for _, policy := range known {
		name := scalarText(policy["PolicyName"])
		if u, ok := policy["PolicyType"].(*cloud.Unresolved); ok {
			missing = u
			continue
		}
		if policy["PolicyType"] != negotiationPolicy {
			continue
		}
		if names[name] {
			return negotiated(port, policy)
		}
		// An account tells that a policy has no port by an empty list; a
		// template without one may attach the policy elsewhere.
		if policy["LoadBalancerPorts"] == nil {
			loose = name
		}
	}
	for name := range names {
		if strings.HasPrefix(name, predefinedPrefix) {
			return map[string]any{"Port": port, "Reference": name, "Attributes": []any{}}
		}
	}
	switch {
	case missing != nil:
		return &cloud.Unresolved{Reason: missing.Reason}
	case loose != "":
		return &cloud.Unresolved{Reason: "it is not known whether the listener of port " + port + " has security policy " + loose}
	}
	return map[string]any{"Port": port, "Reference": defaultTLSPolicy, "Attributes": []any{}}
}

// negotiated is what a policy of the load balancer switches on.
func negotiated(port string, policy map[string]any) any {
	on := []any{}
	var named any = ""
	if u, ok := policy["Attributes"].(*cloud.Unresolved); ok {
		return u
	}
	list, _ := policy["Attributes"].([]any)
	for _, e := range list {
		attribute, ok := e.(map[string]any)
		if !ok {
			if u, is := e.(*cloud.Unresolved); is {
				on = append(on, u)
				named = &cloud.Unresolved{Reason: u.Reason}
			}
			continue
		}
		name, value := attribute["Name"], attribute["Value"]
		u, open := value.(*cloud.Unresolved)
		switch {
		case name == referencePolicy:
			named = value
		case open:
			on = append(on, u)
		case strings.EqualFold(scalarText(value), "true"):
			on = append(on, name)
		}
	}
	return map[string]any{"Port": port, "Reference": named, "Attributes": on}
}

// scalarTexts are the texts of a list, with one of those that are not known.
func scalarTexts(v any) (known map[string]bool, missing *cloud.Unresolved) {
	known = map[string]bool{}
	if u, ok := v.(*cloud.Unresolved); ok {
		return known, u
	}
	list, _ := v.([]any)
	for _, e := range list {
		if u, ok := e.(*cloud.Unresolved); ok {
			missing = u
			continue
		}
		known[scalarText(e)] = true
	}
	return known, missing
}

// scalarText is a text, number or truth as text, "" for anything else.
func scalarText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}
