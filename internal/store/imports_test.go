package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/store"
)

func TestImports(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		i := store.Import{
			Name: "Group", RoleARN: "arn:aws:iam::999988887777:role/Lister", ExternalID: "secret-8", RoleName: "SuretyReadOnly",
			Environment: "Production", Tags: []string{"group"}, Exclude: []string{"111122223333"},
		}
		if err := s.AddImport(ctx, &i); err != nil {
			t.Fatal(err)
		}
		same := func(what string) {
			t.Helper()
			got, err := s.Import(ctx, i.ID)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(i, got); d != "" {
				t.Errorf("%s (-want +got):\n%s", what, d)
			}
		}
		due := func(want ...string) {
			t.Helper()
			if got, err := s.DueImports(ctx); err != nil || !slices.Equal(got, want) {
				t.Errorf("due are %v, %v; want %v", got, err, want)
			}
		}
		same("added")
		due(i.ID)
		i.LastRun, i.NextRun, i.Failure = c.at, c.at.Add(time.Hour), "it could not be listed"
		if err := s.ImportRan(ctx, i.ID, i.Failure, i.NextRun); err != nil {
			t.Fatal(err)
		}
		same("run")
		due()
		c.at = c.at.Add(time.Minute)
		i.Name, i.Tags, i.Exclude, i.ExternalID = "All", []string{}, []string{}, ""
		if err := s.UpdateImport(ctx, &i); err != nil {
			t.Fatal(err)
		}
		same("changed")
		due(i.ID)
		if list, err := s.Imports(ctx); err != nil || len(list) != 1 {
			t.Errorf("the imports are %+v, %v", list, err)
		}

		// Its accounts outlive it.
		a := store.Account{Name: "shop", Environment: "Production", AWSID: "222233334444", ImportID: i.ID}
		if err := s.AddAccount(ctx, &a); err != nil {
			t.Fatal(err)
		}
		if err := s.DeleteImport(ctx, i.ID); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Account(ctx, a.ID); err != nil || got.ImportID != "" {
			t.Errorf("the account is %+v, %v", got, err)
		}
		for what, err := range map[string]error{
			"delete": s.DeleteImport(ctx, i.ID), "update": s.UpdateImport(ctx, &i), "run": s.ImportRan(ctx, i.ID, "", c.at),
		} {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s of an import that is gone: %v", what, err)
			}
		}
	})
}
