package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/store"
)

const slackSettings = `{"type":"communication","channel":"slack","enabled":true,"filter":{"riskLevels":["EXTREME"],"unknown":1},
	"configuration":{"url":"https://hooks.slack.com/services/T/B/x","channel":"#alerts","displayTags":true,"extra":[1,{"a":null}]}}`

// setting is the body for a channel of an account, or with an empty id of the
// organisation.
func setting(account, attributes string) string {
	return `{"data":{"relationships":{"account":{"data":{"type":"accounts","id":"` + account + `"}},"organisation":{"data":{"type":"","id":""}}},"attributes":` + attributes + `}}`
}

// addChannel adds a channel, and gives its id.
func (s *server) addChannel(caller, account, attributes string) string {
	s.t.Helper()
	body := s.ok(caller, "POST", "/v1/settings/communication", setting(account, attributes))
	id, _ := at(body, "data", 0, "id").(string)
	return id
}

func (s *server) addUser(id, role, email string, access map[string]string) {
	s.t.Helper()
	u := store.User{ID: id, Email: email, Role: role, Status: store.UserActive, Access: access}
	if err := s.store.AddUser(s.t.Context(), &u); err != nil {
		s.t.Fatal(err)
	}
}

func TestAddChannel(t *testing.T) {
	s := newServer(t)
	body := s.ok(writer, "POST", "/v1/settings/communication", setting(s.account.ID, slackSettings))
	id, _ := at(body, "data", 0, "id").(string)
	if !strings.HasPrefix(id, s.account.ID+":communication:slack-") {
		t.Errorf("the id is %q", id)
	}
	if at(body, "meta", "delivery") != "not yet" {
		t.Errorf("meta is %v", body["meta"])
	}
	var sent map[string]any
	if err := json.Unmarshal([]byte(slackSettings), &sent); err != nil {
		t.Fatal(err)
	}
	sent["manual"] = false
	if d := cmp.Diff(any(sent), at(body, "data", 0, "attributes")); d != "" {
		t.Errorf("what was sent does not come back (-sent +got):\n%s", d)
	}
	if at(body, "data", 0, "relationships", "account", "data", "id") != s.account.ID || at(body, "data", 0, "relationships", "organisation", "data", "id") == nil {
		t.Errorf("the relationships are %v", at(body, "data", 0, "relationships"))
	}
	for _, path := range []string{"/v1/settings/" + id, "/v1/settings/communication/" + id, "/v1/settings/" + strings.ReplaceAll(id, ":", "%3A")} {
		if got := s.ok(writer, "GET", path, ""); at(got, "data", "id") != id || at(got, "data", "attributes", "configuration", "channel") != "#alerts" {
			t.Errorf("%s: %v", path, got)
		}
	}
}

// TestChannelEcho: nothing comes back that nobody sent.
func TestChannelEcho(t *testing.T) {
	s := newServer(t)
	body := s.ok(admin, "POST", "/v1/settings/communication",
		setting("", `{"channel":"sns","manual":"","filter":null,"configuration":{"arn":"arn:aws:sns:us-east-1:111122223333:alerts"}}`))
	attributes := at(body, "data", 0, "attributes").(map[string]any)
	if attributes["enabled"] != false || attributes["manual"] != false {
		t.Errorf("enabled and manual were not sent, and are %v", attributes)
	}
	if _, there := attributes["filter"]; there {
		t.Errorf("the filter was not sent, and is %v", attributes["filter"])
	}
	id := at(body, "data", 0, "id").(string)
	if !strings.HasPrefix(id, "communication:sns-") {
		t.Errorf("the id of a setting of the organisation is %q", id)
	}
	if account, there := at(body, "data", 0, "relationships", "account").(map[string]any); !there || account["data"] != nil {
		t.Errorf("the account of a setting of the organisation is %v", account)
	}
}

