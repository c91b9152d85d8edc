package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Prefixes are where the API stands, for the clients of all ages.
var Prefixes = []string{"/v1", "/api", "/beta/c1/conformity"}

// newMux routes requests whose path is canonical.
func (a *API) newMux() *http.ServeMux {
	mux := http.NewServeMux()
	for i := range a.routes {
		route := &a.routes[i]
		mux.Handle(route.Method+" "+route.Path, a.serve(route))
	}
	return mux
}

// ServeHTTP answers a request. Its path is taken as clients write it: slashes
// may be doubled, one may stand at the end, and an id may hold slashes,
// escaped or not; a redirect would turn their POST into a GET.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, ok := below(r.URL.EscapedPath())
	if !ok {
		a.fail(w, r, NotFound("the API stands below %s", Prefixes[0]))
		return
	}
	path = canonical(path)
	decoded, err := url.PathUnescape(path)
	if err != nil {
		a.fail(w, r, BadRequest("the path is not escaped as it should be: %v", err))
		return
	}
	if !storable(decoded) || !storableQuery(r.URL) {
		a.fail(w, r, BadRequest("the path and the query have to be text in UTF-8, without the character NUL"))
		return
	}
	clean := r.Clone(r.Context())
	clean.URL.Path, clean.URL.RawPath = decoded, path
	handler, pattern := a.mux.Handler(clean)
	if pattern == "" {
		a.fail(w, r, a.unknown(clean, handler))
		return
	}
	a.mux.ServeHTTP(w, clean)
}

// storable tells whether a text can be looked for in every database.
func storable(text string) bool { return utf8.ValidString(text) && strings.IndexByte(text, 0) < 0 }

func storableQuery(u *url.URL) bool {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return true // what is not understood counts as absent
	}
	for name, values := range query {
		if !storable(name) || slices.ContainsFunc(values, func(v string) bool { return !storable(v) }) {
			return false
		}
	}
	return true
}

// below takes the prefix off a path.
func below(path string) (string, bool) {
	for _, prefix := range Prefixes {
		if rest, ok := strings.CutPrefix(path, prefix); ok && (rest == "" || rest[0] == '/') {
			return rest, true
		}
	}
	return "", false
}

// whole are the collections whose ids may hold slashes: everything after the
// name is the id.
var whole = []string{"checks", "resources", "users", "settings/communication", "settings", "report-configs"}

// canonical writes an escaped path as the routes have it.
func canonical(path string) string {
	var parts []string
	for _, part := range strings.Split(path, "/") {
		if part != "" {
			parts = append(parts, part)
		}
	}
	short := "/" + strings.Join(parts, "/")
	for _, collection := range whole {
		depth := strings.Count(collection, "/") + 1
		if len(parts) <= depth || strings.Join(parts[:depth], "/") != collection {
			continue
		}
		// Doubled slashes inside the id are part of it.
		rest := path
		for _, part := range parts[:depth] {
			rest = strings.TrimLeft(rest, "/")[len(part):]
		}
		id := strings.TrimSuffix(strings.TrimLeft(rest, "/"), "/")
		for _, below := range whole {
			if strings.HasPrefix(below, collection+"/") && strings.HasPrefix(collection+"/"+id, below+"/") {
				id = "" // a longer name fits
			}
		}
		if id != "" {
			return "/" + collection + "/" + strings.ReplaceAll(id, "/", "%2F")
		}
	}
	return short
}

// unknown is the error for a path that has no route, or not by this method.
func (a *API) unknown(r *http.Request, handler http.Handler) *Error {
	answer := &recorder{header: http.Header{}}
	handler.ServeHTTP(answer, r)
	if answer.status == http.StatusMethodNotAllowed {
		return Errorf(http.StatusMethodNotAllowed, "%s is not possible here; possible: %s", r.Method, answer.header.Get("Allow"))
	}
	return NotFound("there is no %s; %s/openapi.json lists what there is", r.URL.Path, Prefixes[0])
}

// A recorder keeps the status of an answer.
type recorder struct {
	header http.Header
	status int
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) Write(b []byte) (int, error) { return len(b), nil }
func (r *recorder) WriteHeader(status int)      { r.status = status }
