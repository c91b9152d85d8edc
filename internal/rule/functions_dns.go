package rule

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/surety-cloud/surety/internal/cloud"
)

// dnsFunctions read names and records of the Domain Name System.
func dnsFunctions() []cel.EnvOption {
	list := cel.ListType(cel.StringType)
	return []cel.EnvOption{
		// name.sameDomain(other) tells whether two domain names are one, with
		// or without the dot at the end, in whatever case.
		function("sameDomain",
			cel.MemberOverload("string_same_domain", []*cel.Type{cel.StringType, cel.StringType}, cel.BoolType,
				cel.BinaryBinding(func(a, b ref.Val) ref.Val {
					return types.Bool(strings.EqualFold(strings.TrimSuffix(stringOf(a), "."), strings.TrimSuffix(stringOf(b), ".")))
				}))),

		// stillHeld("A", values, held, ranges, regions) tells whether the
		// public addresses that a record's values lead to are among those
		// held, or in the ranges: false for one by the name that EC2 gives to
		// an address of one of the regions, unknown for another, for nobody
		// says whose it is. Values that lead to no public address count as
		// held.
		function("stillHeld",
			cel.Overload("still_held", []*cel.Type{cel.StringType, list, list, list, list}, cel.BoolType,
				cel.FunctionBinding(func(args ...ref.Val) ref.Val {
					return truth(stillHeld(stringOf(args[0]), native(args[1]), native(args[2]), words(args[3]), words(args[4])))
				}))),
	}
}

func stillHeld(kind string, values, held any, ranges, regions []string) cloud.Truth {
	if u, ok := values.(*cloud.Unresolved); ok {
		return cloud.UnknownTruth(u)
	}
	list, _ := values.([]any)
	own, _ := held.([]any)
	var more []*cloud.Unresolved // that may be held as well
	for _, v := range append(own, held) {
		if u, ok := v.(*cloud.Unresolved); ok {
			more = append(more, u)
		}
	}
	answer := cloud.Known(true)
	for _, v := range list {
		if u, ok := v.(*cloud.Unresolved); ok {
			answer = answer.And(cloud.UnknownTruth(u))
			continue
		}
		value, _ := v.(string)
		address, region := recordAddress(kind, value)
		switch {
		case !address.IsValid() || !address.Is4() || address.IsPrivate() || !address.IsGlobalUnicast(),
			slices.Contains(own, any(address.String())), slices.ContainsFunc(ranges, contains(address)):
		case len(more) > 0:
			answer = answer.And(cloud.UnknownTruth(more...))
		case region == "":
			answer = answer.And(cloud.UnknownTruth(&cloud.Unresolved{
				Reason: address.String() + " is no address of the account, and whose it is cannot be told",
			}))
		case !slices.Contains(regions, region):
			answer = answer.And(cloud.UnknownTruth(&cloud.Unresolved{
				Reason: address.String() + " is in " + region + ", which was not read",
			}))
		default:
			answer = cloud.Known(false)
		}
	}
	return answer
}

func contains(address netip.Addr) func(string) bool {
	return func(text string) bool {
		p, ok := addressRange(text)
		return ok && p.Contains(address)
	}
}

// ec2Name is the public name of an address of EC2:
// "ec2-203-0-113-25.eu-west-1.compute.amazonaws.com", in us-east-1
// "ec2-203-0-113-25.compute-1.amazonaws.com".
var ec2Name = regexp.MustCompile(`^ec2-(\d+)-(\d+)-(\d+)-(\d+)\.(?:compute-1|([a-z0-9-]+)\.compute)\.amazonaws\.com(?:\.cn)?\.?$`)

// recordAddress is the address that a value of a record stands for, and the
// region where EC2's name of it tells one.
func recordAddress(kind, value string) (address netip.Addr, region string) {
	value = strings.ToLower(strings.TrimSpace(value))
	switch kind {
	case "A":
		address, _ = netip.ParseAddr(value)
	case "CNAME":
		if m := ec2Name.FindStringSubmatch(value); m != nil {
			address, _ = netip.ParseAddr(strings.Join(m[1:5], "."))
			if region = m[5]; region == "" {
				region = "us-east-1"
			}
		}
	}
	return address, region
}
