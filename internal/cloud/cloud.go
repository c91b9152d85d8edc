// Package cloud is the one vocabulary that everything else speaks: a resource
// as AWS CloudFormation would describe it, whatever it was read from, and the
// inventory that holds the resources of one scan.
//
// A property value is a JSON value (nil, bool, float64, int64, string, []any,
// map[string]any) or an [Unresolved], which says that there is a value and why
// it could not be known. A reference to another resource of the same template
// is a string, the [Symbol] of that resource, so that joins work in a template
// as they do in an account.
package cloud

import (
	"strings"
	"time"
)

// A Resource is one thing in the cloud under CloudFormation's names.
type Resource struct {
	Type    string            // "AWS::EC2::SecurityGroup"
	ID      string            // what Ref returns; for templates the logical id or the Terraform address
	ARN     string            // empty where AWS has none or a template cannot tell
	Name    string            // the name a person gave it, else empty
	Account string            // 12 digits; empty for a template
	Region  string            // "us-east-1", "global"; empty for a template
	Tags    map[string]string // whatever form the type keeps them in; a value of a template that is not known holds ${…}
	Created time.Time         // zero where AWS does not tell

	// TagsUnresolved says why Tags may be incomplete; empty when they are not.
	TagsUnresolved string

	Properties map[string]any

	// World names the closed world that the resource's references are
	// resolved in: the account, the stack's template, the Terraform root
	// module. Joins never cross it.
	World string

	// Source tells where in a template the resource and each of its
	// properties stand; nil for a live account.
	Source *Location

	// Conditional is why it cannot be known whether the resource will exist
	// (a condition or count that could not be decided); empty otherwise.
	Conditional string

	// Fragment is why only a part of the resource was read, where a part
	// stands in a template without the resource that it belongs to; empty
	// otherwise. The rest, and what else refers to the resource, is not known
	// for this reason.
	Fragment string

	// Template is true for a resource of a template: what only a running
	// account can tell is unresolved rather than absent.
	Template bool

	// SourceType is the type under the source's own name where that differs
	// ("aws_security_group").
	SourceType string

	// Ignores are the suppressions written beside the resource.
	Ignores []Ignore
}

// Service is the middle part of the type: "EC2" of AWS::EC2::SecurityGroup.
func (r *Resource) Service() string {
	parts := strings.SplitN(r.Type, "::", 3)
	if len(parts) < 3 {
		return r.Type
	}
	return parts[1]
}

// Locate returns the place of the property at a path such as
// "SecurityGroupIngress[0].CidrIp", or of its nearest ancestor that has one,
// the resource itself at last. It is nil for a live resource.
func (r *Resource) Locate(path string) *Location {
	return r.Source.At(path)
}

// A Location is a place in a template file and, below it, the places of the
// parts of the value that stands there. It mirrors the shape of the value.
type Location struct {
	File    string // as the user named it
	Line    int    // first line, from 1
	EndLine int    // last line, inclusive
	Column  int    // column of the first character, from 1

	Fields map[string]*Location
	Items  []*Location
}

// At walks from l along a path of names and [indexes] and returns the deepest
// place that is known.
func (l *Location) At(path string) *Location {
	here := l
	for path != "" && here != nil {
		var next *Location
		if path[0] == '[' {
			end := strings.IndexByte(path, ']')
			if end < 0 {
				return here
			}
			index := 0
			for _, c := range path[1:end] {
				if c < '0' || c > '9' || index > 1<<20 {
					return here
				}
				index = index*10 + int(c-'0')
			}
			if index < len(here.Items) {
				next = here.Items[index]
			}
			path = strings.TrimPrefix(path[end+1:], ".")
		} else {
			end := strings.IndexAny(path, ".[")
			name := path
			if end < 0 {
				path = ""
			} else {
				name, path = path[:end], strings.TrimPrefix(path[end:], ".")
			}
			next = here.Fields[name]
		}
		if next == nil {
			return here
		}
		here = next
	}
	return here
}

// Unresolved stands where a property has a value that could not be known: a
// parameter without a default, an attribute known after apply, a denied call.
// What depends on it is neither pass nor fail.
type Unresolved struct {
	// Reason completes "… could not be known: ", for a person: "parameter
	// KeyId has no default".
	Reason string

	// Partial is the text as far as it is known, with ${…} for the rest
	// ("arn:aws:s3:::${Bucket}/*"); empty when nothing is.
	Partial string

	// Many is true for an element of a list that stands for any number of
	// elements, none included.
	Many bool
}

// A Symbol names a resource of the same template, or one attribute of it,
// where AWS would put a value that exists only after deployment: "${Vpc}",
// "${Vpc.Arn}", "${aws_vpc.main.id}".
func Symbol(address, attribute string) string {
	if attribute == "" {
		return "${" + address + "}"
	}
	return "${" + address + "." + attribute + "}"
}

// IsSymbol tells whether all of s is one symbol.
func IsSymbol(s string) bool {
	return strings.HasPrefix(s, "${") && strings.IndexByte(s, '}') == len(s)-1
}

// HasSymbol tells whether a symbol stands anywhere in s, so that s must not
// be compared with a literal.
func HasSymbol(s string) bool { return strings.Contains(s, "${") }

// Pseudo values that a template cannot know and that rules compare with each
// other: a policy that names the template's own account is about that account.
const (
	TemplateAccount = "${AWS::AccountId}"
	TemplateRegion  = "${AWS::Region}"
)
