package auth

import (
	"net/http"
	"time"
)

// The life of a session, as NIST SP 800-63B (2017) section 4.2.3 has it for
// its second assurance level: to sign in again after half an hour of doing
// nothing, and after twelve hours in any case.
const (
	SessionIdle = 30 * time.Minute
	SessionLife = 12 * time.Hour
)

// touchEvery is how often the last use of a session is written down.
const touchEvery = time.Minute

// SessionAlive tells whether a session may still be used that was created and
// last seen at these times. One from the future is none.
func SessionAlive(created, seen, now time.Time) bool {
	if created.After(now.Add(touchEvery)) || seen.Before(created) {
		return false
	}
	return now.Sub(seen) < SessionIdle && now.Sub(created) < SessionLife
}

// SessionTouch tells whether a session that was last seen at this time should
// be noted as seen now: once a minute will do, so that reading a page is not a
// write.
func SessionTouch(seen, now time.Time) bool { return now.Sub(seen) >= touchEvery }

const sessionName = "surety-session"

// SessionCookie carries the token of a session (see [NewToken]). Secure is
// [Proxies.Secure] of the request. The browser forgets it when it is closed.
func SessionCookie(token string, secure bool) *http.Cookie {
	return newCookie(sessionName, token, secure)
}

// EndSessionCookie makes the browser forget the session.
func EndSessionCookie(secure bool) *http.Cookie {
	return endCookie(sessionName, secure)
}

// SessionFrom is the session's token in a request; false when there is none,
// or more than one, of which one was planted.
func SessionFrom(r *http.Request, secure bool) (token string, ok bool) {
	return cookieValue(r, sessionName, secure)
}

// newCookie is a cookie that scripts cannot read and that other sites' forms
// do not send. Over TLS the prefix __Host- keeps other hosts of the domain, and
// plain HTTP, from setting it.
// https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
func newCookie(name, value string, secure bool) *http.Cookie {
	return &http.Cookie{
		Name: cookieName(name, secure), Value: value, Path: "/",
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	}
}

func endCookie(name string, secure bool) *http.Cookie {
	cookie := newCookie(name, "", secure)
	cookie.MaxAge = -1
	return cookie
}

func cookieValue(r *http.Request, name string, secure bool) (string, bool) {
	cookies := r.CookiesNamed(cookieName(name, secure))
	if len(cookies) != 1 || cookies[0].Value == "" {
		return "", false
	}
	return cookies[0].Value, true
}

func cookieName(name string, secure bool) string {
	if secure {
		return "__Host-" + name
	}
	return name
}
