package web_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/secretbox"
	"github.com/surety-cloud/surety/internal/server/api"
	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/server/web"
	"github.com/surety-cloud/surety/internal/standard"
	"github.com/surety-cloud/surety/internal/store"
	"github.com/surety-cloud/surety/rules"
	"github.com/surety-cloud/surety/standards"
)

// knowledge is the library of all rules and standards, read once.
var knowledge = sync.OnceValues(func() (*rule.Library, *standard.Set) {
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		panic(err)
	}
	set, err := standard.NewSet(standards.Files, "standards/")
	if err != nil {
		panic(err)
	}
	library.Bear(set.Controls)
	return library, set
})

// The callers: reader and writer are USERs with access to the first account.
const (
	admin     = "admin"
	powerUser = "power"
	readOnly  = "read-only"
	writer    = "writer"
	reader    = "reader"
	outsider  = "outsider" // without any access
	nobody    = ""
)

// A site is the pages on a fresh database.
type site struct {
	t     *testing.T
	store *store.Store
	url   string
	now   time.Time
	// callers are the principals by the name that the header Caller has.
	callers map[string]auth.Principal
	// account is what USERs have access to; other is not.
	account, other store.Account
	// scanned are the accounts that a scan was asked for.
	scanned []int64
	// asked are the calls that pages made of the API.
	asked askedCalls
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
	key, err := secretbox.LoadOrCreate(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return s.now }
	if s.store, err = store.Open(t.Context(), filepath.Join(t.TempDir(), "surety.db"), store.Options{Key: key, Now: clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.store.Close() })
	s.account, s.other = s.addAccount("payments", "111122223333"), s.addAccount("web", "444455556666")
	s.callers = map[string]auth.Principal{
		admin:     {UserID: "u-admin", Email: "admin@example.com", Role: auth.RoleAdmin},
		powerUser: {UserID: "u-power", Email: "power@example.com", Role: auth.RolePowerUser},
		readOnly:  {UserID: "u-read", Email: "read@example.com", Role: auth.RoleReadOnly},
		writer:    {UserID: "u-writer", Email: "writer@example.com", Role: auth.RoleUser, Access: map[string]auth.Level{s.account.ID: auth.LevelFull}},
		reader:    {UserID: "u-reader", Email: "reader@example.com", Role: auth.RoleUser, Access: map[string]auth.Level{s.account.ID: auth.LevelRead}},
		outsider:  {UserID: "u-outsider", Email: "outsider@example.com", Role: auth.RoleUser},
	}
	identify := func(r *http.Request) (auth.Principal, error) {
		if p, ok := auth.From(r.Context()); ok {
			return *p, nil
		}
		p, ok := s.callers[r.Header.Get("Caller")]
		if !ok {
			return p, auth.ErrNobody
		}
		return p, nil
	}
	library, set := knowledge()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	calls := api.New(api.Options{
		Store: s.store, Library: library, Standards: set, Queue: queue{s}, Log: log, Now: clock, Identify: identify,
		Address: func(*http.Request) string { return "192.0.2.7" },
	})
	pages, err := web.New(web.Options{
		API: s.asked.note(calls), Identify: identify, Library: library, Book: kb.New(library, set, kb.Options{}), Log: log, Now: clock,
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	pages.Register(mux)
	listener := httptest.NewServer(auth.PageHeaders(auth.Proxies{})(mux))
	t.Cleanup(listener.Close)
	s.url = listener.URL
	return s
}

func (s *site) addAccount(name, number string) store.Account {
	s.t.Helper()
	a := store.Account{
		Name: name, Environment: "Production", AWSID: number, Tags: []string{name}, ExternalID: "6d2c",
		RoleARN: "arn:aws:iam::" + number + ":role/SuretyReadOnly", Packages: map[string]bool{"securityPackage": true},
	}
	if err := s.store.AddAccount(s.t.Context(), &a); err != nil {
		s.t.Fatal(err)
	}
	return a
}

// merge scans an account: these are its checks and resources.
func (s *site) merge(a store.Account, checks []store.Found, resources ...store.Seen) {
	s.t.Helper()
	id, err := s.store.BeginScan(s.t.Context(), a.Num, "test", "manual", time.Minute)
	if err != nil {
		s.t.Fatal(err)
	}
	held := map[string]string{}
	for _, c := range checks {
		held[c.Rule] = c.Type
	}
	if _, err := s.store.Merge(s.t.Context(), &store.Merge{
		Account: a.Num, ScanID: id, Checks: checks, Resources: resources, Rules: held, Outcome: store.Complete,
		Categories: func(string) []string { return []string{"security"} },
	}); err != nil {
		s.t.Fatal(err)
	}
}

// A queue notes what it was asked to do.
type queue struct{ *site }

func (q queue) ScanNow(_ context.Context, account int64) error {
	q.scanned = append(q.scanned, account)
	return nil
}
func (queue) Remove(context.Context) error                           { return nil }
func (queue) Import(context.Context, string) error                   { return nil }
func (queue) Jobs(context.Context, string, int) ([]store.Job, error) { return nil, nil }
func (queue) RetryJob(context.Context, int64) error                  { return nil }
func (queue) DeleteJob(context.Context, int64) error                 { return nil }

// A shown is a page as it came.
type shown struct {
	t        *testing.T
	call     string
	Status   int
	Location string // of a redirect, which is not followed
	Header   http.Header
	Body     string
	Cookies  []*http.Cookie
}

// get asks for a page as a caller.
func (s *site) get(caller, path string) *shown {
	s.t.Helper()
	return s.do(caller, http.MethodGet, path, nil)
}

// post sends a form as a caller.
func (s *site) post(caller, path string, form url.Values) *shown {
	s.t.Helper()
	return s.do(caller, http.MethodPost, path, form)
}

func (s *site) do(caller, method, path string, form url.Values) *shown {
	s.t.Helper()
	r, err := http.NewRequest(method, s.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	if caller != nobody {
		r.Header.Set("Caller", caller)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return &shown{
		t: s.t, call: method + " " + path, Status: response.StatusCode, Location: response.Header.Get("Location"),
		Header: response.Header, Body: string(data), Cookies: response.Cookies(),
	}
}

// want fails the test when the status is another, or the page lacks a text.
func (p *shown) want(status int, texts ...string) *shown {
	p.t.Helper()
	if p.Status != status {
		p.t.Fatalf("%s: the status is %d, not %d: %s", p.call, p.Status, status, p.Body)
	}
	for _, text := range texts {
		if !strings.Contains(p.Body, text) {
			p.t.Errorf("%s: the page does not have %q: %s", p.call, text, p.Body)
		}
	}
	return p
}

// lacks fails the test when the page has one of the texts.
func (p *shown) lacks(texts ...string) *shown {
	p.t.Helper()
	for _, text := range texts {
		if strings.Contains(p.Body, text) {
			p.t.Errorf("%s: the page has %q: %s", p.call, text, p.Body)
		}
	}
	return p
}

// wantRedirect fails the test when the answer is no redirect to that path.
func (p *shown) wantRedirect(to string) *shown {
	p.t.Helper()
	if p.Status != http.StatusSeeOther || p.Location != to {
		p.t.Fatalf("%s: %d to %q, not a redirect to %q: %s", p.call, p.Status, p.Location, to, p.Body)
	}
	return p
}
