package template

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/cloudformation"
	"github.com/surety-cloud/surety/internal/source/terraform"
)

// read fills the root's inventory.
func (r *root) read(options Options) {
	switch r.kind {
	case folder:
		r.inventory = terraform.ReadDir(r.path, r.terraformOptions(options))
	case input:
		r.readInput(options)
	case document:
		if isTerraform(r.path) {
			r.readTerraform(options)
			return
		}
		read := options.readFile
		if r.named {
			read = options.readNamed
		}
		data, err := read(r.path)
		if err != nil {
			p := unreadable(r.path, err)
			if errors.Is(err, errTooLarge) && !r.named && !seemsTemplate(r.path) {
				return // some other large file: the user did not name it
			}
			r.inventory.Problems = append(r.inventory.Problems, p)
			return
		}
		if inv := readDocument(r.path, data, r.cloudFormationOptions(options)); inv != nil {
			r.inventory = inv
		} else if r.named {
			r.inventory.Problems = append(r.inventory.Problems, unrecognised(r.path, data))
		}
	}
}

// readTerraform reads one file of Terraform that the user named.
func (r *root) readTerraform(options Options) {
	if data, err := options.readFile(r.path); err == nil && len(bytes.TrimSpace(data)) == 0 {
		r.inventory.Problems = append(r.inventory.Problems, unrecognised(r.path, nil))
		return
	}
	r.inventory = terraform.ReadDir(r.path, r.terraformOptions(options))
}

// templateMark is text that a template or a plan has near its beginning.
var templateMark = regexp.MustCompile(`AWSTemplateFormatVersion|AWS::[A-Za-z0-9]+::|"(planned_values|resource_changes|terraform_version)"`)

// seemsTemplate looks at the beginning of a file that is too large to read.
func seemsTemplate(name string) bool {
	file, err := os.Open(name)
	if err != nil {
		return true
	}
	defer file.Close()
	head := make([]byte, 64<<10)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return true
	}
	return templateMark.Match(head[:n])
}

// readDocument reads one file by what it holds; nil when that is no template.
func readDocument(name string, data []byte, options cloudformation.Options) *cloud.Inventory {
	switch {
	case terraform.RecognisePlan(data):
		return terraform.ReadPlan(name, data)
	case cloudformation.Recognise(data):
		return cloudformation.Read(name, data, options)
	}
	if text, ok := fromUTF16(data); ok && cloudformation.Recognise(text) {
		return &cloud.Inventory{Problems: []cloud.Problem{inUTF16(name)}}
	}
	return nil
}

// inputName is what standard input is called in a report.
const inputName = "stdin"

// hclBlock is a line that begins a block as Terraform has them.
var hclBlock = regexp.MustCompile(`(?m)^[ \t]*(resource|module|data|variable|provider|terraform|locals|output)\b[^\n=:]*\{`)

// readInput reads standard input, which has no name to tell Terraform by.
func (r *root) readInput(options Options) {
	if options.Stdin == nil {
		return
	}
	data, err := readBounded(options.Stdin, options.MaxFileSize)
	if err != nil {
		r.inventory.Problems = append(r.inventory.Problems, unreadable(inputName, err))
		return
	}
	if inv := readDocument(inputName, data, cloudformation.Options{Parameters: options.Parameters}); inv != nil {
		r.inventory = inv
		return
	}
	if !hclBlock.Match(data) {
		r.inventory.Problems = append(r.inventory.Problems, unrecognised(inputName, data))
		return
	}
	const name = inputName + ".tf"
	own := r.terraformOptions(options)
	others := own.ReadFile
	own.ReadFile = func(file string) ([]byte, error) {
		if filepath.Base(file) == name {
			return data, nil
		}
		return others(file)
	}
	r.inventory = terraform.ReadDir(name, own)
}

// maxTerraformFile bounds a file of Terraform's own language: its parser takes
// some hundred times the size of the file in memory. The largest that people
// write have some hundred kilobytes.
const maxTerraformFile = 4 << 20

// terraformOptions lets a configuration read what is in its reach.
func (r *root) terraformOptions(options Options) terraform.Options {
	reach := reachOf(r.path, options)
	own := clean(r.path)
	return terraform.Options{
		Vars:           options.Vars,
		VarFiles:       options.VarFiles,
		RepositoryRoot: reach.widest,
		ReadFile: func(name string) ([]byte, error) {
			if clean(name) != own {
				if err := reach.check(name); err != nil {
					return nil, err
				}
			}
			data, err := options.readFile(name)
			if err == nil && isTerraform(name) && len(data) > maxTerraformFile {
				return nil, fmt.Errorf("%w: Terraform files of up to %d MB are read; split it", errTooLarge, maxTerraformFile>>20)
			}
			return data, err
		},
		ReadDir: os.ReadDir,
	}
}

// cloudFormationOptions lets a template read the nested stacks in its reach.
func (r *root) cloudFormationOptions(options Options) cloudformation.Options {
	reach := reachOf(r.path, options)
	return cloudformation.Options{
		Parameters: options.Parameters,
		ReadFile: func(name string) ([]byte, error) {
			if err := reach.check(name); err != nil {
				return nil, err
			}
			return options.readFile(name)
		},
	}
}
