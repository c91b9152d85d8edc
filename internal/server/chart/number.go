package chart

import (
	"math"
	"strconv"
)

// none stands where there is no number.
const none = "–"

// Percent writes a percentage with one decimal: "87.3%". It is cut rather than
// rounded, so that "100%" and "0%" are only said of all and of nothing; what is
// less than a tenth is "<0.1%". Nil, and what is no number from 0 to 100, is "–".
func Percent(v *float64) string {
	switch {
	case !known(v):
		return none
	case *v == 0:
		return "0%"
	case *v == 100:
		return "100%"
	case *v < 0.1:
		return "<0.1%"
	}
	// The small addition is for numbers such as 64.1, which times ten is less
	// than 641 in binary.
	tenths := math.Min(math.Floor(*v*10+1e-9), 999)
	return strconv.FormatFloat(tenths/10, 'f', 1, 64) + "%"
}

// Count writes a number with commas between its thousands: "12,345".
func Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	first := 0
	if n < 0 {
		first = 1
	}
	for i := len(s) - 3; i > first; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// known says whether v is a percentage.
func known(v *float64) bool {
	return v != nil && *v >= 0 && *v <= 100
}

// share is a part of a whole in a hundred; nil of nothing.
func share(part int64, whole float64) *float64 {
	if whole <= 0 {
		return nil
	}
	v := math.Min(float64(max(part, 0))/whole*100, 100)
	return &v
}

// A place is a position or a length in a hundred of the picture's box.
type place float64

// String is the number with at most two decimals, as coordinates in a view box
// of 100 by 100 have it.
func (p place) String() string {
	return strconv.FormatFloat(math.Round(float64(p)*100)/100, 'f', -1, 64)
}
