package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"
)

// A Tally is a number of checks that are alike.
type Tally struct {
	Account    int64  // 0 in sums over accounts
	Rule       string // empty in sums over rules, as are the next two
	Service    string
	Region     string
	Status     Status
	Risk       int
	Suppressed bool
	NotScored  bool
	N          int64
}

// A Dimension is what checks are counted by.
type Dimension string

// The dimensions.
const (
	PerAccount Dimension = "account"
	PerRule    Dimension = "rule" // and its service
	PerRegion  Dimension = "region"
)

// Sums counts the checks of accounts, of all for nil, that meet a filter: by
// the dimensions given, and always by status, risk and whether they are
// suppressed or scored. Of the filter, what the tallies have not (tags, texts,
// times) does not count, nor does Pushed. It takes the smallest table that can
// tell.
func (s *Store) Sums(ctx context.Context, accounts []int64, f *CheckFilter, by ...Dimension) ([]Tally, error) {
	table := f.tallies(by...)
	columns := map[Dimension]string{PerAccount: "0", PerRule: "'', ''", PerRegion: "''"}
	var groups []string
	for _, d := range by {
		columns[d] = "c." + string(d)
		if d == PerRule {
			columns[d] = "c.rule, c.service"
		}
		groups = append(groups, columns[d])
	}
	group := strings.Join(append(groups, kind), ", ")
	accounts, err := s.unlessAll(ctx, accounts)
	if err != nil {
		return nil, err
	}
	w := s.where()
	oneOf(w, "c.account", accounts)
	oneOf(w, "c.rule", f.Rules)
	f.whereTallied(w)
	rows, err := s.db.QueryContext(ctx, "SELECT "+columns[PerAccount]+", "+columns[PerRule]+", "+columns[PerRegion]+", "+kind+
		", sum(c.n) FROM "+table+" c WHERE "+w.String()+" GROUP BY "+group, w.args...)
	list, err := collect(rows, err, func(rows *sql.Rows) (Tally, error) {
		var t Tally
		var packed int
		err := rows.Scan(&t.Account, &t.Rule, &t.Service, &t.Region, &packed, &t.N)
		t.Status, t.Risk, t.Suppressed, t.NotScored = Status(packed>>5), packed>>2&7, packed&2 != 0, packed&1 != 0
		return t, err
	})
	slices.SortFunc(list, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Region, b.Region),
			cmp.Compare(a.packed(), b.packed()))
	})
	return list, err
}

// kind packs what tallies are always counted by into one number. PostgreSQL
// then counts in memory; by as many columns it takes the groups for many, and
// sorts on disk.
const kind = "c.status * 32 + c.risk * 4 + CASE WHEN c.suppressed THEN 2 ELSE 0 END + CASE WHEN c.not_scored THEN 1 ELSE 0 END"

// packed is the number of kind.
func (t *Tally) packed() int {
	n := int(t.Status)<<5 | t.Risk<<2
	if t.Suppressed {
		n |= 2
	}
	if t.NotScored {
		n |= 1
	}
	return n
}

// tallies is the smallest table that can count the checks of a filter by some
// dimensions.
func (f *CheckFilter) tallies(by ...Dimension) string {
	onRule := f.Rules != nil || f.Services != nil || slices.Contains(by, PerRule)
	onRegion := f.Regions != nil || slices.Contains(by, PerRegion)
	switch {
	case !onRule:
		return "region_tallies"
	case !onRegion:
		return "rule_tallies"
	}
	return "tallies"
}

// Tallies sums the checks of accounts by rule; of all accounts for nil.
func (s *Store) Tallies(ctx context.Context, accounts []int64) ([]Tally, error) {
	return s.Sums(ctx, accounts, &CheckFilter{}, PerRule)
}

// TalliesByAccount sums the checks of each account.
func (s *Store) TalliesByAccount(ctx context.Context, accounts []int64) ([]Tally, error) {
	return s.Sums(ctx, accounts, &CheckFilter{}, PerAccount)
}

// TalliesByRegion sums the checks of accounts by region.
func (s *Store) TalliesByRegion(ctx context.Context, accounts []int64) ([]Tally, error) {
	return s.Sums(ctx, accounts, &CheckFilter{}, PerRegion)
}

// A Score sums the scans of one day.
type Score struct {
	Day       int64  // days since 1970, UTC
	Category  string // empty for all
	Successes int64
	Totals    int64
}

// Evolution sums the scans of accounts by day and category, from a day on.
func (s *Store) Evolution(ctx context.Context, accounts []int64, from int64) ([]Score, error) {
	accounts, err := s.unlessAll(ctx, accounts)
	if err != nil {
		return nil, err
	}
	w := s.where()
	w.and("day >= ?", from)
	oneOf(w, "account", accounts)
	rows, err := s.db.QueryContext(ctx, "SELECT day, category, sum(successes), sum(totals) FROM scores WHERE "+w.String()+
		" GROUP BY day, category ORDER BY day, category", w.args...)
	return collect(rows, err, func(rows *sql.Rows) (Score, error) {
		var t Score
		return t, rows.Scan(&t.Day, &t.Category, &t.Successes, &t.Totals)
	})
}
