package large

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// account says what there is: how many of each kind in each region. What each
// of them is like is in the file of its service.
type account struct {
	number string
	key    uint64 // of the seed; see id.go
	now    time.Time
	counts [kinds][]int // by region; index 0 alone for kinds that are global
}

const (
	kindNone kind = iota
	instances
	volumes
	securityGroups
	vpcs
	interfaces
	snapshots
	images
	addresses
	keyPairs
	launchTemplates
	flowLogs
	endpoints
	balancers
	scalingGroups
	databases
	clusters
	dbSnapshots
	functions
	keys
	logGroups
	metricFilters
	alarms
	topics
	queues
	tables
	stacks
	repositories
	secrets
	parameters
	certificates
	fileSystems
	streams
	restAPIs
	// From here on one number for the account.
	buckets
	users
	roles
	groups
	policies
	trails
	zones
	distributions
	// These are counted from others: see count.
	subnets
	routeTables
	networkACLs
	gateways
	natGateways
	groupRules
	listeners
	targetGroups
	// These name what an answer holds within something else.
	details
	kinds
)

// regional is how many of each kind the account has in all its regions.
// Instances, volumes, buckets, users, roles and security groups are the sizes
// that the benchmark is about; the rest fit such an account.
var regional = map[kind]int{
	instances: 12906, volumes: 13433, securityGroups: 500,
	vpcs: 60, snapshots: 6000, images: 120, addresses: 260, keyPairs: 90, launchTemplates: 110,
	flowLogs: 40, endpoints: 70, balancers: 150, scalingGroups: 90,
	databases: 240, clusters: 45, dbSnapshots: 700, functions: 900, keys: 180,
	logGroups: 1600, metricFilters: 60, alarms: 650, topics: 200, queues: 320, tables: 160,
	stacks: 260, repositories: 80, secrets: 150, parameters: 420, certificates: 90,
	fileSystems: 24, streams: 18, restAPIs: 30,
}

var global = map[kind]int{
	buckets: 391, users: 1000, roles: 1000, groups: 40, policies: 220, trails: 3,
	zones: 28, distributions: 24,
}

// regions are those that every account has without opting in, with the share
// of the account that lies in each, in thousandths. Most of it is in us-east-1.
var regions = []struct {
	name  string
	share int
}{
	{"us-east-1", 382}, {"us-west-2", 164}, {"eu-west-1", 141}, {"eu-central-1", 83},
	{"ap-southeast-1", 52}, {"ap-northeast-1", 47}, {"us-east-2", 41}, {"ap-southeast-2", 25},
	{"eu-west-2", 19}, {"ap-south-1", 15}, {"ca-central-1", 10}, {"us-west-1", 7},
	{"eu-west-3", 5}, {"eu-north-1", 4}, {"sa-east-1", 3}, {"ap-northeast-2", 1}, {"ap-northeast-3", 1},
}

// optIn are regions that exist and that this account has not opted in to.
var optIn = []string{
	"af-south-1", "ap-east-1", "ap-south-2", "ap-southeast-3", "ap-southeast-4",
	"ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1", "me-central-1", "me-south-1",
}

func newAccount(number string, seed uint64, now time.Time) *account {
	a := &account{number: number, key: mix(seed + 0x9e3779b97f4a7c15), now: now.UTC()}
	for k, total := range regional {
		floor := 0
		if k == vpcs {
			floor = 1 // every region has its default VPC
		}
		if k == securityGroups {
			continue // below: every VPC has its default group
		}
		a.counts[k] = apportion(total, floor)
	}
	a.counts[securityGroups] = apportion(regional[securityGroups]-regional[vpcs], 0)
	for r := range regions {
		a.counts[securityGroups][r] += a.counts[vpcs][r]
	}
	for k, total := range global {
		a.counts[k] = []int{total}
	}
	return a
}

