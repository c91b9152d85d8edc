package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/surety-cloud/surety/internal/secretbox"
)

// ErrExists is the error for a thing that there is already.
var ErrExists = errors.New("exists already")

// An Account is an AWS account that is watched.
type Account struct {
	Num          int64 // under which the tables know it
	ID           string
	Name         string
	Environment  string
	Code         string
	AWSID        string // 12 digits
	Tags         []string
	RoleARN      string
	ExternalID   string
	Subscription string // essentials, advanced
	Packages     map[string]bool
	Bot          *Bot   // nil until somebody has set it
	ImportID     string // of the organisation import that keeps it
	Created      time.Time

	NextScan    time.Time // zero while it is paused for good
	LastScan    time.Time // end of the last scan that could read it
	FailedSince time.Time // zero when it can be read
	Failure     string
	ScanID      string // of the scan that is going on
	ScanStarted time.Time
}

// A Bot is how an account is scanned, as users set it.
type Bot struct {
	Disabled         bool            `json:"disabled"`
	Delay            int             `json:"delay"`                   // hours between scans, 1 to 12
	DisabledUntil    *int64          `json:"disabledUntil,omitempty"` // milliseconds; nil with Disabled: until further notice
	DisabledRegions  map[string]bool `json:"disabledRegions,omitempty"`
	LastModifiedBy   string          `json:"lastModifiedBy,omitempty"`
	LastModifiedFrom string          `json:"lastModifiedFrom,omitempty"`
}

// DefaultDelay is the number of hours between scans where nobody says
// otherwise, as in Cloud Conformity.
const DefaultDelay = 1

// Interval is the time from the start of one scan to the next.
func (b *Bot) Interval() time.Duration {
	if b == nil || b.Delay == 0 {
		return DefaultDelay * time.Hour
	}
	return time.Duration(b.Delay) * time.Hour
}

// next is when a scan is due that would be due at a time if the bot were on;
// zero when it is off for good.
func (b *Bot) next(due, now time.Time) time.Time {
	if b == nil || !b.Disabled {
		return due
	}
	if b.DisabledUntil == nil {
		return time.Time{}
	}
	until := time.UnixMilli(*b.DisabledUntil).UTC()
	if until.Before(now) {
		return due
	}
	return until
}

const accountColumns = `num, id, name, environment, code, aws_id, tags, role_arn, external_id, subscription, packages, bot,
	COALESCE(import_id, ''), created, next_scan, last_scan, failed_since, COALESCE(failure, ''), COALESCE(scan_id, ''), scan_started`

func (s *Store) scanAccount(row interface{ Scan(...any) error }) (Account, error) {
	var (
		a                                       Account
		tags, packages, sealed                  string
		bot                                     sql.NullString
		created                                 int64
		nextScan, lastScan, failed, scanStarted sql.NullInt64
	)
	err := row.Scan(&a.Num, &a.ID, &a.Name, &a.Environment, &a.Code, &a.AWSID, &tags, &a.RoleARN, &sealed, &a.Subscription, &packages, &bot,
		&a.ImportID, &created, &nextScan, &lastScan, &failed, &a.Failure, &a.ScanID, &scanStarted)
	if err != nil {
		return a, notFound(err)
	}
	a.Created = time.UnixMilli(created).UTC()
	a.NextScan, a.LastScan, a.FailedSince, a.ScanStarted = when(nextScan), when(lastScan), when(failed), when(scanStarted)
	if a.ExternalID, err = s.open(sealed, secretbox.At("accounts", "external_id", a.ID)); err != nil {
		return a, err
	}
	if bot.Valid {
		a.Bot = &Bot{}
		err = json.Unmarshal([]byte(bot.String), a.Bot)
	}
	return a, errors.Join(err, json.Unmarshal([]byte(tags), &a.Tags), json.Unmarshal([]byte(packages), &a.Packages))
}

// AddAccount adds an account, due to be scanned at once, and fills in what the
// store gives it. ErrExists: there is one with this AWS account number.
func (s *Store) AddAccount(ctx context.Context, a *Account) error { return s.addAccount(ctx, s.db, a) }

func (s *Store) addAccount(ctx context.Context, q querier, a *Account) error {
	a.ID = cmp.Or(a.ID, uuid.NewString())
	a.Created = s.now().UTC().Truncate(time.Millisecond)
	a.NextScan = a.Bot.next(a.Created, a.Created)
	sealed, err := s.seal(a.ExternalID, secretbox.At("accounts", "external_id", a.ID))
	if err != nil {
		return err
	}
	tags, packages, err := a.lists()
	if err != nil {
		return err
	}
	bot, err := marshalBot(a.Bot)
	if err != nil {
		return err
	}
	err = q.QueryRowContext(ctx, `INSERT INTO accounts (id, name, environment, code, aws_id, tags, role_arn, external_id, subscription, packages, bot,
		import_id, created, next_scan) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (aws_id) DO NOTHING RETURNING num`,
		a.ID, a.Name, a.Environment, a.Code, a.AWSID, tags, a.RoleARN, sealed, cmp.Or(a.Subscription, "advanced"), packages, bot,
		text(a.ImportID), millis(a.Created), orNull(a.NextScan)).Scan(&a.Num)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("AWS account %s: %w", a.AWSID, ErrExists)
	}
	return err
}

// lists are the tags and the packages as their columns have them. Tags are a
// list from then on, be it empty.
func (a *Account) lists() (tags, packages string, err error) {
	if a.Tags == nil {
		a.Tags = []string{}
	}
	if tags, err = marshal(a.Tags); err != nil {
		return "", "", err
	}
	packages, err = marshal(a.Packages)
	return tags, packages, err
}

