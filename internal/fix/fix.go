// Package fix repairs templates: it changes the text of a CloudFormation
// template or a Terraform configuration so that what failed a rule passes,
// and leaves everything else of the text as it is, byte for byte.
//
// A correction goes through these steps:
//
//	value   the rule says which properties should have which values
//	delta   what differs between the value that is there and that one
//	edits   where the difference stands in the text: package cfn for
//	        CloudFormation, package tf for Terraform
//	proof   the changed text is scanned again: the check must pass, nothing
//	        may fail that did not fail before, and no property may differ but
//	        those that the rule names
//
// What does not stand the proof is left out and reported with the reason.
// Corrections of one resource are made one after the other, each on the text
// that the one before has left, so that they compose.
//
// A value that someone chooses at deployment (a parameter, a variable, a
// condition) is never replaced by a literal: the failing value is then only a
// default, and the place to repair is where the choice is made.
package fix

import (
	"context"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
)

// Options say what is repaired, and how its proof is made.
type Options struct {
	// Engine says how checks are made. All its rules take part in the proof.
	Engine engine.Options

	// Rules are the ids of the rules to repair; nil means every rule that has
	// a correction.
	Rules []string

	// Read reads the templates of some worlds as the scan did, or all of them
	// where worlds is nil. Others may be read as well. The texts of changed
	// files, by their names in [cloud.Location], take the place of those that
	// the names lead to.
	Read func(ctx context.Context, worlds []string, changed map[string][]byte) (*cloud.Inventory, error)

	// ReadFile reads the text of a file by its name in [cloud.Location].
	ReadFile func(name string) ([]byte, error)
}

// A File is a template with what was repaired in it, and what could not be.
type File struct {
	Path          string
	Before, After []byte
	Changes       []Change
	Skipped       []Skipped
}

// Changed tells whether the text differs.
func (f *File) Changed() bool { return string(f.Before) != string(f.After) }

// A Change is a property that was repaired.
type Change struct {
	Rule     string
	Resource string // logical id or address
	Property string
	Line     int    // where the fault stood in the text before
	Note     string // what to know of the change: "AWS replaces the resource …"
}

// NothingToChange is the reason of a [Skipped] whose rule has a correction,
// but none for this resource.
const NothingToChange = "the rule has no correction for this case"

// A Skipped is a failing check whose correction could not be made.
type Skipped struct {
	Rule     string
	Resource string
	Line     int
	Reason   string // "StorageEncrypted comes from parameter Encrypt (line 2)"
}

// Template repairs what fails in the templates that options.Read reads. Files
// come in order of their names; a file in which nothing was to be repaired is
// not among them. Suppressed checks are left alone. The error is one of
// reading or judging the templates; it says nothing of single corrections.
func Template(ctx context.Context, options Options) ([]File, error) {
	files, _, err := Repair(ctx, options)
	return files, err
}

// Repair is [Template] that tells the problems of reading and judging the
// templates, too: what was not understood was not repaired either.
func Repair(ctx context.Context, options Options) ([]File, []cloud.Problem, error) {
	w := newWorkshop(options)
	if err := w.run(ctx); err != nil {
		return nil, nil, err
	}
	return w.result(), w.problems, nil
}

func (w *workshop) result() []File {
	w.tellSkipped()
	var out []File
	for _, f := range w.files {
		f.After = f.Before
		if text, changed := w.text[f.Path]; changed {
			f.After = text
		}
		// A correction may touch a second file, beside the one it is told of.
		if len(f.Changes) == 0 && len(f.Skipped) == 0 && !f.Changed() {
			continue
		}
		slices.SortStableFunc(f.Changes, func(a, b Change) int { return a.Line - b.Line })
		slices.SortStableFunc(f.Skipped, func(a, b Skipped) int { return a.Line - b.Line })
		out = append(out, *f)
	}
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return out
}
