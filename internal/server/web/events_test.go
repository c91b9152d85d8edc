package web_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/store"
)

func (s *site) event(e store.Event, at time.Time) {
	s.t.Helper()
	now := s.now
	s.now = at
	if err := s.store.AddEvent(s.t.Context(), &e); err != nil {
		s.t.Fatal(err)
	}
	s.now = now
}

func TestEvents(t *testing.T) {
	s := newSite(t)
	s.get(admin, "/events").want(http.StatusOK, "No events yet")
	day := s.now.AddDate(0, 0, -10)
	id := "ccc:" + s.account.ID + ":S3-001:S3:us-east-1:bucket"
	s.event(store.Event{Name: "account.check.deleted", Account: s.account.Num, Description: id + ": it was: wrong"}, day.AddDate(0, 0, -1))
	s.get(admin, "/events").want(http.StatusOK, `href="/checks/`+id+`"`, "</a>: it was: wrong<", `href="/accounts/`+s.account.ID+`"`)
	s.event(store.Event{Name: "account.check.update.suppressed", Account: s.account.Num, UserID: "u-writer", Identity: "writer@example.com", Description: "because " + hostile, Address: "192.0.2.9"}, day)
	s.event(store.Event{Name: "profile.created", UserID: "u-admin", Identity: "admin@example.com", Description: "a profile was made"}, s.now)
	s.event(store.Event{Name: "account.scan.requested", Account: s.other.Num, UserID: "u-admin", Identity: "admin@example.com", Description: "a scan of the other"}, s.now)
	s.get(admin, "/events").want(http.StatusOK, "Check suppressed", "account.check.update.suppressed", "Profile made", "Scan asked for", "192.0.2.9", "payments (Production)", "/users/u-writer").lacks(hostile)
	// Others see what is of their accounts, without addresses.
	s.get(reader, "/events").want(http.StatusOK, "Check suppressed").lacks("Profile made", "Scan asked for", "192.0.2.9", `href="/users/`)
	for _, test := range []struct{ query, has, lacks string }{
		{"?account=" + s.account.ID, "Check suppressed", "Profile made"},
		{"?name=profile.*", "Profile made", "Check suppressed"},
		{"?since=2026-10-22&until=2026-10-22", "Check suppressed", "Profile made"},
		{"?since=2026-10-23", "Profile made", "Check suppressed"},
		{"?user=u-writer", "Check suppressed", "Profile made"},
		{"?source=aws", "No events", "Profile made"},
		{"?name=nothing", "Show all events", "Profile made"},
	} {
		s.get(admin, "/events"+test.query).want(http.StatusOK, test.has).lacks("<strong>" + test.lacks)
	}
	s.get(admin, "/events?since=soon").want(http.StatusOK, `id="since-fault"`, `value="soon"`, "This is not a date.")
	s.get(reader, "/events?account="+s.other.ID).want(http.StatusForbidden)
}

func TestEventPages(t *testing.T) {
	s := newSite(t)
	for range 51 {
		s.event(store.Event{Name: "group.created", UserID: "u-admin", Identity: "admin@example.com"}, s.now)
	}
	s.get(admin, "/events?name=group.*").want(http.StatusOK, "1 to 50 of 51", "/events?name=group.%2A&amp;page=2")
	s.get(admin, "/events?page=2").want(http.StatusOK, "51 to 51 of 51")
}
