package signin_test

import (
	"encoding/json"
	"errors"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/secretbox"
	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/server/signin"
	"github.com/surety-cloud/surety/internal/store"
)

// A clock is moved by the test.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// A server has the pages, /v1/session, and /v1/probe, which says who calls.
type server struct {
	t      *testing.T
	url    string
	store  *store.Store
	box    *secretbox.Box
	signIn *signin.SignIn
	clock  *clock
	log    *strings.Builder
}

func newServer(t *testing.T, change func(*signin.Options)) *server {
	t.Helper()
	s := &server{t: t, clock: &clock{at: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}, log: &strings.Builder{}}
	key, err := secretbox.LoadOrCreate(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	if s.store, err = store.Open(t.Context(), filepath.Join(t.TempDir(), "surety.db"), store.Options{Key: key, Now: s.clock.now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.store.Close() })
	s.box = key
	mux := http.NewServeMux()
	listener := httptest.NewServer(nil)
	t.Cleanup(listener.Close)
	s.url = listener.URL
	options := signin.Options{
		Store: s.store, Box: key, PublicURL: s.url, Now: s.clock.now, Home: "/me",
		Log: slog.New(slog.NewTextHandler(io.MultiWriter(s.log, t.Output()), nil)),
	}
	if change != nil {
		change(&options)
	}
	if s.signIn, err = signin.New(options); err != nil {
		t.Fatal(err)
	}
	s.signIn.Register(mux)
	mux.Handle("/v1/session", s.signIn.Sessions())
	mux.HandleFunc("/v1/probe", func(w http.ResponseWriter, r *http.Request) {
		p, err := s.signIn.Identify(r)
		switch {
		case errors.Is(err, auth.ErrNobody):
			w.WriteHeader(http.StatusForbidden)
		case err != nil:
			t.Error(err)
			w.WriteHeader(http.StatusInternalServerError)
		default:
			json.NewEncoder(w).Encode(p)
		}
	})
	sameOrigin, err := auth.SameOrigin(nil)
	if err != nil {
		t.Fatal(err)
	}
	listener.Config.Handler = sameOrigin(auth.PageHeaders(options.Proxies)(mux))
	return s
}

const (
	email    = "grace@example.com"
	password = "correct Horse 1 battery"
)

// addUser adds an active user with a password.
func (s *server) addUser(email, role string) store.User {
	s.t.Helper()
	u := store.User{Email: email, Role: role, Status: store.UserActive}
	if err := s.store.AddUser(s.t.Context(), &u); err != nil {
		s.t.Fatal(err)
	}
	hash, err := auth.NewHasher(1).Hash(s.t.Context(), password)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.store.SetPassword(s.t.Context(), u.ID, hash, ""); err != nil {
		s.t.Fatal(err)
	}
	return u
}

// addTOTP gives a user a second factor.
func (s *server) addTOTP(u store.User) (secret string, codes []string) {
	s.t.Helper()
	e, err := auth.NewTOTP("Surety", u.Email)
	if err != nil {
		s.t.Fatal(err)
	}
	codes, hashes := auth.NewRecoveryCodes()
	if err := s.store.SetTOTP(s.t.Context(), u.ID, e.Secret, 0, hashes); err != nil {
		s.t.Fatal(err)
	}
	return e.Secret, codes
}

// events are the names of the latest entries of the audit log, and the texts of
// all.
func (s *server) events() (names []string, text string) {
	s.t.Helper()
	page, _, err := s.store.Events(s.t.Context(), &store.EventFilter{Organisation: true, Activity: true}, 0, 100)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range page {
		names = append(names, e.Name)
		text += e.Name + " " + e.Identity + " " + e.Description + " " + e.Address + "\n"
	}
	return names, text
}

// wantEvent fails the test when nothing of this name was written.
func (s *server) wantEvent(name string) {
	s.t.Helper()
	_, text := s.events()
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, name+" ") {
			if !strings.HasSuffix(strings.TrimSpace(line), "127.0.0.1") {
				s.t.Errorf("the event has no address: %s", line)
			}
			return
		}
	}
	s.t.Errorf("there is no event %s:\n%s", name, text)
}

// A browser keeps cookies, and does not follow redirects.
type browser struct {
	s      *server
	client *http.Client
	header http.Header
}

func (s *server) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &browser{s: s, header: http.Header{}, client: &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// A page is what a browser got.
type page struct {
	t        *testing.T
	call     string
	Status   int
	Header   http.Header
	Body     string
	Location string
}

func (b *browser) do(method, path, body, kind string) *page {
	b.s.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = b.s.url + path
	}
	r, err := http.NewRequest(method, path, strings.NewReader(body))
	if err != nil {
		b.s.t.Fatal(err)
	}
	for name := range b.header {
		r.Header.Set(name, b.header.Get(name))
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	answer, err := b.client.Do(r)
	if err != nil {
		b.s.t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		b.s.t.Fatal(err)
	}
	return &page{t: b.s.t, call: method + " " + path, Status: answer.StatusCode, Header: answer.Header, Body: string(data), Location: answer.Header.Get("Location")}
}

func (b *browser) get(path string) *page {
	b.s.t.Helper()
	return b.do("GET", path, "", "")
}

// post sends a form: names and values by turns.
func (b *browser) post(path string, fields ...string) *page {
	b.s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return b.do("POST", path, form.Encode(), "application/x-www-form-urlencoded")
}

// signIn signs in with the password, and fails the test when that is refused.
func (b *browser) signIn(email string) {
	b.s.t.Helper()
	b.post("/sign-in", "email", email, "password", password).wantRedirect("/me")
}

// signedIn tells whether the server knows who the browser's user is.
func (b *browser) signedIn() bool {
	b.s.t.Helper()
	return b.get("/v1/probe").Status == http.StatusOK
}

func (p *page) want(status int, texts ...string) *page {
	p.t.Helper()
	if p.Status != status {
		p.t.Fatalf("%s: the status is %d, not %d: %s", p.call, p.Status, status, p.Body)
	}
	for _, text := range texts {
		if !strings.Contains(html.UnescapeString(p.Body), text) {
			p.t.Errorf("%s: the page does not say %q: %s", p.call, text, p.Body)
		}
	}
	return p
}

func (p *page) wantRedirect(to string) {
	p.t.Helper()
	if p.Status != http.StatusSeeOther || p.Location != to {
		p.t.Fatalf("%s: the answer is %d to %q, not a redirect to %q: %s", p.call, p.Status, p.Location, to, p.Body)
	}
}

// field is the value of a hidden input.
func (p *page) field(name string) string {
	p.t.Helper()
	return p.find(`name="` + name + `" value="([^"]+)"`)
}

// find is the first group of an expression in the page.
func (p *page) find(expression string) string {
	p.t.Helper()
	match := regexp.MustCompile(expression).FindStringSubmatch(p.Body)
	if match == nil {
		p.t.Fatalf("%s: the page has no %s: %s", p.call, expression, p.Body)
	}
	return html.UnescapeString(match[1])
}

// signInAs gives the browser a session of a user.
func (b *browser) signInAs(u store.User) {
	b.s.t.Helper()
	token, hash := auth.NewToken()
	if err := b.s.store.AddSession(b.s.t.Context(), &store.Session{ID: hash, UserID: u.ID}, time.Time{}); err != nil {
		b.s.t.Fatal(err)
	}
	b.header.Set("Cookie", auth.SessionCookie(token, false).String())
}
