package terraform

import (
	"fmt"
	"math/big"
	"net"

	"github.com/apparentlymart/go-cidr/cidr"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/gocty"
)

func networkFunctions() map[string]pureFunction {
	return map[string]pureFunction{
		"cidrhost":    {Function: cidrHostFunction},
		"cidrnetmask": {Function: textToText("prefix", netmask)},
		"cidrsubnet":  {Function: cidrSubnetFunction},
		"cidrsubnets": {Function: cidrSubnetsFunction},
	}
}

// parsePrefix reads a range of addresses. As in Terraform, leading zeros are
// decimal and mean nothing.
func parsePrefix(s string) (*net.IPNet, error) {
	_, network, err := net.ParseCIDR(withoutLeadingZeros(s))
	if err != nil {
		return nil, fmt.Errorf("%q is no range of addresses such as 10.0.0.0/16", s)
	}
	return network, nil
}

// withoutLeadingZeros removes the zeros that begin the numbers of an IPv4
// address.
func withoutLeadingZeros(s string) string {
	out := make([]byte, 0, len(s))
	start := true
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == ':' {
			return s
		}
		if start && c == '0' && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9' {
			continue
		}
		start = c == '.'
		out = append(out, c)
	}
	return string(out)
}

func netmask(s string) (string, error) {
	network, err := parsePrefix(s)
	if err != nil {
		return "", err
	}
	if network.IP.To4() == nil {
		return "", fmt.Errorf("%s is an IPv6 range, which has no netmask", s)
	}
	return net.IP(network.Mask).String(), nil
}

var cidrHostFunction = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "prefix", Type: cty.String}, {Name: "hostnum", Type: cty.Number}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		network, err := parsePrefix(args[0].AsString())
		if err != nil {
			return cty.UnknownVal(cty.String), function.NewArgError(0, err)
		}
		var host *big.Int
		if err := gocty.FromCtyValue(args[1], &host); err != nil {
			return cty.UnknownVal(cty.String), function.NewArgError(1, err)
		}
		ip, err := cidr.HostBig(network, host)
		if err != nil {
			return cty.UnknownVal(cty.String), err
		}
		return cty.StringVal(ip.String()), nil
	},
})

var cidrSubnetFunction = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "prefix", Type: cty.String}, {Name: "newbits", Type: cty.Number}, {Name: "netnum", Type: cty.Number}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		network, err := parsePrefix(args[0].AsString())
		if err != nil {
			return cty.UnknownVal(cty.String), function.NewArgError(0, err)
		}
		bits, err := newBits(args[1])
		if err != nil {
			return cty.UnknownVal(cty.String), function.NewArgError(1, err)
		}
		var number *big.Int
		if err := gocty.FromCtyValue(args[2], &number); err != nil {
			return cty.UnknownVal(cty.String), function.NewArgError(2, err)
		}
		if number.Sign() >= 0 && number.BitLen() > bits {
			return cty.UnknownVal(cty.String), fmt.Errorf("%d more bits do not hold a subnet numbered %s", bits, number)
		}
		subnet, err := cidr.SubnetBig(network, bits, number)
		if err != nil {
			return cty.UnknownVal(cty.String), err
		}
		return cty.StringVal(subnet.String()), nil
	},
})

// newBits reads how many bits longer a prefix becomes.
func newBits(v cty.Value) (int, error) {
	var bits int
	if err := gocty.FromCtyValue(v, &bits); err != nil {
		return 0, err
	}
	if bits < 0 || bits > 128 {
		return 0, fmt.Errorf("a prefix cannot be made %d bits longer", bits)
	}
	return bits, nil
}

var cidrSubnetsFunction = function.New(&function.Spec{
	Params:   []function.Parameter{{Name: "prefix", Type: cty.String}},
	VarParam: &function.Parameter{Name: "newbits", Type: cty.Number},
	Type:     function.StaticReturnType(cty.List(cty.String)),
	Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
		network, err := parsePrefix(args[0].AsString())
		if err != nil {
			return cty.UnknownVal(ty), function.NewArgError(0, err)
		}
		base, _ := network.Mask.Size()
		var current *net.IPNet
		var found []cty.Value
		for i, arg := range args[1:] {
			bits, err := newBits(arg)
			if err != nil || bits == 0 {
				return cty.UnknownVal(ty), function.NewArgErrorf(i+1, "a prefix must become at least one bit longer")
			}
			if current == nil {
				if current, err = cidr.SubnetBig(network, bits, big.NewInt(0)); err != nil {
					return cty.UnknownVal(ty), function.NewArgError(i+1, err)
				}
			} else {
				next, overflow := cidr.NextSubnet(current, base+bits)
				if overflow || !network.Contains(next.IP) {
					return cty.UnknownVal(ty), function.NewArgErrorf(i+1, "there is no room left in %s for a prefix of %d bits", network, base+bits)
				}
				current = next
			}
			found = append(found, cty.StringVal(current.String()))
		}
		if len(found) == 0 {
			return cty.ListValEmpty(cty.String), nil
		}
		return cty.ListVal(found), nil
	},
})
