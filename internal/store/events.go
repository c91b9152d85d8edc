package store

import (
	"context"
	"database/sql"
	"strings"
	"time"
)

// An EventFilter says which events are wanted. Fields that are nil or zero do
// not count; the values of one are alternatives.
type EventFilter struct {
	// Accounts are those whose events are wanted; Organisation adds the
	// organisation's own.
	Accounts     []int64
	Organisation bool
	// Cloud wants what happened in AWS, Activity what users did here.
	Cloud, Activity bool

	Regions  []string
	Services []string
	// UserIDs chooses among the activity, Identities among the events of the
	// cloud; either leaves the other kind out.
	UserIDs    []string
	Identities []string
	Name       string // * is any text, ? one character
	Since      time.Time
	Until      time.Time
}

// where is the condition on events. all tells that the accounts are all that
// there are.
func (f *EventFilter) where(w *where, all bool) {
	switch {
	case all && f.Organisation:
	case all:
		w.add("account IS NOT NULL")
	case f.Organisation:
		w.add("(" + among(w, "account", append([]int64{}, f.Accounts...)) + " OR account IS NULL)")
	default:
		oneOf(w, "account", append([]int64{}, f.Accounts...))
	}
	if !f.Cloud {
		w.and("cloud = ?", false)
	}
	if !f.Activity {
		w.and("cloud = ?", true)
	}
	oneOf(w, "region", f.Regions)
	oneOf(w, "service", f.Services)
	if f.UserIDs != nil {
		w.and("cloud = ?", false)
		oneOf(w, "user_id", f.UserIDs)
	}
	if f.Identities != nil {
		w.and("cloud = ?", true)
		oneOf(w, "identity", f.Identities)
	}
	if f.Name != "" {
		name := "lower(name)"
		if w.postgres { // by the rules of a language it takes twice the time
			name = `lower(name COLLATE "C")`
		}
		w.and(name+` LIKE ? ESCAPE '\'`, wildcards(strings.ToLower(f.Name)))
	}
	if !f.Since.IsZero() {
		w.and("at >= ?", millis(f.Since))
	}
	if !f.Until.IsZero() {
		w.and("at <= ?", millis(f.Until))
	}
}

// Events gives a page of the audit log, the newest first, and how many events
// meet the filter in all.
func (s *Store) Events(ctx context.Context, f *EventFilter, offset, limit int64) (page []Event, total int64, err error) {
	some, err := s.unlessAll(ctx, f.Accounts)
	if err != nil {
		return nil, 0, err
	}
	w := s.where()
	f.where(w, some == nil && f.Accounts != nil)
	if err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM events WHERE "+w.String(), w.args...).Scan(&total); err != nil {
		return nil, 0, err
	}
	query := `SELECT id, at, name, account, user_id, identity, cloud, service, region, description, address
		FROM events WHERE ` + w.String() + " ORDER BY at DESC, id DESC LIMIT " + w.next(limit) + " OFFSET " + w.next(offset)
	rows, err := s.db.QueryContext(ctx, query, w.args...)
	page, err = collect(rows, err, func(rows *sql.Rows) (Event, error) {
		var (
			e       Event
			at      int64
			account sql.NullInt64
		)
		err := rows.Scan(&e.ID, &at, &e.Name, &account, &e.UserID, &e.Identity, &e.Cloud, &e.Service, &e.Region, &e.Description, &e.Address)
		e.At, e.Account = time.UnixMilli(at).UTC(), account.Int64
		return e, err
	})
	return page, total, err
}
