package fix

import (
	"os"
	"testing"

	"github.com/surety-cloud/surety/internal/rule"
)

func TestPagesCompile(t *testing.T) {
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
		}
	}
}
