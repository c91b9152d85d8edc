package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/store"
)

// What the database of BenchmarkPages holds.
const (
	benchAccounts  = 500
	benchChecks    = 20_000 // of each account
	benchRescanned = 100    // accounts that were scanned again within the last day
	benchEvents    = 1_000_000
	benchUsers     = 1_000
	benchGroups    = 50
	benchProfiles  = 20
)

// benchNow is the time on the pages of BenchmarkPages.
var benchNow = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// benchDatabase is the database of the tables as they are now; it is made where
// it is not there, and one of older tables is dropped.
func benchDatabase(b *testing.B, cluster string) string {
	files, err := filepath.Glob("../../store/migrations/*.sql")
	if err != nil || len(files) == 0 {
		b.Fatalf("the migrations are not there: %v", err)
	}
	tables := sha256.New()
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		tables.Write(text)
	}
	name := "pages_ten_million_" + hex.EncodeToString(tables.Sum(nil)[:4])
	conn, err := pgx.Connect(b.Context(), cluster)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(b.Context())
	rows, err := conn.Query(b.Context(), `SELECT datname FROM pg_database WHERE datname LIKE 'pages\_ten\_million\_%'`)
	if err != nil {
		b.Fatal(err)
	}
	there, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		b.Fatal(err)
	}
	for _, old := range there {
		if old != name {
			if _, err := conn.Exec(b.Context(), "DROP DATABASE "+pgx.Identifier{old}.Sanitize()); err != nil {
				b.Fatal(err)
			}
		}
	}
	if !slices.Contains(there, name) {
		if _, err := conn.Exec(b.Context(), "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()); err != nil {
			b.Fatal(err)
		}
	}
	return strings.Replace(cluster, "/postgres", "/"+name, 1)
}

// A loader fills the database, as far as it is not filled yet.
type loader struct {
	*testing.B
	store *store.Store
	clock *time.Time // of the store
	kinds []benchKind
	byID  map[string]*rule.Rule
}

// A benchKind is a type of resource with the rules that judge it.
type benchKind struct {
	typ   string
	rules []*rule.Rule
}

// newLoader knows the rules of the library by the types that they judge, the
// types with the most rules first.
func newLoader(b *testing.B, s *store.Store, clock *time.Time) *loader {
	library, _ := knowledge()
	l := &loader{B: b, store: s, clock: clock, byID: map[string]*rule.Rule{}}
	types := map[string]bool{}
	for _, id := range library.IDs() {
		types[library.TypeOf(id)] = true
	}
	for typ := range types {
		kind := benchKind{typ: typ}
		for _, id := range library.ForType(typ) {
			r, err := library.Rule(id)
			if err != nil {
				b.Fatal(err)
			}
			if r.Deprecated == "" {
				kind.rules = append(kind.rules, r)
				l.byID[id] = r
			}
		}
		if len(kind.rules) > 0 {
			l.kinds = append(l.kinds, kind)
		}
	}
	slices.SortFunc(l.kinds, func(a, b benchKind) int {
		if d := len(b.rules) - len(a.rules); d != 0 {
			return d
		}
		return strings.Compare(a.typ, b.typ)
	})
	return l
}

// load scans the accounts that are not there yet, and writes what users did.
func (l *loader) load() {
	ctx := l.Context()
	there, err := l.store.Accounts(ctx)
	if err != nil {
		l.Fatal(err)
	}
	done := 0
	for _, a := range there {
		if !a.LastScan.IsZero() { // or loading ended in the midst of it
			done++
		}
	}
	for i := len(there); done < benchAccounts; i++ {
		*l.clock = benchNow.Add(-40 * 24 * time.Hour)
		// Without a secret: the next run has another key.
		a := store.Account{
			Name: fmt.Sprintf("%s platform %d", []string{"payments", "search", "web shop", "data lake", "identity"}[i%5], i+1), Environment: []string{"Production", "Staging", "Test"}[i%3],
			AWSID: fmt.Sprintf("%012d", i+1), Tags: []string{fmt.Sprintf("team-%d", i%benchGroups), "all"}, Packages: map[string]bool{"securityPackage": true},
		}
		if err := l.store.AddAccount(ctx, &a); err != nil {
			l.Fatal(err)
		}
		*l.clock = benchNow.Add(-48 * time.Hour)
		merge := l.scan(i)
		l.merge(a.Num, merge, store.Complete)
		suppressed := store.CheckFilter{Rules: []string{merge.Checks[i%len(merge.Checks)].Rule}}
		if _, err := l.store.SuppressAll(ctx, a.Num, &suppressed, &store.Suppression{Suppressed: true, By: "bench", Note: "Accepted."}, false); err != nil {
			l.Fatal(err)
		}
		if i < benchRescanned {
			*l.clock = benchNow.Add(-2*time.Hour + time.Duration(i)*time.Minute)
			for k := range merge.Checks {
				if c := &merge.Checks[k]; k%100 == 0 && c.Status != store.Unknown {
					c.Status = 3 - c.Status // failures succeed, and the other way round
				}
			}
			l.merge(a.Num, merge, store.Partial)
		}
		done++
		if i%50 == 49 {
			l.Logf("%d accounts are loaded", i+1)
		}
	}
	l.people()
	*l.clock = benchNow
}

