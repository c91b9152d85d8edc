package cloudformation

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
)

// ignoreMark is what cloud.ParseIgnore looks for.
const ignoreMark = "surety:ignore"

// A target is what an ignore at a line applies to.
type target struct {
	resource *cloud.Resource
	path     string
}

// commentIgnores finds the ignores that stand in comments of a YAML template,
// above or beside what they are about, and hands each to its resources.
func (t *template) commentIgnores(made []*declared) {
	if !bytes.Contains(t.text.data, []byte(ignoreMark)) || bytes.HasPrefix(bytes.TrimSpace(t.text.data), []byte{'{'}) {
		return
	}
	var targets map[int][]target
	for number := 1; number <= len(t.text.lines()); number++ {
		comment, column, alone := t.text.comment(number)
		if comment == "" {
			continue
		}
		ignores, found, err := cloud.ParseIgnore(comment)
		if !found {
			continue
		}
		at := pos{line: number, column: column}
		if err != nil {
			t.fail(at, err.Error(), "")
			continue
		}
		if targets == nil {
			targets = t.targets(made)
		}
		about := number
		if alone {
			about = t.text.below(number)
		}
		hits := targets[about]
		if len(hits) == 0 {
			hits = enclosing(made, about)
		}
		if len(hits) == 0 {
			t.warn(at, "this surety:ignore applies to nothing", "Write it directly above or beside the name of a resource or of a property.")
			continue
		}
		for _, hit := range hits {
			for _, ignore := range ignores {
				ignore.Path, ignore.Line = hit.path, number
				hit.resource.Ignores = append(hit.resource.Ignores, ignore)
			}
		}
	}
}

// comment returns the ignore in a comment of a line, where the comment begins,
// and whether the line holds nothing else.
func (t *text) comment(number int) (comment string, column int, alone bool) {
	line := t.line(number)
	if !bytes.Contains(line, []byte(ignoreMark)) {
		return "", 0, false
	}
	for at, c := range line {
		if c != '#' || at > 0 && line[at-1] != ' ' && line[at-1] != '\t' {
			continue
		}
		if !bytes.HasPrefix(bytes.TrimLeft(line[at:], "# "), []byte(ignoreMark)) || t.quoted(number, at+1) {
			continue
		}
		return string(line[at:]), at + 1, len(bytes.TrimSpace(line[:at])) == 0
	}
	return "", 0, false
}

// quoted tells whether a place lies within a text that speaks of ignores.
func (t *text) quoted(line, column int) bool {
	for _, n := range t.quoting {
		if line < n.line || line > n.end || line == n.line && column < n.column {
			continue
		}
		source := t.line(n.line)
		if n.column > len(source) {
			continue
		}
		quote := source[n.column-1]
		if quote != '"' && quote != '\'' {
			// A block: its first line holds but the sign that opens it.
			if line > n.line {
				return true
			}
			continue
		}
		start := t.lines()[n.line-1] + n.column - 1
		if t.lines()[line-1]+column-1 < t.quoteEnd(start, quote) {
			return true
		}
	}
	return false
}

// quoteEnd is the offset of the quotation mark that closes the one at start.
func (t *text) quoteEnd(start int, quote byte) int {
	for i := start + 1; i < len(t.data); i++ {
		switch {
		case t.data[i] == '\\' && quote == '"':
			i++
		case t.data[i] == quote:
			if quote == '\'' && i+1 < len(t.data) && t.data[i+1] == quote {
				i++
				continue
			}
			return i
		}
	}
	return len(t.data)
}

// below is the line that a comment stands directly above: the first that is
// no comment.
func (t *text) below(number int) int {
	for number++; number <= len(t.lines()); number++ {
		if !bytes.HasPrefix(bytes.TrimSpace(t.line(number)), []byte{'#'}) {
			return number
		}
	}
	return number
}

