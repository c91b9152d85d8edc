package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/store"
)

// bucketChecks gives the first account failing and passing checks, and the other
// one passing ones.
func (s *site) bucketChecks() {
	check := func(rule, resource string, status store.Status) store.Found {
		return store.Found{Rule: rule, Service: "S3", Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: resource, Status: status, Risk: 3}
	}
	s.merge(s.account, []store.Found{check("S3-017", "a", store.Failure), check("S3-017", "b", store.Success), check("S3-013", "a", store.Unknown)})
	s.merge(s.other, []store.Found{check("S3-017", "c", store.Success)})
}

func TestStandards(t *testing.T) {
	s := newSite(t)
	s.bucketChecks()
	s.get(reader, "/standards").want(http.StatusOK, "CIS Amazon Web Services Foundations Benchmark 5.0", `href="/standards/CISAWSF-5_0"`).lacks("New standard")
	s.get(admin, "/standards?account="+s.other.ID).want(http.StatusOK, `href="/standards/CISAWSF-5_0?account=`+s.other.ID+`"`, "New standard")
	s.get(outsider, "/standards").want(http.StatusForbidden)

	page := s.get(admin, "/standards/CISAWSF-5_0").want(http.StatusOK, "2.1.1", "1 failing", "2 passing", "1 unknown", "Not covered by a rule",
		"/knowledge-base/aws/S3/", "filter%5BruleIds%5D=S3-017", "filter%5Bstatuses%5D=UNKNOWN")
	if len(page.Body) > 300_000 {
		t.Errorf("the page has %d bytes", len(page.Body))
	}
	s.get(admin, "/standards/CISAWSF-5_0?account="+s.other.ID).want(http.StatusOK, "Passing").lacks("1 failing")
	s.get(admin, "/standards/CISAWSF-5_0?state=unknown").want(http.StatusOK, "2.1.2").lacks("<code>2.1.1</code>")
	s.get(admin, "/standards/CISAWSF-5_0?find=s3-017").want(http.StatusOK, "2.1.1").lacks("<code>2.1.2</code>")
	s.get(admin, "/standards/CISAWSF-5_0?section=2+Storage").want(http.StatusOK, "2.1.1").lacks("<code>1.1</code>")
	s.get(admin, "/standards/CISAWSF-5_0?find=nothing+such").want(http.StatusOK, "No control fits these filters.")
	s.get(admin, "/standards/NIST5?page=99").want(http.StatusOK)
	s.get(admin, "/standards/NONE").want(http.StatusNotFound)
	s.get(reader, "/standards/CISAWSF-5_0?account="+s.other.ID).want(http.StatusForbidden)
}

// Every standard keeps to the bound of pages, and all of its controls are on one.
func TestStandardPages(t *testing.T) {
	s := newSite(t)
	_, set := knowledge()
	all, err := set.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range all {
		entries := one.Entries()
		seen := 0
		for page := "/standards/" + one.ID; page != ""; {
			got := s.get(admin, page).want(http.StatusOK)
			if len(got.Body) > 300_000 {
				t.Errorf("%s has %d bytes", page, len(got.Body))
			}
			seen += strings.Count(got.Body, `<div class="control">`)
			_, rest, more := strings.Cut(got.Body, ` rel="prev">`)
			if !more {
				rest = got.Body
			}
			page = ""
			if before, _, ok := strings.Cut(rest, `" rel="next"`); ok {
				page = before[strings.LastIndexByte(before, '"')+1:]
			}
		}
		if seen != len(entries) {
			t.Errorf("%s: %d of %d controls are shown", one.ID, seen, len(entries))
		}
		if got := s.get(admin, "/standards/"+one.ID+"/print").want(http.StatusOK, "Basis"); len(got.Body) > 300_000 {
			t.Errorf("%s has %d bytes to be printed", one.ID, len(got.Body))
		}
	}
}

func TestStandardToTake(t *testing.T) {
	s := newSite(t)
	s.bucketChecks()
	s.get(reader, "/standards/CISAWSF-5_0/print").want(http.StatusOK, "S3-017 (1)", "payments (Production)", "reader@example.com").lacks("web (Production)")
	got := s.get(reader, "/standards/CISAWSF-5_0/outcome.csv").want(http.StatusOK, "2.1.1,", "S3-017,", ",Failing,1,0,1,0")
	if !strings.Contains(got.Header.Get("Content-Disposition"), "CISAWSF-5_0-2026-11-01.csv") {
		t.Errorf("the file is %q", got.Header.Get("Content-Disposition"))
	}
}

func (s *site) ownStandard() string {
	s.t.Helper()
	list, err := s.store.CustomStandards(s.t.Context())
	if err != nil || len(list) != 1 {
		s.t.Fatalf("the custom standards are %v, %v", list, err)
	}
	return list[0].ID
}

