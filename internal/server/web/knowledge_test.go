package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/server/web"
)

const memcached = "/knowledge-base/aws/EC2/memcached-is-not-open-to-the-internet.html"

func TestKnowledgeIsOpen(t *testing.T) {
	s := newSite(t)
	for path, texts := range map[string][]string{
		"/knowledge-base/": {"CloudTrail", `href="/knowledge-base/aws/EC2/"`, "Sign in"},
		"/knowledge-base/aws/?risk=very-high&category=security": {"Very high", `value="security" selected`},
		"/knowledge-base/aws/?q=memcached":                      {memcached, "EC2-075", "rules for “memcached”"},
		"/knowledge-base/?q=memcached":                          {memcached},
		"/knowledge-base/aws/?q=xyzzy":                          {"No rule fits"},
		"/knowledge-base/aws/EC2/":                              {memcached, "Very high"},
		memcached:                                               {"act today", "EC2-075", "Fails this rule", "Passes this rule", `id="compliance"`, `href="#audit"`, "11211"},
		"/knowledge-base/standards/":                            {"/knowledge-base/standards/cis-aws-5.0.html"},
		"/knowledge-base/standards/cis-aws-5.0.html":            {`class="tag">2.1.1<`, "No rule can tell"},
		"/knowledge-base/search.json":                           {`"base":"/knowledge-base/aws/"`, "EC2-075"},
	} {
		page := s.get(nobody, path).want(http.StatusOK, texts...).lacks("Your failing resources")
		if len(page.Body) > 300<<10 {
			t.Errorf("%s has %d bytes", path, len(page.Body))
		}
	}
}

func TestKnowledgeFilters(t *testing.T) {
	s := newSite(t)
	s.get(nobody, "/knowledge-base/aws/?q=open+to+the+internet&risk=low").want(http.StatusOK).lacks(memcached)
	s.get(nobody, "/knowledge-base/aws/?risk=very-high&category=cost-optimisation").want(http.StatusOK).lacks(memcached)
	all := s.get(nobody, "/knowledge-base/aws/").want(http.StatusOK, `rel="next"`).lacks(`rel="prev"`)
	if got := strings.Count(all.Body, `<th scope="row"`); got != 100 {
		t.Errorf("a page lists %d rules", got)
	}
	s.get(nobody, "/knowledge-base/aws/?page=2").want(http.StatusOK, `rel="prev"`)
	s.get(nobody, "/knowledge-base/aws/?page=999999999").want(http.StatusOK, "No rule fits")
}

func TestKnowledgeMoved(t *testing.T) {
	s := newSite(t)
	for from, to := range map[string]string{
		"/knowledge-base/aws/EC2/EC2-075":                                    memcached,
		"/knowledge-base/aws/ec2/MEMCACHED-is-not-open-to-the-internet.html": memcached,
		"/knowledge-base/aws/EC2/memcached-is-not-open-to-the-internet":      memcached,
		"/knowledge-base/EC2-075":                                            memcached,
		"/knowledge-base/aws/EC2-075.html/":                                  memcached,
		"/knowledge-base/aws/ec2/":                                           "/knowledge-base/aws/EC2/",
		"/knowledge-base/standards/CISAWSF-5_0":                              "/knowledge-base/standards/cis-aws-5.0.html",
		"/knowledge-base/cloudtrail":                                         "/knowledge-base/aws/CloudTrail/",
	} {
		if got := s.get(nobody, from); got.Status != http.StatusMovedPermanently || got.Location != to {
			t.Errorf("%s: %d to %q, not to %q", from, got.Status, got.Location, to)
		}
	}
	s.get(nobody, "/knowledge-base/aws/S3/memcached-open-internet.html").want(http.StatusNotFound, "Is it one of these?", memcached)
	for _, path := range []string{"/knowledge-base/aws/Xyzzy/", "/knowledge-base/standards/xyzzy", "/knowledge-base/aws/EC2/a/b/c", "/knowledge-base/xyzzy/" + url.PathEscape(hostile)} {
		s.get(nobody, path).want(http.StatusNotFound, "All services").lacks(hostile)
	}
}

func TestKnowledgeOwnFailures(t *testing.T) {
	s := newSite(t)
	s.seed()
	const page = "/knowledge-base/aws/S3/S3-016"
	path := s.get(admin, page).Location
	s.get(admin, path).want(http.StatusOK, "Your failing resources", "Bucket orders is not encrypted", "payments (Production)",
		"/checks?filter%5BruleIds%5D=S3-016", "/accounts/"+s.account.ID+"/rules/S3-016", "/accounts/"+s.other.ID+"/rules/S3-016").lacks(hostile)
	s.get(reader, path).want(http.StatusOK, "Bucket orders is not encrypted").lacks("Configure this rule")
	s.get(writer, path).want(http.StatusOK, "/accounts/"+s.account.ID+"/rules/S3-016").lacks("/accounts/" + s.other.ID)
	s.get(outsider, path).want(http.StatusOK).lacks("Your failing resources", "Bucket orders")
	s.get(nobody, path).want(http.StatusOK).lacks("Your failing resources", "Bucket orders")
	passing := s.get(admin, "/knowledge-base/aws/S3/S3-001").Location
	s.get(admin, passing).want(http.StatusOK, "of your resources fails this rule now").lacks("Bucket orders")
}

func TestKnowledgeQueryIsNotHTML(t *testing.T) {
	s := newSite(t)
	s.get(nobody, "/knowledge-base/aws/?q="+url.QueryEscape(hostile+`" autofocus x="`)).want(http.StatusOK).lacks(hostile, `" autofocus`)
}

// TestPrivateKnowledge: those who are not signed in see none of it where it is
// private.
func TestPrivateKnowledge(t *testing.T) {
	library, set := knowledge()
	identify := func(r *http.Request) (auth.Principal, error) {
		if r.Header.Get("Caller") == "" {
			return auth.Principal{}, auth.ErrNobody
		}
		return auth.Principal{UserID: "u", Role: auth.RoleUser}, nil
	}
	pages, err := web.New(web.Options{Identify: identify, Library: library, Book: kb.New(library, set, kb.Options{}), PrivateKnowledge: true})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	pages.Register(mux)
	for _, path := range []string{"/knowledge-base/", "/knowledge-base/search.json", "/knowledge-base/aws/EC2/", memcached, "/knowledge-base/standards/", "/knowledge-base/xyzzy"} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/sign-in?return="+url.QueryEscape(path) {
			t.Errorf("%s: %d to %q", path, w.Code, w.Header().Get("Location"))
		}
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Caller", "somebody")
		w = httptest.NewRecorder()
		if mux.ServeHTTP(w, r); w.Code == http.StatusSeeOther {
			t.Errorf("%s: who is signed in is sent to %q", path, w.Header().Get("Location"))
		}
	}
}
