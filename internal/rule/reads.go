package rule

import (
	"slices"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"

	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// Reads says what a rule needs of each resource type: the names of properties
// by type, each at the top level ("Encrypted") or, for what stands deeper, as
// the definition that holds it and its name
// ("AWS::EC2::SecurityGroup.Ingress.CidrIp").
type Reads map[string]map[string]bool

// Whole is the name under which [Reads] says that a function is given the
// whole of a resource, so that every property may be read.
const Whole = "*"

func (r Reads) add(typ, name string) {
	if r[typ] == nil {
		r[typ] = map[string]bool{}
	}
	if name != "" {
		r[typ][name] = true
	}
}

// Missing lists what of r is not given, sorted. given says what is known of
// each type, as cloud.Inventory.Given does: properties at the top level, and
// what stands deeper where it is false.
func (r Reads) Missing(given map[string]map[string]bool) []string {
	var missing []string
	for typ, fields := range r {
		known, ok := given[typ]
		if !ok {
			missing = append(missing, typ)
			continue
		}
		for name := range fields {
			there, said := known[name]
			switch {
			case name == Whole:
			case strings.Contains(name, "::"):
				if said && !there {
					missing = append(missing, name)
				}
			case !there:
				missing = append(missing, typ+"."+name)
			}
		}
	}
	slices.Sort(missing)
	return missing
}

// Add takes in what another rule reads.
func (r Reads) Add(other Reads) {
	for typ, fields := range other {
		r.add(typ, "")
		for name := range fields {
			r.add(typ, name)
		}
	}
}

// Reads lists what the rule needs: the type it judges and those it joins, with
// the properties that its check, its `when` and its message look at and those
// it joins by.
func (r *Rule) Reads() (Reads, error) {
	c, err := r.compile()
	if err != nil {
		return nil, err
	}
	return c.reads, nil
}

// noteReads records which properties a checked expression looks at.
func (c *compiler) noteReads(tree *ast.AST) {
	for _, e := range ast.MatchDescendants(ast.NavigateAST(tree), ast.AllMatcher()) {
		switch e.Kind() {
		case ast.SelectKind:
			s := e.AsSelect()
			if owner := tree.GetType(s.Operand().ID()); owner != nil && owner.Kind() == types.StructKind {
				c.noteRead(owner.TypeName(), s.FieldName())
			}
		case ast.CallKind:
			call := e.AsCall()
			name := call.FunctionName()
			if readsByName[name] || name[0] == '_' || name[0] == '@' || name[0] == '!' {
				continue // an operator, or what it gives is looked at by name and noted there
			}
			if looks, ok := readsOf[call.FunctionName()]; ok {
				c.noteFields(looks)
				continue
			}
			for _, arg := range call.Args() {
				c.noteWhole(tree.GetType(arg.ID()), arg)
			}
			if call.IsMemberFunction() {
				c.noteWhole(tree.GetType(call.Target().ID()), call.Target())
			}
		}
	}
}

// readsByName are the functions that take resources without looking at
// properties that the expression does not name.
var readsByName = map[string]bool{"meta": true, "launched": true, "launchedTags": true, "count": true, "present": true, "isEmpty": true}

// readsOf are the functions that take resources of several types, and what they
// look at of each. Their other arguments are noted where they are made.
var readsOf = map[string]map[string][]string{"watched": alarmReads, "alarmed": alarmReads}

func (c *compiler) noteFields(looks map[string][]string) {
	for typ, fields := range looks {
		if c.types[typ] == nil {
			continue
		}
		for _, field := range fields {
			c.noteRead(typ, field)
		}
	}
}

func (c *compiler) noteRead(owner, field string) {
	typ, isType := c.types[owner]
	if !isType {
		// A definition is named after its type: "AWS::EC2::SecurityGroup.Ingress".
		if name, _, ok := strings.Cut(owner, "."); ok && strings.Contains(name, "::") {
			c.out.reads.add(name, owner+"."+field)
		}
		return
	}
	c.out.reads.add(typ.Name, field)
	if n := typ.Root.Fields[field]; n != nil && n.Live && !n.Templates {
		c.out.live = true
	}
}

// noteWhole records that a function is given a resource, or a list of them.
func (c *compiler) noteWhole(t *types.Type, arg ast.Expr) {
	if k := arg.Kind(); k != ast.IdentKind {
		return // what is selected or computed is noted where that is done
	}
	for t != nil && t.Kind() == types.ListKind && len(t.Parameters()) == 1 {
		t = t.Parameters()[0]
	}
	if t == nil || t.Kind() != types.StructKind {
		return
	}
	if typ, ok := c.types[t.TypeName()]; ok {
		c.out.reads.add(typ.Name, Whole)
	}
}

// noteJoin records the properties that a join compares.
func (c *compiler) noteJoin(own *schema.Type, j Join) {
	joined := c.types[j.Type]
	c.out.reads.add(j.Type, "")
	for _, path := range j.Keys {
		c.notePath(joined, path)
	}
	for _, path := range j.Own {
		c.notePath(own, path)
	}
}

func (c *compiler) notePath(typ *schema.Type, path string) {
	n := typ.Root
	for name := range strings.SplitSeq(path, ".") {
		for n != nil && (n.Kind == schema.List || n.Kind == schema.Map) {
			n = n.Elem
		}
		if n == nil || n.Kind != schema.Object {
			return
		}
		c.noteRead(n.Name, name)
		n = n.Fields[name]
	}
}
