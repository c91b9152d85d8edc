package web

import (
	"fmt"
	"slices"
	"strings"
)

// A tplLine is a line of a template, with the findings that stand there. Gap is
// how many lines before it are left out.
type tplLine struct {
	Number   int
	Text     string
	Gap      int
	Fault    bool // a problem of reading names it
	Findings []*tplFinding
}

// What a page of results has room for, in bytes of HTML for all templates
// together: a page has at most 300 kB.
const (
	tplRoomKept     = 90 << 10
	tplRoomFindings = 70 << 10
	tplRoomSource   = 80 << 10
	tplRoomDiff     = 35 << 10
	tplProblems     = 20  // that are shown of a template
	tplAround       = 4   // lines around a finding
	tplWhole        = 400 // lines of a template that is shown as a whole
	tplWidest       = 400 // bytes of a line
)

// A room is the bytes that are left.
type room int

// takes tells whether a text still fits, as HTML with some markup, and if so
// takes its place.
func (r *room) takes(markup int, texts ...string) bool {
	size := markup
	for _, t := range texts {
		size += len(t)
		for i := range len(t) {
			if strings.IndexByte(`"&'+<>`, t[i]) >= 0 {
				size += len("&#34;") - 1
			}
		}
	}
	if size > int(*r) {
		return false
	}
	*r -= room(size)
	return true
}

// tplFit leaves out what a page has no room for.
func tplFit(f *tplForm) {
	kept, findings, source, diff := room(tplRoomKept), room(tplRoomFindings), room(tplRoomSource), room(tplRoomDiff)
	for _, r := range f.Results {
		r.Failures, r.More = tplFitFindings(&findings, r.Failures)
		r.Unknown, r.MoreUnknown = tplFitFindings(&findings, r.Unknown)
		r.Problems = r.Problems[:min(len(r.Problems), tplProblems)]
		for i, p := range r.Problems {
			r.Problems[i] = tplCut(p, 2000)
		}
		r.Unmapped = r.Unmapped[:min(len(r.Unmapped), 50)]
		r.lay(&source)
		if r.Fix != nil {
			r.Fix.fit(&diff)
		}
	}
	// A template that is left out moves those after it up; their buttons name
	// the place that they then have.
	var texts []tplText
	for i, t := range f.Templates {
		fits := kept.takes(200, t.Contents)
		if fits {
			texts = append(texts, t)
		}
		if i < len(f.Results) {
			f.Results[i].Kept, f.Results[i].Place = fits, len(texts)-1
		}
	}
	if len(texts) == 0 {
		texts = []tplText{{}}
	}
	f.Templates = texts
}

// tplFitFindings gives as many of the findings as there is room for, and how
// many are left out. Each stands in the list and below its line.
func tplFitFindings(left *room, list []*tplFinding) (shown []*tplFinding, more int) {
	for i, f := range list {
		f.Missing = f.Missing[:min(len(f.Missing), 10)]
		f.Message = tplCut(f.Message, 1000)
		if !left.takes(650+len(strings.Join(f.Missing, ", ")), f.Message, f.Message, f.Resource, f.Page, f.Page, f.RuleTitle) {
			return list[:i], len(list) - i
		}
	}
	return list, 0
}

// tplCut is the beginning of a text.
func tplCut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + " …"
}

// lay sets the lines of the source that are shown: all of a short template, of
// a long one those around findings and faults.
func (r *tplResult) lay(left *room) {
	lines := strings.Split(strings.TrimSuffix(r.Contents, "\n"), "\n")
	at := map[int][]*tplFinding{}
	faults := r.faultLines()
	places := slices.Clone(faults)
	for _, f := range r.Failures {
		if f.Line > 0 && f.Line <= len(lines) {
			at[f.Line] = append(at[f.Line], f)
			places = append(places, f.Line)
		}
	}
	if len(places) == 0 {
		return
	}
	wanted := map[int]bool{}
	for _, n := range places {
		for i := max(1, n-tplAround); i <= min(len(lines), n+tplAround); i++ {
			wanted[i] = true
		}
	}
	whole := len(lines) <= tplWhole
	before := 0
	for i, text := range lines {
		n := i + 1
		text = tplCut(strings.TrimSuffix(text, "\r"), tplWidest)
		if !whole && !wanted[n] {
			continue
		}
		if !left.takes(60, text) {
			break
		}
		line := tplLine{Number: n, Text: text, Gap: n - before - 1, Fault: slices.Contains(faults, n), Findings: at[n]}
		for _, f := range at[n] {
			f.Anchor = fmt.Sprintf("t%d-%d", r.Number, n)
		}
		r.Source = append(r.Source, line)
		before = n
	}
	r.After = len(lines) - before
}

// fit sets the lines of the diff that are shown.
func (f *tplFix) fit(left *room) {
	for line := range strings.Lines(f.Diff) {
		text := strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if !left.takes(30, text) {
			f.Cut = true
			break
		}
		kind := ""
		switch {
		case strings.HasPrefix(text, "@@"), strings.HasPrefix(text, "--- "), strings.HasPrefix(text, "+++ "):
			kind = "at"
		case strings.HasPrefix(text, "+"):
			kind = "add"
		case strings.HasPrefix(text, "-"):
			kind = "drop"
		}
		f.Lines = append(f.Lines, tplDiffLine{kind, text})
	}
	f.Shown = f.Diff != "" && left.takes(200, f.Contents)
	f.Count = len(f.Corrected)
	f.Corrected = f.Corrected[:min(len(f.Corrected), 100)]
	f.Skipped = f.Skipped[:min(len(f.Skipped), 50)]
}
