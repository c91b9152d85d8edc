package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/report"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/template"
)

// newScanTemplate makes the command that judges templates.
func newScanTemplate() *cobra.Command {
	var (
		templates templateFlags
		rules     selection
		out       presentation
	)
	c := &cobra.Command{
		Use:   "template PATH…",
		Short: "Scan CloudFormation templates, Terraform configurations and plans",
		Long: `Scan files and folders. What each holds is recognised by its content:
CloudFormation and SAM (JSON, YAML), what CDK makes, Terraform (.tf, .tf.json)
and Terraform plans (the output of terraform show -json). The path - is standard
input.

Exit status: 0 when the scan is complete, 1 when something fails at or above
--fail-on (where that is given), 2 when something could not be read or the call
was wrong.`,
		Example: `  surety scan template .
  surety scan template network.yaml --parameters Env=prod --fail-on high
  terraform show -json plan.out | surety scan template - --format sarif -o plan.sarif
  surety scan template . --format html -o report.html`,
		RunE: func(c *cobra.Command, paths []string) error {
			if len(paths) == 0 {
				return usage(c, "name the files or folders to scan, or - for standard input")
			}
			return scanTemplate(c, paths, &templates, &rules, &out)
		},
	}
	templates.flags(c)
	rules.flags(c)
	out.flags(c)
	return c
}

func scanTemplate(c *cobra.Command, paths []string, templates *templateFlags, rules *selection, out *presentation) error {
	start := time.Now()
	if err := out.check(c); err != nil {
		return err
	}
	if err := report.ForTemplates(out.format); err != nil {
		return usage(c, err.Error())
	}
	reading, err := templates.options(c)
	if err != nil {
		return err
	}
	judging, err := rules.options()
	if err != nil {
		return err
	}
	judging.Now = start.UTC()
	inv := template.Read(c.Context(), paths, reading)
	result, err := engine.Run(c.Context(), inv, judging)
	if err != nil {
		return fmt.Errorf("the scan was stopped: %w", err)
	}
	return out.show(c, &report.Report{
		Checks:    result.Checks,
		Standard:  rules.outcome(judging, result.Checks, notInTemplates),
		Problems:  slices.Concat(inv.Problems, rules.idle(judging, idleInTemplates), result.Problems),
		Files:     inv.Files,
		Unmapped:  inv.Unmapped,
		Resources: len(inv.Resources),
		Rules:     result.Rules,
		Elapsed:   time.Since(start),
		Time:      judging.Now,
	})
}

// A presentation is what a user says about the report.
type presentation struct {
	format         string
	output         string
	failOn         string
	showSuppressed bool
	showPassed     bool
	noColor        bool
}

// failOnNone lets a scan exit 0 whatever it finds.
const failOnNone = "none"

func (p *presentation) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&p.format, "format", "table", "`format` of the report: "+strings.Join(report.Formats(), ", "))
	outputFlag(c, &p.output)
	f.StringVar(&p.failOn, "fail-on", failOnNone, "exit 1 when a check fails at this `risk` or above: low, medium, high, very-high, extreme, none")
	f.BoolVar(&p.showSuppressed, "show-suppressed", false, "list what is suppressed, too")
	f.BoolVar(&p.showPassed, "show-passed", false, "list what passed, too, where a format leaves it out")
	noColorFlag(c, &p.noColor)
}

// check tells what is wrong with the flags before a long scan rather than
// after it.
func (p *presentation) check(c *cobra.Command) error {
	if err := report.Known(p.format); err != nil {
		return usage(c, err.Error())
	}
	if p.failOn != failOnNone && rule.Risk(p.failOn).Level() == 0 {
		return usage(c, fmt.Sprintf("--fail-on %q is no risk; use low, medium, high, very-high, extreme or none", p.failOn))
	}
	return nil
}

// show writes the report and turns it into the exit status.
func (p *presentation) show(c *cobra.Command, r *report.Report) error {
	r.Version = version()
	r.Dir, _ = os.Getwd() // without it, absolute names stay as they are
	r.ShowSuppressed, r.ShowPassed = p.showSuppressed, p.showPassed
	if toStdout(p.output) {
		s := screenOf(c.OutOrStdout(), p.noColor)
		r.Color, r.Width = s.color, s.width
	}
	if err := writeOutput(c, p.output, func(w io.Writer) error { return report.Write(w, p.format, r) }); err != nil {
		return err
	}
	// The table shows the problems itself. In any other format, and in a file,
	// a person would look for them in vain.
	if p.format != "table" || !toStdout(p.output) {
		s := screenOf(c.ErrOrStderr(), p.noColor)
		if err := report.WriteUnread(c.ErrOrStderr(), r.Live, s.color, s.width); err != nil {
			return err
		}
		if err := report.WriteProblems(c.ErrOrStderr(), r.Problems, s.color, s.width); err != nil {
			return err
		}
	}
	return p.status(r)
}

// status is the exit status for a report.
func (p *presentation) status(r *report.Report) error {
	if slices.ContainsFunc(r.Problems, func(p cloud.Problem) bool { return p.Severity == cloud.Error }) {
		return failed
	}
	if p.failOn == failOnNone {
		return nil
	}
	for _, c := range r.Checks {
		if c.Verdict == engine.Fail && c.Suppressed == nil && c.Risk.Level() >= rule.Risk(p.failOn).Level() {
			return found
		}
	}
	return nil
}
