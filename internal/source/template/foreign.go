package template

import (
	"bytes"
	"unicode/utf16"

	"github.com/surety-cloud/surety/internal/cloud"
)

// unrecognised is the problem of a file that the user named and that is no
// template: with what it is instead, where that can be told.
func unrecognised(name string, data []byte) cloud.Problem {
	p := cloud.Problem{
		Severity: cloud.Error,
		File:     name,
		Summary:  "not a template that Surety knows",
		Detail:   "It reads CloudFormation and SAM (JSON, YAML), Terraform (.tf, .tf.json) and Terraform plans (the output of terraform show -json).",
	}
	head := bytes.TrimSpace(data[:min(len(data), 4<<10)])
	has := func(key string) bool { return bytes.Contains(head, []byte(`"`+key+`"`)) }
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		p.Summary = "the file is empty"
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		p.Summary = "this is an archive, or a Terraform plan in its binary form"
		p.Detail = "Print a plan as JSON and scan that: terraform show -json PLAN > plan.json"
	case bytes.HasPrefix(head, []byte(`{"@level"`)):
		p.Summary = "these are the messages of Terraform, not a plan"
		p.Detail = "Save the plan and print it: terraform plan -out=PLAN, then terraform show -json PLAN > plan.json"
	case has("terraform_version") && (has("lineage") || has("values")):
		p.Summary = "this is the state of Terraform, not a plan"
		p.Detail = "Scan the configuration, or a plan: terraform plan -out=PLAN, then terraform show -json PLAN > plan.json"
	case bytes.IndexByte(head, 0) >= 0:
		p.Summary = "the file is not text"
	}
	return p
}

// fromUTF16 is the text of a file in UTF-16 with a byte order mark, in which
// Windows' PowerShell writes what is redirected to a file.
func fromUTF16(data []byte) (text []byte, ok bool) {
	big := bytes.HasPrefix(data, []byte("\xfe\xff"))
	if !big && !bytes.HasPrefix(data, []byte("\xff\xfe")) {
		return nil, false
	}
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		first, second := uint16(data[i]), uint16(data[i+1])
		if big {
			first, second = second, first
		}
		units = append(units, first|second<<8)
	}
	return []byte(string(utf16.Decode(units))), true
}

// inUTF16 is the problem of a template in UTF-16, which AWS does not take.
func inUTF16(name string) cloud.Problem {
	return cloud.Problem{
		Severity: cloud.Error, File: name, Summary: "the template is in UTF-16",
		Detail: "Save it as UTF-8; in PowerShell: Get-Content FILE | Set-Content -Encoding utf8 NEW",
	}
}
