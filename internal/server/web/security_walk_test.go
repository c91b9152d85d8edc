package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/server/web"
	"github.com/surety-cloud/surety/internal/store"
)

// A guarded site has an account that readers and writers may not see: whatever
// belongs to it has the word quokka in it, in every way in which it can be
// named.
type guarded struct {
	*site
	account store.Account
	// ids are what the parts of patterns are filled with: of the account, and of
	// what everybody may see.
	ids, open map[string][]string
}

// secret is in all that belongs to the guarded account, besides its numbers.
const secret = "quokka"

func newGuarded(t *testing.T) *guarded {
	t.Helper()
	s := newSite(t)
	s.bucketChecks()
	for _, p := range s.callers {
		if err := s.store.AddUser(t.Context(), &store.User{ID: p.UserID, Email: p.Email, Role: string(p.Role)}); err != nil {
			t.Fatal(err)
		}
	}
	a := s.addAccount("quokka", "777788889999")
	found := func(resource string, status store.Status) store.Found {
		return store.Found{Rule: "S3-017", Service: "S3", Type: "AWS::S3::Bucket", Region: "eu-south-1", Resource: resource, Status: status, Risk: 5, Message: "quokka message"}
	}
	s.merge(a, []store.Found{found("quokka-fails", store.Failure), found("quokka-open", store.Failure), found("quokka-passes", store.Success), found("quokka-unknown", store.Unknown)}, store.Seen{
		Type: "AWS::S3::Bucket", Region: "eu-south-1", Resource: "quokka-fails", ARN: "arn:aws:s3:::quokka-fails", Name: "quokka-name",
		Tags: map[string]string{"quokka-key": "quokka-value"}, Doc: []byte(`{"type":"AWS::S3::Bucket","id":"quokka-fails","region":"eu-south-1","properties":{"BucketName":"quokka-fails"}}`),
	})
	g := &guarded{site: s, account: a}
	check := func(a store.Account, resource, region string) string {
		return "ccc:" + a.ID + ":S3-017:S3:" + region + ":" + resource
	}
	// What an administrator says and does there leaves traces in notes and events.
	s.post(admin, "/checks/"+check(a, "quokka-fails", "eu-south-1"), url.Values{"do": {"suppress"}, "note": {"quokka note"}}).want(http.StatusSeeOther)
	s.post(admin, "/accounts/"+a.ID+"/rules", url.Values{"action": {"disable"}, "rule": {"S3-013"}, "note": {"quokka note"}}).want(http.StatusSeeOther)
	s.post(admin, "/groups/new", url.Values{"name": {"all"}, "tags": {"payments, web"}}).want(http.StatusSeeOther)
	s.post(admin, "/profiles/new", url.Values{"name": {"base"}}).want(http.StatusSeeOther)
	s.post(admin, "/views", url.Values{"name": {"own of an administrator, quokka"}, "query": {"filter[text]=quokka"}}).want(http.StatusSeeOther)
	outline := url.Values{"name": {"Ours"}, "type": {"DRAFT"}, "enabled": {"on"}, "outline": {"1 | One | S3-017"}}
	s.post(admin, "/standards/new", outline).want(http.StatusSeeOther)

	groups, err := s.store.Groups(t.Context())
	if err != nil || len(groups) != 1 {
		t.Fatalf("the groups are %v, %v", groups, err)
	}
	profiles, err := s.store.Profiles(t.Context())
	if err != nil || len(profiles) == 0 {
		t.Fatalf("the profiles are %v, %v", profiles, err)
	}
	library, set := knowledge()
	entry, ok := kb.New(library, set, kb.Options{}).Entry("S3-017")
	if !ok {
		t.Fatal("there is no page of S3-017")
	}
	rulePage := entry.Slug + ".html"
	mine := "ccc:" + s.account.ID + ":S3-017:S3:us-east-1:a"
	g.open = map[string][]string{
		"accounts": {s.account.ID}, "checks": {mine}, "resources": {"ccrn:aws:" + s.account.ID + ":S3:us-east-1:a"}, "groups": {groups[0].ID}, "profiles": {profiles[0].ID},
		"standards": {"CISAWSF-5_0", s.ownStandard()}, "rule": {"S3-013"}, "service": {"S3"}, "name": {"S3-017", rulePage}, "format": {"cloudformation"}, "rest": {"S3-017"},
		"users": {"u-admin"}, "imports": {"1"}, "jobs": {"1"}, "views": {"1"}, "custom-rules": {"CUSTOM-1"},
	}
	g.ids = map[string][]string{
		"accounts": {a.ID}, "checks": {check(a, "quokka-fails", "eu-south-1"), check(a, "quokka-unknown", "eu-south-1")},
		"resources": {"ccrn:aws:" + a.ID + ":S3:eu-south-1:quokka-fails"},
	}
	return g
}

