package cloud

import "cmp"

// CompareIDs orders the ids of resources as a person would: as text, but for
// the number of an instance, so that aws_instance.web[9] comes before
// aws_instance.web[10].
func CompareIDs(a, b string) int {
	same := 0
	for same < len(a) && same < len(b) && a[same] == b[same] {
		same++
	}
	// Both may be within a number that begins before they differ.
	start := same
	for start > 0 && digit(a[start-1]) {
		start--
	}
	if start == 0 || a[start-1] != '[' {
		return cmp.Compare(a, b)
	}
	lengthA, okA := index(a[start:])
	lengthB, okB := index(b[start:])
	switch {
	case okA && okB:
		return cmp.Or(cmp.Compare(lengthA, lengthB), cmp.Compare(a, b))
	case okA:
		return -1 // numbers come first, whatever the text
	case okB:
		return 1
	}
	return cmp.Compare(a, b)
}

// index tells whether text begins with a number and a closing bracket, and how
// many digits it has. Terraform writes no zeros before a number.
func index(text string) (digits int, ok bool) {
	for digits < len(text) && digit(text[digits]) {
		digits++
	}
	return digits, digits > 0 && digits < len(text) && text[digits] == ']'
}

func digit(c byte) bool { return '0' <= c && c <= '9' }
