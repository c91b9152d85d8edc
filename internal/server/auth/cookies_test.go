package auth

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestSessionCookie(t *testing.T) {
	for secure, want := range map[bool]string{
		true:  "__Host-surety-session=abc; Path=/; HttpOnly; Secure; SameSite=Lax",
		false: "surety-session=abc; Path=/; HttpOnly; SameSite=Lax",
	} {
		if got := SessionCookie("abc", secure).String(); got != want {
			t.Errorf("secure %v: %s", secure, got)
		}
	}
	want := "__Host-surety-session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax"
	if got := EndSessionCookie(true).String(); got != want {
		t.Errorf("to forget: %s", got)
	}
}

func TestSessionFrom(t *testing.T) {
	for name, test := range map[string]struct {
		header string
		secure bool
		token  string
	}{
		"TLS":                {"__Host-surety-session=abc", true, "abc"},
		"plain":              {"a=b; surety-session=abc", false, "abc"},
		"no prefix over TLS": {"surety-session=abc", true, ""},
		"prefix over plain":  {"__Host-surety-session=abc", false, ""},
		"both over TLS":      {"surety-session=planted; __Host-surety-session=abc", true, "abc"},
		"two":                {"surety-session=planted; surety-session=abc", false, ""},
		"empty":              {"surety-session=", false, ""},
		"none":               {"", false, ""},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Cookie", test.header)
		if token, ok := SessionFrom(r, test.secure); token != test.token || ok != (test.token != "") {
			t.Errorf("%s: %q, %v", name, token, ok)
		}
	}
}

func TestSessionAlive(t *testing.T) {
	now := newClock().now()
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	for name, test := range map[string]struct {
		created, seen time.Time
		alive         bool
	}{
		"new":                  {now, now, true},
		"in use":               {ago(11 * time.Hour), ago(29 * time.Minute), true},
		"idle":                 {ago(time.Hour), ago(SessionIdle), false},
		"old":                  {ago(SessionLife), now, false},
		"seen before created":  {now, ago(time.Minute), false},
		"a clock a little off": {now.Add(time.Second), now.Add(time.Second), true},
		"from the future":      {now.Add(time.Hour), now.Add(time.Hour), false},
		"zero":                 {time.Time{}, time.Time{}, false},
	} {
		if got := SessionAlive(test.created, test.seen, now); got != test.alive {
			t.Errorf("%s: %v", name, got)
		}
	}
	if SessionTouch(ago(59*time.Second), now) || !SessionTouch(ago(time.Minute), now) {
		t.Error("a session is not noted once a minute")
	}
}
