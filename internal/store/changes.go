package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"
)

// A Turn is a way in which checks changed over a time: what they were when it
// began is held against what they are now. A check that changed and changed
// back is of no turn. Suppressed checks and those that only inform are left
// out, as they are of the score.
type Turn int

// The turns.
const (
	// BeganToFail are the checks that fail, and did not, or were not there.
	BeganToFail Turn = iota
	// StoppedFailing are those that succeed, and failed.
	StoppedFailing
)

// Turned are the checks of a turn.
type Turned struct {
	Total  int64
	Risks  map[int]int64 // numbers by risk, 1 low to 5 extreme
	Checks []TurnedCheck // the first of them: of the worst risk, and of that the newest
}

// A TurnedCheck is a check, and when it changed.
type TurnedCheck struct {
	Check
	At time.Time
}

// Turned counts the checks of accounts, of all for nil, that have changed since
// a time, and gives the first of them, up to limit. However many they are, only
// these are read, by up to limit queries.
func (s *Store) Turned(ctx context.Context, accounts []int64, turn Turn, since time.Time, limit int) (*Turned, error) {
	known, fresh, err := s.byAge(ctx, accounts, since)
	if err != nil {
		return nil, err
	}
	groups, err := s.turnedGroups(ctx, known, turn, since)
	if err != nil {
		return nil, err
	}
	if turn == BeganToFail {
		more, err := s.failingGroups(ctx, fresh)
		if err != nil {
			return nil, err
		}
		groups = append(groups, more...)
	}
	t := &Turned{Risks: map[int]int64{}, Checks: []TurnedCheck{}}
	byRisk := map[int][]turnedGroup{}
	for _, g := range groups {
		t.Total += g.n
		t.Risks[g.risk] += g.n
		byRisk[g.risk] = append(byRisk[g.risk], g)
	}
	for risk := 5; risk >= 1 && len(t.Checks) < limit; risk-- {
		list, err := s.newestTurned(ctx, byRisk[risk], turn, since, limit-len(t.Checks))
		if err != nil {
			return nil, err
		}
		t.Checks = append(t.Checks, list...)
	}
	return t, nil
}

// A turnedGroup counts the checks of one account and risk.
type turnedGroup struct {
	account int64
	risk    int
	n       int64
	last    int64 // when the newest changed
}

// byAge parts the accounts that had checks before a time from those whose first
// checks are of that time or later.
func (s *Store) byAge(ctx context.Context, accounts []int64, since time.Time) (known, fresh []int64, err error) {
	w := s.where()
	oneOf(w, "num", accounts)
	w.add("first_checks IS NOT NULL")
	rows, err := s.db.QueryContext(ctx, "SELECT num, first_checks FROM accounts WHERE "+w.String(), w.args...)
	_, err = collect(rows, err, func(rows *sql.Rows) (struct{}, error) {
		var num, first int64
		err := rows.Scan(&num, &first)
		if first >= millis(since) {
			fresh = append(fresh, num)
		} else {
			known = append(known, num)
		}
		return struct{}{}, err
	})
	return known, fresh, err
}

// turnedGroups looks at each check that may have turned.
func (s *Store) turnedGroups(ctx context.Context, accounts []int64, turn Turn, since time.Time) ([]turnedGroup, error) {
	if len(accounts) == 0 {
		return nil, nil
	}
	w := s.where()
	oneOf(w, "c.account", accounts)
	oneOf(w, "c.risk", []int{1, 2, 3, 4, 5}) // all there are, so that the index serves for the time
	turn.where(w, since)
	rows, err := s.db.QueryContext(ctx, "SELECT c.account, c.risk, count(*), max("+turn.at()+") FROM checks c WHERE "+w.String()+" GROUP BY c.account, c.risk", w.args...)
	return collect(rows, err, scanTurnedGroup)
}

