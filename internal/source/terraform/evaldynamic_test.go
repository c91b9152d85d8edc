package terraform

import (
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
)

// TestDynamicBlocksMultiply: dynamic blocks within each other make a thousand
// million blocks of a few lines. It has to be refused before it takes the
// memory of the machine.
func TestDynamicBlocksMultiply(t *testing.T) {
	nested := func(elements, depth string) string {
		text := "a = 1"
		for _, name := range strings.Fields(depth) {
			text = "dynamic \"" + name + "\" {\n for_each = range(" + elements + ")\n content {\n" + text + "\n}\n}"
		}
		return "resource \"aws_s3_bucket\" \"b\" {\n" + text + "\n}\n"
	}
	for name, test := range map[string]struct {
		text  string
		error bool
	}{
		"a few":    {nested("10", "x y z"), false},
		"too many": {nested("1000", "x y z"), true},
		"empty":    {strings.ReplaceAll(nested("1000", "x y z"), "a = 1", ""), true},
	} {
		t.Run(name, func(t *testing.T) {
			inv := ReadDir("main.tf", Options{ReadFile: func(string) ([]byte, error) { return []byte(test.text), nil }})
			told := ""
			for _, p := range inv.Problems {
				if p.Severity == cloud.Error {
					told += p.Error()
				}
			}
			if strings.Contains(told, "too many blocks") != test.error {
				t.Errorf("the errors are %q", told)
			}
		})
	}
}
