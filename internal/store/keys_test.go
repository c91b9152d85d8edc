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

func TestKeys(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		a := addAccount(t, s, "111122223333")
		u := store.User{Email: "grace@example.com", Role: "USER", Status: store.UserActive, Access: map[string]string{a.ID: "FULL"}}
		if err := s.AddUser(ctx, &u); err != nil {
			t.Fatal(err)
		}
		want := store.Key{ID: "k1", UserID: u.ID, Hash: "hash"}
		if err := s.AddKey(ctx, &want, 2); err != nil {
			t.Fatal(err)
		}
		get := func() store.Key {
			t.Helper()
			k, owner, err := s.KeyOwner(ctx, "k1")
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(u, owner); d != "" {
				t.Errorf("the owner (-want +got):\n%s", d)
			}
			return k
		}
		if d := cmp.Diff(want, get()); d != "" {
			t.Errorf("the key (-want +got):\n%s", d)
		}

		// Its use is written down once a minute.
		first := c.at
		for _, step := range []struct{ after, noted time.Duration }{{0, 0}, {59 * time.Second, 0}, {61 * time.Second, 61 * time.Second}} {
			c.at = first.Add(step.after)
			k := get()
			if err := s.UseKey(ctx, &k); err != nil {
				t.Fatal(err)
			}
			if got := get().LastUsed; !got.Equal(first.Add(step.noted)) {
				t.Errorf("after %v the last use is %v", step.after, got)
			}
		}

		// Others cannot touch it.
		if err := s.SetKeyStatus(ctx, "somebody", "k1", store.KeyDisabled); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("somebody else disabled the key: %v", err)
		}
		if err := s.DeleteKey(ctx, "somebody", "k1"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("somebody else deleted the key: %v", err)
		}
		if err := s.SetKeyStatus(ctx, u.ID, "k1", store.KeyDisabled); err != nil || get().Status != store.KeyDisabled {
			t.Errorf("the key is %s, %v", get().Status, err)
		}
		if err := s.AddKey(ctx, &store.Key{ID: "k2", UserID: "somebody"}, 2); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a key for nobody: %v", err)
		}

		// Of several made at once only as many are kept as are allowed; a
		// disabled one counts.
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wg.Go(func() { errs[i] = s.AddKey(ctx, &store.Key{ID: "n" + string(rune('0'+i)), UserID: u.ID}, 2) })
		}
		wg.Wait()
		keys, err := s.Keys(ctx, u.ID)
		if err != nil || len(keys) != 2 {
			t.Errorf("there are %d keys, %v; the calls gave %v", len(keys), err, errs)
		}
		if err := s.DeleteKey(ctx, u.ID, "k1"); err != nil {
			t.Error(err)
		}
		if _, _, err := s.KeyOwner(ctx, "k1"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a deleted key: %v", err)
		}
	})
}
