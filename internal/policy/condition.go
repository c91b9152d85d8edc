package policy

import (
	"net/netip"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// A ground is what kind of thing a condition key holds a caller to.
type ground int

const (
	none          ground = iota
	byAccount            // the caller's, or the source's, account
	byARN                // an ARN with an account, or of one bucket
	byOrg                // an organization
	byOrgPath            // a part of an organization
	byNetwork            // a VPC or VPC endpoint
	byAddress            // IP ranges
	byUserID             // the unique id of a user or role
	byKey                // one KMS key
	byService            // AWS services only
	byServiceCall        // true where an AWS service itself calls
	byMount              // true where an EFS client comes through a mount target
)

// groundOf lists the condition keys that confine who can use a permission, in
// lower case.
//
// Sources: "The meaning of 'public'" in the Amazon S3 User Guide; "Blocking
// public access to file systems" in the Amazon EFS User Guide; "IAM Access
// Analyzer filter keys" and "AWS global condition context keys" in the IAM User
// Guide. A key that tells what is done or how (aws:SecureTransport,
// kms:ViaService, aws:Referer, aws:PrincipalTag/…) confines nobody: anyone can
// bring that about in an account of their own.
func groundOf(key string) ground {
	switch key {
	case "aws:sourceaccount", "aws:sourceowner", "aws:principalaccount", "kms:calleraccount",
		"s3:dataaccesspointaccount", "aws:vpceaccount":
		return byAccount
	case "aws:sourcearn", "aws:principalarn", "s3:dataaccesspointarn", "lambda:sourcefunctionarn",
		"ec2:sourceinstancearn", "aws:sourcevpcarn":
		return byARN
	case "aws:principalorgid", "aws:sourceorgid", "aws:vpceorgid":
		return byOrg
	case "aws:principalorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths":
		return byOrgPath
	case "aws:sourcevpc", "aws:sourcevpce":
		return byNetwork
	case "aws:sourceip":
		return byAddress
	case "aws:userid":
		return byUserID
	case "s3:x-amz-server-side-encryption-aws-kms-key-id":
		return byKey
	case "aws:principalservicename", "aws:principalservicenameslist":
		return byService
	case "aws:principalisawsservice":
		return byServiceCall
	case "elasticfilesystem:accessedviamounttarget":
		return byMount
	}
	return none
}

// resourceGroundOf is groundOf for the keys that tell whose the resource is,
// which confine what can be reached through an endpoint.
func resourceGroundOf(key string) ground {
	switch key {
	case "aws:resourceaccount", "s3:resourceaccount":
		return byAccount
	case "aws:resourceorgid":
		return byOrg
	case "aws:resourceorgpaths":
		return byOrgPath
	}
	return none
}

// confines tells whether a condition of an Allow keeps out everybody but those
// it names. An operator with IfExists or ForAllValues also holds where the key
// is absent, and confines only beside a Null condition that demands the key.
func (c *Condition) confines(among []Condition) cloud.Truth {
	return c.confinesBy(groundOf(c.Key), among)
}

func (c *Condition) confinesBy(g ground, among []Condition) cloud.Truth {
	if c.Unknown != nil {
		return cloud.UnknownTruth(c.Unknown)
	}
	if g == none || !c.Operator.positive() {
		return cloud.Known(false)
	}
	answer := c.fixed(g, "true")
	if c.Operator.IfExists || c.Operator.Set == "forallvalues" {
		answer = answer.And(demands(among, c.Key))
	}
	return answer
}

// exempts tells whether those whom a condition of a Deny lets off are only
// such as it names: StringNotEquals on aws:PrincipalOrgID lets off the
// organization. Where the key is absent an operator with Not holds, and the
// request is denied, but for ForAnyValue.
func (c *Condition) exempts() cloud.Truth {
	if c.Unknown != nil {
		return cloud.UnknownTruth(c.Unknown)
	}
	g := groundOf(c.Key)
	if g == none || c.Operator.Set == "foranyvalue" {
		return cloud.Known(false)
	}
	if g == byServiceCall || g == byMount {
		return c.fixed(g, "false")
	}
	if !c.Operator.negative() {
		return cloud.Known(false)
	}
	return c.fixed(g, "true")
}

// demands tells whether a Null condition demands that the key is there.
func demands(conditions []Condition, key string) cloud.Truth {
	answer := cloud.Known(false)
	for _, c := range conditions {
		if c.Unknown == nil && c.Operator.Base == "null" && c.Key == key {
			answer = answer.Or(c.Values.all(func(v string) cloud.Truth { return cloud.Known(strings.EqualFold(v, "false")) }))
		}
	}
	return answer
}

// positive tells whether the operator holds for the values given and no others.
func (op Operator) positive() bool {
	switch op.Base {
	case "stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress", "bool":
		return true
	}
	return false
}

// negative tells whether the operator holds for all but the values given.
func (op Operator) negative() bool {
	switch op.Base {
	case "stringnotequals", "stringnotequalsignorecase", "stringnotlike", "arnnotequals", "arnnotlike", "notipaddress":
		return true
	}
	return false
}

// literal tells whether the operator takes wildcards for what they are.
func (op Operator) literal() bool {
	switch op.Base {
	case "stringequals", "stringequalsignorecase", "stringnotequals", "stringnotequalsignorecase":
		return true
	}
	return false
}

// all tells whether a test holds for every value; of none it does not.
func (v Values) all(test func(string) cloud.Truth) cloud.Truth {
	answer := cloud.Known(len(v.Known)+len(v.Unknown) > 0)
	for _, value := range v.Known {
		answer = answer.And(test(value))
	}
	for _, u := range v.Unknown {
		answer = answer.And(cloud.UnknownTruth(u))
	}
	return answer
}

// fixed tells whether each value of the condition names somebody in
// particular. flag is the value by which a key that is true or false confines.
//
// S3 calls a value fixed that holds no wildcard and no variable. An ARN may
// hold wildcards as long as its account is fixed, as IAM Access Analyzer has
// it.
func (c *Condition) fixed(g ground, flag string) cloud.Truth {
	v := c.Values
	if c.Operator.literal() && g != byAddress && len(v.Unknown) > 0 {
		// Whatever an unknown value turns out to be, it is one text.
		v.Unknown = nil
		if len(v.Known) == 0 {
			return cloud.Known(true)
		}
	}
	return v.all(func(value string) cloud.Truth {
		value = strings.TrimSpace(value)
		switch g {
		case byServiceCall, byMount:
			return cloud.Known(strings.EqualFold(value, flag))
		case byAddress:
			return narrow(value)
		case byARN:
			return cloud.Known(fixedARN(value))
		case byOrgPath:
			// o-a1b2c3d4e5/r-ab12/ou-… : the organization is what counts.
			organization, _, _ := strings.Cut(value, "/")
			return cloud.Known(plain(organization))
		case byUserID:
			// AROAEXAMPLEID:session : the id of a role is unique, its sessions' names are not.
			id, _, _ := strings.Cut(value, ":")
			return cloud.Known(plain(id))
		}
		return cloud.Known(plain(value))
	})
}

// plain tells whether text is one value: no wildcard, no variable, not empty.
func plain(text string) bool {
	return text != "" && !strings.ContainsAny(text, "*?") && !hasVariable(text)
}

// fixedARN tells whether an ARN, or a pattern of some, belongs to one account.
// An ARN without an account is fixed when it is whole, and that of a bucket when
// the bucket is, since no two buckets have one name.
func fixedARN(text string) bool {
	arn, ok := SplitARN(text)
	if !ok {
		return symbolFirst(text)
	}
	if arn.Account != "" && plain(arn.Account) || arn.Account == "" && plain(text) {
		return true
	}
	bucket, _, _ := strings.Cut(arn.Resource, "/")
	switch bucket {
	case "accesspoint", "access-grants", "job", "storage-lens", "storage-lens-group":
		return false // other things of S3, which belong to an account
	}
	return arn.Service == "s3" && plain(bucket)
}

// symbolFirst tells whether text begins with a symbol of the same template, as
// "${Api.Arn}/*" does.
func symbolFirst(text string) bool {
	if !strings.HasPrefix(text, "${") {
		return false
	}
	n := closing(text)
	return n > 0 && !isVariable(text[:n])
}

// narrow tells whether an IP range is small enough that S3 does not call it
// public: no broader than /8 in IPv4 or /32 in IPv6, or private.
func narrow(text string) cloud.Truth {
	if cloud.HasSymbol(text) {
		if strings.HasSuffix(text, "/32") || strings.HasSuffix(text, "/128") {
			return cloud.Known(true)
		}
		return cloud.UnknownTruth(&cloud.Unresolved{Reason: short(text) + " is known only after deployment", Partial: text})
	}
	address, _, ranged := strings.Cut(text, "/")
	if !ranged {
		_, err := netip.ParseAddr(address)
		return cloud.Known(err == nil)
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return cloud.Known(false) // AWS refuses it; it confines nobody
	}
	addr, bits := p.Addr(), p.Bits()
	if addr.Is4In6() && bits >= 96 {
		addr, bits = addr.Unmap(), bits-96
	}
	if addr.Is4() {
		return cloud.Known(bits >= 8)
	}
	return cloud.Known(bits >= 32 || addr.IsPrivate() && bits >= 7)
}

// fixedEndpoint tells whether an endpoint of a subscription, or a pattern of
// some, is in one place: a mail domain, a web host or an account.
func fixedEndpoint(text string) bool {
	if at := strings.LastIndexByte(text, '@'); at >= 0 {
		return plain(text[at+1:])
	}
	for _, scheme := range []string{"https://", "http://"} {
		if rest, ok := strings.CutPrefix(text, scheme); ok {
			host, _, _ := strings.Cut(rest, "/")
			return plain(host)
		}
	}
	return fixedARN(text)
}
