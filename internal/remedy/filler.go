package remedy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// A filler puts a resource into the commands of a page. It looks at all of them
// first, since what a page calls the judged resource is told by the options
// that name it, and the same text may stand elsewhere: in a filter, or as the
// resource to be tagged.
type filler struct {
	id *identity

	// example is what the page calls the judged resource, by section and role.
	// A page may call it differently in its two sections.
	example map[place]string
	seen    map[place][]told
	made    map[string]bool // what commands of the page make
}

// told is a text that a command names, and how much that tells: what is
// changed is rather the judged resource than what is only looked at.
type told struct {
	text   string
	weight int
}

type place struct {
	section section
	role    string
}

func newFiller(res *cloud.Resource) *filler {
	return &filler{
		id:      newIdentity(res),
		example: map[place]string{}, seen: map[place][]told{}, made: map[string]bool{},
	}
}

// look notes what the options of a block name.
func (f *filler) look(sec section, statements []statement) {
	for _, s := range statements {
		for _, c := range s.calls {
			in, ok := read(c)
			if !ok {
				continue
			}
			makes := f.id.makes(in)
			for _, m := range f.mentions(in) {
				if makes && !f.id.parent(m.role) {
					f.made[m.text] = true
					continue
				}
				n := told{m.text, 2}
				if in.changes() {
					n.weight = 3
				}
				f.seen[place{sec, m.role}] = append(f.seen[place{sec, m.role}], n)
			}
			if in.verb == "copy" {
				for _, o := range in.options {
					if strings.HasPrefix(o.name, "target-") {
						for _, w := range o.values {
							f.made[w.value] = true
						}
					}
				}
			}
		}
	}
}

// settle decides what the page calls the judged resource: what is named most
// often, the first of several, but nothing that the page makes.
func (f *filler) settle() {
	for at, names := range f.seen {
		most := 0
		for _, n := range names {
			if f.made[n.text] || managed(n.text) {
				continue
			}
			sum := 0
			for _, other := range names {
				if other.text == n.text {
					sum += other.weight
				}
			}
			if sum > most {
				f.example[at], most = n.text, sum
			}
		}
	}
}

// managed tells of an ARN of what AWS itself keeps, the same for everybody.
func managed(text string) bool { return strings.Contains(text, ":iam::aws:") }

// A mention is a text of a command that names a resource of the type.
type mention struct {
	role       string
	text       string
	start, end int
	whole      bool // it is a whole word, to be quoted
	joint      int  // where the option ends, for a whole word behind one
}

var pair = regexp.MustCompile(`(?:Name|Key)=([A-Za-z][A-Za-z0-9.-]*),Values?=([^,\s'"]+)`)

// mentions finds what the options of a call name.
func (f *filler) mentions(in invocation) []mention {
	var out []mention
	for _, o := range in.options {
		if o.name == "query" || o.name == "output" {
			continue
		}
		if role := f.id.role(in, o.name); role != "" {
			for i, w := range o.values {
				if w.expands || w.value == "" || structured(w.value) {
					continue
				}
				m := mention{role: role, text: w.value, start: w.start, end: w.end, whole: true}
				if i == 0 {
					m.joint = o.word.end
				}
				out = append(out, m)
			}
			if o.joined != "" {
				out = append(out, mention{role: role, text: o.joined, start: o.word.end - len(o.joined), end: o.word.end})
			}
		}
	}
	return out
}

// structured tells of a value that is more than a name: a structure, a file, a
// pattern.
func structured(value string) bool {
	return strings.ContainsAny(value, "={}[]*") || strings.HasPrefix(value, "file")
}

// pairs finds what the filters and dimensions of a call name.
func (f *filler) pairs(in invocation, text string) []mention {
	var out []mention
	for _, o := range in.options {
		if o.name == "query" || o.name == "tags" {
			continue
		}
		for _, w := range o.values {
			raw := text[w.start:w.end]
			for _, m := range pair.FindAllStringSubmatchIndex(raw, -1) {
				role := f.id.role(invocation{service: f.id.services[0]}, raw[m[2]:m[3]])
				if role == "" || strings.HasPrefix(role, "resource") && o.name != "filter" || structured(raw[m[4]:m[5]]) {
					continue
				}
				out = append(out, mention{role: role, text: raw[m[4]:m[5]], start: w.start + m[4], end: w.start + m[5]})
			}
		}
	}
	return out
}