func TestCustomStandard(t *testing.T) {
	s := newSite(t)
	s.get(admin, "/standards/new").want(http.StatusOK, "1.1 | Data at rest is encrypted | EBS-001, RDS-004")
	form := url.Values{"name": {"Ours " + hostile}, "version": {"2"}, "type": {"DRAFT"}, "outline": {"# Data\n## Rest\n=1.1 | Bucket policies | S3-017, azure:Sql-001\n\n# People\n2 | Ask | them |"}}
	got := s.post(admin, "/standards/new", form)
	id := s.ownStandard()
	got.wantRedirect("/standards/" + id)
	stored, err := s.store.CustomStandard(t.Context(), id)
	if err != nil || len(stored.Controls) != 2 || stored.Controls[0].Headings.Level2 != "Rest" || stored.Controls[0].AzureRules[0] != "Sql-001" || stored.Controls[1].Title != "Ask | them" || stored.Enabled {
		t.Fatalf("the standard is %+v, %v", stored, err)
	}
	s.get(admin, "/standards/"+id).want(http.StatusOK, "draft", "/edit").lacks(hostile)
	s.get(admin, "/standards/"+id+"/outcome.csv").want(http.StatusOK, "'=1.1")
	// It is hidden from others until it is shown.
	s.get(reader, "/standards").want(http.StatusOK).lacks("Ours")
	s.post(admin, "/standards/"+id+"/visible", url.Values{"enabled": {"true"}}).wantRedirect("/standards/" + id)
	s.get(reader, "/standards").want(http.StatusOK, "Ours").lacks(hostile)
	s.get(reader, "/standards/"+id).want(http.StatusOK).lacks("/edit", "/delete", "/visible")

	s.get(admin, "/standards/"+id+"/edit").want(http.StatusOK, "=1.1 | Bucket policies | S3-017, azure:Sql-001", "2 | Ask | them |").lacks(hostile)
	for outline, says := range map[string]string{
		"# A\n1 | One | S3-001\n\n1 | Two": "Line 4: The number is",
		"1 | One | S3-x":                   "Line 1: Rule",
		"just words":                       "Line 1: a control is written as",
		"## B":                             "Line 1: there is no heading # above",
		"1 | One | oci:X":                  "Line 1: &#34;oci:X&#34; is not a rule",
		"1 |":                              "Line 1: Title is missing",
	} {
		form.Set("outline", outline)
		s.post(admin, "/standards/"+id+"/edit", form).want(http.StatusUnprocessableEntity, `id="outline-fault"`, says, strings.Split(outline, "\n")[0])
	}
	form.Set("outline", "1 | One | S3-001")
	form.Set("name", "")
	s.post(admin, "/standards/"+id+"/edit", form).want(http.StatusUnprocessableEntity, `id="name-fault"`)
	form.Set("name", "Ours")
	form.Set("type", "PUBLISHED")
	s.post(admin, "/standards/"+id+"/edit", form).wantRedirect("/standards/" + id)
	s.get(admin, "/standards/"+id+"/edit").want(http.StatusUnprocessableEntity, "is published")
	for _, path := range []string{"/standards/new", "/standards/" + id + "/edit", "/standards/" + id + "/visible", "/standards/" + id + "/delete"} {
		s.post(powerUser, path, form).want(http.StatusForbidden)
	}
	s.post(admin, "/standards/"+id+"/delete", nil).wantRedirect("/standards")
	s.get(admin, "/standards/"+id).want(http.StatusNotFound)
}

// A copy of any standard has its controls, and can be saved as it is.
func TestCopyStandard(t *testing.T) {
	s := newSite(t)
	_, set := knowledge()
	all, err := set.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range all {
		page := s.get(admin, "/standards/new?copy="+one.ID).want(http.StatusOK)
		if len(page.Body) > 300_000 {
			t.Errorf("the form of a copy of %s has %d bytes", one.ID, len(page.Body))
		}
		got := s.post(admin, "/standards/new", url.Values{"name": {"copy"}, "type": {"DRAFT"}, "outline": {page.textarea("outline")}})
		if got.Status != http.StatusSeeOther {
			t.Errorf("a copy of %s: %d", one.ID, got.Status)
			continue
		}
		stored, err := s.store.CustomStandard(t.Context(), strings.TrimPrefix(got.Location, "/standards/"))
		if err != nil {
			t.Fatal(err)
		}
		entries := one.Entries()
		if len(stored.Controls) != len(entries) {
			t.Fatalf("a copy of %s has %d of %d controls", one.ID, len(stored.Controls), len(entries))
		}
		for i, e := range entries {
			rules, _ := json.Marshal(stored.Controls[i].AWSRules)
			want, _ := json.Marshal(append([]string{}, e.Control.Rules...))
			if stored.Controls[i].ID != e.Control.ID || string(rules) != string(want) || len(e.Headings) > 0 && stored.Controls[i].Headings.Level1 == "" {
				t.Errorf("a copy of %s has %+v for %+v", one.ID, stored.Controls[i], e)
			}
		}
	}
}

// What an outline cannot hold is not lost by saving.
func TestLockedStandard(t *testing.T) {
	s := newSite(t)
	odd := store.CustomStandard{Name: "Odd", Type: "DRAFT", Controls: []store.StandardControl{{ID: "1|2", Title: "two\nlines", AWSRules: []string{}, AzureRules: []string{}, GCPRules: []string{}}}}
	if err := s.store.PutCustomStandard(t.Context(), &odd); err != nil {
		t.Fatal(err)
	}
	s.get(admin, "/standards/"+odd.ID+"/edit").want(http.StatusOK, "this form cannot hold").lacks("<textarea")
	s.post(admin, "/standards/"+odd.ID+"/edit", url.Values{"name": {"Odder"}, "type": {"DRAFT"}}).wantRedirect("/standards/" + odd.ID)
	if got, err := s.store.CustomStandard(t.Context(), odd.ID); err != nil || got.Name != "Odder" || len(got.Controls) != 1 || got.Controls[0].Title != "two\nlines" {
		t.Errorf("the standard is %+v, %v", got, err)
	}
}
