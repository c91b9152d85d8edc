package terraform

import (
	"fmt"
	"strconv"
	"strings"
)

// A propertyPath leads to a property of a CloudFormation type. As written in a mapping
// file:
//
//	VersioningConfiguration.Status                   names
//	Rules[].Status                                   an element of a list
//	VpnTunnelOptionsSpecifications[1].PreSharedKey   a fixed element
//	LoadBalancerAttributes[Key=idle_timeout].Value   the element with that field
//	CustomResponseBodies.{key}.Content               a key that an argument names
type propertyPath []segment

type segment struct {
	Name   string
	KeyArg string // the argument that holds the key, instead of Name

	List         bool
	Index        int    // of a fixed element, from 0; -1 for none
	Field, Value string // of an element that is found by a field

	// prefix is the path up to and with this segment, as text; it names the
	// list that a block's elements become.
	prefix string
}

// open tells whether the segment is a list whose element the text leaves open.
func (s segment) open() bool { return s.List && s.Index < 0 && s.Field == "" }

func parsePath(text string) (propertyPath, error) {
	var p propertyPath
	rest := text
	for rest != "" {
		s := segment{Index: -1}
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		s.Name, rest = rest[:end], rest[end:]
		if arg, ok := strings.CutPrefix(s.Name, "{"); ok {
			s.KeyArg, s.Name = strings.TrimSuffix(arg, "}"), ""
		}
		if s.Name == "" && s.KeyArg == "" {
			return nil, fmt.Errorf("path %q has an empty name", text)
		}
		if strings.HasPrefix(rest, "[") {
			end := strings.IndexByte(rest, ']')
			if end < 0 {
				return nil, fmt.Errorf("path %q has a [ without ]", text)
			}
			inner := rest[1:end]
			rest = rest[end+1:]
			s.List = true
			if field, value, ok := strings.Cut(inner, "="); ok {
				s.Field, s.Value = field, value
			} else if inner != "" {
				n, err := strconv.Atoi(inner)
				if err != nil || n < 0 || n > 100 {
					return nil, fmt.Errorf("path %q: [%s] is no element", text, inner)
				}
				s.Index = n
			}
		}
		s.prefix = text[:len(text)-len(rest)]
		p = append(p, s)
		if rest == "" {
			break
		}
		if rest[0] != '.' || len(rest) == 1 {
			return nil, fmt.Errorf("path %q: a dot is missing before %q", text, rest)
		}
		rest = rest[1:]
	}
	return p, nil
}

// schemaPath is the path as the schema of a type knows it: names only. ok is
// false when a key that only a template knows stands in it.
func (p propertyPath) schemaPath() (text string, ok bool) {
	names := make([]string, 0, len(p))
	for _, s := range p {
		if s.KeyArg != "" {
			return strings.Join(names, "."), false
		}
		names = append(names, s.Name)
	}
	return strings.Join(names, "."), true
}

func (p propertyPath) String() string {
	if len(p) == 0 {
		return ""
	}
	return p[len(p)-1].prefix
}
