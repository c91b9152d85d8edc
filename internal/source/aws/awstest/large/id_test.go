package large

import (
	"testing"
	"time"
)

func TestMixIsAPermutation(t *testing.T) {
	for _, x := range []uint64{0, 1, 2, 1 << 31, 1<<63 + 12345, ^uint64(0)} {
		if got := unmix(mix(x)); got != x {
			t.Errorf("unmix(mix(%d)) = %d", x, got)
		}
	}
}

func TestIDsAreFoundAgain(t *testing.T) {
	a := newAccount("123456789012", 7, time.Now())
	seen := map[string]bool{}
	for r := range regions {
		for i := range a.count(instances, r) {
			id := a.id("i", instances, r, i)
			if seen[id] {
				t.Fatalf("%s names two instances", id)
			}
			seen[id] = true
			if got, ok := a.indexOf(id, "i", instances, r); !ok || got != i {
				t.Fatalf("indexOf(%s) = %d, %v, want %d", id, got, ok, i)
			}
			if _, ok := a.indexOf(id, "i", instances, (r+1)%len(regions)); ok {
				t.Fatalf("%s is found in a region where it is not", id)
			}
			if _, ok := a.indexOf("vol"+id[1:], "vol", volumes, r); ok {
				t.Fatalf("%s is found as a volume", id)
			}
		}
	}
	if len(seen) != 12906 {
		t.Errorf("%d instances, want 12906", len(seen))
	}
	for _, bad := range []string{"", "i-", "i-0123", "i-zzzzzzzzzzzzzzzzz", "i-00000000000000000"} {
		if _, ok := a.indexOf(bad, "i", instances, 0); ok {
			t.Errorf("indexOf(%q) finds an instance", bad)
		}
	}
}

func TestTotals(t *testing.T) {
	a := newAccount("123456789012", 7, time.Now())
	for k, want := range regional {
		got := 0
		for r := range regions {
			got += a.count(k, r)
		}
		if got != want {
			t.Errorf("kind %d: %d in all regions, want %d", k, got, want)
		}
	}
	for r := range regions[1:] {
		if a.count(instances, r+1) >= a.count(instances, 0) {
			t.Errorf("%s has as many instances as us-east-1", regions[r+1].name)
		}
	}
}
