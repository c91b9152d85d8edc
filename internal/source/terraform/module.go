package terraform

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/zclconf/go-cty/cty"
)

// A module is what the files of one folder declare, before anything of it is
// evaluated. It is read once however often it is called.
type module struct {
	dir       string // as the user named it, or below that
	files     map[string]*sourceFile
	variables map[string]*variable
	locals    map[string]*hclsyntax.Attribute
	outputs   map[string]*hclsyntax.Block
	resources []*resource
	byAddress map[string]*resource // "aws_vpc.main", "data.aws_ami.x"
	calls     []*moduleCall
	callNames map[string]*moduleCall
	providers map[string]*hclsyntax.Block // "aws", "aws.west"

	// broken is set when a file could not be parsed, so that what seems not
	// to be declared may be.
	broken bool
}

// A variable is an input of a module.
type variable struct {
	name     string
	block    *hclsyntax.Block
	ty       cty.Type
	defaults *typeexpr.Defaults
	value    hclsyntax.Expression // the default; nil when there is none
	nullable bool
	literal  bool // --var gives plain text and no expression
}

// A resource is a resource or data block.
type resource struct {
	typ, name string
	data      bool
	block     *hclsyntax.Block
	parts     []*hclsyntax.Block // the block as it is written, and those that override it
	location  *cloud.Location    // shared by all instances when it does not depend on them
}

func (r *resource) address() string {
	if r.data {
		return "data." + r.typ + "." + r.name
	}
	return r.typ + "." + r.name
}

// A moduleCall is a module block.
type moduleCall struct {
	name  string
	block *hclsyntax.Block
}

// loadRoot reads the root module; nil when there is none.
func (e *evaluator) loadRoot(dir string) *module {
	if e.onlyFile == "" {
		m, err := e.loadModule(e.rootDir)
		if err != nil {
			e.tell(cloud.Problem{Severity: cloud.Error, File: dir, Summary: "The folder could not be read", Detail: err.Error()})
		}
		return m
	}
	m := newModule(e.rootDir)
	e.loadFiles(m, []string{e.onlyFile})
	return m
}

func newModule(dir string) *module {
	return &module{
		dir:       dir,
		files:     map[string]*sourceFile{},
		variables: map[string]*variable{},
		locals:    map[string]*hclsyntax.Attribute{},
		outputs:   map[string]*hclsyntax.Block{},
		byAddress: map[string]*resource{},
		callNames: map[string]*moduleCall{},
		providers: map[string]*hclsyntax.Block{},
	}
}

// loadModule reads the configuration files of a folder, once.
func (e *evaluator) loadModule(dir string) (*module, error) {
	key := canonical(dir)
	if m := e.modules[key]; m != nil {
		return m, nil
	}
	names, err := e.configurationFiles(dir)
	if err != nil {
		return nil, err
	}
	m := newModule(dir)
	e.modules[key] = m
	e.loadFiles(m, names)
	return m, nil
}

