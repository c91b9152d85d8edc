package server

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the figures on requests.
type Metrics struct {
	requests *prometheus.HistogramVec
}

// NewMetrics registers the figures.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "surety_http_request_duration_seconds",
		Help:    "How long requests took, by method, part of the server and status.",
		Buckets: []float64{.005, .025, .1, .5, 1, 5, 30},
	}, []string{"method", "part", "status"})}
	registry.MustRegister(m.requests)
	return m
}

func (m *Metrics) observe(r *http.Request, status int, took time.Duration) {
	part := "pages"
	switch {
	case quiet(r):
		part = "health"
	case ofAPI(r.URL.Path):
		part = "api"
	}
	m.requests.WithLabelValues(method(r.Method), part, strconv.Itoa(status)).Observe(took.Seconds())
}

// method is one of the few that there are; a client may send any word.
func method(name string) string {
	switch name {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return name
	}
	return "other"
}
