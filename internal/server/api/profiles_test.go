package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

const newProfile = `{"data":{"type":"profiles","attributes":{"name":"Production","description":"strict"}},"included":[
	{"type":"rules","id":"S3-001","attributes":{"enabled":false,"riskLevel":"","provider":"","exceptions":{"tags":null,"resources":null}}},
	{"type":"accounts","id":"x","attributes":{}},
	{"type":"rules","id":"EC2-001","attributes":{"enabled":true,"riskLevel":"LOW","provider":"aws","exceptions":{"tags":["dev"]},
		"extraSettings":[{"name":"ttl","type":"ttl","value":"72","ttl":true}]}}]}`

// profile makes a profile and gives its id.
func (s *server) profile(body string) string {
	s.t.Helper()
	id, _ := at(s.ok(admin, "POST", "/v1/profiles", body), "data", "id").(string)
	return id
}

func TestProfiles(t *testing.T) {
	s := newServer(t)
	made := s.ok(admin, "POST", "/v1/profiles/", newProfile)
	path := "/v1/profiles/" + at(made, "data", "id").(string)
	for _, body := range []map[string]any{made, s.ok(admin, "GET", path+"?includes=ruleSettings", "")} {
		if idsOf(at(body, "included")) != "EC2-001 S3-001" || idsOf(at(body, "data", "relationships", "ruleSettings", "data")) != "EC2-001 S3-001" {
			t.Errorf("the rules are %v", body)
		}
		for i, want := range []string{
			`{"enabled":true,"exceptions":{"tags":["dev"]},"extraSettings":[{"name":"ttl","ttl":true,"type":"ttl","value":"72"}],"provider":"aws","riskLevel":"LOW"}`,
			`{"enabled":false}`,
		} {
			if got, _ := json.Marshal(at(body, "included", i, "attributes")); string(got) != want {
				t.Errorf("rule %d has the attributes %s, not %s", i, got, want)
			}
		}
		if _, ok := at(body, "meta").(map[string]any); !ok {
			t.Errorf("meta is %v", at(body, "meta"))
		}
	}
	plain := s.ok(admin, "GET", path, "")
	if at(plain, "included") != nil || at(plain, "data", "relationships") != nil || at(plain, "data", "attributes", "description") != "strict" {
		t.Errorf("without its rules the profile is %v", plain)
	}

	// PATCH puts rules and leaves others.
	changed := s.ok(admin, "PATCH", path, `{"data":{"attributes":{"description":""}},"included":[{"type":"rules","id":"S3-001","attributes":{"enabled":true}},{"type":"rules","id":"ZZ-999","attributes":{"enabled":true}}]}`)
	if idsOf(at(changed, "included")) != "EC2-001 S3-001 ZZ-999" || at(changed, "included", 1, "attributes", "enabled") != true ||
		at(changed, "data", "attributes", "name") != "Production" || at(changed, "data", "attributes", "description") != "" {
		t.Errorf("after PATCH: %v", changed)
	}
	// POST with its id replaces all.
	id := at(made, "data", "id").(string)
	replaced := s.ok(admin, "POST", "/v1/profiles", `{"data":{"id":"`+id+`","attributes":{"name":"New"}},"included":[{"type":"rules","id":"RDS-001","attributes":{"enabled":true}}]}`)
	if idsOf(at(replaced, "included")) != "RDS-001" || at(replaced, "data", "id") != id || at(replaced, "data", "attributes", "name") != "New" {
		t.Errorf("after POST: %v", replaced)
	}
	cleared := s.ok(admin, "POST", "/v1/profiles", `{"data":{"id":"`+id+`","attributes":{"name":"New"}}}`)
	if at(cleared, "included") != nil || at(cleared, "data", "relationships") != nil {
		t.Errorf("after POST without rules: %v", cleared)
	}
	if n := size(at(s.ok(reader, "GET", "/v1/profiles", ""), "data")); n != 1 {
		t.Errorf("%d profiles are listed", n)
	}
	if got := s.ok(admin, "DELETE", path, ""); at(got, "meta", "status") != "deleted" {
		t.Errorf("the answer to the deletion is %v", got)
	}
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		s.do(admin, method, path, `{}`).want(http.StatusNotFound)
	}
	s.do(admin, "POST", "/v1/profiles", `{"data":{"id":"`+id+`","attributes":{"name":"New"}}}`).want(http.StatusNotFound)
}

func TestProfileRefused(t *testing.T) {
	s := newServer(t)
	for name, test := range map[string]struct {
		body   string
		status int
	}{
		"no name":         {`{"data":{"attributes":{}}}`, 422},
		"no JSON":         {`{`, 400},
		"no attributes":   {`{"data":{"attributes":{"name":"p"}},"included":[{"type":"rules","id":"S3-001"}]}`, 422},
		"an unknown risk": {`{"data":{"attributes":{"name":"p"}},"included":[{"type":"rules","id":"S3-001","attributes":{"enabled":true,"riskLevel":"SOME"}}]}`, 422},
	} {
		t.Run(name, func(t *testing.T) { s.do(admin, "POST", "/v1/profiles", test.body).want(test.status) })
	}
}

