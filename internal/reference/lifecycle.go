package reference

import (
	"strings"
	"sync"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
)

// A product is one thing that AWS offers in versions: a database engine, the
// Kubernetes of EKS, the runtimes of Lambda.
type product struct {
	Title  string // as a sentence names it: "Amazon EKS"
	source `yaml:",inline"`

	// Prefix is what some resources write before the version
	// ("OpenSearch_2.11"). A version that bears the prefix of another product
	// is that product's.
	Prefix string

	// Successor names the product that took this one's place, so that none of
	// its versions is the newest any more.
	Successor string

	// Exact is set where versions are identifiers that match as a whole
	// ("java8.al2" is not a kind of "java8"). Otherwise "16" stands for all
	// of "16.4" and "16.4.1".
	Exact bool

	// Exclusive is set where AWS names the first day without support as its
	// end, rather than the last day with it.
	Exclusive bool

	// Versions are in order, newest first within each line.
	Versions []version
}

// A version is a release with a support period of its own.
type version struct {
	Version string
	Line    string // what it is the successor in; the same for all where empty

	// Ends is the day that AWS names as the end of support, of standard
	// support where there is paid extended support after it. It is zero while
	// AWS has not announced one.
	Ends date
	// ExtendedEnds is the end of paid extended support, if one is known.
	ExtendedEnds date `yaml:"extendedEnds"`

	// Preview is set for a version that was not yet released for production
	// when the table was read; whether it has been since is not known.
	Preview bool
}

var lifecycles = sync.OnceValues(func() (map[string]*product, error) {
	return load[map[string]*product]("lifecycle.yaml")
})

// Supported tells whether AWS supports a version of a product at a time: in
// standard support, where there is paid extended support after it. A version
// that no table lists, newer or older than all that are known, is unknown.
func Supported(name, of string, now time.Time) cloud.Truth {
	p, v, u := find(name, of)
	if u != nil {
		return cloud.UnknownTruth(u)
	}
	if v.Ends.IsZero() {
		return cloud.Known(true)
	}
	end := v.Ends.Time
	if !p.Exclusive {
		end = end.AddDate(0, 0, 1)
	}
	return cloud.Known(now.Before(end))
}

// Newest tells whether a version is the newest of its line: python3.14 among
// the runtimes for Python, 17.2 because PostgreSQL 17 is the newest major
// version. It does not tell whether a newer patch of the same version exists.
// No version of a product that has a successor is the newest.
func Newest(name, of string) cloud.Truth {
	p, v, u := find(name, of)
	if u != nil {
		return cloud.UnknownTruth(u)
	}
	if p.Successor != "" {
		return cloud.Known(false)
	}
	for i := range p.Versions {
		if p.Versions[i].Line == v.Line && !p.Versions[i].Preview {
			return cloud.Known(&p.Versions[i] == v)
		}
	}
	return cloud.Known(false)
}

// SupportEnds is the day that AWS names as the end of support for a version
// of a product: of standard support, where there is paid extended support
// after it.
func SupportEnds(name, of string) (time.Time, *cloud.Unresolved) {
	p, v, u := find(name, of)
	if u != nil {
		return time.Time{}, u
	}
	if v.Ends.IsZero() {
		return time.Time{}, unresolved("no end of support is known for %s %s", p.Title, of)
	}
	return v.Ends.Time, nil
}

// ExtendedSupportEnds is the day that AWS names as the end of paid extended
// support for a version of a product.
func ExtendedSupportEnds(name, of string) (time.Time, *cloud.Unresolved) {
	p, v, u := find(name, of)
	if u != nil {
		return time.Time{}, u
	}
	if v.ExtendedEnds.IsZero() {
		return time.Time{}, unresolved("no extended support is known for %s %s", p.Title, of)
	}
	return v.ExtendedEnds.Time, nil
}

// find looks up the release that a version belongs to.
func find(name, of string) (*product, *version, *cloud.Unresolved) {
	products, err := lifecycles()
	if err != nil {
		return nil, nil, unresolved("the table of versions could not be read: %v", err)
	}
	p := products[strings.ToLower(name)]
	if p == nil {
		return nil, nil, unresolved("the support periods of %q are not known", name)
	}
	text := of
	for _, other := range products {
		if other.Prefix != "" && len(text) >= len(other.Prefix) && strings.EqualFold(text[:len(other.Prefix)], other.Prefix) {
			p, text = other, text[len(other.Prefix):]
			break
		}
	}
	if text == "" {
		return nil, nil, unresolved("no version of %s is given, and AWS chooses its default", p.Title)
	}
	v := p.find(text)
	switch {
	case v == nil:
		return nil, nil, unresolved("the support period of %s %s is not known", p.Title, text)
	case v.Preview:
		return nil, nil, unresolved("%s %s was in preview when its support period was looked up", p.Title, text)
	}
	return p, v, nil
}

// find returns the version that text names or is a part of, nil if there is
// none: the longest, so that "8.0.mysql_aurora.3" wins over "8.0".
func (p *product) find(text string) *version {
	var best *version
	for i := range p.Versions {
		v := &p.Versions[i]
		if (best == nil || len(v.Version) > len(best.Version)) && p.matches(v.Version, text) {
			best = v
		}
	}
	return best
}

func (p *product) matches(v, text string) bool {
	if p.Exact || len(text) <= len(v) {
		return strings.EqualFold(v, text)
	}
	end := text[len(v)]
	return strings.EqualFold(v, text[:len(v)]) && (end < '0' || end > '9') && !isLetter(end)
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
