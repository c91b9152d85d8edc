package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
)

// The elements of JUnit's report that test dashboards agree on.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
		Warnings string      `xml:"system-err,omitempty"`
	}
	junitCase struct {
		Name    string       `xml:"name,attr"`
		Class   string       `xml:"classname,attr"`
		File    string       `xml:"file,attr,omitempty"`
		Line    int          `xml:"line,attr,omitempty"`
		Failure *junitReason `xml:"failure"`
		Error   *junitReason `xml:"error"`
		Skipped *junitReason `xml:"skipped"`
	}
	junitReason struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// writeJUnit writes a test suite for each file, with a test case for each
// check. What is unknown is skipped, and what could not be read is an error,
// so that neither looks like a pass. Characters that XML cannot hold are shown
// as their codes.
func writeJUnit(w io.Writer, r *Report) error {
	report := junitSuites{Name: "surety", Time: fmt.Sprintf("%.3f", r.Elapsed.Seconds())}
	suites := map[string]*junitSuite{}
	var order []string
	suite := func(name string) *junitSuite {
		if suites[name] == nil {
			suites[name] = &junitSuite{Name: name}
			order = append(order, name)
		}
		return suites[name]
	}
	for _, g := range grouped(r.all()) {
		s := suite(plainLines(g.title))
		for _, c := range g.checks {
			s.add(junitCheck(c))
		}
	}
	for _, p := range r.problems() {
		s := suite(plainLines(problemPlace(p)))
		if p.Severity == cloud.Error {
			s.add(junitProblem(p))
		} else {
			s.Warnings += plainLines(p.Error()) + "\n"
		}
	}
	for _, name := range order {
		s := suites[name]
		report.Tests += s.Tests
		report.Failures += s.Failures
		report.Errors += s.Errors
		report.Skipped += s.Skipped
		report.Suites = append(report.Suites, *s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(report); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// problemPlace names the suite of a problem that may belong to no file.
func problemPlace(p cloud.Problem) string {
	if p.File == "" {
		return "scan"
	}
	return p.File
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

func junitCheck(c *engine.Check) junitCase {
	file, line := place(c)
	name := c.Rule.ID + " " + c.Resource.ID
	if from := caller(c.Resource); from != "" {
		name += " in " + from
	}
	out := junitCase{
		Name:  plainLines(name),
		Class: plainLines(c.Resource.Type),
		File:  plainLines(file),
		Line:  line,
	}
	message := plainLines(c.Message)
	switch {
	case c.Suppressed != nil:
		note := "suppressed: " + plainLines(c.Suppressed.Reason)
		out.Skipped = &junitReason{Message: note, Text: message}
	case c.Verdict == engine.Fail:
		text := []string{message, "rule: " + c.Rule.ID + " " + c.Rule.Title, "risk: " + string(c.Risk)}
		if at := position(c); at != "" {
			text = append(text, "at: "+at)
		}
		text = append(text, "more: surety explain "+c.Rule.ID)
		out.Failure = &junitReason{Message: message, Type: string(c.Risk), Text: plainLines(strings.Join(text, "\n"))}
	case c.Verdict != engine.Pass:
		out.Skipped = &junitReason{Message: sentence(c), Text: plainLines(strings.Join(c.Missing, "\n"))}
	}
	return out
}

func junitProblem(p cloud.Problem) junitCase {
	return junitCase{
		Name:  plainLines(p.Summary),
		Class: "surety",
		File:  plainLines(p.File),
		Line:  p.Line,
		Error: &junitReason{Message: plainLines(p.Summary), Type: "problem", Text: plainLines(p.Error())},
	}
}