// fill makes a command of a statement.
func (f *filler) fill(sec section, text string, s statement) Command {
	e := &edits{text: text}
	changes := false
	for _, c := range s.calls {
		in, ok := read(c)
		if !ok {
			changes = true // what is not understood may change something
			continue
		}
		changes = changes || in.changes()
		f.own(sec, in, e)
		f.telling(in, e)
		f.region(in, e)
		f.places(in, e)
		f.open(in, e)
	}
	return Command{Text: text, Changes: changes}.edited(e, s.start, s.end)
}

// own puts the resource's identifiers where the page's example stands.
func (f *filler) own(sec section, in invocation, e *edits) {
	makes := f.id.makes(in)
	for _, m := range slices.Concat(f.mentions(in), f.pairs(in, e.text)) {
		if makes && !f.id.parent(m.role) || f.made[m.text] || !f.isExample(sec, m) {
			continue
		}
		value, ok := f.id.value(m.role, m.text)
		switch {
		case !ok && strings.HasPrefix(m.text, "arn:"):
			// Of another service, or not known: its account and region are.
		case !ok:
			e.add(m.start, m.end, "", Replace, "the "+f.called(m.role)+" of this resource, which is not known or cannot be put into a command")
		case m.whole && m.joint > 0 && strings.HasPrefix(value, "-"):
			joint, word := argument(value)
			e.joined(m.joint, m.start, m.end, joint, word)
		case m.whole:
			e.add(m.start, m.end, quote(value), Own, "")
		case plainWord(value) && !strings.Contains(value, ","):
			e.add(m.start, m.end, value, Own, "")
		default:
			e.add(m.start, m.end, "", Replace, "the "+f.called(m.role)+" of this resource, written as the AWS CLI wants it here")
		}
	}
}

func (f *filler) called(role string) string {
	switch {
	case strings.HasSuffix(role, "arn"):
		return "ARN"
	case strings.HasSuffix(role, "name"):
		return "name"
	}
	return "identifier"
}

// isExample tells whether a mention is of the judged resource.
func (f *filler) isExample(sec section, m mention) bool {
	if want := f.example[place{sec, m.role}]; want != "" {
		return m.text == want
	}
	// A filter may be the only place that names it.
	return !m.whole && !f.made[m.text] && !managed(m.text)
}

// telling puts the resource's identifier wherever else the page's example
// stands, if that is a text that can mean nothing else, and its ARN in place of
// an ARN with the example in it.
func (f *filler) telling(in invocation, e *edits) {
	for _, w := range in.texts() {
		raw := e.text[w.start:w.end]
		for _, at := range f.sortedPlaces() {
			example := f.example[at]
			f.arn(raw, w.start, example, e)
			value, ok := f.id.value(at.role, example)
			if f.id.parent(at.role) || !unmistakable(example) || !ok || !plainWord(value) {
				continue
			}
			for _, i := range tokensOf(raw, example, nameByte) {
				e.add(w.start+i, w.start+i+len(example), value, Own, "")
			}
		}
	}
}

var wholeARN = regexp.MustCompile(`arn:aws:[^\s'",}\]]+`)

// arn puts the resource's ARN where one with the page's example in it stands.
func (f *filler) arn(raw string, start int, example string, e *edits) {
	own := f.id.resource.ARN
	if !plainWord(own) {
		return
	}
	for _, m := range wholeARN.FindAllStringIndex(raw, -1) {
		text := raw[m[0]:m[1]]
		if sameShape(own, text) && len(tokensOf(text, example, nameByte)) > 0 {
			e.add(start+m[0], start+m[1], own, Own, "")
		}
	}
}

func (f *filler) sortedPlaces() []place {
	out := make([]place, 0, len(f.example))
	for at := range f.example {
		out = append(out, at)
	}
	slices.SortFunc(out, func(a, b place) int {
		if a.section != b.section {
			return int(a.section) - int(b.section)
		}
		return strings.Compare(a.role, b.role)
	})
	return out
}

var generated = regexp.MustCompile(`^(?:[a-z]+-[0-9a-f]{8,}|[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z0-9]{12,}|[0-9a-f]{32}|[0-9a-z]*[0-9][a-z][0-9][a-z0-9]*|example-[a-z0-9-]+|arn:aws:.*)$`)

// unmistakable tells of an identifier that AWS makes, or that a page writes for
// a bucket: the same text elsewhere is the same thing.
func unmistakable(text string) bool { return generated.MatchString(text) }

func nameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.'
}
