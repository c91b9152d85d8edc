package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/store"
)

func addUser(t testing.TB, s *store.Store, email, role string) store.User {
	t.Helper()
	u := store.User{Email: email, Role: role, Status: store.UserActive}
	if err := s.AddUser(context.Background(), &u); err != nil {
		t.Fatal(err)
	}
	return u
}

func TestUsers(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		a, b := addAccount(t, s, "111122223333"), addAccount(t, s, "444455556666")
		want := store.User{
			Email: "Grace@Example.com", FirstName: "Grace", LastName: "Hopper", Role: "USER", Status: store.UserInvited,
			Access: map[string]string{a.ID: "READONLY"},
		}
		if err := s.AddUser(ctx, &want); err != nil {
			t.Fatal(err)
		}
		for _, find := range []func() (store.User, error){
			func() (store.User, error) { return s.User(ctx, want.ID) },
			func() (store.User, error) { return s.UserByEmail(ctx, " grace@example.COM") },
			func() (store.User, error) {
				users, err := s.Users(ctx)
				if err != nil || len(users) != 1 {
					return store.User{}, errors.Join(err, errors.New("there is not one user"))
				}
				return users[0], nil
			},
		} {
			got, err := find()
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("the user (-want +got):\n%s", d)
			}
		}
		if err := s.AddUser(ctx, &store.User{Email: "GRACE@example.com", Role: "ADMIN", Status: store.UserActive}); !errors.Is(err, store.ErrExists) {
			t.Errorf("the same email again: %v", err)
		}
		if _, err := s.User(ctx, "nobody"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a user who is not there: %v", err)
		}

		// Accounts that are not named keep their level; NONE takes it away.
		role := "POWER_USER"
		got, err := s.ChangeUser(ctx, want.ID, store.UserChange{Role: &role, Access: map[string]string{b.ID: "FULL"}})
		if err != nil || got.Role != role || got.FirstName != "Grace" {
			t.Errorf("the change gave %+v, %v", got, err)
		}
		if d := cmp.Diff(map[string]string{a.ID: "READONLY", b.ID: "FULL"}, got.Access); d != "" {
			t.Errorf("the access (-want +got):\n%s", d)
		}
		got, err = s.ChangeUser(ctx, want.ID, store.UserChange{Access: map[string]string{a.ID: "NONE", b.ID: "READONLY"}})
		if d := cmp.Diff(map[string]string{b.ID: "READONLY"}, got.Access); d != "" || err != nil || got.Role != role {
			t.Errorf("the access (-want +got):\n%s%v", d, err)
		}
		// A change is made as a whole, or not at all.
		other := "READ_ONLY"
		if _, err := s.ChangeUser(ctx, want.ID, store.UserChange{Role: &other, Access: map[string]string{"nowhere": "FULL"}}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("access to an account that is not there: %v", err)
		}
		if got, _ = s.User(ctx, want.ID); got.Role != role {
			t.Errorf("half of a change was kept: the role is %s", got.Role)
		}
		// An account that is being deleted is out of reach.
		if err := s.DeleteAccount(ctx, b.Num); err != nil {
			t.Fatal(err)
		}
		if got, _ = s.User(ctx, want.ID); len(got.Access) != 0 {
			t.Errorf("there is access to a deleted account: %v", got.Access)
		}
	})
}