// TestChannelForms adds channels in every way that clients write them.
func TestChannelForms(t *testing.T) {
	s := newServer(t)
	one := `"attributes":` + slackSettings
	account := s.account.ID
	for name, test := range map[string]struct {
		body string
		want []string // the accounts of what is added
	}{
		"one object":            {`{"data":{"relationships":{"account":{"data":{"id":"` + account + `"}}},` + one + `}}`, []string{account}},
		"an array":              {`{"data":[{"relationships":{"account":{"data":{"id":"` + account + `"}}},` + one + `},{` + one + `}]}`, []string{account, ""}},
		"accountId":             {`{"data":{"relationships":{"account":{"data":{"type":"accounts","accountId":"` + account + `"}}},` + one + `}}`, []string{account}},
		"null":                  {`{"data":{"relationships":{"account":{"data":null}},` + one + `}}`, []string{""}},
		"an empty id":           {setting("", slackSettings), []string{""}},
		"the form of long ago":  {`{"data":{"attributes":{"accountId":"` + account + `","communicationSettings":[` + slackSettings + `,` + slackSettings + `]}}}`, []string{account, account}},
		"no relationships":      {`{"data":{` + one + `}}`, []string{""}},
		"a null for an account": {`{"data":{"relationships":{"account":null},` + one + `}}`, []string{""}},
	} {
		t.Run(name, func(t *testing.T) {
			body := s.ok(admin, "POST", "/v1/settings/communication/", test.body)
			var got []string
			for i := range size(at(body, "data")) {
				id, _ := at(body, "data", i, "relationships", "account", "data", "id").(string)
				got = append(got, id)
			}
			if d := cmp.Diff(test.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestChannelRefused(t *testing.T) {
	s := newServer(t)
	s.addUser("u1", "USER", "u1@example.com", map[string]string{s.account.ID: "READONLY"})
	hook := func(url string) string {
		return setting(s.account.ID, `{"channel":"webhook","configuration":{"url":"`+url+`"}}`)
	}
	of := func(channel, configuration string) string {
		return setting(s.account.ID, `{"channel":"`+channel+`","configuration":`+configuration+`}`)
	}
	for name, test := range map[string]struct {
		body   string
		status int
		says   string
	}{
		"no JSON":               {"[", 400, "JSON"},
		"no data":               {"{}", 400, "data"},
		"nothing":               {`{"data":[]}`, 400, "empty"},
		"no channel":            {setting(s.account.ID, `{"configuration":{}}`), 422, "channel"},
		"no configuration":      {setting(s.account.ID, `{"channel":"sns"}`), 422, "configuration"},
		"a filter":              {setting(s.account.ID, `{"channel":"sns","filter":{"riskLevels":["BAD"]},"configuration":{"arn":"arn:aws:sns:us-east-1:111122223333:a"}}`), 422, "riskLevels"},
		"enabled as a text":     {setting(s.account.ID, `{"channel":"sns","enabled":"yes"}`), 400, "enabled"},
		"http":                  {hook("http://example.com/"), 422, "https"},
		"localhost":             {hook("https://localhost:8443/"), 422, "localhost"},
		"a kind of localhost":   {hook("https://a.LOCALHOST./"), 422, "localhost"},
		"an address":            {hook("https://192.0.2.1/"), 422, "IP"},
		"an address in IPv6":    {hook("https://[2001:db8::1]/"), 422, "IP"},
		"a short address":       {hook("https://127.1/"), 422, "IP"},
		"a number":              {hook("https://2130706433/"), 422, "IP"},
		"a hexadecimal one":     {hook("https://0x7F000001/"), 422, "IP"},
		"look-alikes":           {hook("https://①②⑦.⓪.⓪.①/"), 422, "Punycode"},
		"no host":               {hook("https:///x"), 422, "https"},
		"a long label":          {of("slack", `{"url":"https://h.example.com","channel":"#a","channelName":"123456789012345678901"}`), 422, "channelName"},
		"slack's channel":       {of("slack", `{"url":"https://h.example.com","channel":"alerts"}`), 422, "#"},
		"slack without one":     {of("slack", `{"url":"https://h.example.com"}`), 422, "channel"},
		"a topic":               {of("sns", `{"arn":"arn:aws:sqs:us-east-1:111122223333:a"}`), 422, "ARN"},
		"no key":                {of("pager-duty", `{"serviceName":"x","serviceKey":""}`), 422, "serviceKey"},
		"two secrets":           {of("zendesk", `{"url":"https://z.example.com","username":"u","password":"p","apiToken":"t"}`), 422, "apiToken"},
		"no secret":             {of("zendesk", `{"url":"https://z.example.com","username":"u"}`), 422, "apiToken"},
		"a table":               {of("servicenow", `{"type":"task","url":"https://s.example.com","username":"u","password":"p"}`), 422, "incident"},
		"nobody":                {of("email", `{"users":[]}`), 422, "users"},
		"no such user":          {of("email", `{"users":["u1","urn:tmds:identity:x/1915"]}`), 422, "urn:tmds"},
		"a user without access": {setting(s.other.ID, `{"channel":"sms","configuration":{"users":["u1"]}}`), 422, "u1"},
		"no such account":       {setting("none", slackSettings), 404, "none"},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.do(admin, "POST", "/v1/settings/communication", test.body)
			body := got.want(test.status)
			if detail, _ := at(body, "errors", 0, "detail").(string); !strings.Contains(detail, test.says) {
				t.Errorf("the error %q does not speak of %q", detail, test.says)
			}
		})
	}
	// One of two is wrong: neither is added.
	s.do(admin, "POST", "/v1/settings/communication", `{"data":[{"attributes":`+slackSettings+`},{"attributes":{"channel":"x"}}]}`).want(422)
	if n := size(at(s.ok(admin, "GET", "/v1/settings/communication", ""), "data")); n != 0 {
		t.Errorf("%d settings were added", n)
	}
}

func TestChannelsOfEveryKind(t *testing.T) {
	s := newServer(t)
	s.addUser("u1", "USER", "u1@example.com", map[string]string{s.account.ID: "READONLY"})
	for channel, configuration := range map[string]string{
		"email":      `{"users":["u1"]}`,
		"sms":        `{"users":["u1"]}`,
		"slack":      `{"url":"https://hooks.slack.com/x","channel":"@me"}`,
		"ms-teams":   `{"url":"https://x.webhook.office.com/x"}`,
		"sns":        `{"arn":"arn:aws-cn:sns:cn-north-1:111122223333:a.fifo"}`,
		"pager-duty": `{"serviceName":"s","serviceKey":"k"}`,
		"webhook":    `{"url":"https://example.com/hook?x=1","securityToken":"t"}`,
		"jira":       `{"url":"https://j.example.com","username":"u","apiToken":"t","project":"P","type":"Bug"}`,
		"servicenow": `{"type":"incident","url":"https://s.example.com","username":"u","password":"p","dictionaryOverrides":[]}`,
		"zendesk":    `{"url":"https://z.example.com","username":"u","apiToken":"t","groupId":12}`,
	} {
		if got := s.do(writer, "POST", "/v1/settings/communication", setting(s.account.ID, `{"channel":"`+channel+`","configuration":`+configuration+`}`)); got.Status != http.StatusOK {
			t.Errorf("%s: %s", channel, got.Body)
		}
	}
	if n := size(at(s.ok(reader, "GET", "/v1/settings/communication?accountId="+s.account.ID, ""), "data")); n != 10 {
		t.Errorf("there are %d", n)
	}
}

func TestListChannels(t *testing.T) {
	s := newServer(t)
	s.addChannel(admin, s.account.ID, slackSettings)
	s.addChannel(admin, s.account.ID, `{"channel":"sns","configuration":{"arn":"arn:aws:sns:us-east-1:111122223333:a"}}`)
	s.addChannel(admin, "", slackSettings)
	account := "accountId=" + s.account.ID
	for query, want := range map[string]int{
		"": 1, "?includeParents=true": 1, "?" + account: 2, "?" + account + "&includeParents=True": 3, "?" + account + "&channel=sns": 1, "?channel=webhook": 0,
		"/" + s.account.ID: 2,
	} {
		if n := size(at(s.ok(admin, "GET", "/v1/settings/communication"+query, ""), "data")); n != want {
			t.Errorf("%q lists %d, not %d", query, n, want)
		}
	}
	// The organisation's are for administrators.
	if n := size(at(s.ok(writer, "GET", "/v1/settings/communication?includeParents=true&"+account, ""), "data")); n != 2 {
		t.Errorf("with parents a user sees %d", n)
	}
}

// TestChannelSecrets: who may only read an account sees its channels without
// configuration.
func TestChannelSecrets(t *testing.T) {
	s := newServer(t)
	id := s.addChannel(admin, s.account.ID, slackSettings)
	for _, path := range []string{"/v1/settings/" + id, "/v1/settings/communication?accountId=" + s.account.ID} {
		for caller, sees := range map[string]bool{reader: false, readOnly: false, writer: true, powerUser: true, admin: true} {
			got := s.do(caller, "GET", path, "")
			got.want(http.StatusOK)
			if strings.Contains(string(got.Body), "hooks.slack.com") != sees || strings.Contains(string(got.Body), `"configuration"`) != sees {
				t.Errorf("%s as %s: %s", path, caller, got.Body)
			}
		}
	}
}

func TestChangeChannel(t *testing.T) {
	s := newServer(t)
	id := s.addChannel(admin, s.account.ID, slackSettings)
	path := "/v1/settings/communication/" + id
	got := s.ok(writer, "PATCH", path, `{"data":{"attributes":{"type":"communication","channel":"slack","filter":{"regions":["eu-west-1"]}},
		"relationships":{"account":{"data":{"id":"`+s.other.ID+`"}}}}}`)
	attributes := at(got, "data", "attributes")
	if at(attributes, "enabled") != false || size(at(attributes, "filter", "regions")) != 1 || at(attributes, "filter", "riskLevels") != nil {
		t.Errorf("after a change of the filter: %v", attributes)
	}
	if at(attributes, "configuration", "channel") != "#alerts" || at(got, "data", "relationships", "account", "data", "id") != s.account.ID {
		t.Errorf("what was not changed is %v", got)
	}
	got = s.ok(writer, "PATCH", path, `{"data":{"attributes":{"enabled":true,"manual":true,"configuration":{"url":"https://hooks.slack.com/new","channel":"@me"}}}}`)
	if c := at(got, "data", "attributes", "configuration"); at(c, "channel") != "@me" || at(c, "displayTags") != nil {
		t.Errorf("the configuration was not replaced: %v", c)
	}
	for body, status := range map[string]int{
		`{"data":{"attributes":{"channel":"sns"}}}`:                                   422,
		`{"data":{"attributes":{"configuration":{"url":"http://x","channel":"#a"}}}}`: 422,
		`[`: 400,
	} {
		s.do(admin, "PATCH", path, body).want(status)
	}
	s.do(admin, "PATCH", "/v1/settings/communication/"+s.account.ID+":communication:slack-none", `{}`).want(404)
	if got := s.ok(writer, "DELETE", "/v1/settings/"+id, ""); at(got, "meta", "status") != "deleted" {
		t.Errorf("the answer to the deletion is %v", got)
	}
	s.do(writer, "GET", "/v1/settings/"+id, "").want(404)
	events := names(s.ok(admin, "GET", "/v1/events?accountIds="+s.account.ID, ""))
	want := []string{"account.communication.deleted", "account.communication.updated", "account.communication.updated", "account.communication.created"}
	if d := cmp.Diff(want, events); d != "" {
		t.Errorf("the events (-want +got):\n%s", d)
	}
}

// TestChannelRights is who may do what with the channels of an account and of
// the organisation.
func TestChannelRights(t *testing.T) {
	s := newServer(t)
	own, org := s.addChannel(admin, s.account.ID, slackSettings), s.addChannel(admin, "", slackSettings)
	change := `{"data":{"attributes":{"enabled":true}}}`
	for _, test := range []struct {
		method, path, body string
		may                []string
	}{
		{"GET", "/v1/settings/communication", "", []string{admin}},
		{"GET", "/v1/settings/communication?accountId=" + s.account.ID, "", []string{admin, powerUser, readOnly, writer, reader}},
		{"GET", "/v1/settings/communication?accountId=" + s.other.ID, "", []string{admin, powerUser, readOnly}},
		{"GET", "/v1/settings/" + own, "", []string{admin, powerUser, readOnly, writer, reader}},
		{"GET", "/v1/settings/" + org, "", []string{admin}},
		{"GET", "/v1/settings/" + s.account.ID + ":access", "", []string{admin}},
		{"POST", "/v1/settings/communication", setting("", slackSettings), []string{admin}},
		{"POST", "/v1/settings/communication", setting(s.account.ID, slackSettings), []string{admin, powerUser, writer}},
		{"POST", "/v1/settings/communication", setting(s.other.ID, slackSettings), []string{admin, powerUser}},
		{"PATCH", "/v1/settings/communication/" + own, change, []string{admin, powerUser, writer}},
		{"PATCH", "/v1/settings/communication/" + org, change, []string{admin}},
	} {
		for _, caller := range []string{outsider, reader, readOnly, writer, powerUser, admin} {
			got := s.do(caller, test.method, test.path, test.body)
			if allowed := slices.Contains(test.may, caller); (got.Status == http.StatusOK) != allowed || !allowed && got.Status != http.StatusForbidden {
				t.Errorf("%s %s as %s: %d %s", test.method, test.path, caller, got.Status, got.Body)
			}
		}
	}
	// A setting can be deleted once: those who may not come first.
	for id, callers := range map[string][]string{own: {outsider, reader, readOnly, writer}, org: {outsider, writer, powerUser, admin}} {
		for i, caller := range callers {
			want := http.StatusForbidden
			if i == len(callers)-1 {
				want = http.StatusOK
			}
			s.do(caller, "DELETE", "/v1/settings/"+id, "").want(want)
		}
	}
}

func TestAccessSetting(t *testing.T) {
	s := newServer(t)
	path := "/v1/settings/" + s.account.ID + ":access"
	got := s.ok(admin, "GET", path, "")
	if at(got, "data", "id") != s.account.ID+":access" || at(got, "data", "attributes", "configuration", "externalId") != "6d2c" {
		t.Errorf("the setting is %v", got)
	}
	s.do(admin, "DELETE", path, "").want(http.StatusUnprocessableEntity)
	s.do(admin, "GET", "/v1/settings/none", "").want(http.StatusNotFound)
}
