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
	if err := writeOutput(&cobra.Command{}, filepath.Join(dir, "none", "report.txt"), func(io.Writer) error { return nil }); err == nil ||
		err.Error() != "write "+filepath.Join(dir, "none", "report.txt")+": no such file or directory" {
		t.Errorf("a folder that is not there: %v", err)
	}
	if err := replaceFile(os.DevNull, []byte("x")); err != nil {
		t.Errorf("a device is not written to: %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Errorf("%v are in the folder, want the file and the link", entries)
	}
}

// TestWriteInPlace writes a file where its folder may not be written, as one
// that is mounted into a container.
func TestWriteInPlace(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write anywhere")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "report.txt")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o755)
	if err := replaceFile(path, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(path); string(got) != "new" {
		t.Errorf("the file holds %q", got)
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
