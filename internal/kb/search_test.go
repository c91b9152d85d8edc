package kb

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSearch(t *testing.T) {
	book := embeddedBook(t)
	tests := []struct {
		query string
		first string   // the first hit; empty: none in particular
		among []string // within the first ten
		none  bool
	}{
		{query: "EC2-075", first: "EC2-075"},
		{query: " ec2-075 ", first: "EC2-075"},
		{query: "what about EC2-075?", first: "EC2-075"},
		{query: "Memcached is not open to the internet", first: "EC2-075"},
		{query: "memcach", first: "EC2-075"},
		{query: "S3-0", first: "S3-001"},
		{query: "root mfa", among: []string{"IAM-014", "IAM-042"}},
		{query: "public buckets", among: []string{"S3-014", "CT-003"}},
		{query: "how do I find public buckets", among: []string{"S3-014"}},
		{query: "log validation CloudTrail", first: "CT-007"},
		{query: "encrypted rds snapshots", first: "RDS-040"},
		{query: "CIS-V8:4.4", among: []string{"EC2-002", "EC2-003"}},
		{query: "AC-2(3)", among: []string{"IAM-003"}},
		{query: "AWS::EC2::Image age", among: []string{"EC2-062"}},
		{query: "cost-optimisation volumes", among: []string{"EBS-003"}},
		{query: "reads, changes and flushes", first: "EC2-075"},
		{query: "is the", among: nil},
		{query: "", none: true},
		{query: " ?!.. ", none: true},
		{query: "xyzzy", none: true},
		{query: strings.Repeat("x", 1000), none: true},
	}
	for _, test := range tests {
		t.Run(test.query[:min(len(test.query), 40)], func(t *testing.T) {
			hits := book.Search(test.query, 10)
			var ids []string
			for _, h := range hits {
				ids = append(ids, h.ID)
				if h.Title == "" || h.Path == "" || h.Summary == "" || len([]rune(h.Summary)) > maxSummary {
					t.Errorf("hit %+v", h)
				}
			}
			if test.none != (len(hits) == 0) && test.query != "is the" {
				t.Errorf("hits %v", ids)
			}
			if test.first != "" && (len(ids) == 0 || ids[0] != test.first) {
				t.Errorf("%s is not first of %v", test.first, ids)
			}
			for _, id := range test.among {
				if !slices.Contains(ids, id) {
					t.Errorf("%s is not among %v", id, ids)
				}
			}
			if diff := cmp.Diff(hits, book.Search(test.query, 10)); diff != "" {
				t.Errorf("the same search again: %s", diff)
			}
		})
	}
}

func TestSearchLimit(t *testing.T) {
	book := embeddedBook(t)
	for limit, want := range map[int]int{-1: 0, 0: 0, 3: 3} {
		if got := book.Search("s3", limit); len(got) != want {
			t.Errorf("limit %d: %d hits", limit, len(got))
		}
	}
	if all := book.Search("s3", 1000); len(all) < 20 || len(all) > 200 {
		t.Errorf("%d rules for s3", len(all))
	}
}

func TestIndex(t *testing.T) {
	book := embeddedBook(t)
	data := book.Index()
	// 800 rules are to stay below 150 kB.
	if each := len(data) / len(book.Entries()); each > 180 {
		t.Errorf("%d bytes a rule", each)
	}
	var got struct {
		Base     string
		Services []string
		Rules    [][]any
	}
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Rules) != len(book.Entries()) {
		t.Errorf("%d rules, of %d", len(got.Rules), len(book.Entries()))
	}
	for _, r := range got.Rules {
		e, ok := book.Entry(r[0].(string))
		path := got.Base + got.Services[int(r[2].(float64))] + "/" + r[4].(string) + ".html"
		if !ok || e.Title != r[1] || e.Path != path || e.Risk.Level() != int(r[3].(float64)) {
			t.Errorf("%v is not %+v", r, e)
		}
	}
}

// A rule that is out of use keeps its page, and leaves lists of suggestions.
func TestDeprecated(t *testing.T) {
	book := bookOf(t, Options{},
		testPage{id: "S3-901", title: "Old bucket rule", front: "deprecated: S3-902 took its place\n", text: "x"},
		testPage{id: "S3-902", title: "Bucket rule of today", text: "x"})
	p := mustPage(t, book, "s3-901")
	if want := `<p><a href="/knowledge-base/aws/S3/bucket-rule-of-today.html">S3-902</a> took its place</p>`; string(p.Replacement) != want || !p.Deprecated {
		t.Errorf("%v %q", p.Deprecated, p.Replacement)
	}
	if len(p.Related) != 1 || len(mustPage(t, book, "S3-902").Related) != 0 {
		t.Error("a rule that is out of use is related to another, or has no related rules")
	}
	if strings.Contains(string(book.Index()), "S3-901") {
		t.Errorf("the index: %s", book.Index())
	}
	if hits := book.Search("bucket rule", 5); len(hits) != 2 || hits[0].ID != "S3-902" {
		t.Errorf("hits %+v", hits)
	}
}

func BenchmarkSearch(b *testing.B) { // below 5 ms
	book := embeddedBook(b)
	book.Search("x", 1)
	for b.Loop() {
		book.Search("public s3 buckets encryption everyone", 20)
	}
}

func BenchmarkPage(b *testing.B) { // below 10 ms
	book := embeddedBook(b)
	for b.Loop() {
		if _, err := book.Page("EC2-075"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIndexing(b *testing.B) { // below 100 ms; pages are parsed already
	book := embeddedBook(b)
	for b.Loop() {
		fresh := New(book.library, book.standards, Options{})
		fresh.Search("x", 1)
		fresh.Index()
	}
}
