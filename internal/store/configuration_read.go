package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
)

// Configuration gives everything that users have configured as of one moment,
// with the secrets of accounts, imports and channels.
func (s *Store) Configuration(ctx context.Context) (*Configuration, error) {
	if _, err := s.Organisation(ctx); err != nil { // which makes it the first time
		return nil, err
	}
	var c *Configuration
	err := s.within(ctx, func(tx *transaction) error {
		if tx.postgres {
			if _, err := tx.ExecContext(ctx, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"); err != nil {
				return err
			}
		}
		var err error
		c, err = s.configuration(ctx, tx)
		return err
	})
	return c, err
}

// configuration reads everything but the suppressions' checks in as many
// statements as there are tables.
func (s *Store) configuration(ctx context.Context, tx *transaction) (*Configuration, error) {
	c := &Configuration{Version: ConfigurationVersion}
	for _, read := range []func(context.Context, *transaction, *Configuration) error{
		s.readImports, s.readAccounts, s.readGroups, s.readUsers, s.readProfiles, s.readCustomRules, s.readStandards,
		s.readChannels, s.readReportConfigs, s.readSuppressions,
	} {
		if err := read(ctx, tx, c); err != nil {
			return nil, err
		}
	}
	c.sort()
	return c, nil
}

// sort puts everything in an order that does not depend on how a database
// compares texts.
func (c *Configuration) sort() {
	slices.SortFunc(c.Imports, func(a, b ConfiguredImport) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Accounts, func(a, b ConfiguredAccount) int { return strings.Compare(a.AWSID, b.AWSID) })
	for i := range c.Accounts {
		slices.SortStableFunc(c.Accounts[i].Notes, compareRuleNotes)
	}
	slices.SortFunc(c.Groups, func(a, b ConfiguredGroup) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Users, func(a, b ConfiguredUser) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Profiles, func(a, b ConfiguredProfile) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(c.CustomRules, func(a, b ConfiguredRule) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Standards, func(a, b ConfiguredStandard) int { return strings.Compare(a.ID, b.ID) })
	// The ids of these begin with those of accounts, which differ from server
	// to server.
	slices.SortFunc(c.Channels, func(a, b ConfiguredChannel) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), strings.Compare(a.Account, b.Account))
	})
	slices.SortFunc(c.Reports, func(a, b ConfiguredReportConfig) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), strings.Compare(a.Account, b.Account), strings.Compare(a.Group, b.Group))
	})
	slices.SortFunc(c.Suppressions, func(a, b ConfiguredSuppression) int {
		return cmp.Or(strings.Compare(a.Account, b.Account), strings.Compare(a.Rule, b.Rule), strings.Compare(a.Region, b.Region), strings.Compare(a.Resource, b.Resource))
	})
}

func (s *Store) readImports(ctx context.Context, tx *transaction, c *Configuration) error {
	rows, err := tx.QueryContext(ctx, "SELECT "+importColumns+" FROM imports")
	c.Imports, err = collect(rows, err, func(rows *sql.Rows) (ConfiguredImport, error) {
		i, err := s.scanImport(rows)
		return ConfiguredImport{i.ID, i.Name, i.RoleARN, i.ExternalID, i.RoleName, i.Environment, i.Tags, i.Exclude}, err
	})
	return err
}

func (s *Store) readAccounts(ctx context.Context, tx *transaction, c *Configuration) error {
	settings, err := groupRows(ctx, tx, "SELECT a.id, r.rule, r.doc FROM account_rules r JOIN accounts a ON a.num = r.account ORDER BY r.account, r.position, r.rule",
		func(of *string, rows *sql.Rows) (v conformity.Setting, err error) {
			var rule, doc string
			if err = rows.Scan(of, &rule, &doc); err == nil {
				err = json.Unmarshal([]byte(doc), &v)
			}
			return v, err
		})
	if err != nil {
		return err
	}
	notes, err := groupRows(ctx, tx, "SELECT a.id, n.rule, n.note, n.created_by, n.at FROM rule_notes n JOIN accounts a ON a.num = n.account",
		func(of *string, rows *sql.Rows) (v ConfiguredRuleNote, err error) {
			return v, rows.Scan(of, &v.Rule, &v.Note, &v.By, &v.At)
		})
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, "SELECT "+accountColumns+" FROM accounts WHERE NOT deleting")
	c.Accounts, err = collect(rows, err, func(rows *sql.Rows) (ConfiguredAccount, error) {
		a, err := s.scanAccount(rows)
		if a.Packages == nil {
			a.Packages = map[string]bool{}
		}
		return ConfiguredAccount{
			ID: a.ID, Name: a.Name, Environment: a.Environment, Code: a.Code, AWSID: a.AWSID, Tags: a.Tags, RoleARN: a.RoleARN, ExternalID: a.ExternalID,
			Subscription: a.Subscription, Packages: a.Packages, Bot: a.Bot, Import: a.ImportID, Rules: orEmpty(settings[a.ID]), Notes: orEmpty(notes[a.ID]),
		}, err
	})
	return err
}

// groupRows reads the rows of a query by what they belong to.
func groupRows[T any](ctx context.Context, q querier, query string, scan func(of *string, rows *sql.Rows) (T, error)) (map[string][]T, error) {
	all := map[string][]T{}
	rows, err := q.QueryContext(ctx, query)
	_, err = collect(rows, err, func(rows *sql.Rows) (struct{}, error) {
		var of string
		v, err := scan(&of, rows)
		all[of] = append(all[of], v)
		return struct{}{}, err
	})
	return all, err
}

