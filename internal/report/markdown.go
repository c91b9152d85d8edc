package report

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
)

const (
	// longList is how many findings a file may have before they are folded.
	longList = 10

	// commentLimit keeps the whole below the 65,536 characters that a comment
	// on GitHub may have; what is left out is counted.
	commentLimit = 60_000
)

// writeMarkdown writes a comment for a pull request: what the scan adds up to,
// what could not be read, then the findings by file.
func writeMarkdown(w io.Writer, r *Report) error {
	m := &markdown{r: r}
	m.summary()
	m.problems()
	m.standard()
	m.findings()
	if m.left > 0 {
		m.paragraph(fmt.Sprintf("A comment has no room for %d more. `surety scan` shows all.", m.left))
	}
	_, err := io.WriteString(w, strings.TrimRight(m.text.String(), "\n")+"\n")
	return err
}

// A markdown is the text of the comment as it grows.
type markdown struct {
	r    *Report
	text strings.Builder
	left int // entries that found no room
}

// paragraph and line write what always has room.
func (m *markdown) paragraph(text string) { m.line(text + "\n") }
func (m *markdown) line(text string)      { m.text.WriteString(text + "\n") }

// entry writes one line of a list or table if there is room for it. Nothing
// follows an entry that was left out.
func (m *markdown) entry(line string) {
	if m.left > 0 || m.text.Len()+len(line) > commentLimit {
		m.left++
		return
	}
	m.line(line)
}

func (m *markdown) summary() {
	n := m.r.tally()
	switch {
	case len(m.r.Checks) == 0:
		m.paragraph("## Surety: nothing was judged")
	case n.fail == 0:
		m.paragraph("## Surety: nothing failed")
	default:
		m.paragraph("## Surety: " + plural(n.fail, "finding"))
	}
	m.line("| Result | Checks |\n| --- | ---: |")
	for _, risk := range worstFirst() {
		if n.failed[risk] > 0 {
			m.line(fmt.Sprintf("| Failed, %s risk | %d |", risk, n.failed[risk]))
		}
	}
	if n.fail == 0 {
		m.line("| Failed | 0 |")
	}
	if n.unknown > 0 {
		m.line(fmt.Sprintf("| Unknown | %d |", n.unknown))
	}
	if n.suppressed > 0 {
		m.line(fmt.Sprintf("| Suppressed | %d |", n.suppressed))
	}
	m.line(fmt.Sprintf("| Passed | %d |\n", n.pass))
	m.line(strings.Join(m.r.scope(), ", ") + "\n")
	if n.fail > 0 {
		m.line("Why a finding matters and how to repair it: `surety explain RULE`\n")
	}
	if text := m.r.unmappedText(); text != "" {
		m.entry(escape(text) + "\n")
	}
}

func (m *markdown) problems() {
	problems := m.r.problems()
	if len(problems) == 0 {
		return
	}
	m.paragraph("### Problems")
	for _, p := range problems {
		line := "- Warning"
		if p.Severity == cloud.Error {
			line = "- **Error**"
		}
		if p.File != "" {
			line += " in " + m.link(p.File, p.Line)
		}
		line += ": " + escape(p.Summary)
		if p.Detail != "" {
			line += "<br>" + escape(p.Detail)
		}
		m.entry(line)
	}
	m.line("")
}

func (m *markdown) findings() {
	groups := grouped(m.r.notable())
	slices.SortStableFunc(groups, func(a, b group) int {
		return cmp.Compare(heaviest(b.checks), heaviest(a.checks))
	})
	for _, g := range groups {
		if m.left > 0 {
			m.left += len(g.checks)
			continue
		}
		m.group(g)
	}
}

// group writes the findings of one file, the worst first.
func (m *markdown) group(g group) {
	checks := slices.Clone(g.checks)
	slices.SortStableFunc(checks, func(a, b *engine.Check) int { return cmp.Compare(weight(b), weight(a)) })
	if len(checks) > longList {
		m.paragraph(fmt.Sprintf("<details>\n<summary>%s: %s</summary>", escapeHTML(g.title), plural(len(checks), "result")))
		defer m.paragraph("</details>")
	} else {
		m.paragraph("### " + code(g.title))
	}
	m.line("| Risk | Rule | Resource | Finding |\n| --- | --- | --- | --- |")
	for _, c := range checks {
		m.entry(m.row(c))
	}
	m.line("")
}

func (m *markdown) row(c *engine.Check) string {
	resource := cell(code(c.Resource.ID))
	if file, line := place(c); file != "" {
		resource += "<br>" + m.link(file, line)
	}
	if from := caller(c.Resource); from != "" {
		resource += "<br>in " + escape(from)
	}
	finding := escape(sentence(c))
	for _, note := range notes(c) {
		finding += "<br>" + escape(note)
	}
	return fmt.Sprintf("| %s | %s | %s | %s |", label(c), escape(c.Rule.ID), resource, finding)
}

// link is a link to a line of a file: [net.yaml:12](net.yaml#L12).
func (m *markdown) link(file string, line int) string {
	file = m.r.relative(file)
	target := (&url.URL{Path: filepath.ToSlash(strings.ToValidUTF8(file, "\uFFFD"))}).String()
	target = strings.NewReplacer("(", "%28", ")", "%29", "|", "%7C").Replace(target)
	text := escape(file)
	if line > 0 {
		text += fmt.Sprintf(":%d", line)
		target += fmt.Sprintf("#L%d", line)
	}
	return fmt.Sprintf("[%s](%s)", text, target)
}

// escape makes text plain in Markdown, in a table's cell too: no formatting,
// no element of HTML, and no one is mentioned by an @ in a name.
func escape(text string) string {
	return strings.NewReplacer(
		`\`, `\\`, "`", "\\`", "|", `\|`, "*", `\*`, "_", `\_`, "~", `\~`,
		"[", `\[`, "]", `\]`, "#", `\#`, "&", "&amp;", "<", "&lt;", ">", "&gt;",
		"@", "@<!-- -->",
	).Replace(plain(text))
}

// escapeHTML makes text plain in an element of HTML.
func escapeHTML(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "@", "@<!-- -->").Replace(plain(text))
}

// code shows text as code, between more backticks than it holds.
func code(text string) string {
	text = plain(text)
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + text + fence
}

// cell keeps a bar from ending a table's cell, within code too.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
