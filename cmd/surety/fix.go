package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/fix"
	"github.com/surety-cloud/surety/internal/report"
	"github.com/surety-cloud/surety/internal/source/template"
)

// newFix makes the command that repairs.
func newFix() *cobra.Command {
	return group("fix", "Repair what fails", newFixTemplate())
}

// newFixTemplate makes the command that repairs templates.
func newFixTemplate() *cobra.Command {
	var (
		templates   templateFlags
		rules       selection
		diff, write bool
	)
	c := &cobra.Command{
		Use:   "template PATH…",
		Short: "Correct CloudFormation templates and Terraform configurations in place",
		Long: `Correct what fails in CloudFormation templates (YAML, JSON) and Terraform
configurations. Comments, order and layout stay; only what must change does.
Every correction is proven before it is made: with it the rule passes, and
nothing fails that did not fail before. What cannot be corrected is told with
the reason: a value that a parameter or variable sets is left to you.

Without --write nothing is written: the corrections are shown as a diff, which
git apply and patch read.

Exit status: 0 when everything that has a correction was corrected (or shown so),
1 when something was not, 2 when something could not be read or the call was
wrong.`,
		Example: `  surety fix template network.yaml
  surety fix template . --write
  surety fix template infra --rule EC2-075 --diff > ssh.patch`,
		RunE: func(c *cobra.Command, paths []string) error {
			switch {
			case len(paths) == 0:
				return usage(c, "name the files or folders to correct, or - for standard input")
			case diff && write:
				return usage(c, "choose one of --diff and --write")
			case write && slices.Contains(paths, template.Stdin):
				return usage(c, "standard input cannot be written to; leave --write out")
			}
			return fixTemplate(c, paths, &templates, &rules, write)
		},
	}
	c.Flags().BoolVar(&diff, "diff", false, "show the corrections as a diff (the default)")
	c.Flags().BoolVar(&write, "write", false, "write the corrected files")
	templates.flags(c)
	rules.flags(c)
	return c
}

func fixTemplate(c *cobra.Command, paths []string, templates *templateFlags, rules *selection, write bool) error {
	reading, err := templates.options(c)
	if err != nil {
		return err
	}
	folder, err := fix.NewFolder(paths, reading)
	if err != nil {
		return err
	}
	// The rules that are not to be repaired still take part in the proof.
	judging, err := (&selection{pages: rules.pages, settings: rules.settings, exclude: rules.exclude}).options()
	if err != nil {
		return err
	}
	chosen, err := rules.options()
	if err != nil {
		return err
	}
	judging.Now = time.Now().UTC()
	files, problems, err := fix.Repair(c.Context(), fix.Options{
		Engine: judging, Rules: chosen.Rules, Read: folder.Read, ReadFile: folder.ReadFile,
	})
	if err != nil {
		return fmt.Errorf("the repair was stopped: %w", err)
	}
	stderr := screenOf(c.ErrOrStderr(), false)
	if err := report.WriteProblems(c.ErrOrStderr(), problems, stderr.color, stderr.width); err != nil {
		return err
	}
	for _, f := range files {
		if !f.Changed() {
			continue
		}
		if write {
			err = writeCorrected(f)
		} else {
			_, err = io.WriteString(c.OutOrStdout(), fix.Diff(f))
		}
		if err != nil {
			return err
		}
	}
	corrected, skipped := tellCorrections(c.ErrOrStderr(), files, write)
	if corrected+skipped > 0 || len(problems) == 0 {
		fmt.Fprintf(c.ErrOrStderr(), "%d corrected, %d not corrected\n", corrected, skipped)
	}
	switch {
	case slices.ContainsFunc(problems, func(p cloud.Problem) bool { return p.Severity == cloud.Error }):
		return failed
	case skipped > 0:
		return found
	}
	return nil
}

// writeCorrected replaces a file, unless someone has changed it meanwhile.
func writeCorrected(f fix.File) error {
	now, err := os.ReadFile(f.Path)
	if err == nil && !bytes.Equal(now, f.Before) {
		err = errors.New("it was changed while it was being corrected; nothing was written to it")
	}
	if err == nil {
		err = replaceFile(f.Path, f.After)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", f.Path, err)
	}
	return nil
}

// tellCorrections lists what was corrected, where that is not to be seen in a
// diff, what to know of it, and what was not corrected.
func tellCorrections(w io.Writer, files []fix.File, all bool) (corrected, skipped int) {
	for _, f := range files {
		for _, change := range f.Changes {
			corrected++
			if !all && change.Note == "" {
				continue
			}
			note := ""
			if change.Note != "" {
				note = " (" + change.Note + ")"
			}
			fmt.Fprintln(w, oneLine(fmt.Sprintf("%s: %s corrected: %s of %s%s", at(f.Path, change.Line), change.Rule, change.Property, change.Resource, note)))
		}
	}
	for _, f := range files {
		for _, s := range f.Skipped {
			skipped++
			fmt.Fprintln(w, oneLine(fmt.Sprintf("%s: %s not corrected: %s: %s", at(f.Path, s.Line), s.Rule, s.Resource, s.Reason)))
		}
	}
	return corrected, skipped
}

// at is a place in a file; line 0 is none.
func at(file string, line int) string {
	if line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d", file, line)
}

// oneLine keeps text that a template's author wrote from moving the cursor.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, text)
}
