package chart

import (
	"math"
	"testing"
)

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		v    *float64
		want string
	}{
		{nil, "–"}, {of(math.NaN()), "–"}, {of(math.Inf(1)), "–"}, {of(-0.1), "–"}, {of(100.1), "–"},
		{of(0), "0%"}, {of(math.Copysign(0, -1)), "0%"}, {of(100), "100%"},
		{of(1e-9), "<0.1%"}, {of(0.0999), "<0.1%"}, {of(0.1), "0.1%"},
		{of(99.99), "99.9%"}, {of(math.Nextafter(100, 0)), "99.9%"},
		{of(87.36), "87.3%"}, {of(87), "87.0%"}, {of(64.1), "64.1%"}, {of(0.29 * 100), "29.0%"},
	} {
		if got := Percent(c.v); got != c.want {
			if c.v != nil {
				t.Errorf("Percent(%v) = %q, want %q", *c.v, got, c.want)
			} else {
				t.Errorf("Percent(nil) = %q, want %q", got, c.want)
			}
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0", 999: "999", 1000: "1,000", 123456: "123,456", 1234567: "1,234,567", -1: "-1", -123: "-123", -1234: "-1,234",
		math.MaxInt64: "9,223,372,036,854,775,807", math.MinInt64: "-9,223,372,036,854,775,808",
	} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}
