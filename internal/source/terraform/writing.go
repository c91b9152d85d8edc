package terraform

import (
	"slices"
	"strings"
)

// A PartType is a Terraform type whose resources are a part of another
// resource: aws_s3_bucket_versioning of a bucket.
type PartType struct {
	Type     string // "aws_s3_bucket_versioning"
	Argument string // the argument that names the owner: "bucket"
}

// PartTypes lists the Terraform types whose resources each set the property at
// a path of their one owner. Types that add an element to a list of the owner
// are not among them.
func PartTypes(cfnType, cfnPath string) []PartType {
	entries, err := mappingFiles.ReadDir("mapping")
	if err != nil {
		return nil
	}
	var out []PartType
	for _, entry := range entries {
		tfType, ok := strings.CutSuffix(entry.Name(), ".tsv")
		if !ok {
			continue
		}
		text, err := mappingFiles.ReadFile("mapping/" + entry.Name())
		if err != nil || !strings.Contains(string(text), "@part "+cfnType+" ") {
			continue
		}
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
	slices.SortFunc(out, func(a, b PartType) int { return strings.Compare(a.Type, b.Type) })
	return out
}

// An ArgumentShape is how an argument or block of a resource is written.
type ArgumentShape struct {
	Block    bool
	Kind     string // of an argument: "string", "bool", "number", "list", "set", "map", "object"
	Single   bool   // of a block: there may be one at most
	Required bool
	ReadOnly bool // AWS sets it
}

// TerraformShape tells how what stands at a provider's path is written; ok is
// false when the provider's schema does not have it.
func TerraformShape(tfType, tfPath string) (shape ArgumentShape, ok bool) {
	f, err := providerFacts(tfType)
	for _, name := range strings.Split(tfPath, ".") {
		if err != nil || f == nil {
			return ArgumentShape{}, false
		}
		f = f.Fields[strings.TrimSuffix(name, "[]")]
	}
	if f == nil {
		return ArgumentShape{}, false
	}
	return ArgumentShape{
		Block: f.Block, Kind: f.Kind, Single: f.Block && f.MaxItems == 1,
		Required: f.Required, ReadOnly: f.Computed && !f.Optional && !f.Block,
	}, true
}
