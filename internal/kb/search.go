package kb

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/text"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/pagetext"
)

// A Hit is a rule that a search found.
type Hit struct {
	Entry
	Summary string // the page's first paragraph as plain text, cut
	Score   int    // the greater the better; of no meaning but for the order
}

// A query is bounded: what comes after is not looked at.
const (
	maxQuery = 200 // characters
	maxTerms = 12
)

// maxSummary bounds the summary of a hit, in characters.
const maxSummary = 200

// A finder is what searches look at.
type finder struct{ documents []document }

// A document is a rule as a search sees it, all in lower case, as words between
// spaces.
type document struct {
	entry   Entry
	summary string
	id      string
	title   string
	service string
	kinds   string // resource type, categories, risk
	bears   string // the standards that it bears on
	text    string
	// controls are its controls, each alone and after its standard: "4.4",
	// "cis-v8:4.4".
	controls map[string]bool
}

func (b *Book) newFinder() *finder {
	f := &finder{}
	parser := goldmark.DefaultParser()
	for _, e := range b.Entries() {
		r, err := b.library.Rule(e.ID)
		if err != nil {
			continue // Err tells
		}
		source := pagetext.Printable(r.Summary)
		plain := pagetext.Plain(parser.Parse(text.NewReader(source)), source)
		d := document{
			entry: e, summary: shorten(plain, maxSummary),
			id: strings.ToLower(e.ID), title: spaced(e.Title), service: spaced(e.Service + " " + r.Service),
			kinds: spaced(kindsOf(e)), text: spaced(plain), controls: map[string]bool{},
		}
		var standards strings.Builder
		for _, s := range b.standardsOf(r) {
			standards.WriteString(s.ID + " " + s.Name + " " + s.Title + " ")
			for _, c := range s.Controls {
				d.controls[controlKey(c.ID)], d.controls[controlKey(s.ID+":"+c.ID)] = true, true
			}
		}
		d.bears = spaced(standards.String())
		f.documents = append(f.documents, d)
	}
	return f
}

func kindsOf(e Entry) string {
	text := e.Resource + " " + conformity.Descriptor(e.Resource).Name + " " + e.RiskName
	for _, c := range e.Categories {
		text += " " + c.Name
	}
	return text
}

// controlKey is a control as queries name it.
func controlKey(id string) string {
	return strings.ReplaceAll(strings.ToLower(id), " ", "")
}

// spaced is a text as words between spaces, with one before and after.
func spaced(text string) string {
	return " " + strings.Join(wordsOf(strings.ToLower(text)), " ") + " "
}

// wordsOf cuts a text into words of letters and digits.
func wordsOf(text string) []string {
	return strings.FieldsFunc(text, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
}

// Search finds rules by id, title, service, resource type, category, control of
// a standard and summary, the best first; at most limit of them. All words must
// be found in a rule; where no rule has them all, rules that have most of them
// are given. An empty query finds nothing.
func (b *Book) Search(query string, limit int) []Hit {
	terms, whole := parseQuery(query)
	if len(terms) == 0 || limit <= 0 {
		return nil
	}
	type result struct{ at, found, score int }
	var results []result
	most := 0
	documents := b.finder().documents
	for i := range documents {
		found, score := documents[i].match(terms, whole)
		if found == 0 {
			continue
		}
		most = max(most, found)
		results = append(results, result{i, found, score})
	}
	results = slices.DeleteFunc(results, func(r result) bool { return r.found < most })
	slices.SortFunc(results, func(a, b result) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.at, b.at)) })
	var hits []Hit
	for _, r := range results[:min(len(results), limit)] {
		hits = append(hits, Hit{Entry: documents[r.at].entry, Summary: documents[r.at].summary, Score: r.score})
	}
	return hits
}

// idle words say nothing of what is looked for.
var idle = map[string]bool{
	"a": true, "an": true, "and": true, "are": true, "at": true, "be": true, "by": true, "can": true, "do": true, "does": true, "for": true,
	"from": true, "has": true, "have": true, "how": true, "i": true, "in": true, "is": true, "it": true, "my": true, "of": true, "on": true,
	"or": true, "that": true, "the": true, "their": true, "to": true, "what": true, "which": true, "with": true,
	// What people ask to be done about it.
	"avoid": true, "check": true, "ensure": true, "find": true, "fix": true, "make": true, "must": true, "prevent": true, "should": true,
	"show": true, "stop": true, "sure": true,
}

// A term is a word of a query.
type term struct {
	word  string // as written, in lower case: "2.1.1", "ec2-075", "buckets"
	parts []part
}

// A part of a term is a word as it stands between the spaces of a document.
type part struct{ stem, start, word, plural string }

func newPart(word string) part {
	s := stem(word)
	return part{stem: s, start: " " + s, word: " " + s + " ", plural: " " + s + "s "}
}

// parseQuery reads a query; whole is its words between spaces. Words that say
// nothing are left out, unless there are no others.
func parseQuery(query string) (list []term, whole string) {
	runes := []rune(strings.ToLower(query))
	query = string(runes[:min(len(runes), maxQuery)])
	whole = spaced(query)
	var spare []term
	for word := range strings.FieldsSeq(query) {
		word = strings.Trim(word, `"'?!,;.`+"`")
		if !strings.ContainsRune(word, '(') || !strings.HasSuffix(word, ")") { // "AC-2(3)" stays
			word = strings.Trim(word, "()")
		}
		parts := wordsOf(word)
		if len(parts) == 0 {
			continue
		}
		t := term{word: word}
		for _, p := range parts {
			t.parts = append(t.parts, newPart(p))
		}
		if len(parts) == 1 && idle[parts[0]] {
			spare = append(spare, t)
			continue
		}
		list = append(list, t)
	}
	if len(list) == 0 {
		list = spare
	}
	return list[:min(len(list), maxTerms)], whole
}

// stem takes the plural's s off, so that "buckets" finds "bucket".
func stem(word string) string {
	if len(word) > 3 && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") {
		return word[:len(word)-1]
	}
	return word
}

// match counts the terms that a document has and adds up what each is worth.
func (d *document) match(terms []term, whole string) (found, score int) {
	for _, t := range terms {
		if worth := d.worth(t); worth > 0 {
			found++
			score += worth
		}
	}
	if found > 0 && strings.Contains(d.title, whole) {
		score += 50
	}
	if d.entry.Deprecated {
		score /= 2
	}
	return found, score
}

// worth is what it is worth that a document has a term; 0 where it has not.
func (d *document) worth(t term) int {
	switch {
	case d.id == t.word:
		return 10000
	case len(t.word) > 2 && strings.HasPrefix(d.id, t.word):
		return 300
	case d.controls[t.word]:
		return 250
	}
	best := 0
	for _, field := range []struct {
		text             string
		word, start, any int
	}{{d.title, 120, 90, 0}, {d.service, 80, 50, 0}, {d.kinds, 40, 30, 0}, {d.bears, 30, 20, 0}, {d.text, 20, 15, 5}} {
		if field.word <= best {
			break
		}
		worth := field.word
		for _, part := range t.parts {
			switch at := strings.Index(field.text, part.start); {
			case at >= 0 && (has(field.text[at:], part.word) || has(field.text[at:], part.plural)):
			case at >= 0:
				worth = min(worth, field.start)
			case field.any > 0 && len(part.stem) > 3 && has(field.text, part.stem):
				worth = min(worth, field.any)
			default:
				worth = 0
			}
			if worth == 0 {
				break
			}
		}
		best = max(best, worth)
	}
	return best
}

func has(text, part string) bool { return strings.Contains(text, part) }
