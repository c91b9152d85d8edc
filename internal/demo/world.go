package demo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/bot"
	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/store"
)

// A World is three accounts made of the recorded one, and how they came to be
// as they are. Nothing of it talks to AWS.
type World struct {
	library *rule.Library
}

// NewWorld makes the world. The library has the rules whose corrections some
// of its resources have had.
func NewWorld(library *rule.Library) *World { return &World{library: library} }

// Read plays the recording again, and gives an account of the world as it is
// now. It takes the place of AWS in a bot. Any other account is an error, for
// its owner.
func (w *World) Read(ctx context.Context, account *store.Account) (*bot.Reading, error) {
	i := slices.IndexFunc(scenes, func(s scene) bool { return s.id == account.AWSID })
	if i < 0 {
		names := make([]string, len(scenes))
		for i, s := range scenes {
			names[i] = s.name
		}
		return nil, fmt.Errorf("this is the demo: only its three accounts (%s) can be scanned; surety serve watches accounts of your own", strings.Join(names, ", "))
	}
	recorded, err := record(ctx)
	if err != nil {
		return nil, err
	}
	s := &scenes[i]
	inv, err := w.present(ctx, s, s.stage(recorded.Inventory), recorded.Now)
	if err != nil {
		return nil, err
	}
	return s.reading(recorded, s.blinded(inv), true), nil
}

// record plays the recording.
func record(ctx context.Context) (*bot.Reading, error) {
	options, err := Account()
	if err != nil {
		return nil, err
	}
	inv, stats := aws.Read(ctx, options)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if stats.Accounts != 1 {
		return nil, fmt.Errorf("the recorded account could not be played: %v", inv.Problems)
	}
	return &bot.Reading{Inventory: inv, Stats: stats, Now: options.Now}, nil
}

// A scene says what is made of the recorded account.
type scene struct {
	name        string
	code        string
	environment string
	tags        []string
	id          string // of the AWS account
	words       []string
	without     []string // types, or services, that the account does not use
	share       int      // of 100 other resources, that it has
	repaired    int      // of 100 resources, that were repaired
	// behind is how long before now the last scan of the account began.
	behind time.Duration
	// blind is what could not be read since some time.
	blind *blindness
}

// A blindness is a permission that is missing since some time. Where the type
// is empty it is the one that the recording lacks.
type blindness struct {
	since  time.Duration // before now
	action string
	typ    string
}

// recordedID is the number of the recorded account.
const recordedID = "123456789012"

// The accounts of the world. Their groups go by the tags.
var scenes = []scene{
	{
		name: "Shop production", code: "SHP", environment: "Production", tags: []string{"shop", "production"}, id: recordedID,
		share: 100, behind: 11 * time.Minute, blind: &blindness{since: 40 * time.Hour},
	},
	{
		name: "Shop staging", code: "SHS", environment: "Staging", tags: []string{"shop", "staging"}, id: "210987654321",
		words: []string{
			"harbourline-prod", "harbourline-stage", "harbourline", "hl-staging", "Production", "Staging", "production", "staging", "warehouse", "depot",
			"partner", "agency", "legacy", "rehearsal",
		},
		without: []string{
			"AWS::Organizations", "AWS::Redshift", "AWS::Kinesis", "AWS::Route53Domains", "AWS::EC2::VPNConnection", "AWS::EC2::VPNGateway",
			"AWS::EC2::VPCGatewayAttachment", "AWS::EC2::CustomerGateway", "AWS::EC2::TransitGateway", "AWS::IAM::SAMLProvider", "AWS::GuardDuty",
		},
		share: 62, repaired: 35, behind: 23 * time.Minute,
	},
	{
		name: "Data platform", code: "DAT", environment: "Production", tags: []string{"data", "production"}, id: "345678901234",
		words: []string{
			"harbourline-prod", "lake-prod", "harbourline", "hl-data", "storefront", "reporting", "shop", "lake", "orders", "sales", "carts", "events",
			"legacy", "spark",
		},
		without: []string{
			"AWS::Organizations", "AWS::CloudFront", "AWS::ElasticLoadBalancing::LoadBalancer", "AWS::ApiGateway", "AWS::ApiGatewayV2", "AWS::ECS",
			"AWS::EKS", "AWS::Route53Domains", "AWS::AutoScaling", "AWS::SNS", "AWS::SecretsManager",
		},
		share: 48, repaired: 65, behind: 37 * time.Minute,
		blind: &blindness{since: 5*time.Hour + 30*time.Minute, action: "rds:DescribeDBInstances", typ: "AWS::RDS::DBInstance"},
	},
}

// reading gives the inventory of a scene as one that was read; blind says
// whether it was when not everything could be.
func (s *scene) reading(recorded *bot.Reading, inv *cloud.Inventory, blind bool) *bot.Reading {
	stats := *recorded.Stats
	// A smaller account takes fewer calls.
	stats.Calls = stats.Calls * int64(len(inv.Resources)) / int64(stats.Resources)
	stats.Resources, stats.Failures = len(inv.Resources), nil
	switch {
	case s.blind == nil || !blind:
	case s.blind.typ == "":
		stats.Failures = recorded.Stats.Failures
	default:
		stats.Failures = []aws.Failure{{
			Account: s.id, Action: s.blind.action, Cause: aws.Denied, Reason: s.blind.reason(stats.Regions[0]),
			Regions: stats.Regions, Types: []string{s.blind.typ}, Count: len(stats.Regions),
		}}
	}
	return &bot.Reading{Inventory: inv, Stats: &stats, Now: recorded.Now}
}

// reason is said in the words of the live source.
func (b *blindness) reason(region string) string {
	return fmt.Sprintf("%s is denied in %s: the permission has to be added", b.action, region)
}

// blinded is the inventory without what could not be read.
func (s *scene) blinded(inv *cloud.Inventory) *cloud.Inventory {
	seen := *inv
	if s.blind == nil || s.blind.typ == "" {
		return &seen
	}
	regions := map[string]bool{}
	for _, r := range inv.Resources {
		if r.Type == regionType {
			regions[r.Region] = true
		}
	}
	seen.Resources = slices.DeleteFunc(slices.Clone(inv.Resources), func(r *cloud.Resource) bool { return r.Type == s.blind.typ })
	for _, region := range slices.Sorted(maps.Keys(regions)) {
		seen.Unread = append(seen.Unread, cloud.Unread{Type: s.blind.typ, Account: s.id, Region: region, Reason: s.blind.reason(region)})
	}
	return &seen
}

// sighted is the inventory with what could not be read of it in the recording
// told, as it is known from before.
func sighted(inv *cloud.Inventory) *cloud.Inventory {
	whole := *inv
	whole.Resources = slices.Clone(inv.Resources)
	for i, r := range whole.Resources {
		if _, unknown := r.Properties[consoleAccess].(*cloud.Unresolved); r.Type == settingsType && unknown {
			told := *r
			told.Properties = maps.Clone(r.Properties)
			told.Properties[consoleAccess] = false
			whole.Resources[i] = &told
		}
	}
	return &whole
}

// What the recording may not read: a permission is missing on purpose.
const (
	regionType    = "AWS::Account::Region"
	settingsType  = "AWS::EC2::RegionSettings"
	consoleAccess = "SerialConsoleAccessEnabled"
)
