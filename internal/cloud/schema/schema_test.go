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
