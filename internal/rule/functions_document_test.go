package rule

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestClosedToEveryone(t *testing.T) {
	statement := func(principal any, action string) any {
		return map[string]any{"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}
	}
	document := func(statements ...any) any {
		return map[string]any{"Version": "2012-10-17", "Statement": statements}
	}
	owner := statement(map[string]any{"AWS": "arn:aws:iam::123456789012:root"}, "sns:Publish")
	publish, subscribe := statement("*", "sns:Publish"), statement("*", "sns:Subscribe")
	open := &cloud.Unresolved{Reason: "no default"}
	for _, test := range []struct {
		name      string
		doc, want any
		actions   []string
	}{
		{"everyone beside others", document(owner, publish), document(owner), nil},
		{"nobody of everyone", document(owner), document(owner), nil},
		{"one action of two", document(publish, subscribe), document(subscribe), []string{"sns:Publish"}},
		{"nothing would be left", document(publish, subscribe), document(publish, subscribe), nil},
		{"no document", nil, nil, nil},
		{"an unknown document", open, open, nil},
	} {
		if diff := cmp.Diff(test.want, closedToEveryone(test.doc, test.actions)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}
