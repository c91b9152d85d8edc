package fix

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDiff(t *testing.T) {
	for _, test := range []struct{ name, path, before, after, want string }{
		{"same", "a.yaml", "a\n", "a\n", ""},
		{
			"changed", "dir/a.yaml", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n",
			"--- a/dir/a.yaml\n+++ b/dir/a.yaml\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
		},
		{
			"no end of line", "/a", "a\nb", "a\nc",
			"--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n",
		},
		{
			"end of line added", "a", "a", "a\n",
			"--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n",
		},
		{
			"carriage returns", "a", "a\r\nb\r\n", "a\r\nc\r\n",
			"--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := Diff(File{Path: test.path, Before: []byte(test.before), After: []byte(test.after)})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
