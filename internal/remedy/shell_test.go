package remedy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestParseShell(t *testing.T) {
	text := `# about the first
aws a b --c 'd e' \
  --f "g $x" > h
for r in $(aws i j); do
  aws k l --m "$r" | sort
done
aws n o --p '{"q":
 1}'; X=1 aws r s
`
	statements, err := parseShell(text)
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	for _, s := range statements {
		lines := []string{text[s.start:s.end]}
		for _, c := range s.calls {
			var words []string
			for _, w := range c.words {
				words = append(words, w.value)
			}
			lines = append(lines, strings.Join(words, "|"))
		}
		got = append(got, lines)
	}
	want := [][]string{
		{"# about the first\naws a b --c 'd e' \\\n  --f \"g $x\" > h", "a|b|--c|d e|--f|g $x"},
		{"for r in $(aws i j); do\n  aws k l --m \"$r\" | sort\ndone", "i|j", "k|l|--m|$r"},
		{"aws n o --p '{\"q\":\n 1}'; X=1 aws r s", "n|o|--p|{\"q\":\n 1}", "r|s"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseShellErrors(t *testing.T) {
	for text, want := range map[string]string{
		"aws a 'b":                       "quote '",
		`aws a "b`:                       `quote "`,
		"aws a $(b":                      "no end",
		strings.Repeat("$(", maxDepth+2): "too deeply",
	} {
		if _, err := parseShell(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// FuzzParseShell holds the reading and filling of any text to what is true of
// all: spans in order and within the text, statements that do not overlap.
func FuzzParseShell(f *testing.F) {
	for _, seed := range []string{
		"aws ec2 describe-instances --instance-ids i-0123456789abcdef0", "a \\\n b # c", "for x in $(y); do z; done",
		`aws s3api x --bucket "example-a" --f '{"a": "b"}' | c > d`, "aws a b --c=d", "'", "done", "aws --region x ec2 y", "`a`", "\\",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		statements, err := parseShell(text)
		if err != nil {
			return
		}
		filler := newFiller(&cloud.Resource{
			Type: "AWS::EC2::Instance", ID: "i-0aaaabbbbccccdddd", Account: "999988887777", Region: "eu-central-1",
		})
		filler.look(repairSection, statements)
		filler.settle()
		last := 0
		for _, s := range statements {
			if s.start < last || s.end < s.start || s.end > len(text) {
				t.Fatalf("statement %d to %d after %d of %q", s.start, s.end, last, text)
			}
			last = s.end
			c := filler.fill(repairSection, text, s)
			var b strings.Builder
			at := 0
			for _, span := range c.Spans {
				if span.Start < at || span.End < span.Start || span.End > len(c.Text) {
					t.Fatalf("span %v after %d of %q", span, at, c.Text)
				}
				at = span.End
			}
			for _, p := range c.Parts() {
				b.WriteString(p.Text)
			}
			if b.String() != c.Text {
				t.Fatalf("the parts of %q are %q", c.Text, b.String())
			}
		}
	})
}
