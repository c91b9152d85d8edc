package conformity

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/rule"
)

const cataloguePage = `---
id: EC2-999
title: Memcached isn't open to the internet (TLS 1.2, IPv6)
risk: very-high
categories: [security]
service: CT
resource: AWS::EC2::SecurityGroup
standards: [CIS-V8:4.4, AWAF:SEC05-BP02, CIS-V8:4.5]
settings:
  ports:
    type: multiple-number-values
    label: Memcached ports
    example: [11211]
check: size(settings.ports) > 0
message: '{id} is open'
---

Anyone can
read the cache.

More text.
`

func cataloguedRule(t *testing.T, page string) *rule.Rule {
	t.Helper()
	r, err := rule.Parse("rules/test.md", []byte(page), fstest.MapFS{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRuleInfo(t *testing.T) {
	got, err := json.Marshal(RuleInfo(cataloguedRule(t, cataloguePage)))
	if err != nil {
		t.Fatal(err)
	}
	want := `{
		"name": "MemcachedIsntOpenToTheInternetTLS12IPv6",
		"title": "Memcached isn't open to the internet (TLS 1.2, IPv6)",
		"description": "Anyone can read the cache.",
		"categories": ["security"], "risk-level": "VERY_HIGH", "multi-risk-level": false,
		"knowledge-base-html": "ec2-999", "must-be-configured": true, "package": "base",
		"is-organisational": false, "not-scored": false, "level": "resource",
		"release-date": "", "update-date": "", "is-deprecated": false, "provider": "aws",
		"compliances": ["AWAF", "CIS-V8"], "enabled": true,
		"settings": [{"name": "ports", "label": "Memcached ports", "type": "multiple-number-values",
			"values": [], "read-only": false, "hidden": false}]}`
	if diff := cmp.Diff(decodedJSON(t, want), decodedJSON(t, string(got))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRuleInfoVariants(t *testing.T) {
	for _, tt := range []struct {
		name, from, to string
		want           func(d RuleDetails) bool
	}{
		{"deprecated", "service: CT", "service: CT\ndeprecated: see EC2-001",
			func(d RuleDetails) bool { return d.Deprecated && !d.Enabled }},
		{"a default", "example: [11211]", "default: [11211]",
			func(d RuleDetails) bool { return !d.MustBeConfigured }},
		{"of an account", "AWS::EC2::SecurityGroup", "AWS::Account::Account",
			func(d RuleDetails) bool { return d.Level == "account" }},
		{"of events", "AWS::EC2::SecurityGroup", "AWS::CloudTrail::EventHistory",
			func(d RuleDetails) bool { return d.Level == "event" && d.Package == "base" }},
		{"real-time monitoring", "id: EC2-999", "id: RTM-999",
			func(d RuleDetails) bool { return d.Package == "rtm" && d.ID == "RTM-999" }},
		{"no standards", "standards: [CIS-V8:4.4, AWAF:SEC05-BP02, CIS-V8:4.5]\n", "",
			func(d RuleDetails) bool { return d.Compliances != nil && len(d.Compliances) == 0 }},
		{"no settings", "settings:\n  ports:\n    type: multiple-number-values\n    label: Memcached ports\n    example: [11211]\n", "",
			func(d RuleDetails) bool { return d.Settings != nil && len(d.Settings) == 0 && !d.MustBeConfigured }},
	} {
		changed := strings.Replace(cataloguePage, tt.from, tt.to, 1)
		if changed == cataloguePage {
			t.Fatalf("%s: the page has no %q", tt.name, tt.from)
		}
		if d := RuleInfo(cataloguedRule(t, changed)); !tt.want(d) {
			t.Errorf("%s: %+v", tt.name, d)
		}
	}
}

func decodedJSON(t *testing.T, text string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// TestServices: every rule is in one service, the service of its page, and says
// all that clients look for.
func TestServices(t *testing.T) {
	library := embeddedLibrary(t)
	list, err := Services(library)
	if err != nil {
		t.Fatal(err)
	}
	byKey := map[string]Service{}
	in := map[string]string{}
	for _, s := range list {
		byKey[s.Key] = s
		if s.Provider != "aws" || s.Rules == nil {
			t.Errorf("%s: provider %q, rules %v", s.Key, s.Provider, s.Rules)
		}
		for _, r := range s.Rules {
			if in[r.ID] != "" {
				t.Errorf("%s is in %s and %s", r.ID, in[r.ID], s.Key)
			}
			in[r.ID] = s.Key
			if r.Name == "" || r.Title == "" || r.Description == "" || len(r.Categories) == 0 || r.RiskLevel == "" ||
				r.KnowledgeBase == "" || r.Compliances == nil || r.Settings == nil || r.Provider != "aws" {
				t.Errorf("%s lacks something: %+v", r.ID, r)
			}
		}
		if !slices.IsSortedFunc(s.Rules, func(a, b RuleDetails) int { return strings.Compare(a.ID, b.ID) }) {
			t.Errorf("the rules of %s are not sorted", s.Key)
		}
	}
	if !slices.IsSortedFunc(list, func(a, b Service) int { return strings.Compare(a.Key, b.Key) }) {
		t.Error("the services are not sorted")
	}
	if diff := cmp.Diff(library.IDs(), slices.Sorted(maps.Keys(in))); diff != "" {
		t.Errorf("rules (-library +services):\n%s", diff)
	}
	for id, want := range map[string]string{"CT-001": "CloudTrail", "S3-001": "S3", "AG-003": "APIGateway"} {
		if in[id] != want {
			t.Errorf("%s is in %q, want %q", id, in[id], want)
		}
	}
	for _, info := range Types() {
		if _, ok := byKey[info.Service]; !ok {
			t.Errorf("no service %s, which owns %s", info.Service, info.Type)
		}
	}
}

// TestServicesFault: a page that cannot be read takes nothing else with it.
func TestServicesFault(t *testing.T) {
	library, err := rule.NewLibrary(fstest.MapFS{
		"own/EC2-999.md": {Data: []byte(cataloguePage)},
		"own/EC2-998.md": {Data: []byte("---\nid: EC2-998\nresource: AWS::EC2::Instance\nrisk: enormous\n---\n\nText.\n")},
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	list, err := Services(library)
	if err == nil || !strings.Contains(err.Error(), "EC2-998") {
		t.Errorf("error %v, want one about EC2-998", err)
	}
	i := slices.IndexFunc(list, func(s Service) bool { return s.Key == "CloudTrail" })
	if i < 0 || len(list[i].Rules) != 1 || list[i].Rules[0].ID != "EC2-999" {
		t.Errorf("EC2-999 is not in CloudTrail: %+v", list)
	}
}

// TestLevels: the rules of what an account has once are those that the rule
// package calls so, but for those of metrics and costs.
func TestLevels(t *testing.T) {
	library := embeddedLibrary(t)
	for _, id := range library.IDs() {
		r, err := library.Rule(id)
		if err != nil {
			t.Fatal(err)
		}
		kind, err := r.Kind()
		if err != nil {
			t.Fatal(err)
		}
		once := RuleInfo(r).Level != "resource"
		if kind == rule.AccountKind && !once {
			t.Errorf("%s judges %s, of which an account has one: it needs \"once\" in types.tsv", id, r.Resource)
		}
		if once && (kind == rule.ConfigKind || kind == rule.RelationKind) {
			t.Errorf("%s judges %s, which types.tsv calls once", id, r.Resource)
		}
	}
}

func TestCamelCase(t *testing.T) {
	for title, want := range map[string]string{
		"S3 bucket is not public":                          "S3BucketIsNotPublic",
		"Inbound rules open single ports, not ranges":      "InboundRulesOpenSinglePortsNotRanges",
		"RDS does not listen on its engine's default port": "RDSDoesNotListenOnItsEnginesDefaultPort",
		"Load balancer disables SSL, TLS 1.0 and TLS 1.1":  "LoadBalancerDisablesSSLTLS10AndTLS11",
		"Day-to-day access uses IAM users or federation":   "DayToDayAccessUsesIAMUsersOrFederation",
		"état": "État",
		"":     "",
	} {
		if got := camelCase(title); got != want {
			t.Errorf("camelCase(%q) = %q, want %q", title, got, want)
		}
	}
}

func TestRegions(t *testing.T) {
	list := Regions()
	if list[0].Key != Global {
		t.Errorf("the first region is %+v", list[0])
	}
	byKey := map[string]Region{}
	for _, r := range list {
		if _, twice := byKey[r.Key]; twice {
			t.Errorf("%s is there twice", r.Key)
		}
		byKey[r.Key] = r
		if r.Name == "" || r.Key != Global && (consoles[r.Partition] == "" || !regionName.MatchString(r.Key)) {
			t.Errorf("%+v lacks something", r)
		}
	}
	// The regions that Cloud Conformity documents, and one of each further partition.
	for _, key := range strings.Fields(`us-east-1 us-east-2 us-west-1 us-west-2 af-south-1 ap-east-1 ap-south-1
		ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1
		eu-north-1 eu-south-1 eu-west-1 eu-west-2 eu-west-3 me-south-1 sa-east-1 cn-north-1 us-gov-west-1`) {
		if byKey[key].Name == "" {
			t.Errorf("%s is missing", key)
		}
	}
	if got := byKey["us-gov-east-1"].Partition; got != "aws-us-gov" {
		t.Errorf("us-gov-east-1 is in %q", got)
	}
	list[0].Key = "changed"
	if Regions()[0].Key != Global {
		t.Error("a caller can change the regions of others")
	}
}
