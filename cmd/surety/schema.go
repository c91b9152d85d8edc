package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// newSchema makes the command that shows what expressions can read of a
// resource type.
func newSchema() *cobra.Command {
	return &cobra.Command{
		Use:     "schema TYPE",
		Short:   "Show the properties of a resource type, as rules see them",
		Example: "  surety schema AWS::RDS::DBInstance",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage(c, "name one resource type")
			}
			typ, ok := schema.Lookup(args[0])
			if !ok {
				text := fmt.Sprintf("there is no resource type %q", args[0])
				if near := schema.NearestType(args[0]); near != "" {
					text += fmt.Sprintf("; did you mean %q?", near)
				}
				return errors.New(text)
			}
			return writeFields(c.OutOrStdout(), typ, typ.Root, "", "", nil)
		},
	}
}

// writeFields writes the fields of an object, one a line, those of its parts
// below each. above are the objects that hold it: a type may hold itself.
func writeFields(w io.Writer, typ *schema.Type, object *schema.Node, path, indent string, above []string) error {
	var names []string
	for name := range object.Fields {
		names = append(names, name)
	}
	slices.Sort(names)
	above = append(above, object.Name)
	for _, name := range names {
		field := object.Fields[name]
		at := name
		if path != "" {
			at = path + "." + name
		}
		line := indent + name + "  " + shape(field)
		if field.Default != nil {
			line += fmt.Sprintf(", default %v", strings.Join(strings.Fields(fmt.Sprint(field.Default)), " "))
		}
		if len(field.Enum) > 0 && len(field.Enum) <= 12 {
			line += ", one of " + strings.Trim(fmt.Sprint(field.Enum), "[]")
		}
		for _, mark := range []struct {
			set  bool
			text string
		}{
			{typ.ReadOnly(at), "set by AWS"},
			{typ.WriteOnly(at), "never read back"},
			{typ.CreateOnly(at), "a change replaces the resource"},
			{field.Live && !field.Templates, "live only"},
		} {
			if mark.set {
				line += " (" + mark.text + ")"
			}
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
		inner := field
		for inner.Kind == schema.List || inner.Kind == schema.Map {
			inner = inner.Elem
		}
		if inner.Kind == schema.Object && !slices.Contains(above, inner.Name) {
			if err := writeFields(w, typ, inner, at, indent+"  ", above); err != nil {
				return err
			}
		}
	}
	return nil
}

func shape(n *schema.Node) string {
	switch n.Kind {
	case schema.List:
		return "list of " + shape(n.Elem)
	case schema.Map:
		return "map of " + shape(n.Elem)
	}
	return [...]string{"any", "string", "bool", "int", "double", "list", "map", "object"}[n.Kind]
}
