package rule

import (
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/reference"
)

// referenceFunctions answer from what AWS publishes about its own products
// (package reference). What no table lists is unknown, with the reason.
func referenceFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		// supported(product, version, now) tells whether AWS supports a
		// version of a product at a time: in standard support, where paid
		// extended support follows it. The product is an engine of RDS, Aurora
		// or ElastiCache under its own id ("postgres", "aurora-mysql",
		// "valkey"), or lambda, eks, docdb, memorydb-redis, memorydb-valkey,
		// opensearch, elasticsearch, activemq, rabbitmq, msk, fargate,
		// fargate-windows or glue.
		function("supported",
			cel.Overload("supported_string_string_timestamp", []*cel.Type{cel.StringType, cel.StringType, cel.TimestampType}, cel.BoolType,
				cel.FunctionBinding(func(args ...ref.Val) ref.Val {
					return truth(reference.Supported(stringOf(args[0]), stringOf(args[1]), args[2].(types.Timestamp).Time))
				}))),

		// newest(product, version) tells whether a version is of the newest
		// release of its line: of the newest runtime of its language, of the
		// newest major version of its engine.
		stringPair("newest", cel.BoolType, func(product, version string) ref.Val {
			return truth(reference.Newest(product, version))
		}),

		// supportEnds(product, version) is the day that AWS names as the end
		// of support, of standard support where paid extended support follows.
		stringPair("supportEnds", cel.TimestampType, func(product, version string) ref.Val {
			return day(reference.SupportEnds(product, version))
		}),

		// extendedSupportEnds(product, version) is the day that AWS names as
		// the end of paid extended support.
		stringPair("extendedSupportEnds", cel.TimestampType, func(product, version string) ref.Val {
			return day(reference.ExtendedSupportEnds(product, version))
		}),

		// currentGeneration(service, type) tells whether an instance type, a
		// node type or an instance class is of the current generation. The
		// service is ec2, rds, elasticache, redshift or opensearch.
		stringPair("currentGeneration", cel.BoolType, func(service, instanceType string) ref.Val {
			return truth(reference.CurrentGeneration(service, instanceType))
		}),

		// defaultPort(engine) is the port that an engine listens on when none
		// is chosen.
		function("defaultPort",
			cel.Overload("default_port_string", []*cel.Type{cel.StringType}, cel.IntType,
				cel.UnaryBinding(func(engine ref.Val) ref.Val {
					port, u := reference.DefaultPort(stringOf(engine))
					if u != nil {
						return unknownFor(u.Reason)
					}
					return types.Int(port)
				}))),

		// defaultUserName(engine, name) tells whether a master user name is
		// one that AWS proposes for the engine.
		stringPair("defaultUserName", cel.BoolType, func(engine, name string) ref.Val {
			return truth(reference.DefaultUserName(engine, name))
		}),

		// weakTLSPolicy(service, name) tells whether a named TLS policy
		// accepts a protocol older than TLS 1.2 or a broken cipher. The
		// service is cloudfront, elbv2, elb, apigateway or opensearch.
		stringPair("weakTLSPolicy", cel.BoolType, func(service, name string) ref.Val {
			return truth(reference.WeakTLSPolicy(service, name))
		}),

		// postQuantumTLSPolicy(service, name) tells whether a named TLS policy
		// offers a post-quantum key exchange.
		stringPair("postQuantumTLSPolicy", cel.BoolType, func(service, name string) ref.Val {
			return truth(reference.PostQuantumTLSPolicy(service, name))
		}),

		// weakTLSAttribute(name) tells whether an attribute of a Classic Load
		// Balancer's SSL negotiation policy switches on a protocol older than
		// TLS 1.2 or a broken cipher.
		function("weakTLSAttribute",
			cel.Overload("weak_tls_attribute_string", []*cel.Type{cel.StringType}, cel.BoolType,
				cel.UnaryBinding(func(name ref.Val) ref.Val {
					return truth(reference.WeakTLSAttribute(stringOf(name)))
				}))),

		// awsOwnedAccount(id) tells whether an account is AWS's own, published
		// for a service to write logs into a customer's bucket.
		function("awsOwnedAccount",
			cel.Overload("aws_owned_account_string", []*cel.Type{cel.StringType}, cel.BoolType,
				cel.UnaryBinding(func(id ref.Val) ref.Val {
					return types.Bool(reference.AWSOwnedAccount(stringOf(id)))
				}))),
	}
}

// stringPair declares a function of two texts.
func stringPair(name string, result *cel.Type, bind func(a, b string) ref.Val) cel.EnvOption {
	return function(name,
		cel.Overload(name+"_string_string", []*cel.Type{cel.StringType, cel.StringType}, result,
			cel.BinaryBinding(func(a, b ref.Val) ref.Val { return bind(stringOf(a), stringOf(b)) })))
}

// stringOf is the string of an argument that is declared to be one.
func stringOf(v ref.Val) string {
	s, _ := v.(types.String)
	return string(s)
}

// day gives a date to CEL, or why there is none.
func day(t time.Time, u *cloud.Unresolved) ref.Val {
	if u != nil {
		return unknownFor(u.Reason)
	}
	return types.Timestamp{Time: t}
}
