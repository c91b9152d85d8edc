package terraform

import (
	"slices"
	"strings"
)

// TerraformPaths lists where in a resource of the Terraform type the property
// at a CloudFormation path lives: paths such as "versioning[].enabled", the
// best first. Indexes in cfnPath do not matter; a selector picks one of many
// ("LoadBalancerAttributes[Key=idle_timeout.timeout_seconds].Value"). The
// arguments that are the property come first, then the blocks; where there is
// neither, the arguments that hold it, and then those that it is made of. The
// list is empty when Terraform's type has nothing for the property.
func TerraformPaths(tfType, cfnPath string) []string {
	m, err := mappingOf(tfType)
	if err != nil || m == nil {
		return nil
	}
	wanted, err := parsePath(withoutIndexes(cfnPath))
	if err != nil || len(wanted) == 0 {
		return nil
	}
	var found [4][]string
	for _, s := range m.Sections {
		collectPaths(s.Root, wanted, &found)
	}
	var out []string
	for rank, paths := range found {
		if rank == holds && len(out) > 0 {
			break
		}
		if rank == isPartOf && len(out) > 0 {
			break
		}
		for _, path := range paths {
			if !slices.Contains(out, path) {
				out = append(out, path)
			}
		}
	}
	return out
}

// How an argument may relate to a property, the best first.
const (
	isProperty = iota // it is the property
	isBlock           // it is the block that the property is
	holds             // its value holds the property, as a policy does its statements
	isPartOf          // it is a part of the property
)

func collectPaths(r *row, wanted propertyPath, found *[4][]string) {
	for _, t := range r.Targets {
		if hasConversion(t.Convert, "const") {
			continue
		}
		shared := min(len(t.To), len(wanted))
		if !samePath(t.To[:shared], wanted[:shared]) {
			continue
		}
		rank := isProperty
		switch {
		case len(t.To) > len(wanted):
			rank = isPartOf
		case len(t.To) < len(wanted):
			rank = holds
			if len(r.Children) > 0 {
				continue // its arguments say it better
			}
		case len(r.Children) > 0:
			rank = isBlock
		}
		found[rank] = append(found[rank], r.Path)
	}
	for _, child := range r.Children {
		collectPaths(child, wanted, found)
	}
}

func samePath(a, b propertyPath) bool {
	for i := range a {
		if a[i].KeyArg == "" && b[i].KeyArg == "" && a[i].Name != b[i].Name {
			return false
		}
		if a[i].Field != "" && b[i].Field != "" && (a[i].Field != b[i].Field || a[i].Value != b[i].Value) {
			return false
		}
	}
	return true
}

// withoutIndexes drops the indexes of a path and keeps its selectors.
func withoutIndexes(path string) string {
	var b strings.Builder
	for path != "" {
		open := strings.IndexByte(path, '[')
		if open < 0 {
			break
		}
		end := strings.IndexByte(path[open:], ']')
		if end < 0 {
			break
		}
		b.WriteString(path[:open])
		if inner := path[open : open+end+1]; strings.Contains(inner, "=") {
			b.WriteString(inner)
		}
		path = path[open+end+1:]
	}
	b.WriteString(path)
	return b.String()
}

// TerraformValue turns a value that CloudFormation has for a property into the
// one that the argument at a path (as [TerraformPaths] gives it) has for the
// same setting. ok is false where a value cannot be written back.
func TerraformValue(tfType, tfPath, cfnPath string, value any) (out any, ok bool) {
	m, err := mappingOf(tfType)
	if err != nil || m == nil {
		return nil, false
	}
	wanted, err := parsePath(withoutIndexes(cfnPath))
	if err != nil || len(wanted) == 0 {
		return nil, false
	}
	for _, s := range m.Sections {
		r := s.Root
		for _, part := range strings.Split(tfPath, ".") {
			if r = r.child(strings.TrimSuffix(part, "[]")); r == nil {
				break
			}
		}
		if r == nil {
			continue
		}
		for _, t := range r.Targets {
			if len(t.To) == len(wanted) && samePath(t.To, wanted) {
				return unconvert(t.Convert, value)
			}
		}
	}
	return nil, false
}

// unconvert applies conversions backwards.
func unconvert(list []conversion, value any) (any, bool) {
	for _, c := range slices.Backward(list) {
		switch c.Name {
		case "when", "each", "unless":
		case "json":
			text, keep := toJSONText(nil, nil, value)
			if _, isText := text.(string); !isText || !keep {
				return nil, false
			}
			value = text
		case "either":
			switch scalarText(value) {
			case c.Args[0]:
				value = true
			case c.Args[1]:
				value = false
			default:
				return nil, false
			}
		case "whenTrue":
			value = scalarText(value) == c.Args[0]
		case "is":
			yes, ok := truth(value)
			if !ok || !yes {
				return nil, false
			}
			value = c.Args[0]
		case "not":
			yes, ok := truth(value)
			if !ok {
				return nil, false
			}
			value = !yes
		case "words":
			for _, pair := range c.Args {
				if from, to, _ := strings.Cut(pair, "="); to == scalarText(value) {
					value = from
					break
				}
			}
		case "cannedACL":
			for from, to := range cannedACLs {
				if to == value {
					value = from
				}
			}
		case "tags", "keyValue":
			key, field := "Key", "Value"
			if c.Name == "keyValue" {
				key, field = c.Args[0], c.Args[1]
			}
			list, ok := value.([]any)
			if !ok {
				return nil, false
			}
			tags := map[string]any{}
			for _, e := range list {
				pair, ok := e.(map[string]any)
				if !ok {
					return nil, false
				}
				tags[scalarText(pair[key])] = pair[field]
			}
			value = tags
		case "ipProtocol", "aclProtocol":
		default:
			return nil, false
		}
	}
	return value, true
}
