package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/store"
)

func setting(t testing.TB, text string) conformity.Setting {
	t.Helper()
	s, err := conformity.ParseSetting([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// rules are the ids of settings, in their order, with what is disabled in lower
// case.
func rules(settings []conformity.Setting) string {
	var ids []string
	for _, s := range settings {
		if s.Enabled {
			ids = append(ids, s.ID)
		} else {
			ids = append(ids, strings.ToLower(s.ID))
		}
	}
	return strings.Join(ids, " ")
}

func TestAccountSettings(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		a := addAccount(t, s, "111122223333")
		put := func(note store.RuleNote, list ...conformity.Setting) (before, after []conformity.Setting) {
			t.Helper()
			before, after, err := s.ChangeAccountSettings(ctx, a.Num, note, func(own []conformity.Setting) ([]conformity.Setting, error) {
				return conformity.Put(own, list...), nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return before, after
		}
		on := func(id string) conformity.Setting { return setting(t, `{"id":"`+id+`","enabled":true}`) }
		off := func(id string) conformity.Setting { return setting(t, `{"id":"`+id+`","enabled":false}`) }
		put(store.RuleNote{}, on("S3-002"), on("EC2-001"))
		before, after := put(store.RuleNote{Note: "why", By: "u1"}, off("S3-002"), on("RDS-001"), on("EC2-001"))
		if rules(before) != "S3-002 EC2-001" || rules(after) != "s3-002 EC2-001 RDS-001" {
			t.Errorf("before %s, after %s", rules(before), rules(after))
		}
		list, err := s.AccountSettings(ctx, a.Num)
		if err != nil || rules(list) != "s3-002 EC2-001 RDS-001" {
			t.Errorf("the settings are %s, %v", rules(list), err)
		}
		for rule, want := range map[string]int{"S3-002": 1, "RDS-001": 1, "EC2-001": 0} {
			if notes, err := s.SettingNotes(ctx, a.Num, rule, 10); err != nil || len(notes) != want {
				t.Errorf("%s has the notes %+v, %v", rule, notes, err)
			}
		}
		c.at = c.at.Add(time.Second)
		put(store.RuleNote{Note: "again", By: "u2", Rules: []string{"S3-002"}})
		notes, err := s.SettingNotes(ctx, a.Num, "S3-002", 10)
		if err != nil || len(notes) != 2 || notes[0].Note != "again" || notes[0].By != "u2" || !notes[0].At.Equal(c.at) {
			t.Errorf("the notes are %+v, %v", notes, err)
		}
		// Another order, and one less.
		if _, _, err := s.ChangeAccountSettings(ctx, a.Num, store.RuleNote{}, func(own []conformity.Setting) ([]conformity.Setting, error) {
			return []conformity.Setting{own[2], own[0]}, nil
		}); err != nil {
			t.Fatal(err)
		}
		if list, err := s.AccountSettings(ctx, a.Num); err != nil || rules(list) != "RDS-001 s3-002" {
			t.Errorf("the settings are %s, %v", rules(list), err)
		}
		// What fails leaves everything as it was.
		refused := errors.New("no")
		if _, _, err := s.ChangeAccountSettings(ctx, a.Num, store.RuleNote{}, func([]conformity.Setting) ([]conformity.Setting, error) { return nil, refused }); !errors.Is(err, refused) {
			t.Errorf("the error is %v", err)
		}
		if list, err := s.AccountSettings(ctx, a.Num); err != nil || rules(list) != "RDS-001 s3-002" {
			t.Errorf("the settings are %s, %v", rules(list), err)
		}
		if _, _, err := s.ChangeAccountSettings(ctx, 999, store.RuleNote{}, nil); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("an account that is not there: %v", err)
		}
	})
}

// TestAccountSettingsTogether has many change the settings of one account at
// once: no change is lost.
func TestAccountSettingsTogether(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		a := addAccount(t, s, "111122223333")
		const many = 8
		var all sync.WaitGroup
		for i := range many {
			one := setting(t, fmt.Sprintf(`{"id":"S3-%03d","enabled":true}`, i))
			all.Go(func() {
				if _, _, err := s.ChangeAccountSettings(context.Background(), a.Num, store.RuleNote{}, func(own []conformity.Setting) ([]conformity.Setting, error) {
					return conformity.Put(own, one), nil
				}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if list, err := s.AccountSettings(context.Background(), a.Num); err != nil || len(list) != many {
			t.Errorf("of %d settings there are %s, %v", many, rules(list), err)
		}
	})
}