// apportion spreads a total over the regions by their share, every region
// getting at least the floor, so that the sum is the total exactly: the largest
// remainders are rounded up.
func apportion(total, floor int) []int {
	spread := total - floor*len(regions)
	sum := 0
	for _, r := range regions {
		sum += r.share
	}
	counts := make([]int, len(regions))
	remainders := make([]int, len(regions))
	left := spread
	for i, r := range regions {
		counts[i] = floor + spread*r.share/sum
		remainders[i] = spread * r.share % sum
		left -= spread * r.share / sum
	}
	for ; left > 0; left-- {
		best := 0
		for i := range remainders {
			if remainders[i] > remainders[best] {
				best = i
			}
		}
		counts[best]++
		remainders[best] = -1
	}
	return counts
}

// count is how many things of a kind there are in a region.
func (a *account) count(k kind, region int) int {
	switch k {
	case subnets:
		return a.count(vpcs, region) * subnetsPerVPC
	case routeTables:
		return a.count(vpcs, region) * 2
	case networkACLs, gateways:
		return a.count(vpcs, region)
	case natGateways:
		return a.count(vpcs, region) - 1 // none in the default VPC
	case interfaces:
		return a.count(instances, region) + 2*a.count(balancers, region) + a.count(natGateways, region)
	case groupRules:
		return a.count(securityGroups, region) * rulesPerGroup
	case listeners, targetGroups:
		return a.count(balancers, region) * 2
	}
	c := a.counts[k]
	switch len(c) {
	case 0:
		return 0
	case 1:
		return c[0]
	}
	return c[region]
}

// regionIndex is the place of a region in regions, or -1.
func regionIndex(name string) int {
	for i, r := range regions {
		if r.name == name {
			return i
		}
	}
	return -1
}

// arn joins the parts of an ARN. IAM, S3 and others leave region or account out.
func arn(service, region, account, resource string) string {
	return "arn:aws:" + service + ":" + region + ":" + account + ":" + resource
}

func (a *account) arn(service string, region int, resource string) string {
	return arn(service, regions[region].name, a.number, resource)
}

// daysAgo is a moment in the past that belongs to a thing, at most so many days
// before the account's now.
func (a *account) daysAgo(k kind, region, i, trait, most int) time.Time {
	seconds := a.roll(k, region, i, trait, most*86400)
	return a.now.Add(-time.Duration(seconds) * time.Second)
}

var (
	teams        = []string{"payments", "search", "ledger", "identity", "media", "growth", "platform", "risk", "catalogue", "support"}
	environments = []string{"production", "production", "production", "staging", "development"}
	purposes     = []string{"api", "worker", "web", "batch", "cache", "ingest", "report", "gateway"}
)

// name is a readable name that ends in the thing's number, by which numbered
// finds it again.
func (a *account) name(k kind, region, i int) string {
	return fmt.Sprintf("%s-%s-%05d", pickOf(a, k, region, i, 900, teams), pickOf(a, k, region, i, 901, purposes), i)
}

func (a *account) numbered(name string, k kind, region int) (int, bool) {
	at := strings.LastIndexByte(name, '-')
	if at < 0 {
		return 0, false
	}
	i, err := strconv.Atoi(name[at+1:])
	if err != nil || i < 0 || i >= a.count(k, region) || a.name(k, region, i) != name {
		return 0, false
	}
	return i, true
}

type pair struct{ key, value string }

// tags are what a thing is tagged with. One in six has a name alone, as in
// accounts that grew.
func (a *account) tags(k kind, region, i int) []pair {
	name := pair{"Name", a.name(k, region, i)}
	if a.roll(k, region, i, 902, 6) == 0 {
		return []pair{name}
	}
	return []pair{
		name,
		{"Environment", pickOf(a, k, region, i, 903, environments)},
		{"Team", pickOf(a, k, region, i, 900, teams)},
		{"CostCentre", strconv.Itoa(4000 + a.roll(k, region, i, 904, 60))},
	}
}
