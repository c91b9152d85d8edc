package large

import (
	"fmt"
	"strings"
)

// The plan of addresses: VPC n of a region is 10.n.0.0/16 (its first, the
// default VPC, 172.31.0.0/16), with a public and a private subnet in each of
// three zones, and public addresses from one of Amazon's own ranges.

const subnetsPerVPC = 6

// publicSubnet: the subnets alternate between public and private; all of the
// default VPC's are public.
func publicSubnet(subnet int) bool {
	return subnet < subnetsPerVPC || subnet%2 == 0
}

func vpcPrefix(vpc int) string {
	if vpc == 0 {
		return "172.31"
	}
	return fmt.Sprintf("10.%d", vpc)
}

func vpcCIDR(vpc int) string { return vpcPrefix(vpc) + ".0.0/16" }

func subnetCIDR(subnet int) string {
	return fmt.Sprintf("%s.%d.0/20", vpcPrefix(subnet/subnetsPerVPC), subnet%subnetsPerVPC*16)
}

// addressIn is the n-th address of a subnet.
func addressIn(subnet, n int) string {
	return fmt.Sprintf("%s.%d.%d", vpcPrefix(subnet/subnetsPerVPC), subnet%subnetsPerVPC*16+n/256%16, n%256)
}

func (a *account) publicAddress(k kind, region, i int) string {
	x := a.roll(k, region, i, 905, 1<<18)
	return fmt.Sprintf("54.%d.%d.%d", 144+(x>>16), x>>8&255, x&255)
}

func privateName(ip string, region int) string {
	suffix := "." + regions[region].name + ".compute.internal"
	if region == 0 {
		suffix = ".ec2.internal"
	}
	return "ip-" + strings.ReplaceAll(ip, ".", "-") + suffix
}

func publicName(ip string, region int) string {
	if ip == "" {
		return ""
	}
	suffix := "." + regions[region].name + ".compute.amazonaws.com"
	if region == 0 {
		suffix = ".compute-1.amazonaws.com"
	}
	return "ec2-" + strings.ReplaceAll(ip, ".", "-") + suffix
}
