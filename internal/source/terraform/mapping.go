package terraform

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
)

// mappingFiles holds a file for each resource type of the AWS provider that
// has a counterpart. mapping/README.md tells how they are written.
//
//go:embed mapping/*.tsv
var mappingFiles embed.FS

// A mapping says how the instances of one resource type are translated.
type mapping struct {
	Type     string // "aws_s3_bucket"
	Facts    *fact  // what the provider's schema says of the type
	Sections []*section
}

// A section of a mapping makes one resource, or one part of a resource.
type section struct {
	Kind sectionKind
	Type string // of CloudFormation

	Guard *guard // nil where the section always applies

	// Each is, for a further resource, the block of which each makes one.
	Each string

	// Refs are the arguments by which a part names its owner; the owner must
	// match them all.
	Refs []reference
	// Element is the list of the owner of which the part is one element.
	Element propertyPath
	// Loose is set on a part that leaves no trace when its owner is elsewhere.
	Loose bool
	// Fragment is set where the instance is one of several that make up what
	// AWS has once, and says nothing of the rest.
	Fragment bool

	Root   *row
	Consts []constant
}

type sectionKind int

const (
	mainSection sectionKind = iota // @type: the resource itself
	alsoSection                    // @also: a further resource
	partSection                    // @part: a part of another resource
)

// A reference is an argument that names the owner, and the properties of the
// owner that a literal is compared with.
type reference struct {
	Arg        string
	List       bool // the argument is a list: the part belongs to each of them
	Properties []string
}

// A guard lets a row or a section apply only where an argument has one of the
// values.
type guard struct {
	Arg    string
	Values []string
	Not    bool
}

// A constant is a property that follows from the resource type, or from its
// identity.
type constant struct {
	To    propertyPath
	Value any
	Self  bool // the symbol of the instance instead of Value
}

// A row is one argument or block of a section, with where its value goes.
type row struct {
	Name     string
	Path     string // from the root, with [] behind lists and blocks
	Fact     *fact  // nil where the provider's schema says nothing
	Targets  []target
	Unknown  bool // it is not settled where the value goes
	Removed  bool // the provider had it once, as the row's note says
	Children []*row

	byName map[string]*row
}

func (n *row) child(name string) *row { return n.byName[name] }

// A target is one place of CloudFormation where a value goes.
type target struct {
	To      propertyPath
	Convert []conversion // applied in order
	One     bool         // a block that the schema lets repeat, and of which AWS takes one
}

// mappings caches what is read from the embedded files, by type.
var mappings sync.Map

// mappingOf returns the mapping of a resource type; it is nil when there is
// none.
func mappingOf(tfType string) (*mapping, error) {
	if m, ok := mappings.Load(tfType); ok {
		return m.(*mapping), nil
	}
	m, err := loadMapping(tfType)
	if err != nil {
		return nil, err
	}
	mappings.Store(tfType, m)
	return m, nil
}

func loadMapping(tfType string) (*mapping, error) {
	text, err := mappingFiles.ReadFile("mapping/" + tfType + ".tsv")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	facts, err := providerFacts(tfType)
	if err != nil {
		return nil, err
	}
	m, err := parseMapping(tfType, string(text), facts)
	if err != nil {
		return nil, fmt.Errorf("mapping/%s.tsv: %w", tfType, err)
	}
	return m, nil
}

func parseMapping(tfType, text string, facts *fact) (*mapping, error) {
	m := &mapping{Type: tfType, Facts: facts}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, "\r")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := m.parseLine(line); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	if len(m.Sections) == 0 {
		return nil, errors.New("there is no @type, @also or @part")
	}
	return m, nil
}

