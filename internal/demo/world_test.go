package demo_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/bot"
	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/demo"
	"github.com/surety-cloud/surety/internal/secretbox"
	"github.com/surety-cloud/surety/internal/standard"
	"github.com/surety-cloud/surety/internal/store"
	"github.com/surety-cloud/surety/standards"
)

// build makes the world in a database of its own.
func build(t testing.TB) (*demo.World, *store.Store) {
	t.Helper()
	library, _ := pages()
	set, err := standard.NewSet(standards.Files, "standards/")
	if err != nil {
		t.Fatal(err)
	}
	key, err := secretbox.LoadOrCreate(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "demo.db")
	world := demo.NewWorld(library)
	if err := world.Build(t.Context(), file, key, set); err != nil {
		t.Fatal(err)
	}
	if err := world.Build(t.Context(), file, key, set); err == nil || !strings.Contains(err.Error(), "accounts already") {
		t.Errorf("the world was made twice in one database: %v", err)
	}
	s, err := store.Open(t.Context(), file, store.Options{Key: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return world, s
}

// TestWorld looks at what the pages have to show.
func TestWorld(t *testing.T) {
	world, s := build(t)
	accounts, err := s.Accounts(t.Context())
	if err != nil || len(accounts) != 3 {
		t.Fatalf("the accounts are %v, %v", accounts, err)
	}
	for _, a := range accounts {
		t.Run(a.Name, func(t *testing.T) {
			history(t, s, &a)
			again(t, world, s, &a)
		})
	}
	configured(t, s, accounts)
}

// history holds the past of an account to what the demo is to show.
func history(t *testing.T, s *store.Store, a *store.Account) {
	now := time.Now()
	if now.Sub(a.LastScan) > time.Hour || !a.NextScan.After(now) || a.NextScan.After(now.Add(time.Hour)) {
		t.Errorf("the last scan was at %s and the next is at %s", a.LastScan, a.NextScan)
	}
	scans, err := s.Scans(t.Context(), a.Num, 1000)
	if err != nil || len(scans) < 30 || now.Sub(scans[len(scans)-1].Started) < 28*24*time.Hour {
		t.Fatalf("there are %d scans, %v", len(scans), err)
	}
	failed, resolved := 0, 0
	for _, scan := range scans[:len(scans)-1] {
		if scan.Finished.IsZero() || scan.Outcome != store.Complete && (scan.Outcome != store.Partial || scan.Error == "") {
			t.Errorf("the scan of %s is %s", scan.Started, scan.Outcome)
		}
		failed, resolved = failed+int(scan.Counts["failed"]), resolved+int(scan.Counts["resolved"])
	}
	if failed < 10 || resolved < 10 {
		t.Errorf("in 30 days %d failures came and %d went", failed, resolved)
	}
	if first, last := scans[len(scans)-1].Counts["resources"], scans[0].Counts["resources"]; first >= last {
		t.Errorf("no resources have appeared: there were %d, and are %d", first, last)
	}
	scores, err := s.Evolution(t.Context(), []int64{a.Num}, 0)
	if err != nil {
		t.Fatal(err)
	}
	var days []float64
	categories := map[string]bool{}
	for _, score := range scores {
		categories[score.Category] = true
		if score.Category == "" {
			days = append(days, float64(score.Successes)/float64(score.Totals))
		}
	}
	falls := 0
	for i := range days[1:] {
		if days[i+1] < days[i]-0.001 {
			falls++
		}
	}
	if len(days) < 30 || days[len(days)-1] < days[0]+0.01 || falls == 0 || len(categories) < 6 {
		t.Errorf("the score goes %v, in %d categories", days, len(categories))
	}
	recent, err := s.CountChecks(t.Context(), []int64{a.Num}, &store.CheckFilter{ChangedAfter: now.Add(-24 * time.Hour)})
	if err != nil || recent[a.Num] == 0 {
		t.Errorf("nothing has changed since yesterday: %v", err)
	}
}

// again scans an account once more: it is as it was.
func again(t *testing.T, world *demo.World, s *store.Store, a *store.Account) {
	library, _ := pages()
	reading, err := world.Read(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reading.Inventory.Resources {
		if r.Account != a.AWSID {
			t.Fatalf("%s %s is of the account %s", r.Type, r.ID, r.Account)
		}
	}
	id, err := s.BeginScan(t.Context(), a.Num, "test", "manual", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	m, err := bot.Judge(t.Context(), s, library, a, reading)
	if err != nil {
		t.Fatal(err)
	}
	m.ScanID = id
	counts, err := s.Merge(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"created", "changed", "removed", "failed", "resolved", "stale"} {
		if counts[what] != 0 {
			t.Errorf("a scan of the present has %d %s", counts[what], what)
		}
	}
}

// configured looks at what users of the world have set.
func configured(t *testing.T, s *store.Store, accounts []store.Account) {
	c, err := s.Configuration(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for what, n := range map[string]int{
		"groups": len(c.Groups) - 2, "users": len(c.Users) - 3, "profiles": len(c.Profiles) - 1, "custom rules": len(c.CustomRules) - 1,
		"standards": len(c.Standards) - 1, "channels": len(c.Channels) - 1, "reports": len(c.Reports) - 1, "suppressions": len(c.Suppressions) - 2,
	} {
		if n != 0 {
			t.Errorf("there are %d too many %s", n, what)
		}
	}
	for _, suppressed := range c.Suppressions {
		if suppressed.Until == nil || len(suppressed.Notes) != 1 {
			t.Errorf("a suppression is %+v", suppressed)
		}
	}
	groups, err := s.Groups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range groups {
		if n := len(slices.DeleteFunc(slices.Clone(accounts), func(a store.Account) bool { return !g.Holds(a) })); n != 2 {
			t.Errorf("group %s has %d accounts", g.Name, n)
		}
	}
	stale := true
	frozen, err := s.CountChecks(t.Context(), nil, &store.CheckFilter{Stale: &stale})
	if err != nil || len(frozen) != 1 || frozen[accounts[2].Num] < 20 {
		t.Errorf("the accounts with stale checks are %v, %v", frozen, err)
	}
	own, err := s.CountChecks(t.Context(), nil, &store.CheckFilter{Rules: []string{c.CustomRules[0].ID}, Statuses: []store.Status{store.Failure}})
	if err != nil || len(own) == 0 {
		t.Errorf("the custom rule fails nothing: %v", err)
	}
	_, events, err := s.Events(t.Context(), &store.EventFilter{Organisation: true, Accounts: []int64{accounts[0].Num}, Activity: true}, 0, 10)
	if err != nil || events < 15 {
		t.Errorf("there are %d events, %v", events, err)
	}
}

// TestReadOther asks for an account that is not of the world.
func TestReadOther(t *testing.T) {
	library, _ := pages()
	reading, err := demo.NewWorld(library).Read(t.Context(), &store.Account{AWSID: "999988887777"})
	if reading != nil || err == nil || !strings.Contains(err.Error(), "this is the demo: only its three accounts (Shop production, Shop staging, Data platform) can be scanned") {
		t.Errorf("%v, %v", reading, err)
	}
}

// TestScenes holds the accounts against each other: what AWS gives a number of
// its own has one, and nothing is left of the recorded account's.
func TestScenes(t *testing.T) {
	library, _ := pages()
	world := demo.NewWorld(library)
	numbered := []string{"AWS::EC2::Instance", "AWS::EC2::VPC", "AWS::EC2::SecurityGroup", "AWS::EC2::Volume", "AWS::KMS::Key"}
	owners := map[string]string{}
	for _, number := range []string{"123456789012", "210987654321", "345678901234"} {
		reading, err := world.Read(t.Context(), &store.Account{AWSID: number})
		if err != nil {
			t.Fatal(err)
		}
		if len(reading.Inventory.Resources) < 200 {
			t.Errorf("%s has %d resources", number, len(reading.Inventory.Resources))
		}
		for _, r := range reading.Inventory.Resources {
			if owner, ok := owners[r.ID]; ok && owner != number && slices.Contains(numbered, r.Type) {
				t.Errorf("%s %s is of %s and of %s", r.Type, r.ID, owner, number)
			}
			owners[r.ID] = number
			if number != "123456789012" && mentions(r, "123456789012") {
				t.Errorf("%s %s of %s mentions the recorded account", r.Type, r.ID, number)
			}
		}
	}
}

// mentions tells whether a text stands anywhere in a resource.
func mentions(r *cloud.Resource, text string) bool {
	var in func(any) bool
	in = func(value any) bool {
		switch v := value.(type) {
		case string:
			return strings.Contains(v, text)
		case []any:
			return slices.ContainsFunc(v, in)
		case map[string]any:
			for key := range v {
				if in(key) || in(v[key]) {
					return true
				}
			}
		}
		return false
	}
	return in(r.ID) || in(r.ARN) || in(r.Name) || in(r.Properties)
}

// BenchmarkBuild makes the world. It must stay below 6 s of CPU.
func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		build(b)
	}
}
