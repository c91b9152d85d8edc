package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strings"
)

// hsts is a year, without the other hosts of the domain, which are not ours.
const hsts = "max-age=31536000"

// pagePolicy is the Content-Security-Policy of pages but for its nonce:
// nothing comes from elsewhere, and scripts and styles that stand in the page
// itself need the nonce.
const pagePolicy = "default-src 'none'; script-src 'self' 'nonce-%'; style-src 'self' 'nonce-%'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

type nonceKey struct{}

// Nonce is what a page puts into the attribute nonce of its own <script> and
// <style>; empty outside of PageHeaders.
func Nonce(ctx context.Context) string {
	nonce, _ := ctx.Value(nonceKey{}).(string)
	return nonce
}

// PageHeaders is a middleware that sets the security headers of web pages.
// Pages are not cached (they hold what only the signed-in may see); a handler
// of files that may be sets Cache-Control itself.
func PageHeaders(proxies Proxies) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			raw := make([]byte, 16)
			rand.Read(raw) // never fails: see crypto/rand
			nonce := base64.RawURLEncoding.EncodeToString(raw)
			setCommon(w.Header(), proxies.Secure(r))
			w.Header().Set("Content-Security-Policy", strings.ReplaceAll(pagePolicy, "%", nonce))
			w.Header().Set("X-Frame-Options", "DENY")
			w.Header().Set("Cross-Origin-Opener-Policy", "same-origin")
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), nonceKey{}, nonce)))
		})
	}
}

// APIHeaders is a middleware that sets the security headers of answers that
// are data: never cached, and never shown as a page.
func APIHeaders(proxies Proxies) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			setCommon(w.Header(), proxies.Secure(r))
			w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
			next.ServeHTTP(w, r)
		})
	}
}

func setCommon(header http.Header, secure bool) {
	header.Set("X-Content-Type-Options", "nosniff")
	// Not no-referrer: with that, forms of our own pages would be sent with
	// the origin null.
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Cache-Control", "no-store")
	if secure {
		header.Set("Strict-Transport-Security", hsts)
	}
}
