package api_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/secretbox"
	"github.com/surety-cloud/surety/internal/server/api"
	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/store"
)

// BenchmarkChecks answers from an account with 100,000 checks, of all rules of
// the library, on SQLite: the whole as an export, and a page of 1000.
func BenchmarkChecks(b *testing.B) {
	key, err := secretbox.LoadOrCreate(filepath.Join(b.TempDir(), "key"))
	if err != nil {
		b.Fatal(err)
	}
	s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "surety.db"), store.Options{Key: key})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	library, set := knowledge()
	a := store.Account{Name: "large", Environment: "test", AWSID: "111122223333"}
	if err := s.AddAccount(b.Context(), &a); err != nil {
		b.Fatal(err)
	}
	id, err := s.BeginScan(b.Context(), a.Num, "bench", "manual", time.Hour)
	if err != nil {
		b.Fatal(err)
	}
	m := store.Merge{Account: a.Num, ScanID: id, Rules: map[string]string{}, Outcome: store.Complete}
	ids := library.IDs()
	for i := range 100_000 {
		r, err := library.Rule(ids[i%len(ids)])
		if err != nil {
			b.Fatal(err)
		}
		name := fmt.Sprintf("thing-%06d", i/len(ids))
		m.Rules[r.ID] = r.Resource
		m.Checks = append(m.Checks, store.Found{
			Rule: r.ID, Service: conformity.ServiceKey(r.Service), Region: "eu-central-1", Resource: name, Type: r.Resource,
			Status: store.Status(1 + i%3), Risk: 1 + i%5, Message: r.Title + ": " + name + " (eu-central-1) does not meet it",
		})
		m.Resources = append(m.Resources, store.Seen{
			Type: r.Resource, Region: "eu-central-1", Resource: name, ARN: "arn:aws:ec2:eu-central-1:111122223333:thing/" + name, Name: name,
			Tags: map[string]string{"Name": name, "team": "payments", "environment": "production"}, Doc: []byte("{}"),
		})
	}
	if _, err := s.Merge(b.Context(), &m); err != nil {
		b.Fatal(err)
	}
	server := api.New(api.Options{
		Store: s, Library: library, Standards: set, Log: slog.New(slog.DiscardHandler), Now: time.Now,
		Address: func(*http.Request) string { return "192.0.2.7" },
		Identify: func(*http.Request) (auth.Principal, error) {
			return auth.Principal{UserID: "u", Role: auth.RoleAdmin}, nil
		},
	})
	for _, test := range []struct{ name, path string }{
		{"export", "/v1/checks/export?accountIds=" + a.ID},
		{"json", "/v1/checks/export?format=json&accountIds=" + a.ID},
		{"xlsx", "/v1/checks/export?format=xlsx&accountIds=" + a.ID},
		{"csv", "/v1/checks/export?format=csv&accountIds=" + a.ID},
		{"page", "/v1/checks?page[size]=1000&accountIds=" + a.ID},
	} {
		b.Run(test.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w := &discard{header: http.Header{}}
				server.ServeHTTP(w, httptest.NewRequest("GET", test.path, nil))
				if w.status != http.StatusOK {
					b.Fatal(w.status)
				}
				b.ReportMetric(float64(w.size), "bytes")
			}
		})
	}
}

// A discard is an answer that nobody keeps.
type discard struct {
	header http.Header
	status int
	size   int64
}

func (d *discard) Header() http.Header    { return d.header }
func (d *discard) WriteHeader(status int) { d.status = status }
func (d *discard) Write(p []byte) (int, error) {
	n, err := io.Discard.Write(p)
	d.size += int64(n)
	return n, err
}
