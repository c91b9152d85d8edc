package store

import (
	"cmp"
	"database/sql"
	"errors"
	"slices"
	"strings"
)

// notScanned is what is said of a check that is known by its suppression only.
const notScanned = "The check was suppressed on the server that the configuration comes from, and the account has not been scanned here yet"

// A checkKey is what a check is found by.
type checkKey struct{ account, rule, region, resource string }

func (im *importer) suppressions(given []ConfiguredSuppression) error {
	here := make(map[checkKey]ConfiguredSuppression, len(im.here.Suppressions))
	for _, p := range im.here.Suppressions {
		here[checkKey{p.Account, p.Rule, p.Region, p.Resource}] = p
	}
	touched := map[string]map[string]bool{} // rules by account
	for i := range given {
		want := given[i]
		item := Imported{Kind: "suppression", Name: want.Rule + " " + want.Region + " " + want.Resource}
		account, ok := im.accounts[want.Account]
		if !ok {
			if err := im.done(item, refuse("account %s is not there", want.Account)); err != nil {
				return err
			}
			continue
		}
		want.Account, want.Rule = account, or(im.rules, want.Rule)
		was, there := here[checkKey{want.Account, want.Rule, want.Region, want.Resource}]
		want.Notes = im.notes(was.Notes, want.Notes)
		if there {
			want.Service, want.Risk, want.Pushed = was.Service, was.Risk, was.Pushed
		}
		if err := im.put(item, there, was, want, func() error {
			if touched[account] == nil {
				touched[account] = map[string]bool{}
				if err := im.tx.lock(im.ctx, im.nums[account]); err != nil {
					return err
				}
			}
			touched[account][want.Rule] = true
			return im.suppress(&want)
		}); err != nil {
			return err
		}
	}
	for account, rules := range touched {
		if err := im.tx.tallyRules(im.ctx, im.nums[account], rules); err != nil {
			return err
		}
	}
	return nil
}

// notes adds notes to those that there are, the oldest first; of two of the
// same moment the one here stays.
func (im *importer) notes(here, given []ConfiguredNote) []ConfiguredNote {
	list := orEmpty(slices.Clone(here))
	for _, n := range given {
		n.By = or(im.users, n.By)
		if !slices.ContainsFunc(list, func(o ConfiguredNote) bool { return o.At == n.At }) {
			list = append(list, n)
		}
	}
	slices.SortStableFunc(list, func(a, b ConfiguredNote) int { return cmp.Compare(a.At, b.At) })
	return list
}

// suppress suppresses a check. One that no scan has made yet is there as
// unknown until a scan does.
func (im *importer) suppress(p *ConfiguredSuppression) error {
	num, check, now := im.nums[p.Account], CheckID(p.Rule, p.Region, p.Resource), im.s.now().UnixMilli()
	if p.Until != nil && *p.Until <= now {
		return refuse("its time is over")
	}
	var until sql.NullInt64
	if p.Until != nil {
		until = sql.NullInt64{Int64: *p.Until, Valid: true}
	}
	err := changed(im.tx.ExecContext(im.ctx, `UPDATE checks SET suppressed = $1, suppressed_until = $2, modified = $3, updated_by = $4
		WHERE account = $5 AND id = $6`, true, until, now, im.Caller, num, check))
	if errors.Is(err, ErrNotFound) {
		if p.Pushed {
			return refuse("the check is pushed by a user, and has not been pushed here; push it first")
		}
		origin := ByRule
		if strings.HasPrefix(p.Rule, "CUSTOM-") {
			origin = ByCustomRule
		}
		f := Found{
			Rule: p.Rule, Service: p.Service, Region: p.Region, Resource: p.Resource, Origin: origin, Status: Unknown, Risk: p.Risk,
			Message: notScanned, Reason: notScanned,
		}
		_, err = im.tx.ExecContext(im.ctx, `INSERT INTO checks (account, id, rule, service, region, resource, origin, status, risk, message, digest, reason,
			suppressed, suppressed_until, created, modified, status_since, updated_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $15, $16)`,
			num, check, f.Rule, f.Service, f.Region, f.Resource, int(f.Origin), int(f.Status), f.Risk, f.Message, f.digest(), f.Reason,
			true, until, now, im.Caller)
	}
	if err != nil {
		return err
	}
	rows := make([][]any, len(p.Notes))
	for i, n := range p.Notes {
		rows[i] = []any{num, check, n.At, n.Note, n.By}
	}
	return im.tx.each(im.ctx, "INSERT INTO check_notes (account, check_id, at, note, created_by) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING", rows)
}
