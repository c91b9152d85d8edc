package terraform

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/surety-cloud/surety/internal/cloud"
)

// A sourceFile is one configuration file in the form of HCL's native syntax,
// whichever of the two it was written in.
type sourceFile struct {
	name     string // as the user named it
	data     []byte
	body     *hclsyntax.Body
	comments []ignoreComment
}

// maxProblemsPerFile bounds how many syntax errors of one file are told.
const maxProblemsPerFile = 20

// parseFile parses one configuration file. A file with a syntax error gives no
// body: half of a resource must not be judged.
func parseFile(name string, data []byte) (*sourceFile, []cloud.Problem) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	f := &sourceFile{name: name, data: data}
	if p := checkText(name, data); p != nil {
		return f, []cloud.Problem{*p}
	}
	var diags hcl.Diagnostics
	var problems []cloud.Problem
	if strings.HasSuffix(name, ".json") {
		f.body, diags = parseJSON(name, data)
	} else {
		var tokens hclsyntax.Tokens
		if mayNest(data) || bytes.Contains(data, []byte("surety:ignore")) {
			tokens, _ = hclsyntax.LexConfig(data, name, hcl.InitialPos)
		}
		if rng, ok := tooDeep(tokens); ok {
			diags = hcl.Diagnostics{tooDeepDiagnostic(rng)}
		} else {
			var file *hcl.File
			file, diags = hclsyntax.ParseConfig(data, name, hcl.InitialPos)
			if file != nil {
				f.body, _ = file.Body.(*hclsyntax.Body)
			}
			f.comments, problems = ignoreComments(f, tokens)
		}
	}
	if diags.HasErrors() {
		f.body = nil
	}
	for i, d := range diags {
		if i == maxProblemsPerFile {
			break
		}
		problems = append(problems, f.problem(d))
	}
	return f, problems
}

// checkText refuses what is not UTF-8, at the place where it is not.
func checkText(name string, data []byte) *cloud.Problem {
	if utf8.Valid(data) {
		return nil
	}
	at := 0
	for at < len(data) {
		r, n := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	start := bytes.LastIndexByte(data[:at], '\n') + 1
	return &cloud.Problem{
		Severity: cloud.Error,
		File:     name,
		Line:     bytes.Count(data[:at], []byte("\n")) + 1,
		Column:   utf8.RuneCount(data[start:at]) + 1,
		Summary:  "The file is not UTF-8 text",
		Detail:   fmt.Sprintf("The byte %#x begins no character. Save the file as UTF-8.", data[at]),
	}
}

// problem makes a Problem of a diagnostic about f.
func (f *sourceFile) problem(d *hcl.Diagnostic) cloud.Problem {
	p := cloud.Problem{Severity: cloud.Error, File: f.name, Summary: d.Summary, Detail: d.Detail}
	if d.Severity == hcl.DiagWarning {
		p.Severity = cloud.Warning
	}
	if d.Subject != nil {
		p.Line, p.Column = d.Subject.Start.Line, d.Subject.Start.Column
		p.Source = f.line(p.Line)
	}
	return p
}

// line is the text of a line, from 1, without its end.
func (f *sourceFile) line(n int) string {
	rest := f.data
	for ; n > 1; n-- {
		end := bytes.IndexByte(rest, '\n')
		if end < 0 {
			return ""
		}
		rest = rest[end+1:]
	}
	if end := bytes.IndexByte(rest, '\n'); end >= 0 {
		rest = rest[:end]
	}
	return string(bytes.TrimSuffix(rest, []byte("\r")))
}
