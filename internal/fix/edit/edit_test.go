package edit

import "testing"

func TestApply(t *testing.T) {
	for _, test := range []struct {
		name  string
		edits []Edit
		want  string // empty for an error
	}{
		{"none", nil, "abcdef"},
		{"replace", []Edit{{1, 3, "X"}}, "aXdef"},
		{"in any order", []Edit{{4, 5, "Y"}, {0, 1, "X"}}, "XbcdYf"},
		{"insertions in order", []Edit{{2, 2, "1"}, {2, 2, "2"}}, "ab12cdef"},
		{"insert before what is replaced", []Edit{{2, 4, ""}, {2, 2, "1"}}, "ab1ef"},
		{"insert behind what is replaced", []Edit{{2, 4, ""}, {4, 4, "1"}}, "ab1ef"},
		{"at the end", []Edit{{6, 6, "!"}}, "abcdef!"},
		{"overlap", []Edit{{1, 3, ""}, {2, 4, ""}}, ""},
		{"insert within what is replaced", []Edit{{1, 3, ""}, {2, 2, "x"}}, ""},
		{"beyond the end", []Edit{{6, 7, ""}}, ""},
		{"backwards", []Edit{{3, 2, ""}}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Apply([]byte("abcdef"), test.edits)
			if (err != nil) != (test.want == "") || string(got) != test.want {
				t.Errorf("got %q, %v; want %q", got, err, test.want)
			}
			if checked := Check(6, test.edits); (checked != nil) != (err != nil) {
				t.Errorf("Check says %v, Apply %v", checked, err)
			}
		})
	}
}

func TestCollide(t *testing.T) {
	for _, test := range []struct {
		a, b Edit
		want bool
	}{
		{Edit{0, 2, ""}, Edit{2, 4, ""}, false},
		{Edit{0, 3, ""}, Edit{2, 4, ""}, true},
		{Edit{2, 2, "x"}, Edit{2, 2, "y"}, true},
		{Edit{2, 2, "x"}, Edit{1, 4, ""}, true},
		{Edit{4, 4, "x"}, Edit{1, 4, ""}, false},
	} {
		if got := Collide([]Edit{test.a}, []Edit{test.b}); got != test.want {
			t.Errorf("%v and %v: %v, want %v", test.a, test.b, got, test.want)
		}
	}
}

func TestLines(t *testing.T) {
	text := []byte("a\r\n\t b\nlast")
	if got := LineStart(text, 5); got != 3 {
		t.Errorf("LineStart = %d, want 3", got)
	}
	if end, ended := LineEnd(text, 4); end != 7 || !ended {
		t.Errorf("LineEnd = %d, %v, want 7, true", end, ended)
	}
	if end, ended := LineEnd(text, 8); end != len(text) || ended {
		t.Errorf("LineEnd = %d, %v, want %d, false", end, ended, len(text))
	}
	if got := Indent(text, 6); got != "\t " {
		t.Errorf("Indent = %q", got)
	}
	if EOL(text) != "\r\n" || EOL([]byte("a\nb\r\n")) != "\n" {
		t.Error("EOL is not that of the first line")
	}
}
