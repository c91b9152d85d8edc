package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/store"
)

func TestChannels(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		a := addAccount(t, s, "111122223333")
		own := store.Channel{
			ID: a.ID + ":communication:slack-x", Account: a.Num, AccountID: a.ID, Channel: "slack", Enabled: true,
			Filter: json.RawMessage(`{"b":1,"a":2}`), Configuration: json.RawMessage(`{"url":"https://x"}`), Created: c.at,
		}
		all := store.Channel{ID: "communication:sns-y", Channel: "sns", Manual: true, Configuration: json.RawMessage(`{}`), Created: c.at}
		if err := s.AddChannels(ctx, []store.Channel{own, all}); err != nil {
			t.Fatal(err)
		}
		if err := s.AddChannels(ctx, []store.Channel{{ID: "communication:sns-z", Channel: "sns"}, all}); err == nil {
			t.Error("the same id was added twice")
		}
		for num, want := range map[int64][]store.Channel{a.Num: {own}, 0: {all}} {
			got, err := s.Channels(ctx, num)
			if d := cmp.Diff(want, got); d != "" || err != nil {
				t.Errorf("of %d: %v (-want +got):\n%s", num, err, d)
			}
		}
		own.Enabled, own.Manual, own.Filter, own.Configuration = false, true, nil, json.RawMessage(`{"url":"https://y"}`)
		if err := s.UpdateChannel(ctx, &own); err != nil {
			t.Fatal(err)
		}
		got, err := s.Channel(ctx, own.ID)
		if d := cmp.Diff(own, got); d != "" || err != nil {
			t.Errorf("after a change: %v (-want +got):\n%s", err, d)
		}
		if err := s.DeleteAccount(ctx, a.Num); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Channel(ctx, own.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the channel of a deleted account: %v", err)
		}
		if err := s.DeleteChannel(ctx, all.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.DeleteChannel(ctx, all.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("deleted twice: %v", err)
		}
	})
}

func TestRecipients(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		a, b := addAccount(t, s, "111122223333"), addAccount(t, s, "444455556666")
		for _, u := range []store.User{
			{ID: "sees", Email: "a@x", Role: "USER", Access: map[string]string{a.ID: "READONLY"}},
			{ID: "other", Email: "b@x", Role: "USER", Access: map[string]string{b.ID: "FULL"}},
			{ID: "all", Email: "c@x", Role: "READ_ONLY"},
		} {
			if err := s.AddUser(ctx, &u); err != nil {
				t.Fatal(err)
			}
		}
		users := []string{"sees", "other", "all", "nobody"}
		got, err := s.Recipients(ctx, a.Num, users)
		if d := cmp.Diff(map[string]bool{"sees": true, "other": false, "all": true}, got); d != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, d)
		}
		got, err = s.Recipients(ctx, 0, users)
		if d := cmp.Diff(map[string]bool{"sees": true, "other": true, "all": true}, got); d != "" || err != nil {
			t.Errorf("of the organisation: %v (-want +got):\n%s", err, d)
		}
	})
}
