package template

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestWithinBudget(t *testing.T) {
	var roots []*root
	for i, n := range []int{3, 0, 5, 1, 1} {
		roots = append(roots, &root{path: fmt.Sprint(i), inventory: &cloud.Inventory{Resources: make([]*cloud.Resource, n)}})
	}
	var told []string
	for _, p := range withinBudget(roots, 4) {
		told = append(told, p.File)
	}
	if diff := cmp.Diff([]string{"3", "4"}, told); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
	if n := len(roots[4].inventory.Resources); n != 0 {
		t.Errorf("what was left out keeps %d resources", n)
	}
}

// TestReadAllCancelled has a reading that does not end, such as that of a pipe
// that nobody writes to.
func TestReadAllCancelled(t *testing.T) {
	written(t, map[string]string{"a.yaml": topic, "b.yaml": topic, "c.yaml": topic})
	ctx, cancel := context.WithCancel(context.Background())
	forever := make(chan struct{})
	defer close(forever)
	done := make(chan struct{})
	go func() {
		defer close(done)
		Read(ctx, []string{"."}, Options{ReadFile: func(string) ([]byte, error) {
			cancel()
			<-forever
			return nil, nil
		}})
	}()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatal("a cancelled reading does not end")
	}
}

// TestTerraformFileSize refuses a file that the parser would take gigabytes
// for.
func TestTerraformFileSize(t *testing.T) {
	written(t, map[string]string{"main.tf": "# " + strings.Repeat("x", maxTerraformFile), "ok.tf": "resource \"aws_sns_topic\" \"t\" {}\n"})
	inv := Read(context.Background(), []string{"."}, Options{})
	if len(inv.Resources) != 1 || len(inv.Problems) != 1 || !strings.Contains(inv.Problems[0].Detail, "too large") {
		t.Errorf("resources %v, problems %v", names(inv), inv.Problems)
	}
}

// TestStdinTwice reads standard input once.
func TestStdinTwice(t *testing.T) {
	inv := Read(context.Background(), []string{Stdin, Stdin}, Options{Stdin: strings.NewReader(topic)})
	if len(inv.Resources) != 1 || len(inv.Problems) != 0 {
		t.Errorf("resources %v, problems %v", names(inv), inv.Problems)
	}
}
