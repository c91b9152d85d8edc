package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/store"
)

func TestCustomStandards(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		made := store.CustomStandard{Name: "Ours", Version: "2", Type: "DRAFT", Enabled: true, Controls: []store.StandardControl{
			{ID: "1.1", Title: "Access", Headings: store.StandardHeadings{Level1: "A", Level2: "B"}, AWSRules: []string{"S3-001"}, AzureRules: []string{}, GCPRules: []string{}},
		}}
		if err := s.PutCustomStandard(ctx, &made); err != nil {
			t.Fatal(err)
		}
		if err := s.PutCustomStandard(ctx, &store.CustomStandard{Name: "Another", Type: "DRAFT"}); err != nil {
			t.Fatal(err)
		}
		got, err := s.CustomStandard(ctx, made.ID)
		if d := cmp.Diff(made, got); err != nil || d != "" {
			t.Errorf("the standard (-made +got):\n%s%v", d, err)
		}
		made.Enabled = false
		if err := s.PutCustomStandard(ctx, &made); err != nil {
			t.Fatal(err)
		}
		if list, err := s.CustomStandards(ctx); err != nil || len(list) != 2 || list[0].Name != "Another" || list[1].Enabled {
			t.Errorf("the standards are %+v, %v", list, err)
		}
		if err := s.DeleteCustomStandard(ctx, made.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.CustomStandard(ctx, made.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a deleted standard: %v", err)
		}
	})
}
