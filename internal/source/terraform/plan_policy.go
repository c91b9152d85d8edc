package terraform

import (
	"encoding/json"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/surety-cloud/surety/internal/cloud"
)

// A policy document of which a part is known only after apply (the ARN of a
// new bucket) is known only after apply as a whole. The plan has the arguments
// of its data source, though, and of those nearly all are known: the document
// is put together from them, so that its principals and actions can be judged.

// dataSources lists the data sources of a type that are read on apply, by
// address.
func (p *plan) dataSources(typ string) map[string]*planned {
	found := map[string]*planned{}
	for _, c := range p.changes {
		if c == nil || c.Change == nil || c.Mode != tfjson.DataResourceMode || c.Type != typ {
			continue
		}
		values, ok := c.Change.After.(map[string]any)
		if !ok {
			continue
		}
		found[c.Address] = &planned{
			address: c.Address, module: c.ModuleAddress, typ: c.Type, values: values,
			unknown: c.Change.AfterUnknown, sensitive: c.Change.AfterSensitive,
		}
	}
	return found
}

// policyDocument is the document that references lead to, as far as it is
// known; nil where they lead to something else.
func (p *plan) policyDocument(one *planned, refs []string) any {
	refs = slices.DeleteFunc(leading(refs), func(ref string) bool {
		return strings.HasPrefix(ref, "each.") || strings.HasPrefix(ref, "count.")
	})
	if len(refs) != 1 {
		return nil
	}
	rest, ok := strings.CutPrefix(refs[0], "data.aws_iam_policy_document.")
	if !ok {
		return nil
	}
	name, attribute, _ := cutAddress(rest)
	if attribute != "json" && attribute != "minified_json" {
		return nil
	}
	base := joinAddress(one.module, "data.aws_iam_policy_document."+name)
	source := p.documents[base]
	if source == nil && !strings.HasSuffix(name, "]") {
		if open := strings.IndexByte(lastStep(one.address), '['); open >= 0 {
			source = p.documents[base+lastStep(one.address)[open:]]
		}
	}
	if source == nil {
		return nil
	}
	return p.document(source)
}

func (p *plan) document(source *planned) any {
	args := p.known(source)
	for _, name := range []string{"override_json", "override_policy_documents"} {
		if list, ok := args[name].([]any); args[name] != nil && (!ok || len(list) > 0) {
			return nil
		}
	}
	document := map[string]any{"Version": "2012-10-17"}
	if v, ok := args["version"].(string); ok {
		document["Version"] = v
	}
	if id := args["policy_id"]; id != nil {
		document["Id"] = id
	}
	statements := []any{}
	for _, name := range []string{"source_json", "source_policy_documents"} {
		statements = append(statements, sourceStatements(args[name])...)
	}
	for _, s := range listOf(args["statement"]) {
		if block, ok := s.(map[string]any); ok {
			s = policyStatementOf(block)
		}
		statements = append(statements, s)
	}
	document["Statement"] = statements
	return document
}

// sourceStatements are the statements of documents in JSON.
func sourceStatements(v any) []any {
	var out []any
	for _, source := range listOf(v) {
		text, ok := source.(string)
		if !ok {
			out = append(out, &cloud.Unresolved{Reason: knownAfterApply, Many: true})
			continue
		}
		var document struct{ Statement any }
		if json.Unmarshal([]byte(text), &document) != nil {
			out = append(out, &cloud.Unresolved{Reason: "a source document is not valid JSON", Many: true})
			continue
		}
		out = append(out, listOf(document.Statement)...)
	}
	return out
}

// listOf is a list, or the one value that stands for a list of one.
func listOf(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

// policyStatementOf writes a statement block as IAM does.
func policyStatementOf(block map[string]any) map[string]any {
	out := map[string]any{"Effect": "Allow"}
	for argument, member := range map[string]string{
		"sid": "Sid", "effect": "Effect", "actions": "Action", "not_actions": "NotAction",
		"resources": "Resource", "not_resources": "NotResource",
	} {
		if v := block[argument]; v != nil && !emptyList(v) {
			out[member] = policyText(v)
		}
	}
	for argument, member := range map[string]string{"principals": "Principal", "not_principals": "NotPrincipal"} {
		if blocks := block[argument]; blocks != nil && !emptyList(blocks) {
			out[member] = policyPrincipals(blocks)
		}
	}
	if blocks := block["condition"]; blocks != nil && !emptyList(blocks) {
		out["Condition"] = policyConditions(blocks)
	}
	return out
}

func emptyList(v any) bool {
	list, ok := v.([]any)
	return ok && len(list) == 0
}

// policyText writes policy variables as IAM does: Terraform has &{…} for ${…}.
func policyText(v any) any {
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(v, "&{", "${")
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = policyText(e)
		}
		return out
	}
	return v
}

func policyPrincipals(v any) any {
	if u, ok := v.(*cloud.Unresolved); ok {
		return u
	}
	byType := map[string]any{}
	for _, e := range listOf(v) {
		block, ok := e.(map[string]any)
		if !ok {
			return &cloud.Unresolved{Reason: knownAfterApply}
		}
		typ, ok := block["type"].(string)
		if !ok {
			return &cloud.Unresolved{Reason: knownAfterApply}
		}
		list, _ := byType[typ].([]any)
		byType[typ] = append(list, listOf(policyText(block["identifiers"]))...)
	}
	if list, ok := byType["*"].([]any); ok && len(byType) == 1 && len(list) == 1 && list[0] == "*" {
		return "*"
	}
	return byType
}

func policyConditions(v any) any {
	if u, ok := v.(*cloud.Unresolved); ok {
		return u
	}
	tests := map[string]any{}
	for _, e := range listOf(v) {
		block, ok := e.(map[string]any)
		if !ok {
			return &cloud.Unresolved{Reason: knownAfterApply}
		}
		test, ok := block["test"].(string)
		variable, ok2 := block["variable"].(string)
		if !ok || !ok2 {
			return &cloud.Unresolved{Reason: knownAfterApply}
		}
		variables, _ := tests[test].(map[string]any)
		if variables == nil {
			variables = map[string]any{}
			tests[test] = variables
		}
		list, _ := variables[variable].([]any)
		variables[variable] = append(list, listOf(policyText(block["values"]))...)
	}
	return tests
}
