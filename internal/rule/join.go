package rule

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// A Join names other resources that a check needs.
type Join struct {
	Name string // the variable in expressions
	Type string // the type joined

	// Keys are properties of Type and Own properties of the judged resource:
	// the two are joined where a value of one equals a value of the other.
	// Both are empty for a join of every resource of the type.
	Keys, Own []string

	// InRegion is true for a join of every resource of the type in the region
	// of the judged resource.
	InRegion bool
}

var joinForm = regexp.MustCompile(`^(\S+)(?:\s+where\s+(\S+(?:\s+or\s+\S+)*)\s*=\s*(\S+(?:\s+or\s+\S+)*)|\s+(in\s+region))?$`)

// parseJoin reads "AWS::EC2::FlowLog where ResourceId = VpcId". Either side
// may list alternatives: "where Bucket = BucketName or Arn". Without `where`
// every resource of the type is joined, of the account or, with "in region",
// of one region of it.
func parseJoin(name, text string, own *schema.Type) (Join, error) {
	m := joinForm.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return Join{}, fmt.Errorf("%q is no join; write TYPE, TYPE in region, or TYPE where Property = Property", text)
	}
	j := Join{Name: name, Type: m[1], InRegion: m[4] != ""}
	if !identifier.MatchString(name) || reserved[name] {
		return Join{}, fmt.Errorf("%q cannot name joined resources", name)
	}
	typ, ok := schema.Lookup(j.Type)
	if !ok {
		return Join{}, fmt.Errorf("there is no resource type %q%s", j.Type, didYouMean(schema.NearestType(j.Type)))
	}
	if m[2] == "" {
		return j, nil
	}
	sides := []struct {
		text  string
		typ   *schema.Type
		paths *[]string
	}{{m[2], typ, &j.Keys}, {m[3], own, &j.Own}}
	for _, side := range sides {
		for path := range strings.SplitSeq(side.text, " or ") {
			path = strings.TrimSpace(path)
			if side.typ.Property(path) == nil {
				return Join{}, fmt.Errorf("%s has no property %q%s", side.typ.Name, path, didYouMean(nearestField(side.typ.Root, path)))
			}
			*side.paths = append(*side.paths, path)
		}
	}
	return j, nil
}

// reserved are the variables that every expression has.
var reserved = map[string]bool{
	"resource": true, "settings": true, "id": true, "arn": true, "name": true,
	"region": true, "account": true, "tags": true, "now": true, "created": true, "meta": true,
}