// orEmpty makes an empty list of a nil one, for JSON.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (s *Store) readGroups(ctx context.Context, tx *transaction, c *Configuration) error {
	rows, err := tx.QueryContext(ctx, "SELECT id, name, tags FROM account_groups")
	c.Groups, err = collect(rows, err, func(rows *sql.Rows) (g ConfiguredGroup, err error) {
		var tags string
		if err = rows.Scan(&g.ID, &g.Name, &tags); err == nil {
			err = json.Unmarshal([]byte(tags), &g.Tags)
		}
		return g, err
	})
	return err
}

func (s *Store) readUsers(ctx context.Context, tx *transaction, c *Configuration) error {
	access, err := s.access(ctx, tx, "")
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, "SELECT "+userColumns+" FROM users u")
	c.Users, err = collect(rows, err, func(rows *sql.Rows) (ConfiguredUser, error) {
		u, err := scanUser(rows)
		levels := access[u.ID]
		if levels == nil {
			levels = map[string]string{}
		}
		return ConfiguredUser{u.ID, u.Email, u.FirstName, u.LastName, u.Role, u.SSO, u.SummaryOptOut, levels}, err
	})
	return err
}

func (s *Store) readProfiles(ctx context.Context, tx *transaction, c *Configuration) error {
	var organisation string
	if err := tx.QueryRowContext(ctx, "SELECT id, name FROM organisation ORDER BY created, id LIMIT 1").Scan(&organisation, &c.Organisation.Name); err != nil {
		return notFound(err)
	}
	rows, err := tx.QueryContext(ctx, "SELECT "+profileColumns+" FROM profiles")
	profiles, err := collect(rows, err, func(rows *sql.Rows) (Profile, error) { return scanProfile(rows) })
	if err != nil {
		return err
	}
	c.Profiles = []ConfiguredProfile{}
	for _, p := range profiles {
		settings, err := profileSettings(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		put := ConfiguredProfile{ID: p.ID, Name: p.Name, Description: p.Description, Rules: orEmpty(settings)}
		if p.ID == conformity.OrganisationProfileID(organisation) {
			put.ID = ""
			c.Organisation.Profile = &put
			continue
		}
		c.Profiles = append(c.Profiles, put)
	}
	return nil
}

func (s *Store) readCustomRules(ctx context.Context, tx *transaction, c *Configuration) error {
	rows, err := tx.QueryContext(ctx, "SELECT id, doc, created, modified FROM custom_rules")
	c.CustomRules, err = collect(rows, err, func(rows *sql.Rows) (ConfiguredRule, error) {
		r, err := scanCustomRule(rows)
		return ConfiguredRule{r.ID, r.Rule}, err
	})
	return err
}

func (s *Store) readStandards(ctx context.Context, tx *transaction, c *Configuration) error {
	rows, err := tx.QueryContext(ctx, "SELECT id, doc, modified FROM custom_standards")
	c.Standards, err = collect(rows, err, func(rows *sql.Rows) (ConfiguredStandard, error) {
		own, err := scanStandard(rows)
		return ConfiguredStandard{own.ID, own}, err
	})
	return err
}

func (s *Store) readChannels(ctx context.Context, tx *transaction, c *Configuration) error {
	rows, err := tx.QueryContext(ctx, channelSelect)
	c.Channels, err = collect(rows, err, func(rows *sql.Rows) (ConfiguredChannel, error) {
		ch, err := s.scanChannel(rows)
		if err != nil {
			return ConfiguredChannel{}, err
		}
		id, err := conformity.ParseSettingID(ch.ID)
		return ConfiguredChannel{id.ID, ch.AccountID, ch.Channel, ch.Enabled, ch.Manual, ch.Filter, ch.Configuration}, err
	})
	return err
}

func (s *Store) readReportConfigs(ctx context.Context, tx *transaction, c *Configuration) error {
	rows, err := tx.QueryContext(ctx, reportConfigSelect)
	c.Reports, err = collect(rows, err, func(rows *sql.Rows) (ConfiguredReportConfig, error) {
		r, err := scanReportConfig(rows)
		if err != nil {
			return ConfiguredReportConfig{}, err
		}
		id, err := conformity.ParseReportConfigID(r.ID)
		return ConfiguredReportConfig{id.ID, r.AccountID, r.GroupID, r.Configuration, r.CreatedBy}, err
	})
	return err
}

func (s *Store) readSuppressions(ctx context.Context, tx *transaction, c *Configuration) error {
	type key struct{ account, check int64 }
	notes := map[key][]ConfiguredNote{}
	rows, err := tx.QueryContext(ctx, `SELECT n.account, n.check_id, n.note, n.created_by, n.at FROM check_notes n
		JOIN checks c ON c.account = n.account AND c.id = n.check_id WHERE c.suppressed ORDER BY n.at`)
	if _, err = collect(rows, err, func(rows *sql.Rows) (struct{}, error) {
		var (
			k key
			n ConfiguredNote
		)
		err := rows.Scan(&k.account, &k.check, &n.Note, &n.By, &n.At)
		notes[k] = append(notes[k], n)
		return struct{}{}, err
	}); err != nil {
		return err
	}
	rows, err = tx.QueryContext(ctx, `SELECT c.account, c.id, a.id, c.rule, c.service, c.region, c.resource, c.origin = 1, c.risk, c.suppressed_until
		FROM checks c JOIN accounts a ON a.num = c.account WHERE c.suppressed AND NOT a.deleting`)
	c.Suppressions, err = collect(rows, err, func(rows *sql.Rows) (ConfiguredSuppression, error) {
		var (
			k     key
			p     ConfiguredSuppression
			until sql.NullInt64
		)
		err := rows.Scan(&k.account, &k.check, &p.Account, &p.Rule, &p.Service, &p.Region, &p.Resource, &p.Pushed, &p.Risk, &until)
		if until.Valid {
			p.Until = &until.Int64
		}
		p.Notes = orEmpty(notes[k])
		return p, err
	})
	return err
}
