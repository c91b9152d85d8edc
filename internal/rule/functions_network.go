package rule

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/netaddr"
)

// networkFunctions answer what rules of security groups let through. They are
// called on a list of rules under CloudFormation's names; see netaddr for what
// "the internet" is.
func networkFunctions() []cel.EnvOption {
	list := cel.ListType(cel.DynType)
	return []cel.EnvOption{
		// rules.reachableFromInternet("tcp", 22) tells whether the whole
		// internet reaches a port; with a list of protocols and of ports, any
		// of them.
		function("reachableFromInternet",
			cel.MemberOverload("list_reachable_string_int", []*cel.Type{list, cel.StringType, cel.IntType}, cel.BoolType,
				cel.FunctionBinding(reachable)),
			cel.MemberOverload("list_reachable_list_list", []*cel.Type{list, cel.ListType(cel.StringType), cel.ListType(cel.IntType)}, cel.BoolType,
				cel.FunctionBinding(reachable))),

		// rules.withoutInternet(["tcp", "udp"], [22]) is the rules changed so
		// that the internet no longer reaches these ports, and all else stays.
		function("withoutInternet",
			cel.MemberOverload("list_without_internet", []*cel.Type{list, cel.ListType(cel.StringType), cel.ListType(cel.IntType)}, list,
				cel.FunctionBinding(func(args ...ref.Val) ref.Val {
					var ports [][2]int
					for _, p := range integers(args[2]) {
						ports = append(ports, [2]int{p, p})
					}
					return plain(netaddr.WithoutInternet(native(args[0]), words(args[1]), ports))
				}))),

		// rules.reachableBeyond([80, 443]) tells whether the internet reaches
		// any other port of TCP or UDP than these.
		function("reachableBeyond",
			cel.MemberOverload("list_reachable_beyond", []*cel.Type{list, cel.ListType(cel.IntType)}, cel.BoolType,
				cel.BinaryBinding(func(rules, ports ref.Val) ref.Val {
					var except [][2]int
					for _, p := range integers(ports) {
						except = append(except, [2]int{p, p})
					}
					return truth(netaddr.ReachableExcept(networkRules(rules), except))
				}))),

		// egress.allowsAllEgress() tells whether everything may go everywhere;
		// an absent list is AWS's own rule, which allows just that.
		function("allowsAllEgress",
			cel.Overload("allows_all_egress_dyn", []*cel.Type{cel.DynType}, cel.BoolType,
				cel.UnaryBinding(func(rules ref.Val) ref.Val {
					return truth(netaddr.AllowsAllEgress(networkRules(rules)))
				}))),

		// rules.spansPorts() tells whether a rule opens more than one port of
		// TCP or UDP, or all protocols; rules.allowsWholePrivateRange(),
		// whether one has a whole range of RFC 1918 as its source.
		rulesFunction("spansPorts", netaddr.SpansPorts),
		rulesFunction("allowsWholePrivateRange", netaddr.AllowsWholePrivateRange),

		// entries.aclAllowsInternet("tcp", 22, egress) tells whether a network
		// ACL lets the internet reach the port (or be reached, for egress);
		// entries.aclAllowsAllTraffic(egress), everything in that direction.
		function("aclAllowsInternet",
			cel.MemberOverload("list_acl_allows_internet", []*cel.Type{list, cel.StringType, cel.IntType, cel.BoolType}, cel.BoolType,
				cel.FunctionBinding(func(args ...ref.Val) ref.Val {
					answer := cloud.Known(false)
					for _, port := range integers(args[2]) {
						answer = answer.Or(netaddr.AllowsInternet(native(args[0]), describe(native(args[1])), port, port, native(args[3]) == true))
					}
					return truth(answer)
				}))),
		function("aclAllowsAllTraffic",
			cel.MemberOverload("list_acl_allows_all_traffic", []*cel.Type{list, cel.BoolType}, cel.BoolType,
				cel.BinaryBinding(func(entries, egress ref.Val) ref.Val {
					return truth(netaddr.AllowsAllTraffic(native(entries), native(egress) == true))
				}))),

		// entries.ineffectiveDenies() lists the numbers of the entries that are
		// meant to deny something that earlier ones allow already.
		function("ineffectiveDenies",
			cel.MemberOverload("list_ineffective_denies", []*cel.Type{list}, cel.ListType(cel.IntType),
				cel.UnaryBinding(func(entries ref.Val) ref.Val {
					numbers, unknown := netaddr.IneffectiveDenies(native(entries))
					items := make([]any, 0, len(numbers)+1)
					for _, n := range numbers {
						items = append(items, int64(n))
					}
					for _, u := range unknown {
						items = append(items, &cloud.Unresolved{Reason: u.Reason, Many: true})
					}
					return plain(items)
				}))),

		// isInternet(cidr), isPrivate(cidr) and isWholePrivateRange(cidr) take
		// one range or a list of them.
		cidrFunction("isInternet", netaddr.IsInternet),
		cidrFunction("isPrivate", netaddr.IsPrivate),
		cidrFunction("isWholePrivateRange", netaddr.IsWholePrivateRange),

		// isWithin(cidr, ranges) tells whether a range, or every one of a
		// list, lies inside one of the ranges that are trusted.
		function("isWithin", cel.Overload("is_within_dyn_list", []*cel.Type{cel.DynType, cel.ListType(cel.StringType)}, cel.BoolType,
			cel.BinaryBinding(func(cidrs, ranges ref.Val) ref.Val {
				return truth(netaddr.IsWithin(native(cidrs), words(ranges)))
			}))),
	}
}

