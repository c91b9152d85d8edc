package store

import (
	"context"
)

// tally counts the checks of an account anew, or those of one of its rules.
func (tx *transaction) tally(ctx context.Context, account int64, rule ...string) error {
	only, args := "", []any{account}
	for _, r := range rule {
		only, args = " AND rule = $2", append(args, r)
	}
	for _, query := range []string{
		"DELETE FROM tallies WHERE account = $1" + only,
		`INSERT INTO tallies (account, rule, service, region, status, risk, suppressed, not_scored, n)
			SELECT account, rule, service, region, status, risk, suppressed, not_scored, count(*) FROM checks
			WHERE account = $1` + only + ` GROUP BY account, rule, service, region, status, risk, suppressed, not_scored`,
		"DELETE FROM rule_tallies WHERE account = $1" + only,
		`INSERT INTO rule_tallies (account, rule, service, status, risk, suppressed, not_scored, n)
			SELECT account, rule, service, status, risk, suppressed, not_scored, sum(n) FROM tallies
			WHERE account = $1` + only + ` GROUP BY account, rule, service, status, risk, suppressed, not_scored`,
	} {
		if _, err := tx.ExecContext(ctx, query, args...); err != nil {
			return err
		}
	}
	for _, query := range []string{
		"DELETE FROM region_tallies WHERE account = $1",
		`INSERT INTO region_tallies (account, region, status, risk, suppressed, not_scored, n)
			SELECT account, region, status, risk, suppressed, not_scored, sum(n) FROM tallies
			WHERE account = $1 GROUP BY account, region, status, risk, suppressed, not_scored`,
	} {
		if _, err := tx.ExecContext(ctx, query, account); err != nil {
			return err
		}
	}
	return nil
}

// tallyRules counts the checks of some rules of an account anew. Where they are
// many, all are counted at once.
func (tx *transaction) tallyRules(ctx context.Context, account int64, rules map[string]bool) error {
	const many = 10
	if len(rules) > many {
		return tx.tally(ctx, account)
	}
	for rule := range rules {
		if err := tx.tally(ctx, account, rule); err != nil {
			return err
		}
	}
	return nil
}
