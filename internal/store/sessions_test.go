package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/store"
)

func TestSessions(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		u := addUser(t, s, "grace@example.com", "USER")
		add := func(id string, over time.Time) {
			t.Helper()
			if err := s.AddSession(ctx, &store.Session{ID: id, UserID: u.ID, Address: "192.0.2.7"}, over); err != nil {
				t.Fatal(err)
			}
		}
		first := c.at
		add("a", time.Time{})
		c.at = c.at.Add(time.Hour)
		add("b", time.Time{})
		if err := s.SeeSession(ctx, "a"); err != nil {
			t.Fatal(err)
		}
		got, owner, err := s.SessionOwner(ctx, "a")
		want := store.Session{ID: "a", UserID: u.ID, Created: first, Seen: c.at, Address: "192.0.2.7"}
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("the session (-want +got):\n%s%v", d, err)
		}
		if !owner.LastLogin.Equal(c.at) {
			t.Errorf("the last login is %v", owner.LastLogin)
		}
		ids := func() string {
			t.Helper()
			list, err := s.Sessions(ctx, u.ID)
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			for _, session := range list {
				b.WriteString(session.ID)
			}
			return b.String()
		}
		if got := ids(); got != "ba" {
			t.Errorf("the sessions are %s", got)
		}
		add("c", c.at) // a was begun before
		if got := ids(); got != "bc" {
			t.Errorf("without those that are over the sessions are %s", got)
		}
		if err := s.EndSessions(ctx, u.ID, "c"); err != nil || ids() != "c" {
			t.Errorf("but for c the sessions are %s, %v", ids(), err)
		}
		for range 2 {
			if err := s.EndSession(ctx, "c"); err != nil {
				t.Error(err)
			}
		}
		if _, _, err := s.SessionOwner(ctx, "c"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a session that was ended: %v", err)
		}
	})
}

func TestTokens(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		u := store.User{Email: "grace@example.com", Role: "USER", Status: store.UserInvited}
		if err := s.AddUser(ctx, &u); err != nil {
			t.Fatal(err)
		}
		add := func(id string) {
			t.Helper()
			if err := s.AddToken(ctx, &store.Token{ID: id, UserID: u.ID, Purpose: store.TokenInvitation, Expires: c.at.Add(time.Hour)}); err != nil {
				t.Fatal(err)
			}
		}
		add("a")
		add("b") // ends a
		if _, err := s.UseToken(ctx, "a", "hash"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a link that another one took the place of: %v", err)
		}
		if token, owner, err := s.TokenOwner(ctx, "b"); err != nil || owner.ID != u.ID || token.Purpose != store.TokenInvitation {
			t.Errorf("the link is %+v of %s, %v", token, owner.ID, err)
		}
		c.at = c.at.Add(time.Hour)
		_, _, found := s.TokenOwner(ctx, "b")
		if _, err := s.UseToken(ctx, "b", "hash"); !errors.Is(err, store.ErrNotFound) || !errors.Is(found, store.ErrNotFound) {
			t.Errorf("a link whose time is over: %v, %v", found, err)
		}

		add("c")
		if err := s.AddSession(ctx, &store.Session{ID: "s", UserID: u.ID}, time.Time{}); err != nil {
			t.Fatal(err)
		}
		// Of two who use it at once, one is let in.
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i := range errs {
			wg.Go(func() { _, errs[i] = s.UseToken(ctx, "c", fmt.Sprint("hash ", i)) })
		}
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("a link used twice gave %v and %v", errs[0], errs[1])
		}
		got, err := s.User(ctx, u.ID)
		if err != nil || got.Status != store.UserActive || !got.HasPassword {
			t.Errorf("the user is %+v, %v", got, err)
		}
		if list, _ := s.Sessions(ctx, u.ID); len(list) != 0 {
			t.Error("a session outlived the new password")
		}
	})
}

func TestCredentials(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		u := addUser(t, s, "grace@example.com", "USER")
		for _, id := range []string{"a", "b"} {
			if err := s.AddSession(ctx, &store.Session{ID: id, UserID: u.ID}, time.Time{}); err != nil {
				t.Fatal(err)
			}
		}
		check := func(what string, err, want error) {
			t.Helper()
			if !errors.Is(err, want) {
				t.Errorf("%s: %v", what, err)
			}
		}
		check("a password", s.SetPassword(ctx, u.ID, "old", "b"), nil)
		if list, _ := s.Sessions(ctx, u.ID); len(list) != 1 || list[0].ID != "b" {
			t.Errorf("after the change of the password the sessions are %v", list)
		}
		check("another hash", s.Rehash(ctx, u.ID, "old", "new"), nil)
		check("a hash of a password that was changed", s.Rehash(ctx, u.ID, "old", "stale"), nil)
		check("a second factor", s.SetTOTP(ctx, u.ID, "SECRET", 7, []string{"r1", "r2"}), nil)
		check("a second second factor", s.SetTOTP(ctx, u.ID, "OTHER", 8, nil), store.ErrNotFound)
		check("the same step", s.UseTOTP(ctx, u.ID, 7), store.ErrNotFound)
		check("a later step", s.UseTOTP(ctx, u.ID, 9), nil)
		check("a recovery code", s.SetRecovery(ctx, u.ID, []string{"r1", "r2"}, []string{"r2"}), nil)
		check("the same recovery code", s.SetRecovery(ctx, u.ID, []string{"r1", "r2"}, []string{"r2"}), store.ErrNotFound)
		got, err := s.Credentials(ctx, u.ID)
		want := store.Credentials{Password: "new", TOTP: "SECRET", TOTPStep: 9, Recovery: []string{"r2"}}
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("the credentials (-want +got):\n%s%v", d, err)
		}
		if text := fmt.Sprintf("%v %+v %#v %s", got, got, got, got); strings.Contains(text, "SECRET") || strings.Contains(text, "new") {
			t.Errorf("the credentials print as %s", text)
		}
		if known, _ := s.User(ctx, u.ID); !known.MFA || !known.HasPassword {
			t.Errorf("the user is %+v", known)
		}
		check("without the second factor", s.RemoveTOTP(ctx, u.ID), nil)
		if got, _ = s.Credentials(ctx, u.ID); got.TOTP != "" || len(got.Recovery) != 0 {
			t.Error("the second factor is still there")
		}
		_, err = s.Credentials(ctx, "nobody")
		check("nobody's credentials", err, store.ErrNotFound)
	})
}
