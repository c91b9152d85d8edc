// Package cloudformation reads AWS CloudFormation templates, in JSON or YAML,
// with or without the SAM transform, into resources.
//
// A template passes through these steps, one file or group of files each:
//
//	text      json.go, yaml.go: positions kept, short forms made long, aliases
//	          and merge keys resolved, into one tree of nodes
//	expand    foreach.go, sam*.go: nodes in, nodes out
//	evaluate  evaluate.go and what it names: a node becomes a value and the
//	          places of its parts, an intrinsic function becomes its result
//	resources resource.go: evaluated properties become a cloud.Resource
//	fold      fold*.go: what AWS treats as part of another resource moves there
//
// Nothing that cannot be known is guessed: it becomes a [cloud.Unresolved]
// that says why.
package cloudformation
