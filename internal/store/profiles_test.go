package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/store"
)

func TestProfiles(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		first := store.Profile{Name: "b", Description: "second"}
		if err := s.AddProfile(ctx, &first, []conformity.Setting{setting(t, `{"id":"S3-002","enabled":true}`), setting(t, `{"id":"EC2-001","enabled":false}`)}); err != nil {
			t.Fatal(err)
		}
		if err := s.AddProfile(ctx, &store.Profile{Name: "a"}, nil); err != nil {
			t.Fatal(err)
		}
		list, err := s.Profiles(ctx)
		if err != nil || len(list) != 2 || list[0].Name != "a" || list[1].Description != "second" {
			t.Fatalf("the profiles are %+v, %v", list, err)
		}
		if settings, err := s.ProfileSettings(ctx, first.ID); err != nil || rules(settings) != "ec2-001 S3-002" {
			t.Errorf("the settings are %s, %v", rules(settings), err)
		}
		p := store.Profile{ID: first.ID}
		if err := s.ChangeProfile(ctx, &p, false, func(p *store.Profile, own []conformity.Setting) ([]conformity.Setting, error) {
			p.Name = "c"
			return conformity.Put(own[:1], setting(t, `{"id":"RDS-001","enabled":true}`)), nil
		}); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Profile(ctx, first.ID); err != nil || got.Name != "c" || got.Description != "second" || !got.Created.Equal(first.Created) {
			t.Errorf("the profile is %+v, %v", got, err)
		}
		if settings, err := s.ProfileSettings(ctx, first.ID); err != nil || rules(settings) != "ec2-001 RDS-001" {
			t.Errorf("after a change the settings are %s, %v", rules(settings), err)
		}

		own := store.Profile{ID: "organisation-o1", Name: "own"}
		change := func(_ *store.Profile, own []conformity.Setting) ([]conformity.Setting, error) {
			return conformity.Put(own, setting(t, `{"id":"S3-001","enabled":true}`)), nil
		}
		if err := s.ChangeProfile(ctx, &own, false, change); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a profile that is not there: %v", err)
		}
		if err := s.ChangeProfile(ctx, &own, true, change); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Profile(ctx, own.ID); err != nil || got.Name != "own" {
			t.Errorf("the profile that was made is %+v, %v", got, err)
		}
		if err := s.DeleteProfile(ctx, first.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.DeleteProfile(ctx, first.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the second deletion: %v", err)
		}
		if settings, err := s.ProfileSettings(ctx, first.ID); err != nil || len(settings) != 0 {
			t.Errorf("a deleted profile has the settings %s, %v", rules(settings), err)
		}
	})
}
