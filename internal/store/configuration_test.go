package store_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/customrule"
	"github.com/surety-cloud/surety/internal/store"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ruleSetting(t testing.TB, text string) conformity.Setting {
	t.Helper()
	setting, err := conformity.ParseSetting([]byte(text))
	must(t, err)
	return setting
}

const ownRule = `{"name":"Bucket has a team","description":"d","service":"S3","resourceType":"s3-bucket","severity":"LOW","enabled":true,"provider":"aws",
	"categories":["security"],"attributes":[{"name":"tags","path":"data.Tags","required":true}],
	"rules":[{"conditions":{"all":[{"fact":"tags","operator":"notEqual","value":null}]},"event":{"type":"no team"}}]}`

// configure fills a store with one of everything, and gives the account's
// number.
func configure(t testing.TB, s *store.Store, c *clock) int64 {
	t.Helper()
	ctx := context.Background()
	org, err := s.Organisation(ctx)
	must(t, err)
	must(t, s.RenameOrganisation(ctx, org.ID, "Example"))
	i := store.Import{Name: "all", RoleName: "Surety", Environment: "prod", ExternalID: "import-secret", Tags: []string{"org"}, Exclude: []string{"999988887777"}}
	must(t, s.AddImport(ctx, &i))
	until := c.at.Add(24 * time.Hour).UnixMilli()
	a := &store.Account{
		Name: "payments", Environment: "prod", Code: "PAY", AWSID: "111122223333", Tags: []string{"pci"}, RoleARN: "arn:aws:iam::111122223333:role/Surety",
		ExternalID: "account-secret", Subscription: "essentials", Packages: map[string]bool{"costPackage": true}, ImportID: i.ID,
		Bot: &store.Bot{Disabled: true, Delay: 4, DisabledUntil: &until, DisabledRegions: map[string]bool{"eu-west-3": true}, LastModifiedBy: "u1"},
	}
	must(t, s.AddAccount(ctx, a))
	must(t, s.AddAccount(ctx, &store.Account{Name: "plain", Environment: "test", AWSID: "444455556666"}))
	rule, err := customrule.Parse([]byte(ownRule))
	must(t, err)
	own, err := s.AddCustomRule(ctx, rule)
	must(t, err)
	_, _, err = s.ChangeAccountSettings(ctx, a.Num, store.RuleNote{Note: "agreed", By: "u1"}, func(list []conformity.Setting) ([]conformity.Setting, error) {
		return conformity.Put(list, ruleSetting(t, `{"id":"S3-001","enabled":true,"riskLevel":"LOW","extraSettings":[{"name":"n","value":"100","x":[1]}]}`),
			ruleSetting(t, `{"id":"`+own.ID+`","enabled":false,"riskLevel":"LOW"}`)), nil
	})
	must(t, err)
	g := store.Group{Name: "Payments", Tags: []string{"pci"}}
	must(t, s.PutGroup(ctx, &g))
	for _, u := range []store.User{
		{ID: "u1", Email: "Ada@example.com", FirstName: "Ada", Role: "ADMIN", Status: store.UserActive},
		{ID: "u2", Email: "grace@example.com", Role: "USER", SSO: true, Status: store.UserActive, Access: map[string]string{a.ID: "FULL"}},
	} {
		must(t, s.AddUser(ctx, &u))
	}
	for _, p := range []store.Profile{{Name: "Strict", Description: "d"}, {ID: conformity.OrganisationProfileID(org.ID), Name: "Organisational Profile"}} {
		must(t, s.AddProfile(ctx, &p, []conformity.Setting{ruleSetting(t, `{"id":"EC2-001","enabled":false,"riskLevel":"HIGH"}`)}))
	}
	must(t, s.PutCustomStandard(ctx, &store.CustomStandard{Name: "Ours", Version: "1", Type: "DRAFT", Controls: []store.StandardControl{{ID: "1", Title: "c", AWSRules: []string{"S3-001"}}}}))
	must(t, s.AddChannels(ctx, []store.Channel{
		{ID: a.ID + ":communication:email-x", Account: a.Num, Channel: "email", Enabled: true, Filter: json.RawMessage(`{"riskLevels":["HIGH"]}`), Configuration: json.RawMessage(`{"users":["u2"],"channelName":"n"}`)},
		{ID: "communication:slack-y", Channel: "slack", Manual: true, Configuration: json.RawMessage(`{"url":"https://hooks.slack.com/channel-secret","channel":"#a"}`)},
	}))
	for _, r := range []store.ReportConfig{
		{ID: a.ID + ":report-config:1", Account: a.Num}, {ID: g.ID + ":report-config:1", GroupID: g.ID}, {ID: org.ID + ":report-config:2"},
	} {
		r.Configuration, r.CreatedBy = json.RawMessage(`{"title":"r","scheduled":false}`), "u1"
		must(t, s.AddReportConfig(ctx, &r))
	}
	scan(t, s, store.Merge{Account: a.Num, Checks: []store.Found{bucket("a", store.Failure), bucket("b", store.Failure), bucket("c", store.Failure)}})
	for name, until := range map[string]time.Time{"a": {}, "b": c.at.Add(time.Hour)} {
		check, err := s.Check(ctx, a.Num, "S3-001", "us-east-1", name)
		must(t, err)
		must(t, s.Suppress(ctx, &check, true, until, "accepted "+name, "u2"))
	}
	return a.Num
}

