package rule

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/policy"
)

// answer names a truth in the tables of these tests.
func answer(t cloud.Truth) string {
	switch {
	case t.IsUnknown():
		return "unknown"
	case t.IsTrue():
		return "yes"
	}
	return "no"
}

func TestGrantsTo(t *testing.T) {
	open := &cloud.Unresolved{Reason: "no default"}
	grant := func(uri, permission any) any {
		return map[string]any{"Grantee": map[string]any{"Type": "Group", "URI": uri}, "Permission": permission}
	}
	owner := map[string]any{"Grantee": map[string]any{"Type": "CanonicalUser", "ID": "79a5"}, "Permission": "FULL_CONTROL"}
	for _, test := range []struct {
		name              string
		grants            any
		group, permission string
		want              string
	}{
		{"nothing", nil, "AllUsers", "READ", "no"},
		{"the owner alone", []any{owner}, "AllUsers", "READ", "no"},
		{"the permission itself", []any{owner, grant(cloud.AllUsers, "READ")}, "AllUsers", "READ", "yes"},
		{"another permission", []any{grant(cloud.AllUsers, "READ")}, "AllUsers", "WRITE", "no"},
		{"another group", []any{grant(cloud.AuthenticatedUsers, "READ")}, "AllUsers", "READ", "no"},
		{"a part of full control", []any{grant(cloud.AllUsers, "FULL_CONTROL")}, "AllUsers", "WRITE_ACP", "yes"},
		{"full control from parts", []any{grant(cloud.AllUsers, "READ"), grant(cloud.AllUsers, "WRITE")}, "AllUsers", "FULL_CONTROL", "no"},
		{"unknown permission", []any{grant(cloud.AllUsers, open)}, "AllUsers", "READ", "unknown"},
		{"unknown permission of another", []any{grant(cloud.LogDelivery, open)}, "AllUsers", "READ", "no"},
		{"unknown grantee", []any{grant(open, "READ")}, "AllUsers", "READ", "unknown"},
		{"unknown grant", []any{open}, "AllUsers", "READ", "unknown"},
		{"unknown beside known", []any{open, grant(cloud.AllUsers, "READ")}, "AllUsers", "READ", "yes"},
	} {
		if got := answer(grantsTo(test.grants, test.group, test.permission)); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestLetsIn(t *testing.T) {
	const logging = `{"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "*"}`
	const account = `{"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::127311923021:root", "210987654321"]}, "Action": "s3:PutObject", "Resource": "*"}`
	const denied = `{"Effect": "Deny", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "*"}`
	for _, test := range []struct {
		name     string
		document any
		names    []string
		want     string
		accounts []string
	}{
		{"no document", nil, []string{"logging.s3.amazonaws.com"}, "no", nil},
		{"a service", `{"Statement": [` + logging + `]}`, []string{"logging.s3.amazonaws.com"}, "yes", nil},
		{"another service", `{"Statement": [` + logging + `]}`, []string{"sns.amazonaws.com"}, "no", nil},
		{"a Deny", `{"Statement": [` + denied + `]}`, []string{"logging.s3.amazonaws.com"}, "no", nil},
		{"accounts", `{"Statement": [` + account + `]}`, []string{"127311923021"}, "yes", []string{"127311923021", "210987654321"}},
		{"not known", &cloud.Unresolved{Reason: "no default"}, []string{"sns.amazonaws.com"}, "unknown", nil},
	} {
		parties := policy.Parse(test.document).Parties()
		if got := answer(letsIn(parties, test.names)); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
		if diff := cmp.Diff(test.accounts, parties.Accounts); diff != "" {
			t.Errorf("%s: accounts:\n%s", test.name, diff)
		}
	}
}
