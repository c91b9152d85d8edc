package cloud

import (
	"fmt"
	"strings"
)

// An Inventory is what one scan read, and what it could not read.
type Inventory struct {
	Resources []*Resource
	Problems  []Problem

	// Unread is what could not be read of live accounts.
	Unread []Unread

	// Given says what the live source was asked for and tells, by type and
	// property; a property that is false, or not there, is not known of any
	// resource of the type. It is nil where only templates were read.
	Given map[string]map[string]bool

	// Files are the templates that were understood, in the order read.
	Files []string

	// Unmapped counts resources whose type the source knows of but cannot
	// translate ("aws_workspacesweb_portal"), by type.
	Unmapped map[string]int
}

// Add appends what another source read.
func (inv *Inventory) Add(other *Inventory) {
	inv.Resources = append(inv.Resources, other.Resources...)
	inv.Problems = append(inv.Problems, other.Problems...)
	inv.Unread = append(inv.Unread, other.Unread...)
	inv.Files = append(inv.Files, other.Files...)
	if inv.Given == nil {
		inv.Given = other.Given
	}
	for typ, n := range other.Unmapped {
		if inv.Unmapped == nil {
			inv.Unmapped = map[string]int{}
		}
		inv.Unmapped[typ] += n
	}
}

// Failed tells whether any problem is an error: the scan is not complete.
func (inv *Inventory) Failed() bool {
	for _, p := range inv.Problems {
		if p.Severity == Error {
			return true
		}
	}
	return false
}

// Severity of a [Problem].
type Severity int

// A warning leaves the verdicts whole; an error means that something that the
// user named was not judged, and that the scan does not exit 0.
const (
	Warning Severity = iota
	Error
)

func (s Severity) String() string {
	if s == Error {
		return "error"
	}
	return "warning"
}

// A Problem is something that could not be read or understood, told as a
// person needs it: what, where, and what to do.
type Problem struct {
	Severity Severity
	File     string
	Line     int // 0 when there is none
	Column   int // 0 when there is none
	Summary  string
	Detail   string // the remedy, or more about the cause; may be empty
	Source   string // the line of text at fault, without its end; may be empty
}

// Error makes a Problem an error: one paragraph, with the line and a caret.
func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Severity.String())
	b.WriteString(": ")
	b.WriteString(p.Summary)
	if p.File != "" {
		fmt.Fprintf(&b, "\n  on %s", p.File)
		if p.Line > 0 {
			fmt.Fprintf(&b, ":%d", p.Line)
			if p.Column > 0 {
				fmt.Fprintf(&b, ":%d", p.Column)
			}
		}
	}
	if p.Source != "" && len(p.Source) < 400 {
		number := fmt.Sprint(p.Line)
		fmt.Fprintf(&b, "\n  %s | %s", number, strings.ReplaceAll(p.Source, "\t", " "))
		if p.Column > 0 && p.Column <= len(p.Source)+1 {
			fmt.Fprintf(&b, "\n  %s | %s^", strings.Repeat(" ", len(number)), strings.Repeat(" ", p.Column-1))
		}
	}
	if p.Detail != "" {
		b.WriteString("\n  ")
		b.WriteString(strings.ReplaceAll(p.Detail, "\n", "\n  "))
	}
	return b.String()
}