// configurationFiles lists the configuration files of a folder by name, those
// that override others last.
func (e *evaluator) configurationFiles(dir string) ([]string, error) {
	entries, err := e.options.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names, overrides []string
	for _, entry := range entries {
		name := entry.Name()
		base, ok := strings.CutSuffix(strings.TrimSuffix(name, ".json"), ".tf")
		if !ok || entry.IsDir() || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "#") || strings.HasSuffix(name, "~") {
			continue
		}
		if base == "override" || strings.HasSuffix(base, "_override") {
			overrides = append(overrides, name)
		} else {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	slices.Sort(overrides)
	return append(names, overrides...), nil
}

func (e *evaluator) loadFiles(m *module, names []string) {
	for _, name := range names {
		path := filepath.Join(m.dir, name)
		data, err := e.options.ReadFile(path)
		if err != nil {
			m.broken = true
			e.tell(cloud.Problem{Severity: cloud.Error, File: path, Summary: "The file could not be read", Detail: err.Error()})
			continue
		}
		f, problems := parseFile(path, data)
		e.sources[path] = f
		e.tell(problems...)
		if f.body == nil {
			m.broken = true
			continue
		}
		m.files[path] = f
		e.files = append(e.files, path)
		base := strings.TrimSuffix(strings.TrimSuffix(name, ".json"), ".tf")
		override := e.onlyFile == "" && (base == "override" || strings.HasSuffix(base, "_override"))
		for _, block := range f.body.Blocks {
			e.declare(m, f, block, override)
		}
		e.checkIgnoreTargets(f)
	}
}

// ignoredBlocks are the top-level blocks that say nothing about resources.
var ignoredBlocks = []string{"terraform", "moved", "import", "removed", "check", "ephemeral", "action", "language"}

// labelCount is how many labels each block has.
var labelCount = map[string]int{"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "provider": 1}

// declare adds one top-level block to m.
func (e *evaluator) declare(m *module, f *sourceFile, block *hclsyntax.Block, override bool) {
	if slices.Contains(ignoredBlocks, block.Type) {
		return
	}
	n, known := labelCount[block.Type]
	if !known && block.Type != "locals" {
		e.report(cloud.Warning, block.TypeRange, "Unknown block "+block.Type, "No such block belongs at the top of a Terraform file; it was left out.")
		return
	}
	if len(block.Labels) != n {
		m.broken = true
		e.report(cloud.Error, block.TypeRange, fmt.Sprintf("A %s block has %d labels", block.Type, n), fmt.Sprintf("This one has %d, and was left out.", len(block.Labels)))
		return
	}
	if block.Type == "locals" {
		for name, attribute := range block.Body.Attributes {
			if m.locals[name] != nil && !override {
				e.duplicate(attribute.NameRange, "local "+name)
				continue
			}
			m.locals[name] = attribute
		}
		return
	}
	switch block.Type {
	case "variable":
		if old := m.variables[block.Labels[0]]; old != nil {
			if !override {
				e.duplicate(block.TypeRange, "variable "+block.Labels[0])
				return
			}
			block = merged(old.block, block)
		}
		m.variables[block.Labels[0]] = e.newVariable(block)
	case "output":
		if old := m.outputs[block.Labels[0]]; old != nil {
			if !override {
				e.duplicate(block.TypeRange, "output "+block.Labels[0])
				return
			}
			block = merged(old, block)
		}
		m.outputs[block.Labels[0]] = block
	case "provider":
		name := block.Labels[0]
		if alias := block.Body.Attributes["alias"]; alias != nil {
			if text, ok := literalString(alias.Expr); ok {
				name += "." + text
			}
		}
		if old := m.providers[name]; old != nil && override {
			block = merged(old, block)
		}
		m.providers[name] = block
	case "module":
		if old := m.callNames[block.Labels[0]]; old != nil {
			if !override {
				e.duplicate(block.TypeRange, "module "+block.Labels[0])
				return
			}
			old.block = merged(old.block, block)
			return
		}
		call := &moduleCall{name: block.Labels[0], block: block}
		m.callNames[call.name] = call
		m.calls = append(m.calls, call)
	case "resource", "data":
		r := &resource{typ: block.Labels[0], name: block.Labels[1], data: block.Type == "data", block: block, parts: []*hclsyntax.Block{block}}
		if old := m.byAddress[r.address()]; old != nil {
			if !override {
				e.duplicate(block.TypeRange, r.address())
				return
			}
			old.block = merged(old.block, block)
			old.parts = append(old.parts, block)
			return
		}
		m.byAddress[r.address()] = r
		m.resources = append(m.resources, r)
	}
}

func (e *evaluator) duplicate(rng hcl.Range, what string) {
	e.report(cloud.Error, rng, "Duplicate "+what, "It is declared before; this declaration was left out. Rename or remove one of the two.")
}

// merged is block with what override says in its place: arguments one by one,
// nested blocks by type.
func merged(block, override *hclsyntax.Block) *hclsyntax.Block {
	result := *block
	body := *block.Body
	result.Body = &body
	body.Attributes = make(hclsyntax.Attributes, len(block.Body.Attributes))
	for name, a := range block.Body.Attributes {
		body.Attributes[name] = a
	}
	replaced := map[string]bool{}
	for _, b := range override.Body.Blocks {
		replaced[blockName(b)] = true
	}
	for name, a := range override.Body.Attributes {
		body.Attributes[name] = a
	}
	body.Blocks = nil
	for _, b := range block.Body.Blocks {
		if !replaced[blockName(b)] {
			body.Blocks = append(body.Blocks, b)
		}
	}
	body.Blocks = append(body.Blocks, override.Body.Blocks...)
	return &result
}

// blockName is the type of block that b makes.
func blockName(b *hclsyntax.Block) string {
	if b.Type == "dynamic" && len(b.Labels) == 1 {
		return b.Labels[0]
	}
	return b.Type
}

// literalString is the text of an expression that is a plain string.
func literalString(expr hclsyntax.Expression) (string, bool) {
	switch x := expr.(type) {
	case *hclsyntax.TemplateExpr:
		if x.IsStringLiteral() {
			return literalString(x.Parts[0])
		}
		if len(x.Parts) == 0 {
			return "", true
		}
	case *hclsyntax.LiteralValueExpr:
		if x.Val.Type() == cty.String && x.Val.IsKnown() && !x.Val.IsNull() {
			return x.Val.AsString(), true
		}
	}
	return "", false
}

// canonical is the absolute path behind all symbolic links, or as much of that
// as can be had.
func canonical(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		abs = filepath.Clean(path)
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real
	}
	// What does not exist (yet) still lies in a folder that does.
	parent := filepath.Dir(abs)
	if parent == abs {
		return abs
	}
	if real, err := filepath.EvalSymlinks(parent); err == nil {
		return filepath.Join(real, filepath.Base(abs))
	}
	return abs
}

// readable tells whether path lies in one of the folders that may be read.
func (e *evaluator) readable(path string) bool {
	real := canonical(path)
	for _, root := range e.allowed {
		if real == root || strings.HasPrefix(real, strings.TrimSuffix(root, string(os.PathSeparator))+string(os.PathSeparator)) {
			return true
		}
	}
	return false
}
