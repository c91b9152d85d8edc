package kb

import (
	"encoding/json"
	"slices"
)

// An index is what a search in the browser looks at.
type index struct {
	Base     string   `json:"base"`     // "/knowledge-base/aws/"
	Services []string `json:"services"` // keys
	// Rules are [id, title, place of the service in Services, risk from 1 (low)
	// to 5 (extreme), slug]. The page is at base + service + "/" + slug +
	// ".html".
	Rules [][5]any `json:"rules"`
}

func (b *Book) newIndex() []byte {
	out := index{Base: b.options.Base + rulesRoot, Services: []string{}, Rules: [][5]any{}}
	for _, s := range b.Services() {
		out.Services = append(out.Services, s.Key)
	}
	for _, e := range b.Entries() {
		if e.Deprecated {
			continue
		}
		out.Rules = append(out.Rules, [5]any{e.ID, e.Title, slices.Index(out.Services, e.Service), e.Risk.Level(), e.Slug})
	}
	data, err := json.Marshal(out)
	if err != nil { // of texts and numbers there is none
		return []byte("{}")
	}
	return data
}

// Index is the rules that are in use as compact JSON for a search in the
// browser:
//
//	{"base":"/knowledge-base/aws/","services":["EC2"],
//	 "rules":[["EC2-075","Memcached is not open to the internet",0,4,"memcached-is-not-open-to-the-internet"]]}
//
// A rule is its id, its title, the place of its service in services, its risk
// from 1 (low) to 5 (extreme), and its slug; its page is at base + service +
// "/" + slug + ".html". The bytes are shared and must not be changed.
func (b *Book) Index() []byte { return b.index() }
