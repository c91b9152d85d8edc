package large

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"maps"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Options say what the account is like. The zero value is the account that the
// benchmark scans.
type Options struct {
	// Seed makes up another account of the same size.
	Seed uint64
	// Account is the account's number; by default 123456789012.
	Account string
	// Now is the moment at which the account is looked at; ages are counted
	// from it. By default it is a fixed day, so that answers do not change.
	Now time.Time
	// Latency is how long a call takes, 30 ms by default; below zero none.
	Latency time.Duration
	// Unlimited answers every call, whatever AWS's limits.
	Unlimited bool
}

// DefaultNow is the moment at which the account is looked at by default.
var DefaultNow = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

// Server is the account behind an endpoint. It is an http.Handler, and an
// http.RoundTripper and an SDK's HTTP client that needs no socket; all of it may
// be used from many goroutines.
type Server struct {
	account   *account
	services  map[string]*service
	latency   time.Duration
	unlimited bool
	ledger    ledger
	kept      kept
	requests  atomic.Uint64
	clock     func() time.Time
	// held counts who has each managed policy; it is counted once.
	held func() map[string]int
}

var (
	_ http.Handler      = (*Server)(nil)
	_ http.RoundTripper = (*Server)(nil)
)

// New makes a server.
func New(o Options) *Server {
	if o.Account == "" {
		o.Account = "123456789012"
	}
	if o.Now.IsZero() {
		o.Now = DefaultNow
	}
	if o.Latency == 0 {
		o.Latency = 30 * time.Millisecond
	}
	s := &Server{
		account:   newAccount(o.Account, o.Seed, o.Now),
		services:  services(),
		latency:   max(o.Latency, 0),
		unlimited: o.Unlimited,
		clock:     time.Now,
	}
	s.held = sync.OnceValue(s.account.holders)
	s.ledger.reset()
	return s
}

// answer is what is sent back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// ServeHTTP answers a request that came over a socket.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, err := s.do(r)
	if err != nil {
		return // the client has gone
	}
	for k, v := range a.header {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(a.body) // a client that has gone is not the server's to tell
	}
}

// RoundTrip answers a request without a socket, whatever host it is for.
func (s *Server) RoundTrip(r *http.Request) (*http.Response, error) {
	a, err := s.do(r)
	if r.Body != nil {
		_ = r.Body.Close()
	}
	if err != nil {
		return nil, err
	}
	body := a.body
	if r.Method == http.MethodHead {
		body = nil
	}
	return &http.Response{
		Status:        strconv.Itoa(a.status) + " " + http.StatusText(a.status),
		StatusCode:    a.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        a.header,
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       r,
	}, nil
}

// Client is an HTTP client whose every request this server answers.
func (s *Server) Client() *http.Client { return &http.Client{Transport: s} }

// do answers a request after the latency of a call. Whether there is a token for
// it is settled when it arrives, and a call that is throttled takes as long.
func (s *Server) do(r *http.Request) (answer, error) {
	arrived := s.clock()
	a := s.think(r, arrived)
	if err := wait(r.Context(), s.latency-s.clock().Sub(arrived)); err != nil {
		return answer{}, err
	}
	return a, nil
}

func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// think settles the answer to a request that arrived at a moment.
func (s *Server) think(r *http.Request, now time.Time) answer {
	q, f := s.recognise(r)
	if f == nil && !s.ledger.admit(q, now, s.unlimited) {
		f = q.service.throttled()
	}
	if f != nil {
		return s.sent(failed(q, f, http.Header{}), now)
	}
	a, ok := s.kept.get(q.key)
	if !ok {
		a = s.make(q)
	}
	return s.sent(a, now)
}

// make makes up the answer to a request, and keeps it when it can.
func (s *Server) make(q *request) answer {
	c := &call{account: s.account, request: q, w: q.encoder(), server: s, header: http.Header{}}
	operate, ok := q.service.operations[q.operation]
	if !ok {
		s.ledger.miss(q.service.name + " " + q.operation)
		operate, c.fleeting = nothing, true
	}
	if f := operate(c); f != nil {
		return failed(q, f, c.header)
	}
	a := answer{status: http.StatusOK, header: c.header, body: q.finish(c.w)}
	a.header.Set("Content-Type", cmp.Or(c.plainText, q.contentType()))
	if !c.fleeting {
		s.kept.put(q.key, a)
	}
	return a
}

func failed(q *request, f *fault, header http.Header) answer {
	a := answer{status: f.status, header: header, body: f.body(q, header)}
	a.header.Set("Content-Type", q.contentType())
	return a
}

// sent gives an answer the headers that every answer has of its own.
func (s *Server) sent(a answer, now time.Time) answer {
	header := make(http.Header, len(a.header)+2)
	maps.Copy(header, a.header)
	id := strconv.FormatUint(s.requests.Add(1), 16)
	header.Set("X-Amzn-Requestid", "00000000-0000-4000-8000-"+"000000000000"[:max(12-len(id), 0)]+id)
	header.Set("Date", now.UTC().Format(http.TimeFormat))
	a.header = header
	return a
}
