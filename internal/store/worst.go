package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// worstFirst is the order of WorstAfter.
var worstFirst = []Status{Failure, Unknown, Success}

// WorstAfter is ChecksAfter in another order: failures first, then what could
// not be told, then successes, and of each the highest risks first. after has
// the status and the risk of the check that it names. The tallies tell in which
// accounts there are checks of a kind, and how many: the others cost nothing,
// and many accounts with few checks each are asked together.
func (s *Store) WorstAfter(ctx context.Context, accounts []int64, f *CheckFilter, after *WorstCursor, limit int64) ([]Check, error) {
	wide := *f
	if f.split() && !f.noUsers() {
		wide.Rules = nil // of checks that users push, other rules are wanted
	}
	sums, err := s.Sums(ctx, accounts, &wide, PerAccount)
	if err != nil {
		return nil, err
	}
	type kind struct {
		account int64
		status  Status
		risk    int
	}
	counts := map[kind]int64{}
	for _, t := range sums {
		counts[kind{t.Account, t.Status, t.Risk}] += t.N
	}
	page := []Check{}
	reached := after == nil
	for _, status := range worstFirst {
		for risk := 5; risk > 0; risk-- {
			var from *Cursor
			if !reached {
				if status != after.Status || risk != after.Risk {
					continue
				}
				reached, from = true, &after.Cursor
			}
			var there []counted
			for _, account := range accounts {
				if n := counts[kind{account, status, risk}]; n > 0 || from != nil && account == from.Account {
					there = append(there, counted{account, n})
				}
			}
			alike := *f
			alike.Statuses, alike.Risks = meet(f.Statuses, status), meet(f.Risks, risk)
			list, err := s.countedAfter(ctx, there, &alike, from, limit-int64(len(page)))
			if err != nil {
				return nil, err
			}
			if page = append(page, list...); int64(len(page)) >= limit {
				return page, nil
			}
		}
	}
	return page, nil
}

// A WorstCursor is a place in the order of WorstAfter.
type WorstCursor struct {
	Cursor
	Status Status
	Risk   int
}

// countedAfter is ChecksAfter of accounts of which it is known how many checks
// they have at most: those whose checks all have room are one query.
func (s *Store) countedAfter(ctx context.Context, accounts []counted, f *CheckFilter, after *Cursor, limit int64) ([]Check, error) {
	page := []Check{}
	if after != nil {
		i := slices.IndexFunc(accounts, func(c counted) bool { return c.account == after.Account })
		if i < 0 {
			return page, nil
		}
		accounts = accounts[i:]
	}
	for len(accounts) > 0 && int64(len(page)) < limit {
		room := limit - int64(len(page))
		var whole []int64
		if after == nil {
			for rest := room; len(whole) < len(accounts) && accounts[len(whole)].n <= rest; {
				rest -= accounts[len(whole)].n
				whole = append(whole, accounts[len(whole)].account)
			}
		}
		var list []Check
		var err error
		if len(whole) > 1 {
			list, err = s.allChecks(ctx, whole, f)
			accounts = accounts[len(whole):]
		} else {
			list, err = s.checks(ctx, accounts[0].account, f, after, 0, room)
			accounts = accounts[1:]
		}
		if err != nil {
			return nil, err
		}
		after = nil
		page = append(page, list...)
	}
	// A scan may have added some since they were counted.
	return page[:min(int64(len(page)), limit)], nil
}

// allChecks gives all checks of accounts that meet the filter, which are known
// to be few, in the order of PageChecks.
func (s *Store) allChecks(ctx context.Context, accounts []int64, f *CheckFilter) ([]Check, error) {
	w := s.where()
	f.where(w, accounts, everyone)
	list, err := s.selectChecks(ctx, "(SELECT * FROM checks c WHERE "+w.String()+")", w)
	place := make(map[int64]int, len(accounts))
	for i, account := range accounts {
		place[account] = i
	}
	slices.SortFunc(list, func(a, b Check) int {
		return cmp.Or(cmp.Compare(place[a.Account], place[b.Account]), strings.Compare(a.Rule, b.Rule), cmp.Compare(a.ID, b.ID))
	})
	return list, err
}

// meet is one value of those wanted: none, where it is not among them.
func meet[T comparable](wanted []T, value T) []T {
	if wanted != nil && !slices.Contains(wanted, value) {
		return []T{}
	}
	return []T{value}
}
