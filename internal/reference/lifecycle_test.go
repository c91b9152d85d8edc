package reference

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

func on(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.DateTime, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// answer is yes, no or unknown.
func answer(t cloud.Truth) string {
	switch {
	case t.IsUnknown():
		return "unknown"
	case t.IsTrue():
		return "yes"
	}
	return "no"
}

func TestSupported(t *testing.T) {
	const today = "2026-11-22 12:00:00"
	for _, test := range []struct{ product, version, at, want string }{
		{"lambda", "python3.14", today, "yes"},
		{"lambda", "python3.9", today, "no"},
		{"lambda", "java8", today, "no"},
		{"lambda", "java8.al2", today, "yes"},
		{"lambda", "java8.al2023", today, "yes"},
		{"lambda", "java8.al3", today, "unknown"},
		{"lambda", "python3.15", today, "unknown"},
		{"lambda", "python3.1", today, "unknown"},
		{"lambda", "", today, "unknown"},
		// Lambda's date is the first day without support.
		{"lambda", "python3.10", "2026-10-30 23:59:59", "yes"},
		{"lambda", "python3.10", "2026-10-31 00:00:00", "no"},
		// RDS charges from the day after.
		{"mysql", "8.0.35", "2026-07-31 23:59:59", "yes"},
		{"mysql", "8.0.35", "2026-08-01 00:00:00", "no"},
		{"mysql", "8.0", today, "no"},
		{"mysql", "8.4.3", today, "yes"},
		{"mysql", "9.5", today, "unknown"},
		{"MySQL", "8.4.3", today, "yes"},
		{"mariadb", "10.6.14", today, "yes"},
		{"mariadb", "10.60", today, "unknown"},
		{"postgres", "16.4", today, "yes"},
		{"postgres", "13.20", today, "no"},
		{"postgres", "9.6.24", today, "no"},
		{"postgres", "1", today, "unknown"},
		{"aurora-mysql", "8.0.mysql_aurora.3.08.2", today, "yes"},
		{"aurora-mysql", "5.7.mysql_aurora.2.12.1", today, "no"},
		{"aurora-postgresql", "16.4-limitless", today, "yes"},
		{"eks", "1.34", "2026-12-01 23:59:59", "yes"},
		{"eks", "1.34", "2026-12-02 00:00:00", "no"},
		{"eks", "1.3", today, "unknown"},
		{"redis", "5.0.6", today, "no"},
		{"redis", "6.x", today, "yes"},
		{"valkey", "8.0", today, "yes"},
		{"opensearch", "OpenSearch_2.11", today, "yes"},
		{"opensearch", "OpenSearch_2.1", today, "unknown"},
		{"opensearch", "OpenSearch_2.9", today, "no"},
		// A domain of OpenSearch Service may run Elasticsearch.
		{"opensearch", "Elasticsearch_7.8", today, "no"},
		{"opensearch", "Elasticsearch_7.10", today, "yes"},
		{"elasticsearch", "7.10", today, "yes"},
		{"activemq", "5.17.6", today, "no"},
		{"rabbitmq", "3.13", today, "yes"},
		{"msk", "3.7.x", today, "no"},
		{"msk", "3.7.x.kraft", today, "no"},
		{"msk", "3.9.x.kraft", today, "yes"},
		{"msk", "2.8.2.tiered", today, "no"},
		{"fargate", "LATEST", today, "yes"},
		{"fargate", "1.3.0", today, "no"},
		{"fargate-windows", "1.0.0", today, "yes"},
		{"glue", "2.0", today, "no"},
		{"oracle-ee", "19", today, "unknown"},
	} {
		if got := answer(Supported(test.product, test.version, on(t, test.at))); got != test.want {
			t.Errorf("Supported(%q, %q, %s) = %s, want %s", test.product, test.version, test.at, got, test.want)
		}
	}
}

func TestNewest(t *testing.T) {
	for _, test := range []struct{ product, version, want string }{
		{"lambda", "python3.14", "yes"},
		{"lambda", "python3.13", "no"},
		{"lambda", "java25", "yes"},
		{"lambda", "java17.al2023", "no"},
		{"lambda", "provided.al2023", "yes"},
		{"lambda", "go1.x", "no"},
		{"lambda", "python3.15", "unknown"},
		{"lambda", "cobol85", "unknown"},
		{"postgres", "18.1", "yes"},
		{"postgres", "17.7", "no"},
		{"postgres", "19.0", "unknown"},
		{"msk", "4.1.x", "yes"},
		{"msk", "4.2.x", "yes"},
		{"msk", "3.9.x", "no"},
		{"fargate", "LATEST", "yes"},
		{"fargate", "1.4.0", "yes"},
		{"fargate", "1.3.0", "no"},
		{"opensearch", "OpenSearch_3.5", "yes"},
		{"opensearch", "OpenSearch_2.19", "no"},
		{"opensearch", "Elasticsearch_7.10", "no"},
		{"elasticsearch", "7.10", "no"},
	} {
		if got := answer(Newest(test.product, test.version)); got != test.want {
			t.Errorf("Newest(%q, %q) = %s, want %s", test.product, test.version, got, test.want)
		}
	}
}

func TestSupportEnds(t *testing.T) {
	for _, test := range []struct{ product, version, ends, extended string }{
		{"eks", "1.33", "2026-07-29", "2027-07-29"},
		{"postgres", "13.9", "2026-02-28", "2029-02-28"},
		{"lambda", "nodejs22.x", "2027-04-30", ""},
		{"lambda", "java17.al2023", "", ""},
		{"memcached", "1.6.22", "", ""},
		{"eks", "1.99", "", ""},
		{"nothing", "1", "", ""},
	} {
		for _, part := range []struct {
			name string
			ask  func(product, version string) (time.Time, *cloud.Unresolved)
			want string
		}{{"SupportEnds", SupportEnds, test.ends}, {"ExtendedSupportEnds", ExtendedSupportEnds, test.extended}} {
			at, u := part.ask(test.product, test.version)
			got := ""
			if u == nil {
				got = at.Format(time.DateOnly)
			} else if u.Reason == "" {
				t.Errorf("%s(%q, %q) gives no reason", part.name, test.product, test.version)
			}
			if got != part.want {
				t.Errorf("%s(%q, %q) = %q, want %q", part.name, test.product, test.version, got, part.want)
			}
		}
	}
}

// What the table itself must hold, so that a slip of the pen is found.
func TestLifecycleTable(t *testing.T) {
	products, err := lifecycles()
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range products {
		checkSource(t, name, p.source)
		if p.Title == "" || len(p.Versions) == 0 {
			t.Errorf("%s has no title or no versions", name)
		}
		if p.Successor != "" && products[p.Successor] == nil {
			t.Errorf("%s has the successor %s, which is not listed", name, p.Successor)
		}
		if name != strings.ToLower(name) {
			t.Errorf("%s is never found: product names are looked up in lower case", name)
		}
		seen := map[string]bool{}
		last := map[string]*version{}
		for i := range p.Versions {
			v := &p.Versions[i]
			if v.Version == "" || seen[v.Version] {
				t.Errorf("%s lists version %q twice or without a name", name, v.Version)
			}
			seen[v.Version] = true
			if before := last[v.Line]; before != nil && slices.Compare(numbers(before.Version), numbers(v.Version)) < 0 {
				t.Errorf("%s lists %s before the newer %s", name, before.Version, v.Version)
			}
			last[v.Line] = v
			for _, d := range []date{v.Ends, v.ExtendedEnds} {
				if !d.IsZero() && (d.Year() < 2014 || d.Year() > 2040) {
					t.Errorf("%s %s has the date %s", name, v.Version, d.Format(time.DateOnly))
				}
			}
			if !v.ExtendedEnds.IsZero() && !v.ExtendedEnds.After(v.Ends.Time) {
				t.Errorf("%s %s leaves extended support before standard support", name, v.Version)
			}
			if v.Preview && !v.Ends.IsZero() {
				t.Errorf("%s %s is in preview and has an end", name, v.Version)
			}
		}
	}
}

func TestEveryRuntimeIsListed(t *testing.T) {
	function, ok := schema.Lookup("AWS::Lambda::Function")
	if !ok {
		t.Fatal("the schema has no AWS::Lambda::Function")
	}
	runtimes := function.Property("Runtime").Enum
	if len(runtimes) < 40 {
		t.Fatalf("the schema lists %d runtimes", len(runtimes))
	}
	for _, runtime := range runtimes {
		if _, _, u := find("lambda", runtime.(string)); u != nil {
			t.Error(u.Reason)
		}
	}
}

var number = regexp.MustCompile(`\d+`)

// numbers are the numbers in a version, in order.
func numbers(text string) []int {
	var out []int
	for _, n := range number.FindAllString(text, -1) {
		i, _ := strconv.Atoi(n)
		out = append(out, i)
	}
	return out
}

func checkSource(t *testing.T, what string, s source) {
	t.Helper()
	if s.Page == "" || s.Read.Year() < 2025 || s.Read.Year() > 2035 {
		t.Errorf("%s does not say which page it follows and when that was read: %q, %s", what, s.Page, s.Read.Format(time.DateOnly))
	}
}
