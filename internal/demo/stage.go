package demo

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/conformity"
)

// stage makes the inventory of a scene of the recorded one: fewer resources,
// which have other numbers and names. The recorded one is left as it is.
func (s *scene) stage(recorded *cloud.Inventory) *cloud.Inventory {
	inv := *recorded
	if s.id == recordedID {
		return &inv
	}
	inv.Resources = nil
	text := s.rewriter()
	for _, r := range sighted(recorded).Resources {
		if s.lacks(r) {
			continue
		}
		other := *r
		for _, field := range []*string{&other.ID, &other.ARN, &other.Name, &other.Account, &other.World, &other.TagsUnresolved} {
			*field = text(*field)
		}
		other.Tags = make(map[string]string, len(r.Tags))
		for key, value := range r.Tags {
			other.Tags[key] = text(value)
		}
		other.Properties, _ = rewritten(r.Properties, text).(map[string]any)
		inv.Resources = append(inv.Resources, &other)
	}
	return &inv
}

// lacks tells whether the account does not have a resource of the recorded
// one.
func (s *scene) lacks(r *cloud.Resource) bool {
	if slices.ContainsFunc(s.without, func(name string) bool { return r.Type == name || strings.HasPrefix(r.Type, name+"::") }) {
		return true
	}
	return !ground(r.Type) && chance(s.id, "has", r.ID)%100 >= uint64(s.share)
}

// ground tells whether others stand on the resources of a type, so that an
// account does not do without some of them, or has had them from the first.
func ground(typ string) bool {
	switch typ {
	case "AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::RouteTable", "AWS::EC2::Route", "AWS::EC2::NetworkAcl", "AWS::EC2::InternetGateway",
		"AWS::EC2::SubnetNetworkAclAssociation", "AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::OnDemandQuota",
		"AWS::KMS::Key", "AWS::KMS::Alias", "AWS::IAM::ManagedPolicy", "AWS::IAM::RootUser", regionType:
		return true
	}
	return conformity.Descriptor(typ).Once
}

// number is the end of an id that AWS makes: sg-0a1b2c3d, the last part of a
// UUID.
var number = regexp.MustCompile(`-[0-9a-f]{8,17}\b`)

// rewriter says in the scene's words what the recorded account says: the same
// text always becomes the same.
func (s *scene) rewriter() func(string) string {
	words := strings.NewReplacer(append([]string{recordedID, s.id}, s.words...)...)
	return func(text string) string {
		text = words.Replace(text)
		return number.ReplaceAllStringFunc(text, func(id string) string {
			if !strings.ContainsAny(id, "abcdef") {
				return id // the number of an account, or a date
			}
			sum := sha256.Sum256([]byte(s.id + id))
			return "-" + hex.EncodeToString(sum[:])[:len(id)-1]
		})
	}
}

// rewritten is a copy of a value with all of its texts rewritten.
func rewritten(value any, text func(string) string) any {
	switch v := value.(type) {
	case string:
		return text(v)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = rewritten(v[i], text)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(v))
		for key := range v {
			object[text(key)] = rewritten(v[key], text)
		}
		return object
	case *cloud.Unresolved:
		u := *v
		u.Reason, u.Partial = text(v.Reason), text(v.Partial)
		return &u
	}
	return value
}

// chance is a number that only the texts decide, so that the demo is the same
// every day.
func chance(texts ...string) uint64 {
	sum := sha256.Sum256([]byte(strings.Join(texts, "\x00")))
	return binary.BigEndian.Uint64(sum[:])
}