// paths are the addresses of a pattern: those of open things, and of the guarded
// account's.
func (g *guarded) paths(pattern string) []string {
	g.t.Helper()
	_, path, _ := strings.Cut(pattern, " ")
	path = strings.TrimSuffix(path, "{$}")
	list := []string{path}
	for name := range strings.SplitSeq(path, "{") {
		name, _, found := strings.Cut(name, "}")
		if !found {
			continue
		}
		kind := strings.TrimSuffix(name, "...")
		if kind == "id" {
			kind, _, _ = strings.Cut(strings.TrimPrefix(path, "/"), "/")
		}
		values := append(append([]string{}, g.open[kind]...), g.ids[kind]...)
		if len(values) == 0 {
			g.t.Fatalf("%s: nothing is known to stand for %s", pattern, name)
		}
		var filled []string
		for _, p := range list {
			for _, v := range values {
				filled = append(filled, strings.Replace(p, "{"+name+"}", url.PathEscape(v), 1))
			}
		}
		list = filled
	}
	return list
}

// queries are what is asked of pages besides.
func (g *guarded) queries() []string {
	group := g.open["groups"][0]
	return []string{
		"", "account=" + g.account.ID, "group=" + group, "accountIds=" + g.account.ID, "by=rule", "by=resource", "by=standard", "by=resource&accountIds=" + g.account.ID,
		"filter%5Bsuppressed%5D=true", "filter%5Bregions%5D=eu-south-1", "copy=" + g.account.ID, "download=template", "download=document", "find=q",
	}
}

// TestPagesKeepAccountsApart asks for every page as each caller who may not see
// an account: nothing of it is on any, and what is asked for by GET changes
// nothing.
func TestPagesKeepAccountsApart(t *testing.T) {
	g := newGuarded(t)
	told := map[string]bool{}
	for _, caller := range []string{admin, readOnly, writer, reader, outsider, nobody} {
		seesAll := g.callers[caller].Role == auth.RoleAdmin || g.callers[caller].Role == auth.RoleReadOnly
		for _, pattern := range web.Patterns() {
			if !strings.HasPrefix(pattern, "GET ") {
				continue
			}
			for _, path := range g.paths(pattern) {
				for _, query := range g.queries() {
					if query != "" && strings.Contains(pattern, "/knowledge-base/") {
						continue // they are of one kind, and no part of them is an account
					}
					address := path
					if query != "" {
						address += "?" + query
					}
					g.asked.take()
					got := g.get(caller, address)
					for _, c := range g.asked.take() {
						if c.Changed() {
							t.Errorf("%s as %q: it calls %s %s", got.call, caller, c.Method, c.Path)
						}
					}
					if got.Status >= 500 {
						t.Errorf("%s as %q: the status is %d", got.call, caller, got.Status)
					}
					if seesAll {
						if strings.Contains(got.Body, secret) {
							told[pattern] = true
						}
						continue
					}
					if caller == nobody && got.Status == http.StatusOK && !strings.Contains(pattern, "/knowledge-base/") {
						t.Errorf("%s is shown to nobody in particular", got.call)
					}
					g.apart(caller, address, got)
				}
			}
		}
	}
	// The test would pass if nothing had the word.
	for _, pattern := range []string{
		"GET /{$}", "GET /checks", "GET /accounts", "GET /accounts/{id}", "GET /accounts/{id}/rules/{rule}", "GET /checks/{id...}", "GET /resources/{id...}", "GET /events",
		"GET /knowledge-base/aws/{service}/{name}", "GET /standards/{id}", "GET /profiles/apply", "GET /users/new", "GET /views",
	} {
		if !told[pattern] {
			t.Errorf("%s says nothing of the account to those who may see it", pattern)
		}
	}
}

