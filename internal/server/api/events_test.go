package api_test

import (
	"net/http"
	"testing"

	"github.com/surety-cloud/surety/internal/store"
)

func (s *server) event(e store.Event) {
	s.t.Helper()
	if err := s.store.AddEvent(s.t.Context(), &e); err != nil {
		s.t.Fatal(err)
	}
}

// names are the names of the events of an answer.
func names(body map[string]any) []string {
	data, _ := body["data"].([]any)
	list := []string{}
	for i := range data {
		name, _ := at(data, i, "attributes", "name").(string)
		list = append(list, name)
	}
	return list
}

func TestEvents(t *testing.T) {
	s := newServer(t)
	s.event(store.Event{Name: "group.created", UserID: "u-admin", Identity: "admin@example.com", Address: "192.0.2.7"})
	s.event(store.Event{Name: "account.bot.update.disabled", Account: s.account.Num, UserID: "u-writer", Address: "192.0.2.8"})
	s.event(store.Event{Name: "account.bot.update.enabled", Account: s.other.Num, UserID: "u-admin"})
	s.event(store.Event{Name: "account.monitoring.activity", Account: s.account.Num, Cloud: true, Identity: "deployer", Service: "s3.amazonaws.com", Region: "us-east-1"})
	for name, test := range map[string]struct {
		caller, query string
		want          []string
	}{
		"everything":                {admin, "", []string{"account.monitoring.activity", "account.bot.update.enabled", "account.bot.update.disabled", "group.created"}},
		"not the organisation's":    {powerUser, "", []string{"account.monitoring.activity", "account.bot.update.enabled", "account.bot.update.disabled"}},
		"of accounts one may read":  {reader, "", []string{"account.monitoring.activity", "account.bot.update.disabled"}},
		"nothing":                   {outsider, "", []string{}},
		"of one account":            {admin, "?accountIds=" + s.other.ID, []string{"account.bot.update.enabled"}},
		"not of AWS":                {reader, "?aws=False", []string{"account.bot.update.disabled"}},
		"not of Surety":             {admin, "?cc=false", []string{"account.monitoring.activity"}},
		"neither":                   {admin, "?cc=false&aws=false", []string{}},
		"by name":                   {admin, "?filter[name]=account.bot.*.?nabled", []string{"account.bot.update.enabled"}},
		"a dot is a dot":            {admin, "?filter[name]=account_bot*", []string{}},
		"by user":                   {admin, "?filter[userIds]=u-writer,u-none", []string{"account.bot.update.disabled"}},
		"by identity":               {admin, "?filter[identities]=deployer,admin@example.com", []string{"account.monitoring.activity"}},
		"by region and service":     {admin, "?filter[regions]=us-east-1&filter[services]=s3.amazonaws.com", []string{"account.monitoring.activity"}},
		"an empty filter is absent": {reader, "?filter[regions]=&filter[name]=", []string{"account.monitoring.activity", "account.bot.update.disabled"}},
		"since":                     {admin, "?filter[since]=1793534400001", []string{}},
		"until":                     {reader, "?filter[until]=1793534400000", []string{"account.monitoring.activity", "account.bot.update.disabled"}},
		"a page":                    {admin, "?page%5Bsize%5D=1&page[number]=2", []string{"account.bot.update.disabled"}},
		"past the end":              {admin, "?page[size]=2&page[number]=2", []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, path := range []string{"/v1/events", "/v1/rtm/events/"} {
				got := names(s.ok(test.caller, "GET", path+test.query, ""))
				if len(got) != len(test.want) {
					t.Fatalf("%s: %q, not %q", path, got, test.want)
				}
				for i := range got {
					if got[i] != test.want[i] {
						t.Fatalf("%s: %q, not %q", path, got, test.want)
					}
				}
			}
		})
	}
}

func TestEventsForm(t *testing.T) {
	s := newServer(t)
	for range 3 {
		s.event(store.Event{Name: "account.updated", Account: s.account.Num, Address: "192.0.2.8", Description: "x"})
	}
	s.event(store.Event{Name: "group.created"})
	body := s.ok(admin, "GET", "/v1/events?page[size]=3", "")
	if at(body, "meta", "total") != 4.0 || at(body, "meta", "total-pages") != 2.0 {
		t.Errorf("meta is %v", at(body, "meta"))
	}
	if data, there := at(body, "data", 0, "relationships", "account").(map[string]any); !there || data["data"] != nil {
		t.Errorf("an event of the organisation is of %v", data)
	}
	event := at(body, "data", 1)
	if at(event, "relationships", "account", "data", "type") != "account" || at(event, "relationships", "account", "data", "id") != s.account.ID {
		t.Errorf("the account is %v", at(event, "relationships", "account"))
	}
	if at(event, "attributes", "hasChildren") != false || at(event, "attributes", "time") != 1793534400000.0 {
		t.Errorf("the event is %v", event)
	}
	if at(event, "attributes", "source-address") != "192.0.2.8" {
		t.Error("an administrator does not see whence a change came")
	}
	if seen := s.ok(reader, "GET", "/v1/events", ""); at(seen, "data", 0, "attributes", "source-address") != nil {
		t.Error("a reader sees the addresses of others")
	}
}

func TestEventsRefused(t *testing.T) {
	s := newServer(t)
	for query, status := range map[string]int{
		"?accountIds=" + s.other.ID + "," + s.account.ID: http.StatusForbidden,
		"?accountIds=none":           http.StatusForbidden,
		"?page[size]=1001":           http.StatusUnprocessableEntity,
		"?page[size]=0":              http.StatusUnprocessableEntity,
		"?page[number]=-1":           http.StatusUnprocessableEntity,
		"?page[number]=999999999999": http.StatusOK,
		"?filter[since]=yesterday":   http.StatusUnprocessableEntity,
		"?aws=maybe":                 http.StatusUnprocessableEntity,
	} {
		if got := s.do(reader, "GET", "/v1/events"+query, ""); got.Status != status {
			t.Errorf("%s: %d, not %d: %s", query, got.Status, status, got.Body)
		}
	}
	s.do(admin, "GET", "/v1/events?accountIds=none", "").want(http.StatusNotFound)
}
