package terraform

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/zclconf/go-cty/cty"
)

// An evaluator holds what one evaluation has read and found.
type evaluator struct {
	options  Options
	rootDir  string   // the root module's folder
	onlyFile string   // the one file of it that is read, or empty
	allowed  []string // canonical folders in which files may be read

	modules   map[string]*module              // by canonical folder
	called    map[string]*calledModule        // by path of calls
	sources   map[string]*sourceFile          // by name
	templates map[string]hclsyntax.Expression // of templatefile, by path
	manifest  map[string]string               // of .terraform/modules; nil before it is read

	impure map[string]impureFunction    // by name
	names  map[*hclsyntax.Body][]string // of arguments, as they are written
	facts  map[string]*fact             // by resource type

	problems []cloud.Problem
	told     map[string]bool      // problems that were told
	count    [cloud.Error + 1]int // of problems, by severity
	files    []string

	made     int // resources and modules made so far
	steps    int // expressions evaluated so far
	spent    int // size of all values made so far
	depth    int // expressions within expressions at this moment
	until    int // steps up to which what is being evaluated may go
	exceeded bool
	// leftOut is set when resources beyond the bound were left out, and that
	// was told.
	leftOut bool
}

// A scope is one instance of a module: the names that expressions in it see.
// Everything is evaluated when it is first asked for, and kept.
type scope struct {
	e           *evaluator
	module      *module
	parent      *scope      // nil for the root
	call        *moduleCall // nil for the root
	callEnv     *env        // in which the call's arguments are evaluated
	address     string      // "module.net[0]." or empty
	path        string      // "net." or empty: the same without keys
	depth       int
	conditional string // why it cannot be known whether the module is there

	preset     map[string]cty.Value // of variables of the root
	nodes      map[string]*node
	expansions map[*resource]*expansion
	callees    map[*moduleCall]*callExpansion
	providers  map[string]*providerConfig
}

// A node is a local, variable or output, evaluated once.
type node struct {
	busy  bool
	value cty.Value
}

// newScope makes an instance of a module; call and parent are nil for the
// root.
func (e *evaluator) newScope(m *module, parent *scope, call *moduleCall) *scope {
	s := &scope{
		e:          e,
		module:     m,
		parent:     parent,
		call:       call,
		nodes:      map[string]*node{},
		expansions: map[*resource]*expansion{},
		callees:    map[*moduleCall]*callExpansion{},
	}
	if parent != nil {
		s.depth = parent.depth + 1
		s.path = parent.modulePath(call.name) + "."
	}
	return s
}

// modulePath is a call's place in the tree of modules: "net.subnets".
func (s *scope) modulePath(name string) string { return s.path + name }

// once evaluates a named thing, keeps it, and answers for it when it depends
// on itself. what is its name for a person.
func (s *scope) once(what string, rng hcl.Range, f func() (cty.Value, hcl.Diagnostics)) cty.Value {
	n := s.nodes[what]
	if n == nil {
		n = &node{busy: true}
		s.nodes[what] = n
		value, diags := f()
		n.value = s.e.settle(value, diags, s.address+what, rng)
		n.busy = false
	}
	if n.busy {
		return s.e.cycle(s.address+what, rng)
	}
	return n.value
}

// settle makes of the outcome of an evaluation a value that can be used: one
// that failed or is too large is unknown, and told as a problem.
func (e *evaluator) settle(value cty.Value, diags hcl.Diagnostics, what string, rng hcl.Range) cty.Value {
	if len(diags) > 0 {
		e.reportDiagnostics(cloud.Warning, diags)
	}
	if diags.HasErrors() {
		return unknownOf(cty.DynamicPseudoType, what, what+" could not be evaluated: "+firstError(diags))
	}
	if !e.afford(value) {
		e.report(cloud.Error, rng, what+" is too large", tooLargeDetail)
		return unknownOf(cty.DynamicPseudoType, what, what+" is too large")
	}
	return value
}

func firstError(diags hcl.Diagnostics) string {
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			return lowerFirst(d.Summary)
		}
	}
	return ""
}

