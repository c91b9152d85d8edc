package conformity

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// FuzzParseFilter holds that the filter of a query and that of JSON are
// normalised and can be matched with.
func FuzzParseFilter(f *testing.F) {
	f.Add("filter[regions]=a,b&filter[riskLevels]=LOW&filter[suppressed]=True&filter[newerThanDays]=5", `{"regions":["a"],"message":true,"createdDate":1}`)
	f.Add("filter[resource]=a*&filter[tags]=x", `{"resource":"[a-z]+(b|c){2}","resourceSearchMode":"regex","filterTags":["d"]}`)
	f.Fuzz(func(t *testing.T, query, text string) {
		values, _ := url.ParseQuery(query)
		fromQuery, err := ParseFilterQuery(values)
		if err == nil {
			tryFilter(t, fromQuery)
		}
		fromJSON, err := ParseFilterJSON([]byte(text))
		if err == nil {
			tryFilter(t, fromJSON)
		}
	})
}

func tryFilter(t *testing.T, f Filter) {
	again := f
	if err := again.normalise(); err != nil {
		t.Fatalf("%+v: %v", f, err)
	}
	if diff := cmp.Diff(f, again); diff != "" {
		t.Fatalf("normalised again: %s", diff)
	}
	if _, err := f.Match(Facts{Resource: "abc", Message: "m", Tags: map[string]string{"k": "v"}}, now); err != nil {
		t.Fatalf("%+v: %v", f, err)
	}
	if _, err := json.Marshal(f); err != nil {
		t.Fatal(err)
	}
}

// FuzzResource holds matchWild against a regular expression that means the
// same, and that what is taken of Lucene's syntax stays between its anchors.
func FuzzResource(f *testing.F) {
	f.Add("a*b?c", "aXbYc", "a|b")
	f.Add("**", "", `"a(b"[^\]x]{2,3}@`)
	f.Fuzz(func(t *testing.T, wild, id, expression string) {
		if utf8.ValidString(wild) && utf8.ValidString(id) && len(wild) < 100 {
			quoted := ""
			for _, r := range wild {
				switch r {
				case '*':
					quoted += ".*"
				case '?':
					quoted += "."
				default:
					quoted += regexp.QuoteMeta(string(r))
				}
			}
			want := regexp.MustCompile("^(?s:" + quoted + ")$").MatchString(id)
			if got := matchWild(wild, id); got != want {
				t.Fatalf("%q on %q: %v, want %v", wild, id, got, want)
			}
		}
		test, err := (&Filter{Resource: expression, ResourceSearchMode: "regex"}).resourceTest()
		if err != nil || test == nil {
			return
		}
		same, err := regexp.Compile("^(?:" + test.Source + ")$")
		if err != nil {
			t.Fatalf("%q: %v", test.Source, err)
		}
		if !strings.Contains(id, "\n") && same.MatchString(id) != test.Pattern.MatchString(id) {
			t.Fatalf("%q on %q", test.Source, id)
		}
		test.Pattern.Longest()
		if at := test.Pattern.FindStringIndex(id); at != nil && (at[0] != 0 || at[1] != len(id)) {
			t.Fatalf("%q matches a part of %q", expression, id)
		}
	})
}
