package report

import (
	"fmt"
	"io"
	"testing"

	"github.com/surety-cloud/surety/internal/engine"
)

// BenchmarkWrite writes 10,000 checks. Each format must stay below 100 ms,
// but for SARIF, whose library writes many members: below 200 ms.
func BenchmarkWrite(b *testing.B) {
	r := fixture()
	r.ShowPassed, r.Width = true, 120
	few := r.Checks
	r.Checks = make([]*engine.Check, 0, 10_000)
	for i := range 10_000 {
		check := *few[i%len(few)]
		resource := *check.Resource
		resource.ID = fmt.Sprintf("%s%d", resource.ID, i)
		check.Resource = &resource
		r.Checks = append(r.Checks, &check)
	}
	for _, format := range Formats() {
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				if err := Write(io.Discard, format, r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
