package store

import (
	"context"
	"time"
)

// A Suppression accepts failing checks, or lifts that.
type Suppression struct {
	Suppressed bool
	Until      time.Time // the zero time: for ever
	Note       string    // why; one that is empty is not kept
	By         string
}

// SuppressAll applies a suppression to the checks of an account that meet a
// filter, in one transaction, and tells how many it changed. Only failing
// checks are suppressed, and those that are so already, until the same time,
// stay as they are; a suppression is lifted whatever the status. A dry run
// only counts.
func (s *Store) SuppressAll(ctx context.Context, account int64, f *CheckFilter, to *Suppression, dry bool) (n int64, err error) {
	w := s.where()
	f.where(w, []int64{account}, everyone)
	if to.Suppressed {
		w.add("c.status = 2")
		w.and("(c.suppressed = ? OR COALESCE(c.suppressed_until, 0) <> ?)", false, millis(to.Until))
	} else {
		w.and("c.suppressed = ?", true)
	}
	chosen := " WHERE " + w.String()
	if dry {
		err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM checks c"+chosen, w.args...).Scan(&n)
		return n, err
	}
	now := s.now().UnixMilli()
	err = s.within(ctx, func(tx *transaction) error {
		if err := tx.lock(ctx, account); err != nil {
			return err
		}
		var until any = orNull(to.Until)
		if !to.Suppressed {
			until = orNull(time.Time{})
		}
		if to.Note != "" {
			noted := *w
			noted.args = append([]any{}, w.args...)
			query := "INSERT INTO check_notes (account, check_id, at, note, created_by) SELECT c.account, c.id, CAST(" + noted.next(now) + " AS BIGINT), CAST(" +
				noted.next(to.Note) + " AS TEXT), CAST(" + noted.next(to.By) + " AS TEXT) FROM checks c" + chosen +
				" ON CONFLICT (account, check_id, at) DO UPDATE SET note = excluded.note"
			if _, err := tx.ExecContext(ctx, query, noted.args...); err != nil {
				return err
			}
		}
		query := "UPDATE checks AS c SET suppressed = " + w.next(to.Suppressed) + ", suppressed_until = " + w.next(until) + ", modified = " + w.next(now) +
			", updated_by = " + w.next(to.By) + chosen
		result, err := tx.ExecContext(ctx, query, w.args...)
		if err != nil {
			return err
		}
		if n, err = result.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return tx.tally(ctx, account)
	})
	return n, err
}
