// Package netaddr answers what the network rules of a security group or a
// network ACL let through: which ports the whole internet reaches, and what
// the rules look like without that.
//
// Rules come as property values under CloudFormation's names (a list of
// objects with IpProtocol, FromPort, CidrIp and so on), in which anything may
// be a *cloud.Unresolved. Every question is answered with a cloud.Truth: an
// unresolved value matters only where the answer hangs on it.
//
// "The internet" is every public address of IPv4, or of IPv6: everything
// outside the ranges that IANA's special-purpose registries reserve. It does
// not matter whether one rule names it (0.0.0.0/0) or several make it up
// together (0.0.0.0/1 and 128.0.0.0/1). Another security group, a prefix list
// and a private range are not the internet.
package netaddr
