// Package schema knows every resource type of CloudFormation, and what our
// overlay adds to it: properties that only a running account has, and types
// for the settings of an account or a region.
//
// Types are loaded one at a time, when asked for, because a scan of one small
// template needs a handful of the 1,585.
package schema

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/agnivade/levenshtein"
)

//go:embed cloudformation.zip
var archive []byte

// Kind is the shape of a value.
type Kind int

// The shapes of a value. Any is a value whose shape the schema leaves open,
// such as a policy document.
const (
	Any Kind = iota
	String
	Bool
	Int
	Double
	List
	Map
	Object
)

// A Type is one resource type.
type Type struct {
	Name string
	Root *Node // an Object: the properties

	PrimaryIdentifier []string // property paths, dotted; what Ref returns when there is one
	TagProperty       string   // the property that holds the tags, or empty
	Overlay           bool     // ours: CloudFormation has no such type
	Metrics           []string // the properties that CloudWatch fills, sorted

	readOnly, createOnly, writeOnly, identity map[string]bool
}

// A Node describes the values of one property.
type Node struct {
	Kind    Kind
	Name    string           // of an Object, unique over all types: "AWS::EC2::SecurityGroup.Ingress"
	Fields  map[string]*Node // of an Object
	Elem    *Node            // of a List or Map
	Default any              // JSON value; nil when the schema states none
	Enum    []any
	Format  string // "AWS::EC2::VPC.Id" where a property refers to another type

	// Live is set on a property of the overlay, which only a running account
	// has; Meaning says in a line what it is, API names the call it is read
	// from ("iam:GetAccountPasswordPolicy").
	Live         bool
	Meaning, API string
	// Templates is set on an overlay property that template sources supply
	// too, derived from what a template says another way.
	Templates bool
	// Metric is set on an overlay property that CloudWatch fills.
	Metric *Metric
}

// ReadOnly tells whether AWS sets the property at path and a template cannot.
func (t *Type) ReadOnly(path string) bool { return t.readOnly[path] }

// CreateOnly tells whether a change of the property at path, or of one that
// holds it, replaces the resource.
func (t *Type) CreateOnly(path string) bool {
	for path != "" {
		if t.createOnly[path] {
			return true
		}
		cut := strings.LastIndexByte(path, '.')
		if cut < 0 {
			return false
		}
		path = path[:cut]
	}
	return false
}

// Identifies tells whether the property at path is, alone, what the type is
// identified by.
func (t *Type) Identifies(path string) bool {
	return t.identity[path] && (len(t.PrimaryIdentifier) == 1 || t.PrimaryIdentifier[0] != path)
}

// WriteOnly tells whether AWS never gives the property at path back.
func (t *Type) WriteOnly(path string) bool { return t.writeOnly[path] }

// Property finds the node of a dotted path ("BucketEncryption.Rules"); lists
// are passed through without a mark. Below free JSON every path is possible,
// and of any shape. It is nil when there is none.
func (t *Type) Property(path string) *Node {
	n := t.Root
	for _, name := range strings.Split(path, ".") {
		for n != nil && (n.Kind == List || n.Kind == Map) {
			n = n.Elem
		}
		switch {
		case n != nil && n.Kind == Any:
			return &Node{}
		case n == nil || n.Kind != Object:
			return nil
		}
		n = n.Fields[name]
	}
	return n
}

var library = struct {
	sync.Mutex
	entries map[string]*zip.File
	loaded  map[string]*Type
	overlay map[string]overlayType
	err     error
}{}

func openLibrary() error {
	if library.entries != nil || library.err != nil {
		return library.err
	}
	reader, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		library.err = fmt.Errorf("embedded CloudFormation schema: %w", err)
		return library.err
	}
	if library.overlay, library.err = readOverlay(); library.err != nil {
		return library.err
	}
	library.loaded = map[string]*Type{}
	library.entries = make(map[string]*zip.File, len(reader.File))
	for _, file := range reader.File {
		library.entries[file.Name] = file
	}
	return nil
}

// Lookup returns a type by its full name; ok is false when neither
// CloudFormation nor the overlay has it.
func Lookup(name string) (t *Type, ok bool) {
	library.Lock()
	defer library.Unlock()
	if err := openLibrary(); err != nil {
		panic(err) // what is embedded cannot be read: the build is broken
	}
	if t, ok := library.loaded[name]; ok {
		return t, t != nil
	}
	t, err := load(name)
	if err != nil {
		panic(fmt.Errorf("embedded schema of %s: %w", name, err))
	}
	library.loaded[name] = t
	return t, t != nil
}

