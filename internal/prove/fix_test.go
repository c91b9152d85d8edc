package prove

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/surety-cloud/surety/internal/rule"
)

// fixPage is a page whose correction is put in.
const fixPage = `---
id: KMS-901
title: Keys are rotated
risk: medium
categories: [security]
service: KMS
resource: AWS::KMS::Key
check: resource.EnableKeyRotation
message: Key {id} is not rotated
at: EnableKeyRotation
fix:
  FIX
---

Text.

` + "```yaml fails" + `
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      EnableKeyRotation: false
` + "```" + `

` + "```hcl fails" + `
resource "aws_kms_key" "key" {
  description = "key"
}
` + "```" + `

` + "```json fails" + `
{"type": "AWS::KMS::Key", "id": "key", "properties": {"EnableKeyRotation": false}}
` + "```" + `
`

func TestFix(t *testing.T) {
	for _, test := range []struct {
		name, fix string
		want      string // in the error of each example; empty for none
	}{
		{"right", "EnableKeyRotation: 'true'", ""},
		{"wrong", "Description: '\"rotated\"'", "fail"},
		{"nothing", "EnableKeyRotation: resource.EnableKeyRotation", "changes nothing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			page := strings.Replace(fixPage, "FIX", test.fix, 1)
			library, err := rule.NewLibrary(fstest.MapFS{"KMS-901.md": {Data: []byte(page)}}, "")
			if err != nil {
				t.Fatal(err)
			}
			r, err := library.Rule("KMS-901")
			if err != nil {
				t.Fatal(err)
			}
			examples := r.Examples()
			if len(examples) != 3 {
				t.Fatalf("%d examples, want 3", len(examples))
			}
			for _, e := range examples {
				err := Fix(library, r, e, time.Now())
				switch {
				case test.want == "" && err != nil:
					t.Errorf("%s: %v", e.Name(), err)
				case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
					t.Errorf("%s: error %v, want one with %q", e.Name(), err, test.want)
				case test.name == "nothing" && e.Language == "json" && !errors.Is(err, ErrNoCorrection):
					t.Errorf("%s: error %v is not ErrNoCorrection", e.Name(), err)
				}
			}
		})
	}
}
