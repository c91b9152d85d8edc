package fix_test

import (
	"os"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/prove"
	"github.com/surety-cloud/surety/internal/rule"
)

// TestPages proves the pages that the other tests use: their examples get
// their verdicts, and their corrections hold.
func TestPages(t *testing.T) {
	library, err := rule.NewLibrary(os.DirFS("testdata/rules"), "testdata/rules/")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range library.IDs() {
		r, err := library.Rule(id)
		if err == nil {
			err = r.Compile()
		}
		if err != nil {
			t.Error(err)
			continue
		}
		for _, e := range r.Examples() {
			if err := prove.Example(library, r, e, time.Now()); err != nil {
				t.Errorf("%s %s: %v", id, e.Name(), err)
			}
			if err := prove.Fix(library, r, e, time.Now()); err != nil {
				t.Errorf("%s %s: %v", id, e.Name(), err)
			}
		}
	}
}
