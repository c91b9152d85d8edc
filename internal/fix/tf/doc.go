// Package tf changes arguments in the text of a Terraform configuration so
// that its resources have other properties, and leaves comments, order,
// alignment and everything else as they are.
//
// A change speaks of CloudFormation's properties. Each is followed to where it
// is written (module.go finds the block, argument or list item at a place of
// the scan) or, where it is not written yet, to where Terraform has it
// (place.go): a new argument, a new nested block, or a resource of its own
// beside the one it belongs to, as the settings of an S3 bucket are.
//
// Only what is written as a literal is replaced. What comes from a variable, a
// local value, a data source, for_each or a dynamic block is there because
// someone wants to choose it, and is [edit.Impossible] with the reason.
package tf
