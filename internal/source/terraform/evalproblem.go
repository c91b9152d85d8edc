package terraform

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/zclconf/go-cty/cty"
)

// maxProblems bounds how many warnings, and how many errors, one evaluation
// tells.
const maxProblems = 1000

// tell adds problems that were not told before: what is wrong in a block is
// wrong in each of its instances.
func (e *evaluator) tell(problems ...cloud.Problem) {
	for _, p := range problems {
		if e.isNew(p) {
			e.problems = append(e.problems, p)
		}
	}
}

// isNew tells whether a problem should be told, and is true once.
func (e *evaluator) isNew(p cloud.Problem) bool {
	key := fmt.Sprintf("%s:%d:%d:%d:%s", p.File, p.Line, p.Column, p.Severity, p.Summary)
	if e.told[key] {
		return false
	}
	e.told[key] = true
	e.count[p.Severity]++
	if e.count[p.Severity] == maxProblems+1 {
		e.problems = append(e.problems, cloud.Problem{
			Severity: p.Severity, File: e.rootDir, Summary: fmt.Sprintf("There are more than %d problems of this kind", maxProblems),
			Detail: "Those that are not shown are like the others. Mend these first.",
		})
	}
	return e.count[p.Severity] <= maxProblems
}

// report tells a problem at a place.
func (e *evaluator) report(severity cloud.Severity, rng hcl.Range, summary, detail string) {
	p := cloud.Problem{Severity: severity, File: rng.Filename, Line: rng.Start.Line, Column: rng.Start.Column, Summary: summary, Detail: detail}
	if !e.isNew(p) {
		return
	}
	if f := e.sources[rng.Filename]; f != nil {
		p.Source = f.line(p.Line)
	}
	e.problems = append(e.problems, p)
}

// reportDiagnostics tells what HCL found, errors with this severity.
func (e *evaluator) reportDiagnostics(severity cloud.Severity, diags hcl.Diagnostics) {
	for _, d := range diags {
		var rng hcl.Range
		if d.Subject != nil {
			rng = *d.Subject
		}
		of := severity
		switch {
		case d.Extra == beyondBounds:
			of = cloud.Error
		case d.Severity != hcl.DiagError:
			of = cloud.Warning
		}
		e.report(of, rng, strings.TrimSuffix(d.Summary, "."), d.Detail)
	}
}

// fault is a diagnostic.
func fault(rng hcl.Range, summary, detail string) hcl.Diagnostics {
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &rng}}
}

// describeTypeError says where in a value the error is.
func describeTypeError(err error) string {
	var at cty.PathError
	if !errors.As(err, &at) || len(at.Path) == 0 {
		return err.Error()
	}
	var b strings.Builder
	for _, step := range at.Path {
		switch step := step.(type) {
		case cty.GetAttrStep:
			b.WriteString("." + step.Name)
		case cty.IndexStep:
			switch {
			case step.Key.Type() == cty.String && step.Key.IsKnown() && !step.Key.IsMarked():
				fmt.Fprintf(&b, "[%q]", step.Key.AsString())
			case step.Key.Type() == cty.Number && step.Key.IsKnown() && !step.Key.IsMarked():
				fmt.Fprintf(&b, "[%s]", step.Key.AsBigFloat().Text('f', -1))
			default:
				b.WriteString("[…]")
			}
		}
	}
	return strings.TrimPrefix(b.String(), ".") + ": " + at.Error()
}

// sentence makes a sentence of an error.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
