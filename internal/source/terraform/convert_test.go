package terraform

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
)

// beside gives a conversion the arguments that stand beside its value.
type beside map[string]any

func (b beside) argument(name string) any { return b[name] }
func (b beside) self() string             { return "${aws_thing.self.id}" }

// absent is expected where CloudFormation has nothing for a value.
type absent struct{}

func TestConversions(t *testing.T) {
	unknown := &cloud.Unresolved{Reason: "variable x has no default"}
	around := beside{"type": "application", "unknown": unknown, "list": []any{"a"}, "on": true}
	for _, test := range []struct {
		conversion string
		value      any
		want       any
	}{
		{"either(ENABLED,DISABLED)", true, "ENABLED"},
		{"either(ENABLED,DISABLED)", "false", "DISABLED"},
		{"either(ENABLED,DISABLED)", unknown, unknown},
		{"either(ENABLED,DISABLED)", "maybe", &cloud.Unresolved{Reason: `the value "maybe" is not understood (either)`}},
		{"either(ENABLED,DISABLED)", "${aws_a.b.c}", &cloud.Unresolved{Reason: "${aws_a.b.c} is known only after deployment", Partial: "${aws_a.b.c}"}},
		{"whenTrue(Enabled)", true, "Enabled"},
		{"whenTrue(Enabled)", false, absent{}},
		{"const(VPC)", "vpc-1", "VPC"},
		{"const(true)", "x", true},
		{"is(ENABLED)", "ENABLED", true},
		{"is(ENABLED)", "DISABLED", false},
		{"not", "true", false},
		{"includes(all)", []any{"1", "all"}, true},
		{"includes(all)", []any{"1"}, false},
		{"includes(all)", []any{unknown, "all"}, true},
		{"includes(all)", []any{unknown}, unknown},
		{"includes(all)", []any{"${aws_a.b.c}"}, &cloud.Unresolved{Reason: "${aws_a.b.c} is known only after deployment", Partial: "${aws_a.b.c}"}},
		{"inherited", "${aws_a.b.id}", &cloud.Unresolved{Reason: "it is taken over from aws_a.b.id"}},
		{"unless(0)", float64(0), absent{}},
		{"unless(0)", float64(7), float64(7)},
		{"unless(-1)", int64(-1), absent{}},
		{"words(a=A,b=B)", "b", "B"},
		{"words(a=A,b=B)", "c", "c"},
		{"words(a=A)", []any{"a", "x"}, []any{"A", "x"}},
		{"prefix(Elasticsearch_)", "7.10", "Elasticsearch_7.10"},
		{"replace(.elasticsearch,.search)", "m5.large.elasticsearch", "m5.large.search"},
		{"cut(:,0)", "db.example.com:3306", "db.example.com"},
		{"split", "sg-1, sg-2,", []any{"sg-1", "sg-2"}},
		{"join", []any{"10.0.0.1", "10.0.0.2"}, "10.0.0.1,10.0.0.2"},
		{"base64", "#!/bin/sh", "IyEvYmluL3No"},
		{"json", `{"a": [1]}`, map[string]any{"a": []any{1.0}}},
		{"json", " ", absent{}},
		{"json", map[string]any{"a": "b"}, map[string]any{"a": "b"}},
		{"json", "{", &cloud.Unresolved{Reason: "the JSON text is not valid: unexpected end of JSON input", Partial: "{"}},
		{"json", "${aws_a.b.policy}", &cloud.Unresolved{Reason: "${aws_a.b.policy} is known only after deployment", Partial: "${aws_a.b.policy}"}},
		{"json", `{"Resource": "${aws_s3_bucket.b.arn}/*"}`, map[string]any{"Resource": "${aws_s3_bucket.b.arn}/*"}},
		{"jsonOrYaml", "a:\n- 1\n", map[string]any{"a": []any{1.0}}},
		{"jsonOrYaml", "just text", &cloud.Unresolved{Reason: "the text is neither JSON nor YAML", Partial: "just text"}},
		{"jsonText", map[string]any{"a": true}, `{"a":true}`},
		{"jsonText", map[string]any{"a": unknown}, unknown},
		{"pascalKeys", `[{"dockerLabels": {"aB": "c"}, "portMappings": [{"hostPort": 1}], "cpu": null}]`,
			[]any{map[string]any{"DockerLabels": map[string]any{"aB": "c"}, "PortMappings": []any{map[string]any{"HostPort": 1.0}}}}},
		{"tags", map[string]any{"b": "2", "a": "1"}, []any{map[string]any{"Key": "a", "Value": "1"}, map[string]any{"Key": "b", "Value": "2"}}},
		{"keyValue(Name,Value)", map[string]any{"a": "1"}, []any{map[string]any{"Name": "a", "Value": "1"}}},
		{"objects(Address,SubscriptionType=EMAIL)", []any{"a@b.c"}, []any{map[string]any{"Address": "a@b.c", "SubscriptionType": "EMAIL"}}},
		{"objects(TransitionToIA)", "AFTER_30_DAYS", map[string]any{"TransitionToIA": "AFTER_30_DAYS"}},
		{"emptyObject", true, map[string]any{}},
		{"emptyObject", false, absent{}},
		{"seconds", "1970-01-01T00:01:00Z", int64(60)},
		{"eachSelf", true, []any{"${aws_thing.self.id}"}},
		{"eachSelf", false, absent{}},
		{"ipProtocol", "all", "-1"},
		{"ipProtocol", "TCP", "tcp"},
		{"ipProtocol", float64(17), "udp"},
		{"aclProtocol", "tcp", int64(6)},
		{"aclProtocol", "-1", int64(-1)},
		{"cannedACL", "public-read", "PublicRead"},
		{"cannedGrants", "private", []any{}},
		{"pathResource", "*/*", "/*"},
		{"pathMethod", "*/*", "*"},
		{"pathResource", "orders/{id}/GET", "/orders/{id}"},
		{"pathMethod", "orders/{id}/GET", "GET"},
		{"credentials", "dXNlcjpwYXNz", map[string]any{"Username": "user", "Password": "pass"}},
		{"redirectHost", "https://example.com", "example.com"},
		{"redirectPart", "https://example.com", "https"},
		{"redirectPart", "example.com", absent{}},
		{"when(type:application)", "x", "x"},
		{"when(type:network|gateway)", "x", absent{}},
		{"when(!type:network)", "x", "x"},
		{"when(unknown:a)", "x", unknown},
		{"when(list:*)", "x", "x"},
		{"when(missing:)", "x", "x"},
		{"when(missing:*)", "x", absent{}},
		{"when(on:true) either(A,B)", false, "B"},
	} {
		list, err := parseConversions(test.conversion)
		if err != nil {
			t.Errorf("%s: %v", test.conversion, err)
			continue
		}
		got, keep := convertValue(list, around, test.value)
		if !keep {
			got = absent{}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s of %v (-want +got):\n%s", test.conversion, test.value, diff)
		}
	}
}

func TestConversionsAreChecked(t *testing.T) {
	for _, text := range []string{"nonsense", "either(a)", "either(a,b", "whenTrue", "when(x)", "const", "tags nonsense"} {
		if _, err := parseConversions(text); err == nil {
			t.Errorf("%q is no conversion, and there is no error", text)
		}
	}
}

func TestPaths(t *testing.T) {
	for _, text := range []string{"A", "A.B", "A[].B", "A[1].B", "A[Key=x.y.z].Value", "A.{key}.B"} {
		p, err := parsePath(text)
		if err != nil || p.String() != text {
			t.Errorf("%s: got %s, %v", text, p, err)
		}
	}
	for _, text := range []string{".", "A.", "A..B", "A[", "A[x]", "A[-1]", "A[1000000]", "A[]B", "[]"} {
		if _, err := parsePath(text); err == nil {
			t.Errorf("%s is no path, and there is no error", text)
		}
	}
}
