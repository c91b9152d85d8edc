package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Outcomes of what is brought in with a configuration.
const (
	Added     = "added"
	Changed   = "changed"
	Unchanged = "unchanged"
	Refused   = "refused"
)

// An Imported is what became of one thing of a configuration.
type Imported struct {
	Kind    string // "account"
	ID      string // here
	Name    string
	Outcome string
	Reason  string // why it was refused, or what is left to do; may be empty
}

// ImportOptions say how a configuration is brought in.
type ImportOptions struct {
	// DryRun tells what would become of everything, and changes nothing.
	DryRun bool
	// Caller is the id of the user who does it; they keep the role ADMIN.
	Caller string
	// Complete makes the configuration of a channel whole that was written
	// without secrets, from that which the channel has here (nil when it is
	// new). An error is the reason why that is not possible.
	Complete func(channel string, given, here json.RawMessage) (json.RawMessage, error)
}

// errDryRun takes back what a dry run has written.
var errDryRun = errors.New("dry run")

// ImportConfiguration brings a configuration in, in one transaction. What there
// is already is found by its id, else by its AWS account number, its email or
// its name, and changed to what the configuration says; what the configuration
// does not have stays as it is. To do it again changes nothing.
func (s *Store) ImportConfiguration(ctx context.Context, c *Configuration, o ImportOptions) ([]Imported, error) {
	organisation, err := s.Organisation(ctx)
	if err != nil {
		return nil, err
	}
	var report []Imported
	err = s.within(ctx, func(tx *transaction) error {
		im, err := s.newImporter(ctx, tx, organisation, o)
		if err != nil {
			return err
		}
		if err := im.all(c); err != nil {
			return err
		}
		report = im.report
		if o.DryRun {
			return errDryRun
		}
		return nil
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return report, err
}

// An importer brings one configuration in.
type importer struct {
	ImportOptions
	s    *Store
	tx   *transaction
	ctx  context.Context
	org  Organisation
	here *Configuration // before
	// The id here by the id in the configuration, of what was not refused.
	imports, accounts, groups, users, rules map[string]string
	nums                                    map[string]int64  // of accounts, by their id here
	known                                   map[string]string // ids of the users here
	report                                  []Imported
}

func (s *Store) newImporter(ctx context.Context, tx *transaction, organisation Organisation, o ImportOptions) (*importer, error) {
	// Of two imports at once the second waits for the first.
	if _, err := tx.ExecContext(ctx, "UPDATE organisation SET id = id"); err != nil {
		return nil, err
	}
	im := &importer{
		ImportOptions: o, s: s, tx: tx, ctx: ctx, org: organisation, nums: map[string]int64{}, known: map[string]string{},
		imports: map[string]string{}, accounts: map[string]string{}, groups: map[string]string{}, users: map[string]string{}, rules: map[string]string{},
	}
	var err error
	if im.here, err = s.configuration(ctx, tx); err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, "SELECT id, num FROM accounts WHERE NOT deleting")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var (
			id  string
			num int64
		)
		if err := rows.Scan(&id, &num); err != nil {
			return nil, err
		}
		im.nums[id] = num
	}
	for _, u := range im.here.Users {
		im.known[u.ID] = u.ID
	}
	return im, rows.Err()
}

// all brings everything in: what others refer to goes first.
func (im *importer) all(c *Configuration) error {
	for _, given := range c.Users { // who wrote what is part of what goes before them
		im.users[given.ID] = given.ID
		if was, there := find(im.here.Users, func(u *ConfiguredUser) bool { return same(u.Email, given.Email) }); there {
			im.users[given.ID] = was.ID
		}
	}
	// A document may be a part, and name accounts and groups that it lacks.
	for _, here := range im.here.Accounts {
		if _, given := find(c.Accounts, func(a *ConfiguredAccount) bool { return a.ID == here.ID }); !given {
			im.accounts[here.ID] = here.ID
		}
	}
	for _, here := range im.here.Groups {
		if _, given := find(c.Groups, func(g *ConfiguredGroup) bool { return g.ID == here.ID }); !given {
			im.groups[here.ID] = here.ID
		}
	}
	for _, step := range []func() error{
		func() error { return each(c.CustomRules, im.customRule) },
		func() error { return each(c.Imports, im.imported) },
		func() error { return each(c.Accounts, im.account) },
		func() error { return each(c.Groups, im.group) },
		func() error { return each(c.Users, im.user) },
		func() error { return im.organisation(&c.Organisation) },
		func() error { return each(c.Profiles, im.profile) },
		func() error { return each(c.Standards, im.standard) },
		func() error { return each(c.Channels, im.channel) },
		func() error { return each(c.Reports, im.reportConfig) },
		func() error { return im.suppressions(c.Suppressions) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// each calls f with each element, up to the first error.
func each[T any](list []T, f func(*T) error) error {
	for i := range list {
		if err := f(&list[i]); err != nil {
			return err
		}
	}
	return nil
}

// A refusal is why something is not brought in. It is found before anything is
// written of it.
type refusal string

func (r refusal) Error() string { return string(r) }

func refuse(format string, args ...any) error { return refusal(fmt.Sprintf(format, args...)) }

// put compares what there is with what is wanted, writes it where they differ,
// and tells so. there says whether there is something.
func (im *importer) put(item Imported, there bool, was, want any, write func() error) error {
	item.Outcome = Added
	if there {
		item.Outcome = Changed
		old, err := json.Marshal(was)
		if err != nil {
			return err
		}
		given, err := json.Marshal(want)
		if err != nil {
			return err
		}
		if bytes.Equal(old, given) {
			item.Outcome, item.Reason = Unchanged, ""
			im.report = append(im.report, item)
			return nil
		}
	}
	return im.done(item, write())
}

// done tells what became of something; err may be why it was refused.
func (im *importer) done(item Imported, err error) error {
	if errors.Is(err, ErrLastAdmin) || errors.Is(err, ErrExists) {
		err = refusal(err.Error())
	}
	var r refusal
	if errors.As(err, &r) {
		item.Outcome, item.Reason = Refused, string(r)
		err = nil
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", item.Kind, cmp.Or(item.Name, item.ID), err)
	}
	im.report = append(im.report, item)
	return nil
}

// keep notes under which id something is here that was put and not refused.
func (im *importer) keep(ids map[string]string, from, to string, err error) error {
	if err == nil && im.report[len(im.report)-1].Outcome != Refused {
		ids[from] = to
	}
	return err
}

// find is the first element that meets the first test that one meets.
func find[T any](list []T, tests ...func(*T) bool) (T, bool) {
	for _, test := range tests {
		for i := range list {
			if test(&list[i]) {
				return list[i], true
			}
		}
	}
	var none T
	return none, false
}

// or is what a map has for a key, else the key.
func or(m map[string]string, key string) string { return cmp.Or(m[key], key) }

// same compares texts for people, whose case does not matter.
func same(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) }
