package chart

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestScale(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []*float64
		want   scale
	}{
		{"no values", nil, scale{0, 100, 20}},
		{"only what is no percentage", []*float64{of(math.NaN()), of(-5), of(1e300), nil}, scale{0, 100, 20}},
		{"all there is", []*float64{of(0), of(100)}, scale{0, 100, 20}},
		{"high and still", []*float64{of(99.97), of(99.99)}, scale{90, 100, 2}},
		{"low and still", []*float64{of(0)}, scale{0, 10, 2}},
		{"in the middle and still", []*float64{of(50)}, scale{45, 55, 5}},
		{"a span of thirty", []*float64{of(62), of(91)}, scale{60, 100, 10}},
		{"near 0", []*float64{of(21), of(58)}, scale{0, 60, 20}},
		{"from a third up", []*float64{of(41), of(97)}, scale{40, 100, 20}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := scaleOf(c.values)
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(scale{})); diff != "" {
				t.Error(diff)
			}
		})
	}
	for low := 0.0; low <= 100; low += 0.7 {
		for high := low; high <= 100; high += 0.9 {
			s := scaleOf([]*float64{&low, &high})
			if float64(s.low) > low || float64(s.high) < high || s.low < 0 || s.high > 100 || s.high-s.low < leastSpan ||
				(s.high-s.low)%s.step != 0 || len(s.ticks()) > 6 || len(s.ticks()) < 3 {
				t.Errorf("the axis for %g to %g is %+v with ticks %v", low, high, s, s.ticks())
			}
		}
	}
}

func TestLabelledDays(t *testing.T) {
	for n, want := range map[int][]int{
		1: {0}, 2: {1, 0}, 5: {4, 3, 2, 1, 0}, 7: {6, 4, 2, 0}, 30: {29, 22, 15, 8, 1}, 90: {89, 61, 33, 5}, 400: {399, 308, 217, 126, 35},
	} {
		if diff := cmp.Diff(want, labelledDays(n)); diff != "" {
			t.Errorf("%d days: %s", n, diff)
		}
	}
}
