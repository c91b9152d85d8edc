package kb

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRender(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"HTML is left out": {
			"Look <b>here</b> <script>alert(1)</script>\n\n<div onclick=x>\nno\n</div>\n\nend",
			"<p>Look here alert(1)</p>\n<p>end</p>",
		},
		"text is escaped":          {`1 < 2 & "x" &lt;b&gt;`, "<p>1 &lt; 2 &amp; &quot;x&quot; &lt;b&gt;</p>"},
		"links on the web":         {`[AWS](https://aws.amazon.com/?a=1&b="x")`, `<p><a href="https://aws.amazon.com/?a=1&amp;b=%22x%22" rel="noopener noreferrer">AWS</a></p>`},
		"scripts in links":         {"[a](javascript:alert(1)) [b](JavaScript&#58;alert(1)) [c](data:text/html,x) [d](vbscript:x) [e](java&Tab;script:x)", "<p>a b c d e</p>"},
		"scripts in bare links":    {"<javascript:alert(1)> <https://example.com/a> <a@example.com>", `<p>javascript:alert(1) <a href="https://example.com/a" rel="noopener noreferrer">https://example.com/a</a> <a href="mailto:a@example.com">a@example.com</a></p>`},
		"links without a scheme":   {`[a](//evil.example) [b](\\\\evil.example) [c](other.html) [d](#audit)`, `<p>a b c <a href="#audit">d</a></p>`},
		"pictures":                 {"![the *console*](https://example.com/x.png)", "<p>the <em>console</em></p>"},
		"ids of rules":             {"See S3-902, `S3-902`, S3-901 and S3-903;\n*S3-902* (S3-902)\nend", `<p>See <a href="/b/knowledge-base/aws/S3/second.html">S3-902</a>, <code>S3-902</code>, S3-901 and S3-903;` + "\n" + `<em><a href="/b/knowledge-base/aws/S3/second.html">S3-902</a></em> (<a href="/b/knowledge-base/aws/S3/second.html">S3-902</a>)` + "\nend</p>"},
		"links to files of rules":  {"[a](S3-902.md) [b](../s3/S3-902.md#audit) [c](S3-999.md)", `<p><a href="/b/knowledge-base/aws/S3/second.html">a</a> <a href="/b/knowledge-base/aws/S3/second.html#audit">b</a> c</p>`},
		"control characters":       {"a\u202eb\u0007c", "<p>abc</p>"},
		"cells without a style":    {"| a |\n|--:|\n| 1 |", "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n</tr>\n</tbody>\n</table>"},
		"code of another language": {"```php x\n<?php echo 1 ?>\n```", "<figure class=\"code\" data-lang=\"text\"><figcaption><span class=\"lang\">Text</span></figcaption><pre tabindex=\"0\"><code>&lt;?php echo 1 ?&gt;\n</code></pre></figure>"},
		"code by another name":     {"```tf\na = 1\n```", "<figure class=\"code\" data-lang=\"hcl\"><figcaption><span class=\"lang\">Terraform</span></figcaption><pre tabindex=\"0\"><code>a = <span class=\"hn\">1</span>\n</code></pre></figure>"},
		"code by indentation":      {"    <b>\n", "<figure class=\"code\" data-lang=\"text\"><figcaption><span class=\"lang\">Text</span></figcaption><pre tabindex=\"0\"><code>&lt;b&gt;\n</code></pre></figure>"},
		"code that no block ends":  {"```\"><script>\n</code></pre><script>alert(1)</script>", "<figure class=\"code\" data-lang=\"text\"><figcaption><span class=\"lang\">Text</span></figcaption><pre tabindex=\"0\"><code>&lt;/code&gt;&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;\n</code></pre></figure>"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			book := bookOf(t, Options{Base: "/b"}, testPage{id: "S3-901", title: "First", text: "Summary.\n\n" + test.text}, testPage{id: "S3-902", title: "Second"})
			p := mustPage(t, book, "S3-901")
			if diff := cmp.Diff(test.want, string(p.Notes)); diff != "" {
				t.Error(diff)
			}
			if p.Summary != "<p>Summary.</p>" {
				t.Errorf("summary %q", p.Summary)
			}
		})
	}
}

