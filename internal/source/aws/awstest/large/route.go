package large

import (
	_ "embed"
	"net/http"
	"net/url"
	"strings"
)

// routesText lists the reading operations of the services that tell their
// operations by method and path, as the services' API references give them: a
// line each with service, method, path and operation.
//
//go:embed routes.txt
var routesText string

type route struct {
	parts     []string // a label is in braces
	query     string   // a parameter that must be there
	operation string
}

// routes are the routes of one service by method and number of parts.
type routes map[routeKey][]route

type routeKey struct {
	method string
	parts  int
}

func readRoutes() map[string]routes {
	all := map[string]routes{}
	for line := range strings.Lines(routesText) {
		f := strings.Fields(line)
		if len(f) != 4 || f[0] == "#" {
			continue
		}
		path, query, _ := strings.Cut(f[2], "?")
		r := route{parts: split(path), query: query, operation: f[3]}
		if all[f[0]] == nil {
			all[f[0]] = routes{}
		}
		key := routeKey{f[1], len(r.parts)}
		all[f[0]][key] = append(all[f[0]][key], r)
	}
	return all
}

func split(path string) []string {
	return strings.Split(strings.Trim(path, "/"), "/")
}

// route finds the operation of a request by its method and path. One that the
// service has no route for is named by them.
func (s *Server) route(q *request, r *http.Request) string {
	if q.service.name == "s3" {
		return s.routeS3(q, r)
	}
	parts := split(q.path)
	for _, route := range q.service.routes[routeKey{q.method, len(parts)}] {
		if labels, ok := route.match(parts, q.form); ok {
			q.labels = labels
			return route.operation
		}
	}
	return q.method + " " + q.path
}

func (r route) match(parts []string, form url.Values) (map[string]string, bool) {
	for i, p := range r.parts {
		if p != parts[i] && !strings.HasPrefix(p, "{") {
			return nil, false
		}
	}
	if r.query != "" {
		name, value, _ := strings.Cut(r.query, "=")
		if !form.Has(name) || value != "" && form.Get(name) != value {
			return nil, false
		}
	}
	labels := map[string]string{}
	for i, p := range r.parts {
		if label, ok := strings.CutPrefix(p, "{"); ok {
			value, err := url.PathUnescape(parts[i])
			if err != nil {
				return nil, false
			}
			labels[strings.TrimSuffix(label, "}")] = value
		}
	}
	return labels, true
}
