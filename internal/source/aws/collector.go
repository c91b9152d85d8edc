package aws

import (
	"context"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// A collector reads the resources of one or a few types, of one account and
// region, by one list call. What the list does not tell is read resource by
// resource by its parts, and only where a rule needs it.
type collector struct {
	service string // as --service and progress name it: "ec2"
	global  bool   // one for the whole account, not one for each region
	types   []emits
	calls   string // the IAM actions of read: "ec2:DescribeVolumes"
	read    func(context.Context, *scope) error
	parts   []part
}

// emits declares a type that a collector emits.
type emits struct {
	typ string

	// gives names the properties that the list call tells, at the top level:
	// "Encrypted Size VolumeType". What is declared and not set is absent, as
	// AWS says; what is not declared is not known, and a rule that reads it is
	// not run on accounts.
	gives string

	// lacks names what stands deeper in these and is not told, as the
	// definition and the property: "AWS::EC2::Instance.Ebs.Encrypted".
	lacks string

	// tagged is the type's name in the Resource Groups Tagging API
	// ("sqs:queue"), by which its tags are read in bulk. It is empty for a
	// type whose list call gives the tags, and "-" for one that has none or
	// whose tags no bulk call gives.
	tagged string

	// secret names properties that may hold credentials. Their text is
	// replaced by what kinds of credentials stand in it.
	secret string
}

// A part is a further call for some properties of each resource.
type part struct {
	typ   string // of the collector's types; may be empty when it has one
	gives string // as of emits
	calls string // the IAM actions of read
	read  func(context.Context, *scope, *cloud.Resource) (props, error)

	// slow marks a call for one resource at a time of which an account may
	// have tens of thousands, where AWS has no call for many: it is made only
	// when the user asks for thoroughness.
	slow bool

	// emits names other types of the collector that read hands over with
	// scope.add, such as a queue's policy: where the call fails, these are
	// unread.
	emits string
}

// props are properties by name, as an SDK gives them or as plain values: both
// become plain when they are added to a resource.
type props map[string]any

func names(list string) []string { return strings.Fields(list) }

// typeOf is the type that the part belongs to.
func (c *collector) typeOf(p *part) string {
	if p.typ == "" {
		return c.types[0].typ
	}
	return p.typ
}

// emission is the declaration of a type; nil when the collector has none.
func (c *collector) emission(typ string) *emits {
	for i := range c.types {
		if c.types[i].typ == typ {
			return &c.types[i]
		}
	}
	return nil
}
