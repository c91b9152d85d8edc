package template

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/cloudformation"
	"github.com/surety-cloud/surety/internal/source/terraform"
)

// A Form is what a template is written in.
type Form string

// The forms. Neither is what is no template.
const (
	Neither        Form = ""
	CloudFormation Form = "CloudFormation"
	Plan           Form = "Terraform plan"
	Configuration  Form = "Terraform configuration" // in Terraform's own language
)

// FormOf recognises a template by its text.
func FormOf(data []byte) Form {
	switch {
	case terraform.RecognisePlan(data):
		return Plan
	case cloudformation.Recognise(data):
		return CloudFormation
	case hclBlock.Match(data):
		return Configuration
	}
	return Neither
}

// textFolder is where a configuration that is only text seems to stand, so that
// nothing of the real working folder shows in it. Nothing is read from there.
const textFolder = "/template"

// ReadText reads one template that somebody else has sent. It reads nothing but
// the text: nested stacks, modules and files that it names count as not there.
// name stands for the template in problems and locations.
func ReadText(name string, data []byte, options Options) *cloud.Inventory {
	inv := &cloud.Inventory{}
	switch FormOf(data) {
	case Plan:
		inv = terraform.ReadPlan(name, data)
	case CloudFormation:
		inv = cloudformation.Read(name, data, cloudformation.Options{Parameters: options.Parameters})
	case Configuration:
		inv = readConfiguration(name, data, options)
	default:
		if text, ok := fromUTF16(data); ok && cloudformation.Recognise(text) {
			inv.Problems = append(inv.Problems, inUTF16(name))
		} else {
			inv.Problems = append(inv.Problems, unrecognised(name, data))
		}
	}
	inv.Problems = append(once(inv.Problems), emptiness([]string{name}, inv)...)
	return inv
}

// errText is the error for every file that a text names.
var errText = errors.New("only the text itself is read, and no file that it names; scan the folder, or the plan (terraform show -json)")

// readConfiguration reads a Terraform configuration of one file.
func readConfiguration(name string, data []byte, options Options) *cloud.Inventory {
	const file = textFolder + "/main.tf"
	if len(data) > maxTextConfiguration {
		return &cloud.Inventory{Problems: []cloud.Problem{unreadable(name,
			fmt.Errorf("%w: configurations of up to %d MB are read; split it, or send the plan", errTooLarge, maxTextConfiguration>>20))}}
	}
	inv := terraform.ReadDir(file, terraform.Options{
		Vars:         options.Vars,
		MaxInstances: maxTextInstances,
		ReadFile: func(wanted string) ([]byte, error) {
			if wanted == file {
				return bytes.Clone(data), nil
			}
			return nil, &fs.PathError{Op: "read", Path: wanted, Err: errText}
		},
		ReadDir: func(string) ([]os.DirEntry, error) { return nil, errText },
	})
	rename(inv, file, name)
	return inv
}

// The bounds of a configuration that somebody else has sent: see
// maxTerraformFile for what one takes in memory.
const (
	maxTextConfiguration = 1 << 20
	maxTextInstances     = 10_000
)

// rename gives the one file of an inventory the name that the user knows.
func rename(inv *cloud.Inventory, file, name string) {
	for i := range inv.Problems {
		if inv.Problems[i].File == file {
			inv.Problems[i].File = name
		}
	}
	for i := range inv.Files {
		if inv.Files[i] == file {
			inv.Files[i] = name
		}
	}
	for _, r := range inv.Resources {
		relocate(r.Source, name)
	}
}

// relocate gives a location and all its parts another file.
func relocate(l *cloud.Location, name string) {
	if l == nil {
		return
	}
	l.File = name
	for _, part := range l.Fields {
		relocate(part, name)
	}
	for _, part := range l.Items {
		relocate(part, name)
	}
}