func TestLastAdmin(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		first := addUser(t, s, "first@example.com", "ADMIN")
		invited := store.User{Email: "invited@example.com", Role: "ADMIN", Status: store.UserInvited}
		if err := s.AddUser(ctx, &invited); err != nil {
			t.Fatal(err)
		}
		role := "USER"
		if _, err := s.ChangeUser(ctx, first.ID, store.UserChange{Role: &role}); !errors.Is(err, store.ErrLastAdmin) {
			t.Errorf("the last administrator could be demoted: %v", err)
		}
		if err := s.DeleteUser(ctx, first.ID); !errors.Is(err, store.ErrLastAdmin) {
			t.Errorf("the last administrator could be deleted: %v", err)
		}
		if err := s.DeleteUser(ctx, invited.ID); err != nil {
			t.Errorf("an invited administrator cannot be deleted: %v", err)
		}

		// Of two who demote each other at once, one fails.
		second := addUser(t, s, "second@example.com", "ADMIN")
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, id := range []string{first.ID, second.ID} {
			wg.Go(func() { _, errs[i] = s.ChangeUser(ctx, id, store.UserChange{Role: &role}) })
		}
		wg.Wait()
		if errors.Is(errs[0], store.ErrLastAdmin) == errors.Is(errs[1], store.ErrLastAdmin) {
			t.Errorf("two demotions at once gave %v and %v", errs[0], errs[1])
		}
	})
}

func TestDeleteUserEndsEverything(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		addUser(t, s, "admin@example.com", "ADMIN")
		u := addUser(t, s, "grace@example.com", "USER")
		for _, err := range []error{
			s.AddKey(ctx, &store.Key{ID: "k", UserID: u.ID, Hash: "h"}, 2),
			s.AddSession(ctx, &store.Session{ID: "s", UserID: u.ID}, time.Time{}),
			s.AddToken(ctx, &store.Token{ID: "t", UserID: u.ID, Purpose: store.TokenReset, Expires: c.at.Add(time.Hour)}),
			s.DeleteUser(ctx, u.ID),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		_, _, key := s.KeyOwner(ctx, "k")
		_, _, session := s.SessionOwner(ctx, "s")
		_, _, token := s.TokenOwner(ctx, "t")
		for what, err := range map[string]error{"key": key, "session": session, "token": token, "second deletion": s.DeleteUser(ctx, u.ID)} {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("the %s: %v", what, err)
			}
		}
	})
}

func TestSignInSSO(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		sign := func(subject, email, first, role string) (store.User, bool, bool) {
			t.Helper()
			u, added, kept, err := s.SignInSSO(ctx, store.User{Subject: subject, Email: email, FirstName: first, Role: role})
			if err != nil {
				t.Fatal(err)
			}
			return u, added, kept
		}
		made, added, _ := sign("sub-1", "ada@example.com", "Ada", "ADMIN")
		if !added || made.Status != store.UserActive || !made.SSO || made.Role != "ADMIN" {
			t.Errorf("somebody new is %+v, added %v", made, added)
		}
		// The only administrator keeps the role.
		again, added, kept := sign("sub-1", "ada@other.example.com", "", "USER")
		if added || !kept || again.ID != made.ID || again.Role != "ADMIN" || again.FirstName != "Ada" {
			t.Errorf("the same subject is %+v, added %v, kept %v", again, added, kept)
		}
		addUser(t, s, "admin@example.com", "ADMIN")
		if again, _, kept = sign("sub-1", "ada@example.com", "", "USER"); kept || again.Role != "USER" {
			t.Errorf("the role is %s, kept %v", again.Role, kept)
		}

		// Who was invited is found by the email, and the link ends.
		invited := store.User{Email: "Grace@example.com", Role: "USER", Status: store.UserInvited}
		if err := s.AddUser(ctx, &invited); err != nil {
			t.Fatal(err)
		}
		if err := s.AddToken(ctx, &store.Token{ID: "t", UserID: invited.ID, Purpose: store.TokenInvitation, Expires: c.at.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		grace, added, _ := sign("sub-2", "grace@example.com", "", "READ_ONLY")
		if added || grace.ID != invited.ID || grace.Status != store.UserActive || grace.Role != "READ_ONLY" || grace.Subject != "sub-2" {
			t.Errorf("an invited user is %+v, added %v", grace, added)
		}
		if _, _, err := s.TokenOwner(ctx, "t"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the invitation holds: %v", err)
		}
		if _, _, _, err := s.SignInSSO(ctx, store.User{Subject: "sub-3", Email: "grace@example.com", Role: "ADMIN"}); !errors.Is(err, store.ErrExists) {
			t.Errorf("another subject with the same email: %v", err)
		}
	})
}
