// Package template finds the templates below the paths that a user names,
// recognises each by its content, and has it read by the source that
// understands it: CloudFormation, a Terraform configuration, a Terraform plan.
//
// A template that another one calls (a nested stack, a local module) is judged
// where it is called, with the values that it is given there, and not a second
// time for itself. It is judged for itself, too, when the user names it, and
// when its callers make none of its resources.
package template

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// DefaultMaxFileSize bounds a file when Options do not: CloudFormation takes
// templates of 1 MB, and plans of large configurations have some megabytes.
const DefaultMaxFileSize = 16 << 20

// Options say how templates are read. The zero value is usable.
type Options struct {
	Parameters map[string]string // of CloudFormation templates
	Vars       map[string]string // of Terraform root modules
	VarFiles   []string

	// Named are the files and folders that the user named. What is in such a
	// folder may be read by every template. Read sets it to its paths.
	Named []string

	MaxFileSize int64     // in bytes; 0 means DefaultMaxFileSize
	Stdin       io.Reader // read for the path "-"

	// ReadFile reads a whole file; nil means from disk. Whoever has changed a
	// file in memory gives the changed text here. The name is as the source
	// made it from the path that the user named.
	ReadFile func(name string) ([]byte, error)
}

// A root is one template, or one folder of Terraform, that is read for itself.
type root struct {
	path  string
	named bool // the user named it, rather than a folder above it
	kind  kind

	inventory *cloud.Inventory
}

type kind int

const (
	document kind = iota // one file, recognised by its content
	folder               // the Terraform configuration of one folder
	input                // standard input
)

// Read reads every template at or below the paths. What cannot be read is told
// in the inventory's Problems; that nothing was understood at all is an error
// there too. A cancelled context ends the reading with what was read so far.
func Read(ctx context.Context, paths []string, options Options) *cloud.Inventory {
	if options.MaxFileSize <= 0 {
		options.MaxFileSize = DefaultMaxFileSize
	}
	options.Named = paths
	f := &finder{options: options, seen: map[string]bool{}}
	for _, path := range paths {
		f.find(path)
	}
	readAll(ctx, f.roots, options)

	inv := &cloud.Inventory{Problems: slices.Concat(f.problems, withinBudget(f.roots, maxResources))}
	for _, r := range own(f.roots) {
		inv.Add(r.inventory)
	}
	inv.Files = unique(inv.Files)
	inv.Problems = append(once(inv.Problems), emptiness(paths, inv)...)
	return inv
}

// key names what a root reads, whatever way it was reached.
func (r *root) key() string { return clean(r.path) }

// clean makes one name of the many that a file can have.
func clean(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		return absolute
	}
	return filepath.Clean(path)
}

func unique(files []string) []string {
	seen := map[string]bool{}
	var kept []string
	for _, file := range files {
		if !seen[clean(file)] {
			seen[clean(file)] = true
			kept = append(kept, file)
		}
	}
	return kept
}

// once leaves out problems told before: a module that several others call is
// read for each.
func once(problems []cloud.Problem) []cloud.Problem {
	told := map[cloud.Problem]bool{}
	return slices.DeleteFunc(problems, func(p cloud.Problem) bool {
		before := told[p]
		told[p] = true
		return before
	})
}

// emptiness says that nothing was understood, which must not look like a scan
// that found no fault.
func emptiness(paths []string, inv *cloud.Inventory) []cloud.Problem {
	switch {
	case inv.Failed():
		return nil
	case len(inv.Files) == 0:
		return []cloud.Problem{{
			Severity: cloud.Error,
			Summary:  fmt.Sprintf("no template was found in %s", quoted(paths)),
			Detail:   "Name a CloudFormation template (JSON, YAML), a folder with Terraform files, the output of terraform show -json, or a folder above these.",
		}}
	case len(inv.Resources) == 0 && len(inv.Unmapped) == 0 && len(inv.Problems) > 0:
		return []cloud.Problem{{
			Severity: cloud.Error,
			Summary:  fmt.Sprintf("nothing in %s could be judged", quoted(paths)),
			Detail:   "The warnings say why.",
		}}
	case len(inv.Resources) == 0 && len(inv.Unmapped) > 0:
		return []cloud.Problem{{
			Severity: cloud.Error,
			Summary:  fmt.Sprintf("none of the resources in %s is of a type that Surety knows", quoted(paths)),
		}}
	}
	return nil
}

func quoted(paths []string) string {
	text := ""
	for i, path := range paths {
		switch {
		case i == 0:
		case i == len(paths)-1:
			text += " and "
		default:
			text += ", "
		}
		text += fmt.Sprintf("%q", path)
	}
	return text
}

// errTooLarge is the error for a file beyond the limit.
var errTooLarge = errors.New("the file is too large")

// readFile reads a regular file of bounded size: what a template names could be
// a device or a pipe, which go on for ever.
func (o Options) readFile(name string) ([]byte, error) {
	if o.ReadFile == nil {
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("not a regular file")}
		}
	}
	return o.readNamed(name)
}

// readNamed reads what the user named, which may be a pipe, as in
// <(cdk synth).
func (o Options) readNamed(name string) ([]byte, error) {
	if o.ReadFile != nil {
		return o.ReadFile(name)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return readBounded(file, o.MaxFileSize)
}

// readBounded reads all of r unless that is more than limit.
func readBounded(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		return nil, fmt.Errorf("%w: more than %d bytes (see --max-file-size)", errTooLarge, limit)
	}
	return data, err
}
