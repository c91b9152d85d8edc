package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/store"
)

// setting is what an account has of a rule, as JSON; empty for nothing.
func (s *site) setting(a store.Account, rule string) string {
	s.t.Helper()
	settings, err := s.store.AccountSettings(s.t.Context(), a.Num)
	if err != nil {
		s.t.Fatal(err)
	}
	return settingIn(s.t, settings, rule)
}

func settingIn(t *testing.T, settings []conformity.Setting, rule string) string {
	t.Helper()
	for _, one := range settings {
		if one.ID == rule {
			raw, err := json.Marshal(one)
			if err != nil {
				t.Fatal(err)
			}
			return string(raw)
		}
	}
	return ""
}

// set configures rules of an account.
func (s *site) set(a store.Account, settings ...string) {
	s.t.Helper()
	var list []conformity.Setting
	for _, raw := range settings {
		one, err := conformity.ParseSetting([]byte(raw))
		if err != nil {
			s.t.Fatal(err)
		}
		list = append(list, one)
	}
	_, _, err := s.store.ChangeAccountSettings(s.t.Context(), a.Num, store.RuleNote{}, func([]conformity.Setting) ([]conformity.Setting, error) { return list, nil })
	if err != nil {
		s.t.Fatal(err)
	}
}

var wasField = regexp.MustCompile(`name="was" value="([0-9a-f]+)"`)

// form is what the form of a page says it was made of, and a change.
func (p *shown) form(change url.Values) url.Values {
	p.t.Helper()
	found := wasField.FindStringSubmatch(p.Body)
	if found == nil {
		p.t.Fatalf("%s: there is no form: %s", p.call, p.Body)
	}
	form := url.Values{"was": {found[1]}}
	for key, values := range change {
		form[key] = values
	}
	return form
}

func TestAccountRules(t *testing.T) {
	s := newSite(t)
	s.set(s.account,
		`{"id":"S3-001","enabled":false,"riskLevel":"LOW","exceptions":{"tags":["a","b"]}}`,
		`{"id":"ZZ-999","enabled":true,"riskLevel":"LOW"}`)
	path := "/accounts/" + s.account.ID + "/rules"
	for _, caller := range []string{admin, writer, reader, readOnly} {
		page := s.get(caller, path+"?state=account").want(http.StatusOK, "S3-001", "ZZ-999", "no such rule", "This account", "2 of 2")
		if caller == reader || caller == readOnly {
			page.lacks(`method="post"`, `name="rule"`)
		}
	}
	s.get(outsider, path).want(http.StatusForbidden)
	s.get(reader, path+"?q=s3-001&state=disabled").want(http.StatusOK, "S3-001").lacks("S3-002", "ZZ-999")
	s.get(reader, path+"?service=KMS").want(http.StatusOK, "KMS-001").lacks("S3-001 ")
	s.get(reader, path+"?state=unset").want(http.StatusOK, "Must be configured")
	s.get(reader, path+"?q=%3Cscript%3Enothing").want(http.StatusOK, "No rule fits").lacks("<script>nothing")
	if page := s.get(admin, path).want(http.StatusOK, "Next"); len(page.Body) > 300_000 {
		t.Errorf("the page has %d bytes", len(page.Body))
	}
}

func TestSeveralRules(t *testing.T) {
	s := newSite(t)
	s.set(s.account, `{"id":"S3-001","enabled":true,"riskLevel":"LOW","exceptions":{"tags":["a"]}}`)
	path := "/accounts/" + s.account.ID + "/rules"
	s.get(writer, path+"?q=s3&state=own").want(http.StatusOK, `action="`+path+`?q=s3&amp;state=own"`)
	s.post(writer, path+"?q=s3", url.Values{"action": {"disable"}, "rule": {"S3-001", "S3-002"}, "note": {"agreed"}}).wantRedirect(path + "?q=s3")
	if got := s.setting(s.account, "S3-001"); got != `{"id":"S3-001","enabled":false,"riskLevel":"LOW","exceptions":{"tags":["a"]}}` {
		t.Errorf("S3-001 is %s", got)
	}
	if got := s.setting(s.account, "S3-002"); !strings.HasPrefix(got, `{"id":"S3-002","enabled":false,"riskLevel":"`) {
		t.Errorf("S3-002 is %s", got)
	}
	if len(s.scanned) != 1 {
		t.Errorf("%d scans were asked for", len(s.scanned))
	}
	s.post(writer, path, url.Values{"action": {"reset"}, "rule": {"S3-001", "S3-003"}}).wantRedirect(path)
	if got := s.setting(s.account, "S3-001"); got != "" {
		t.Errorf("after the reset S3-001 is %s", got)
	}
	s.post(writer, path, url.Values{"action": {"enable"}}).want(http.StatusUnprocessableEntity, "Choose one rule or more first.")
	s.post(writer, path+"?q=s3-002", url.Values{"action": {"enable"}, "rule": {"S3-002"}, "note": {strings.Repeat("x", 3000)}}).
		want(http.StatusUnprocessableEntity, "at most 2000", `value="S3-002" aria-label="Choose S3-002" checked`)
	if p := s.post(reader, path, url.Values{"action": {"enable"}, "rule": {"S3-002"}}); p.Status < 400 {
		t.Errorf("a reader's change was answered by %d", p.Status)
	}
}

