package terraform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/surety-cloud/surety/internal/cloud"
)

// RecognisePlan tells whether data is a plan as `terraform show -json` prints
// it, by the members that every plan has. A plan that was cut off is
// recognised too, so that its reader can say what is wrong with it.
func RecognisePlan(data []byte) bool {
	data = planText(data)
	trimmed := bytes.TrimLeft(data, " \t\r\n")
	if len(trimmed) == 0 || trimmed[0] != '{' || !bytes.Contains(data, []byte(`"format_version"`)) ||
		!bytes.Contains(data, []byte(`"planned_values"`)) && !bytes.Contains(data, []byte(`"resource_changes"`)) {
		return false
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return true
	}
	return members["format_version"] != nil && (members["planned_values"] != nil || members["resource_changes"] != nil)
}

// planText removes a byte order mark, and decodes UTF-16, in which PowerShell
// writes what is redirected to a file.
func planText(data []byte) []byte {
	if rest, ok := bytes.CutPrefix(data, []byte("\xef\xbb\xbf")); ok {
		return rest
	}
	little := bytes.HasPrefix(data, []byte("\xff\xfe"))
	if !little && !bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return data
	}
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		low, high := data[i], data[i+1]
		if !little {
			low, high = high, low
		}
		units = append(units, uint16(low)|uint16(high)<<8)
	}
	return []byte(string(utf16.Decode(units)))
}

// planDocument is the part of a plan that is read. Its members are decoded one
// by one, so that what is not needed cannot make the whole unreadable.
type planDocument struct {
	FormatVersion   string          `json:"format_version"`
	PlannedValues   json.RawMessage `json:"planned_values"`
	ResourceChanges json.RawMessage `json:"resource_changes"`
	Configuration   json.RawMessage `json:"configuration"`
	Errored         bool            `json:"errored"`
}

// ReadPlan reads a plan in JSON into an inventory: the resources as they will
// be after the plan is applied.
func ReadPlan(file string, data []byte) *cloud.Inventory {
	inv := &cloud.Inventory{}
	data = planText(data)
	var document planDocument
	if err := json.Unmarshal(data, &document); err != nil {
		inv.Problems = append(inv.Problems, planProblem(file, data, "the plan is not valid JSON", err))
		return inv
	}
	if major, _, _ := strings.Cut(document.FormatVersion, "."); major != "0" && major != "1" {
		inv.Problems = append(inv.Problems, cloud.Problem{
			Severity: cloud.Error, File: file,
			Summary: fmt.Sprintf("plans of format version %.20q are not known", document.FormatVersion),
			Detail:  "Versions 0 and 1 are read: print the plan with `terraform show -json` of Terraform 0.12 or later, or of OpenTofu.",
		})
		return inv
	}
	p := plan{file: file, facts: map[string]*fact{}, symbols: map[string]bool{}, indexed: map[string][]string{}, configs: map[string]*tfjson.ConfigResource{}, deferred: map[string]bool{}}
	for _, member := range []struct {
		name string
		data json.RawMessage
		into any
		need bool
	}{
		{"planned_values", document.PlannedValues, &p.values, true},
		{"resource_changes", document.ResourceChanges, &p.changes, true},
		{"configuration", document.Configuration, &p.config, false},
	} {
		if len(member.data) == 0 {
			continue
		}
		if err := json.Unmarshal(member.data, member.into); err != nil {
			problem := planProblem(file, nil, member.name+" of the plan cannot be read", err)
			if !member.need {
				problem.Severity = cloud.Warning
				problem.Detail += "\nReferences between new resources are not resolved without it."
			}
			inv.Problems = append(inv.Problems, problem)
			if member.need {
				return inv
			}
		}
	}
	if document.Errored {
		inv.Problems = append(inv.Problems, cloud.Problem{
			Severity: cloud.Error, File: file, Summary: "the plan is not complete: Terraform failed while it was made",
			Detail: "Repair what `terraform plan` reports, and make the plan again.",
		})
	}
	inv.Files = []string{file}
	resources, problems, unmapped := translate(p.instances())
	for i := range problems {
		if problems[i].File == "" {
			problems[i].File = file
		}
	}
	inv.Resources, inv.Unmapped = resources, unmapped
	inv.Problems = append(inv.Problems, problems...)
	return inv
}

// planProblem tells where in the file a decoder stopped. The line itself is
// not shown: it may hold a value that is sensitive.
func planProblem(file string, data []byte, summary string, err error) cloud.Problem {
	p := cloud.Problem{Severity: cloud.Error, File: file, Summary: summary}
	var offset int64 = -1
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
		p.Detail = syntax.Error()
	case errors.As(err, &wrong):
		offset = wrong.Offset
		kind, _, _ := strings.Cut(wrong.Value, " ")
		p.Detail = fmt.Sprintf("%q is of the wrong kind: %s", wrong.Field, kind)
	default:
		p.Detail = strings.TrimPrefix(err.Error(), "json: ")
	}
	p.Detail += ". Print the plan anew: terraform show -json PLAN > plan.json"
	if offset < 0 || data == nil {
		return p
	}
	before := data[:min(int(offset), len(data))]
	start := bytes.LastIndexByte(before, '\n') + 1
	p.Line = bytes.Count(before, []byte("\n")) + 1
	p.Column = max(len(before)-start, 1)
	return p
}

// A plan is what was decoded of a plan file.
type plan struct {
	file    string
	values  tfjson.StateValues
	facts   map[string]*fact // what the provider's schema says of each type
	changes []*tfjson.ResourceChange
	config  tfjson.Config

	symbols map[string]bool     // addresses that a symbol may name
	indexed map[string][]string // the addresses of all instances of a resource
	configs map[string]*tfjson.ConfigResource

	deferred map[string]bool // data sources, without index, that are read on apply

	// documents are the policy documents that are made only on apply, because
	// something in them is not known before.
	documents map[string]*planned
}