func (m *mapping) parseLine(line string) error {
	fields := strings.Split(line, "\t")
	if kind, ok := strings.CutPrefix(fields[0], "@"); ok && kind != "self" {
		s, err := parseSection(line)
		if err != nil {
			return err
		}
		s.Root = &row{Fact: m.Facts, byName: map[string]*row{}}
		m.Sections = append(m.Sections, s)
		return nil
	}
	if len(m.Sections) == 0 {
		return errors.New("a row stands before the first @type, @also or @part")
	}
	if len(fields) < 2 {
		return fmt.Errorf("row %q has no second column; write - where there is no counterpart", line)
	}
	s := m.Sections[len(m.Sections)-1]
	from, to := fields[0], fields[1]
	convert := ""
	if len(fields) > 2 {
		convert = fields[2]
	}
	if from == "@self" || strings.HasPrefix(from, "=") {
		return s.addConstant(from, to)
	}
	n, err := s.Root.grow(from)
	if err != nil {
		return err
	}
	n.Removed = n.Removed || len(fields) > 3 && strings.HasPrefix(fields[3], "removed in version")
	switch to {
	case "-", ".":
		return nil
	case "?":
		n.Unknown = true
		return nil
	}
	p, err := parsePath(to)
	if err != nil {
		return err
	}
	t := target{To: p}
	if rest, ok := strings.CutSuffix(convert, "one"); ok && (rest == "" || rest[len(rest)-1] == ' ') {
		t.One, convert = true, rest
	}
	if t.Convert, err = parseConversions(convert); err != nil {
		return err
	}
	n.Targets = append(n.Targets, t)
	return nil
}

func (s *section) addConstant(from, to string) error {
	p, err := parsePath(to)
	if err != nil {
		return err
	}
	c := constant{To: p, Self: from == "@self"}
	if !c.Self {
		if err := json.Unmarshal([]byte(from[1:]), &c.Value); err != nil {
			return fmt.Errorf("%q is no JSON value: %w", from[1:], err)
		}
	}
	s.Consts = append(s.Consts, c)
	return nil
}

// parseSection reads a line such as
// "@part AWS::S3::Bucket ref=bucket:BucketName element=Tags[]".
func parseSection(line string) (*section, error) {
	words := strings.Fields(line)
	if len(words) < 2 {
		return nil, fmt.Errorf("%q names no type", line)
	}
	s := &section{Type: words[1]}
	switch words[0] {
	case "@type":
		s.Kind = mainSection
	case "@also":
		s.Kind = alsoSection
	case "@part":
		s.Kind = partSection
	default:
		return nil, fmt.Errorf("%s is not known; write @type, @also or @part", words[0])
	}
	for _, word := range words[2:] {
		key, value, _ := strings.Cut(word, "=")
		var err error
		switch key {
		case "ref":
			arg, properties, _ := strings.Cut(value, ":")
			r := reference{Arg: strings.TrimSuffix(arg, "[]"), List: strings.HasSuffix(arg, "[]")}
			if properties != "" {
				r.Properties = strings.Split(properties, ",")
			}
			s.Refs = append(s.Refs, r)
		case "element":
			s.Element, err = parsePath(value)
		case "each":
			s.Each = strings.TrimSuffix(value, "[]")
		case "when":
			s.Guard, err = parseGuard(value)
		case "loose":
			s.Loose = true
		case "fragment":
			s.Fragment = true
		default:
			err = fmt.Errorf("%s= is not known", key)
		}
		if err != nil {
			return nil, err
		}
	}
	if s.Kind == partSection && len(s.Refs) == 0 {
		return nil, fmt.Errorf("%q has no ref=", line)
	}
	return s, nil
}

// parseGuard reads "type:ingress|egress" or "!type:ingress".
func parseGuard(text string) (*guard, error) {
	g := &guard{}
	text, g.Not = strings.CutPrefix(text, "!")
	arg, values, ok := strings.Cut(text, ":")
	if !ok || arg == "" {
		return nil, fmt.Errorf("%q is no condition; write argument:value", text)
	}
	g.Arg, g.Values = arg, strings.Split(values, "|")
	return g, nil
}

// grow finds or makes the node of a provider's path such as
// "rule[].filter[].prefix".
func (n *row) grow(from string) (*row, error) {
	here := n
	for _, part := range strings.Split(from, ".") {
		name := strings.TrimSuffix(part, "[]")
		if name == "" || strings.ContainsAny(name, "[]{} ") {
			return nil, fmt.Errorf("%q is no path of Terraform", from)
		}
		next := here.byName[name]
		if next == nil {
			next = &row{Name: name, Path: name, byName: map[string]*row{}}
			if here.Path != "" {
				next.Path = here.Path + "." + name
			}
			if here.Fact != nil {
				next.Fact = here.Fact.Fields[name]
			}
			here.byName[name] = next
			here.Children = append(here.Children, next)
		}
		if strings.HasSuffix(part, "[]") && !strings.HasSuffix(next.Path, "[]") {
			next.Path += "[]"
		}
		here = next
	}
	return here, nil
}
