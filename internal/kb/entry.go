package kb

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/rule"
)

// An Entry is a rule in a list.
type Entry struct {
	ID         string // "EC2-075"
	Title      string
	Slug       string // "memcached-is-not-open-to-the-internet"; unique within the service
	Path       string // of its page: "/knowledge-base/aws/EC2/memcached-is-not-open-to-the-internet.html"
	Service    string // key: "EC2"
	Risk       rule.Risk
	RiskName   string // "Very High"
	Resource   string // the type judged: "AWS::EC2::SecurityGroup"
	Categories []Category
	Deprecated bool
}

// A Category is one of the goals of good architecture that a rule serves.
type Category struct {
	Key  string // "cost-optimisation"
	Name string // "Cost optimisation"
}

// A Service is a service of AWS with its rules.
type Service struct {
	Key   string  // "CloudTrail", as in ids of checks and in addresses
	Path  string  // "/knowledge-base/aws/CloudTrail/"
	Rules []Entry // by id
}

// A listing is every entry, in the orders in which they are asked for.
type listing struct {
	entries  []Entry        // by id
	at       map[string]int // the place of an id there, by the id in lower case
	services []Service
	slugs    map[slugKey]string // ids
	err      error
}

// list reads the pages of all rules. One that cannot be read is left out.
func (b *Book) list() *listing {
	l := &listing{at: map[string]int{}, slugs: map[slugKey]string{}}
	var faults []error
	of := map[string][]Entry{}
	for _, id := range b.library.IDs() {
		r, err := b.library.Rule(id)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		e := b.entry(r)
		e.Slug = l.claim(e)
		e.Path = b.options.Base + pagePath(e.Service, e.Slug)
		l.at[strings.ToLower(id)] = len(l.entries)
		l.entries = append(l.entries, e)
		of[e.Service] = append(of[e.Service], e)
	}
	for key, rules := range of {
		l.services = append(l.services, Service{Key: key, Path: b.options.Base + servicePath(key), Rules: rules})
	}
	slices.SortFunc(l.services, func(a, b Service) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Key), strings.ToLower(b.Key)), cmp.Compare(a.Key, b.Key))
	})
	l.err = errors.Join(faults...)
	return l
}

// entry is a rule in a list, but for its address.
func (b *Book) entry(r *rule.Rule) Entry {
	e := Entry{
		ID: r.ID, Title: r.Title, Service: conformity.ServiceKey(r.Service), Risk: r.Risk, RiskName: conformity.PrettyRiskLevel(r.Risk),
		Resource: r.Resource, Deprecated: r.Deprecated != "",
	}
	for _, key := range r.Categories {
		e.Categories = append(e.Categories, Category{Key: key, Name: categoryName(key)})
	}
	return e
}

// categoryName is a category in words: "Cost optimisation".
func categoryName(key string) string {
	if key == "" {
		return ""
	}
	return strings.ToUpper(key[:1]) + strings.ReplaceAll(key[1:], "-", " ")
}

// Entries lists every rule, by id.
func (b *Book) Entries() []Entry { return b.listing().entries }

// Entry finds a rule by its id, whatever the case.
func (b *Book) Entry(id string) (Entry, bool) {
	l := b.listing()
	at, ok := l.at[strings.ToLower(id)]
	if !ok {
		return Entry{}, false
	}
	return l.entries[at], true
}

// Services lists the services that rules judge, by key whatever the case, each
// with its rules.
func (b *Book) Services() []Service { return b.listing().services }

// Service finds a service by its key, or by the prefix of its rules' ids ("CT"),
// whatever the case.
func (b *Book) Service(key string) (Service, bool) {
	key = conformity.ServiceKey(key)
	for _, s := range b.listing().services {
		if strings.EqualFold(s.Key, key) {
			return s, true
		}
	}
	return Service{}, false
}
