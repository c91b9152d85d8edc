package delta

import (
	"slices"

	"github.com/surety-cloud/surety/internal/cloud"
)

// maxAlign bounds the product of the lengths of two lists that are compared
// each with each; longer ones are compared in order.
const maxAlign = 4_000_000

// align gives for each element of after the index of the element of before
// that it was, or None: the alignment in order under which the most stays the
// same.
func align(before, after []any) []int {
	out := make([]int, len(after))
	for i := range out {
		out[i] = None
	}
	head := 0
	for head < len(before) && head < len(after) && Equal(before[head], after[head]) {
		out[head] = head
		head++
	}
	tail := 0
	for tail < len(before)-head && tail < len(after)-head && Equal(before[len(before)-1-tail], after[len(after)-1-tail]) {
		tail++
		out[len(after)-tail] = len(before) - tail
	}
	b, a := before[head:len(before)-tail], after[head:len(after)-tail]
	if len(b)*len(a) > maxAlign {
		inOrder(b, a, head, out)
		return out
	}
	for i, old := range best(b, a) {
		if old != None {
			out[head+i] = head + old
		}
	}
	return out
}

// inOrder pairs equal elements greedily.
func inOrder(before, after []any, head int, out []int) {
	next := 0
	for i := range after {
		found := slices.IndexFunc(before[next:], func(v any) bool { return Equal(v, after[i]) })
		if found >= 0 {
			out[head+i] = head + next + found
			next += found + 1
		}
	}
}

// best is the alignment with the highest sum of likeness. What is hardly alike
// is only paired where nothing else is left for either.
func best(before, after []any) []int {
	like := make([][]float64, len(before))
	for i := range before {
		like[i] = make([]float64, len(after))
		for j := range after {
			like[i][j] = likeness(before[i], after[j])
		}
	}
	out := pair(like, 0, len(before), 0, len(after), hardly)
	i, j := 0, 0
	for end := 0; end <= len(after); end++ {
		until := len(before)
		if end < len(after) {
			if out[end] == None {
				continue
			}
			until = out[end]
		}
		for k, old := range pair(like, i, until, j, end, 0) {
			out[j+k] = old
		}
		i, j = until+1, end+1
	}
	return out
}

// hardly is the likeness below which two objects are rather taken for
// different ones: a rule for SSH that goes, and the lower half of the wide one
// below it.
const hardly = 0.6

// pair aligns before[i:n] with after[j:m], by likeness above a threshold.
func pair(like [][]float64, i, n, j, m int, above float64) []int {
	worth := func(a, b int) float64 { return like[a][b] - above }
	score := make([][]float64, n-i+1)
	for a := range score {
		score[a] = make([]float64, m-j+1)
	}
	for a := n - 1; a >= i; a-- {
		for b := m - 1; b >= j; b-- {
			s := max(score[a-i+1][b-j], score[a-i][b-j+1])
			if worth(a, b) > 0 {
				s = max(s, score[a-i+1][b-j+1]+worth(a, b))
			}
			score[a-i][b-j] = s
		}
	}
	out := make([]int, m-j)
	for b := range out {
		out[b] = None
	}
	for a, b := i, j; a < n && b < m; {
		switch {
		case worth(a, b) > 0 && score[a-i][b-j] == score[a-i+1][b-j+1]+worth(a, b):
			out[b-j] = a
			a, b = a+1, b+1
		case score[a-i][b-j] == score[a-i+1][b-j]:
			a++
		default:
			b++
		}
	}
	return out
}

// whole is the likeness of equal values. It outweighs any number of values
// that are merely alike, so that what is equal stays where it stands.
const whole = 1000

// likeness is whole for equal values, up to 1 for objects that share fields,
// and 0 for values that have nothing in common.
func likeness(a, b any) float64 {
	if Equal(a, b) {
		return whole
	}
	return alike(a, b)
}

// alike is the part of the fields that two objects share. That a field is
// there in both counts for little: objects of one list mostly have the same.
func alike(a, b any) float64 {
	x, ok := a.(map[string]any)
	if !ok {
		return 0
	}
	y, ok := b.(map[string]any)
	switch {
	case !ok || !narrows(x, y):
		return 0
	case len(x) == 0 || len(y) == 0:
		return 0.01 // an empty one may have been meant to be filled
	}
	same := 0.0
	for name, v := range x {
		switch other := y[name]; {
		case Equal(v, other):
			same++
		case other != nil && container(v) && container(other):
			same += 0.1
		case other != nil:
			same += 0.01
		}
	}
	return same / float64(max(len(x), len(y)))
}

// narrows tells whether y may be what is left of x, if both are rules of a
// security group: a correction never opens another protocol or port.
func narrows(x, y map[string]any) bool {
	if x["IpProtocol"] == nil || y["IpProtocol"] == nil {
		return true
	}
	if all := x["IpProtocol"] == "-1" || x["IpProtocol"] == "all"; all {
		return true
	}
	if !Equal(x["IpProtocol"], y["IpProtocol"]) {
		return false
	}
	from, hasFrom := float(x["FromPort"])
	to, hasTo := float(x["ToPort"])
	first, hasFirst := float(y["FromPort"])
	last, hasLast := float(y["ToPort"])
	known := hasFrom && hasTo && hasFirst && hasLast
	return !known || from < 0 || first >= from && last <= to
}

func container(v any) bool {
	switch v.(type) {
	case []any, map[string]any:
		return true
	}
	return false
}

// nearest is the element that v is most like, and how much it is; the last of
// several. None when v is like no element.
func nearest(before []any, v any) (found int, most float64) {
	if _, unknown := v.(*cloud.Unresolved); unknown {
		if i := slices.IndexFunc(before, func(b any) bool { return Equal(b, v) }); i >= 0 {
			return i, 1
		}
		return None, 0
	}
	found = None
	for i, b := range before {
		if n := alike(b, v); n > 0 && n >= most {
			found, most = i, n
		}
	}
	return found, most
}
