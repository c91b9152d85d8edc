package auth

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func TestSameOrigin(t *testing.T) {
	deny := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	middleware, err := SameOrigin(deny, "https://surety.example.com")
	if err != nil {
		t.Fatal(err)
	}
	handler := middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	key, _, _ := NewKey()
	for name, test := range map[string]struct {
		method  string
		headers map[string]string
		want    int
	}{
		"our page":                   {"POST", map[string]string{"Sec-Fetch-Site": "same-origin"}, 200},
		"typed address":              {"POST", map[string]string{"Sec-Fetch-Site": "none"}, 200},
		"another site":               {"POST", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"another host of the domain": {"POST", map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		"another site deletes":       {"DELETE", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"another site reads":         {"GET", map[string]string{"Sec-Fetch-Site": "cross-site"}, 200},
		"old browser, our page":      {"POST", map[string]string{"Origin": "http://example.com"}, 200},
		"old browser, another site":  {"POST", map[string]string{"Origin": "https://evil.example"}, 403},
		"old browser, no origin":     {"POST", map[string]string{"Origin": "null"}, 403},
		"our name at the proxy":      {"POST", map[string]string{"Origin": "https://surety.example.com"}, 200},
		"no browser":                 {"POST", nil, 200},
		"with a key":                 {"POST", map[string]string{"Authorization": "ApiKey " + key, "Sec-Fetch-Site": "cross-site"}, 200},
		"with a bearer key":          {"PATCH", map[string]string{"Authorization": "Bearer " + key, "Origin": "https://evil.example"}, 200},
		"with no real key":           {"POST", map[string]string{"Authorization": "ApiKey x", "Sec-Fetch-Site": "cross-site"}, 403},
		"with basic authentication":  {"POST", map[string]string{"Authorization": "Basic dTpw", "Sec-Fetch-Site": "cross-site"}, 403},
	} {
		r := httptest.NewRequest(test.method, "/v1/groups", nil)
		for name, value := range test.headers {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != test.want {
			t.Errorf("%s: %d, want %d", name, w.Code, test.want)
		}
	}
	for _, origin := range []string{"surety.example.com", "https://surety.example.com/path", ""} {
		if _, err := SameOrigin(nil, origin); err == nil {
			t.Errorf("the origin %q was taken", origin)
		}
	}
	bare, err := SameOrigin(nil)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	bare(handler).ServeHTTP(w, r)
	if w.Code != 403 {
		t.Errorf("without a handler of refusals: %d", w.Code)
	}
}

func TestClient(t *testing.T) {
	proxies, err := ParseProxies([]string{"10.0.0.0/8", " 2001:db8::7", "fd00::/8", "::ffff:172.16.0.0/108"})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		remote    string
		forwarded []string
		want      string // "" for none
	}{
		"direct":                       {"192.0.2.1:1234", nil, "192.0.2.1"},
		"direct, IPv6":                 {"[2001:db8::1]:1234", nil, "2001:db8::1"},
		"direct, pretending":           {"192.0.2.1:1234", []string{"198.51.100.7"}, "192.0.2.1"},
		"one proxy":                    {"10.0.0.7:1234", []string{"198.51.100.7"}, "198.51.100.7"},
		"one proxy, pretending":        {"10.0.0.7:1234", []string{"127.0.0.1, 198.51.100.7"}, "198.51.100.7"},
		"two proxies":                  {"10.0.0.7:1234", []string{"127.0.0.1, 198.51.100.7, 10.9.9.9"}, "198.51.100.7"},
		"pretending to be a proxy":     {"10.0.0.7:1234", []string{"127.0.0.1, 10.1.1.1, 198.51.100.7"}, "198.51.100.7"},
		"two headers":                  {"10.0.0.7:1234", []string{"127.0.0.1", "198.51.100.7,10.9.9.9"}, "198.51.100.7"},
		"a proxy with an IPv6 address": {"[2001:db8::7]:1234", []string{"2001:db8::1"}, "2001:db8::1"},
		"IPv4 in IPv6":                 {"[::ffff:10.0.0.7]:1234", []string{"::ffff:198.51.100.7"}, "198.51.100.7"},
		"a network of IPv4 in IPv6":    {"172.16.3.4:1234", []string{"198.51.100.7"}, "198.51.100.7"},
		"with a port":                  {"10.0.0.7:1234", []string{"198.51.100.7:4711"}, "198.51.100.7"},
		"IPv6 with a port":             {"10.0.0.7:1234", []string{"[2001:db8::1]:4711"}, "2001:db8::1"},
		"IPv6 in brackets":             {"10.0.0.7:1234", []string{"[2001:db8::1]"}, "2001:db8::1"},
		"only proxies":                 {"10.0.0.7:1234", []string{"10.0.0.1, 10.0.0.2"}, "10.0.0.1"},
		"no header":                    {"10.0.0.7:1234", nil, "10.0.0.7"},
		"empty header":                 {"10.0.0.7:1234", []string{""}, "10.0.0.7"},
		"no address":                   {"10.0.0.7:1234", []string{"198.51.100.7, unknown"}, "10.0.0.7"},
		"no address before the proxy":  {"10.0.0.7:1234", []string{"unknown, 10.9.9.9"}, "10.9.9.9"},
		"a long way":                   {"10.0.0.7:1234", []string{"198.51.100.7" + strings.Repeat(",10.9.9.9", 100)}, "10.9.9.9"},
		"a socket":                     {"@", []string{"198.51.100.7"}, ""},
		"nothing":                      {"", nil, ""},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = test.remote
		r.Header["X-Forwarded-For"] = test.forwarded
		want, _ := netip.ParseAddr(test.want)
		if got := proxies.Client(r); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "10.0.0.7:1"
	r.Header.Set("X-Forwarded-For", "198.51.100.7")
	if got := (Proxies{}).Client(r); got != netip.MustParseAddr("10.0.0.7") {
		t.Errorf("trusting nobody: %s", got)
	}
}

func TestParseProxiesRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"proxy.example.com": "neither a network", "": "neither a network", "10.0.0.0/33": "neither a network",
		"0.0.0.0/0": "is everybody", "::/0": "is everybody", "::ffff:0.0.0.0/96": "is everybody",
	} {
		if _, err := ParseProxies([]string{text}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestSecure(t *testing.T) {
	proxies, err := ParseProxies([]string{"10.0.0.0/8"})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		remote string
		tls    bool
		proto  []string
		want   bool
	}{
		"plain":              {"192.0.2.1:1", false, nil, false},
		"TLS":                {"192.0.2.1:1", true, nil, true},
		"pretending":         {"192.0.2.1:1", false, []string{"https"}, false},
		"a proxy, TLS":       {"10.0.0.7:1", false, []string{"HTTPS"}, true},
		"a proxy, plain":     {"10.0.0.7:1", false, []string{"http"}, false},
		"a proxy, silent":    {"10.0.0.7:1", false, nil, false},
		"appended":           {"10.0.0.7:1", false, []string{"https, http"}, false},
		"appended, TLS":      {"10.0.0.7:1", false, []string{"http", "https"}, true},
		"a proxy by TLS too": {"10.0.0.7:1", true, []string{"http"}, true},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = test.remote
		r.Header["X-Forwarded-Proto"] = test.proto
		if test.tls {
			r.TLS = &tls.ConnectionState{}
		}
		if got := proxies.Secure(r); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestHeaders(t *testing.T) {
	nothing := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	page := PageHeaders(Proxies{})(nothing)
	get := func(handler http.Handler, secure bool) http.Header {
		r := httptest.NewRequest("GET", "/", nil)
		if secure {
			r.TLS = &tls.ConnectionState{}
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Header()
	}
	policy := get(page, true).Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("the policy %q lacks %q", policy, part)
		}
	}
	if strings.ContainsAny(policy, "\r\n") || strings.Contains(policy, "unsafe") {
		t.Errorf("the policy is %q", policy)
	}

	api := APIHeaders(Proxies{})(nothing)
	for name, handler := range map[string]http.Handler{"page": page, "api": api} {
		header := get(handler, true)
		for field, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
			"Strict-Transport-Security": "max-age=31536000",
		} {
			if got := header.Get(field); got != want {
				t.Errorf("%s: %s: %q", name, field, got)
			}
		}
		if !strings.Contains(header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s: may be framed", name)
		}
		if got := get(handler, false).Get("Strict-Transport-Security"); got != "" {
			t.Errorf("%s: HSTS without TLS: %q", name, got)
		}
	}
}
