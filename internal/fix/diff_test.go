package fix

import (
	"fmt"
	"math/rand/v2"
	"strings"
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

// TestDiffApplies changes random lines, among them many that are alike, and
// applies the diff again.
func TestDiffApplies(t *testing.T) {
	g := rand.New(rand.NewPCG(1, 1))
	for n := range 2000 {
		var before, after []string
		for i := range g.IntN(60) {
			line := fmt.Sprintf("line %d\n", i)
			if g.IntN(3) == 0 {
				line = "}\n"
			}
			before = append(before, line)
			switch g.IntN(12) {
			case 0:
			case 1:
				after = append(after, line, "new\n")
			case 2:
				after = append(after, "}\n", line)
			case 3:
				after = append(after, "changed\n")
			default:
				after = append(after, line)
			}
		}
		f := File{Path: "a", Before: []byte(strings.Join(before, "")), After: []byte(strings.Join(after, ""))}
		if got := patch(t, before, Diff(f)); got != string(f.After) {
			t.Fatalf("%d: the diff\n%s\nof\n%s\ngives\n%s\nnot\n%s", n, Diff(f), f.Before, got, f.After)
		}
	}
}

// patch applies a diff whose context must fit exactly.
func patch(t *testing.T, before []string, diff string) string {
	t.Helper()
	var out strings.Builder
	at := 0
	for _, line := range strings.SplitAfter(diff, "\n") {
		switch {
		case line == "" || strings.HasPrefix(line, "--- ") || strings.HasPrefix(line, "+++ "):
		case strings.HasPrefix(line, "@@"):
			var from, count int
			if _, err := fmt.Sscanf(line, "@@ -%d,%d", &from, &count); err != nil {
				count = 1
			}
			if count > 0 {
				from--
			}
			for ; at < from; at++ {
				out.WriteString(before[at])
			}
		case line[0] == '+':
			out.WriteString(line[1:])
		default:
			if at >= len(before) || before[at] != line[1:] {
				t.Fatalf("line %d is not %q in\n%s", at+1, line, diff)
			}
			if line[0] == ' ' {
				out.WriteString(before[at])
			}
			at++
		}
	}
	return out.String() + strings.Join(before[at:], "")
}