func TestSections(t *testing.T) {
	text := `The summary, in *one* paragraph.

A note.

## Audit

Look.

### Console

1. Go.

#### Deep <x>

### Console

## Search

# Audit

### CLI

## References

- [One](https://example.com/1) (A guide)
- [Two](https://example.com/2)
`
	p := mustPage(t, bookOf(t, Options{}, testPage{id: "S3-901", title: "First", text: text}), "S3-901")
	want := []Section{
		{ID: "audit", Title: "Audit", HTML: "<p>Look.</p>", Sections: []Section{
			{ID: "audit-console", Title: "Console", HTML: "<ol>\n<li>Go.</li>\n</ol>\n<h4 id=\"audit-deep\">Deep </h4>"},
			{ID: "audit-console-2", Title: "Console"},
		}},
		{ID: "search-2", Title: "Search"},
		{ID: "audit-2", Title: "Audit", Sections: []Section{{ID: "audit-2-cli", Title: "CLI"}}},
	}
	if diff := cmp.Diff(want, p.Sections); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Reference{{"One", "https://example.com/1", "A guide"}, {"Two", "https://example.com/2", ""}}, p.References); diff != "" {
		t.Error(diff)
	}
	if p.Summary != "<p>The summary, in <em>one</em> paragraph.</p>" || p.Notes != "<p>A note.</p>" || p.Description != "The summary, in one paragraph." {
		t.Errorf("summary %q, notes %q, description %q", p.Summary, p.Notes, p.Description)
	}
}

// References that are more than a list of links stay a section.
func TestReferencesAsWritten(t *testing.T) {
	for _, text := range []string{"Ask *us*.", "- [a](https://example.com) and [b](https://example.com)", "- a book", "- [a](javascript:x)"} {
		p := mustPage(t, bookOf(t, Options{}, testPage{id: "S3-901", title: "First", text: "x\n\n## References\n\n" + text}), "S3-901")
		if len(p.References) > 0 || len(p.Sections) != 1 || p.Sections[0].ID != "references-2" || p.Sections[0].HTML == "" {
			t.Errorf("%s: %+v, %+v", text, p.References, p.Sections)
		}
	}
}

func TestShorten(t *testing.T) {
	for text, want := range map[string]string{
		"short":                   "short",
		"exactly ten":             "exactly…",
		"wordwordwordword":        "wordwordw…",
		"ein Gerät, gar nicht an": "ein…",
	} {
		if got := shorten(text, 10); got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}

// Whatever stands in a page, nothing of it runs in the reader's browser.
func FuzzRender(f *testing.F) {
	for _, seed := range []string{
		"<script>alert(1)</script>", "[a](javascript:alert(1))", "[a](<java\tscript:x>)", "![x](x\"onerror=alert(1))", "<a href=javascript:x>", "```sh fails\n'<img src=x onerror=1>\n```",
		"```yaml\na: \"<b>\"\n```", "[x]: javascript:alert(1)\n[x]", "# <svg/onload=1> {#id onclick=x}", "| <b> |\n|:-:|\n| [a](data:x) |", "<!-- --> & &lt;script&gt; \\<script\\>", "S3-902<S3-902>",
		"[a](https:javascript:x 'y\"onclick=1')", "<javascript:x>", "[S3-902](x.md)", "```json\n{\"a\": </code>\n```", "```hcl passes\na = <<E\n</pre>\nE\n```", "&#x3c;script&#x3e;", "[a](&#106;avascript:x)",
	} {
		f.Add(seed)
	}
	book := bookOf(f, Options{}, testPage{id: "S3-902", title: "Second", text: "x"})
	f.Fuzz(func(t *testing.T, text string) {
		w := book.read(text, "")
		out, err := w.html(children(w.root))
		if err != nil {
			t.Fatal(err)
		}
		if fault, _, _ := unsafe(string(out)); fault != "" {
			t.Errorf("%q becomes %s:\n%s", text, fault, out)
		}
		if strings.Contains(string(out), "\x00") {
			t.Errorf("%q has a NUL", out)
		}
	})
}
