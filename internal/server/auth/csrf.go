package auth

import (
	"fmt"
	"net/http"
)

// SameOrigin is a middleware that keeps other sites from changing anything
// through a visitor's browser (cross-site request forgery): a request other
// than GET, HEAD and OPTIONS must come from one of our own pages, or from no
// browser at all. It protects only where those three change nothing.
//
// A request with an API key (see [ParseAuthorization]) is exempt, since no
// browser adds one by itself. Such a request must not be taken for that of a
// session even when its key is wrong.
//
// Origins ("https://surety.example.com") are those under which the server is
// reached, for old browsers behind a proxy that changes the header Host. Deny
// answers what is refused; nil means a bare 403.
func SameOrigin(deny http.Handler, origins ...string) (func(http.Handler) http.Handler, error) {
	protection := http.NewCrossOriginProtection()
	for _, origin := range origins {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("the origin %q is not understood; it looks like https://surety.example.com: %w", origin, err)
		}
	}
	protection.SetDenyHandler(deny)
	return func(next http.Handler) http.Handler {
		protected := protection.Handler(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, _, ok := ParseAuthorization(r.Header.Get("Authorization")); ok {
				next.ServeHTTP(w, r)
				return
			}
			protected.ServeHTTP(w, r)
		})
	}, nil
}
