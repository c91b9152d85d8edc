package rule

import (
	"regexp"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/policy"
)

// policyFunctions ask a policy document who it lets do what. They are called
// on a document (an object, JSON text, or nothing, which allows nothing):
// resource.PolicyDocument.allowsEveryone(). The package policy says exactly
// what each means.
func policyFunctions() []cel.EnvOption {
	texts := cel.ListType(cel.StringType)
	return []cel.EnvOption{
		// document.allowsEveryone() tells whether everybody is let in with no
		// condition that really confines; with a list of actions, to these.
		ask("allowsEveryone", func(d *policy.Document, _ []ref.Val) cloud.Truth { return d.Public() }),
		ask("allowsEveryone", func(d *policy.Document, args []ref.Val) cloud.Truth { return d.Public(words(args[0])...) }, texts),

		// document.allowsOtherAccounts(account, settings.trusted) tells
		// whether anyone outside the account is let in who is not trusted
		// (12-digit ids or ARNs); everybody counts.
		ask("allowsOtherAccounts", func(d *policy.Document, args []ref.Val) cloud.Truth {
			return d.CrossAccount(describe(native(args[0])), words(args[1]))
		}, cel.StringType, texts),

		// document.givesAdministrator(): every action on every resource.
		ask("givesAdministrator", func(d *policy.Document, _ []ref.Val) cloud.Truth { return d.Administrator() }),

		// document.givesAny(["*", "Delete*", "iam:Create*"]): on every
		// resource, every action for "*", any action that another pattern
		// stands for; one without a service is about every service.
		ask("givesAny", func(d *policy.Document, args []ref.Val) cloud.Truth { return d.GivesAny(words(args[0])...) }, texts),

		// document.usesNotAction(), usesNotPrincipal(), usesNotResource():
		// an Allow that names what it leaves out.
		ask("usesNotAction", func(d *policy.Document, _ []ref.Val) cloud.Truth { return d.UsesNotAction() }),
		ask("usesNotPrincipal", func(d *policy.Document, _ []ref.Val) cloud.Truth { return d.UsesNotPrincipal() }),
		ask("usesNotResource", func(d *policy.Document, _ []ref.Val) cloud.Truth { return d.UsesNotResource() }),

		// document.allowsServiceWildcard(everywhere): all actions of a service
		// ("s3:*") or of all; with true only on every resource.
		ask("allowsServiceWildcard", func(d *policy.Document, args []ref.Val) cloud.Truth {
			return d.AllowsServiceWildcard(native(args[0]) == true)
		}, cel.BoolType),

		// document.allowsBroadly(settings.pattern): on every resource, an
		// action that the regular expression matches as the document writes it
		// ("s3:*"), in any case, or all actions; with an empty expression all
		// actions of any service.
		member("allowsBroadly", cel.BoolType, []*cel.Type{cel.StringType}, func(all ...ref.Val) ref.Val {
			expression := stringOf(all[1])
			if expression == "" {
				return truth(documentOf(all[0]).AllowsServiceWildcard(true))
			}
			pattern, err := regexp.Compile("(?i)" + expression)
			if err != nil {
				return types.NewErr("allowsBroadly: %v", err)
			}
			return truth(documentOf(all[0]).AllowsMatching(pattern))
		}),

		// document.allowsAction("iam:PutRolePolicy", "*") tells whether all
		// that the action pattern stands for is allowed on the resource ("" for
		// any); allowsSome, whether anything of it is.
		ask("allowsAction", func(d *policy.Document, args []ref.Val) cloud.Truth {
			return d.AllowsAction(describe(native(args[0])), describe(native(args[1])))
		}, cel.StringType, cel.StringType),
		ask("allowsSome", func(d *policy.Document, args []ref.Val) cloud.Truth {
			return d.AllowsSome(describe(native(args[0])), describe(native(args[1])))
		}, cel.StringType, cel.StringType),

		// document.allowsWritesEverywhere(): an action that does more than
		// read, on every resource.
		ask("allowsWritesEverywhere", func(d *policy.Document, _ []ref.Val) cloud.Truth { return d.AllowsWritesEverywhere() }),

		// document.deniesInsecureTransport(["s3:*"]): each of the actions is
		// denied to everybody who does not use TLS.
		ask("deniesInsecureTransport", func(d *policy.Document, args []ref.Val) cloud.Truth {
			return d.DeniesInsecureTransport(words(args[0])...)
		}, texts),

		// document.deniesUnencryptedUploads(): s3:PutObject is denied where
		// the request names no server-side encryption.
		ask("deniesUnencryptedUploads", func(d *policy.Document, _ []ref.Val) cloud.Truth { return d.DeniesUnencryptedUploads() }),

		// document.deniesActions(["backup:DeleteRecoveryPoint"]): each is
		// denied to everybody, or to all but such as the Deny names.
		ask("deniesActions", func(d *policy.Document, args []ref.Val) cloud.Truth { return d.DeniesActions(words(args[0])...) }, texts),

		// document.allowsOnlyIf("sts:AssumeRole", ["sts:ExternalId"]): every
		// Allow of the action demands one of the condition keys.
		ask("allowsOnlyIf", func(d *policy.Document, args []ref.Val) cloud.Truth {
			return d.AllowsOnlyIf(describe(native(args[0])), words(args[1])...)
		}, cel.StringType, texts),

		// document.requiresExternalIDOrMFA(account, settings.trusted): a trust
		// policy lets no other account that is not trusted assume the role
		// without an external id or MFA.
		ask("requiresExternalIDOrMFA", func(d *policy.Document, args []ref.Val) cloud.Truth {
			return d.RequiresExternalIDOrMFA(describe(native(args[0])), words(args[1])...)
		}, cel.StringType, texts),

		// document.trustsServiceFromAnywhere([]): an AWS service is let in on
		// anyone's behalf; with a list, one of these services.
		ask("trustsServiceFromAnywhere", func(d *policy.Document, args []ref.Val) cloud.Truth {
			return d.TrustsServiceFromAnywhere(words(args[0])...)
		}, texts),

		// document.opensEndpoint(): the policy of a VPC endpoint lets everybody
		// in the VPC reach every resource of the service.
		ask("opensEndpoint", func(d *policy.Document, _ []ref.Val) cloud.Truth { return d.OpenEndpoint() }),

		// document.opensEndpointTo(account, settings.trusted) is
		// allowsOtherAccounts for the policy of a VPC endpoint.
		ask("opensEndpointTo", func(d *policy.Document, args []ref.Val) cloud.Truth {
			return d.ThroughEndpoint().CrossAccount(describe(native(args[0])), words(args[1]))
		}, cel.StringType, texts),

		// lambdaPermission(permission) is the policy document that Lambda
		// makes of an AWS::Lambda::Permission.
		function("lambdaPermission", cel.Overload("lambda_permission_dyn", []*cel.Type{cel.DynType}, cel.DynType,
			cel.UnaryBinding(func(v ref.Val) ref.Val { return plain(policy.FromLambdaPermission(native(v))) }))),

		// foreignPrincipals(list, account, settings.trusted): allowsOtherAccounts
		// for a plain list of account ids, ARNs or "*".
		function("foreignPrincipals", cel.Overload("foreign_principals", []*cel.Type{cel.DynType, cel.StringType, texts}, cel.BoolType,
			cel.FunctionBinding(func(args ...ref.Val) ref.Val {
				return truth(policy.Foreign(native(args[0]), describe(native(args[1])), words(args[2])))
			}))),

		// document.withTLSOnly(["s3:*"], [arn]) is the document with a Deny of
		// requests without TLS; document.withoutEveryone([]) is it without the
		// statements that let everybody in, to these actions or to any.
		change("withTLSOnly", func(doc any, args []ref.Val) any {
			return policy.WithTLSOnly(doc, words(args[0]), words(args[1]))
		}, texts, texts),
		change("withoutEveryone", func(doc any, args []ref.Val) any {
			return policy.WithoutPublic(doc, words(args[0])...)
		}, texts),
	}
}

