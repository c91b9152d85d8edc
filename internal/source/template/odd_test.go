//go:build unix

package template

import (
	"context"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReadOdd has files below a folder that could hold a scan up for ever.
func TestReadOdd(t *testing.T) {
	written(t, map[string]string{"a.yaml": topic})
	if err := syscall.Mkfifo("pipe.yaml", 0o644); err != nil {
		t.Skipf("this system makes no named pipes: %v", err)
	}
	if err := os.Symlink(".", "loop"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/zero", "zero.yaml"); err != nil {
		t.Fatal(err)
	}
	inv := Read(context.Background(), []string{"."}, Options{})
	if diff := cmp.Diff([]string{"a.yaml Topic"}, names(inv)); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	inv = Read(context.Background(), []string{"zero.yaml"}, Options{MaxFileSize: 2000})
	if told := problems(inv); len(told) != 1 || !strings.Contains(told[0], "too large") {
		t.Errorf("problems %q, want that the file is too large", told)
	}
	if err := os.WriteFile("parent.yaml", []byte(strings.ReplaceAll(stack, "%s", "pipe.yaml")), 0o644); err != nil {
		t.Fatal(err)
	}
	Read(context.Background(), []string{"parent.yaml"}, Options{}) // must come to an end
}
