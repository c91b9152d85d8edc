package policy

import (
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// An ARN is an Amazon Resource Name taken apart.
type ARN struct{ Partition, Service, Region, Account, Resource string }

// SplitARN takes an ARN apart. A ${…} is one piece of text whatever colons it
// holds. ok is false for text that is no ARN.
func SplitARN(text string) (arn ARN, ok bool) {
	var parts [6]string
	part, begin := 0, 0
	for i := 0; i < len(text) && part < 5; {
		if strings.HasPrefix(text[i:], "${") {
			if n := closing(text[i:]); n > 0 {
				i += n
				continue
			}
		}
		if text[i] == ':' {
			parts[part], begin = text[begin:i], i+1
			part++
		}
		i++
	}
	if part < 5 || !strings.EqualFold(parts[0], "arn") {
		return ARN{}, false
	}
	return ARN{parts[1], parts[2], parts[3], parts[4], text[begin:]}, true
}

// IsAccountID tells whether text is the twelve digits of an AWS account.
func IsAccountID(text string) bool {
	if len(text) != 12 {
		return false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

// isVariable tells whether a ${…} is a variable of IAM, filled in at each
// request, rather than a symbol of a template: its name begins with a prefix
// and one colon ("${aws:username}").
func isVariable(piece string) bool {
	name := strings.TrimSuffix(strings.TrimPrefix(piece, "${"), "}")
	for i := 0; i < len(name); i++ {
		c := name[i]
		switch {
		case c == ':':
			return i > 0 && !strings.HasPrefix(name[i:], "::")
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '.':
		default:
			return false
		}
	}
	return false
}

// hasVariable tells whether a variable of IAM stands anywhere in text.
func hasVariable(text string) bool {
	if !cloud.HasSymbol(text) {
		return false
	}
	for _, piece := range pieces(text) {
		if len(piece) > 1 && isVariable(piece) {
			return true
		}
	}
	return false
}

// canonical brings the two ways of naming a bucket of the same template into
// one: "arn:aws:s3:::${Bucket}" is "${Bucket.Arn}".
func canonical(resource string) string {
	arn, ok := SplitARN(resource)
	if ok && arn.Service == "s3" && arn.Region == "" && arn.Account == "" && strings.HasPrefix(arn.Resource, "${") {
		if n := closing(arn.Resource); n > 0 && !isVariable(arn.Resource[:n]) {
			return "${" + base(arn.Resource[2:n-1]) + ".Arn}" + arn.Resource[n:]
		}
	}
	if strings.HasPrefix(resource, "${") {
		if n := closing(resource); n > 0 && strings.HasSuffix(resource[:n], ".arn}") {
			return resource[:n-len(".arn}")] + ".Arn}" + resource[n:]
		}
	}
	return resource
}

// base takes the attribute that gives a bucket's name off its address.
func base(address string) string {
	for _, attribute := range []string{".id", ".bucket", ".BucketName"} {
		if name, found := strings.CutSuffix(address, attribute); found {
			return name
		}
	}
	return address
}
