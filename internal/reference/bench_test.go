package reference

import "testing"

// BenchmarkLoadLifecycles is what the first question of a scan costs: it must
// stay below 3 ms.
func BenchmarkLoadLifecycles(b *testing.B) {
	for b.Loop() {
		if _, err := load[map[string]*product]("lifecycle.yaml"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkNewest is the cost of each question after that: below 2 µs.
func BenchmarkNewest(b *testing.B) {
	for b.Loop() {
		Newest("aurora-mysql", "8.0.mysql_aurora.3.08.2")
	}
}
