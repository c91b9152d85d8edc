package bot

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/store"
)

// A Reading is what was read of an account.
type Reading struct {
	Inventory *cloud.Inventory
	Stats     *aws.Stats
	// Now is the time as of which it is judged.
	Now time.Time
}

// Judge holds what was read of an account against the rules, with the settings
// and the custom rules that the store has, as a scan does. It gives what the
// store merges, but for the id of the scan. The resources are taken out of the
// inventory.
func Judge(ctx context.Context, s *store.Store, library *rule.Library, account *store.Account, r *Reading) (*store.Merge, error) {
	options := Options{Store: s, Library: library}.withDefaults()
	judge := &scan{Bot: &Bot{options: options, store: s, log: options.Log}, account: *account, log: options.Log, started: time.Now()}
	by, err := judge.standards(ctx)
	if err != nil {
		return nil, err
	}
	return judge.judge(ctx, by, r)
}

// read reads the account and holds it against the rules. An error that is
// unreadable is about the account, any other about ourselves.
func (s *scan) read(ctx context.Context) (*store.Merge, error) {
	by, err := s.standards(ctx)
	if err != nil {
		return nil, err
	}
	r, err := s.reading(ctx, by)
	if err != nil {
		return nil, err
	}
	m, err := s.judge(ctx, by, r)
	if err != nil {
		return nil, err
	}
	s.metrics.called(r.Stats)
	return m, ctx.Err()
}

// reading reads the account: from AWS, or what stands in its place.
func (s *scan) reading(ctx context.Context, by *standards) (*Reading, error) {
	if s.options.Read != nil {
		r, err := s.options.Read(ctx, &s.account)
		switch {
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case err != nil:
			return nil, unreadable(err.Error())
		}
		return r, nil
	}
	needs, err := engine.Needs(by.judging, aws.Given(&aws.Options{Services: s.options.services, Thorough: s.options.Thorough}))
	if err != nil {
		return nil, err
	}
	for _, c := range by.customs {
		if needs[c.typ] == nil {
			needs[c.typ] = map[string]bool{}
		}
		needs[c.typ][rule.Whole] = true
	}
	inv, stats, err := s.inventory(ctx, needs, by.judging.Now)
	if err != nil {
		return nil, err
	}
	return &Reading{Inventory: inv, Stats: stats, Now: by.judging.Now}, nil
}

// Standards are what an account is held against.
type standards struct {
	organisation string // its id
	judging      engine.Options
	customs      []custom
	faults       []string // what of the settings does not fit
}

func (s *scan) standards(ctx context.Context) (*standards, error) {
	organisation, err := s.store.Organisation(ctx)
	if err != nil {
		return nil, err
	}
	by := &standards{organisation: organisation.ID}
	if by.judging, by.faults, err = s.settings(ctx, organisation.ID); err != nil {
		return nil, err
	}
	by.customs, err = s.customRules(ctx)
	return by, err
}

// judge holds what was read against the rules.
func (s *scan) judge(ctx context.Context, by *standards, r *Reading) (*store.Merge, error) {
	judging, faults := by.judging, by.faults
	judging.Now = r.Now
	result, err := engine.Run(ctx, r.Inventory, judging)
	if err != nil {
		return nil, err
	}
	for _, p := range result.Problems {
		faults = append(faults, p.Summary)
	}
	f := &findings{
		account: &s.account, organisation: by.organisation, inv: r.Inventory, judging: judging, without: s.without(),
		merge: &store.Merge{Account: s.account.Num, ScanID: s.id, Rules: map[string]string{}, Given: r.Inventory.Given, Outcome: store.Complete},
	}
	f.rules(result)
	f.customRules(by.customs)
	f.gaps()
	// Last, for it lets go of the inventory as it goes.
	if err := f.resources(); err != nil {
		return nil, err
	}
	f.merge.Categories = s.categories(by.customs)
	s.unread = reasons(r.Stats, faults)
	f.merge.Error = clean(abridged(s.unread, len(s.unread), maxError))
	if len(r.Inventory.Unread) > 0 || f.merge.Error != "" {
		f.merge.Outcome = store.Partial
	}
	f.merge.Counts = map[string]int64{
		"resources": int64(len(f.merge.Resources)), "rules": int64(len(f.merge.Rules)), "regions": int64(len(r.Stats.Regions)),
		"calls": r.Stats.Calls, "retries": r.Stats.Retries, "throttles": r.Stats.Throttles, "seconds": int64(time.Since(s.started).Seconds()),
	}
	return f.merge, nil
}

