package auth

import "net/http"

// hsts is a year, without the other hosts of the domain, which are not ours.
const hsts = "max-age=31536000"

// pagePolicy is the Content-Security-Policy of pages: nothing comes from
// elsewhere, and nothing that stands in a page itself is run or styles it.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// PageHeaders is a middleware that sets the security headers of web pages.
// Pages are not cached (they hold what only the signed-in may see); a handler
// of files that may be sets Cache-Control itself.
func PageHeaders(proxies Proxies) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			setCommon(w.Header(), proxies.Secure(r))
			w.Header().Set("Content-Security-Policy", pagePolicy)
			w.Header().Set("X-Frame-Options", "DENY")
			w.Header().Set("Cross-Origin-Opener-Policy", "same-origin")
			next.ServeHTTP(w, r)
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
