package fix

import (
	"fmt"
	"strings"
	"testing"
)

// A template of 500 databases, each with four faults, is repaired within two
// seconds of processor time: a scan for each correction of one resource, not
// one for each correction.
func BenchmarkTemplate(b *testing.B) {
	var text strings.Builder
	text.WriteString("Resources:\n")
	for i := range 500 {
		fmt.Fprintf(&text, "  Db%d:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      Engine: mysql\n      AvailabilityZone: a\n      PubliclyAccessible: true\n", i)
	}
	for b.Loop() {
		files, err := Template(b.Context(), templateOptions(b, "template.yaml", []byte(text.String())))
		if err != nil || len(files) != 1 || len(files[0].Changes) != 2000 {
			b.Fatalf("%v, %d files", err, len(files))
		}
	}
}

// The same of Terraform, with a resource beside each bucket for each fault.
func BenchmarkTerraform(b *testing.B) {
	var text strings.Builder
	for i := range 300 {
		fmt.Fprintf(&text, "resource \"aws_s3_bucket\" \"b%d\" {\n  bucket = \"b%d\"\n}\n\n", i, i)
	}
	for b.Loop() {
		files, err := Template(b.Context(), folderOptions(b, map[string]string{"main.tf": text.String()}))
		if err != nil || len(files) != 1 || len(files[0].Changes) != 900 {
			b.Fatalf("%v, %d files", err, len(files))
		}
	}
}
