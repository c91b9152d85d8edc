package terraform

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/surety-cloud/surety/internal/cloud"
)

// An ignoreComment is a comment of a file that begins with surety:ignore.
type ignoreComment struct {
	ignores []cloud.Ignore
	rng     hcl.Range
	target  int // the line of what it stands beside
}

// ignoreComments reads the ignores of a file. One that stands on a line of its
// own is about the next line that is no comment, any other about its own line.
func ignoreComments(f *sourceFile, tokens hclsyntax.Tokens) (comments []ignoreComment, problems []cloud.Problem) {
	lastLine := 0 // of anything but comments and line ends
	var waiting []int
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenNewline, hclsyntax.TokenEOF:
			continue
		case hclsyntax.TokenComment:
			ignores, found, err := cloud.ParseIgnore(strings.TrimSuffix(string(t.Bytes), "\n"))
			if !found {
				continue
			}
			if err != nil {
				problems = append(problems, cloud.Problem{
					Severity: cloud.Error, File: f.name, Line: t.Range.Start.Line, Column: t.Range.Start.Column,
					Summary: "The comment surety:ignore is not understood", Detail: err.Error(), Source: f.line(t.Range.Start.Line),
				})
				continue
			}
			for i := range ignores {
				ignores[i].Line = t.Range.Start.Line
			}
			c := ignoreComment{ignores: ignores, rng: t.Range}
			if lastLine == t.Range.Start.Line {
				c.target = lastLine
			} else {
				waiting = append(waiting, len(comments))
			}
			comments = append(comments, c)
		default:
			for _, i := range waiting {
				comments[i].target = t.Range.Start.Line
			}
			waiting = nil
			lastLine = t.Range.End.Line
		}
	}
	for _, i := range waiting {
		comments[i].target = math.MaxInt // beside nothing, at the end of the file
	}
	return comments, problems
}

// commentsIn lists the ignores that are about lines from first to last.
func (f *sourceFile) commentsIn(first, last int) []ignoreComment {
	from := sort.Search(len(f.comments), func(i int) bool { return f.comments[i].target >= first })
	to := sort.Search(len(f.comments), func(i int) bool { return f.comments[i].target > last })
	return f.comments[from:max(from, to)]
}

// checkIgnoreTargets warns of ignores that stand beside no resource.
func (e *evaluator) checkIgnoreTargets(f *sourceFile) {
	beside := map[int]bool{}
	for _, block := range f.body.Blocks {
		if block.Type != "resource" {
			continue
		}
		for _, c := range f.commentsIn(block.TypeRange.Start.Line, endLine(block.CloseBraceRange)) {
			beside[c.target] = true
		}
	}
	for _, c := range f.comments {
		if !beside[c.target] {
			e.report(cloud.Warning, c.rng, "The comment surety:ignore stands beside no resource",
				"It has no effect. Put it directly above a resource, or an argument or block of one, or at the end of its line.")
		}
	}
}

// ignoresOf lists the ignores written in and above the block of an instance,
// and those that override it, each with the path of what it stands beside.
func (e *evaluator) ignoresOf(i *resourceInstance) []cloud.Ignore {
	var found []cloud.Ignore
	for _, block := range i.res.parts {
		first, last := block.TypeRange.Start.Line, endLine(block.CloseBraceRange)
		for _, c := range e.sources[block.TypeRange.Filename].commentsIn(first, last) {
			paths := []string{""}
			if c.target != first {
				paths = ignorePaths(i.location, c, contentLine(block.Body, c.target))
				if len(paths) == 0 {
					e.report(cloud.Warning, c.rng, "The comment surety:ignore stands beside no argument",
						"It has no effect. Put it directly above a resource, or an argument or block of one, or at the end of its line.")
				}
			}
			for _, path := range paths {
				for _, ignore := range c.ignores {
					ignore.Path = path
					found = append(found, ignore)
				}
			}
		}
	}
	return found
}

// ignorePaths lists the paths of what a comment is about: what begins at its
// target, or at the line content, or else what ends there, or else what it is
// in.
func ignorePaths(root *cloud.Location, c ignoreComment, content int) []string {
	for _, match := range []func(first, last int) bool{
		func(first, _ int) bool { return first == c.target || content > 0 && first == content },
		func(_, last int) bool { return last == c.target },
		func(first, last int) bool { return first <= c.target && c.target <= last },
	} {
		if paths := outermost(root, "", func(at *cloud.Location) bool {
			return at.File == c.rng.Filename && match(at.Line, at.EndLine)
		}); len(paths) > 0 {
			return paths
		}
	}
	return nil
}

// outermost lists the paths of the outermost parts below at that match. Of a
// list of blocks it is the blocks that count.
func outermost(at *cloud.Location, path string, match func(*cloud.Location) bool) (paths []string) {
	if at == nil {
		return nil
	}
	if path != "" && match(at) && !isBlockList(at) {
		return []string{path}
	}
	for i, item := range at.Items {
		paths = append(paths, outermost(item, fmt.Sprintf("%s[%d]", path, i), match)...)
	}
	for _, name := range slices.Sorted(maps.Keys(at.Fields)) {
		below := name
		if path != "" {
			below = path + "." + name
		}
		paths = append(paths, outermost(at.Fields[name], below, match)...)
	}
	return paths
}

// isBlockList tells whether a place is that of all blocks of a name: it begins
// where the first of them does.
func isBlockList(at *cloud.Location) bool {
	return len(at.Items) > 0 && at.Items[0].Line == at.Line && at.Items[0].Column == at.Column
}

// contentLine is the line of the content of the dynamic block that begins at a
// line, or 0.
func contentLine(body *hclsyntax.Body, line int) int {
	for _, block := range body.Blocks {
		if block.Type == "dynamic" && block.TypeRange.Start.Line == line {
			for _, inner := range block.Body.Blocks {
				if inner.Type == "content" {
					return inner.TypeRange.Start.Line
				}
			}
		}
		if found := contentLine(block.Body, line); found > 0 {
			return found
		}
	}
	return 0
}
