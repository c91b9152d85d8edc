package bot

import (
	"strings"
	"testing"
)

func TestAbridged(t *testing.T) {
	list := []string{"first", "second", "third", "fourth"}
	for _, test := range []struct {
		list       []string
		most, size int
		want       string
	}{
		{nil, 3, 100, ""},
		{list[:2], 3, 100, "first; second"},
		{list, 4, 100, "first; second; third; fourth"},
		{list, 3, 100, "first; second; third; and 1 more"},
		{list, 4, 12, "first; second; and 2 more"},
		{[]string{strings.Repeat("a", 20), "b"}, 3, 10, strings.Repeat("a", 10) + "…; and 1 more"},
	} {
		if got := abridged(test.list, test.most, test.size); got != test.want {
			t.Errorf("%d of %q in %d bytes: %q, not %q", test.most, test.list, test.size, got, test.want)
		}
	}
}