// failingGroups are for accounts that had no checks before: all that fails
// began to. The tallies count them, or the first scans of many large accounts
// would have to be gone through.
func (s *Store) failingGroups(ctx context.Context, accounts []int64) ([]turnedGroup, error) {
	if len(accounts) == 0 {
		return nil, nil
	}
	w := s.where()
	oneOf(w, "t.account", accounts)
	rows, err := s.db.QueryContext(ctx, `SELECT t.account, t.risk, t.n,
		(SELECT c.discovered FROM checks c WHERE c.account = t.account AND c.risk = t.risk AND `+failing+` ORDER BY c.discovered DESC LIMIT 1)
		FROM (SELECT t.account, t.risk, sum(t.n) AS n FROM region_tallies t WHERE t.status = 2 AND NOT t.suppressed AND NOT t.not_scored AND `+w.String()+`
			GROUP BY t.account, t.risk) t`, w.args...)
	return collect(rows, err, scanTurnedGroup)
}

func scanTurnedGroup(rows *sql.Rows) (turnedGroup, error) {
	var (
		g    turnedGroup
		last sql.NullInt64
	)
	err := rows.Scan(&g.account, &g.risk, &g.n, &last)
	g.last = last.Int64
	return g, err
}

// newestTurned gives the newest checks of groups of one risk. Those groups come
// first whose newest check is newest: when as many are found as are wanted, no
// other group can have a newer one. Each group has at least one.
func (s *Store) newestTurned(ctx context.Context, groups []turnedGroup, turn Turn, since time.Time, limit int) ([]TurnedCheck, error) {
	slices.SortFunc(groups, func(a, b turnedGroup) int {
		return cmp.Or(cmp.Compare(b.last, a.last), cmp.Compare(a.account, b.account))
	})
	var found []TurnedCheck
	for _, g := range groups {
		if len(found) >= limit && millis(found[limit-1].At) >= g.last {
			break
		}
		w := s.where()
		oneOf(w, "c.account", []int64{g.account})
		oneOf(w, "c.risk", []int{g.risk})
		turn.where(w, since)
		page := "(SELECT * FROM checks c WHERE " + w.String() + " ORDER BY " + turn.at() + " DESC, c.id DESC LIMIT " + w.next(limit) + ")"
		rows, err := s.db.QueryContext(ctx, fmt.Sprintf(checkSelect, page), w.args...)
		list, err := collect(rows, err, func(rows *sql.Rows) (TurnedCheck, error) {
			c, err := scanCheck(rows)
			at := c.Discovered
			if turn == StoppedFailing {
				at = c.Resolved
			}
			return TurnedCheck{c, at}, err
		})
		if err != nil {
			return nil, err
		}
		found = append(found, list...)
		slices.SortFunc(found, func(a, b TurnedCheck) int {
			return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Account, b.Account), cmp.Compare(b.ID, a.ID))
		})
		found = found[:min(len(found), limit)]
	}
	return found, nil
}

// at is the column that says when a check of the turn last became what it is.
func (t Turn) at() string {
	if t == StoppedFailing {
		return "c.resolved"
	}
	return "c.discovered"
}

// The checks that a turn can have, as the indexes checks_discovered and
// checks_resolved have them.
const (
	failing  = "c.status = 2 AND NOT c.suppressed AND NOT c.not_scored"
	resolved = "c.status = 1 AND c.resolved IS NOT NULL AND NOT c.suppressed AND NOT c.not_scored"
)

// where is the condition on checks (c). What a check was when the time began is
// what the first change since then says; where changes are no longer kept, the
// column of at has to do.
func (t Turn) where(w *where, since time.Time) {
	from := w.next(millis(since))
	was := "(SELECT h.was FROM check_history h WHERE h.account = c.account AND h.check_id = c.id AND h.at >= " + from + " ORDER BY h.at LIMIT 1)"
	w.add(t.at() + " >= " + from)
	if t == StoppedFailing {
		w.add(resolved + " AND c.created < " + from + " AND COALESCE(" + was + ", 2) = 2")
	} else {
		w.add(failing + " AND (c.created >= " + from + " OR COALESCE(" + was + ", 1) <> 2)")
	}
}
