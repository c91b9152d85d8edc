package tf

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/surety-cloud/surety/internal/fix/delta"
	"github.com/surety-cloud/surety/internal/fix/edit"
)

const documentType = "aws_iam_policy_document"

// dataDocument changes a policy that data "aws_iam_policy_document" makes: its
// statement blocks are the statements, in order.
func (e *editor) dataDocument(path string, c *delta.Change, s *spot, t hcl.Traversal) error {
	data, err := e.documentBlock(path, s, t)
	if err != nil {
		return err
	}
	change := c.Fields["Statement"]
	if len(c.Fields) != 1 || change == nil {
		return edit.Impossiblef("%s differs in more than its statements", path)
	}
	old, isList := change.Old.([]any)
	var statements []*spot
	for _, b := range data.block.Body.Blocks {
		switch {
		case b.Type == "statement":
			statements = append(statements, data.file.spots[place{b.TypeRange.Start.Line, b.TypeRange.Start.Column}])
		case b.Type == "dynamic":
			return edit.Impossiblef("%s has statements in a dynamic block (line %d)", path, b.TypeRange.Start.Line)
		}
	}
	if !isList || change.Kind != delta.Within || len(old) != len(statements) {
		return edit.Impossiblef("the statements of %s do not all stand in its own blocks", path)
	}
	for _, i := range change.Removed() {
		e.statementChoices(statements[i], fmt.Sprintf("%s.Statement[%d]", path, i))
		e.removeBlock(statements[i])
	}
	for _, it := range change.Items {
		var err error
		switch {
		case it.Old == delta.None:
			err = e.newStatement(data, it.New, path)
		case it.Change != nil:
			err = e.statement(statements[it.Old], it.Change, fmt.Sprintf("%s.Statement[%d]", path, it.Old))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// documentBlock finds the data block that a reference names. One that others
// use as well is not changed for the sake of one of them.
func (e *editor) documentBlock(path string, s *spot, t hcl.Traversal) (*spot, error) {
	var parts []string
	for _, step := range t[1:] {
		a, ok := step.(hcl.TraverseAttr)
		if !ok {
			return nil, edit.Impossiblef("%s comes from %s", path, reference(t))
		}
		parts = append(parts, a.Name)
	}
	if len(parts) != 3 || parts[0] != documentType || parts[2] != "json" && parts[2] != "minified_json" {
		return nil, edit.Impossiblef("%s comes from %s", path, reference(t))
	}
	address := "data." + documentType + "." + parts[1]
	for _, name := range e.siblings(s.file.name) {
		f, err := e.open(name)
		if err != nil {
			continue
		}
		for _, b := range f.body.Blocks {
			if b.Type != "data" || len(b.Labels) != 2 || b.Labels[0] != documentType || b.Labels[1] != parts[1] {
				continue
			}
			data := f.spots[place{b.TypeRange.Start.Line, b.TypeRange.Start.Column}]
			for _, meta := range []string{"count", "for_each"} {
				if b.Body.Attributes[meta] != nil {
					return nil, edit.Impossiblef("%s comes from %s, which is repeated by %s", path, address, meta)
				}
			}
			top, _ := s.resource()
			if user := e.user(address, s.file, top, data); user != "" {
				return nil, edit.Impossiblef("%s comes from %s, which %s uses as well", path, address, user)
			}
			return data, nil
		}
	}
	return nil, edit.Impossiblef("%s comes from %s, which was not found", path, address)
}

// statementArguments are the names that the data source has for the members of
// a statement.
var statementArguments = map[string]string{
	"Sid": "sid", "Effect": "effect", "Action": "actions", "NotAction": "not_actions",
	"Resource": "resources", "NotResource": "not_resources",
}

func (e *editor) statementChoices(s *spot, path string) {
	for member, name := range statementArguments {
		if a := s.block.Body.Attributes[name]; a != nil {
			e.choices(a.Expr, path+"."+member)
		}
	}
}

// statement changes one statement.
func (e *editor) statement(s *spot, c *delta.Change, path string) error {
	if c.Kind != delta.Within {
		return edit.Impossiblef("%s is not written as a statement", path)
	}
	a := &addition{}
	for _, member := range c.Names() {
		change, below := c.Fields[member], path+"."+member
		name, plain := statementArguments[member]
		if !plain {
			if err := e.groups(s, a, member, change, below); err != nil {
				return err
			}
			continue
		}
		attr := s.block.Body.Attributes[name]
		spot := (*spot)(nil)
		if attr != nil {
			spot = s.file.spots[place{attr.SrcRange.Start.Line, attr.SrcRange.Start.Column}]
		}
		list := strings.HasSuffix(name, "s")
		switch {
		case change.Kind == delta.Remove && spot != nil:
			e.choices(attr.Expr, below)
			e.removeArgument(spot)
		case change.Kind == delta.Remove:
			return edit.Impossiblef("%s is not written where the statement is", below)
		case attr == nil:
			a.arguments = append(a.arguments, argument{name, asList(change.New, list)})
		default:
			before, after := asList(change.Old, list), asList(change.New, list)
			if err := e.expression(s.file, attr.Expr, delta.Between(before, after), below); err != nil {
				return err
			}
		}
	}
	if len(a.arguments)+len(a.blocks) == 0 {
		return nil
	}
	e.bodies[s] = a
	e.order = append(e.order, s)
	return nil
}

// asList makes a list of a single value, as the data source writes one.
func asList(v any, list bool) any {
	if _, is := v.([]any); is || !list || v == nil {
		return v
	}
	return []any{v}
}

// groups changes the principals or conditions of a statement, which are blocks:
// those that are there go, and new ones come.
func (e *editor) groups(s *spot, a *addition, member string, c *delta.Change, path string) error {
	name, known := map[string]string{"Principal": "principals", "NotPrincipal": "not_principals", "Condition": "condition"}[member]
	if !known {
		return edit.Impossiblef("the data source has no argument for %s", path)
	}
	for _, b := range s.block.Body.Blocks {
		if b.Type == "dynamic" {
			return edit.Impossiblef("%s stands in a dynamic block (line %d)", path, b.TypeRange.Start.Line)
		}
		if b.Type != name {
			continue
		}
		for _, attr := range b.Body.Attributes {
			e.choices(attr.Expr, path)
		}
		e.removeBlock(s.file.spots[place{b.TypeRange.Start.Line, b.TypeRange.Start.Column}])
	}
	blocks, err := groupBlocks(name, c.New, path)
	a.blocks = append(a.blocks, blocks...)
	return err
}

// groupBlocks writes principals or conditions as blocks.
func groupBlocks(name string, v any, path string) ([]*nested, error) {
	if v == nil {
		return nil, nil
	}
	if v == "*" && name != "condition" {
		v = map[string]any{"*": "*"}
	}
	groups, ok := v.(map[string]any)
	if !ok {
		return nil, edit.Impossiblef("%s is not an object", path)
	}
	var out []*nested
	for _, group := range sortedNames(groups) {
		if name != "condition" {
			out = append(out, &nested{name: name, key: group, addition: addition{arguments: []argument{
				{"type", group}, {"identifiers", asList(groups[group], true)},
			}}})
			continue
		}
		keys, ok := groups[group].(map[string]any)
		if !ok {
			return nil, edit.Impossiblef("%s.%s is not an object", path, group)
		}
		for _, key := range sortedNames(keys) {
			out = append(out, &nested{name: name, key: group + key, addition: addition{arguments: []argument{
				{"test", group}, {"variable", key}, {"values", asList(keys[key], true)},
			}}})
		}
	}
	return out, nil
}

// newStatement adds a statement block.
func (e *editor) newStatement(data *spot, v any, path string) error {
	fields, ok := v.(map[string]any)
	if !ok {
		return edit.Impossiblef("a new statement of %s is not an object", path)
	}
	n := &nested{name: "statement", key: fmt.Sprint(len(e.order))}
	for _, member := range []string{"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource"} {
		if value := fields[member]; value != nil {
			name := statementArguments[member]
			n.arguments = append(n.arguments, argument{name, asList(value, strings.HasSuffix(name, "s"))})
		}
	}
	for _, member := range []string{"Principal", "NotPrincipal", "Condition"} {
		name := map[string]string{"Principal": "principals", "NotPrincipal": "not_principals", "Condition": "condition"}[member]
		blocks, err := groupBlocks(name, fields[member], path)
		if err != nil {
			return err
		}
		n.blocks = append(n.blocks, blocks...)
	}
	a := e.body(data)
	a.blocks = append(a.blocks, n)
	return nil
}

func sortedNames(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