// lowerFirst puts a sentence's beginning in lower case.
func lowerFirst(s string) string {
	if len(s) > 1 && s[0] >= 'A' && s[0] <= 'Z' && (s[1] < 'A' || s[1] > 'Z') {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}

func (e *evaluator) cycle(what string, rng hcl.Range) cty.Value {
	e.report(cloud.Error, rng, what+" refers to itself", "Directly or through others, it needs its own value, so it has none. Break the circle.")
	return unknownOf(cty.DynamicPseudoType, what, what+" refers to itself")
}

// variable is the value of an input of the module.
func (s *scope) variable(v *variable) cty.Value {
	what := "var." + v.name
	return s.once(what, v.block.TypeRange, func() (cty.Value, hcl.Diagnostics) {
		value, given, diags := s.given(v)
		if diags.HasErrors() {
			return cty.DynamicVal, diags
		}
		if given && value.IsNull() && !v.nullable {
			given = false
		}
		if !given {
			if v.value == nil {
				return unknownOf(v.ty, what, s.address+what+" has no value"), nil
			}
			if value, diags = s.e.evaluate(v.value, &env{}); diags.HasErrors() {
				return cty.DynamicVal, diags
			}
		}
		conformed, err := v.conform(s.e, value)
		if err != nil {
			rng := v.block.TypeRange
			if s.call != nil {
				rng = s.call.block.TypeRange
				if a := s.call.block.Body.Attributes[v.name]; a != nil {
					rng = a.Expr.Range()
				}
			}
			return cty.DynamicVal, hcl.Diagnostics{{
				Severity: hcl.DiagError,
				Summary:  fmt.Sprintf("The value of variable %q has not the declared type", v.name),
				Detail:   sentence(describeTypeError(err)),
				Subject:  &rng,
			}}
		}
		return conformed, nil
	})
}

// given is what the caller gives a variable.
func (s *scope) given(v *variable) (value cty.Value, given bool, diags hcl.Diagnostics) {
	if s.call == nil {
		value, given = s.preset[v.name]
		return value, given, nil
	}
	a := s.call.block.Body.Attributes[v.name]
	if a == nil {
		return cty.NilVal, false, nil
	}
	value, diags = s.e.evaluate(a.Expr, s.callEnv)
	return value, true, diags
}

// local is the value of a local.
func (s *scope) local(name string) (cty.Value, bool) {
	a := s.module.locals[name]
	if a == nil {
		return cty.NilVal, false
	}
	return s.once("local."+name, a.NameRange, func() (cty.Value, hcl.Diagnostics) {
		return s.e.evaluate(a.Expr, &env{scope: s})
	}), true
}

// output is the value of an output of the module, as its caller sees it.
func (s *scope) output(name string) (cty.Value, bool) {
	block := s.module.outputs[name]
	if block == nil {
		return cty.NilVal, false
	}
	return s.once("output."+name, block.TypeRange, func() (cty.Value, hcl.Diagnostics) {
		a := block.Body.Attributes["value"]
		if a == nil {
			return cty.NullVal(cty.DynamicPseudoType), nil
		}
		return s.e.evaluate(a.Expr, &env{scope: s})
	}), true
}

// outputs is an object of all outputs.
func (s *scope) outputs() cty.Value {
	all := make(map[string]cty.Value, len(s.module.outputs))
	for _, name := range slices.Sorted(maps.Keys(s.module.outputs)) {
		all[name], _ = s.output(name)
	}
	return cty.ObjectVal(all)
}

// folders is the value of path.
func (s *scope) folder(name string) (cty.Value, bool) {
	switch name {
	case "root":
		return cty.StringVal("."), true
	case "module":
		rel, err := filepath.Rel(s.e.rootDir, s.module.dir)
		if err != nil {
			rel = s.module.dir
		}
		return cty.StringVal(filepath.ToSlash(rel)), true
	case "cwd":
		return cty.StringVal(filepath.ToSlash(canonical(s.e.rootDir))), true
	}
	return cty.NilVal, false
}

// An env is what an expression sees beside the names of its scope: each,
// count, and the names that for and dynamic introduce, innermost first.
type env struct {
	scope  *scope // nil where nothing of a module may be referred to
	parent *env
	names  [2]string
	values [2]cty.Value

	// tentative is set within try and can, where a failure is an answer, so
	// that what may not be there must not be taken for there.
	tentative bool
}

// with is env with a name more.
func (v *env) with(name string, value cty.Value) *env {
	return &env{scope: v.scope, parent: v, names: [2]string{name}, values: [2]cty.Value{value}, tentative: v.tentative}
}

// with2 is env with two names more; an empty name is none.
func (v *env) with2(name1 string, value1 cty.Value, name2 string, value2 cty.Value) *env {
	return &env{scope: v.scope, parent: v, names: [2]string{name1, name2}, values: [2]cty.Value{value1, value2}, tentative: v.tentative}
}

func (v *env) lookup(name string) (cty.Value, bool) {
	for ; v != nil; v = v.parent {
		for i, n := range v.names {
			if n == name && n != "" {
				return v.values[i], true
			}
		}
	}
	return cty.NilVal, false
}
