package signin_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/server/signin"
	"github.com/surety-cloud/surety/internal/store"
)

// TestEverybody takes whoever has no session for one user, and nobody once that
// user is gone.
func TestEverybody(t *testing.T) {
	s := newServer(t, func(o *signin.Options) { o.Everybody = "u-demo" })
	b := s.browser()
	if answer := b.get("/v1/probe"); answer.Status == http.StatusOK {
		t.Errorf("a user who is not there is somebody: %s", answer.Body)
	}
	u := store.User{ID: "u-demo", Email: "demo@example.com", Role: "ADMIN", Status: store.UserActive}
	if err := s.store.AddUser(t.Context(), &u); err != nil {
		t.Fatal(err)
	}
	stale, _ := auth.NewToken()
	for name, cookie := range map[string]string{"no session": "", "the session of another server": stale} {
		b := s.browser()
		if cookie != "" {
			b.header.Set("Cookie", auth.SessionCookie(cookie, false).String())
		}
		if answer := b.get("/v1/probe"); answer.Status != http.StatusOK || !strings.Contains(answer.Body, u.Email) {
			t.Errorf("%s: %d %s", name, answer.Status, answer.Body)
		}
		if answer := b.get("/me"); answer.Status != http.StatusOK || !strings.Contains(answer.Body, u.Email) {
			t.Errorf("%s: one's own page is %d", name, answer.Status)
		}
	}
	// A wrong key is nobody's all the same.
	b = s.browser()
	key, _, _ := auth.NewKey()
	b.header.Set("Authorization", "ApiKey "+key)
	if answer := b.get("/v1/probe"); answer.Status == http.StatusOK {
		t.Errorf("a wrong key is somebody's: %s", answer.Body)
	}
}
