package terraform

import (
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Conversions that only one service needs.

// toEachSelf: true is the group itself, false is absent.
func toEachSelf(c *conversion, s surroundings, v any) (any, bool) {
	yes, ok := truth(v)
	if !ok {
		return misfit(c, v)
	}
	if !yes {
		return nil, false
	}
	return []any{s.self()}, true
}

// protocolNames are the protocols that security groups know by name.
var protocolNames = map[string]string{"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "all": "-1"}

// toIPProtocol: the provider takes names and numbers, and "all" for -1.
func toIPProtocol(_ *conversion, _ surroundings, v any) (any, bool) {
	text := strings.ToLower(scalarText(v))
	if name, ok := protocolNames[text]; ok {
		return name, true
	}
	return text, true
}

// protocolNumbers are the protocols that the provider lets a network ACL name
// instead of their IANA number.
var protocolNumbers = map[string]int64{
	"all": -1, "icmp": 1, "igmp": 2, "ipv4": 4, "tcp": 6, "egp": 8, "udp": 17, "rdp": 27, "ipv6": 41,
	"gre": 47, "esp": 50, "ah": 51, "icmpv6": 58, "ospf": 89, "sctp": 132,
}

// toACLProtocol: names are numbers in CloudFormation.
func toACLProtocol(c *conversion, _ surroundings, v any) (any, bool) {
	text := strings.ToLower(scalarText(v))
	if n, ok := protocolNumbers[text]; ok {
		return n, true
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return misfit(c, v)
	}
	return n, true
}

// cannedACLs are CloudFormation's names of S3's canned ACLs.
var cannedACLs = map[string]string{
	"private": "Private", "public-read": "PublicRead", "public-read-write": "PublicReadWrite",
	"authenticated-read": "AuthenticatedRead", "log-delivery-write": "LogDeliveryWrite",
	"aws-exec-read": "AwsExecRead", "bucket-owner-read": "BucketOwnerRead",
	"bucket-owner-full-control": "BucketOwnerFullControl",
}

func toCannedACL(_ *conversion, _ surroundings, v any) (any, bool) {
	if name, ok := cannedACLs[scalarText(v)]; ok {
		return name, true
	}
	return v, true
}

// toCannedGrants: the grants that a canned ACL stands for.
func toCannedGrants(c *conversion, _ surroundings, v any) (any, bool) {
	grants, ok := cloud.CannedGrants(scalarText(v))
	if !ok {
		return misfit(c, v)
	}
	if grants == nil {
		grants = []any{}
	}
	return grants, true
}

// toPathResource and toPathMethod: the method path of API Gateway, such as
// "orders/GET" or "*/*", is a resource path and a method.
func toPathResource(_ *conversion, _ surroundings, v any) (any, bool) {
	text := scalarText(v)
	if cut := strings.LastIndexByte(text, '/'); cut >= 0 {
		text = text[:cut]
	}
	return "/" + strings.TrimPrefix(text, "/"), true
}

func toPathMethod(_ *conversion, _ surroundings, v any) (any, bool) {
	text := scalarText(v)
	return text[strings.LastIndexByte(text, '/')+1:], true
}
