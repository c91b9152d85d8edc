package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func TestWriteOutput(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.txt")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	write := func(text string, err error) error {
		return writeOutput(&cobra.Command{}, path, func(w io.Writer) error {
			_, _ = io.WriteString(w, text)
			return err
		})
	}
	holds := func(want string) {
		t.Helper()
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("the file holds %q (%v), want %q", got, err, want)
		}
	}

	if err := write("half", errors.New("broken")); err == nil {
		t.Error("a failed write is not told")
	}
	holds("old")
	if err := write("new", nil); err != nil {
		t.Fatal(err)
	}
	holds("new")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mode became %v (%v)", info.Mode(), err)
	}

	link := filepath.Join(dir, "link.txt")
	if err := os.Symlink("report.txt", link); err != nil {
		t.Fatal(err)
	}
	if err := replaceFile(link, []byte("through")); err != nil {
		t.Fatal(err)
	}
	holds("through")
	if err := replaceFile(os.DevNull, []byte("x")); err != nil {
		t.Errorf("a device is not written to: %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Errorf("%v are in the folder, want the file and the link", entries)
	}
}

func TestSize(t *testing.T) {
	cases := []struct {
		text string
		want int64 // 0 for an error
	}{
		{"500", 500}, {"500B", 500}, {"2KB", 2048}, {"20mb", 20 << 20}, {"1 GB", 1 << 30},
		{"", 0}, {"many", 0}, {"-1", 0}, {"0", 0}, {"99999999999999GB", 0}, {"2000GB", 0},
	}
	for _, c := range cases {
		var s size
		err := s.Set(c.text)
		if (err != nil) != (c.want == 0) || int64(s) != c.want {
			t.Errorf("%q is %d (%v), want %d", c.text, s, err, c.want)
		}
	}
}

func TestRendered(t *testing.T) {
	page := "# X-001: Title\n\n```yaml fails\na: b\n```\n\n```yaml passes\na: c\n```\n"
	for _, s := range []screen{{width: 80}, {width: 80, color: true}} {
		text, err := rendered(labelled(page), s)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text, "Fails:") || !strings.Contains(text, "Passes:") {
			t.Errorf("the examples have no verdict:\n%s", text)
		}
		if !s.color && strings.ContainsRune(text, '\x1b') {
			t.Errorf("there are escapes without colour:\n%q", text)
		}
	}
}