// targets maps each line at which a resource, a property or an element of a
// list begins to the outermost of these.
func (t *template) targets(made []*declared) map[int][]target {
	out := map[int][]target{}
	for _, d := range made {
		seen := map[int]bool{}
		var walk func(l *cloud.Location, path string)
		walk = func(l *cloud.Location, path string) {
			if l == nil {
				return
			}
			if l.File == t.text.file && !seen[l.Line] {
				seen[l.Line] = true
				out[l.Line] = append(out[l.Line], target{d.resource, path})
			}
			for i, item := range l.Items {
				walk(item, path+"["+strconv.Itoa(i)+"]")
			}
			for _, name := range slices.Sorted(maps.Keys(l.Fields)) {
				if path == "" {
					walk(l.Fields[name], name)
				} else {
					walk(l.Fields[name], path+"."+name)
				}
			}
		}
		walk(d.resource.Source, "")
		// What is written above a SAM resource holds for all that is made of it.
		if d.owner != nil && !seen[d.owner.line] {
			out[d.owner.line] = append(out[d.owner.line], target{d.resource, ""})
		}
	}
	return out
}

// enclosing finds the resources within which a line lies, at another line
// than those where their parts begin, such as that of Type.
func enclosing(made []*declared, line int) (hits []target) {
	for _, d := range made {
		if line < d.line || line > d.end {
			continue
		}
		here, path := d.resource.Source, ""
	deeper:
		for {
			for i, item := range here.Items {
				if item != nil && item.Line <= line && line <= item.EndLine {
					here, path = item, path+"["+strconv.Itoa(i)+"]"
					continue deeper
				}
			}
			for _, name := range slices.Sorted(maps.Keys(here.Fields)) {
				if f := here.Fields[name]; f.Line <= line && line <= f.EndLine {
					here, path = f, strings.TrimPrefix(path+"."+name, ".")
					continue deeper
				}
			}
			break
		}
		hits = append(hits, target{d.resource, path})
	}
	return hits
}

// metadataIgnores reads the ignores in a resource's Metadata.
func (t *template) metadataIgnores(d *declared) {
	surety := d.node.get("Metadata").get("Surety")
	if surety == nil {
		return
	}
	const usage = "Write Metadata: {Surety: {ignore: [{rule: EC2-075, until: 2027-01-01, reason: why, path: Property}]}}; until and path may be left out."
	wrong := func(at pos, summary string) { t.fail(at, summary, usage) }
	if surety.kind != object {
		wrong(surety.pos, "Metadata.Surety is "+surety.describe()+" and should be an object")
		return
	}
	for _, e := range surety.entries {
		if e.key != "ignore" {
			wrong(e.pos, fmt.Sprintf("Metadata.Surety has no key %q", clip(e.key, 60)))
		}
	}
	list := surety.get("ignore")
	if list == nil || len(list.items) == 0 {
		wrong(surety.pos, "Metadata.Surety ignores nothing")
		return
	}
	for _, item := range list.items {
		if ignore, problem, at := metadataIgnore(item); problem != "" {
			wrong(at, problem)
		} else {
			d.resource.Ignores = append(d.resource.Ignores, ignore)
		}
	}
}

func metadataIgnore(item *node) (ignore cloud.Ignore, problem string, at pos) {
	ignore.Line = item.line
	if item.kind != object {
		return ignore, "an ignore is " + item.describe() + " and should be an object", item.pos
	}
	for _, e := range item.entries {
		s, ok := e.node.text()
		if !ok {
			return ignore, fmt.Sprintf("%s of an ignore is %s and should be a text", clip(e.key, 60), e.node.describe()), e.pos
		}
		s = strings.TrimSpace(s)
		switch e.key {
		case "rule":
			ignore.Rule = s
		case "reason":
			ignore.Reason = s
		case "path":
			ignore.Path = s
		case "until":
			until, err := time.Parse(time.DateOnly, s)
			if err != nil {
				return ignore, fmt.Sprintf("until is %q, which is no date", clip(s, 60)), e.pos
			}
			ignore.Until = until
		default:
			return ignore, fmt.Sprintf("an ignore has no key %q", clip(e.key, 60)), e.pos
		}
	}
	switch {
	case ignore.Rule == "":
		return ignore, "an ignore names no rule", item.pos
	case ignore.Reason == "":
		return ignore, "the ignore of " + clip(ignore.Rule, 60) + " gives no reason", item.pos
	}
	return ignore, "", item.pos
}
