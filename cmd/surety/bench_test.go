package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/template"
	"github.com/surety-cloud/surety/rules"
)

// scanOnce does what a scan does between the flags and the report, with
// nothing kept from a scan before.
func scanOnce(b *testing.B, path string) int {
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		b.Fatal(err)
	}
	inv := template.Read(context.Background(), []string{path}, template.Options{})
	result, err := engine.Run(context.Background(), inv, engine.Options{Library: library, Rules: library.IDs(), Now: time.Now()})
	if err != nil {
		b.Fatal(err)
	}
	return len(result.Checks)
}

// BenchmarkSmallTemplate holds one small template against all pages. It must
// stay below 100 ms of CPU and 60 MiB, the start of the process included
// (/usr/bin/time -v surety scan template examples/web.yaml); 0.07 s and 46 MiB
// on two cores of 2026.
func BenchmarkSmallTemplate(b *testing.B) {
	for b.Loop() {
		scanOnce(b, "../../examples/web.yaml")
	}
}

// BenchmarkManyTemplates holds 364 templates of 11 kB, 4 MB in all, against
// all pages. It must stay below 2 s of CPU and 200 MiB; AWS's own templates of
// that size take 0.7 s and 105 MiB as a whole command.
func BenchmarkManyTemplates(b *testing.B) {
	one, err := os.ReadFile("../../examples/web.yaml")
	if err != nil {
		b.Fatal(err)
	}
	_, resources, _ := strings.Cut(string(one), "Resources:\n")
	var long strings.Builder
	long.WriteString("Parameters: {VpcId: {Type: String}, DatabaseKey: {Type: String}}\nResources:\n")
	for i := range 3 { // a real template has some ten resources in that space
		number := strings.NewReplacer("  WebGroup:", fmt.Sprintf("  WebGroup%d:", i), "  CacheGroup:", fmt.Sprintf("  CacheGroup%d:", i),
			"  Uploads:", fmt.Sprintf("  Uploads%d:", i), "  Database:", fmt.Sprintf("  Database%d:", i))
		long.WriteString(number.Replace(resources))
	}
	for i := 0; long.Len() < 11_000; i++ {
		fmt.Fprintf(&long, "  Wait%d:\n    Type: AWS::CloudFormation::WaitConditionHandle\n    Metadata: {Text: [a line of a script, another one, !Sub '${AWS::StackName}']}\n", i)
	}
	dir := b.TempDir()
	for i := range 364 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("t%d.yaml", i)), []byte(long.String()), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		scanOnce(b, dir)
	}
}

// BenchmarkForEach holds 10,000 security groups of one for_each against all
// pages: linear in their number but for the garbage collector, and no more than
// a few seconds of CPU; 3.7 s and 240 MiB as a whole command.
func BenchmarkForEach(b *testing.B) {
	for _, side := range []int{10, 100} {
		b.Run(fmt.Sprint(side*100), func(b *testing.B) {
			dir := b.TempDir()
			text := fmt.Sprintf(`resource "aws_security_group" "g" {
  for_each = toset([for p in setproduct(range(100), range(%d)) : "${p[0]}-${p[1]}"])
  name     = "g-${each.key}"
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.20.0.0/16"]
  }
}
`, side)
			if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(text), 0o600); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				scanOnce(b, dir)
			}
		})
	}
}
