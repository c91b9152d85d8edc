// Package report writes the checks of one scan: for a person at a terminal,
// for scripts, and for the tools that show findings elsewhere. Each format is
// a function in a file of its own.
//
// Whatever the format, the order is the same: by file, line, resource, risk
// (the worst first) and rule, so that the same scan gives the same bytes. What
// groups them otherwise (HTML by rule, ASFF by account and region) keeps that
// order within each group.
package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/standard"
)

// A Report is what one scan came to, and how it shall be shown.
type Report struct {
	Checks   []*engine.Check
	Problems []cloud.Problem
	Files    []string       // the templates that were understood
	Unmapped map[string]int // resources that could not be judged, by type
	Live     *Live          // what reading live accounts took; nil for templates

	// Standard is the scan by control, where that was asked for: table, json,
	// markdown and html show it.
	Standard *standard.Outcome

	Resources int // how many resources were read
	Rules     int // how many rules were held against them
	Elapsed   time.Duration
	Time      time.Time // when the checks were made; ocsf and asff need it
	Version   string    // of Surety; may be empty

	// Dir is the working directory: a file named by an absolute path below it
	// is shown relative to it where a format asks for relative names. May be
	// empty.
	Dir string

	// ShowSuppressed lists what users accepted; otherwise it is only counted.
	// SARIF, OCSF and ASFF always have it, for their readers close an alert by it.
	ShowSuppressed bool

	// ShowPassed lists what passed in the formats that people read and in
	// SARIF; otherwise it is only counted there. The others always have it.
	ShowPassed bool

	Color bool // terminal colours in the table
	Width int  // columns to wrap the table to; 0 is one line a finding, for pipes
}

// A format is one way to write a report.
type format struct {
	name  string
	write func(io.Writer, *Report) error
	live  bool // it has no place for the checks of a template
}

// formats lists every format, in the order in which help shows them.
func formats() []format {
	return []format{
		{name: "table", write: writeTable},
		{name: "json", write: writeJSON},
		{name: "jsonl", write: writeJSONLines},
		{name: "csv", write: writeCSV},
		{name: "sarif", write: writeSARIF},
		{name: "junit", write: writeJUnit},
		{name: "markdown", write: writeMarkdown},
		{name: "html", write: writeHTML},
		{name: "ocsf", write: writeOCSF},
		{name: "asff", write: writeASFF, live: true},
	}
}

// Formats lists the names that [Write] takes.
func Formats() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

// Known returns an error that names the nearest format when there is none of
// that name, so that a mistyped name is told before a long scan, not after it.
func Known(name string) error {
	for _, f := range formats() {
		if f.name == name {
			return nil
		}
	}
	names := strings.Join(Formats(), ", ")
	if near := schema.Nearest(name, Formats()); near != "" {
		return fmt.Errorf("there is no format %q; did you mean %q? The formats are %s", name, near, names)
	}
	return fmt.Errorf("there is no format %q; the formats are %s", name, names)
}

// ForTemplates returns an error when the format of that name cannot hold the
// checks of a template, to be told before the scan as [Known] is.
func ForTemplates(name string) error {
	for _, f := range formats() {
		if f.name == name && f.live {
			return fmt.Errorf("the format %s cannot be used for templates: %w", name, errNoAccount)
		}
	}
	return nil
}

// Write writes the report in the format of that name.
func Write(w io.Writer, name string, r *Report) error {
	if err := Known(name); err != nil {
		return err
	}
	for _, f := range formats() {
		if f.name != name {
			continue
		}
		buffered := bufio.NewWriter(w)
		if err := f.write(buffered, r); err != nil {
			return fmt.Errorf("write the report as %s: %w", name, err)
		}
		if err := buffered.Flush(); err != nil {
			return fmt.Errorf("write the report as %s: %w", name, err)
		}
	}
	return nil
}
