package store

import (
	"context"
	"slices"
	"time"
)

// Endless is how long a search may take that is to go to its end.
const Endless time.Duration = -1

// SearchChecks is ChecksAfter for filters that no index serves, so that every
// check has to be looked at: when the time given is over, it begins with no
// further account. left are those that it has not come to, in their order; the
// search goes on from their beginning.
func (s *Store) SearchChecks(ctx context.Context, accounts []int64, f *CheckFilter, after *Cursor, limit int64, within time.Duration) (page []Check, left []int64, err error) {
	page = []Check{}
	if after != nil {
		i := slices.Index(accounts, after.Account)
		if i < 0 {
			return page, nil, nil
		}
		accounts = accounts[i:]
	}
	began := time.Now()
	for i, account := range accounts {
		if over(began, within) && i > 0 {
			return page, accounts[i:], nil
		}
		list, err := s.checks(ctx, account, f, after, 0, limit-int64(len(page)))
		if err != nil {
			return nil, nil, err
		}
		after = nil
		if page = append(page, list...); int64(len(page)) >= limit {
			break
		}
	}
	return page, nil, nil
}

// SearchResources is Resources in the same way; the offset of the page does not
// count.
func (s *Store) SearchResources(ctx context.Context, accounts []int64, f *ResourceFilter, page ResourcePage, within time.Duration) (found []Resource, left []int64, err error) {
	accounts = slices.Sorted(slices.Values(accounts)) // as Resources has them
	if page.After != nil {
		accounts = slices.DeleteFunc(accounts, func(n int64) bool { return n < page.After.Account })
	}
	found = []Resource{}
	began := time.Now()
	for i, account := range accounts {
		if over(began, within) && i > 0 {
			return found, accounts[i:], nil
		}
		of := ResourcePage{Limit: page.Limit - int64(len(found)), Documents: page.Documents}
		if page.After != nil && page.After.Account == account {
			of.After = page.After
		}
		list, err := s.Resources(ctx, []int64{account}, f, of)
		if err != nil {
			return nil, nil, err
		}
		if found = append(found, list...); int64(len(found)) >= page.Limit {
			break
		}
	}
	return found, nil, nil
}

func over(began time.Time, within time.Duration) bool {
	return within >= 0 && time.Since(began) >= within
}