// scan is what a scan of an account finds, as skewed as real accounts are: few
// types, regions and tags have most of the checks.
func (l *loader) scan(account int) *store.Merge {
	random := rand.New(rand.NewPCG(uint64(account), 7))
	regions := []string{
		"us-east-1", "eu-west-1", "us-west-2", "global", "eu-central-1", "ap-southeast-2", "us-east-2", "ap-northeast-1", "sa-east-1",
		"eu-north-1", "ca-central-1", "ap-south-1", "eu-west-2", "eu-west-3", "us-west-1", "ap-northeast-2", "ap-southeast-1",
	}
	// An account is at home in a few regions, and has something in all.
	random.Shuffle(len(regions)-1, func(i, j int) { regions[i+1], regions[j+1] = regions[j+1], regions[i+1] })
	region := rand.NewZipf(random, 2.2, 1, uint64(len(regions)-1))
	kinds := rand.NewZipf(random, 1.2, 4, uint64(len(l.kinds)-1))
	team := rand.NewZipf(random, 1.2, 1, 199)
	properties := `{"Text":"` + strings.Repeat("configuration ", 60) + `","Enabled":true,"List":["a","b"],"Nested":{"Name":"value","Count":3}}`
	m := &store.Merge{Rules: map[string]string{}, Counts: map[string]int64{}}
	for id, r := range l.byID {
		m.Rules[id] = r.Resource
	}
	for n := 0; len(m.Checks) < benchChecks; n++ {
		// Each type once, then by how frequent it is.
		k := n
		if n >= len(l.kinds) {
			k = int(kinds.Uint64())
		}
		kind := l.kinds[k]
		id := fmt.Sprintf("r-%08x%08x", random.Uint32(), n)
		name := fmt.Sprintf("node-%d", n)
		r := store.Seen{
			Type: kind.typ, Region: regions[region.Uint64()], Resource: id, ARN: "arn:aws:ec2:us-east-1:111122223333:thing/" + id, Name: name,
			Doc:  []byte(`{"type":"` + kind.typ + `","properties":` + properties + `}`),
			Tags: map[string]string{"team": fmt.Sprintf("t%d", team.Uint64()), "env": []string{"prod", "prod", "test", "dev"}[random.IntN(4)], "Name": name},
		}
		m.Resources = append(m.Resources, r)
		for _, held := range kind.rules {
			m.Checks = append(m.Checks, store.Found{
				Rule: held.ID, Service: conformity.ServiceKey(held.Service), Region: r.Region, Resource: id, Type: kind.typ, Risk: held.Risk.Level(),
				Status:  benchStatus(random, held.ID),
				Message: fmt.Sprintf("%s (%s) does not meet what is asked of it: %s", name, id, held.Title),
			})
			if c := &m.Checks[len(m.Checks)-1]; c.Status == store.Unknown {
				c.Reason = "AccessDenied: the role may not make the call"
			}
		}
	}
	m.Checks = m.Checks[:benchChecks]
	m.Counts["resources"] = int64(len(m.Resources))
	return m
}

// benchStatus is the status of a check: most rules are met everywhere, and what
// cannot be told is what one call was denied for.
func benchStatus(random *rand.Rand, id string) store.Status {
	sum := sha256.Sum256([]byte(id))
	fails := []int{0, 0, 0, 2, 100, 30, 70, 5}[sum[0]%8] // in a hundred
	switch {
	case sum[1] < 8:
		return store.Unknown
	case fails > random.IntN(100):
		return store.Failure
	}
	return store.Success
}