// marshal is a value as a column of JSON has it.
func marshal(v any) (string, error) {
	data, err := json.Marshal(v)
	return string(data), err
}

func marshalBot(b *Bot) (sql.NullString, error) {
	if b == nil {
		return sql.NullString{}, nil
	}
	data, err := marshal(b)
	return sql.NullString{String: data, Valid: true}, err
}

// Accounts lists all accounts in the order in which they were added.
func (s *Store) Accounts(ctx context.Context) ([]Account, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT "+accountColumns+" FROM accounts WHERE NOT deleting ORDER BY num")
	return collect(rows, err, func(rows *sql.Rows) (Account, error) { return s.scanAccount(rows) })
}

// manyAccounts is from how many on it is worth a query to find out whether they
// are all.
const manyAccounts = 20

// unlessAll is a list of accounts, each named once, or nil where they are all
// that tables have rows of: a condition that every row meets is not asked for
// free, it takes a third of the time of a sum over all accounts.
func (s *Store) unlessAll(ctx context.Context, accounts []int64) ([]int64, error) {
	if len(accounts) < manyAccounts {
		return accounts, nil
	}
	var all int // with those being deleted, whose rows are there yet
	if err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM accounts").Scan(&all); err != nil {
		return nil, err
	}
	if all == len(accounts) {
		return nil, nil
	}
	return accounts, nil
}

// Account finds an account by its id.
func (s *Store) Account(ctx context.Context, id string) (Account, error) {
	return s.scanAccount(s.db.QueryRowContext(ctx, "SELECT "+accountColumns+" FROM accounts WHERE id = $1 AND NOT deleting", id))
}

// AccountByNum finds an account by its number in the tables.
func (s *Store) AccountByNum(ctx context.Context, num int64) (Account, error) {
	return s.scanAccount(s.db.QueryRowContext(ctx, "SELECT "+accountColumns+" FROM accounts WHERE num = $1 AND NOT deleting", num))
}

// UpdateAccount writes what users may change of an account: name, environment,
// code, tags, subscription, packages.
func (s *Store) UpdateAccount(ctx context.Context, a *Account) error {
	tags, packages, err := a.lists()
	if err != nil {
		return err
	}
	return changed(s.db.ExecContext(ctx, `UPDATE accounts SET name = $1, environment = $2, code = $3, tags = $4, subscription = $5, packages = $6
		WHERE num = $7 AND NOT deleting`, a.Name, a.Environment, a.Code, tags, a.Subscription, packages, a.Num))
}

// SetAccess changes the role of an account, and has it scanned.
func (s *Store) SetAccess(ctx context.Context, a *Account) error {
	sealed, err := s.seal(a.ExternalID, secretbox.At("accounts", "external_id", a.ID))
	if err != nil {
		return err
	}
	return changed(s.db.ExecContext(ctx, "UPDATE accounts SET role_arn = $1, external_id = $2, next_scan = $3 WHERE num = $4 AND NOT deleting",
		a.RoleARN, sealed, orNull(a.Bot.next(s.now(), s.now())), a.Num))
}

// SetBot changes how an account is scanned, and when next.
func (s *Store) SetBot(ctx context.Context, num int64, bot *Bot) error {
	data, err := marshalBot(bot)
	if err != nil {
		return err
	}
	return s.within(ctx, func(tx *transaction) error {
		var last sql.NullInt64
		err := tx.QueryRowContext(ctx, "SELECT max(started) FROM scans WHERE account = $1", num).Scan(&last)
		if err != nil {
			return err
		}
		due := s.now()
		if last.Valid {
			due = time.UnixMilli(last.Int64).Add(bot.Interval())
		}
		return changed(tx.ExecContext(ctx, "UPDATE accounts SET bot = $1, next_scan = $2 WHERE num = $3 AND NOT deleting",
			data, orNull(bot.next(due, s.now())), num))
	})
}

// DeleteAccount hides an account at once; RemoveDeleted takes what belongs to
// it out of the database.
func (s *Store) DeleteAccount(ctx context.Context, num int64) error {
	return changed(s.db.ExecContext(ctx, "UPDATE accounts SET deleting = TRUE, next_scan = NULL, aws_id = aws_id || '-' || num WHERE num = $1 AND NOT deleting", num))
}

// RemoveDeleted removes what is left of deleted accounts.
func (s *Store) RemoveDeleted(ctx context.Context) error {
	rows, err := s.db.QueryContext(ctx, "SELECT num FROM accounts WHERE deleting")
	nums, err := collect(rows, err, func(rows *sql.Rows) (int64, error) {
		var num int64
		return num, rows.Scan(&num)
	})
	for _, num := range nums {
		err = errors.Join(err, s.within(ctx, func(tx *transaction) error {
			for _, table := range strings.Fields("checks resources check_history") {
				if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE account = $1", num); err != nil {
					return err
				}
			}
			_, err := tx.ExecContext(ctx, "DELETE FROM accounts WHERE num = $1", num)
			return err
		}))
	}
	return err
}

// seal closes a secret for its place; nothing stays nothing.
func (s *Store) seal(secret, place string) (string, error) {
	if secret == "" {
		return "", nil
	}
	if s.box == nil {
		return "", errors.New("the store was opened without a key for secrets")
	}
	return s.box.Seal(secret, place)
}

func (s *Store) open(sealed, place string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	if s.box == nil {
		return "", errors.New("the store was opened without a key for secrets")
	}
	secret, err := s.box.Open(sealed, place)
	if err != nil {
		return "", fmt.Errorf("a secret in the database cannot be opened; is the key the one that it was written with? %w", err)
	}
	return secret, nil
}
