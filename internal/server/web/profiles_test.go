package web_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/conformity"
)

// profile makes a profile of a file, by the form, and gives its path.
func (s *site) profile(name, settings string) string {
	s.t.Helper()
	p := s.uploadProfile(url.Values{"name": {name}}, `{"name":"file","description":"d","ruleSettings":[`+settings+`]}`)
	if p.Status != http.StatusSeeOther {
		s.t.Fatalf("the profile was not made: %s", p.Body)
	}
	return p.Location
}

// uploadProfile sends the form of a new profile with a file.
func (s *site) uploadProfile(form url.Values, file string) *shown {
	s.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name := range form {
		if err := w.WriteField(name, form.Get(name)); err != nil {
			s.t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", "mine.json")
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := io.WriteString(part, file); err != nil {
		s.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		s.t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, s.url+"/profiles/new", &body)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Caller", admin)
	r.Header.Set("Content-Type", w.FormDataContentType())
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return &shown{t: s.t, call: "the upload", Status: response.StatusCode, Location: response.Header.Get("Location"), Header: response.Header, Body: string(data)}
}

// rulesOf are the settings of the profile of a path.
func (s *site) rulesOf(path string) []conformity.Setting {
	s.t.Helper()
	settings, err := s.store.ProfileSettings(s.t.Context(), strings.TrimPrefix(path, "/profiles/"))
	if err != nil {
		s.t.Fatal(err)
	}
	return settings
}

func TestProfiles(t *testing.T) {
	s := newSite(t)
	s.get(admin, "/profiles").want(http.StatusOK, "Organisation's profile", "No profiles of your own yet")
	path := s.profile("Strict "+hostile, `{"id":"S3-001","enabled":false},{"id":"ZZ-999","enabled":true}`)
	s.get(admin, "/profiles").want(http.StatusOK, "Strict &lt;script&gt;", path).lacks(hostile)
	s.get(reader, "/profiles").want(http.StatusOK, "Strict &lt;script&gt;").lacks(path, "/profiles/new")
	for _, page := range []string{path, "/profiles/new", "/profiles/apply", path + "/add", path + "/rules/S3-001"} {
		s.get(reader, page).want(http.StatusForbidden)
	}
	s.get(admin, path).want(http.StatusOK, "S3-001", "ZZ-999", "no such rule", "Disabled").lacks(hostile)
	s.get(admin, path+"?state=disabled").want(http.StatusOK, "1 to 1 of 1")

	s.post(admin, path, url.Values{"action": {"save"}, "name": {"Renamed"}, "description": {"e"}}).wantRedirect(path)
	s.post(admin, path, url.Values{"action": {"save"}, "name": {" "}, "description": {"e"}}).want(http.StatusUnprocessableEntity, "Name is missing", `id="name-fault"`)
	s.get(admin, path).want(http.StatusOK, "<h1>Renamed</h1>")

	s.post(admin, path, url.Values{"action": {"enable"}, "rule": {"S3-001"}}).wantRedirect(path)
	if got := settingIn(t, s.rulesOf(path), "S3-001"); got != `{"id":"S3-001","enabled":true}` {
		t.Errorf("S3-001 is %s", got)
	}
	s.post(admin, path, url.Values{"action": {"remove"}, "rule": {"ZZ-999"}}).wantRedirect(path)
	if got := s.rulesOf(path); len(got) != 1 {
		t.Errorf("after the removal the rules are %v", got)
	}
	s.post(admin, path, url.Values{"action": {"remove"}}).want(http.StatusUnprocessableEntity, "Choose one rule or more first.")

	s.get(admin, path+"/add?q=s3-0").want(http.StatusOK, "S3-002").lacks(`value="S3-001"`)
	s.post(admin, path+"/add", url.Values{"rule": {"S3-002", "S3-003", "S3-001"}, "action": {"enable"}}).wantRedirect(path)
	s.post(admin, path+"/add", url.Values{"rule": {"EC2-041"}, "action": {"disable"}}).wantRedirect(path + "/rules/EC2-041")
	s.post(admin, path+"/add", url.Values{"action": {"enable"}}).want(http.StatusUnprocessableEntity, "Choose one rule or more first.")

	rule := path + "/rules/EC2-041"
	page := s.get(admin, rule).want(http.StatusOK, "137\n138\n139", "The rule's own (")
	s.post(admin, rule, page.form(url.Values{"s.ports": {"x"}})).want(http.StatusUnprocessableEntity, "x is not a whole number", `id="s.ports-fault"`)
	s.post(admin, rule, page.form(url.Values{"risk": {""}, "s.ports": {"1"}, "exceptions.resources": {"sg-1"}})).wantRedirect(rule)
	want := `{"id":"EC2-041","enabled":false,"provider":"aws","exceptions":{"resources":["sg-1"]},"extraSettings":[{"name":"ports","label":"NetBIOS ports","type":"multiple-number-values","values":[{"value":1}]}]}`
	if got := settingIn(t, s.rulesOf(path), "EC2-041"); got != want {
		t.Errorf("EC2-041 is %s, not %s", got, want)
	}
	s.post(admin, rule, url.Values{"action": {"remove"}}).wantRedirect(path)
	if got := settingIn(t, s.rulesOf(path), "EC2-041"); got != "" {
		t.Errorf("after the removal EC2-041 is %s", got)
	}

	s.post(admin, path, url.Values{"action": {"delete"}}).wantRedirect("/profiles")
	s.get(admin, path).want(http.StatusNotFound)
}

func TestNewProfile(t *testing.T) {
	s := newSite(t)
	s.set(s.account, `{"id":"S3-001","enabled":false,"riskLevel":"LOW"}`)
	source := s.profile("", `{"id":"S3-002","enabled":true,"extraSettings":[{"name":"x","value":1.50}]}`)
	s.get(admin, source).want(http.StatusOK, "<h1>file</h1>")
	for from, want := range map[string]string{
		"":                        "",
		"account:" + s.account.ID: `{"id":"S3-001","enabled":false,"riskLevel":"LOW"}`,
		"account:" + s.other.ID:   "",
		"profile:" + strings.TrimPrefix(source, "/profiles/"): `{"id":"S3-002","enabled":true,"extraSettings":[{"name":"x","value":1.50}]}`,
	} {
		made := s.post(admin, "/profiles/new", url.Values{"name": {"Copy"}, "from": {from}})
		if made.Status != http.StatusSeeOther {
			t.Fatalf("from %s: %s", from, made.Body)
		}
		got := ""
		for _, one := range s.rulesOf(made.Location) {
			got += settingIn(t, []conformity.Setting{one}, one.ID)
		}
		if got != want {
			t.Errorf("from %q the rules are %s, not %s", from, got, want)
		}
	}
	made := s.post(admin, "/profiles/new", url.Values{"name": {"All"}, "from": {"profile:default"}})
	library, _ := knowledge()
	if n := len(s.rulesOf(made.Location)); n != len(library.IDs()) {
		t.Errorf("a copy of the defaults has %d rules", n)
	}
	s.post(admin, "/profiles/new", url.Values{"description": {"kept"}, "from": {"account:" + s.other.ID}}).
		want(http.StatusUnprocessableEntity, "Name is missing", `id="name-fault"`, "kept", `value="account:`+s.other.ID+`" selected`)
	s.uploadProfile(url.Values{"name": {"x"}}, "{\n\"ruleSettings\":[\n{\"id\":\"S3-001\"}]}").want(http.StatusUnprocessableEntity, "mine.json:3:", `id="file-fault"`)
	s.uploadProfile(url.Values{"name": {"x"}}, `{"ruleSettings":[{"id":"EC2-041","enabled":true,"extraSettings":[{"name":"ports","values":["x"]}]}]}`).
		want(http.StatusUnprocessableEntity, "Setting ports of rule EC2-041 is invalid")
}

func TestApplyProfile(t *testing.T) {
	s := newSite(t)
	path := s.profile("Strict", `{"id":"S3-001","enabled":true,"riskLevel":"HIGH","exceptions":{"tags":["theirs"]}},{"id":"S3-002","enabled":true,"riskLevel":"HIGH"}`)
	id := strings.TrimPrefix(path, "/profiles/")
	s.get(admin, "/profiles/apply?profile="+id+"&account="+s.account.ID).want(http.StatusOK, `value="`+id+`" selected`, `value="`+s.account.ID+`" checked`)
	s.post(admin, "/profiles/apply", url.Values{"mode": {"replace"}, "profile": {id}, "action": {"preview"}}).want(http.StatusUnprocessableEntity, "Choose one account or more.")
	s.post(admin, "/profiles/apply", url.Values{"account": {s.account.ID}, "profile": {id}, "action": {"preview"}}).want(http.StatusUnprocessableEntity, "Choose how the profile is applied.")
	for name, test := range map[string]struct {
		mode       string
		exceptions bool
		first      string // what S3-001 is then
		others     string // S3-003
		counts     [4]string
	}{
		"fill gaps":   {"fill-gaps", false, `"LOW","exceptions":{"tags":["own"]}`, `"LOW"`, [4]string{"1", "0", "0", "2"}},
		"overwrite":   {"overwrite", true, `"HIGH","exceptions":{"tags":["theirs"]}`, `"LOW"`, [4]string{"1", "1", "0", "1"}},
		"keep theirs": {"overwrite", false, `"HIGH","exceptions":{"tags":["own"]}`, `"LOW"`, [4]string{"1", "1", "0", "1"}},
		"replace":     {"replace", false, `"HIGH","exceptions":{"tags":["theirs"]}`, ``, [4]string{"1", "1", "1", "0"}},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.set(s.account, `{"id":"S3-001","enabled":true,"riskLevel":"LOW","exceptions":{"tags":["own"]}}`, `{"id":"S3-003","enabled":true,"riskLevel":"LOW"}`)
			form := url.Values{"profile": {id}, "account": {s.account.ID}, "mode": {test.mode}, "note": {"review"}, "action": {"preview"}}
			if test.exceptions {
				form.Set("exceptions", "true")
			}
			page := s.post(admin, "/profiles/apply", form)
			var cells []string
			for i, label := range []string{"Rules added", "Changed", "Removed", "Left as they are"} {
				cells = append(cells, `data-label="`+label+`">`+test.counts[i]+`</td>`)
			}
			page.want(http.StatusOK, append(cells, "Apply to 1 account")...)
			form.Set("action", "apply")
			s.post(admin, "/profiles/apply", form).wantRedirect(path)
			if got := s.setting(s.account, "S3-001"); got != `{"id":"S3-001","enabled":true,"riskLevel":`+test.first+`}` {
				t.Errorf("S3-001 is %s", got)
			}
			if got := s.setting(s.account, "S3-003"); (got == "") != (test.others == "") {
				t.Errorf("S3-003 is %s", got)
			}
			if s.setting(s.account, "S3-002") == "" || s.setting(s.other, "S3-002") != "" {
				t.Error("S3-002 is not in the account that was chosen, or in another")
			}
		})
	}
}

func TestFixedProfile(t *testing.T) {
	s := newSite(t)
	s.get(admin, "/profiles/default").want(http.StatusOK, "cannot be changed").lacks(`name="action"`)
	s.get(admin, "/profiles/default/rules/EC2-041").want(http.StatusOK, "cannot be changed", "137").lacks("<textarea")
	s.post(admin, "/profiles/default", url.Values{"action": {"save"}, "name": {"x"}}).want(http.StatusUnprocessableEntity, "cannot be changed")
}
