package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/store"
)

func TestViews(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		for _, id := range []string{"u1", "u2"} {
			if err := s.AddUser(ctx, &store.User{ID: id, Email: id + "@example.com", Role: "USER", Status: store.UserActive}); err != nil {
				t.Fatal(err)
			}
		}
		own := &store.View{UserID: "u1", Name: "a", Query: "filter[riskLevels]=EXTREME"}
		shared := &store.View{UserID: "u1", Name: "b", Query: "", Shared: true}
		theirs := &store.View{UserID: "u2", Name: "c"}
		for _, v := range []*store.View{theirs, shared, own} {
			if err := s.AddView(ctx, v, 2); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.AddView(ctx, &store.View{UserID: "u1", Name: "d"}, 2); !errors.Is(err, store.ErrTooMany) {
			t.Errorf("a third view: %v", err)
		}
		if err := s.AddView(ctx, &store.View{UserID: "u3", Name: "d"}, 2); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a view of nobody: %v", err)
		}
		seen := func(user string, want ...store.View) {
			t.Helper()
			got, err := s.Views(ctx, user)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("the views of %s (-want +got):\n%s", user, d)
			}
		}
		seen("u1", *own, *shared)
		seen("u2", *shared, *theirs)

		c.at = c.at.Add(time.Hour)
		shared.Name, shared.Query, shared.Shared = "z", "accountIds=all", false
		if err := s.ChangeView(ctx, shared); err != nil {
			t.Fatal(err)
		}
		if got, err := s.View(ctx, shared.ID); err != nil || got != *shared || got.Modified.Equal(got.Created) {
			t.Errorf("the changed view is %+v: %v", got, err)
		}
		seen("u2", *theirs)
		if err := s.DeleteView(ctx, own.ID); err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{s.DeleteView(ctx, own.ID), s.ChangeView(ctx, own)} {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("a view that is gone: %v", err)
			}
		}
		// The views of a user go with them.
		if err := s.DeleteUser(ctx, "u1"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.View(ctx, shared.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a view of a user who is gone: %v", err)
		}
	})
}
