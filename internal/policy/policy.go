// Package policy reads IAM policy documents and answers who they let do what:
// whether everyone may, whether another account may, whether a statement makes
// an administrator, whether plain HTTP is refused.
//
// A document comes as a property value: an object, JSON text, or either with
// parts that are *cloud.Unresolved. In its strings "${Bucket.Arn}" is the
// symbol of a resource of the same template and "${aws:username}" a variable
// of IAM; both are taken as one piece that equals only itself.
//
// Every question is answered with a cloud.Truth. A statement that could not be
// read may be a Deny, so that beside one even an open Allow is not certain.
package policy

import "github.com/surety-cloud/surety/internal/cloud"

// A Document is a policy in one form, however it was written: lists where one
// value may stand alone, condition operators and keys in lower case.
type Document struct {
	Statements []Statement

	// Unknown is why there may be statements beside these: the document, or
	// one of its statements, could not be read.
	Unknown []*cloud.Unresolved
}

// A Statement is one permission or refusal.
type Statement struct {
	Sid   string
	Index int // its place in the document as written

	// Allow is the effect; it means nothing when NoEffect says why the effect
	// is not known.
	Allow    bool
	NoEffect *cloud.Unresolved

	Principals, NotPrincipals Principals
	Actions, NotActions       Values
	Resources, NotResources   Values
	Conditions                []Condition
}

// Values is a list of texts of which some may not be known.
type Values struct {
	Given   bool // the element is there at all
	Known   []string
	Unknown []*cloud.Unresolved
}

// Principals are those whom a statement names.
type Principals struct {
	Given   bool
	Known   []Principal
	Unknown []UnknownPrincipal
}

// A Principal is one of them. Type is "AWS", "Service", "Federated" or
// "CanonicalUser"; the bare "*" has the type "AWS", since IAM takes "*" and
// {"AWS": "*"} for the same in a policy of a resource.
type Principal struct{ Type, ID string }

// An UnknownPrincipal could not be known; Type is empty when not even its type
// could.
type UnknownPrincipal struct {
	Type string
	Why  *cloud.Unresolved
}

// A Condition is one operator applied to one key; a statement applies when all
// of its conditions hold.
type Condition struct {
	Operator Operator
	Key      string // lower case: "aws:sourcearn"
	Values   Values
	// Unknown is why the operator, or the whole block, could not be read; the
	// rest means nothing then.
	Unknown *cloud.Unresolved
}

// An Operator is a condition operator taken apart, in lower case.
type Operator struct {
	Base     string // "stringequals", "notipaddress", "null"
	Set      string // "forallvalues", "foranyvalue" or empty
	IfExists bool
}