// take keeps channels as they are given.
func take(_ string, given, here json.RawMessage) (json.RawMessage, error) { return given, nil }

// outcomes counts what became of the things of a configuration.
func outcomes(list []store.Imported) map[string]int {
	n := map[string]int{}
	for _, i := range list {
		n[i.Outcome]++
	}
	return n
}

// bringIn imports a configuration as it comes out of JSON.
func bringIn(t testing.TB, s *store.Store, c *store.Configuration, o store.ImportOptions) []store.Imported {
	t.Helper()
	data, err := json.Marshal(c)
	must(t, err)
	var given store.Configuration
	must(t, json.Unmarshal(data, &given))
	if o.Complete == nil {
		o.Complete = take
	}
	list, err := s.ImportConfiguration(context.Background(), &given, o)
	must(t, err)
	return list
}

func asJSON(t testing.TB, v any) any {
	t.Helper()
	data, err := json.Marshal(v)
	must(t, err)
	var out any
	must(t, json.Unmarshal(data, &out))
	return out
}

// TestConfigurationRoundTrip brings a configuration into an empty server, where
// it is the same, and there again, where it changes nothing.
func TestConfigurationRoundTrip(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		configure(t, s, c)
		given, err := s.Configuration(ctx)
		must(t, err)
		things := 1 + len(given.Imports) + len(given.Accounts) + len(given.Groups) + len(given.Users) + 1 + len(given.Profiles) + len(given.CustomRules) +
			len(given.Standards) + len(given.Channels) + len(given.Reports) + len(given.Suppressions)
		if things != 18 {
			t.Fatalf("%d things were exported: %+v", things, given)
		}
		// The same server again: nothing changes.
		if got := outcomes(bringIn(t, s, given, store.ImportOptions{Caller: "u1"})); got[store.Unchanged] != things {
			t.Errorf("into the same server: %v", got)
		}
		onBoth(t, func(t *testing.T, empty *store.Store, at *clock) {
			at.at = c.at
			if got := outcomes(bringIn(t, empty, given, store.ImportOptions{DryRun: true})); got[store.Added] != things-1 {
				t.Errorf("a dry run into an empty server: %v", got)
			}
			if before, err := empty.Configuration(ctx); err != nil || len(before.Accounts)+len(before.Users)+len(before.Groups) != 0 {
				t.Fatalf("the dry run left %+v, %v", before, err)
			}
			if got := outcomes(bringIn(t, empty, given, store.ImportOptions{})); got[store.Added] != things-1 || got[store.Changed] != 1 {
				t.Errorf("into an empty server: %v", got)
			}
			got, err := empty.Configuration(ctx)
			must(t, err)
			if d := cmp.Diff(asJSON(t, given), asJSON(t, got)); d != "" {
				t.Errorf("what came back differs (-sent +got):\n%s", d)
			}
			if again := outcomes(bringIn(t, empty, given, store.ImportOptions{})); again[store.Unchanged] != things {
				t.Errorf("the second time: %v", again)
			}
			afterScan(t, empty)
		})
	})
}

