package cloudformation

import (
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// permission has a permission on a version or an alias of a function name the
// function itself, whose policy it is part of.
func (f *folder) permission(r *cloud.Resource) {
	name, ok := r.Properties["FunctionName"].(string)
	if !ok {
		return
	}
	for _, typ := range []string{"AWS::Lambda::Alias", "AWS::Lambda::Version"} {
		if of := f.target(name, typ); of != nil && of.Properties["FunctionName"] != nil {
			r.Properties["FunctionName"] = of.Properties["FunctionName"]
			return
		}
	}
	r.Properties["FunctionName"] = functionName(name)
}

// functionName is the name of the function in any of the forms in which Lambda
// takes one: a name, a part of its ARN ("123456789012:function:orders"), the
// ARN, each with a qualifier or without ("orders:live").
//
// Source: FunctionName of AddPermission in the Lambda API Reference.
func functionName(text string) string {
	parts := outsideSymbols(text)
	if i := slices.Index(parts, "function"); i >= 0 && i+1 < len(parts) {
		return parts[i+1]
	}
	switch {
	case len(parts) == 1 || len(parts) > 3:
		return text
	case isAccount(parts[0]):
		return parts[1]
	case len(parts) == 2:
		return parts[0]
	}
	return text
}

// outsideSymbols splits a text at the colons that are not within a symbol.
func outsideSymbols(text string) []string {
	var parts []string
	start, depth := 0, 0
	for i := range len(text) {
		switch {
		case strings.HasPrefix(text[i:], "${"):
			depth++
		case text[i] == '}' && depth > 0:
			depth--
		case text[i] == ':' && depth == 0:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}

// isAccount tells whether the text is the id of an account, or stands for that
// of the stack.
func isAccount(text string) bool {
	return text == cloud.TemplateAccount || len(text) == 12 && strings.Trim(text, "0123456789") == ""
}

// inlineOf makes the policy of one topic or queue the policy of a list of one,
// so that rules on policies see both.
func inlineOf(r *cloud.Resource, typ, one, list string) {
	r.SourceType, r.Type = r.Type, typ
	if owner, ok := r.Properties[one]; ok {
		r.Properties[list] = []any{owner}
		delete(r.Properties, one)
	}
	if place := r.Source.Fields[one]; place != nil {
		r.Source.Fields[list] = &cloud.Location{File: place.File, Line: place.Line, EndLine: place.EndLine, Column: place.Column, Items: []*cloud.Location{place}}
		delete(r.Source.Fields, one)
	}
}
