package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/store"
)

func TestReportConfigs(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		a := addAccount(t, s, "111122223333")
		g := store.Group{Name: "Payments"}
		if err := s.PutGroup(ctx, &g); err != nil {
			t.Fatal(err)
		}
		configuration := json.RawMessage(`{"title":"x","b":false}`)
		of := map[string]store.ReportConfig{
			"account":      {ID: a.ID + ":report-config:1", Account: a.Num, AccountID: a.ID, Configuration: configuration, CreatedBy: "u", Created: c.at},
			"group":        {ID: g.ID + ":report-config:2", GroupID: g.ID, Configuration: configuration, CreatedBy: "u", Created: c.at},
			"organisation": {ID: "o:report-config:3", Configuration: configuration, CreatedBy: "u", Created: c.at},
		}
		for _, r := range of {
			if err := s.AddReportConfig(ctx, &r); err != nil {
				t.Fatal(err)
			}
		}
		for name, r := range of {
			list, err := s.ReportConfigs(ctx, r.Account, r.GroupID)
			if d := cmp.Diff([]store.ReportConfig{r}, list); d != "" || err != nil {
				t.Errorf("those of the %s: %v (-want +got):\n%s", name, err, d)
			}
		}
		changed := of["account"]
		changed.Configuration = json.RawMessage(`{"title":"y"}`)
		if err := s.UpdateReportConfig(ctx, changed.ID, changed.Configuration); err != nil {
			t.Fatal(err)
		}
		got, err := s.ReportConfig(ctx, changed.ID)
		if d := cmp.Diff(changed, got); d != "" || err != nil {
			t.Errorf("after a change: %v (-want +got):\n%s", err, d)
		}
		// A config goes with its group.
		if err := s.DeleteGroup(ctx, g.ID); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{of["group"].ID, "none"} {
			if _, err := s.ReportConfig(ctx, id); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: %v", id, err)
			}
		}
		if err := s.DeleteReportConfig(ctx, changed.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.UpdateReportConfig(ctx, changed.ID, configuration); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a change of what is deleted: %v", err)
		}
	})
}
