package store

import (
	"context"
	"database/sql"
)

// A Tally is a number of checks that are alike.
type Tally struct {
	Account    int64 // 0 in sums over accounts
	Rule       string
	Region     string
	Status     Status
	Risk       int
	Suppressed bool
	NotScored  bool
	N          int64
}

// Tallies sums the checks of accounts by rule, status, risk and whether they
// are suppressed or scored; of all accounts for nil.
func (s *Store) Tallies(ctx context.Context, accounts []int64) ([]Tally, error) {
	w := &where{}
	oneOf(w, "account", accounts)
	rows, err := s.db.QueryContext(ctx, `SELECT rule, status, risk, suppressed, not_scored, sum(n) FROM rule_tallies WHERE `+w.String()+`
		GROUP BY rule, status, risk, suppressed, not_scored ORDER BY rule, status, risk`, w.args...)
	return collect(rows, err, func(rows *sql.Rows) (Tally, error) {
		var t Tally
		return t, rows.Scan(&t.Rule, &t.Status, &t.Risk, &t.Suppressed, &t.NotScored, &t.N)
	})
}

// TalliesByAccount sums the checks of each account by status, risk and whether
// they are suppressed or scored.
func (s *Store) TalliesByAccount(ctx context.Context, accounts []int64) ([]Tally, error) {
	w := &where{}
	oneOf(w, "account", accounts)
	rows, err := s.db.QueryContext(ctx, `SELECT account, status, risk, suppressed, not_scored, sum(n) FROM rule_tallies WHERE `+w.String()+`
		GROUP BY account, status, risk, suppressed, not_scored ORDER BY account, status, risk`, w.args...)
	return collect(rows, err, func(rows *sql.Rows) (Tally, error) {
		var t Tally
		return t, rows.Scan(&t.Account, &t.Status, &t.Risk, &t.Suppressed, &t.NotScored, &t.N)
	})
}

// TalliesByRegion sums the checks of accounts by region, status and risk.
func (s *Store) TalliesByRegion(ctx context.Context, accounts []int64) ([]Tally, error) {
	w := &where{}
	oneOf(w, "account", accounts)
	rows, err := s.db.QueryContext(ctx, `SELECT region, status, risk, suppressed, not_scored, sum(n) FROM tallies WHERE `+w.String()+`
		GROUP BY region, status, risk, suppressed, not_scored ORDER BY region, status, risk`, w.args...)
	return collect(rows, err, func(rows *sql.Rows) (Tally, error) {
		var t Tally
		return t, rows.Scan(&t.Region, &t.Status, &t.Risk, &t.Suppressed, &t.NotScored, &t.N)
	})
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
	w := &where{}
	w.and("day >= ?", from)
	oneOf(w, "account", accounts)
	rows, err := s.db.QueryContext(ctx, "SELECT day, category, sum(successes), sum(totals) FROM scores WHERE "+w.String()+
		" GROUP BY day, category ORDER BY day, category", w.args...)
	return collect(rows, err, func(rows *sql.Rows) (Score, error) {
		var t Score
		return t, rows.Scan(&t.Day, &t.Category, &t.Successes, &t.Totals)
	})
}
