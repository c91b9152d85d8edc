package web_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
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
// each takes, how large it is, and what the API's part in it is.
//
// To hold: a median of 300 ms and 300 kB of HTML a page. The database is loaded
// once and kept in the cluster of SURETY_TEST_PGDATA until a migration changes.
// SURETY_BENCH_PAGES chooses pages by a part of their names.
func BenchmarkPages(b *testing.B) {
	if os.Getenv(pgtest.DataVariable) == "" {
		b.Skip("set " + pgtest.DataVariable + " to a directory with 25 GB free, for example: " + pgtest.DataVariable + "=/var/tmp/pg go test -bench Pages -benchtime 1x -run '^$' -timeout 2h ./internal/server/web")
	}
	s := newBenchSite(b)
	var rows []benchRow
	for _, p := range s.pages() {
		if strings.Contains(p.name, os.Getenv("SURETY_BENCH_PAGES")) {
			row := s.measure(p)
			b.Logf("%s: %d, %.0f ms", p.path, row.status, ms(row.median))
			rows = append(rows, row)
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
	calls   *timed
}

// A benchPage is a page to be asked for.
type benchPage struct{ name, path string }

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

// timed is the API, and what is asked of it.
type timed struct {
	http.Handler
	mutex    sync.Mutex
	calls    int
	took     time.Duration
	answered int
	slow     map[string]time.Duration
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
	if t.slow != nil {
		t.slow[r.URL.Path] = max(t.slow[r.URL.Path], took)
	}
}

type counter struct {
	http.ResponseWriter
	n int
}

func (c *counter) Write(data []byte) (int, error) {
	c.n += len(data)
	return c.ResponseWriter.Write(data)
}

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
	pages, err := web.New(web.Options{API: calls, Identify: identify, Library: library, Book: kb.New(library, set, kb.Options{}), Log: log, Now: now})
	if err != nil {
		b.Fatal(err)
	}
	mux := http.NewServeMux()
	pages.Register(mux)
	return &benchSite{b: b, handler: mux, calls: calls}
}

// A page is asked for so often, or as often as fits into the time.
const (
	runs     = 9
	runsTime = 4 * time.Second
)

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

// ids asks the API for the ids of some things.
func (s *benchSite) ids(path string) []string {
	w := httptest.NewRecorder()
	s.calls.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1"+path, nil).WithContext(s.b.Context()))
	var answer struct{ Data []struct{ ID string } }
	data, err := io.ReadAll(w.Body)
	if err == nil {
		err = json.Unmarshal(data, &answer)
	}
	if err != nil || len(answer.Data) == 0 {
		s.b.Fatalf("%s: %d %.300s %v", path, w.Code, data, err)
	}
	var ids []string
	for _, d := range answer.Data {
		ids = append(ids, d.ID)
	}
	return ids
}

// pages lists every page, and the ways in which the large ones are asked for.
func (s *benchSite) pages() []benchPage {
	accounts := s.ids("/accounts")
	account, fresh := accounts[len(accounts)/2], accounts[0]
	group, profiles, user := s.ids("/groups")[0], s.ids("/profiles"), s.ids("/users")[10]
	failing := s.ids("/checks?accountIds=" + account + "&filter[statuses]=FAILURE&filter[ruleIds]=EC2-075,S3-001,IAM-001&page[size]=1")[0]
	resource := s.ids("/resources?accountIds=" + account + "&page[size]=1")[0]
	list := []benchPage{
		{"dashboard", "/"},
		{"dashboard of a group", "/?group=" + group},
		{"dashboard of an account", "/?account=" + account},
		{"dashboard of an account just scanned", "/?account=" + fresh},
		{"check", "/checks/" + url.PathEscape(failing)},
		{"resource", "/resources/" + url.PathEscape(resource)},
		{"accounts", "/accounts"},
		{"accounts by failures, found by words", "/accounts?sort=failures&find=search"},
		{"account", "/accounts/" + account},
		{"account, scans", "/accounts/" + account + "/scans"},
		{"account, settings", "/accounts/" + account + "/settings"},
		{"account, access", "/accounts/" + account + "/access"},
		{"account, copy of its bot", "/accounts/" + account + "/bot/copy"},
		{"account, rules", "/accounts/" + account + "/rules"},
		{"account, a rule", "/accounts/" + account + "/rules/EC2-075"},
		{"new account", "/accounts/new"},
		{"new account, role", "/accounts/new/role"},
		{"new account, details", "/accounts/new/details"},
		{"groups", "/groups"},
		{"group", "/groups/" + group},
		{"new group", "/groups/new"},
		{"profiles", "/profiles"},
		{"profile", "/profiles/" + profiles[len(profiles)-1]},
		{"profile, rules to add", "/profiles/" + profiles[0] + "/add"},
		{"profile, a rule", "/profiles/" + profiles[0] + "/rules/EC2-075"},
		{"new profile", "/profiles/new"},
		{"apply a profile", "/profiles/apply"},
		{"standards", "/standards"},
		{"standards of an account", "/standards?account=" + account},
		{"new standard", "/standards/new"},
		{"templates", "/templates"},
		{"custom rules", "/custom-rules"},
		{"new custom rule", "/custom-rules/new"},
		{"users", "/users"},
		{"user", "/users/" + user},
		{"new user", "/users/new"},
		{"events", "/events"},
		{"events, page 1000", "/events?page=1000"},
		{"events of an account", "/events?account=" + account},
		{"events by name", "/events?name=*suppressed"},
		{"events of a day", "/events?since=2026-10-01&until=2026-10-01"},
		{"imports", "/imports"},
		{"new import", "/imports/new"},
		{"jobs", "/jobs"},
		{"knowledge base", "/knowledge-base/"},
		{"knowledge base, search", "/knowledge-base/?q=public+bucket"},
		{"knowledge base, index of the search", "/knowledge-base/search.json"},
		{"knowledge base, all rules", "/knowledge-base/aws/"},
		{"knowledge base, a service", "/knowledge-base/aws/ec2/"},
		{"knowledge base, a rule", s.page("EC2-075")},
		{"knowledge base, standards", "/knowledge-base/standards/"},
	}
	for _, id := range s.ids("/compliance-standards") {
		list = append(list,
			benchPage{"standard " + id, "/standards/" + id},
			benchPage{"standard " + id + " of an account", "/standards/" + id + "?account=" + account},
			benchPage{"standard " + id + ", to print", "/standards/" + id + "/print"},
			benchPage{"standard " + id + " in the knowledge base", "/knowledge-base/standards/" + id + ".html"},
		)
	}
	return append(list, s.checkPages(account, group)...)
}

// checkPages are the ways to ask for checks: each filter alone over all
// accounts, one account or a group, and other forms of the list.
func (s *benchSite) checkPages(account, group string) []benchPage {
	var list []benchPage
	add := func(name string, pairs ...string) {
		q := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			q.Set(pairs[i], pairs[i+1])
		}
		list = append(list, benchPage{"checks" + name, "/checks?" + q.Encode()})
	}
	deep := s.deep()
	add("")
	add(", deep", "after", deep, "page", "3000")
	add(" of a group", "group", group)
	add(" of an account", "account", account)
	for _, f := range [][2]string{
		{"statuses", "FAILURE"}, {"statuses", "UNKNOWN"}, {"riskLevels", "EXTREME"}, {"services", "S3"}, {"regions", "ap-south-1"}, {"categories", "sustainability"},
		{"compliances", "CIS-V8"}, {"ruleIds", "EC2-075"}, {"resourceTypes", "s3-bucket"}, {"resource", "r-0*"}, {"message", "node-77"}, {"tags", "team::t190"}, {"tags", "env::prod"},
		{"filterTags", "t19"}, {"text", "node-77"}, {"text", "there is none of this"}, {"newerThanDays", "1"}, {"olderThanDays", "30"}, {"createdDate", "1793318400000"}, {"suppressed", "true"},
	} {
		add(", "+f[0]+" "+f[1], "filter["+f[0]+"]", f[1])
	}
	add(", suppressed only", "filter[suppressed]", "true", "filter[suppressedFilterMode]", "v2")
	add(" of an account, text", "account", account, "filter[text]", "node-77")
	add(" of an account, tag", "account", account, "filter[tags]", "team::t1")
	add(", region, status and risk", "filter[regions]", "ap-south-1", "filter[statuses]", "FAILURE", "filter[riskLevels]", "EXTREME")
	for _, by := range []string{"rule", "resource", "standard"} {
		add(" by "+by, "by", by)
		add(" by "+by+" of an account", "by", by, "account", account)
	}
	add(" by resource, text", "by", "resource", "filter[text]", "node-77")
	add(" by resource, text that is nowhere", "by", "resource", "filter[text]", "there is none of this")
	add(" by resource, tag", "by", "resource", "filter[tags]", "team::t190")
	return list
}

// page is the path of a rule's page in the knowledge base.
func (s *benchSite) page(rule string) string {
	library, set := knowledge()
	e, ok := kb.New(library, set, kb.Options{}).Entry(rule)
	if !ok {
		s.b.Fatalf("there is no page of %s", rule)
	}
	return e.Path
}

// deep is a place in the list of checks far from its beginning.
func (s *benchSite) deep() string {
	w := httptest.NewRecorder()
	s.calls.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1/checks?accountIds=all&page[size]=50&page[number]=150000", nil).WithContext(s.b.Context()))
	var answer struct{ Meta struct{ Next string } }
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer.Meta.Next == "" {
		s.b.Fatalf("no place in the list: %v %.300s", err, w.Body)
	}
	return answer.Meta.Next
}
