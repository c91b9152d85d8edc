package cloud

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTruthTables(t *testing.T) {
	a, b := &Unresolved{Reason: "a"}, &Unresolved{Reason: "b"}
	yes, no, ua, ub := Known(true), Known(false), UnknownTruth(a), UnknownTruth(b)
	both := UnknownTruth(a, b)
	tests := []struct {
		name      string
		x, y      Truth
		and, or   Truth
		notX      Truth
		xAsString string
	}{
		{"true true", yes, yes, yes, yes, no, "true"},
		{"true false", yes, no, no, yes, no, "true"},
		{"false false", no, no, no, no, yes, "false"},
		{"false unknown", no, ua, no, ua, yes, "false"},
		{"true unknown", yes, ua, ua, yes, no, "true"},
		{"unknown unknown", ua, ub, both, both, ua, "unknown: a"},
		{"same unknown", ua, ua, ua, ua, ua, "unknown: a"},
		{"both unknown", both, no, no, both, both, "unknown: a; b"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, pair := range [][2]Truth{{test.x, test.y}, {test.y, test.x}} {
				if got := pair[0].And(pair[1]); !same(got, test.and) {
					t.Errorf("%v and %v = %v, want %v", pair[0], pair[1], got, test.and)
				}
				if got := pair[0].Or(pair[1]); !same(got, test.or) {
					t.Errorf("%v or %v = %v, want %v", pair[0], pair[1], got, test.or)
				}
			}
			if diff := cmp.Diff(test.notX, test.x.Not()); diff != "" {
				t.Errorf("not %v (-want +got):\n%s", test.x, diff)
			}
			if got := test.x.String(); got != test.xAsString {
				t.Errorf("String() = %q, want %q", got, test.xAsString)
			}
		})
	}
}

// same compares two answers; the order of the reasons does not matter.
func same(a, b Truth) bool {
	if a.IsTrue() != b.IsTrue() || a.IsFalse() != b.IsFalse() || len(a.Unknown) != len(b.Unknown) {
		return false
	}
	for _, u := range a.Unknown {
		if !slices.Contains(b.Unknown, u) {
			return false
		}
	}
	return true
}

func TestUnknownTruthIsNeverKnown(t *testing.T) {
	for _, got := range []Truth{UnknownTruth(), UnknownTruth(nil)} {
		if !got.IsUnknown() || got.IsTrue() || got.IsFalse() {
			t.Errorf("%v should be unknown", got)
		}
	}
}

func TestReasonsAreBounded(t *testing.T) {
	got := Known(false)
	for i := range 1000 {
		got = got.Or(UnknownTruth(&Unresolved{Reason: string(rune('a' + i))}))
	}
	if len(got.Unknown) != maxReasons {
		t.Errorf("%d reasons, want %d", len(got.Unknown), maxReasons)
	}
}
