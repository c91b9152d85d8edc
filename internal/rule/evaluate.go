package rule

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// An Input is what one evaluation sees.
type Input struct {
	Resource *Subject
	Joined   []*Rows // of each join, in the order of [Rule.Joins]
	Settings *Settings
	Now      time.Time
}

// An Outcome is what a rule says of a resource.
type Outcome int

// NotApplicable: the rule's `when` excludes the resource.
const (
	NotApplicable Outcome = iota
	Conforms
	Violates
	CannotTell
)

// activation holds the variables of one evaluation.
type activation struct {
	in       Input
	compiled *compiled
}

// ResolveName implements interpreter.Activation.
func (a *activation) ResolveName(name string) (any, bool) {
	r := a.in.Resource.meta
	switch name {
	case "resource":
		return (*objectValue)(a.in.Resource), true
	case "settings":
		return a.in.Settings.value(), true
	case "id":
		return r.ID, true
	case "arn":
		return r.ARN, true
	case "name":
		return r.Name, true
	case "region":
		return regionOf(r), true
	case "account":
		return accountOf(r), true
	case "tags":
		return (*objectValue)(a.in.Resource).tags(), true
	case "now":
		return types.Timestamp{Time: a.in.Now}, true
	case "created":
		if r.Created.IsZero() {
			return unknownFor("when it was made is not known"), true
		}
		return types.Timestamp{Time: r.Created}, true
	}
	for i, j := range a.compiled.joins {
		if j.Name == name {
			return a.in.rows(i).value(j.Type), true
		}
	}
	return nil, false
}

// rows are those of a join; none where the input has none.
func (in *Input) rows(join int) *Rows {
	if join < len(in.Joined) {
		return in.Joined[join]
	}
	return nil
}

// Parent implements interpreter.Activation.
func (a *activation) Parent() interpreter.Activation { return nil }

func regionOf(r *cloud.Resource) string {
	if r.Region == "" && r.Template {
		return cloud.TemplateRegion
	}
	return r.Region
}

func accountOf(r *cloud.Resource) string {
	if r.Account == "" && r.Template {
		return cloud.TemplateAccount
	}
	return r.Account
}

var tagsNode = &schema.Node{Kind: schema.Map, Elem: stringNode}

func tagsOf(r *cloud.Resource) *objectValue {
	fields := make(map[string]any, len(r.Tags))
	for k, v := range r.Tags {
		if r.Template && cloud.HasSymbol(v) {
			fields[k] = &cloud.Unresolved{Reason: "the value of tag " + k + " is not known", Partial: v}
			continue
		}
		fields[k] = v
	}
	return &objectValue{fields: fields, node: tagsNode, open: r.TagsUnresolved}
}

// tags are those of the resource that o is the root of.
func (o *objectValue) tags() *objectValue {
	return remember(&o.memo, func() *objectValue { return tagsOf(o.meta) })
}

// metaValue is what meta() gives: an object over a resource's own facts.
type metaValue struct{ resource *cloud.Resource }

// Get implements traits.Indexer.
func (m *metaValue) Get(index ref.Val) ref.Val {
	r := m.resource
	switch index {
	case types.String("id"):
		return types.String(r.ID)
	case types.String("arn"):
		return types.String(r.ARN)
	case types.String("name"):
		return types.String(r.Name)
	case types.String("type"):
		return types.String(r.Type)
	case types.String("region"):
		return types.String(regionOf(r))
	case types.String("account"):
		return types.String(accountOf(r))
	case types.String("tags"):
		return tagsOf(r)
	}
	return types.MaybeNoSuchOverloadErr(index)
}

// ConvertToNative implements ref.Val.
func (m *metaValue) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("meta() cannot become %v", t)
}

// ConvertToType implements ref.Val.
func (m *metaValue) ConvertToType(t ref.Type) ref.Val {
	return types.NewErr("meta() cannot become %s", t.TypeName())
}

// Equal implements ref.Val.
func (m *metaValue) Equal(other ref.Val) ref.Val {
	o, ok := other.(*metaValue)
	return types.Bool(ok && o.resource == m.resource)
}

// Type implements ref.Val.
func (m *metaValue) Type() ref.Type { return types.MapType }

// Value implements ref.Val.
func (m *metaValue) Value() any { return m }

// A Result is the outcome of one rule on one resource.
type Result struct {
	Outcome Outcome
	Message string   // for Violates
	Missing []string // for CannotTell
}

// Evaluate applies the rule to a resource. An error is a fault of the page:
// the rule cannot be applied to this resource.
func (r *Rule) Evaluate(in Input) (Result, error) {
	c, err := r.compile()
	if err != nil {
		return Result{}, err
	}
	a := &activation{in: in, compiled: c}

	applies := ref.Val(types.True)
	if c.when != nil {
		if applies, err = run(c.when, a); err != nil {
			return Result{}, fmt.Errorf("%s: when: %w", r.ID, err)
		}
		if applies == types.False {
			return Result{Outcome: NotApplicable}, nil
		}
	}
	verdict, err := run(c.check, a)
	if err != nil {
		return Result{}, fmt.Errorf("%s: check: %w", r.ID, err)
	}
	switch {
	case verdict == types.True && applies == types.True:
		return Result{Outcome: Conforms}, nil
	case types.IsUnknown(verdict), types.IsUnknown(applies):
		var missing []string
		for _, v := range []ref.Val{applies, verdict} {
			if u, ok := v.(*types.Unknown); ok {
				missing = append(missing, reasons(u)...)
			}
		}
		slices.Sort(missing)
		return Result{Outcome: CannotTell, Missing: slices.Compact(missing)}, nil
	case verdict == types.False:
		return Result{Outcome: Violates, Message: a.message()}, nil
	}
	return Result{}, fmt.Errorf("%s: check gave %v, which is neither true nor false", r.ID, verdict)
}

func run(program cel.Program, a *activation) (ref.Val, error) {
	out, _, err := program.Eval(a)
	if u, ok := out.(*types.Unknown); ok {
		return u, nil
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// message fills the page's message; a piece that cannot be told is "…".
func (a *activation) message() string {
	var b strings.Builder
	for _, s := range a.compiled.message {
		if s.program == nil {
			b.WriteString(s.text)
			continue
		}
		v, err := run(s.program, a)
		if err != nil || types.IsUnknown(v) {
			b.WriteString("…")
			continue
		}
		b.WriteString(describe(native(v)))
	}
	return b.String()
}

// Fix evaluates the rule's corrections for a resource that violates it: the
// new value of each property, by its path; nil removes the property. ok is
// false when the rule has none or one depends on what is not known.
func (r *Rule) Fix(in Input) (values map[string]any, ok bool, err error) {
	c, err := r.compile()
	if err != nil || len(c.fix) == 0 {
		return nil, false, err
	}
	a := &activation{in: in, compiled: c}
	values = make(map[string]any, len(c.fix))
	for property, program := range c.fix {
		v, err := run(program, a)
		if err != nil {
			return nil, false, fmt.Errorf("%s: fix of %s: %w", r.ID, property, err)
		}
		if types.IsUnknown(v) {
			return nil, false, nil
		}
		values[property] = native(v)
	}
	return values, true, nil
}