func TestAccountRule(t *testing.T) {
	s := newSite(t)
	path := "/accounts/" + s.account.ID + "/rules/EC2-041"
	page := s.get(writer, path).want(http.StatusOK, "NetBIOS ports", "137\n138\n139", "Default: 137, 138, 139", "The rule is as its page has it")
	s.get(reader, path).want(http.StatusOK, "NetBIOS ports").lacks("<textarea", `method="post"`)
	s.get(writer, "/accounts/"+s.account.ID+"/rules/NO-1").want(http.StatusNotFound)

	// What the API refuses is shown at the field, with what was typed.
	change := url.Values{"enabled": {"true"}, "risk": {"LOW"}, "s.ports": {"137\r\n<b>many"}, "note": {"why " + hostile}, "exceptions.tags": {"team::x"}}
	s.post(writer, path, page.form(change)).want(http.StatusUnprocessableEntity,
		"&lt;b&gt;many is not a whole number", `id="s.ports-fault"`, `aria-invalid="true"`, "137\n&lt;b&gt;many", "why &lt;script&gt;", "team::x").lacks("<b>many", hostile)
	if got := s.setting(s.account, "EC2-041"); got != "" {
		t.Errorf("what was refused was saved: %s", got)
	}

	change.Set("s.ports", "137\n8137")
	s.post(writer, path, page.form(change)).wantRedirect(path)
	want := `{"id":"EC2-041","enabled":true,"riskLevel":"LOW","provider":"aws","exceptions":{"tags":["team::x"]},"extraSettings":[{"name":"ports","label":"NetBIOS ports","type":"multiple-number-values","values":[{"value":137},{"value":8137}]}]}`
	if got := s.setting(s.account, "EC2-041"); got != want {
		t.Errorf("the setting is %s, not %s", got, want)
	}
	s.get(reader, path).want(http.StatusOK, "8137", "why &lt;script&gt;", "tag team::x", "The rule is configured in this account").lacks(hostile)

	// The author of a note is named, to administrators from the list of users.
	u := store.User{Email: "ada@example.com", FirstName: "Ada", LastName: "L", Role: "USER"}
	if err := s.store.AddUser(t.Context(), &u); err != nil {
		t.Fatal(err)
	}
	s.get(admin, path).want(http.StatusOK, "User u-writer")
	s.get(writer, path).want(http.StatusOK, "writer@example.com, ")

	// Somebody else's change is not lost unnoticed.
	s.post(writer, path, page.form(change)).want(http.StatusConflict, "somebody changed this setting")

	s.post(writer, path, url.Values{"action": {"scan"}}).wantRedirect(path)
	if len(s.scanned) != 2 {
		t.Errorf("%d scans were asked for", len(s.scanned))
	}
	s.post(writer, path, url.Values{"action": {"reset"}}).wantRedirect(path)
	if got := s.setting(s.account, "EC2-041"); got != "" {
		t.Errorf("after the reset it is %s", got)
	}
	if p := s.post(reader, path, page.form(change)); p.Status < 400 {
		t.Errorf("a reader's change was answered by %d", p.Status)
	}
}

// TestOrganisationHolds shows what an account has from the organisation's
// profile, also to those who may not see the profile.
func TestOrganisationHolds(t *testing.T) {
	s := newSite(t)
	organisation, err := s.store.Organisation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	own := "/profiles/" + conformity.OrganisationProfileID(organisation.ID)
	s.post(admin, own+"/add", url.Values{"rule": {"S3-001"}, "action": {"disable"}}).wantRedirect(own + "/rules/S3-001")
	path := "/accounts/" + s.account.ID + "/rules"
	s.get(reader, path+"?state=organisation").want(http.StatusOK, "S3-001", "Disabled", "1 of 1")
	page := s.get(writer, path+"/S3-001").want(http.StatusOK, "The organisation's profile holds")
	s.post(writer, path+"/S3-001", page.form(url.Values{"enabled": {"true"}, "risk": {"HIGH"}})).wantRedirect(path + "/S3-001")
	if got := s.setting(s.account, "S3-001"); got != `{"id":"S3-001","enabled":true,"riskLevel":"HIGH","provider":"aws"}` {
		t.Errorf("the setting is %s", got)
	}
}
