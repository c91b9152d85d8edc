package demo

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"github.com/surety-cloud/surety/internal/secretbox"
	"github.com/surety-cloud/surety/internal/standard"
	"github.com/surety-cloud/surety/internal/store"
)

// Admin is the email of the demo's administrator.
const Admin = "demo@harbourline.example"

// Build writes the world into a database that is empty: its accounts, 30 days
// of their scans up to some minutes ago, users and what they have configured.
// database and key are what store.Open takes; the database is closed again.
func (w *World) Build(ctx context.Context, database string, key *secretbox.Box, standards *standard.Set) (err error) {
	b := &builder{World: w, standards: standards, now: time.Now()}
	b.clock.Store(b.now.UnixNano())
	if b.store, err = store.Open(ctx, database, store.Options{Key: key, Now: b.time}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.store.Close()) }()
	if accounts, err := b.store.Accounts(ctx); err != nil || len(accounts) > 0 {
		return cmp.Or(err, errors.New("the database has accounts already; the demo needs one of its own"))
	}
	return b.build(ctx)
}

// A builder lets the days pass.
type builder struct {
	*World
	store     *store.Store
	standards *standard.Set
	now       time.Time
	// clock is the time that the store believes it is, in nanoseconds.
	clock atomic.Int64
	pasts []*past
	*callers
}

func (b *builder) time() time.Time { return time.Unix(0, b.clock.Load()).UTC() }

// A step is something that happens, some time before now.
type step struct {
	age time.Duration
	do  func(context.Context) error
}

func (b *builder) build(ctx context.Context) error {
	recorded, err := record(ctx)
	if err != nil {
		return err
	}
	for i := range scenes {
		p, err := b.newPast(ctx, &scenes[i], recorded, b.now)
		if err != nil {
			return err
		}
		b.pasts = append(b.pasts, p)
	}
	steps := slices.Concat(b.story(), b.scans())
	slices.SortStableFunc(steps, func(x, y step) int { return cmp.Compare(y.age, x.age) })
	for _, s := range steps {
		b.clock.Store(b.now.Add(-s.age).UnixNano())
		if err := s.do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// scans are those of all accounts: one a day, and in the last hours more. The
// last of each account began some minutes ago.
func (b *builder) scans() []step {
	var steps []step
	for _, p := range b.pasts {
		ages := []time.Duration{0, hour, 2 * hour, 4 * hour, 7 * hour, 11 * hour, 16 * hour}
		for age := day; age < span; age += day {
			ages = append(ages, age)
		}
		for _, age := range ages {
			steps = append(steps, step{age + p.scene.behind, func(ctx context.Context) error { return b.scan(ctx, p) }})
		}
	}
	return steps
}

// lease is longer than any scan of the past.
const lease = 10 * time.Minute

// scan scans an account as it was at the time of the clock.
func (b *builder) scan(ctx context.Context, p *past) error {
	started := b.time()
	id, err := b.store.BeginScan(ctx, p.account.Num, "demo", "schedule", lease)
	if err != nil {
		return err
	}
	m, err := p.at(ctx, b.store, started)
	if err != nil {
		return err
	}
	m.ScanID = id
	b.clock.Add(int64(time.Duration(m.Counts["seconds"]) * time.Second))
	if _, err = b.store.Merge(ctx, m); err != nil {
		return err
	}
	return b.store.Scheduled(ctx, p.account.Num, started)
}
