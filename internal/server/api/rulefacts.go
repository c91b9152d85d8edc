package api

import (
	"iter"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/store"
)

// ruleFacts are what answers say of a rule, and what filters look at: of a page
// of the library, a custom rule, or a rule that users push checks of.
type ruleFacts struct {
	ID          string
	Title       string
	Service     string // key; empty where each check has its own
	Type        string // the resource type judged; empty where there is none
	Categories  []string
	Compliances []string
	Page        string // path of its page in the knowledge base
	Property    string // of the resource, that its reader is shown; may be empty
	Origin      store.Origin
}

// readPages reads what is told of the library's rules. A page that cannot be
// read is left out and logged: its checks have its id for a title.
func (a *API) readPages() map[string]ruleFacts {
	facts, paths := map[string]ruleFacts{}, kb.Paths(a.Library)
	for _, id := range a.Library.IDs() {
		r, err := a.Library.Rule(id)
		if err != nil {
			a.Log.Error("a page cannot be read", "rule", id, "error", err)
			continue
		}
		facts[id] = ruleFacts{
			ID: id, Title: r.Title, Service: conformity.ServiceKey(r.Service), Type: r.Resource,
			Categories: slices.Clone(r.Categories), Compliances: conformity.Compliances(r),
			Page: paths[id], Property: r.At,
		}
	}
	return facts
}

// A ruleBook has the facts of every rule of the organisation, for one request.
type ruleBook struct {
	pages map[string]ruleFacts
	own   map[string]ruleFacts // custom rules, and rules that users push checks of
	// standards are the custom standards that are in use, by rule.
	standards map[string][]string
	// pushed tells whether users push checks at all.
	pushed bool
}

// ruleBook reads the few rules that the organisation has beside the library.
func (c *Call) ruleBook() (*ruleBook, error) {
	b := &ruleBook{pages: c.pageFacts(), own: map[string]ruleFacts{}, standards: map[string][]string{}}
	pushed, err := c.Store.PushedRules(c.Context())
	if err != nil {
		return nil, err
	}
	b.pushed = len(pushed) > 0
	for _, r := range pushed {
		b.own[r.ID] = ruleFacts{ID: r.ID, Title: r.Title, Categories: r.Categories, Origin: store.ByUser}
	}
	custom, err := c.Store.CustomRules(c.Context())
	if err != nil {
		return nil, err
	}
	for _, r := range custom {
		typ, _ := conformity.TypeOf(r.Rule.ResourceType)
		b.own[r.ID] = ruleFacts{
			ID: r.ID, Title: r.Rule.Name, Service: conformity.ServiceKey(r.Rule.Service), Type: typ, Categories: r.Rule.Categories, Origin: store.ByCustomRule,
		}
	}
	standards, err := c.Store.CustomStandards(c.Context())
	if err != nil {
		return nil, err
	}
	for _, s := range standards {
		for _, control := range s.Controls {
			for _, id := range control.AWSRules {
				if s.Enabled && !slices.Contains(b.standards[id], s.ID) {
					b.standards[id] = append(b.standards[id], s.ID)
				}
			}
		}
	}
	return b, nil
}

// rule gives the facts of a rule; of one that is no longer there its id.
func (b *ruleBook) rule(id string) ruleFacts {
	f, ok := b.own[id]
	if !ok {
		f, ok = b.pages[id]
	}
	if !ok {
		f = ruleFacts{ID: id, Title: id}
	}
	if own := b.standards[id]; own != nil {
		f.Compliances = slices.Concat(f.Compliances, own)
	}
	return f
}

// all gives every rule.
func (b *ruleBook) all() iter.Seq[ruleFacts] {
	return func(yield func(ruleFacts) bool) {
		for _, facts := range []map[string]ruleFacts{b.pages, b.own} {
			for id := range facts {
				if !yield(b.rule(id)) {
					return
				}
			}
		}
	}
}

// descriptors tells the resource types that words name: a descriptor
// (s3-bucket) or CloudFormation's name, whatever the case. Words that name none
// give none.
func descriptors(words []string) []string {
	types := []string{}
	for _, word := range words {
		if typ, ok := conformity.TypeOf(word); ok {
			types = append(types, typ)
		} else if strings.Contains(word, "::") {
			types = append(types, word)
		}
	}
	return types
}
