package account

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// A shop is the account while it is built: what one step made and a later one
// refers to.
type shop struct {
	number string    // of the account
	now    time.Time // what expires does so relative to this

	production, staging, lab *site
}

// A site is one region of the account. Its maps go from the names that the
// tables of this package use to what AWS made of them.
type site struct {
	aws.Config

	keys      map[string]string // alias without "alias/" → ARN of the KMS key
	vpcs      map[string]string
	subnets   map[string]string
	routes    map[string]string // route tables
	groups    map[string]string // security groups
	images    map[string]string
	instances map[string]string
	volumes   map[string]string
	topics    map[string]string // ARNs
	targets   map[string]string // ARNs of target groups
	balancers map[string]string // ARNs
	certs     map[string]string // ARNs
	files     map[string]string // file systems
	scaling   map[string]string // ARNs of Auto Scaling groups
}

func newShop(cfg aws.Config, number string) *shop {
	at := func(region string) *site {
		return &site{
			Config:    inRegion(cfg, region),
			keys:      map[string]string{},
			vpcs:      map[string]string{},
			subnets:   map[string]string{},
			routes:    map[string]string{},
			groups:    map[string]string{},
			images:    map[string]string{},
			instances: map[string]string{},
			volumes:   map[string]string{},
			topics:    map[string]string{},
			targets:   map[string]string{},
			balancers: map[string]string{},
			certs:     map[string]string{},
			files:     map[string]string{},
			scaling:   map[string]string{},
		}
	}
	return &shop{
		number:     number,
		now:        time.Now().UTC(),
		production: at(Production),
		staging:    at(Staging),
		lab:        at(Lab),
	}
}

// arn names a global or regional resource of the account; region is empty for
// a global one.
func (s *shop) arn(service, region, resource string) string {
	return fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, region, s.number, resource)
}

// role is the ARN of a role of the account.
func (s *shop) role(name string) *string { return new(s.arn("iam", "", "role/"+name)) }

// document fills the account numbers into a policy.
func (s *shop) document(text string) *string {
	return new(strings.NewReplacer(
		"{account}", s.number,
		"{tidewater}", tidewater,
		"{freight}", freight,
	).Replace(text))
}

// from looks up names in one of the maps of a site. A name that is not there
// stays as it is, so that AWS's answer names it.
func from(ids map[string]string, names ...string) []string {
	found := make([]string, len(names))
	for i, name := range names {
		found[i] = name
		if id, ok := ids[name]; ok {
			found[i] = id
		}
	}
	return found
}
