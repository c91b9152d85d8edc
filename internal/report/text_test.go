package report

import "testing"

func TestPlain(t *testing.T) {
	cases := []struct{ in, line, lines string }{
		{"web", "web", "web"},
		{"a\nb\tc", "a b c", "a\nb c"},
		{"\x1b[31mred\r\x00\x7f", `\u001b[31mred\u000d\u0000\u007f`, `\u001b[31mred\u000d\u0000\u007f`},
		{"\u202etxt.exe\u2066", `\u202etxt.exe\u2066`, `\u202etxt.exe\u2066`},
		{"a\u2028b", `a\u2028b`, `a\u2028b`},
		{"bad\xff", "bad\uFFFD", "bad\uFFFD"},
		{"日本語 é", "日本語 é", "日本語 é"},
	}
	for _, c := range cases {
		if got := plain(c.in); got != c.line {
			t.Errorf("plain(%q) = %q, want %q", c.in, got, c.line)
		}
		if got := plainLines(c.in); got != c.lines {
			t.Errorf("plainLines(%q) = %q, want %q", c.in, got, c.lines)
		}
	}
}

func TestCode(t *testing.T) {
	cases := []struct{ in, want string }{
		{"a", "`a`"},
		{"a`b", "``a`b``"},
		{"`a`", "`` `a` ``"},
		{"a``b`c", "```a``b`c```"},
	}
	for _, c := range cases {
		if got := code(c.in); got != c.want {
			t.Errorf("code(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}
