package template

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

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
			r.inventory = terraform.ReadDir(r.path, r.terraformOptions(options))
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
			r.inventory.Problems = append(r.inventory.Problems, unrecognised(r.path))
		}
	}
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
		r.inventory.Problems = append(r.inventory.Problems, unrecognised(inputName))
		return
	}
	const name = inputName + ".tf"
	own := r.terraformOptions(options)
	own.ReadFile = func(file string) ([]byte, error) {
		if filepath.Base(file) == name {
			return data, nil
		}
		return options.readFile(file)
	}
	r.inventory = terraform.ReadDir(name, own)
}

func (r *root) terraformOptions(options Options) terraform.Options {
	return terraform.Options{
		Vars:           options.Vars,
		VarFiles:       options.VarFiles,
		RepositoryRoot: enclosing(r.path),
		ReadFile:       options.readFile,
		ReadDir:        os.ReadDir,
	}
}

// cloudFormationOptions lets a template read the nested stacks beside it, but
// no file outside the repository or working directory that it is part of.
func (r *root) cloudFormationOptions(options Options) cloudformation.Options {
	return cloudformation.Options{
		Parameters: options.Parameters,
		ReadFile: func(name string) ([]byte, error) {
			if !within(name, enclosing(r.path)) {
				return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("outside the folder that is scanned")}
			}
			return options.readFile(name)
		},
	}
}

func unrecognised(name string) cloud.Problem {
	return cloud.Problem{
		Severity: cloud.Error,
		File:     name,
		Summary:  "not a template that Surety knows",
		Detail:   "It reads CloudFormation and SAM (JSON, YAML), Terraform (.tf, .tf.json) and Terraform plans (the output of terraform show -json).",
	}
}

// enclosing is the folder that a template may read files from: the repository
// that it is in, else the working directory if that is above it, else its own
// folder.
func enclosing(path string) string {
	dir := clean(path)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	for above := dir; ; above = filepath.Dir(above) {
		if _, err := os.Lstat(filepath.Join(above, ".git")); err == nil {
			return above
		}
		if above == filepath.Dir(above) {
			break
		}
	}
	if working, err := os.Getwd(); err == nil && within(dir, working) {
		return working
	}
	return dir
}

// within tells whether a file, after its symbolic links are followed, is in a
// folder or below it.
func within(file, dir string) bool {
	real, err := filepath.EvalSymlinks(clean(file))
	if err != nil {
		// What does not exist gets its own error when it is read.
		real = clean(file)
	}
	top, err := filepath.EvalSymlinks(clean(dir))
	if err != nil {
		return false
	}
	below, err := filepath.Rel(top, real)
	return err == nil && below != ".." && !strings.HasPrefix(below, ".."+string(filepath.Separator))
}