// apart holds a page to what its caller may see. What stands in the address
// itself is no news.
func (g *guarded) apart(caller, address string, got *shown) {
	g.t.Helper()
	if decoded, err := url.PathUnescape(address); err == nil {
		address = decoded
	}
	for _, text := range []string{"quokka-fails", "quokka-unknown", g.account.ID} {
		if strings.Contains(address, text) {
			got.Body = strings.ReplaceAll(got.Body, text, "")
		}
	}
	for _, text := range []string{secret, "777788889999", g.account.ID} {
		if at := strings.Index(got.Body, text); at >= 0 {
			g.t.Errorf("%s as %q tells of %s: …%s…", got.call, caller, text, got.Body[max(0, at-80):min(len(got.Body), at+80)])
		}
	}
}

// TestReadersChangeNothing sends every form as those who may change nothing: no
// call that changes anything is answered with success.
func TestReadersChangeNothing(t *testing.T) {
	g := newGuarded(t)
	mine := g.open["checks"][0]
	form := url.Values{
		"do": {"suppress"}, "action": {"save"}, "confirmed": {"yes"}, "note": {"n"}, "reason": {"n"}, "name": {"n"}, "environment": {"e"}, "tags": {"t"},
		"role": {"ADMIN"}, "email": {"m@example.com"}, "first": {"M"}, "last": {"M"}, "way": {"invite"}, "enabled": {"true"}, "type": {"DRAFT"}, "outline": {"1 | One | S3-017"},
		"rule": {"S3-013"}, "account": {g.site.account.ID}, "profile": {g.open["profiles"][0]}, "mode": {"overwrite"}, "check": {mine}, "except": {"resource"},
		"subscription": {"advanced"}, "delay": {"6"}, "confirm": {"payments"}, "external": {"x"}, "shared": {"on"}, "query": {"account=" + g.site.account.ID},
		"contents": {"Resources: {B: {Type: AWS::S3::Bucket}}"}, "settings": {"account:" + g.account.ID}, "attributes": {"[]"}, "rules": {"[]"}, "service": {"S3"}, "severity": {"LOW"},
	}
	dos := []string{"suppress", "lift", "except", "scan", "delete", "suppress-all", "lift-all", "save", "validate", "run", "show", "test", "judge"}
	g.scanned = nil // what was done before is not theirs
	actions := []string{"save", "enable", "disable", "reset", "remove", "delete", "scan", "apply"}
	for _, caller := range []string{readOnly, reader, outsider, nobody} {
		for _, pattern := range web.Patterns() {
			if !strings.HasPrefix(pattern, "POST ") || strings.HasPrefix(pattern, "POST /templates") {
				continue // templates are anybody's to judge
			}
			for _, path := range g.paths(pattern) {
				for i := range max(len(dos), len(actions)) {
					form.Set("do", dos[i%len(dos)])
					form.Set("action", actions[i%len(actions)])
					g.asked.take()
					got := g.post(caller, path, form)
					for _, c := range g.asked.take() {
						if c.Changed() {
							t.Errorf("%s (%s, %s) as %q: %s %s is %d", got.call, form.Get("do"), form.Get("action"), caller, c.Method, c.Path, c.Status)
						}
					}
					if got.Status >= 500 {
						t.Errorf("%s (%s, %s) as %q: the status is %d", got.call, form.Get("do"), form.Get("action"), caller, got.Status)
					}
					if caller != readOnly {
						g.apart(caller, path, got)
					}
				}
			}
		}
	}
	if len(g.scanned) > 0 {
		t.Errorf("the accounts %v are scanned", g.scanned)
	}
	// A template is not judged by the settings of an account that one may not see.
	g.post(reader, "/templates", form).want(http.StatusForbidden)
}