// ask makes a member function of documents that answers a question.
func ask(name string, question func(*policy.Document, []ref.Val) cloud.Truth, args ...*cel.Type) cel.EnvOption {
	return member(name, cel.BoolType, args, func(all ...ref.Val) ref.Val {
		return truth(question(documentOf(all[0]), all[1:]))
	})
}

// documentOf reads a policy document, once for as long as the value is kept.
func documentOf(v ref.Val) *policy.Document {
	if o, ok := v.(*objectValue); ok {
		return remember(&o.memo, func() *policy.Document { return policy.Parse(o.fields) })
	}
	return policy.Parse(native(v))
}

// change makes a member function of documents that gives another one.
func change(name string, f func(any, []ref.Val) any, args ...*cel.Type) cel.EnvOption {
	return member(name, cel.DynType, args, func(all ...ref.Val) ref.Val {
		return plain(f(native(all[0]), all[1:]))
	})
}

func member(name string, result *cel.Type, args []*cel.Type, f func(...ref.Val) ref.Val) cel.EnvOption {
	id := name + "_dyn"
	for _, a := range args {
		id += "_" + a.TypeName()
	}
	return function(name, cel.MemberOverload(id, append([]*cel.Type{cel.DynType}, args...), result, cel.FunctionBinding(f)))
}