// Names lists every type, sorted.
func Names() []string {
	library.Lock()
	defer library.Unlock()
	if err := openLibrary(); err != nil {
		panic(err)
	}
	names := slices.Collect(maps.Keys(library.entries))
	for name := range library.overlay {
		if library.entries[name] == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// NearestType is the known type whose name is most like the one given, for
// error messages.
func NearestType(name string) string { return Nearest(name, Names()) }

// Nearest is the candidate with the least edit distance to name, or "" when
// none is near enough to be meant.
func Nearest(name string, candidates []string) string {
	// Nobody mistypes a name of that length, and to compare it would take the
	// product of both lengths.
	if len(name) > 200 {
		return ""
	}
	best, least := "", len(name)/2+2
	for _, c := range candidates {
		if len(c) > 800 {
			continue
		}
		if d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

func load(name string) (*Type, error) {
	file, over := library.entries[name], library.overlay[name]
	if file == nil && over == nil {
		return nil, nil
	}
	t := &Type{Name: name, Root: &Node{Kind: Object, Name: name, Fields: map[string]*Node{}}, Overlay: file == nil}
	if file != nil {
		content, err := file.Open()
		if err != nil {
			return nil, err
		}
		defer content.Close()
		data, err := io.ReadAll(content)
		if err != nil {
			return nil, err
		}
		var raw rawType
		if err := json.Unmarshal(data, &raw); err != nil {
			return nil, err
		}
		raw.into(t)
	}
	if err := over.into(t); err != nil {
		return nil, err
	}
	return t, nil
}

// rawType is a resource type as CloudFormation publishes it.
type rawType struct {
	Properties            map[string]*rawNode
	Definitions           map[string]*rawNode
	PrimaryIdentifier     []string
	AdditionalIdentifiers [][]string
	ReadOnlyProperties    []string
	CreateOnlyProperties  []string
	ConditionalCreateOnly []string `json:"conditionalCreateOnlyProperties"`
	WriteOnlyProperties   []string
	TagProperty           string
}

type rawNode struct {
	Ref                  string `json:"$ref"`
	Type                 json.RawMessage
	Format               string
	Items                *rawNode
	Properties           map[string]*rawNode
	PatternProperties    map[string]*rawNode
	AdditionalProperties json.RawMessage
	OneOf, AnyOf, AllOf  []*rawNode
	Default              any
	Enum                 []any
}

func (raw *rawType) into(t *Type) {
	b := builder{definitions: raw.Definitions, name: t.Name, done: map[string]*Node{}}
	for name, n := range raw.Properties {
		t.Root.Fields[name] = b.node(n, t.Name+"."+name)
	}
	for _, path := range raw.PrimaryIdentifier {
		t.PrimaryIdentifier = append(t.PrimaryIdentifier, dotted(path))
	}
	t.TagProperty = dotted(raw.TagProperty)
	if t.TagProperty == "" && t.Root.Fields["Tags"] != nil {
		t.TagProperty = "Tags"
	}
	t.readOnly = pathSet(raw.ReadOnlyProperties)
	t.createOnly = pathSet(raw.CreateOnlyProperties)
	t.writeOnly = pathSet(raw.WriteOnlyProperties)
	t.identity = pathSet(raw.PrimaryIdentifier)
	for _, paths := range raw.AdditionalIdentifiers {
		maps.Copy(t.identity, pathSet(paths))
	}
}

// dotted turns "/properties/Rules/*/Id" into "Rules.Id".
func dotted(pointer string) string {
	path := strings.TrimPrefix(pointer, "/properties/")
	path = strings.ReplaceAll(path, "/*", "")
	path = strings.ReplaceAll(path, "/items", "")
	path = strings.ReplaceAll(path, "/properties", "")
	return strings.ReplaceAll(path, "/", ".")
}

func pathSet(pointers []string) map[string]bool {
	set := make(map[string]bool, len(pointers))
	for _, p := range pointers {
		set[dotted(p)] = true
	}
	return set
}

type builder struct {
	definitions map[string]*rawNode
	name        string // of the type
	done        map[string]*Node
}

// node builds a raw node; name is for an object that has none of its own.
func (b *builder) node(raw *rawNode, name string) *Node {
	if raw == nil {
		return &Node{}
	}
	if raw.Ref != "" {
		return b.reference(raw, name)
	}
	n := &Node{Default: raw.Default, Enum: raw.Enum, Format: raw.Format}
	b.fill(n, raw, name)
	return n
}

func (b *builder) reference(raw *rawNode, name string) *Node {
	definition, ok := strings.CutPrefix(raw.Ref, "#/definitions/")
	if !ok {
		// A few schemas refer to a property of their own.
		return &Node{}
	}
	n := b.done[definition]
	if n == nil {
		target := b.definitions[definition]
		if target == nil {
			return &Node{}
		}
		// Registered before it is filled, since definitions may refer to
		// themselves.
		n = &Node{Default: target.Default, Enum: target.Enum, Format: target.Format}
		b.done[definition] = n
		if target.Ref != "" {
			*n = *b.reference(target, name)
		} else {
			b.fill(n, target, b.name+"."+definition)
		}
	}
	if raw.Default != nil {
		copied := *n
		copied.Default = raw.Default
		return &copied
	}
	return n
}

func (b *builder) fill(n *Node, raw *rawNode, name string) {
	branches := slices.Concat(raw.AllOf, raw.OneOf, raw.AnyOf)
	kinds := kindsOf(raw.Type)
	if len(kinds) == 0 {
		switch {
		case len(raw.Properties) > 0:
			kinds = []string{"object"}
		case raw.Items != nil:
			kinds = []string{"array"}
		default:
			for _, branch := range branches {
				for branch.Ref != "" && b.definitions[strings.TrimPrefix(branch.Ref, "#/definitions/")] != nil {
					branch = b.definitions[strings.TrimPrefix(branch.Ref, "#/definitions/")]
				}
				more := kindsOf(branch.Type)
				if len(more) == 0 && len(branch.Properties) > 0 {
					more = []string{"object"}
				}
				for _, k := range more {
					if !slices.Contains(kinds, k) {
						kinds = append(kinds, k)
					}
				}
			}
		}
	}
	if len(kinds) != 1 {
		return // Any
	}
	switch kinds[0] {
	case "string":
		n.Kind = String
	case "boolean":
		n.Kind = Bool
	case "integer":
		n.Kind = Int
	case "number":
		n.Kind = Double
	case "array":
		n.Kind = List
		n.Elem = b.node(raw.Items, name)
	case "object":
		b.object(n, raw, branches, name)
	}
}

func (b *builder) object(n *Node, raw *rawNode, branches []*rawNode, name string) {
	fields := map[string]*Node{}
	var collect func(raw *rawNode, depth int)
	collect = func(raw *rawNode, depth int) {
		for raw != nil && raw.Ref != "" {
			raw = b.definitions[strings.TrimPrefix(raw.Ref, "#/definitions/")]
		}
		if raw == nil || depth > 8 {
			return
		}
		for field, child := range raw.Properties {
			if fields[field] == nil {
				fields[field] = b.node(child, name+"."+field)
			}
		}
		for _, branch := range slices.Concat(raw.AllOf, raw.OneOf, raw.AnyOf) {
			collect(branch, depth+1)
		}
	}
	n.Kind, n.Name, n.Fields = Object, name, fields
	collect(raw, 0)
	if len(fields) > 0 {
		return
	}
	n.Name, n.Fields = "", nil
	if len(raw.PatternProperties) == 1 {
		for _, value := range raw.PatternProperties {
			n.Kind, n.Elem = Map, b.node(value, name)
		}
		return
	}
	var additional rawNode
	if len(raw.AdditionalProperties) > 0 && raw.AdditionalProperties[0] == '{' &&
		json.Unmarshal(raw.AdditionalProperties, &additional) == nil && (additional.Type != nil || additional.Ref != "") {
		n.Kind, n.Elem = Map, b.node(&additional, name)
		return
	}
	n.Kind = Any // free JSON, such as a policy
}

func kindsOf(raw json.RawMessage) []string {
	if len(raw) == 0 {
		return nil
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}
	}
	var many []string
	_ = json.Unmarshal(raw, &many)
	return slices.DeleteFunc(many, func(k string) bool { return k == "null" })
}
