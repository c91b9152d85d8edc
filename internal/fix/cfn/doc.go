// Package cfn changes properties in the text of a CloudFormation template, in
// YAML or JSON, and leaves comments, order, quoting and layout of everything
// else as they are.
//
// The text is parsed into nodes that know the bytes they take (tree*.go). A
// change of a property is followed down those nodes (rewrite.go) and becomes
// edits: of block style, which is made of lines (block.go), or of braces and
// brackets, which YAML's flow style and JSON share (flow.go). New values are
// written in the manner of what stands around them (render*.go).
//
// What the author computes is not replaced: a value that comes from a
// parameter, a mapping or a condition is there because someone wants to choose
// it when the stack is deployed, and a literal in its place would take that
// choice away without a word. Such a correction is [edit.Impossible], and its
// text names what would have to change.
package cfn
