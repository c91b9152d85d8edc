package pagetext

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

func parse(source string) ast.Node {
	return goldmark.DefaultParser().Parse(text.NewReader([]byte(source)))
}

func TestFence(t *testing.T) {
	for info, want := range map[string][2]string{
		"":                  {"", ""},
		"yaml":              {"yaml", ""},
		"yaml fails":        {"yaml", "fails"},
		" hcl   passes ":    {"hcl", "passes"},
		"json maybe":        {"json", ""},
		"json fails loudly": {"json", ""},
		"fails":             {"fails", ""},
		"yaml Fails":        {"yaml", ""},
	} {
		source := "```" + info + "\nx\n```\n"
		language, verdict := Fence(parse(source).FirstChild().(*ast.FencedCodeBlock), []byte(source))
		if got := [2]string{language, verdict}; got != want {
			t.Errorf("%q: %q, not %q", info, got, want)
		}
	}
}

func TestSection(t *testing.T) {
	source := "Lead\n\n## One\n\na\n\n### Sub\n\nb\n\n## Two\n\nc\n\n# Three\n\nd\n"
	for title, want := range map[string]string{"One": "a Sub b", "Sub": "b", "Two": "c", "Three": "d", "Four": ""} {
		var texts []string
		for _, node := range Section(parse(source), []byte(source), title) {
			texts = append(texts, Plain(node, []byte(source)))
		}
		if got := strings.Join(texts, " "); got != want {
			t.Errorf("%s: %q, not %q", title, got, want)
		}
	}
}

func TestPlainAndLinks(t *testing.T) {
	source := "See *the* [`guide`](https://example.com/a)\nand <https://example.com/b>, not [this](javascript:x)"
	page := parse(source)
	if got, want := Plain(page, []byte(source)), "See the guide and https://example.com/b, not this"; got != want {
		t.Errorf("%q, not %q", got, want)
	}
	if diff := cmp.Diff([]string{"https://example.com/a", "https://example.com/b"}, Links(page, []byte(source))); diff != "" {
		t.Error(diff)
	}
}

func TestPrintable(t *testing.T) {
	if got, want := string(Printable("a\u202eb\x07c\r\n\td\x00\u2028é")), "abc\n\tdé"; got != want {
		t.Errorf("%q, not %q", got, want)
	}
}
