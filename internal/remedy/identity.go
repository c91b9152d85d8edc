package remedy

import (
	"slices"
	"strings"
	"unicode"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// An identity knows which options of the AWS CLI name a resource, and what they
// have to be for it. That is derived from the type: an option names the
// resource if it is called after its primary identifier (--vpc-id: VpcId), after
// the type (--security-group-id), within the type's own service also after the
// end of the type's name (--group-id), or if it is a bare --name, --id or --arn
// of an operation on the type (eks describe-cluster --name). What cannot be
// derived stands in aliases.
type identity struct {
	resource *cloud.Resource
	typ      *schema.Type
	services []string // of the AWS CLI
	nouns    []string // what the type is called, longest first, in lower case without dashes
	primary  map[string]string
	aliases  map[string]alias
}

func newIdentity(r *cloud.Resource) *identity {
	id := &identity{resource: r, primary: map[string]string{}, aliases: aliases[r.Type]}
	parts := strings.Split(r.Type, "::")
	service, name := parts[len(parts)-2], parts[len(parts)-1]
	id.services = cliServices[service]
	if id.services == nil {
		id.services = []string{strings.ToLower(service)}
	}
	words := camel(name)
	for i := range words {
		id.nouns = append(id.nouns, strings.ToLower(strings.Join(words[i:], "")))
	}
	if typ, ok := schema.Lookup(r.Type); ok {
		id.typ = typ
		for _, path := range typ.PrimaryIdentifier {
			id.primary[fold(path)] = path
		}
	}
	return id
}

// single tells whether there is a resource to be named: accounts and their
// settings are not named by commands.
func (id *identity) single() bool {
	return id.typ != nil && (!id.typ.Overlay || namedOverlay[id.resource.Type])
}

// own tells whether a command is one of the type's own service.
func (id *identity) own(c invocation) bool { return slices.Contains(id.services, c.service) }

// on tells whether an operation is on the type: its noun is what the type is
// called, or begins with that and the operation does not make what the rest
// names.
func (id *identity) on(c invocation) bool {
	if !id.own(c) {
		return false
	}
	joined := ""
	for i, w := range c.noun {
		joined += w
		if strings.TrimSuffix(joined, "s") == strings.TrimSuffix(id.nouns[0], "s") {
			return c.verb != "create" || i == len(c.noun)-1
		}
	}
	return false
}

// makes tells whether an operation makes a new resource of the type, so that
// what it names is not the judged one.
func (id *identity) makes(c invocation) bool {
	switch c.verb {
	case "create", "restore", "run", "allocate", "request":
	default:
		return false
	}
	noun := c.noun
	if i := slices.Index(noun, "from"); i >= 0 {
		noun = noun[:i]
	}
	joined := strings.Join(noun, "")
	return joined == "" || slices.Contains(id.nouns, joined)
}

// role is what an option says of the resource: the property that it is, where
// that is known by name, or one of its identifiers in general. It is empty for
// an option that does not name the resource.
func (id *identity) role(c invocation, option string) string {
	if !id.single() {
		return ""
	}
	name := fold(option)
	if c.verb == "copy" {
		// What a copy is made of is called its source.
		from, ok := strings.CutPrefix(name, "source")
		if !ok {
			return ""
		}
		name = from
	}
	for _, n := range []string{name, strings.TrimSuffix(name, "s")} {
		if id.aliases[n].from != "" && (id.own(c) || !generic(n)) {
			return n
		}
		if id.primary[n] != "" && !generic(n) {
			return n
		}
		for i, noun := range id.nouns {
			rest, ok := strings.CutPrefix(n, noun)
			if !ok || i > 0 && (!id.own(c) || rest == "") {
				continue
			}
			switch rest {
			case "", "id", "name", "arn", "identifier", "url":
				return n
			}
		}
		if generic(n) && id.on(c) {
			return n
		}
		if c.service == "ec2" && id.own(c) && (n == "resource" || n == "resourceid") {
			return n // create-tags and create-flow-logs take a resource of any type
		}
	}
	return ""
}

// generic tells whether an option says nothing of what it names.
func generic(name string) bool { return name == "name" || name == "id" || name == "arn" }

// parent tells whether a role names another resource that the judged one
// belongs to.
func (id *identity) parent(role string) bool {
	from := id.aliases[role].from
	return from != "" && from != "ID" && from != "ARN"
}

// value is what an option of a role has to be for the resource, in the form of
// the page's example: an ARN where that is one, a URL where that is one.
func (id *identity) value(role, example string) (string, bool) {
	for _, v := range id.candidates(role) {
		if sameShape(v, example) || id.aliases[role].orARN && strings.HasPrefix(v, "arn:") && !strings.HasPrefix(example, "arn:") {
			return v, fillable(v)
		}
	}
	return "", false
}

// candidates are the texts that may be meant by a role, the likeliest first.
func (id *identity) candidates(role string) []string {
	r := id.resource
	property := func(name string) string {
		for key, v := range r.Properties {
			if fold(key) != name {
				continue
			}
			if list, ok := v.([]any); ok && len(list) == 1 {
				v = list[0]
			}
			if s, ok := v.(string); ok {
				return s
			}
		}
		return ""
	}
	out := []string{}
	add := func(values ...string) {
		for _, v := range values {
			if v != "" {
				out = append(out, v)
			}
		}
	}
	switch from := id.aliases[role].from; from {
	case "":
	case "ID":
		add(r.ID)
	case "ARN":
		add(r.ARN, r.ID)
		return out
	default:
		add(property(fold(from)))
		return out
	}
	add(property(role))
	noun := id.nouns[0]
	switch {
	case strings.HasSuffix(role, "arn"):
		add(r.ARN, r.ID)
	case strings.HasSuffix(role, "name"):
		add(property(noun+"name"), property("name"))
		if len(id.primary) < 2 {
			add(r.ID)
		}
		if id.typ.Root.Fields["Name"] != nil {
			add(r.Name)
		}
	default:
		if len(id.primary) < 2 {
			add(r.ID)
		}
		add(property(noun+"name"), property(noun+"id"), property("id"), r.ARN)
	}
	return out
}

// sameShape tells whether two identifiers are of one form: ARNs of the same
// service and kind, URLs, or neither.
func sameShape(value, example string) bool {
	arn := strings.HasPrefix(example, "arn:")
	url := strings.HasPrefix(example, "https://")
	switch {
	case arn:
		v, e := strings.SplitN(value, ":", 6), strings.SplitN(example, ":", 6)
		return len(v) == 6 && len(e) == 6 && v[0] == "arn" && v[2] == e[2] && kind(v[5]) == kind(e[5])
	case url:
		return strings.HasPrefix(value, "https://")
	}
	return !strings.HasPrefix(value, "arn:") && !strings.Contains(value, "://") && !strings.Contains(value, "|")
}

// kind is the first part of an ARN's resource where it has several: "key" of
// key/1234, "" of a topic's bare name.
func kind(resource string) string {
	i := strings.IndexAny(resource, "/:")
	if i < 0 {
		return ""
	}
	return resource[:i]
}

// fold makes names comparable however they are spelt: VpcId, vpc-id.
func fold(name string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "", ".", "").Replace(name))
}

// camel cuts "VPCPeeringConnection" into VPC, Peering and Connection.
func camel(name string) []string {
	var out []string
	start := 0
	runes := []rune(name)
	for i := 1; i < len(runes); i++ {
		lower := unicode.IsLower(runes[i])
		after := unicode.IsUpper(runes[i]) && !unicode.IsUpper(runes[i-1])
		last := unicode.IsUpper(runes[i]) && i+1 < len(runes) && unicode.IsLower(runes[i+1])
		if !lower && (after || last) {
			out = append(out, string(runes[start:i]))
			start = i
		}
	}
	return append(out, string(runes[start:]))
}
