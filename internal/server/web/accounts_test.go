package web_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/server/api"
	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/server/web"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/store"
)

// remake has the site's API made anew, with another way to AWS and another
// queue.
func (s *site) remake(access api.AccessCheck, q api.Queue) {
	s.t.Helper()
	identify := func(r *http.Request) (auth.Principal, error) {
		if p, ok := auth.From(r.Context()); ok {
			return *p, nil
		}
		p, ok := s.callers[r.Header.Get("Caller")]
		if !ok {
			return p, auth.ErrNobody
		}
		return p, nil
	}
	library, set := knowledge()
	log, clock := slog.New(slog.NewTextHandler(s.t.Output(), nil)), func() time.Time { return s.now }
	pages, err := web.New(web.Options{
		API: api.New(api.Options{
			Store: s.store, Library: library, Standards: set, Queue: q, Access: access, Log: log, Now: clock, Identify: identify,
			Address: func(*http.Request) string { return "192.0.2.7" },
		}),
		Identify: identify, Library: library, Book: kb.New(library, set, kb.Options{}), Log: log, Now: clock,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	mux := http.NewServeMux()
	pages.Register(mux)
	listener := httptest.NewServer(mux)
	s.t.Cleanup(listener.Close)
	s.url = listener.URL
}

// failing are checks of an account, of which some fail.
func failing(successes, failures int) []store.Found {
	var list []store.Found
	for i := range successes + failures {
		f := store.Found{
			Rule: "S3-016", Service: "S3", Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: strings.Repeat("b", i+3), Risk: 3, Status: store.Success, Message: "m",
		}
		if i >= successes {
			f.Status = store.Failure
		}
		list = append(list, f)
	}
	return list
}

func TestAccounts(t *testing.T) {
	s := newSite(t)
	s.merge(s.account, failing(1, 3))
	if err := s.store.UpdateAccount(t.Context(), &store.Account{Num: s.other.Num, ID: s.other.ID, Name: `<b>web</b>`, Environment: "Test", Tags: []string{"edge"}, AWSID: s.other.AWSID, Packages: s.other.Packages}); err != nil {
		t.Fatal(err)
	}
	id, err := s.store.BeginScan(t.Context(), s.other.Num, "w", "schedule", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.FailScan(t.Context(), s.other.Num, id, "no such role <i>"); err != nil {
		t.Fatal(err)
	}
	p := s.get(admin, "/accounts").want(200, "payments", "25.0%", "&lt;b&gt;web&lt;/b&gt;", "Cannot be read", "No such role &lt;i&gt;.", "/accounts/new", "/accounts/"+s.other.ID+"/access")
	p.lacks("<b>web</b>", "<i>")
	if strings.Index(p.Body, "&lt;b&gt;web") > strings.Index(p.Body, ">payments<") {
		t.Error("what cannot be read does not come first")
	}
	p = s.get(admin, "/accounts?sort=name&find=edge").want(200, "&lt;b&gt;web")
	p.lacks(">payments<")
	s.get(admin, "/accounts?find=nothing").want(200, "No account has these words")
	s.get(reader, "/accounts").want(200, ">payments<").lacks("/accounts/new", "&lt;b&gt;web", "/access")
	s.get(outsider, "/accounts").want(200, "No account is open to you yet")
	s.get(nobody, "/accounts").wantRedirect("/sign-in?return=%2Faccounts")
}

func TestAccountPages(t *testing.T) {
	s := newSite(t)
	s.merge(s.account, failing(3, 1))
	path := "/accounts/" + s.account.ID
	s.get(writer, path).want(200, "Scan now", "75", "Complete", path+"/settings", path+"/rules", path+"/access")
	s.get(reader, path).want(200, "75").lacks("<form", "Scan now", path+"/access")
	s.get(reader, path+"/settings").want(200, "Production").lacks("<form")
	s.get(reader, path+"/scans").want(200, "Complete").lacks("<form")
	s.get(reader, path+"/access").want(403)
	s.get(reader, "/accounts/"+s.other.ID).want(403)
	s.get(admin, "/accounts/none").want(404)

	s.post(reader, path+"/scan", nil).want(403)
	s.post(writer, path+"/scan", nil).wantRedirect(path)
	if !slices.Equal(s.scanned, []int64{s.account.Num}) {
		t.Errorf("scanned %v", s.scanned)
	}

	// What could not be read is told one by one.
	id, err := s.store.BeginScan(t.Context(), s.account.Num, "w", "schedule", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.FailScan(t.Context(), s.account.Num, id, "first <u>; second"); err != nil {
		t.Fatal(err)
	}
	s.get(reader, path+"/scans").want(200, "<li class=\"clip\">First &lt;u&gt;.</li><li class=\"clip\">Second.</li>", "2 reasons")
	s.get(reader, path).want(200, "Surety has not been able to read the account since", "Somebody with full access")
	s.get(writer, path).want(200, "Check the access")
}

func TestAccountSettings(t *testing.T) {
	s := newSite(t)
	path := "/accounts/" + s.account.ID
	stored := func() store.Account {
		a, err := s.store.Account(t.Context(), s.account.ID)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	s.post(writer, path+"/settings", url.Values{"name": {" Payments "}, "environment": {"Test"}, "code": {"PAY"}, "tags": {"a, b ,a,"}}).wantRedirect(path + "/settings")
	if a := stored(); a.Name != "Payments" || a.Environment != "Test" || a.Code != "PAY" || !slices.Equal(a.Tags, []string{"a", "b"}) {
		t.Errorf("stored %+v", a)
	}
	for _, test := range []struct {
		form        url.Values
		field, text string
	}{
		{url.Values{"name": {""}}, "name", "Name is missing"},
		{url.Values{"name": {"n"}, "code": {"ABCD"}}, "code", "up to 3 characters"},
		{url.Values{"name": {"n"}, "tags": {"a/b<"}}, "tags", "a/b&lt;"},
		{url.Values{"name": {"n"}, "environment": {strings.Repeat("e", 256)}}, "environment", "256 characters"},
	} {
		s.post(writer, path+"/settings", test.form).want(422, `id="`+test.field+`-fault"`, test.text, `aria-invalid="true"`)
	}
	s.post(reader, path+"/settings", url.Values{"name": {"n"}}).want(403)

	s.post(writer, path+"/bot", url.Values{"delay": {"3"}, "pause": {"until"}, "until": {"2026-11-02T06:30"}, "off": {"us-west-2", "cn-north-1"}}).wantRedirect(path + "/settings")
	until := time.Date(2026, 11, 2, 6, 30, 0, 0, time.UTC).UnixMilli()
	want := &store.Bot{Delay: 3, Disabled: true, DisabledUntil: &until, DisabledRegions: map[string]bool{"us-west-2": true, "cn-north-1": true}, LastModifiedBy: "u-writer", LastModifiedFrom: "192.0.2.7"}
	if diff := cmp.Diff(want, stored().Bot); diff != "" {
		t.Errorf("the bot (-want +got):\n%s", diff)
	}
	s.get(writer, path+"/settings").want(200, `value="us-west-2" checked`, `value="2026-11-02T06:30"`, `value="until" checked`, "<details class=\"more\" open>")
	s.get(reader, path).want(200, "Scans are paused until 2 Nov 2026, 06:30 UTC")
	for _, test := range []struct {
		form        url.Values
		field, text string
	}{
		{url.Values{"delay": {"3"}, "pause": {"until"}, "until": {"2026-11-01T11:59"}}, "until", "has passed"},
		{url.Values{"delay": {"3"}, "pause": {"until"}, "until": {"tomorrow"}}, "until", "not a time"},
		{url.Values{"delay": {"99"}, "pause": {"none"}}, "delay", "1 to 12 hours"},
		{url.Values{"delay": {"3"}}, "pause", "Choose"},
	} {
		s.post(writer, path+"/bot", test.form).want(422, `id="`+test.field+`-fault"`, test.text)
	}
	s.post(reader, path+"/bot", url.Values{"delay": {"3"}, "pause": {"none"}}).want(403)

	// Copied to others, with a pause that goes on only.
	s.get(writer, path+"/bot/copy").want(200, "No other accounts")
	s.get(reader, path+"/bot/copy").want(403)
	s.post(admin, path+"/bot/copy", nil).want(422, "Choose at least one account")
	s.post(admin, path+"/bot/copy", url.Values{"account": {s.other.ID}}).wantRedirect(path + "/settings")
	other, err := s.store.Account(t.Context(), s.other.ID)
	want.LastModifiedBy = "u-admin"
	if diff := cmp.Diff(want, other.Bot); err != nil || diff != "" {
		t.Errorf("the other bot (-want +got): %v\n%s", err, diff)
	}
	s.post(writer, path+"/bot", url.Values{"delay": {"1"}, "pause": {"none"}}).wantRedirect(path + "/settings")
	if b := stored().Bot; b.Disabled || b.DisabledUntil != nil || len(b.DisabledRegions) > 0 || b.Delay != 1 {
		t.Errorf("the bot is %+v", b)
	}

	s.post(admin, path+"/subscription", url.Values{"subscription": {"essentials"}, "cost": {"true"}}).wantRedirect(path + "/settings")
	if a := stored(); a.Subscription != "essentials" || !a.Packages["costPackage"] || a.Packages["securityPackage"] {
		t.Errorf("stored %+v", a)
	}
	s.get(writer, path+"/settings").want(200).lacks("/subscription", "/delete")
	s.post(writer, path+"/delete", url.Values{"confirm": {"Payments"}}).want(403)
	s.post(admin, path+"/delete", url.Values{"confirm": {"payments"}}).want(422, `id="confirm-fault"`, "Nothing was deleted")
	s.post(admin, path+"/delete", url.Values{"confirm": {" Payments"}}).wantRedirect("/accounts")
	s.get(admin, path).want(404)
}

func TestAccountAccess(t *testing.T) {
	s := newSite(t)
	var asked aws.ProbeOptions
	found := &aws.Access{}
	s.remake(api.AccessCheck{Probe: func(_ context.Context, o aws.ProbeOptions) *aws.Access { asked = o; return found }}, queue{s})
	path := "/accounts/" + s.account.ID + "/access"
	s.get(admin, path).want(200, s.account.RoleARN, "6d2c", "an external id of its own")
	s.get(writer, path).want(200, "Check credentials now").lacks(s.account.RoleARN, "6d2c")

	entered := aws.Access{Role: s.account.RoleARN, Entry: aws.Entered, Method: aws.Called, Needed: 10, Region: "eu-west-1", Allowed: []string{"sqs:ListQueues"}}
	denied := entered
	denied.Denied = []aws.Denial{{Service: "ec2", Action: "ec2:DescribeVolumes", Regions: []string{"eu-west-1"}, By: aws.BySCP, Message: "explicit <deny>", Rules: []string{"EBS-001", "NONE-1", "a", "b", "c", "d", "e", "f", "g"}}}
	incomplete := entered
	incomplete.Untried = []aws.Untried{{Reason: "it is called for single resources", Actions: []string{"kms:DescribeKey", "kms:GetKeyPolicy"}}}
	incomplete.Notes = []string{"a note"}
	simulated := incomplete
	simulated.Method = aws.Simulated
	all := entered
	all.Needed = 1
	for _, test := range []struct {
		found *aws.Access
		want  []string
		lacks string
	}{
		{&aws.Access{Entry: aws.RoleRefused, Message: "not <you>", Advice: "Mend it."}, []string{"could not be entered", "not &lt;you&gt;", "Mend it."}, "nothing that was tried is denied"},
		{&denied, []string{"1 permission is missing", "ec2:DescribeVolumes", "service control policy", "Explicit &lt;deny&gt;", "eu-west-1", "/knowledge-base/aws/EBS/", "NONE-1", "and 1 more"}, "Deploy the role as it is now"},
		{&incomplete, []string{"nothing that was tried is denied", "1 of 10 permissions", "That is usual", "It is called for single resources", "kms:GetKeyPolicy", "a note"}, "permission is missing"},
		{&simulated, []string{"AWS did not tell of the other 2"}, "That is usual"},
		{&all, []string{"all 1 permissions are granted"}, "not tried is"},
	} {
		found = test.found
		s.post(writer, path+"/check", url.Values{"region": {"eu-west-1"}}).want(200, test.want...).lacks(test.lacks)
		if asked.Region != "eu-west-1" || asked.Login.Role != s.account.RoleARN {
			t.Errorf("asked %+v", asked)
		}
	}
	s.post(writer, path+"/check", url.Values{"region": {"moon-1"}}).want(422, "moon-1")
	s.post(reader, path+"/check", nil).want(403)

	role := "arn:aws:iam::111122223333:role/Other"
	for _, test := range []struct{ role, external, field string }{
		{"", "x1", "role"}, {role, "", "external"}, {role, "a b", "external"}, {"what", "x1", "role"}, {"arn:aws:iam::999999999999:role/Other", "x1", "role"},
	} {
		s.post(admin, path, url.Values{"role": {test.role}, "external": {test.external}}).want(422, `id="`+test.field+`-fault"`)
	}
	s.post(writer, path, url.Values{"role": {role}, "external": {"x1"}}).want(403)
	s.post(admin, path, url.Values{"role": {role}, "external": {"x1"}}).wantRedirect(path)
	if a, err := s.store.Account(t.Context(), s.account.ID); err != nil || a.RoleARN != role || a.ExternalID != "x1" {
		t.Errorf("stored %+v, %v", a, err)
	}
}

func TestNewAccount(t *testing.T) {
	s := newSite(t)
	var asked aws.ProbeOptions
	s.remake(api.AccessCheck{
		Probe: func(_ context.Context, o aws.ProbeOptions) *aws.Access {
			asked = o
			return &aws.Access{Entry: aws.MayNotAssume, Message: "no"}
		},
		Identity: func(context.Context, aws.Login) (string, string, error) {
			return "arn:aws:iam::999988887777:role/Surety", "", nil
		},
	}, queue{s})
	org, err := s.store.Organisation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/accounts/new", "/accounts/new/role", "/accounts/new/role/terraform", "/accounts/new/details"} {
		s.get(powerUser, path).want(403)
	}
	s.get(admin, "/accounts/new").want(200, "/accounts/new/role", "/imports/new")
	s.get(admin, "/accounts/new/role").want(200, "arn:aws:iam::999988887777:role/Surety", org.ExternalID, "CAPABILITY_NAMED_IAM", "TrustedPrincipal")
	s.get(admin, "/accounts/new/role?format=terraform").want(200, "terraform apply", "aws_iam_role").lacks("-var trusted_principal")
	s.get(admin, "/accounts/new/role?format=policy").want(200, "Policy 1", "SuretyRead").lacks(org.ExternalID)
	file := s.get(admin, "/accounts/new/role/terraform").want(200, `resource "aws_iam_role" "surety"`)
	if got := file.Header.Get("Content-Disposition"); got != "attachment; filename=surety-role.tf" {
		t.Errorf("the file is %q", got)
	}
	s.get(admin, "/accounts/new/role/pdf").want(422)
	s.get(admin, "/accounts/new/details").want(200, org.ExternalID)

	form := url.Values{"name": {`Data "lake"`}, "environment": {"Test"}, "tags": {"data, lake"}, "role": {"arn:aws:iam::777788889999:role/SuretyReadOnly"}, "external": {org.ExternalID}, "do": {"test"}}
	s.post(admin, "/accounts/new/details", form).want(200, "could not be entered", `value="Data &#34;lake&#34;"`, `value="data, lake"`)
	if asked.Account != "777788889999" || asked.Login.ExternalID != org.ExternalID {
		t.Errorf("asked %+v", asked)
	}
	form.Set("do", "add")
	for field, bad := range map[string]string{"name": "", "environment": "", "role": "x", "external": "", "tags": "%"} {
		wrong := url.Values{}
		for k, values := range form {
			wrong[k] = values
		}
		wrong.Set(field, bad)
		s.post(admin, "/accounts/new/details", wrong).want(422, `id="`+field+`-fault"`).lacks("access.keys")
	}
	p := s.post(admin, "/accounts/new/details", form)
	id, ok := strings.CutPrefix(p.Location, "/accounts/")
	a, err := s.store.Account(t.Context(), id)
	if !ok || err != nil || a.Name != `Data "lake"` || a.AWSID != "777788889999" || !slices.Equal(a.Tags, []string{"data", "lake"}) || !slices.Contains(s.scanned, a.Num) {
		t.Errorf("to %q: %+v, %v", p.Location, a, err)
	}
	s.post(admin, "/accounts/new/details", form).want(422, "exists already")
	s.post(powerUser, "/accounts/new/details", form).want(403)
}

func TestNewAccountWithoutIdentity(t *testing.T) {
	s := newSite(t)
	s.get(admin, "/accounts/new/role").want(200, "This server has no AWS identity", "--parameter-overrides TrustedPrincipal=")
	s.post(admin, "/accounts/new/details", url.Values{"role": {"arn:aws:iam::777788889999:role/R"}, "external": {"abcd"}, "do": {"test"}}).want(422, "does not read live accounts")
}
