package customrule

import (
	"regexp"
	"testing"
)

func TestNewID(t *testing.T) {
	form := regexp.MustCompile(`^CUSTOM-[A-Z0-9]{6}$`)
	seen := map[string]bool{}
	letters := map[rune]bool{}
	for range 2000 {
		id := NewID()
		if !form.MatchString(id) {
			t.Fatalf("%q is not the id of a custom rule", id)
		}
		seen[id] = true
		for _, c := range id[len(IDPrefix):] {
			letters[c] = true
		}
	}
	// Two alike are expected in one run of a thousand, ten in none.
	if len(seen) < 1990 || len(letters) != 36 {
		t.Errorf("%d ids of 2000 differ, with %d letters", len(seen), len(letters))
	}
}
