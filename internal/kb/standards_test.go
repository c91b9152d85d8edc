package kb

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a page says of a standard, the page of the standard says of the rule.
func TestStandards(t *testing.T) {
	book := embeddedBook(t)
	if len(book.Standards()) == 0 {
		t.Fatal("no standards")
	}
	for _, s := range book.Standards() {
		page, ok := book.Standard(strings.ToUpper(s.Name) + ".html")
		if !ok || page.ID != s.ID || len(page.Controls) != s.Total || !strings.HasPrefix(s.Path, standardsRoot) {
			t.Errorf("%+v: %+v", s, page)
			continue
		}
		if byID, ok := book.Standard(s.ID); !ok || byID.Name != s.Name {
			t.Errorf("%s is not found by its id", s.Name)
		}
		covered, rules := 0, map[string]bool{}
		for _, c := range page.Controls {
			for _, e := range c.Rules {
				rules[e.ID] = true
				named := slices.ContainsFunc(book.bearing().rules[e.ID], func(b Bearing) bool {
					return b.Standard == s && slices.Contains(b.Controls, c.Control)
				})
				if !named {
					t.Errorf("%s does not name %s %s", e.ID, s.Name, c.ID)
				}
			}
			if len(c.Rules) > 0 {
				covered++
			}
		}
		if covered != s.Covered || len(rules) != s.Rules {
			t.Errorf("%s: %d controls and %d rules, not %d and %d", s.Name, covered, len(rules), s.Covered, s.Rules)
		}
	}
	if _, ok := book.Standard("nothing"); ok {
		t.Error("there is a standard of the name nothing")
	}
}

func TestStandardsOfPage(t *testing.T) {
	p := mustPage(t, embeddedBook(t), "IAM-015")
	at := slices.IndexFunc(p.Standards, func(b Bearing) bool { return b.Name == "cis-aws-5.0" })
	if at < 0 {
		t.Fatalf("%+v", p.Standards)
	}
	got := p.Standards[at]
	if got.Path != "/knowledge-base/standards/cis-aws-5.0.html" || !slices.Contains(got.Controls, Control{"1.3", "The root user has no access keys"}) {
		t.Errorf("%+v", got)
	}
}

// Controls that only a page names are shown as they are.
func TestOwnStandards(t *testing.T) {
	p := mustPage(t, bookOf(t, Options{}, testPage{id: "S3-901", title: "First", front: "standards: [OURS:1.2, OURS:1.3]\n"}), "S3-901")
	want := []Bearing{{Standard: Standard{ID: "OURS", Title: "OURS"}, Controls: []Control{{ID: "1.2"}, {ID: "1.3"}}}}
	if diff := cmp.Diff(want, p.Standards); diff != "" {
		t.Error(diff)
	}
}
