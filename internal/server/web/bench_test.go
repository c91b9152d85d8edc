package web_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/secretbox"
	"github.com/surety-cloud/surety/internal/server/api"
	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/server/web"
	"github.com/surety-cloud/surety/internal/store"
	"github.com/surety-cloud/surety/internal/store/pgtest"
)

// BenchmarkPages asks for every page on a PostgreSQL with ten million checks of
// 500 accounts, as an administrator who sees all of them, and prints how long
// each takes, what it takes of the processors (here and in the database), how
// large its HTML is, which is not compressed, and what the API's part in it is:
// the calls, their times together and the JSON that goes back and forth.
//
// To hold: a median of 300 ms and 300 kB a page. On two cores of a shared
// virtual machine: the dashboard 170 ms, a page of checks of all accounts 150 to
// 180, of one account 25, a search that finds nothing 260 (of which it looks for
// 200, and says what is left), a standard 100, the audit log 80; the slowest are
// a million events by a pattern that all meet, 280 to 420. The largest is a
// standard in the knowledge base, 281 kB; none of the others is above 230.
//
// The database is loaded once, which takes 15 minutes and 11 GB, and kept in the
// cluster of SURETY_TEST_PGDATA until a migration changes. SURETY_BENCH_PAGES
// chooses pages by a part of their names.
func BenchmarkPages(b *testing.B) {
	if os.Getenv(pgtest.DataVariable) == "" {
		b.Skip("set " + pgtest.DataVariable + " to a directory with 20 GB free, for example: " + pgtest.DataVariable + "=/var/tmp/pg go test -bench Pages -benchtime 1x -run '^$' -timeout 2h ./internal/server/web")
	}
	s := newBenchSite(b)
	var rows []benchRow
	for _, p := range s.pages() {
		if strings.Contains(p.name, os.Getenv("SURETY_BENCH_PAGES")) {
			rows = append(rows, s.measure(p))
		}
	}
	slices.SortStableFunc(rows, func(a, b benchRow) int { return cmp.Compare(b.used, a.used) })
	fmt.Printf("%-46s %6s %9s %9s %7s %9s %8s %9s %5s %9s %8s\n", "page", "status", "median ms", "worst ms", "CPU ms", "HTML kB", "alloc MB", "allocs", "calls", "in API ms", "JSON kB")
	for _, r := range rows {
		fmt.Printf("%-46s %6d %9.1f %9.1f %7.1f %9.1f %8.1f %9d %5d %9.1f %8.1f\n", r.name, r.status, ms(r.median), ms(r.worst), ms(r.used), float64(r.bytes)/1000,
			float64(r.allocated)/1e6, r.allocations, r.calls, ms(r.called), float64(r.answered)/1000)
	}
	b.ReportMetric(0, "ns/op")
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// A benchSite is the pages on the database, and ids of what is in it.
type benchSite struct {
	b       *testing.B
	handler http.Handler
	book    *kb.Book
	calls   *timed
}

// A benchRow is what one page takes.
type benchRow struct {
	benchPage
	status                 int
	median, worst          time.Duration
	used                   time.Duration // of processors, by this process and the database
	bytes                  int
	allocated, allocations uint64
	calls                  int
	called                 time.Duration // all calls together, that go on at one time too
	answered               int           // bytes of JSON
}

// timed is the API, and how much is asked of it.
type timed struct {
	http.Handler
	mutex    sync.Mutex
	calls    int
	took     time.Duration
	answered int
}

func (t *timed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	counted := &counter{ResponseWriter: w}
	start := time.Now()
	t.Handler.ServeHTTP(counted, r)
	took := time.Since(start)
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.calls++
	t.took += took
	t.answered += counted.n
}

// A counter counts what is written.
type counter struct {
	http.ResponseWriter
	n int
}

func (c *counter) Write(data []byte) (int, error) {
	c.n += len(data)
	return c.ResponseWriter.Write(data)
}

// newBenchSite opens the database, and loads it where that was not done yet.
func newBenchSite(b *testing.B) *benchSite {
	cluster, stop := pgtest.Start(b)
	b.Cleanup(stop)
	// The same for every run: what it seals is kept in the database.
	sum := sha256.Sum256([]byte("BenchmarkPages"))
	b.Setenv("SURETY_BENCH_KEY", base64.StdEncoding.EncodeToString(sum[:]))
	key, err := secretbox.FromEnv("SURETY_BENCH_KEY")
	if err != nil {
		b.Fatal(err)
	}
	clock := benchNow
	s, err := store.Open(b.Context(), benchDatabase(b, cluster), store.Options{Key: key, Now: func() time.Time { return clock }})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	newLoader(b, s, &clock).load()
	users, err := s.Users(b.Context())
	if err != nil || len(users) == 0 {
		b.Fatalf("there are no users: %v", err)
	}
	who := auth.Principal{UserID: users[0].ID, Email: users[0].Email, Role: auth.RoleAdmin}
	identify := func(*http.Request) (auth.Principal, error) { return who, nil }
	library, set := knowledge()
	log := slog.New(slog.NewTextHandler(b.Output(), nil))
	now := func() time.Time { return benchNow }
	calls := &timed{Handler: api.New(api.Options{
		Store: s, Library: library, Standards: set, Queue: queue{}, Log: log, Now: now, Identify: identify,
		Address: func(*http.Request) string { return "192.0.2.7" },
	})}
	book := kb.New(library, set, kb.Options{})
	pages, err := web.New(web.Options{API: calls, Identify: identify, Library: library, Book: book, Log: log, Now: now})
	if err != nil {
		b.Fatal(err)
	}
	mux := http.NewServeMux()
	pages.Register(mux)
	return &benchSite{b: b, handler: mux, calls: calls, book: book}
}

// A page is asked for so often, or as often as fits into the time.
const (
	runs     = 9
	runsTime = 4 * time.Second
)

// measure asks for a page some times.
func (s *benchSite) measure(p benchPage) benchRow {
	row := benchRow{benchPage: p}
	once := func() (took time.Duration) {
		r := httptest.NewRequest(http.MethodGet, p.path, nil).WithContext(s.b.Context())
		w := httptest.NewRecorder()
		start := time.Now()
		s.handler.ServeHTTP(w, r)
		took = time.Since(start)
		row.status, row.bytes = w.Code, w.Body.Len()
		return took
	}
	once() // what is made once for the process, and what the database keeps in memory
	var times []time.Duration
	var before, after runtime.MemStats
	s.calls.calls, s.calls.took, s.calls.answered = 0, 0, 0
	used := processorTime()
	runtime.ReadMemStats(&before)
	for began := time.Now(); len(times) == 0 || len(times) < runs && time.Since(began) < runsTime; {
		times = append(times, once())
	}
	runtime.ReadMemStats(&after)
	n := len(times)
	row.used = (processorTime() - used) / time.Duration(n)
	row.allocated, row.allocations = (after.TotalAlloc-before.TotalAlloc)/uint64(n), (after.Mallocs-before.Mallocs)/uint64(n)
	row.calls, row.called, row.answered = s.calls.calls/n, s.calls.took/time.Duration(n), s.calls.answered/n
	slices.Sort(times)
	row.median, row.worst = times[n/2], times[n-1]
	return row
}
