package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"
)

// A ReportConfig says which report is made of an account, a group or the
// organisation, and when.
type ReportConfig struct {
	ID            string // conformity.ReportConfigID
	Account       int64  // 0: of a group or the organisation
	AccountID     string
	GroupID       string
	Configuration json.RawMessage // as it was sent
	CreatedBy     string          // id of a user
	Created       time.Time
}

const reportConfigSelect = `SELECT r.id, r.account, COALESCE(a.id, ''), COALESCE(r.group_id, ''), r.configuration, r.created_by, r.created
	FROM report_configs r LEFT JOIN accounts a ON a.num = r.account WHERE (r.account IS NULL OR NOT a.deleting)`

func scanReportConfig(row interface{ Scan(...any) error }) (ReportConfig, error) {
	var (
		r             ReportConfig
		account       sql.NullInt64
		configuration string
		created       int64
	)
	err := row.Scan(&r.ID, &account, &r.AccountID, &r.GroupID, &configuration, &r.CreatedBy, &created)
	r.Account, r.Configuration, r.Created = account.Int64, json.RawMessage(configuration), time.UnixMilli(created).UTC()
	return r, notFound(err)
}

// ReportConfigs lists the report configs of an account, else of a group, else
// (0 and "") of the organisation, in the order in which they were made.
func (s *Store) ReportConfigs(ctx context.Context, account int64, group string) ([]ReportConfig, error) {
	rows, err := s.db.QueryContext(ctx, reportConfigSelect+` AND COALESCE(r.account, 0) = $1 AND COALESCE(r.group_id, '') = $2
		ORDER BY r.created, r.id`, account, group)
	return collect(rows, err, func(rows *sql.Rows) (ReportConfig, error) { return scanReportConfig(rows) })
}

// ReportConfig finds a report config by its id.
func (s *Store) ReportConfig(ctx context.Context, id string) (ReportConfig, error) {
	return scanReportConfig(s.db.QueryRowContext(ctx, reportConfigSelect+" AND r.id = $1", id))
}

// AddReportConfig adds a report config, and fills in when it was made.
func (s *Store) AddReportConfig(ctx context.Context, r *ReportConfig) error {
	return s.addReportConfig(ctx, s.db, r)
}

func (s *Store) addReportConfig(ctx context.Context, q querier, r *ReportConfig) error {
	r.Created = s.now().UTC().Truncate(time.Millisecond)
	_, err := q.ExecContext(ctx, "INSERT INTO report_configs (id, account, group_id, configuration, created_by, created) VALUES ($1, $2, $3, $4, $5, $6)",
		r.ID, ofAccount(r.Account), text(r.GroupID), string(r.Configuration), r.CreatedBy, millis(r.Created))
	return err
}

// UpdateReportConfig replaces the configuration of a report config.
func (s *Store) UpdateReportConfig(ctx context.Context, id string, configuration json.RawMessage) error {
	return changed(s.db.ExecContext(ctx, "UPDATE report_configs SET configuration = $1 WHERE id = $2", string(configuration), id))
}

// DeleteReportConfig deletes a report config.
func (s *Store) DeleteReportConfig(ctx context.Context, id string) error {
	return changed(s.db.ExecContext(ctx, "DELETE FROM report_configs WHERE id = $1", id))
}
