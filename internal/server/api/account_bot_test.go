package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"
)

// happened lists the names of the events of the first account, the oldest first.
func (s *server) happened() []string {
	s.t.Helper()
	body := s.ok(admin, "GET", "/v1/events?page[size]=1000&accountIds="+s.account.ID, "")
	var names []string
	list, _ := at(body, "data").([]any)
	for _, e := range list {
		name, _ := at(e, "attributes", "name").(string)
		names = append(names, name)
	}
	slices.Reverse(names)
	return names
}

func bot(members string) string {
	return `{"data":{"type":"accounts","attributes":{"settings":{"bot":` + members + `}}}}`
}

func TestBot(t *testing.T) {
	s := newServer(t)
	path := "/v1/accounts/" + s.account.ID + "/settings/bot"
	shown := func(body map[string]any) string {
		t.Helper()
		set, _ := at(body, "data", 0, "attributes", "settings", "bot").(map[string]any)
		delete(set, "lastModifiedFrom")
		delete(set, "lastModifiedBy")
		data, err := json.Marshal(set)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	if got := at(s.ok(reader, "GET", path, ""), "data", "attributes", "settings", "bot", "delay"); got != 1.0 {
		t.Errorf("the delay that nobody has set is %v", got)
	}
	if got := at(s.ok(reader, "GET", "/v1/accounts/"+s.account.ID, ""), "data", "attributes", "settings", "bot"); got != nil {
		t.Errorf("the account has a bot that nobody has set: %v", got)
	}
	soon := s.now.UnixMilli() + 3_600_000
	for _, step := range []struct{ change, want, event string }{
		{`{"delay":10}`, `{"delay":10,"disabled":false}`, "account.bot.update.delay.increased"},
		{`{"delay":2}`, `{"delay":2,"disabled":false}`, "account.bot.update.delay.decreased"},
		{`{"disabledRegions":{"us-west-2":true,"eu-west-1":true}}`, `{"delay":2,"disabled":false,"disabledRegions":{"eu-west-1":true,"us-west-2":true}}`, "account.bot.update.disabled.region"},
		{`{"disabledRegions":{"us-west-2":true}}`, `{"delay":2,"disabled":false,"disabledRegions":{"us-west-2":true}}`, "account.bot.update.enabled.region"},
		{`{"disabledRegions":{}}`, `{"delay":2,"disabled":false}`, "account.bot.update.enabled.region"},
		{fmt.Sprintf(`{"disabled":true,"disabledUntil":%d}`, soon), fmt.Sprintf(`{"delay":2,"disabled":true,"disabledUntil":%d}`, soon), "account.bot.update.disabled.until"},
		{`{"disabledUntil":null}`, `{"delay":2,"disabled":true}`, "account.bot.update.disabled"},
		{`{"disabled":false}`, `{"delay":2,"disabled":false}`, "account.bot.update.enabled"},
	} {
		if got := shown(s.ok(writer, "PATCH", path, bot(step.change))); got != step.want {
			t.Errorf("after %s the bot is %s, not %s", step.change, got, step.want)
		}
		if names := s.happened(); len(names) == 0 || names[len(names)-1] != step.event {
			t.Errorf("after %s the events are %v", step.change, names)
		}
	}
	set := at(s.ok(reader, "GET", "/v1/accounts/"+s.account.ID, ""), "data", "attributes", "settings", "bot")
	if at(set, "lastModifiedBy") != "u-writer" || at(set, "lastModifiedFrom") != "192.0.2.7" {
		t.Errorf("who changed the bot is %v", set)
	}
}

func TestBotRefused(t *testing.T) {
	s := newServer(t)
	path := "/v1/accounts/" + s.account.ID + "/settings/bot"
	for name, test := range map[string]struct {
		body   string
		status int
	}{
		"no bot":             {`{"data":{"attributes":{}}}`, 400},
		"a delay of 0":       {bot(`{"delay":0}`), 422},
		"a delay of 13":      {bot(`{"delay":13}`), 422},
		"a delay of text":    {bot(`{"delay":"1"}`), 400},
		"the past":           {bot(fmt.Sprintf(`{"disabled":true,"disabledUntil":%d}`, s.now.UnixMilli()-1)), 422},
		"an unknown region":  {bot(`{"disabledRegions":{"us-west-9":true}}`), 422},
		"a list of regions":  {bot(`{"disabledRegions":["us-west-2"]}`), 400},
		"too many accounts":  {fmt.Sprintf(`{"data":{"attributes":{"settings":{"bot":{"delay":2}}}},"meta":{"otherAccounts":[%s"x"]}}`, repeat(`"x",`, 25)), 422},
		"another's account":  {`{"data":{"attributes":{"settings":{"bot":{"delay":2}}}},"meta":{"otherAccounts":["` + s.other.ID + `"]}}`, 403},
		"no account of that": {`{"data":{"attributes":{"settings":{"bot":{"delay":2}}}},"meta":{"otherAccounts":["nothing"]}}`, 403},
	} {
		t.Run(name, func(t *testing.T) { s.do(writer, "PATCH", path, test.body).want(test.status) })
	}
	if got := at(s.ok(reader, "GET", "/v1/accounts/"+s.account.ID, ""), "data", "attributes", "settings", "bot"); got != nil {
		t.Errorf("what was refused left %v", got)
	}
}

func repeat(text string, n int) string {
	out := ""
	for range n {
		out += text
	}
	return out
}

func TestBotOfOtherAccounts(t *testing.T) {
	s := newServer(t)
	body := `{"data":{"attributes":{"settings":{"bot":{"delay":3}}}},"meta":{"otherAccounts":["` + s.other.ID + `","` + s.account.ID + `"]}}`
	got := s.do(admin, "PATCH", "/v1/accounts/"+s.account.ID+"/settings/bot", body).want(http.StatusOK)
	if size(at(got, "data")) != 2 || at(got, "data", 0, "id") != s.account.ID {
		t.Fatalf("the answer is %v", got)
	}
	for i := range 2 {
		if at(got, "data", i, "attributes", "settings", "bot", "delay") != 3.0 {
			t.Errorf("the bot of account %d is %v", i, at(got, "data", i))
		}
	}
}