func cidrFunction(name string, ask func(any) cloud.Truth) cel.EnvOption {
	return function(name, cel.Overload(name+"_dyn", []*cel.Type{cel.DynType}, cel.BoolType,
		cel.UnaryBinding(func(v ref.Val) ref.Val { return truth(ask(native(v))) })))
}

func rulesFunction(name string, ask func(any) cloud.Truth) cel.EnvOption {
	return function(name, cel.MemberOverload(name+"_list", []*cel.Type{cel.ListType(cel.DynType)}, cel.BoolType,
		cel.UnaryBinding(func(v ref.Val) ref.Val { return truth(ask(networkRules(v))) })))
}

// networkRules are the rules of a security group in a form that netaddr need
// not read again, for as long as the value is kept.
func networkRules(v ref.Val) any {
	list, ok := v.(*listValue)
	if open, isOpen := v.(*openList); isOpen {
		list, ok = &open.list, true
	}
	if !ok {
		return native(v)
	}
	return remember(&list.memo, func() *netaddr.Rules { return netaddr.ReadRules(native(v)) })
}

func reachable(args ...ref.Val) ref.Val {
	rules := networkRules(args[0])
	answer := cloud.Known(false)
	for _, protocol := range words(args[1]) {
		for _, port := range integers(args[2]) {
			answer = answer.Or(netaddr.Reachable(rules, protocol, port, port))
			if answer.IsTrue() {
				return types.True
			}
		}
	}
	return truth(answer)
}

// words are the strings of a value: itself, or those of a list.
func words(v ref.Val) []string {
	if list, ok := v.(*listValue); ok {
		return remember(&list.memo, func() []string { return texts(unwrapped(list.items)) })
	}
	switch v := native(v).(type) {
	case string:
		return []string{v}
	case []any:
		return texts(v)
	}
	return nil
}

func texts(items []any) []string {
	var out []string
	for _, e := range items {
		if s, ok := e.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// integers are the whole numbers of a value: itself, or those of a list.
func integers(v ref.Val) []int {
	switch v := native(v).(type) {
	case int64:
		return []int{int(v)}
	case []any:
		var out []int
		for _, e := range v {
			if n, ok := e.(int64); ok {
				out = append(out, int(n))
			}
		}
		return out
	}
	return nil
}
