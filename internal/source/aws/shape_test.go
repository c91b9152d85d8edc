package aws

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A collector may put what the SDK gives into a map of its own: pointers to
// what is not there, and times, among it.
func TestPlainValueInMaps(t *testing.T) {
	when := time.Date(2026, 11, 22, 13, 0, 0, 500, time.FixedZone("CET", 3600))
	got := plainValue(reflect.ValueOf(map[string]any{
		"Never": (*time.Time)(nil), "Nobody": (*string)(nil), "Then": &when, "Who": new("ada"), "At": when,
	}))
	want := map[string]any{"Never": nil, "Nobody": nil, "Then": "2026-11-22T12:00:00Z", "Who": "ada", "At": "2026-11-22T12:00:00Z"}
	if diff := cmp.Diff(any(want), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
