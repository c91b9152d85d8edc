package server_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/surety-cloud/surety/internal/server"
	"github.com/surety-cloud/surety/internal/server/api"
	"github.com/surety-cloud/surety/internal/server/auth"
)

// start serves pages of the test, and an API that nobody may call.
func start(t *testing.T, pages http.HandlerFunc, ready func(context.Context) error) (string, *strings.Builder) {
	t.Helper()
	log := &strings.Builder{}
	logger := slog.New(slog.NewTextHandler(log, nil))
	handler, err := server.New(server.Options{
		API: api.New(api.Options{
			Log:      logger,
			Identify: func(*http.Request) (auth.Principal, error) { return auth.Principal{}, auth.ErrNobody },
		}),
		Pages: pages, Ready: ready, Log: logger, Metrics: server.NewMetrics(prometheus.NewRegistry()),
	})
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(handler)
	t.Cleanup(listener.Close)
	return listener.URL, log
}

func do(t *testing.T, method, url string, header map[string]string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

func TestParts(t *testing.T) {
	broken := errors.New("the database at secret.host is gone")
	ready := error(nil)
	url, log := start(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/panic" {
			panic("a fault")
		}
		io.WriteString(w, "a page")
	}, func(context.Context) error { return ready })
	for path, want := range map[string]struct {
		status int
		body   string
		header string
	}{
		"/":              {200, "a page", "frame-ancestors 'none'"},
		"/welcome/TOKEN": {200, "a page", "script-src 'self';"},
		// The mux of the pages sends a browser from here to the right path.
		"//welcome/TOKEN": {200, "a page", ""},
		"/healthz":        {200, "ok", "default-src 'none'"},
		"/readyz":         {200, "ok", ""},
		"/v1/accounts":    {403, "explicit deny", "default-src 'none'"},
		"/api//accounts":  {403, "explicit deny", ""},
		"/v1":             {404, "404", ""},
		"/v1evil":         {200, "a page", ""},
		"/panic":          {500, "something went wrong", ""},
	} {
		t.Run(path, func(t *testing.T) {
			answer, body := do(t, "GET", url+path, nil)
			if answer.StatusCode != want.status || !strings.Contains(body, want.body) {
				t.Errorf("%d %s", answer.StatusCode, body)
			}
			if policy := answer.Header.Get("Content-Security-Policy"); !strings.Contains(policy, want.header) {
				t.Errorf("the policy is %q", policy)
			}
			if answer.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Error("the type may be sniffed")
			}
		})
	}
	ready = broken
	answer, body := do(t, "GET", url+"/readyz", nil)
	if answer.StatusCode != http.StatusServiceUnavailable || strings.Contains(body, "secret") {
		t.Errorf("not ready: %d %s", answer.StatusCode, body)
	}
	for _, hidden := range []string{"TOKEN", "path=/healthz"} {
		if strings.Contains(log.String(), hidden) {
			t.Errorf("%s is in the log", hidden)
		}
	}
	if !strings.Contains(log.String(), "a request panicked") || !strings.Contains(log.String(), "secret.host") {
		t.Errorf("the faults are not in the log:\n%s", log)
	}
}

// TestOtherSites changes something from a page of another site: browsers say
// where a request comes from, and send the cookies with it.
func TestOtherSites(t *testing.T) {
	url, _ := start(t, func(w http.ResponseWriter, _ *http.Request) {}, nil)
	key := "ApiKey " + strings.Repeat("a", 64)
	for name, test := range map[string]struct {
		method, path string
		header       map[string]string
		refused      bool
	}{
		"another site":            {"POST", "/sign-in", map[string]string{"Sec-Fetch-Site": "cross-site"}, true},
		"another site on the API": {"DELETE", "/v1/accounts/x", map[string]string{"Sec-Fetch-Site": "cross-site"}, true},
		"an old browser":          {"POST", "/sign-in", map[string]string{"Origin": "https://evil.example"}, true},
		"our own page":            {"POST", "/sign-in", map[string]string{"Sec-Fetch-Site": "same-origin"}, false},
		"a look":                  {"GET", "/me", map[string]string{"Sec-Fetch-Site": "cross-site"}, false},
		"a script with a key":     {"DELETE", "/v1/accounts/x", map[string]string{"Sec-Fetch-Site": "cross-site", "Authorization": key}, false},
	} {
		t.Run(name, func(t *testing.T) {
			_, body := do(t, test.method, url+test.path, test.header)
			if refused := strings.Contains(body, "another site"); refused != test.refused {
				t.Errorf("refused is %v: %s", refused, body)
			}
		})
	}
}

// TestTLS serves with a certificate in files.
func TestTLS(t *testing.T) {
	dir := t.TempDir()
	certificate, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	server.WritePair(t, certificate, key, 1)
	if _, err := server.Listen("127.0.0.1:0", certificate, "", nil, slog.Default()); err == nil || !strings.Contains(err.Error(), "--tls-key") {
		t.Errorf("a certificate without its key: %v", err)
	}
	if _, err := server.Listen("127.0.0.1:0", filepath.Join(dir, "none"), key, nil, slog.Default()); err == nil {
		t.Error("a certificate that is not there is taken")
	}
	l, err := server.Listen("127.0.0.1:0", certificate, key, http.NotFoundHandler(), slog.Default())
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- l.Serve() }()
	serial := func() int64 {
		t.Helper()
		conn, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	if n := serial(); n != 1 {
		t.Errorf("the certificate is number %d", n)
	}
	if err := l.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("Serve gives %v after Shutdown", err)
	}
}