// settings say what the account is held against: rule by rule its own setting,
// or the organisation's, or the page's. What of them does not fit is told.
func (s *scan) settings(ctx context.Context, organisation string) (engine.Options, []string, error) {
	judging := engine.Options{Library: s.options.Library, Now: time.Now().UTC()}
	own, err := s.store.AccountSettings(ctx, s.account.Num)
	if err != nil {
		return judging, nil, err
	}
	general, err := s.store.ProfileSettings(ctx, conformity.OrganisationProfileID(organisation))
	if err != nil {
		return judging, nil, err
	}
	var (
		errs   []error
		faults []string
	)
	judging.Profile, errs = conformity.Resolve(judging.Library, own, general)
	for _, err := range errs {
		faults = append(faults, err.Error())
	}
	judging.Rules, err = engine.Selected(judging.Library, nil, nil)
	return judging, faults, err
}

// without are the regions that are switched off.
func (s *scan) without() []string {
	if s.account.Bot == nil {
		return nil
	}
	var off []string
	for region, disabled := range s.account.Bot.DisabledRegions {
		if disabled {
			off = append(off, region)
		}
	}
	slices.Sort(off)
	return off
}

// inventory reads the account by its role.
func (s *scan) inventory(ctx context.Context, needs rule.Reads, now time.Time) (*cloud.Inventory, *aws.Stats, error) {
	login := s.options.Login()
	login.Role, login.ExternalID, login.Organization = s.account.RoleARN, s.account.ExternalID, ""
	accounts, err := aws.Accounts(ctx, login)
	if err != nil {
		return nil, nil, unreadable(err.Error())
	}
	options := aws.Options{
		Accounts: accounts, Regions: s.options.regions, Without: s.without(), Services: s.options.services,
		Needs: needs, Thorough: s.options.Thorough, Now: now,
	}
	inv, stats := aws.Read(ctx, options)
	switch {
	case ctx.Err() != nil:
		return nil, nil, context.Cause(ctx)
	case stats.Accounts == 0:
		return nil, nil, notEntered(inv)
	case accounts[0].ID != s.account.AWSID:
		return nil, nil, unreadable(fmt.Sprintf("The credentials are those of AWS account %s, not of %s. Set the role by which the account is read.", accounts[0].ID, s.account.AWSID))
	case nothingRead(inv):
		return nil, nil, unreadable("Nothing of the account could be read: " + abridged(reasons(stats, nil), fewReasons, maxReason) + ". Attach the policy that surety iam-policy prints to the role.")
	}
	return inv, stats, nil
}

// notEntered says why an account could not be entered.
func notEntered(inv *cloud.Inventory) error {
	var parts []string
	for _, p := range inv.Problems {
		parts = append(parts, p.Summary+".")
		if p.Detail != "" {
			parts = append(parts, strings.ReplaceAll(p.Detail, "\n", " "))
		}
	}
	return unreadable(strings.Join(parts, " "))
}

// told are the types that are there though no call is answered.
var told = []string{"AWS::Account::Account", "AWS::Account::Region"}

// nothingRead tells whether every type that was asked for is unread.
func nothingRead(inv *cloud.Inventory) bool {
	unread := map[string]bool{}
	for _, u := range inv.Unread {
		unread[u.Type] = true
	}
	asked := 0
	for typ := range inv.Given {
		if slices.Contains(told, typ) {
			continue
		}
		asked++
		if !unread[typ] {
			return false
		}
	}
	return asked > 0 && !slices.ContainsFunc(inv.Resources, func(r *cloud.Resource) bool { return !slices.Contains(told, r.Type) })
}

// reasons lists why a scan is not complete: our own faults first.
func reasons(stats *aws.Stats, faults []string) []string {
	unread := map[string]bool{}
	for _, f := range stats.Failures {
		unread[f.Reason] = true
	}
	return slices.Concat(faults, slices.Sorted(maps.Keys(unread)))
}

const (
	// fewReasons is how many are told in a line of the log.
	fewReasons = 3
	// maxError bounds what is kept of them with the scan, in bytes.
	maxError = 8000
)

// abridged joins the first texts of a list, up to some number and some size in
// bytes, and says how many more there are.
func abridged(list []string, most, size int) string {
	var b strings.Builder
	for i, text := range list {
		if i == most || i > 0 && b.Len()+len(text) > size {
			fmt.Fprintf(&b, "; and %d more", len(list)-i)
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		if len(text) > size {
			text = text[:size] + "…"
		}
		b.WriteString(text)
	}
	return b.String()
}

// categories tells the categories of a rule, for the score.
func (s *scan) categories(customs []custom) func(string) []string {
	own := map[string][]string{}
	for _, c := range customs {
		own[c.id] = c.rule.Categories
	}
	return func(id string) []string {
		if categories, ok := own[id]; ok {
			return categories
		}
		r, err := s.options.Library.Rule(id)
		if err != nil {
			return nil // pushed by a user, or of a page that is gone
		}
		return r.Categories
	}
}
