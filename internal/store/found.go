package store

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
)

// A Status is what a check says.
type Status int

// The numbers are those of the tables.
const (
	Success Status = 1
	Failure Status = 2
	Unknown Status = 3 // it could not be told
)

// An Origin is who makes a check.
type Origin int

const (
	ByRule       Origin = 0
	ByUser       Origin = 1 // pushed through the API; scans leave it alone
	ByCustomRule Origin = 2
)

// A Found is a check as a scan found it.
type Found struct {
	Rule      string // its id
	Service   string // "EC2"
	Region    string // "global" where AWS has none
	Resource  string // the resource's id; empty for a check of an account or region
	Type      string // the resource's CloudFormation type
	Origin    Origin
	Status    Status
	Risk      int // 1 low to 5 extreme
	Message   string
	Reason    string // why it is unknown
	NotScored bool
	Extra     string // JSON; see checks.extra
}

// ID identifies the check in its account.
func (f *Found) ID() int64 { return CheckID(f.Rule, f.Region, f.Resource) }

// CheckID is the number under which a check is kept: a hash, so that the same
// rule, region and resource are the same check in every scan.
func CheckID(rule, region, resource string) int64 { return number(rule, region, resource) }

// ResourceID is the number under which a resource is kept.
func ResourceID(typ, region, resource string) int64 { return number(typ, region, resource) }

// number hashes texts to a positive number of 63 bits. Two things of one
// account meet by chance with a probability below 10^-8 for a million of them.
func number(parts ...string) int64 {
	h := sha256.New()
	for _, p := range parts {
		write(h, p)
	}
	return sum(h)
}

// write adds a text with its length, so that no two lists of texts are alike.
func write(h hash.Hash, text string) {
	var size [4]byte
	binary.BigEndian.PutUint32(size[:], uint32(len(text)))
	h.Write(size[:])
	h.Write([]byte(text))
}

func sum(h hash.Hash) int64 {
	return int64(binary.BigEndian.Uint64(h.Sum(nil)) >> 1)
}

// digest is the same for the same content of a check; what is not in it does
// not count as a change.
func (f *Found) digest() int64 {
	h := sha256.New()
	for _, text := range []string{f.Service, f.Type, f.Message, f.Reason, f.Extra} {
		write(h, text)
	}
	notScored := byte(0)
	if f.NotScored {
		notScored = 1
	}
	h.Write([]byte{byte(f.Status), byte(f.Risk), byte(f.Origin), notScored})
	return sum(h)
}

// A Seen is a resource as a scan found it.
type Seen struct {
	Type     string
	Region   string
	Resource string // its id
	ARN      string
	Name     string
	Tags     map[string]string
	Excluded []string // ids of the rules that exceptions keep from it
	Doc      []byte   // JSON
}

// ID identifies the resource in its account.
func (s *Seen) ID() int64 { return ResourceID(s.Type, s.Region, s.Resource) }

// A Gap is a type of which not everything could be read in one region.
type Gap struct {
	Type   string
	Region string // "global" stands for every region
	Reason string
}

// A Merge is what one scan brings.
type Merge struct {
	Account   int64
	ScanID    string
	Checks    []Found
	Resources []Seen
	Gaps      []Gap

	// Rules are those that the account was held against, with the types of the
	// resources that each judges. The checks of all others go.
	Rules map[string]string

	// Given says what the scan reads of each type, as cloud.Inventory.Given
	// does: without it nothing is known of what a resource does not have.
	Given map[string]map[string]bool

	// Categories tells the categories of a rule, for the score of the day.
	Categories func(rule string) []string

	// Outcome, Error and Counts are kept with the scan.
	Outcome string
	Error   string
	Counts  map[string]int64
}

// gaps answers what could not be read.
type gaps map[string]map[string]string // by type and region, the reason

func gapsOf(list []Gap) gaps {
	g := gaps{}
	for _, gap := range list {
		if g[gap.Type] == nil {
			g[gap.Type] = map[string]string{}
		}
		if g[gap.Type][gap.Region] == "" {
			g[gap.Type][gap.Region] = gap.Reason
		}
	}
	return g
}

// reason is why a type may not have been read in a region; empty when it was.
func (g gaps) reason(typ, region string) string {
	where := g[typ]
	if where == nil {
		return ""
	}
	if reason := where[region]; reason != "" {
		return reason
	}
	return where["global"]
}