func TestOrganisationProfile(t *testing.T) {
	s := newServer(t)
	organisation, err := s.store.Organisation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	id := "organisation-" + organisation.ID
	path := "/v1/profiles/" + id
	if got := s.ok(admin, "GET", path+"?includes=ruleSettings", ""); at(got, "data", "id") != id || at(got, "included") != nil {
		t.Errorf("before any change it is %v", got)
	}
	got := s.ok(admin, "PATCH", path, `{"included":[{"type":"rules","id":"S3-001","attributes":{"enabled":false}}]}`)
	if idsOf(at(got, "included")) != "S3-001" {
		t.Errorf("after PATCH it is %v", got)
	}
	if len(s.queue.scanned) != 2 {
		t.Errorf("%d accounts were scanned after a change of the organisation's profile", len(s.queue.scanned))
	}
	s.ok(admin, "PATCH", path, `{"included":[{"type":"rules","id":"S3-001","attributes":{"enabled":false}}]}`)
	if len(s.queue.scanned) != 2 {
		t.Error("the same again had accounts scanned")
	}
	got = s.ok(admin, "POST", "/v1/profiles", `{"data":{"id":"`+id+`","attributes":{"name":"Ours"}},"included":[{"type":"rules","id":"S3-002","attributes":{"enabled":false}}]}`)
	if idsOf(at(got, "included")) != "S3-002" || at(got, "data", "attributes", "name") != "Ours" {
		t.Errorf("after POST it is %v", got)
	}
	list := s.ok(admin, "GET", "/v1/profiles", "")
	if size(at(list, "data")) != 0 || at(list, "meta", "organisationProfile") != id {
		t.Errorf("it is listed: %v", list)
	}
	s.do(admin, "DELETE", path, "").want(http.StatusUnprocessableEntity)
}

func TestDefaultProfile(t *testing.T) {
	s := newServer(t)
	library, _ := knowledge()
	if n := size(at(s.ok(admin, "GET", "/v1/profiles/default?includes=ruleSettings", ""), "included")); n != len(library.IDs()) {
		t.Errorf("it has %d of %d rules", n, len(library.IDs()))
	}
	for method, body := range map[string]string{"PATCH": `{"data":{"attributes":{"name":"x"}}}`, "DELETE": ""} {
		s.do(admin, method, "/v1/profiles/default", body).want(http.StatusUnprocessableEntity)
	}
	s.do(admin, "POST", "/v1/profiles", `{"data":{"id":"default","attributes":{"name":"x"}}}`).want(http.StatusUnprocessableEntity)
}

// TestApplyProfile applies a profile of three rules to an account that has
// settings of two, in each mode, twice.
func TestApplyProfile(t *testing.T) {
	for name, test := range map[string]struct{ meta, want string }{
		"fill-gaps":          {`"mode":"fill-gaps"`, "S3-001=LOW(own) EC2-001=LOW(own) RDS-001=HIGH(theirs) S3-002=HIGH"},
		"overwrite":          {`"mode":"overwrite"`, "S3-001=LOW(own) EC2-001=HIGH(theirs) RDS-001=HIGH(theirs) S3-002=HIGH"},
		"with exceptions":    {`"mode":"overwrite","include":{"exceptions":true}`, "S3-001=LOW(own) EC2-001=HIGH(theirs) RDS-001=HIGH(theirs) S3-002=HIGH"},
		"without exceptions": {`"mode":"overwrite","include":{"exceptions":false}`, "S3-001=LOW(own) EC2-001=HIGH(own) RDS-001=HIGH S3-002=HIGH"},
		"replace":            {`"mode":"replace"`, "EC2-001=HIGH(theirs) RDS-001=HIGH(theirs) S3-002=HIGH"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			rules := "/v1/accounts/" + s.account.ID + "/settings/rules"
			s.ok(admin, "PATCH", rules, `{"data":{"attributes":{"ruleSettings":[{"id":"S3-001","enabled":true,"riskLevel":"LOW","exceptions":{"tags":["own"]}},{"id":"EC2-001","enabled":true,"riskLevel":"LOW","exceptions":{"tags":["own"]}}]}}}`)
			id := s.profile(`{"data":{"attributes":{"name":"p"}},"included":[
				{"type":"rules","id":"RDS-001","attributes":{"enabled":true,"riskLevel":"HIGH","exceptions":{"tags":["theirs"]}}},
				{"type":"rules","id":"EC2-001","attributes":{"enabled":true,"riskLevel":"HIGH","exceptions":{"tags":["theirs"]}}},
				{"type":"rules","id":"S3-002","attributes":{"enabled":true,"riskLevel":"HIGH"}}]}`)
			apply := `{"meta":{"accountIds":["` + s.account.ID + `"],"types":["rule"],"notes":"review",` + test.meta + `}}`
			for round, scans := range []int{2, 2} {
				got := s.ok(admin, "POST", "/v1/profiles/"+id+"/apply", apply)
				if at(got, "meta", "status") != "sent" || at(got, "meta", "message") != "Profile will be applied to the accounts in background" {
					t.Errorf("the answer is %v", got)
				}
				var have []string
				list, _ := at(s.ok(admin, "GET", rules, ""), "data", "attributes", "settings", "rules").([]any)
				for _, r := range list {
					text := at(r, "id").(string) + "=" + at(r, "riskLevel").(string)
					if tag, ok := at(r, "exceptions", "tags", 0).(string); ok {
						text += "(" + tag + ")"
					}
					have = append(have, text)
				}
				if got := strings.Join(have, " "); got != test.want {
					t.Errorf("round %d: the settings are %s, not %s", round, got, test.want)
				}
				if len(s.queue.scanned) != scans {
					t.Errorf("round %d: the account was scanned %d times, not %d", round, len(s.queue.scanned), scans)
				}
			}
			notes := s.ok(admin, "GET", rules+"/S3-002?notes=true", "")
			if size(at(notes, "meta", "notes")) != 1 || at(notes, "meta", "notes", 0, "note") != "review" {
				t.Errorf("the notes are %v", at(notes, "meta"))
			}
		})
	}
}

