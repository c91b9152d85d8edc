package terraform

import (
	"slices"
	"strings"
	"sync"
)

// A PartType is a Terraform type whose resources are a part of another
// resource: aws_s3_bucket_versioning of a bucket.
type PartType struct {
	Type     string // "aws_s3_bucket_versioning"
	Argument string // the argument that names the owner: "bucket"
}

// partIndex lists, by CloudFormation type, the Terraform types of which a part
// is, from the first lines of the sections alone.
var partIndex = sync.OnceValue(func() map[string][]string {
	index := map[string][]string{}
	entries, err := mappingFiles.ReadDir("mapping")
	if err != nil {
		return index
	}
	for _, entry := range entries {
		tfType, ok := strings.CutSuffix(entry.Name(), ".tsv")
		if !ok {
			continue
		}
		text, err := mappingFiles.ReadFile("mapping/" + entry.Name())
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(text)) {
			if words := strings.Fields(line); len(words) > 1 && words[0] == "@part" && !slices.Contains(index[words[1]], tfType) {
				index[words[1]] = append(index[words[1]], tfType)
			}
		}
	}
	return index
})

// PartTypes lists the Terraform types whose resources each set the property at
// a path of their one owner. Types that add an element to a list of the owner
// are not among them.
func PartTypes(cfnType, cfnPath string) []PartType {
	var out []PartType
	for _, tfType := range partIndex()[cfnType] {
		m, err := mappingOf(tfType)
		if err != nil || m == nil {
			continue
		}
		for _, s := range m.Sections {
			whole := s.Kind == partSection && s.Type == cfnType && len(s.Refs) == 1 && !s.Refs[0].List && len(s.Element) == 0
			if whole && len(TerraformPaths(tfType, cfnPath)) > 0 {
				out = append(out, PartType{Type: tfType, Argument: s.Refs[0].Arg})
				break
			}
		}
	}
	return out
}

// An ArgumentShape is how an argument or block of a resource is written.
type ArgumentShape struct {
	Block    bool   // as a block, or several
	Objects  bool   // an argument that lists objects; it may be written as blocks
	Kind     string // of an argument: "string", "bool", "number", "list", "set", "map", "object"
	Single   bool   // of a block: there may be one at most
	Required bool
	ReadOnly bool // AWS sets it
}

// factsOf is what the provider's schema says of a type that has a mapping; nil
// for any other.
func factsOf(tfType string) *fact {
	m, err := mappingOf(tfType)
	if err != nil || m == nil {
		return nil
	}
	return m.Facts
}

// TerraformShape tells how what stands at a provider's path is written; ok is
// false when the provider's schema does not have it.
func TerraformShape(tfType, tfPath string) (shape ArgumentShape, ok bool) {
	f := factsOf(tfType)
	for _, name := range strings.Split(tfPath, ".") {
		if f == nil {
			return ArgumentShape{}, false
		}
		f = f.Fields[strings.TrimSuffix(name, "[]")]
	}
	if f == nil {
		return ArgumentShape{}, false
	}
	return ArgumentShape{
		Block: f.Block, Objects: !f.Block && f.Fields != nil && f.repeats(), Kind: f.Kind, Single: f.Block && f.MaxItems == 1,
		Required: f.Required, ReadOnly: f.Computed && !f.Optional && !f.Block,
	}, true
}

// RequiredArguments lists the arguments and blocks that must be written in the
// block at a provider's path, the resource itself where the path is empty.
func RequiredArguments(tfType, tfPath string) []string {
	f := factsOf(tfType)
	if tfPath != "" {
		for _, name := range strings.Split(tfPath, ".") {
			if f == nil {
				return nil
			}
			f = f.Fields[strings.TrimSuffix(name, "[]")]
		}
	}
	if f == nil {
		return nil
	}
	var out []string
	for name, field := range f.Fields {
		if field.Required {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// IsProperty tells whether the argument at a provider's path is, alone, the
// property at a CloudFormation path.
func IsProperty(tfType, tfPath, cfnPath string) bool {
	m, err := mappingOf(tfType)
	if err != nil || m == nil {
		return false
	}
	wanted, err := parsePath(withoutIndexes(cfnPath))
	if err != nil || len(wanted) == 0 {
		return false
	}
	for _, s := range m.Sections {
		r := s.Root
		for _, part := range strings.Split(tfPath, ".") {
			if r = r.child(strings.TrimSuffix(part, "[]")); r == nil {
				break
			}
		}
		if r == nil || len(r.Children) > 0 {
			continue
		}
		for _, t := range r.Targets {
			if len(t.To) == len(wanted) && samePath(t.To, wanted) {
				return true
			}
		}
	}
	return false
}
