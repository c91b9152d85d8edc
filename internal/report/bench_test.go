package report

import (
	"fmt"
	"io"
	"testing"

	"github.com/surety-cloud/surety/internal/engine"
)

// BenchmarkWrite writes 10,000 checks. Each format must stay below 100 ms,
// but for SARIF, whose library writes many members: below 200 ms, and ASFF,
// whose fixture has texts and tags beyond every limit: below 300 ms.
func BenchmarkWrite(b *testing.B) {
	for _, format := range Formats() {
		r := many10000(suited(format))
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				if err := Write(io.Discard, format, r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// many10000 repeats the checks of a report up to 10,000.
func many10000(r *Report) *Report {
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
	return r
}