func (l *loader) merge(account int64, m *store.Merge, outcome string) {
	id, err := l.store.BeginScan(l.Context(), account, "bench", "schedule", time.Hour)
	if err != nil {
		l.Fatal(err)
	}
	copied := *m
	copied.Account, copied.ScanID, copied.Outcome = account, id, outcome
	copied.Checks, copied.Resources = slices.Clone(m.Checks), slices.Clone(m.Resources)
	copied.Categories = func(id string) []string {
		if r := l.byID[id]; r != nil {
			return r.Categories
		}
		return nil
	}
	if outcome == store.Partial {
		copied.Error = "lambda:ListFunctions was denied in eu-west-1: " + strings.Repeat("the role lacks the permission. ", 30)
	}
	if _, err := l.store.Merge(l.Context(), &copied); err != nil {
		l.Fatal(err)
	}
}

// people writes what users have, and the past: by statements, for there is
// nothing to find out about how it is written. The events come last: where they
// are, all is.
func (l *loader) people() {
	ctx := l.Context()
	var events int
	if err := l.store.Postgres().QueryRow(ctx, "SELECT count(*) FROM events").Scan(&events); err != nil {
		l.Fatal(err)
	}
	if events >= benchEvents {
		return
	}
	if _, err := l.store.Postgres().Exec(ctx, "TRUNCATE events, users, account_groups, profiles CASCADE"); err != nil {
		l.Fatal(err)
	}
	*l.clock = benchNow.Add(-30 * 24 * time.Hour)
	for i := range benchUsers {
		u := store.User{Email: fmt.Sprintf("person%d@example.com", i), FirstName: "Ada", LastName: fmt.Sprintf("Person %d", i), Role: "USER", Status: store.UserActive}
		if err := l.store.AddUser(ctx, &u); err != nil {
			l.Fatal(err)
		}
	}
	for i := range benchGroups {
		if err := l.store.PutGroup(ctx, &store.Group{Name: fmt.Sprintf("Team %d", i), Tags: []string{fmt.Sprintf("team-%d", i)}}); err != nil {
			l.Fatal(err)
		}
	}
	var settings []conformity.Setting
	for _, r := range l.byID {
		settings = append(settings, conformity.Setting{ID: r.ID, Enabled: len(settings)%10 != 0, RiskLevel: conformity.RiskLevel(r.Risk)})
	}
	slices.SortFunc(settings, func(a, b conformity.Setting) int { return strings.Compare(a.ID, b.ID) })
	for i := range benchProfiles {
		if err := l.store.AddProfile(ctx, &store.Profile{Name: fmt.Sprintf("Profile %d", i), Description: "What we hold all accounts to."}, settings[:min(len(settings), 20+40*i)]); err != nil {
			l.Fatal(err)
		}
	}
	day := int64(24 * time.Hour / time.Millisecond)
	now := benchNow.UnixMilli()
	for _, statement := range []struct {
		text string
		args []any
	}{
		// A month of scores.
		{`INSERT INTO scores (account, day, category, successes, totals)
			SELECT s.account, s.day - d, s.category, greatest(s.successes - d * 40, 0), s.totals FROM scores s, generate_series(1, 29) d
			WHERE s.day = $1 ON CONFLICT DO NOTHING`, []any{benchNow.Add(-48*time.Hour).UnixMilli() / day}},
		// Scans of a week, one an hour.
		{`INSERT INTO scans (id, account, reason, worker, started, finished, outcome, counts)
			SELECT 'past-' || a.num || '-' || h, a.num, 'schedule', 'bench', $1::bigint - (h + 49) * 3600000, $1::bigint - (h + 49) * 3600000 + 240000, 'complete', '{"resources":2000,"SUCCESS":15000}'
			FROM accounts a, generate_series(1, 7 * 24) h ON CONFLICT DO NOTHING`, []any{now}},
		{`INSERT INTO user_access (user_id, account, level) SELECT u.id, a.num, 'READONLY' FROM users u, accounts a WHERE (a.num + ascii(u.id)) % 17 = 0`, nil},
		// The audit log of a year.
		{`INSERT INTO events (at, name, account, user_id, identity, cloud, description, address)
			SELECT $1::bigint - g::bigint * 31000, 'account.checks.update.suppressed', a.num, u.id, u.email, false, 'Suppressed a check of S3-001', '192.0.2.7'
			FROM generate_series(1, $2) g
			LEFT JOIN (SELECT num, row_number() OVER (ORDER BY num) AS n FROM accounts) a ON a.n = g % 700
			LEFT JOIN (SELECT id, email, row_number() OVER (ORDER BY id) AS n FROM users) u ON u.n = g % 900 + 1`, []any{now, benchEvents}},
		{"VACUUM ANALYZE", nil},
	} {
		if _, err := l.store.Postgres().Exec(ctx, statement.text, statement.args...); err != nil {
			l.Fatalf("%v: %s", err, statement.text)
		}
	}
}
