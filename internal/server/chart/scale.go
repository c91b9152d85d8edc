package chart

import "math"

// A scale is the vertical axis: from low at the bottom to high at the top, in
// percent, with a tick each step.
type scale struct {
	low, high, step int
}

// leastSpan is the least that an axis covers, in percentage points. With less,
// a change that means nothing would fill the picture.
const leastSpan = 10

// scaleOf is the axis for values: round numbers about them, at most five
// steps. It begins at 0 where that is near.
func scaleOf(values ...[]*float64) scale {
	low, high := 100.0, 0.0
	for _, list := range values {
		for _, v := range list {
			if known(v) {
				low, high = min(low, *v), max(high, *v)
			}
		}
	}
	if low > high {
		return scale{0, 100, 20}
	}
	if lack := leastSpan - (high - low); lack > 0 {
		low = max(low-lack/2, 0)
		high = min(low+leastSpan, 100)
		low = high - leastSpan
	}
	var s scale
	for _, step := range []int{2, 5, 10, 20} {
		s = scale{int(math.Floor(low/float64(step))) * step, int(math.Ceil(high/float64(step))) * step, step}
		if s.low <= 20 {
			s.low = 0
		}
		if (s.high-s.low)/step <= 5 {
			break
		}
	}
	return s
}

// ticks are the values that are labelled, from the top down.
func (s scale) ticks() []int {
	var list []int
	for v := s.high; v >= s.low; v -= s.step {
		list = append(list, v)
	}
	return list
}

// y is where a value lies, from the top.
func (s scale) y(v float64) place {
	return place((float64(s.high) - v) / float64(s.high-s.low) * 100)
}

// x is the middle of the i-th of n columns of the same width.
func x(i, n int) place {
	return place((float64(i) + 0.5) / float64(n) * 100)
}

// labelledDays are the days of n that get a label: the last one, and back from
// it in steps that people count in, at most five.
func labelledDays(n int) []int {
	step := 1
	for _, step = range []int{1, 2, 3, 7, 14, 28, 56, 91} {
		if (n-1)/step < 5 {
			break
		}
	}
	var list []int
	for i := n - 1; i >= 0; i -= step {
		list = append(list, i)
	}
	return list
}
