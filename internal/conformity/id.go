package conformity

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A CheckID names one check: a rule applied to a resource of an account.
type CheckID struct {
	Account  string // Surety's id of the account
	Rule     string // "EC2-075"
	Service  string // key of the rule's service; what clients send here is not to be trusted
	Region   string // "us-east-1", "global"
	Resource string // may hold ':' and '/'; empty where a check is about no resource
}

// String is "ccc:<account>:<rule>:<service>:<region>:<resource>".
func (id CheckID) String() string {
	return "ccc:" + id.Account + ":" + id.Rule + ":" + id.Service + ":" + id.Region + ":" + id.Resource
}

// ParseCheckID reads the form that String writes. Only the resource may be
// empty.
func ParseCheckID(s string) (CheckID, error) {
	parts, err := splitID("check", s, "ccc", "ccc:account:rule:service:region:resource", 6)
	if err != nil {
		return CheckID{}, err
	}
	return CheckID{Account: parts[1], Rule: parts[2], Service: parts[3], Region: parts[4], Resource: parts[5]}, nil
}

// A CCRN names a resource of an account.
type CCRN struct {
	Provider string // "aws"
	Account  string // Surety's id of the account
	Service  string // key of the service that owns the resource's type
	Region   string // "us-east-1", "global"
	Resource string // may hold ':' and '/'
}

// String is "ccrn:<provider>:<account>:<service>:<region>:<resource>". An empty
// provider is "aws".
func (n CCRN) String() string {
	provider := n.Provider
	if provider == "" {
		provider = AWS
	}
	return "ccrn:" + provider + ":" + n.Account + ":" + n.Service + ":" + n.Region + ":" + n.Resource
}

// ParseCCRN reads the form that String writes. Only the resource may be empty.
func ParseCCRN(s string) (CCRN, error) {
	parts, err := splitID("resource name", s, "ccrn", "ccrn:provider:account:service:region:resource", 6)
	if err != nil {
		return CCRN{}, err
	}
	return CCRN{Provider: parts[1], Account: parts[2], Service: parts[3], Region: parts[4], Resource: parts[5]}, nil
}

// splitID cuts an id at its first colons into n parts, of which only the last
// may be empty and may hold colons. what and form are for the error.
func splitID(what, s, prefix, form string, n int) ([]string, error) {
	if err := printable(what, s); err != nil {
		return nil, err
	}
	parts := strings.SplitN(s, ":", n)
	if len(parts) < n || parts[0] != prefix {
		return nil, fmt.Errorf("%q is no id of a %s: it has the form %s", s, what, form)
	}
	names := strings.Split(form, ":")
	for i, part := range parts[:n-1] {
		if part == "" {
			return nil, fmt.Errorf("%q is no id of a %s: the %s is empty; it has the form %s", s, what, names[i], form)
		}
	}
	return parts, nil
}

// maxID bounds an id: the longest that AWS makes, an ARN, has 2,048 characters.
const maxID = 4096

// printable refuses what no id holds and no database stores as text.
func printable(what, s string) error {
	if len(s) > maxID {
		return fmt.Errorf("the id of a %s has at most %d characters; this has %d", what, maxID, len(s))
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return fmt.Errorf("%q is no id of a %s: it holds what is no text", s, what)
	}
	return nil
}