// afterScan: a suppression that came before its check holds when a scan makes
// it, and the tallies know.
func afterScan(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := context.Background()
	accounts, err := s.Accounts(ctx)
	must(t, err)
	num := accounts[slices.IndexFunc(accounts, func(a store.Account) bool { return a.AWSID == "111122223333" })].Num
	check, err := s.Check(ctx, num, "S3-001", "us-east-1", "a")
	must(t, err)
	if check.Status != store.Unknown || !check.Suppressed {
		t.Errorf("before a scan the check is %+v", check)
	}
	suppressed := true
	count := func(status store.Status) int64 {
		counts, err := s.CountChecks(ctx, []int64{num}, &store.CheckFilter{Suppressed: &suppressed, Statuses: []store.Status{status}})
		must(t, err)
		return counts[num]
	}
	if n := count(store.Unknown); n != 2 {
		t.Errorf("%d suppressed checks are counted before a scan", n)
	}
	scan(t, s, store.Merge{Account: num, Checks: []store.Found{bucket("a", store.Failure), bucket("c", store.Failure)}})
	check, err = s.Check(ctx, num, "S3-001", "us-east-1", "a")
	must(t, err)
	if check.Status != store.Failure || !check.Suppressed {
		t.Errorf("after a scan the check is %+v", check)
	}
	if n := count(store.Failure); n != 1 {
		t.Errorf("%d suppressed checks are counted after a scan", n)
	}
	notes, err := s.Notes(ctx, num, check.ID, 10)
	if err != nil || len(notes) != 1 || notes[0].Note != "accepted a" || notes[0].By != "u2" {
		t.Errorf("the notes are %+v, %v", notes, err)
	}
}

// TestConfigurationInto brings a configuration into a server that has some of
// its things under other ids.
func TestConfigurationInto(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		configure(t, s, c)
		given, err := s.Configuration(ctx)
		must(t, err)
		onBoth(t, func(t *testing.T, other *store.Store, at *clock) {
			at.at = c.at
			here := addAccount(t, other, "111122223333")
			user := store.User{ID: "here", Email: "GRACE@example.com", Role: "USER", Status: store.UserActive, Access: map[string]string{here.ID: "READONLY"}}
			must(t, other.AddUser(ctx, &user))
			group := store.Group{Name: "payments", Tags: []string{"x"}}
			must(t, other.PutGroup(ctx, &group))
			rule, err := customrule.Parse([]byte(ownRule))
			must(t, err)
			own, err := other.AddCustomRule(ctx, rule)
			must(t, err)

			report := bringIn(t, other, given, store.ImportOptions{})
			for _, i := range report {
				if i.Outcome == store.Refused {
					t.Errorf("refused: %+v", i)
				}
			}
			got, err := other.Configuration(ctx)
			must(t, err)
			a := got.Accounts[0]
			if len(got.Accounts) != 2 || a.ID != here.ID || a.Name != "payments" || a.ExternalID != "account-secret" || a.Rules[1].ID != own.ID || a.Notes[0].Rule != own.ID {
				t.Errorf("the account is %+v", a)
			}
			if u := got.Users[slices.IndexFunc(got.Users, func(u store.ConfiguredUser) bool { return u.ID == "here" })]; len(got.Users) != 2 || u.Access[here.ID] != "FULL" || u.SSO {
				t.Errorf("the user is %+v", u)
			}
			if len(got.Groups) != 1 || got.Groups[0].ID != group.ID || got.Groups[0].Tags[0] != "pci" || len(got.CustomRules) != 1 {
				t.Errorf("the groups are %+v, and the custom rules %+v", got.Groups, got.CustomRules)
			}
			email := got.Channels[0]
			if string(email.Configuration) != `{"channelName":"n","users":["here"]}` || email.Account != here.ID {
				t.Errorf("the channel is %+v %s", email, email.Configuration)
			}
			if ch, err := other.Channel(ctx, here.ID+":communication:email-x"); err != nil || ch.Account != here.Num {
				t.Errorf("the channel's id: %+v, %v", ch, err)
			}
			if r := got.Reports; r[0].Account+r[1].Account != here.ID || r[0].Group+r[1].Group != group.ID {
				t.Errorf("the report configs are %+v", r)
			}
			if p := got.Suppressions[0]; p.Account != here.ID || p.Notes[0].By != "here" {
				t.Errorf("the suppression is %+v", p)
			}
			if again := outcomes(bringIn(t, other, given, store.ImportOptions{})); again[store.Unchanged] != len(report) {
				t.Errorf("the second time: %v", again)
			}
		})
	})
}

