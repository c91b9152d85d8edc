package fix

import (
	"context"
	"slices"

	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/fix/edit"
)

// A workshop holds the texts under repair.
type workshop struct {
	options Options
	files   map[string]*File  // by path
	text    map[string][]byte // as repaired so far; only those that differ
	now     *scan             // of that text
}

// A job is one failing check to repair.
type job struct {
	key   checkKey
	check *engine.Check // as the first scan had it
}

// run repairs in rounds. A round takes one correction of each resource; all of
// a round are proven together, and only where that fails one by one, so that
// the number of scans grows with the corrections of one resource rather than
// with the number of resources.
func (w *workshop) run(ctx context.Context) error {
	var err error
	if w.now, err = w.scan(ctx, nil); err != nil {
		return err
	}
	var pending []*job
	for _, c := range w.now.failing {
		if c.Rule.HasFix && (w.options.Rules == nil || slices.Contains(w.options.Rules, c.Rule.ID)) {
			pending = append(pending, &job{checkKey{c.Rule.ID, keyOf(c.Resource)}, c})
		}
	}
	for len(pending) > 0 {
		round, rest := takeRound(pending)
		left, err := w.attempt(ctx, round)
		if err != nil {
			return err
		}
		pending = append(left, rest...)
	}
	return nil
}

// takeRound takes the first job of each resource.
func takeRound(pending []*job) (round, rest []*job) {
	taken := map[key]bool{}
	for _, j := range pending {
		if taken[j.key.resource] {
			rest = append(rest, j)
			continue
		}
		taken[j.key.resource] = true
		round = append(round, j)
	}
	return round, rest
}

// attempt repairs what it can of the jobs and returns those whose edits touch
// the same text as those of another, for the next round.
func (w *workshop) attempt(ctx context.Context, jobs []*job) (left []*job, err error) {
	var plans []*plan
	for _, j := range jobs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if c := w.now.checks[j.key]; c == nil || c.Verdict != engine.Fail {
			continue // another correction has repaired it, too
		}
		p, err := w.plan(j)
		if err != nil {
			w.skip(j, err.Error())
			continue
		}
		if slices.ContainsFunc(plans, p.collides) {
			left = append(left, j)
			continue
		}
		plans = append(plans, p)
	}
	return left, w.prove(ctx, plans)
}

// prove applies the plans if the text stands the proof with them. Otherwise
// those at fault are left out and the others proven again; where nobody is
// known to be at fault, each half is proven by itself.
func (w *workshop) prove(ctx context.Context, plans []*plan) error {
	if len(plans) == 0 {
		return nil
	}
	text, err := w.apply(plans)
	if err != nil {
		return err
	}
	then, err := w.scan(ctx, text)
	if err != nil {
		return err
	}
	faults := w.inspect(plans, then)
	if faults.none() {
		w.text, w.now = text, then
		for _, p := range plans {
			w.record(p)
		}
		return nil
	}
	if len(plans) == 1 {
		w.skip(plans[0].job, faults.of[plans[0]])
		return nil
	}
	var good, suspect []*plan
	for _, p := range plans {
		switch {
		case faults.of[p] == "":
			good = append(good, p)
		case faults.certain[p]:
			w.skip(p.job, faults.of[p])
		default:
			suspect = append(suspect, p)
		}
	}
	if len(good) == len(plans) {
		good, suspect = plans[:len(plans)/2], plans[len(plans)/2:]
	}
	if err := w.prove(ctx, good); err != nil {
		return err
	}
	// The text has moved on, and the plans with it.
	half := (len(suspect) + 1) / 2
	for _, part := range [][]*plan{suspect[:half], suspect[half:]} {
		part, err := w.again(part)
		if err != nil {
			return err
		}
		if err := w.prove(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

// again plans jobs anew, on the text as it is now.
func (w *workshop) again(plans []*plan) ([]*plan, error) {
	var out []*plan
	for _, p := range plans {
		if c := w.now.checks[p.job.key]; c == nil || c.Verdict != engine.Fail {
			continue
		}
		fresh, err := w.plan(p.job)
		if err != nil {
			w.skip(p.job, err.Error())
			continue
		}
		out = append(out, fresh)
	}
	return out, nil
}

// apply gives the texts as the plans leave them.
func (w *workshop) apply(plans []*plan) (map[string][]byte, error) {
	edits := map[string][]edit.Edit{}
	for _, p := range plans {
		for name, list := range p.edits {
			edits[name] = append(edits[name], list...)
		}
	}
	text := make(map[string][]byte, len(w.text)+len(edits))
	for name, content := range w.text {
		text[name] = content
	}
	for name, list := range edits {
		content, err := w.content(name)
		if err != nil {
			return nil, err
		}
		if text[name], err = edit.Apply(content, list); err != nil {
			return nil, err
		}
	}
	return text, nil
}

// content is the text of a file as repaired so far.
func (w *workshop) content(name string) ([]byte, error) {
	if text, ok := w.text[name]; ok {
		return text, nil
	}
	f, err := w.file(name)
	if err != nil {
		return nil, err
	}
	return f.Before, nil
}

func (w *workshop) file(name string) (*File, error) {
	if f := w.files[name]; f != nil {
		return f, nil
	}
	text, err := w.options.ReadFile(name)
	if err != nil {
		return nil, err
	}
	f := &File{Path: name, Before: text}
	w.files[name] = f
	return f, nil
}

// skip records that a job cannot be done.
func (w *workshop) skip(j *job, reason string) {
	name, line := "", 0
	if at := j.check.Resource.Source; at != nil {
		name, line = at.File, at.Line
	}
	if at := j.check.Location; at != nil && at.File == name {
		line = at.Line
	}
	f, err := w.file(name)
	if err != nil {
		// There is no text to show, but the reason must not be lost.
		f = &File{Path: name}
		w.files[name] = f
	}
	f.Skipped = append(f.Skipped, Skipped{Rule: j.key.rule, Resource: j.key.resource.id, Line: line, Reason: reason})
}

// record records what a plan has changed, in the file where most of it stands.
func (w *workshop) record(p *plan) {
	name := p.job.check.Resource.Source.File
	if _, here := p.edits[name]; !here {
		for other := range p.edits {
			name = other
		}
	}
	f := w.files[name]
	f.Changes = append(f.Changes, p.changes...)
}
