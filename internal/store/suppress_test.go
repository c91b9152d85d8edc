package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/store"
)

func TestSuppress(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		a := addAccount(t, s, "111122223333")
		scan(t, s, store.Merge{Account: a.Num, Checks: []store.Found{bucket("a", store.Failure), bucket("b", store.Success)}})
		get := func(name string) *store.Check {
			t.Helper()
			k, err := s.Check(ctx, a.Num, "S3-001", "us-east-1", name)
			if err != nil {
				t.Fatal(err)
			}
			return &k
		}
		if err := s.Suppress(ctx, get("b"), true, time.Time{}, "", "me"); !errors.Is(err, store.ErrNotFailing) {
			t.Errorf("a success was suppressed: %v", err)
		}
		if err := s.Suppress(ctx, get("a"), true, c.at.Add(time.Hour), "why", "me"); err != nil {
			t.Fatal(err)
		}
		if k := get("a"); !k.Suppressed || !k.SuppressedUntil.Equal(c.at.Add(time.Hour)) || k.UpdatedBy != "me" {
			t.Errorf("the suppressed check is %+v", k)
		}
		consistent(t, s, a.Num, 2)
		if n, err := s.EndSuppressions(ctx); err != nil || n != 0 {
			t.Errorf("%d were lifted before their time: %v", n, err)
		}
		c.at = c.at.Add(time.Hour)
		if n, err := s.EndSuppressions(ctx); err != nil || n != 1 || get("a").Suppressed {
			t.Errorf("%d were lifted: %v", n, err)
		}
		consistent(t, s, a.Num, 2)
	})
}

func TestSuppressAll(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		a, other := addAccount(t, s, "111122223333"), addAccount(t, s, "444455556666")
		checks := []store.Found{bucket("a", store.Failure), bucket("b", store.Failure), bucket("c", store.Success), bucket("d", store.Unknown)}
		resources := []store.Seen{{Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: "a", Tags: map[string]string{"team": "x"}, Doc: []byte(`{}`)}}
		scan(t, s, store.Merge{Account: a.Num, Checks: checks, Resources: resources})
		scan(t, s, store.Merge{Account: other.Num, Checks: checks})
		tagged := &store.CheckFilter{Tags: []string{"team::x"}}
		for _, step := range []struct {
			name   string
			filter *store.CheckFilter
			to     store.Suppression
			dry    bool
			want   int64
		}{
			{"dry", &store.CheckFilter{}, store.Suppression{Suppressed: true, Note: "n", By: "me"}, true, 2},
			{"by tag", tagged, store.Suppression{Suppressed: true, Note: "it's fine", By: "me"}, false, 1},
			{"again", tagged, store.Suppression{Suppressed: true, By: "me"}, false, 0},
			{"until a time", &store.CheckFilter{Rules: []string{"S3-001"}}, store.Suppression{Suppressed: true, Until: c.at.Add(time.Hour), By: "me"}, false, 2},
			{"until the same time", &store.CheckFilter{}, store.Suppression{Suppressed: true, Until: c.at.Add(time.Hour), By: "me"}, false, 0},
			{"lifted", tagged, store.Suppression{Note: "no longer", By: "you"}, false, 1},
			{"lifted again", tagged, store.Suppression{By: "you"}, true, 0},
		} {
			c.at = c.at.Add(time.Second)
			if n, err := s.SuppressAll(ctx, a.Num, step.filter, &step.to, step.dry); err != nil || n != step.want {
				t.Errorf("%s: %d, not %d: %v", step.name, n, step.want, err)
			}
			consistent(t, s, a.Num, 4)
		}
		k, err := s.Check(ctx, a.Num, "S3-001", "us-east-1", "a")
		if err != nil || k.Suppressed || !k.SuppressedUntil.IsZero() || k.UpdatedBy != "you" {
			t.Errorf("the check is %+v, %v", k, err)
		}
		notes, err := s.Notes(ctx, a.Num, k.ID, 10)
		if err != nil || len(notes) != 2 || notes[0].Note != "no longer" || notes[1].Note != "it's fine" || notes[1].By != "me" {
			t.Errorf("the notes are %+v, %v", notes, err)
		}
		if counts, err := s.CountChecks(ctx, []int64{other.Num}, &store.CheckFilter{Suppressed: new(bool)}); err != nil || counts[other.Num] != 4 {
			t.Errorf("of the other account %v are not suppressed: %v", counts, err)
		}
	})
}