// TestConfigurationRefused: what is not possible is refused with the reason,
// and the rest is brought in.
func TestConfigurationRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		admin := store.User{ID: "me", Email: "me@example.com", Role: "ADMIN", Status: store.UserActive}
		must(t, s.AddUser(ctx, &admin))
		here := addAccount(t, s, "111122223333")
		gone := addAccount(t, s, "777788889999")
		must(t, s.DeleteAccount(ctx, gone.Num))
		past := c.at.Add(-time.Hour).UnixMilli()
		given := &store.Configuration{
			Accounts: []store.ConfiguredAccount{
				{ID: here.ID, Name: "other", AWSID: "444455556666", Subscription: "advanced"},
				{ID: gone.ID, Name: "back", AWSID: "777788889999", Subscription: "advanced"},
				{ID: "new", Name: "new", AWSID: "121212121212", Subscription: "advanced", RoleARN: "arn:aws:iam::121212121212:role/x"},
				{ID: "twice", Name: "twice", AWSID: "121212121212", Subscription: "advanced"},
			},
			Users: []store.ConfiguredUser{
				{ID: "me2", Email: "ME@example.com", Role: "USER"}, {ID: "me", Email: "you@example.com", Role: "ADMIN"},
				{ID: "u", Email: "u@example.com", Role: "USER", Access: map[string]string{"none": "FULL"}},
			},
			Channels: []store.ConfiguredChannel{{ID: "x", Account: "none", Channel: "sns"}, {ID: "y", Channel: "email", Configuration: json.RawMessage(`{"users":["none"]}`)}},
			Reports:  []store.ConfiguredReportConfig{{ID: "x", Group: "none"}},
			Suppressions: []store.ConfiguredSuppression{
				{Account: "new", Rule: "S3-001", Region: "x", Service: "S3", Risk: 1, Until: &past}, {Account: "new", Rule: "X-001", Region: "x", Service: "S3", Risk: 1, Pushed: true},
				{Account: "none", Rule: "S3-001", Region: "x", Service: "S3", Risk: 1},
			},
		}
		for _, i := range bringIn(t, s, given, store.ImportOptions{Caller: "me"}) {
			want := store.Refused
			if i.ID == "new" {
				want = store.Added
			}
			if i.Outcome != want || i.Reason == "" {
				t.Errorf("%+v", i)
			}
		}
		org, err := s.Organisation(ctx)
		must(t, err)
		added, err := s.Account(ctx, "new")
		if err != nil || added.ExternalID != org.ExternalID {
			t.Errorf("the account without an external id is %+v, %v", added, err)
		}
	})
}

// TestConfigurationPart brings in a document that has only what belongs to an
// account that is there.
func TestConfigurationPart(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		here := addAccount(t, s, "111122223333")
		given := &store.Configuration{
			Channels: []store.ConfiguredChannel{{ID: "x", Account: here.ID, Channel: "sns", Configuration: json.RawMessage(`{}`)}},
			Reports:  []store.ConfiguredReportConfig{{ID: "y", Account: here.ID, Configuration: json.RawMessage(`{"title":"t"}`)}},
		}
		if got := outcomes(bringIn(t, s, given, store.ImportOptions{})); got[store.Added] != 2 {
			t.Fatalf("%v", got)
		}
		if ch, err := s.Channel(ctx, here.ID+":communication:sns-x"); err != nil || ch.Account != here.Num {
			t.Errorf("the channel is %+v, %v", ch, err)
		}
	})
}
