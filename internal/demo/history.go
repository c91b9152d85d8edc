package demo

import (
	"context"
	"slices"
	"time"

	"github.com/surety-cloud/surety/internal/bot"
	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/store"
)

const (
	hour = time.Hour
	day  = 24 * hour
	// span is how far back the history goes.
	span = 30 * day
)

// A past is an account of the world with what it was like before.
type past struct {
	*World
	scene   *scene
	account store.Account
	// now is when the world is as Read gives it.
	now time.Time

	recorded *bot.Reading
	// The inventories of an account that is well, that is badly kept, and as it
	// is: with everything read, and with what the scene cannot read.
	good, bad, whole, blind *cloud.Inventory

	// judged are these, held against the rules and settings of the moment; nil
	// when those have changed.
	judged *judgement
	lives  map[place]life
}

// A place is what the checks of a scan are about.
type place struct{ typ, region, resource string }

// A judgement is what scans would find in the states of an account.
type judgement struct {
	good, bad, whole, blind *findings
}

// Findings are what a scan would merge, by what it is about.
type findings struct {
	merge  *store.Merge
	places []place // in the order of the inventory
	seen   map[place][]*store.Seen
	checks map[place][]store.Found
}

// newPast makes the states of an account.
func (w *World) newPast(ctx context.Context, s *scene, recorded *bot.Reading, now time.Time) (*past, error) {
	p := &past{World: w, scene: s, now: now, recorded: recorded, lives: map[place]life{}}
	flawed := s.stage(recorded.Inventory)
	present, err := w.present(ctx, s, flawed, recorded.Now)
	if err != nil {
		return nil, err
	}
	p.whole, p.blind = sighted(present), s.blinded(present)
	if p.good, err = w.repair(ctx, p.whole, recorded.Now, func(*cloud.Resource) bool { return true }); err != nil {
		return nil, err
	}
	p.bad, err = w.worsen(ctx, sighted(flawed), recorded.Now)
	return p, err
}

// judge holds the states against the rules, unless that is done.
func (p *past) judge(ctx context.Context, s *store.Store) error {
	if p.judged != nil {
		return nil
	}
	j := &judgement{}
	for _, state := range []struct {
		inv   *cloud.Inventory
		blind bool
		to    **findings
	}{{p.good, false, &j.good}, {p.bad, false, &j.bad}, {p.whole, false, &j.whole}, {p.blind, true, &j.blind}} {
		inv := *state.inv
		inv.Resources = slices.Clone(inv.Resources) // judging empties it
		merge, err := bot.Judge(ctx, s, p.library, &p.account, p.scene.reading(p.recorded, &inv, state.blind))
		if err != nil {
			return err
		}
		*state.to = sorted(merge)
	}
	p.judged = j
	return nil
}

// sorted are the findings of a merge.
func sorted(m *store.Merge) *findings {
	f := &findings{merge: m, seen: map[place][]*store.Seen{}, checks: map[place][]store.Found{}}
	for i := range m.Resources {
		r := &m.Resources[i]
		at := place{r.Type, r.Region, r.Resource}
		if conformity.Descriptor(r.Type).Once {
			at.resource = ""
		}
		if f.seen[at] == nil {
			f.places = append(f.places, at)
		}
		f.seen[at] = append(f.seen[at], r)
	}
	for _, c := range m.Checks {
		at := place{c.Type, c.Region, c.Resource}
		if f.seen[at] == nil && f.checks[at] == nil {
			f.places = append(f.places, at)
		}
		f.checks[at] = append(f.checks[at], c)
	}
	return f
}

// fails tells whether the check of a rule fails now.
func (p *past) fails(typ, region, resource, rule string) bool {
	present := p.judged.whole
	if p.scene.blind != nil {
		present = p.judged.blind
	}
	return slices.ContainsFunc(present.checks[place{typ, region, resource}], func(f store.Found) bool { return f.Rule == rule && f.Status == store.Failure })
}

// at is what a scan at a time finds.
func (p *past) at(ctx context.Context, s *store.Store, when time.Time) (*store.Merge, error) {
	if err := p.judge(ctx, s); err != nil {
		return nil, err
	}
	age := p.now.Sub(when)
	present := p.judged.whole
	if b := p.scene.blind; b != nil && age <= b.since {
		present = p.judged.blind
	}
	m := *present.merge
	m.Resources, m.Checks = nil, nil
	for _, at := range present.places {
		from := present
		switch p.life(at).at(age) {
		case absent:
			continue
		case good:
			from = p.judged.good
		case bad:
			from = p.judged.bad
		}
		if from.seen[at] == nil && from.checks[at] == nil {
			from = present
		}
		for _, r := range from.seen[at] {
			m.Resources = append(m.Resources, *r)
		}
		m.Checks = append(m.Checks, from.checks[at]...)
	}
	// The merge adds its own.
	m.Counts = map[string]int64{}
	for name, n := range present.merge.Counts {
		m.Counts[name] = n
	}
	m.Counts["resources"] = int64(len(m.Resources))
	m.Counts["seconds"] = int64(20 + len(m.Resources)/20)
	return &m, nil
}

// The states of what checks are about.
const (
	asIsNow = iota
	absent
	good
	bad
)

// A life says in which states something was. Ages are times before now.
type life struct {
	born  time.Duration // it appeared then; 0: it was always there
	early int           // its state until the age until
	until time.Duration
	slips bool // it was bad while things went wrong
}

// The bad days: somebody brought faults in, which took some days to repair.
const (
	badFrom = 13*day + 5*hour
	badTo   = 9*day + 7*hour
)

// at is the state at an age.
func (l life) at(age time.Duration) int {
	switch {
	case l.born > 0 && age > l.born:
		return absent
	case age > l.until:
		return l.early
	case l.slips && age <= badFrom && age > badTo:
		return bad
	}
	return asIsNow
}

// life gives the life of something. Most of what is well now was bad before;
// some of what is bad now was well; some have appeared.
func (p *past) life(at place) life {
	l, ok := p.lives[at]
	if !ok {
		l = newLife(p.scene.id, at)
		p.lives[at] = l
	}
	return l
}

// settled is the age at which everything is as it is now: another scan finds
// nothing new.
const settled = hour

func newLife(account string, at place) life {
	roll := func(of string, n uint64) uint64 { return chance(account, of, at.typ, at.region, at.resource) % n }
	within := func(of string, d time.Duration) time.Duration {
		return time.Duration(roll(of, uint64(d/time.Minute))) * time.Minute
	}
	l := life{slips: roll("slips", 100) < 18}
	switch kind := roll("kind", 100); {
	case kind < 55:
		l.early = bad
	case kind < 72:
		l.early = good
	}
	l.until = within("until", span-day)
	if roll("lately", 100) < 9 {
		l.until = within("until", day-4*hour) // since yesterday
	}
	l.until = max(l.until, settled)
	if at.resource != "" && !ground(at.typ) && roll("born", 100) < 11 {
		l.born = within("born", span-2*day) + settled
	}
	return l
}