func TestApplyProfileRefused(t *testing.T) {
	s := newServer(t)
	id := s.profile(newProfile)
	for name, test := range map[string]struct {
		profile, meta string
		status        int
	}{
		"no accounts":          {id, `"accountIds":[],"mode":"replace"`, 422},
		"an account of nobody": {id, `"accountIds":["` + s.account.ID + `","nothing"],"mode":"replace"`, 404},
		"no mode":              {id, `"accountIds":["` + s.account.ID + `"]`, 422},
		"another type":         {id, `"accountIds":["` + s.account.ID + `"],"types":["bot"],"mode":"replace"`, 422},
		"exceptions elsewhere": {id, `"accountIds":["` + s.account.ID + `"],"mode":"replace","include":{"exceptions":true}`, 422},
		"no profile":           {"nothing", `"accountIds":["` + s.account.ID + `"],"mode":"replace"`, 404},
		"the default profile":  {"default", `"accountIds":["` + s.account.ID + `"],"mode":"replace"`, 422},
	} {
		t.Run(name, func(t *testing.T) {
			s.do(admin, "POST", "/v1/profiles/"+test.profile+"/apply", `{"meta":{`+test.meta+`}}`).want(test.status)
		})
	}
	s.do(reader, "GET", "/v1/accounts/"+s.account.ID+"/settings/rules", "").want(http.StatusNotFound)
}

func TestProfileFile(t *testing.T) {
	s := newServer(t)
	id := s.profile(newProfile)
	file := s.do(admin, "GET", "/v1/profiles/"+id+"/file", "")
	body := file.want(http.StatusOK)
	if at(body, "version") != "1.1" || at(body, "name") != "Production" || idsOf(at(body, "ruleSettings")) != "EC2-001 S3-001" {
		t.Errorf("the file is %s", file.Body)
	}
	copied := s.ok(admin, "POST", "/v1/profiles/file", string(file.Body))
	if at(copied, "data", "id") == id || idsOf(at(copied, "included")) != "EC2-001 S3-001" {
		t.Errorf("the profile of the file is %v", copied)
	}
	again := s.do(admin, "GET", "/v1/profiles/"+at(copied, "data", "id").(string)+"/file", "")
	if string(again.Body) != string(file.Body) {
		t.Errorf("the file of the copy is %s, not %s", again.Body, file.Body)
	}
	for name, test := range map[string]struct {
		body   string
		status int
	}{
		"no JSON":     {"{", 400},
		"no settings": {`{"name":"p"}`, 400},
		"no name":     {`{"ruleSettings":[]}`, 422},
		"a bad one":   {"{\"name\":\"p\",\"ruleSettings\":[\n{\"id\":\"S3-001\"}]}", 422},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.do(admin, "POST", "/v1/profiles/file", test.body).want(test.status)
			if detail, _ := at(got, "errors", 0, "detail").(string); name == "a bad one" && !strings.Contains(detail, "line 2") {
				t.Errorf("the error is %s", detail)
			}
		})
	}
}

func TestRemoveProfileRule(t *testing.T) {
	s := newServer(t)
	path := "/v1/profiles/" + s.profile(newProfile)
	if left := s.ok(admin, "DELETE", path+"/rules/S3-001", ""); idsOf(at(left, "included")) != "EC2-001" || at(left, "data", "attributes", "name") != "Production" {
		t.Errorf("after the removal the profile is %v", left)
	}
	if left := s.ok(admin, "GET", path+"?includes=ruleSettings", ""); idsOf(at(left, "included")) != "EC2-001" {
		t.Errorf("the profile is %v", left)
	}
	s.do(admin, "DELETE", path+"/rules/S3-001", "").want(http.StatusNotFound)
	s.do(admin, "DELETE", "/v1/profiles/nothing/rules/S3-001", "").want(http.StatusNotFound)
	s.do(admin, "DELETE", "/v1/profiles/default/rules/S3-001", "").want(http.StatusUnprocessableEntity)
	s.do(powerUser, "DELETE", path+"/rules/EC2-001", "").want(http.StatusForbidden)
}
