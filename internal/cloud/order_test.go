package cloud

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompareIDs(t *testing.T) {
	want := []string{
		"", "a", "a[0]", "a[1]", "a[2]", "a[9]", "a[10]", "a[10].b[2]", "a[10].b[11]", "a[11]", "a[100]", "a[",
		`a["1"]`, `a["10"]`, `a["2"]`, "a[1x]", "a[x]", "b10", "b9", "i-0a10", "i-0a9",
	}
	for i, a := range want {
		for j, b := range want {
			if got := CompareIDs(a, b); (got < 0) != (i < j) || (got > 0) != (i > j) {
				t.Errorf("CompareIDs(%q, %q) = %d", a, b, got)
			}
		}
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, CompareIDs)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
