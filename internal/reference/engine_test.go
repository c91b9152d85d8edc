package reference

import (
	"strings"
	"testing"
)

func TestDefaultPort(t *testing.T) {
	for engine, want := range map[string]int{
		"mysql": 3306, "aurora-postgresql": 5432, "Postgres": 5432, "oracle-se2": 1521, "sqlserver-ex": 1433,
		"redshift": 5439, "valkey": 6379, "memcached": 11211, "docdb": 27017, "neptune": 8182,
	} {
		if got, u := DefaultPort(engine); u != nil || got != want {
			t.Errorf("DefaultPort(%q) = %d, %v, want %d", engine, got, u, want)
		}
	}
	for _, engine := range []string{"", "ingres"} {
		if got, u := DefaultPort(engine); u == nil || u.Reason == "" {
			t.Errorf("DefaultPort(%q) = %d, want a reason why there is none", engine, got)
		}
	}
}

func TestDefaultUserName(t *testing.T) {
	for _, test := range []struct{ engine, user, want string }{
		{"mysql", "admin", "yes"},
		{"mysql", "Admin", "yes"},
		{"mysql", "awsuser", "yes"},
		{"mysql", "postgres", "no"},
		{"postgres", "postgres", "yes"},
		{"postgres", "ledger_owner", "no"},
		{"redshift", "awsuser", "yes"},
		{"redis", "admin", "no"},
		{"ingres", "admin", "unknown"},
	} {
		if got := answer(DefaultUserName(test.engine, test.user)); got != test.want {
			t.Errorf("DefaultUserName(%q, %q) = %s, want %s", test.engine, test.user, got, test.want)
		}
	}
}

func TestEngineTable(t *testing.T) {
	table, err := engines()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range table.Sources {
		checkSource(t, "engines", s)
	}
	for name, e := range table.Engines {
		if name != strings.ToLower(name) {
			t.Errorf("%s is never found: engines are looked up in lower case", name)
		}
		if e.Port < 1 || e.Port > 65535 {
			t.Errorf("%s has port %d", name, e.Port)
		}
		for _, user := range e.Users {
			if user != strings.ToLower(user) {
				t.Errorf("%s: %q is never found: names are compared in lower case", name, user)
			}
		}
	}
}
