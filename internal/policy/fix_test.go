package policy

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
)

func object(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestWithTLSOnly(t *testing.T) {
	bucket := []string{"${Bucket.Arn}", "${Bucket.Arn}/*"}
	tests := []struct{ name, in, want string }{
		{"no policy", `null`, `{"Version":"2012-10-17","Statement":[
			{"Sid":"DenyInsecureTransport","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["${Bucket.Arn}","${Bucket.Arn}/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`},
		{"one statement", `{"Id":"x","Statement":{"Sid":"DenyInsecureTransport","Effect":"Allow"}}`, `{"Id":"x","Statement":[{"Sid":"DenyInsecureTransport","Effect":"Allow"},
			{"Sid":"DenyInsecureTransport2","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["${Bucket.Arn}","${Bucket.Arn}/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := object(t, test.in)
			got := WithTLSOnly(in, []string{"s3:*"}, bucket)
			if diff := cmp.Diff(object(t, test.want), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(object(t, test.in), in); diff != "" {
				t.Errorf("the input was changed:\n%s", diff)
			}
			if !Parse(got).DeniesInsecureTransport("s3:*").IsTrue() {
				t.Error("the corrected policy does not deny plain HTTP")
			}
		})
	}
}

func TestWithoutPublic(t *testing.T) {
	tests := []struct {
		name, in, want string
		actions        []string
	}{
		{"removed", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject"},{"Effect":"Deny","Principal":"*","Action":"s3:PutObject"}]}`,
			`{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:PutObject"}]}`, nil},
		{"others kept", `{"Statement":[{"Effect":"Allow","Principal":{"AWS":["*","111122223333"],"Service":"s"},"Action":"s3:GetObject"}]}`,
			`{"Statement":[{"Effect":"Allow","Principal":{"AWS":["111122223333"],"Service":"s"},"Action":"s3:GetObject"}]}`, nil},
		{"nothing left", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:GetObject"}}`,
			`{"Version":"2012-10-17","Statement":[]}`, nil},
		{"confined stays", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}}]}`,
			`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}}]}`, nil},
		{"other actions stay", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject"},{"Effect":"Allow","Principal":"*","Action":"s3:PutObject"}]}`,
			`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject"}]}`, []string{"s3:Put*"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := object(t, test.in)
			got := WithoutPublic(in, test.actions...)
			if diff := cmp.Diff(object(t, test.want), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(object(t, test.in), in); diff != "" {
				t.Errorf("the input was changed:\n%s", diff)
			}
		})
	}
}

func TestFixesLeaveWhatTheyCannotRead(t *testing.T) {
	u := &cloud.Unresolved{Reason: "?"}
	statements := map[string]any{"Statement": u}
	for _, in := range []any{u, "no policy", statements} {
		if got := WithoutPublic(in); !cmp.Equal(got, in) {
			t.Errorf("WithoutPublic(%v) = %v", in, got)
		}
		if got := WithTLSOnly(in, []string{"s3:*"}, []string{"*"}); !cmp.Equal(got, in) {
			t.Errorf("WithTLSOnly(%v) = %v", in, got)
		}
	}
	beside := map[string]any{"Statement": []any{u, map[string]any{"Effect": "Deny"}}}
	if got := WithoutPublic(beside); !cmp.Equal(got, any(beside)) {
		t.Errorf("a statement that is not known was changed: %v", got)
	}
}
