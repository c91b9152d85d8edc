// Package server puts the parts of the assurance server behind one address:
// the API, the pages, and what says whether it is well. It bounds what a
// request may take, and logs each.
package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/server/api"
	"github.com/surety-cloud/surety/internal/server/auth"
)

// Options are the parts of a server.
type Options struct {
	API   *api.API
	Pages http.Handler
	// Ready is an error while the server cannot do its work.
	Ready func(context.Context) error
	// Proxies are believed when they say for whom they call.
	Proxies auth.Proxies
	// PublicURL is where users reach the server; may be empty.
	PublicURL string
	Log       *slog.Logger
	Metrics   *Metrics // may be nil
}

// New makes the handler of all requests.
func New(o Options) (http.Handler, error) {
	var origins []string
	if o.PublicURL != "" {
		origins = []string{strings.TrimSuffix(o.PublicURL, "/")}
	}
	refused := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/vnd.api+json")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintln(w, `{"errors":[{"status":403,"title":"Forbidden","detail":"the request came from another site; use an API key for requests of scripts"}]}`)
	})
	sameOrigin, err := auth.SameOrigin(refused, origins...)
	if err != nil {
		return nil, err
	}
	data := sameOrigin(auth.APIHeaders(o.Proxies)(o.API))
	pages := sameOrigin(auth.PageHeaders(o.Proxies)(o.Pages))
	health := auth.APIHeaders(o.Proxies)(o.health())
	return o.logged(o.recovered(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/healthz" || r.URL.Path == "/readyz":
			health.ServeHTTP(w, r)
		case ofAPI(r.URL.Path):
			data.ServeHTTP(w, r)
		default:
			pages.ServeHTTP(w, r)
		}
	}))), nil
}

// ofAPI tells whether a path is the API's. Clients that join a base ending in a
// slash with a path double the first slash, too.
func ofAPI(path string) bool {
	path = "/" + strings.TrimLeft(path, "/")
	for _, prefix := range api.Prefixes {
		if path == prefix || strings.HasPrefix(path, prefix+"/") {
			return true
		}
	}
	return false
}

// health answers /healthz (the process runs) and /readyz (it can do its work).
// They say nothing else: no key is needed for them.
func (o *Options) health() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		if r.URL.Path == "/readyz" {
			ctx, cancel := context.WithTimeout(r.Context(), readiness)
			defer cancel()
			if err := o.Ready(ctx); err != nil {
				o.Log.WarnContext(r.Context(), "not ready", "error", err)
				w.WriteHeader(http.StatusServiceUnavailable)
				fmt.Fprintln(w, "not ready; the log says why")
				return
			}
		}
		fmt.Fprintln(w, "ok")
	})
}

// readiness bounds the look at the database.
const readiness = 5 * time.Second

// recovered keeps a fault in one request from ending the server.
func (o *Options) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			fault := recover()
			if fault == nil {
				return
			}
			if err, ok := fault.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(fault) // asked for: the connection is to be cut
			}
			o.Log.ErrorContext(r.Context(), "a request panicked", "method", r.Method, "path", shown(r), "fault", fault, "stack", string(debug.Stack()))
			w.Header().Set("Content-Type", "application/vnd.api+json")
			w.WriteHeader(http.StatusInternalServerError)
			fmt.Fprintln(w, `{"errors":[{"status":500,"detail":"something went wrong in Surety; its log says what"}]}`)
		}()
		next.ServeHTTP(w, r)
	})
}

// logged logs each request: who asked for what, and how it went. The query and
// the body are not logged, nor the tokens in paths.
func (o *Options) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		id := rand.Text()[:12]
		w.Header().Set("X-Request-Id", id)
		answer := &recorder{ResponseWriter: w}
		// A client that does not read its answer does not keep it for ever. In a
		// test there is no connection that could be cut.
		_ = http.NewResponseController(w).SetWriteDeadline(start.Add(writeTime))
		defer func() {
			took := time.Since(start)
			if o.Metrics != nil {
				o.Metrics.observe(r, answer.code(), took)
			}
			if quiet(r) && answer.code() < 400 {
				return
			}
			o.Log.InfoContext(r.Context(), "request", "id", id, "method", r.Method, "path", shown(r), "status", answer.code(),
				"bytes", answer.bytes, "milliseconds", took.Milliseconds(), "client", o.Proxies.Client(r).String())
		}()
		next.ServeHTTP(answer, r)
	})
}

// quiet are the requests that machines make all the time.
func quiet(r *http.Request) bool { return r.URL.Path == "/healthz" || r.URL.Path == "/readyz" }

// shown is a path for the log. A one-time link is as good as a password, also
// with a slash too many, for which the browser is sent to the right path.
func shown(r *http.Request) string {
	const links = "welcome/"
	if before, rest, ok := strings.Cut(r.URL.Path, links); ok && rest != "" {
		return before + links + "…"
	}
	return r.URL.Path
}

// A recorder notes what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(data []byte) (int, error) {
	n, err := r.ResponseWriter.Write(data)
	r.bytes += int64(n)
	return n, err
}

func (r *recorder) code() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
