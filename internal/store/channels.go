package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/surety-cloud/surety/internal/secretbox"
)

// A Channel is where notifications go to: a communication setting of an
// account or of the organisation.
type Channel struct {
	ID        string // conformity.SettingID
	Account   int64  // 0: the organisation's
	AccountID string // of the account
	Channel   string // "slack"
	Enabled   bool
	Manual    bool
	Filter    json.RawMessage // as it was sent; nil when it was not
	// Configuration is as it was sent. It holds secrets, and is sealed in the
	// database.
	Configuration json.RawMessage
	Created       time.Time
}

const channelSelect = `SELECT c.id, c.account, COALESCE(a.id, ''), c.channel, c.enabled, c.manual, c.filter, c.configuration, c.created
	FROM channels c LEFT JOIN accounts a ON a.num = c.account WHERE (c.account IS NULL OR NOT a.deleting)`

func channelPlace(id string) string { return secretbox.At("channels", "configuration", id) }

func (s *Store) scanChannel(row interface{ Scan(...any) error }) (Channel, error) {
	var (
		c       Channel
		account sql.NullInt64
		filter  sql.NullString
		sealed  string
		created int64
	)
	if err := row.Scan(&c.ID, &account, &c.AccountID, &c.Channel, &c.Enabled, &c.Manual, &filter, &sealed, &created); err != nil {
		return c, notFound(err)
	}
	c.Account, c.Created = account.Int64, time.UnixMilli(created).UTC()
	if filter.Valid {
		c.Filter = json.RawMessage(filter.String)
	}
	configuration, err := s.open(sealed, channelPlace(c.ID))
	c.Configuration = json.RawMessage(configuration)
	return c, err
}

// Channels lists the channels of an account in the order in which they were
// made; of the organisation for account 0.
func (s *Store) Channels(ctx context.Context, account int64) ([]Channel, error) {
	rows, err := s.db.QueryContext(ctx, channelSelect+" AND COALESCE(c.account, 0) = $1 ORDER BY c.created, c.id", account)
	return collect(rows, err, func(rows *sql.Rows) (Channel, error) { return s.scanChannel(rows) })
}

// Channel finds a channel by its id.
func (s *Store) Channel(ctx context.Context, id string) (Channel, error) {
	return s.scanChannel(s.db.QueryRowContext(ctx, channelSelect+" AND c.id = $1", id))
}

// AddChannels adds channels: all of them, or none.
func (s *Store) AddChannels(ctx context.Context, channels []Channel) error {
	return s.within(ctx, func(tx *transaction) error {
		for _, c := range channels {
			if err := s.addChannel(ctx, tx, &c); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Store) addChannel(ctx context.Context, q querier, c *Channel) error {
	sealed, err := s.seal(string(c.Configuration), channelPlace(c.ID))
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO channels (id, account, channel, enabled, manual, filter, configuration, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, c.ID, ofAccount(c.Account), c.Channel, c.Enabled, c.Manual, text(string(c.Filter)), sealed, s.now().UnixMilli())
	return err
}

// ofAccount is an account's number as a column has it that is NULL for the
// organisation.
func ofAccount(num int64) sql.NullInt64 { return sql.NullInt64{Int64: num, Valid: num != 0} }

// UpdateChannel writes what can change of a channel: whether it is enabled or
// manual, filter and configuration.
func (s *Store) UpdateChannel(ctx context.Context, c *Channel) error {
	return s.updateChannel(ctx, s.db, c)
}

func (s *Store) updateChannel(ctx context.Context, q querier, c *Channel) error {
	sealed, err := s.seal(string(c.Configuration), channelPlace(c.ID))
	if err != nil {
		return err
	}
	return changed(q.ExecContext(ctx, "UPDATE channels SET enabled = $1, manual = $2, filter = $3, configuration = $4 WHERE id = $5",
		c.Enabled, c.Manual, text(string(c.Filter)), sealed, c.ID))
}

// DeleteChannel deletes a channel.
func (s *Store) DeleteChannel(ctx context.Context, id string) error {
	return changed(s.db.ExecContext(ctx, "DELETE FROM channels WHERE id = $1", id))
}

// Recipients tells of users whether they may read an account; of those that
// are not there, nothing. The organisation, account 0, everybody may read.
func (s *Store) Recipients(ctx context.Context, account int64, users []string) (map[string]bool, error) {
	w := s.where()
	num := "CAST(" + w.next(account) + " AS BIGINT)"
	oneOf(w, "u.id", append([]string{}, users...))
	rows, err := s.db.QueryContext(ctx, `SELECT u.id, `+num+` = 0 OR u.role <> 'USER' OR COALESCE(g.level, 'NONE') <> 'NONE'
		FROM users u LEFT JOIN user_access g ON g.user_id = u.id AND g.account = `+num+" WHERE "+w.String(), w.args...)
	type recipient struct {
		id   string
		sees bool
	}
	list, err := collect(rows, err, func(rows *sql.Rows) (recipient, error) {
		var r recipient
		return r, rows.Scan(&r.id, &r.sees)
	})
	sees := make(map[string]bool, len(list))
	for _, r := range list {
		sees[r.id] = r.sees
	}
	return sees, err
}
