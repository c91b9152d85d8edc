package policy

import "strings"

// Covers tells whether everything that value stands for matches pattern, as
// IAM matches actions and resources: * is any run of characters, ? is any one.
// value may hold * and ? itself: "s3:*" covers "s3:Get*". A ${…} in either is
// one piece, which only itself, or a *, matches.
//
// Source: "IAM JSON policy elements: Resource" and "IAM policy elements:
// Variables and tags" in the IAM User Guide.
func Covers(pattern, value string) bool {
	if pattern == "*" || pattern == value {
		return true
	}
	if len(pattern) > maxPattern || len(value) > maxPattern || apart(pattern, value) {
		return false
	}
	return covers(pieces(pattern), pieces(value))
}

// CoversAction is [Covers] for actions, whose case does not matter.
func CoversAction(pattern, value string) bool {
	return !apart(pattern, value) && Covers(strings.ToLower(pattern), strings.ToLower(value))
}

// Overlaps tells whether something matches both patterns.
func Overlaps(a, b string) bool {
	if a == b || len(a) > maxPattern || len(b) > maxPattern {
		return true
	}
	return !apart(a, b) && overlaps(pieces(a), pieces(b))
}

// OverlapsAction is [Overlaps] for actions, whose case does not matter.
func OverlapsAction(a, b string) bool {
	if max(len(a), len(b)) <= maxPattern && apart(a, b) {
		return false
	}
	return Overlaps(strings.ToLower(a), strings.ToLower(b))
}

// apart tells whether two patterns differ, beyond the case of letters, before
// the first character of either that could stand for others, so that neither
// matches what the other does. Most pairs do, in a few characters.
func apart(a, b string) bool {
	for i := range max(len(a), len(b)) {
		x, xEnds := letter(a, i)
		y, yEnds := letter(b, i)
		switch {
		case x == 0 && !xEnds, y == 0 && !yEnds:
			return false
		case x != y:
			return true
		}
	}
	return false
}

// letter is the character of text at i in lower case; 0 where text ends, and
// for what may stand for another.
func letter(text string, i int) (c byte, ends bool) {
	if i >= len(text) {
		return 0, true
	}
	switch c = text[i]; {
	case c == '*', c == '?', c == '$', c >= 0x80, c == 0:
		return 0, false
	case 'A' <= c && c <= 'Z':
		return c + 'a' - 'A', false
	}
	return c, false
}

// maxPattern bounds what is matched, since matching takes time with the
// product of the lengths. No ARN has more than 2,048 characters; longer text
// covers only itself, and may overlap with anything.
const maxPattern = 4096

// pieces cuts text into characters, and each ${…} as a whole.
func pieces(text string) []string {
	out := make([]string, 0, len(text))
	for len(text) > 0 {
		n := 1
		if strings.HasPrefix(text, "${") {
			if end := closing(text); end > 0 {
				n = end
			}
		}
		out = append(out, text[:n])
		text = text[n:]
	}
	return out
}

// closing is the length of the ${…} that text begins with; 0 when it does not
// end.
func closing(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// isOne tells whether a piece is exactly one character, so that ? matches it.
// ${*}, ${?} and ${$} are how IAM writes these characters themselves.
func isOne(piece string) bool {
	switch piece {
	case "*":
		return false
	case "${*}", "${?}", "${$}":
		return true
	}
	return len(piece) == 1
}

func covers(pattern, value []string) bool {
	p, v := 0, 0
	star, resume := -1, 0
	for v < len(value) {
		switch {
		case p < len(pattern) && pattern[p] == "*":
			star, resume = p, v
			p++
		case p < len(pattern) && (pattern[p] == value[v] || pattern[p] == "?" && isOne(value[v])):
			p++
			v++
		case star >= 0:
			resume++
			p, v = star+1, resume
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == "*" {
		p++
	}
	return p == len(pattern)
}

func overlaps(a, b []string) bool {
	// reach[j] says whether a[:i] and b[:j] can match the same text.
	reach := make([]bool, len(b)+1)
	reach[0] = true
	for j := range b {
		reach[j+1] = reach[j] && b[j] == "*"
	}
	for i := range a {
		next := make([]bool, len(b)+1)
		next[0] = reach[0] && a[i] == "*"
		for j := range b {
			switch {
			case a[i] == "*" || b[j] == "*": // it stands for nothing, or for one piece more of the other
				next[j+1] = next[j] || reach[j+1]
			case a[i] == b[j], a[i] == "?" && isOne(b[j]), b[j] == "?" && isOne(a[i]):
				next[j+1] = reach[j]
			}
		}
		reach = next
	}
	return reach[len(b)]
}

// holes puts a * in place of every ${…} of text that is known in part, so that
// it covers whatever may come to stand there.
func holes(partial string) string {
	if partial == "" {
		return "*"
	}
	list := pieces(partial)
	for i, piece := range list {
		if len(piece) > 1 {
			list[i] = "*"
		}
	}
	return strings.Join(list, "")
}
