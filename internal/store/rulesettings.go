package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/surety-cloud/surety/internal/conformity"
)

// AccountSettings lists the settings of rules that users made for an account,
// in the order in which the rules were first configured.
func (s *Store) AccountSettings(ctx context.Context, account int64) ([]conformity.Setting, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT rule, doc FROM account_rules WHERE account = $1 ORDER BY position, rule", account)
	return collect(rows, err, scanSetting)
}

func scanSetting(rows *sql.Rows) (conformity.Setting, error) {
	var rule, doc string
	if err := rows.Scan(&rule, &doc); err != nil {
		return conformity.Setting{}, err
	}
	var setting conformity.Setting
	if err := json.Unmarshal([]byte(doc), &setting); err != nil {
		return setting, fmt.Errorf("the setting of rule %s in the database cannot be read: %w", rule, err)
	}
	return setting, nil
}

// settingDoc is a setting as the tables have it.
func settingDoc(setting conformity.Setting) (string, error) {
	setting.Configured = nil // the API says that; it is not part of the setting
	return marshal(setting)
}

// A RuleNote is what a user said when a setting of rules was changed.
type RuleNote struct {
	Note, By string
	// Rules are those that the note is about; nil for those whose settings
	// changed.
	Rules []string
}

// ChangeAccountSettings changes the settings of an account by what a function
// makes of them, with nobody else changing them meanwhile. What does not change
// is not written. It gives the settings before and after; a note without text
// is not kept.
func (s *Store) ChangeAccountSettings(ctx context.Context, account int64, note RuleNote,
	change func([]conformity.Setting) ([]conformity.Setting, error)) (before, after []conformity.Setting, err error) {
	err = s.within(ctx, func(tx *transaction) error {
		if err := changed(tx.ExecContext(ctx, "UPDATE accounts SET deleting = deleting WHERE num = $1 AND NOT deleting", account)); err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx, "SELECT rule, doc FROM account_rules WHERE account = $1 ORDER BY position, rule", account)
		if before, err = collect(rows, err, scanSetting); err != nil {
			return err
		}
		if after, err = change(before); err != nil {
			return err
		}
		touched, err := tx.putAccountSettings(ctx, account, before, after)
		if err != nil || note.Note == "" {
			return err
		}
		if note.Rules != nil {
			touched = note.Rules
		}
		at := s.now().UnixMilli()
		noted := make([][]any, len(touched))
		for i, rule := range touched {
			noted[i] = []any{account, rule, at, note.Note, note.By}
		}
		return tx.each(ctx, "INSERT INTO rule_notes (account, rule, at, note, created_by) VALUES ($1, $2, $3, $4, $5)", noted)
	})
	return before, after, err
}

// putAccountSettings writes what differs, and tells the rules whose settings
// do.
func (tx *transaction) putAccountSettings(ctx context.Context, account int64, before, after []conformity.Setting) (touched []string, err error) {
	type place struct {
		doc      string
		position int
	}
	old := make(map[string]place, len(before))
	for i, setting := range before {
		doc, err := settingDoc(setting)
		if err != nil {
			return nil, err
		}
		old[setting.ID] = place{doc, i}
	}
	var put, removed [][]any
	for i, setting := range after {
		doc, err := settingDoc(setting)
		if err != nil {
			return nil, err
		}
		was, there := old[setting.ID]
		delete(old, setting.ID)
		if was.doc != doc {
			touched = append(touched, setting.ID)
		}
		if !there || was != (place{doc, i}) {
			put = append(put, []any{account, setting.ID, i, doc})
		}
	}
	for rule := range old {
		touched = append(touched, rule)
		removed = append(removed, []any{account, rule})
	}
	return touched, tx.all(ctx, []step{
		{"DELETE FROM account_rules WHERE account = $1 AND rule = $2", removed},
		{`INSERT INTO account_rules (account, rule, position, doc) VALUES ($1, $2, $3, $4)
			ON CONFLICT (account, rule) DO UPDATE SET position = excluded.position, doc = excluded.doc`, put},
	})
}

// SettingNotes lists the last notes on the settings of a rule, the newest
// first.
func (s *Store) SettingNotes(ctx context.Context, account int64, rule string, limit int) ([]Note, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT note, created_by, at FROM rule_notes WHERE account = $1 AND rule = $2 ORDER BY at DESC LIMIT $3", account, rule, limit)
	return collect(rows, err, scanNote)
}

// RulesWithSettings lists the rules that any account or profile has settings
// for, sorted.
func (s *Store) RulesWithSettings(ctx context.Context) ([]string, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT rule FROM account_rules UNION SELECT rule FROM profile_rules ORDER BY rule")
	return collect(rows, err, func(rows *sql.Rows) (string, error) {
		var id string
		return id, rows.Scan(&id)
	})
}
