package cloudformation

import (
	_ "embed"
	"strings"
	"sync"
)

// The statements that SAM's policy templates stand for; ${Name} is a
// parameter of the template or a pseudo parameter.
//
// Source: the policy templates of AWS SAM,
// https://github.com/aws/serverless-application-model (Apache License 2.0).
//
//go:embed sam_policies.json
var policyTemplateData []byte

// policyTemplates parses them when the first is needed.
var policyTemplates = sync.OnceValue(func() *node {
	root, problem := parseJSON(&text{file: "sam_policies.json", data: policyTemplateData})
	if problem != nil {
		return newObject(pos{}) // a test reads them
	}
	root.get("") // has the index made, since from here on it is shared
	return root
})

// policyTemplate gives the policy document for "Name: {Parameter: value}", or
// nil when there is no template of that name.
func policyTemplate(e entry) *node {
	statements := policyTemplates().get(e.key)
	if statements == nil {
		return nil
	}
	return build(e.pos, pairs{"Statement", filled(e.pos, statements, e.node)})
}

// filled copies a node of a policy template with its parameters.
func filled(at pos, n, parameters *node) *node {
	switch n.kind {
	case list:
		items := make([]*node, len(n.items))
		for i, item := range n.items {
			items[i] = filled(at, item, parameters)
		}
		return newList(at, items...)
	case object:
		entries := make([]entry, len(n.entries))
		for i, e := range n.entries {
			entries[i] = entry{key: e.key, pos: at, node: filled(at, e.node, parameters)}
		}
		return newObject(at, entries...)
	}
	s, ok := n.text()
	if !ok || !strings.Contains(s, "${") {
		return newScalar(at, n.value)
	}
	var names any = parameters
	if parameters == nil || parameters.kind != object {
		names = pairs{}
	}
	return build(at, pairs{"Fn::Sub", []any{s, names}})
}
