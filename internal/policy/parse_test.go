package policy

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestParse(t *testing.T) {
	whole, part := unreadable("whole"), unreadable("part")
	got := Parse(map[string]any{"Version": "2012-10-17", "Statement": []any{
		map[string]any{
			"Sid": "one", "Effect": "Allow", "Principal": map[string]any{"AWS": []any{"a", part}, "Service": "s"},
			"Action": "s3:**", "Resource": []any{"r", []any{"q"}},
			"Condition": map[string]any{"ForAnyValue:StringLikeIfExists": map[string]any{"AWS:SourceArn": []any{"x", true, 1.5, int64(7)}}},
		},
		whole,
		map[string]any{"Effect": "deny", "NotPrincipal": "*", "NotAction": []any{"*:*"}, "NotResource": part},
		int64(7),
	}})
	want := &Document{
		Statements: []Statement{
			{
				Sid: "one", Index: 0, Allow: true,
				Principals: Principals{Given: true, Known: []Principal{{"AWS", "a"}, {"Service", "s"}}, Unknown: []UnknownPrincipal{{"AWS", part}}},
				Actions:    Values{Given: true, Known: []string{"s3:*"}},
				Resources:  Values{Given: true, Known: []string{"r", "q"}},
				Conditions: []Condition{{
					Operator: Operator{Base: "stringlike", Set: "foranyvalue", IfExists: true}, Key: "aws:sourcearn",
					Values: Values{Given: true, Known: []string{"x", "true", "1.5", "7"}},
				}},
			},
			{
				Index:         2,
				NotPrincipals: Principals{Given: true, Known: []Principal{{"AWS", "*"}}},
				NotActions:    Values{Given: true, Known: []string{"*"}},
				NotResources:  Values{Given: true, Unknown: []*cloud.Unresolved{part}},
			},
		},
		Unknown: []*cloud.Unresolved{whole, unreadable("statement 4 should be an object and is 7")},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseRefuses(t *testing.T) {
	deep := "x"
	nested := any(deep)
	for range 10 {
		nested = []any{nested}
	}
	many := make([]any, 10000)
	for i := range many {
		many[i] = map[string]any{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
	}
	tests := []struct {
		name string
		in   any
		want string
	}{
		{"number", int64(7), "the policy should be an object and is 7"},
		{"text", "allow all", "the policy is not valid JSON: invalid character 'a' looking for beginning of value in line 1"},
		{"list in text", "[]", "the policy is not valid JSON: it should be an object"},
		{"symbol", "${Policy}", "${Policy} is known only after deployment"},
		{"huge text", "{" + strings.Repeat(" ", maxJSON) + "}", "the policy is larger than any that AWS takes"},
		{"too many statements", map[string]any{"Statement": many}, "the policy is larger than any that AWS takes"},
		{"long texts", map[string]any{"Statement": map[string]any{"Effect": "Allow", "Action": strings.Repeat("a*", maxSize)}}, "the policy is larger than any that AWS takes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			doc := Parse(test.in)
			if len(doc.Statements) != 0 || len(doc.Unknown) != 1 || doc.Unknown[0].Reason != test.want {
				t.Errorf("%d statements, unknown %v, want %q", len(doc.Statements), doc.Unknown, test.want)
			}
		})
	}
	doc := Parse(map[string]any{"Statement": map[string]any{"Effect": "Allow", "Principal": "*", "Action": nested}})
	if got := doc.Public("s3:GetObject"); !got.IsUnknown() {
		t.Errorf("an action nested too deep: %v", got)
	}
}

// FuzzParse asks everything of anything; nothing may panic, and a document
// that cannot be read must never be said to conform or fail for certain.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}`,
		`{"Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":["*"]},"NotAction":[],"NotResource":null,"Condition":{"Null":{"a":[1,true,null]}}}]}`,
		`{"Statement":[{"Effect":"Allow","Principal":{"AWS":"${Role.Arn}"},"Action":"sts:AssumeRole","Condition":{"ForAllValues:StringLikeIfExists":{"${x}:sub":"repo:*"}}}]}`,
		`{"Statement":[[],{},"x",7,{"Effect":{},"Action":{},"Principal":[{"AWS":1}]}]}`,
		`%7B%7D`, `{"Statement":`, `[]`, "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			return
		}
		values := []any{text}
		var decoded any
		if json.Unmarshal([]byte(text), &decoded) == nil {
			values = append(values, decoded, WithoutPublic(decoded), WithTLSOnly(decoded, []string{"s3:*"}, []string{"*"}), FromLambdaPermission(decoded))
		}
		for _, v := range values {
			doc := Parse(v)
			answers := []cloud.Truth{
				doc.Public(), doc.Public("s3:Get*"), doc.CrossAccount("111122223333", nil), doc.RequiresExternalIDOrMFA(""),
				doc.AllowsOnlyIf("sts:*", "sts:ExternalId"), doc.TrustsServiceFromAnywhere(), doc.RestrictsClaim("sub"),
				doc.UsesNotAction(), doc.AllowsServiceWildcard(true), doc.AllowsAction("s3:GetObject", "*"), doc.AllowsSome("s3:*", ""),
				doc.AllowsWritesEverywhere(), doc.DeniesInsecureTransport("s3:*"), doc.DeniesUnencryptedUploads(), doc.DeniesActions("x:y"), doc.LocksOut("s3:*"),
			}
			doc.Administrator()
			doc.Parties()
			for i, answer := range answers {
				if len(doc.Statements) == 0 && len(doc.Unknown) > 0 && !answer.IsUnknown() {
					t.Errorf("question %d about a policy that could not be read: %v", i, answer)
				}
			}
		}
		if fixed := WithoutPublic(decoded); Parse(fixed).Public().IsTrue() {
			t.Errorf("still public: %v", fixed)
		}
	})
}

// A bucket policy of a few statements is read and judged in some 10 µs on the
// machine of 2026.
func BenchmarkPublic(b *testing.B) {
	var policy any
	text := `{"Statement":[
		{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":["s3:GetObject","s3:PutObject"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]},
		{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"},
		{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],"Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}]}`
	if err := json.Unmarshal([]byte(text), &policy); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if !Parse(policy).Public().IsFalse() {
			b.Fatal("public")
		}
	}
}

// The largest policy that is read at all, made to be slow to match, is judged
// in well under a second.
func BenchmarkLargest(b *testing.B) {
	pattern := strings.Repeat("a*", 40) + "b"
	var allow, deny []any
	for range 250 {
		allow, deny = append(allow, strings.Repeat("a", 80)), append(deny, pattern)
	}
	deny[len(deny)-1] = "a*"
	policy := map[string]any{"Statement": []any{
		map[string]any{"Effect": "Allow", "Principal": "*", "Action": allow, "Resource": "*"},
		map[string]any{"Effect": "Deny", "Principal": "*", "Action": deny, "Resource": "*"},
	}}
	for b.Loop() {
		if !Parse(policy).Public().IsFalse() {
			b.Fatal("public")
		}
	}
}
