package cloudformation

import (
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
	// A literal name with its qualifier: "orders:live".
	if function, qualifier, found := strings.Cut(name, ":"); found && !strings.Contains(qualifier, ":") && !cloud.HasSymbol(name) {
		r.Properties["FunctionName"] = function
	}
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
