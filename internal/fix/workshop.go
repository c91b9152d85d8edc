package fix

import (
	"context"
	"maps"
	"slices"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/fix/cfn"
	"github.com/surety-cloud/surety/internal/fix/edit"
	"github.com/surety-cloud/surety/internal/fix/tf"
)

// A workshop holds the texts under repair.
type workshop struct {
	options Options
	files   map[string]*File  // by path
	text    map[string][]byte // as repaired so far; only those that differ
	now     *scan             // of that text

	// readers are the worlds that read a unit of text.
	readers  map[string][]string
	problems []cloud.Problem // of the first scan

	skipped   []skipped
	corrected map[key]int // how many corrections a resource has had

	// documents and texts are what is parsed of the text as it is now.
	documents map[string]*cfn.Document
	texts     *tf.Texts
}

func newWorkshop(options Options) *workshop {
	w := &workshop{
		options: options, files: map[string]*File{}, text: map[string][]byte{},
		corrected: map[key]int{}, documents: map[string]*cfn.Document{},
	}
	w.texts = tf.NewTexts(w.content)
	return w
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
	if err := w.first(ctx); err != nil {
		return err
	}
	var pending []*job
	for _, name := range w.now.order {
		for _, c := range w.now.worlds[name].failing {
			if c.Rule.HasFix && (w.options.Rules == nil || slices.Contains(w.options.Rules, c.Rule.ID)) {
				pending = append(pending, &job{checkKey{c.Rule.ID, keyOf(c.Resource)}, c})
			}
		}
	}
	for len(pending) > 0 {
		round, rest := takeRound(pending)
		left, err := w.attempt(ctx, round)
		if err != nil {
			return err
		}
		if pending = append(left, rest...); len(pending) == 0 {
			pending = w.another()
		}
	}
	return nil
}

// another gives the skipped jobs a second chance whose resource a later
// correction has changed: it may have made theirs possible. Each chance takes
// a correction, so there is an end.
func (w *workshop) another() []*job {
	var out []*job
	w.skipped = slices.DeleteFunc(w.skipped, func(s skipped) bool {
		again := w.corrected[s.job.key.resource] > s.corrected
		if again {
			out = append(out, s.job)
		}
		return again
	})
	return out
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
		p := w.planned(j)
		switch {
		case p == nil:
		case slices.ContainsFunc(plans, p.collides):
			left = append(left, j)
		default:
			plans = append(plans, p)
		}
	}
	for _, group := range w.groups(plans) {
		if err := w.prove(ctx, group); err != nil {
			return nil, err
		}
	}
	return left, nil
}

// planned plans a job on the text as it is now; nil when there is nothing to
// do any more, or when it cannot be done, which is recorded.
func (w *workshop) planned(j *job) *plan {
	if c := w.now.check(j.key); c == nil || c.Verdict != engine.Fail {
		w.repaired(j) // by the correction of another
		return nil
	}
	p, err := w.plan(j)
	if err != nil {
		w.skip(j, err.Error())
		return nil
	}
	return p
}

// groups divides plans into those that have a world in common, directly or
// through others: a world can only be proven as a whole.
func (w *workshop) groups(plans []*plan) [][]*plan {
	of := map[string]int{} // world to group
	var out [][]*plan
	for _, p := range plans {
		mine := len(out)
		out = append(out, []*plan{p})
		for _, name := range w.affected(p) {
			other, taken := of[name]
			if taken && other != mine {
				// The earlier group takes this one in.
				out[other] = append(out[other], out[mine]...)
				out[mine] = nil
				for world, group := range of {
					if group == mine {
						of[world] = other
					}
				}
				mine = other
			}
			of[name] = mine
		}
	}
	return slices.DeleteFunc(out, func(g []*plan) bool { return len(g) == 0 })
}

// affected are the worlds that read what some plans change, sorted.
func (w *workshop) affected(plans ...*plan) []string {
	var out []string
	for _, p := range plans {
		out = append(out, p.resource.World)
		for name := range p.edits {
			out = append(out, w.readers[unit(name)]...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
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
	then, err := w.again(ctx, w.affected(plans...), text)
	if err != nil {
		return err
	}
	faults := w.inspect(plans, then)
	if faults.none() {
		then.errors = w.now.errors
		w.text, w.now = text, then
		for _, p := range plans {
			for name := range p.edits {
				delete(w.documents, name)
				w.texts.Forget(name)
			}
		}
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
	half := (len(suspect) + 1) / 2
	for _, part := range [][]*plan{suspect[:half], suspect[half:]} {
		var fresh []*plan
		for _, p := range part {
			// The text has moved on, and the plans with it.
			if p = w.planned(p.job); p != nil {
				fresh = append(fresh, p)
			}
		}
		if err := w.prove(ctx, fresh); err != nil {
			return err
		}
	}
	return nil
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

// skipped is a job that could not be done.
type skipped struct {
	job       *job
	reason    string
	corrected int // corrections that the resource had had then
}

// skip records that a job cannot be done.
func (w *workshop) skip(j *job, reason string) {
	w.skipped = append(w.skipped, skipped{j, reason, w.corrected[j.key.resource]})
}

// tellSkipped adds what could not be done to the files.
func (w *workshop) tellSkipped() {
	for _, s := range w.skipped {
		name, line := "", 0
		if at := s.job.check.Resource.Source; at != nil {
			name, line = at.File, at.Line
		}
		if at := s.job.check.Location; at != nil && at.File == name {
			line = at.Line
		}
		f, err := w.file(name)
		if err != nil {
			// There is no text to show, but the reason must not be lost.
			f = &File{Path: name}
			w.files[name] = f
		}
		f.Skipped = append(f.Skipped, Skipped{Rule: s.job.key.rule, Resource: s.job.key.resource.id, Line: line, Reason: s.reason})
	}
}

// repaired records a check that the correction of another has repaired, too:
// resources that are made of the same text.
func (w *workshop) repaired(j *job) {
	c := Change{Rule: j.key.rule, Resource: j.key.resource.id, Property: j.check.Rule.At}
	name := ""
	if at := j.check.Location; at != nil {
		name, c.Line = at.File, at.Line
	}
	if f, err := w.file(name); err == nil {
		f.Changes = append(f.Changes, c)
	}
}

// record records what a plan has changed, at the file of the resource or, where
// that is not touched, the first that is.
func (w *workshop) record(p *plan) {
	name := p.job.check.Resource.Source.File
	if _, here := p.edits[name]; !here {
		name = slices.Min(slices.Collect(maps.Keys(p.edits)))
	}
	w.corrected[keyOf(p.resource)]++
	f := w.files[name]
	for _, c := range p.changes {
		c.Line = lineIn(name, p.job.check.Resource, c.Property)
		f.Changes = append(f.Changes, c)
	}
}

// lineIn is the line of a property in a file, that of the resource where the
// property stands elsewhere, 0 where that does, too.
func lineIn(name string, r *cloud.Resource, property string) int {
	for _, at := range []*cloud.Location{r.Locate(property), r.Source} {
		if at != nil && at.File == name {
			return at.Line
		}
	}
	return 0
}
