package rule

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/ext"
	"cel.dev/cel-go/parser"
	"github.com/agnivade/levenshtein"

	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// costLimit bounds one evaluation, in CEL's own units (roughly: nodes
// visited), so that no page can hang a scan. The built-in pages stay below a
// thousandth of it on resources of ordinary size.
const costLimit = 5_000_000

// baseEnv has everything that does not differ between rules.
var baseEnv = sync.OnceValues(func() (*cel.Env, error) {
	options := []cel.EnvOption{
		cel.ClearMacros(),
		cel.Macros(hasMacro, sizeMacro, sizeMemberMacro, cel.AllMacro, cel.ExistsMacro, cel.ExistsOneMacro, cel.MapMacro, cel.MapFilterMacro, cel.FilterMacro),
		cel.CustomTypeAdapter(adapter{}),
		cel.ExpressionNestingDepthLimit(64),
		cel.ParserExpressionSizeLimit(16 << 10),
		cel.ASTValidators(cel.ValidateRegexLiterals()),
		ext.Strings(), ext.Bindings(),
		cel.Variable("id", cel.StringType),
		cel.Variable("arn", cel.StringType),
		cel.Variable("name", cel.StringType),
		cel.Variable("region", cel.StringType),
		cel.Variable("account", cel.StringType),
		cel.Variable("tags", cel.MapType(cel.StringType, cel.StringType)),
		cel.Variable("now", cel.TimestampType),
		cel.Variable("created", cel.TimestampType),
		cel.Variable("settings", cel.ObjectType(settingsType)),
	}
	return cel.NewEnv(append(options, functions()...)...)
})

// hasMacro is has(x.field): whether the field is set, and unknown where that
// is not known, which CEL's own macro cannot say. The field itself is an
// argument so that a misspelt one is found by the type check.
var hasMacro = parser.NewGlobalMacro("has", 1, func(f parser.ExprHelper, _ ast.Expr, args []ast.Expr) (ast.Expr, *cel.Error) {
	if args[0].Kind() != ast.SelectKind {
		return nil, f.NewError(args[0].ID(), "has() takes a property: has(resource.Name)")
	}
	s := args[0].AsSelect()
	return f.NewCall("present", f.Copy(s.Operand()), f.NewLiteral(types.String(s.FieldName())), args[0]), nil
})

// size(x) and x.size() become a call of our own function, which knows lists of
// unknown length; CEL takes every size for a number.
var (
	sizeMacro = parser.NewGlobalMacro("size", 1, func(f parser.ExprHelper, _ ast.Expr, args []ast.Expr) (ast.Expr, *cel.Error) {
		return f.NewCall("count", args[0]), nil
	})
	sizeMemberMacro = parser.NewReceiverMacro("size", 0, func(f parser.ExprHelper, target ast.Expr, _ []ast.Expr) (ast.Expr, *cel.Error) {
		return f.NewCall("count", target), nil
	})
)

// compiled is a rule ready to evaluate.
type compiled struct {
	typ     *schema.Type
	joins   []Join
	when    cel.Program // nil: always
	check   cel.Program
	message []segment
	fix     map[string]cel.Program
	// live is set when an expression reads a property that only a running
	// account has.
	live bool
	// reads is what the expressions look at.
	reads Reads
}

// A segment of a message is text, or an expression where program is set.
type segment struct {
	text    string
	program cel.Program
}

type compiler struct {
	page     *page
	env      *cel.Env
	provider *provider
	types    map[string]*schema.Type // the type judged and those joined
	out      *compiled
}

func compile(p *page, settings []Setting) (*compiled, error) {
	base, err := baseEnv()
	if err != nil {
		return nil, fmt.Errorf("CEL environment: %w", err)
	}
	typ, _ := schema.Lookup(p.front.Resource)
	c := &compiler{
		page: p, out: &compiled{typ: typ, reads: Reads{}},
		types: map[string]*schema.Type{typ.Name: typ},
	}
	c.out.reads.add(typ.Name, "")
	c.provider = newProvider(base.CELTypeProvider(), settings)
	options := []cel.EnvOption{
		cel.CustomTypeProvider(c.provider),
		cel.Variable("resource", c.provider.celType(typ.Root)),
	}
	for _, name := range slices.Sorted(maps.Keys(p.front.With)) {
		join, err := parseJoin(name, p.front.With[name], typ)
		if err != nil {
			return nil, p.errorIn([]string{"with", name}, "%v", err)
		}
		joined, _ := schema.Lookup(join.Type)
		options = append(options, cel.Variable(name, cel.ListType(c.provider.celType(joined.Root))))
		c.out.joins = append(c.out.joins, join)
		c.types[joined.Name] = joined
		c.noteJoin(typ, join)
	}
	if c.env, err = base.Extend(options...); err != nil {
		return nil, fmt.Errorf("%s: CEL environment: %w", p.file, err)
	}
	if c.out.check, err = c.program([]string{"check"}, p.front.Check, cel.BoolType); err != nil {
		return nil, err
	}
	if p.front.When != "" {
		if c.out.when, err = c.program([]string{"when"}, p.front.When, cel.BoolType); err != nil {
			return nil, err
		}
	}
	if c.out.message, err = c.messageSegments(); err != nil {
		return nil, err
	}
	for _, property := range slices.Sorted(maps.Keys(p.front.Fix)) {
		program, err := c.program([]string{"fix", property}, p.front.Fix[property], nil)
		if err != nil {
			return nil, err
		}
		if c.out.fix == nil {
			c.out.fix = map[string]cel.Program{}
		}
		c.out.fix[property] = program
	}
	return c.out, nil
}

// program compiles the expression under keys; want is the type it must have,
// nil for any.
func (c *compiler) program(keys []string, text string, want *cel.Type) (cel.Program, error) {
	checked, issues := c.env.Compile(text)
	if issues.Err() != nil {
		e := issues.Errors()[0]
		line := c.page.textStart(keys) + max(e.Location.Line()-1, 0)
		return nil, c.page.errorAt(line, 0, "%s: %s", strings.Join(keys, "."), c.provider.explain(e.Message))
	}
	if want != nil && checked.OutputType() != want && checked.OutputType() != cel.DynType {
		return nil, c.page.errorIn(keys, "%s gives %s where %s is needed", strings.Join(keys, "."), checked.OutputType(), want)
	}
	c.noteReads(checked.NativeRep())
	program, err := c.env.Program(checked, cel.CostLimit(costLimit))
	if err != nil {
		return nil, c.page.errorIn(keys, "%s: %v", strings.Join(keys, "."), err)
	}
	return program, nil
}

// messageSegments splits "Group {id} opens {settings.ports}" at its braces.
func (c *compiler) messageSegments() ([]segment, error) {
	var out []segment
	rest := c.page.front.Message
	for rest != "" {
		before, after, found := strings.Cut(rest, "{")
		if before != "" {
			out = append(out, segment{text: before})
		}
		if !found {
			break
		}
		depth, end := 1, -1
		for i, r := range after {
			if r == '{' {
				depth++
			} else if r == '}' {
				if depth--; depth == 0 {
					end = i
					break
				}
			}
		}
		if end < 0 {
			return nil, c.page.errorIn([]string{"message"}, "message has a { without its }")
		}
		program, err := c.program([]string{"message"}, after[:end], nil)
		if err != nil {
			return nil, err
		}
		out = append(out, segment{program: program})
		rest = after[end+1:]
	}
	return out, nil
}

func distance(a, b string) int {
	return levenshtein.ComputeDistance(strings.ToLower(a), strings.ToLower(b))
}

func keys[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }
