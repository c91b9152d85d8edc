package web_test

import (
	"net/http"
	"slices"
	"sync"
)

// An askedCall is one that a page made of the API, and how it was answered.
type askedCall struct {
	Method, Path string
	Status       int
}

// Changed tells whether the call may have changed something.
func (c askedCall) Changed() bool { return c.Method != http.MethodGet && c.Status < 300 }

// askedCalls keeps calls of the API.
type askedCalls struct {
	mu   sync.Mutex
	list []askedCall
	// hurried has every search end with the account that it begins with, and
	// no total counted in time.
	hurried bool
}

// note keeps every call that an API answers.
func (a *askedCalls) note(api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if q := r.URL.Query(); a.hurried && q.Get("page[size]") != "" {
			if !q.Has("page[after]") {
				http.Error(w, "", http.StatusServiceUnavailable)
				return
			}
			q.Set("page[within]", "0")
			r = r.Clone(r.Context())
			r.URL.RawQuery = q.Encode()
		}
		said := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		api.ServeHTTP(said, r)
		a.mu.Lock()
		defer a.mu.Unlock()
		a.list = append(a.list, askedCall{r.Method, r.URL.EscapedPath(), said.status})
	})
}

// take gives the calls made since it was called last.
func (a *askedCalls) take() []askedCall {
	a.mu.Lock()
	defer a.mu.Unlock()
	list := slices.Clone(a.list)
	a.list = nil
	return list
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}
