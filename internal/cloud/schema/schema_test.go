package schema

import (
	"strings"
	"testing"
)

func TestEveryTypeLoads(t *testing.T) {
	for _, name := range Names() {
		typ, ok := Lookup(name)
		if !ok || len(typ.Root.Fields) == 0 && strings.Count(name, "::") == 2 && name != "AWS::CDK::Metadata" {
			t.Errorf("%s: has no properties", name)
		}
	}
}

func BenchmarkLoadOneType(b *testing.B) {
	for b.Loop() {
		library.entries, library.loaded = nil, nil
		Lookup("AWS::S3::Bucket")
	}
}

// TestNearestOfLongNames keeps a name of a template from costing the product of
// its length and those of all candidates.
func TestNearestOfLongNames(t *testing.T) {
	long := strings.Repeat("x", 300)
	if got := Nearest(long, []string{long + "y"}); got != "" {
		t.Errorf("a name of %d characters was compared", len(long))
	}
	if got := Nearest("AWS::S3::Buckett", []string{strings.Repeat("y", 100_000), "AWS::S3::Bucket"}); got != "AWS::S3::Bucket" {
		t.Errorf("nearest is %q", got)
	}
}
