package conformity

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/surety-cloud/surety/internal/cloud/schema"
)

//go:embed types.tsv
var typesTSV string

// A TypeInfo is what the API calls a resource type.
type TypeInfo struct {
	Type       string // as Surety and CloudFormation call it: "AWS::S3::Bucket"
	Descriptor string // as the API calls it: "s3-bucket"
	Service    string // key of the service that owns the type: "S3"
	Name       string // in words, the resourceName of a check: "S3 Bucket"

	// Once is true for a type of which an account, or each of its regions, has
	// one: its checks are about no resource that could be named.
	Once bool
}

// Types lists the types that Surety has words for, by descriptor. Any other
// type has a TypeInfo too; see Descriptor.
func Types() []TypeInfo { return slices.Clone(vocabulary().types) }

// Descriptor gives the words for a type. For a type that the data does not have
// they are made from its name: AWS::EC2::Host is "ec2-host".
func Descriptor(cfn string) TypeInfo {
	v := vocabulary()
	if i, ok := v.byType[cfn]; ok {
		return v.types[i]
	}
	parts := strings.Split(cfn, "::")
	if len(parts) != 3 {
		return TypeInfo{
			Type: cfn, Descriptor: strings.ToLower(strings.ReplaceAll(cfn, "::", "-")), Service: parts[0], Name: cfn,
		}
	}
	n, ok := services().namespaces[parts[1]]
	if !ok {
		n = namespace{service: parts[1], descriptor: strings.ToLower(parts[1])}
	}
	t := TypeInfo{
		Type: cfn, Descriptor: n.descriptor + "-" + strings.ToLower(parts[2]), Service: n.service,
		Name: parts[1] + " " + spaced(parts[2]),
	}
	if parts[0] != "AWS" {
		t.Descriptor = strings.ToLower(parts[0]) + "-" + t.Descriptor
		t.Service = parts[1]
	}
	return t
}

// TypeOf finds the type of a descriptor, whatever its case, among all types of
// CloudFormation and Surety's own.
func TypeOf(descriptor string) (cfn string, ok bool) {
	descriptor = strings.ToLower(descriptor)
	v := vocabulary()
	if i, ok := v.byDescriptor[descriptor]; ok {
		return v.types[i].Type, true
	}
	cfn, ok = derived()[descriptor]
	return cfn, ok
}

// A dictionary is the data of types.tsv.
type dictionary struct {
	types                []TypeInfo     // by descriptor
	byType, byDescriptor map[string]int // index in types
}

// vocabulary reads types.tsv.
var vocabulary = sync.OnceValue(func() *dictionary {
	v := &dictionary{byType: map[string]int{}, byDescriptor: map[string]int{}}
	for f := range rows(typesTSV, 5) {
		v.types = append(v.types, TypeInfo{
			Type: f[0], Descriptor: f[1], Service: f[2], Name: f[3], Once: f[4] == "once",
		})
	}
	slices.SortFunc(v.types, func(a, b TypeInfo) int { return strings.Compare(a.Descriptor, b.Descriptor) })
	for i, t := range v.types {
		v.byType[t.Type], v.byDescriptor[t.Descriptor] = i, i
	}
	return v
})

// derived is the type of each descriptor that Descriptor makes from the name of
// a type that the schema has and the data does not.
var derived = sync.OnceValue(func() map[string]string {
	types := map[string]string{}
	for _, name := range schema.Names() {
		if _, ok := vocabulary().byType[name]; !ok {
			types[Descriptor(name).Descriptor] = name
		}
	}
	return types
})

// spaced puts a space between the words of a name in camel case.
func spaced(name string) string {
	var b strings.Builder
	for i := range len(name) {
		if i > 0 && isUpper(name[i]) && (!isUpper(name[i-1]) || i+1 < len(name) && isLower(name[i+1])) {
			b.WriteByte(' ')
		}
		b.WriteByte(name[i])
	}
	return b.String()
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' }

// rows gives the lines of an embedded table that are no comments, each with n
// fields; fields that a line lacks at its end are empty.
func rows(table string, n int) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		for line := range strings.Lines(table) {
			line = strings.TrimRight(line, "\n")
			if line == "" || line[0] == '#' {
				continue
			}
			fields := strings.Split(line, "\t")
			for len(fields) < n {
				fields = append(fields, "")
			}
			if !yield(fields) {
				return
			}
		}
	}
}
