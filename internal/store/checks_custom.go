package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
)

// A Pushed is a check as a user pushes it. Found.Origin and Type do not count.
type Pushed struct {
	Found
	Title      string   // of the rule; that of the newest check holds for all
	Categories []string // of this check
	Tags       []string // key::value
}

// PushChecks writes checks that a user pushes to an account, all or none. One
// that is there already is overwritten; it keeps its dates and suppression. Of
// two of the same rule, region and resource the last counts. The answer tells
// how many were new.
func (s *Store) PushChecks(ctx context.Context, account int64, list []Pushed, by string) (created int, err error) {
	at := s.now().UnixMilli()
	byID := map[int64]*Pushed{}
	for i := range list {
		byID[list[i].ID()] = &list[i]
	}
	var rows, history [][]any
	rules := map[string]bool{}
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		p := byID[id]
		rules[p.Rule] = true
		history = append(history, []any{account, id, at, int(p.Status)})
		rows = append(rows, p.row(account, at, by))
	}
	err = s.within(ctx, func(tx *transaction) error {
		if err := tx.lock(ctx, account); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE accounts SET first_checks = COALESCE(first_checks, $1) WHERE num = $2", at, account); err != nil {
			return err
		}
		before, err := tx.pushed(ctx, account)
		if err != nil {
			return err
		}
		if err := tx.all(ctx, []step{{pushHistory, history}, {pushCheck, rows}}); err != nil {
			return err
		}
		after, err := tx.pushed(ctx, account)
		if err != nil {
			return err
		}
		created = int(after - before)
		for i := range list {
			if err := tx.pushedRule(ctx, &list[i], at); err != nil {
				return err
			}
		}
		return tx.tallyRules(ctx, account, rules)
	})
	return created, err
}

// lock takes an account for a transaction: changes of its checks by users and
// scans wait for each other.
func (tx *transaction) lock(ctx context.Context, account int64) error {
	return changed(tx.ExecContext(ctx, "UPDATE accounts SET deleting = deleting WHERE num = $1 AND NOT deleting", account))
}

func (tx *transaction) pushed(ctx context.Context, account int64) (n int64, err error) {
	err = tx.QueryRowContext(ctx, "SELECT count(*) FROM checks WHERE account = $1 AND origin = 1", account).Scan(&n)
	return n, err
}

const (
	pushHistory = `INSERT INTO check_history (account, check_id, at, was, status)
		SELECT account, id, CAST($3 AS BIGINT), status, CAST($4 AS SMALLINT) FROM checks
		WHERE account = $1 AND id = $2 AND origin = 1 AND status <> CAST($4 AS SMALLINT) ON CONFLICT DO NOTHING`
	// A check of a scan is not overwritten.
	pushCheck = `INSERT INTO checks (account, id, rule, service, region, resource, origin, status, risk, message, digest, not_scored,
			created, modified, status_since, discovered, updated_by, extra, categories, tag_text)
		VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, 0, $10, $11, $11, $11, $12, $13, $14, $15, $16)
		ON CONFLICT (account, id) DO UPDATE SET service = excluded.service, status = excluded.status, risk = excluded.risk,
			message = excluded.message, not_scored = excluded.not_scored, modified = excluded.modified, updated_by = excluded.updated_by,
			status_since = CASE WHEN checks.status = excluded.status THEN checks.status_since ELSE excluded.modified END,
			discovered = CASE WHEN excluded.status = 2 AND checks.status <> 2 THEN excluded.modified ELSE checks.discovered END,
			resolved = CASE WHEN excluded.status = 1 AND checks.status = 2 THEN excluded.modified
				WHEN excluded.status = 2 AND checks.status <> 2 THEN NULL ELSE checks.resolved END,
			extra = excluded.extra, categories = excluded.categories, tag_text = excluded.tag_text
		WHERE checks.origin = 1`
)

// row are the arguments of pushCheck.
func (p *Pushed) row(account, at int64, by string) []any {
	var discovered sql.NullInt64
	if p.Status == Failure {
		discovered = sql.NullInt64{Int64: at, Valid: true}
	}
	return []any{
		account, p.ID(), p.Rule, p.Service, p.Region, p.Resource, int(p.Status), p.Risk, p.Message, p.NotScored,
		at, discovered, by, text(p.Extra), text(commas(p.Categories)), text(pushedTags(p.Tags)),
	}
}

// commas are words between commas, with one at each end.
func commas(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return "," + strings.Join(words, ",") + ","
}

// pushedTags are tags as they are searched.
func pushedTags(tags []string) string {
	m := make(map[string]string, len(tags))
	for _, tag := range tags {
		key, value, _ := strings.Cut(tag, "::")
		m[key] = value
	}
	return conformity.TagText(m)
}

// A PushedRule is what the checks of a rule that users push have in common.
type PushedRule struct {
	ID         string
	Title      string
	Categories []string
}

func (tx *transaction) pushedRule(ctx context.Context, p *Pushed, at int64) error {
	categories, err := marshal(slices.Concat([]string{}, p.Categories))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO pushed_rules (rule, title, categories, modified) VALUES ($1, $2, $3, $4)
		ON CONFLICT (rule) DO UPDATE SET title = excluded.title, categories = excluded.categories, modified = excluded.modified`,
		p.Rule, p.Title, categories, at)
	return err
}

// PushedRules lists the rules that users have pushed checks of, by id.
func (s *Store) PushedRules(ctx context.Context) ([]PushedRule, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT rule, title, categories FROM pushed_rules ORDER BY rule")
	return collect(rows, err, func(rows *sql.Rows) (PushedRule, error) {
		var (
			p          PushedRule
			categories string
		)
		if err := rows.Scan(&p.ID, &p.Title, &categories); err != nil {
			return p, err
		}
		return p, json.Unmarshal([]byte(categories), &p.Categories)
	})
}

// DeleteCheck deletes a check with its notes and history. One that a scan makes
// comes back with the next.
func (s *Store) DeleteCheck(ctx context.Context, c *Check) error {
	return s.within(ctx, func(tx *transaction) error {
		if err := tx.lock(ctx, c.Account); err != nil {
			return err
		}
		if err := changed(tx.ExecContext(ctx, deleteCheck, c.Account, c.ID)); err != nil {
			return err
		}
		for _, query := range []string{deleteHistory, deleteNotes} {
			if _, err := tx.ExecContext(ctx, query, c.Account, c.ID); err != nil {
				return err
			}
		}
		return tx.tally(ctx, c.Account, c.Rule)
	})
}
