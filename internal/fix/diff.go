package fix

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pmezard/go-difflib/difflib"
)

// around is the number of unchanged lines around a change.
const around = 3

// Diff is the change of a file in the unified format, with three lines of
// context, as git and patch read it. It is empty when nothing differs.
func Diff(f File) string {
	if !f.Changed() {
		return ""
	}
	name := strings.TrimPrefix(filepath.ToSlash(f.Path), "/")
	before, after := lines(f.Before), lines(f.After)
	var b strings.Builder
	fmt.Fprintf(&b, "--- a/%s\n+++ b/%s\n", name, name)
	for _, hunk := range hunks(compare(before, after)) {
		writeHunk(&b, hunk, before, after)
	}
	return b.String()
}

// lines splits a text behind its ends of lines. A last line without one is
// marked as diff does.
func lines(text []byte) []string {
	var out []string
	for len(text) > 0 {
		end := bytes.IndexByte(text, '\n') + 1
		if end == 0 {
			out = append(out, string(text)+"\n\\ No newline at end of file\n")
			break
		}
		out = append(out, string(text[:end]))
		text = text[end:]
	}
	return out
}

// compare lists what is equal and what differs. difflib's time grows with the
// square of the length, so the texts are cut first at lines that stand once in
// each, as most resources have.
func compare(a, b []string) []difflib.OpCode {
	var out []difflib.OpCode
	add := func(code difflib.OpCode) {
		if n := len(out); n > 0 && code.Tag == 'e' && out[n-1].Tag == 'e' {
			out[n-1].I2, out[n-1].J2 = code.I2, code.J2
			return
		}
		out = append(out, code)
	}
	i, j := 0, 0
	for _, anchor := range append(anchors(a, b), [2]int{len(a), len(b)}) {
		for _, code := range difflib.NewMatcher(a[i:anchor[0]], b[j:anchor[1]]).GetOpCodes() {
			add(difflib.OpCode{Tag: code.Tag, I1: code.I1 + i, I2: code.I2 + i, J1: code.J1 + j, J2: code.J2 + j})
		}
		i, j = anchor[0], anchor[1]
		if i < len(a) {
			add(difflib.OpCode{Tag: 'e', I1: i, I2: i + 1, J1: j, J2: j + 1})
			i, j = i+1, j+1
		}
	}
	return out
}

// anchors are the pairs of equal lines that stand once in each text, in order
// in both.
func anchors(a, b []string) [][2]int {
	once := func(text []string) map[string]int {
		at := make(map[string]int, len(text))
		for i, line := range text {
			if _, seen := at[line]; seen {
				at[line] = -1
				continue
			}
			at[line] = i
		}
		return at
	}
	inB := once(b)
	inA := once(a)
	var pairs [][2]int
	for i, line := range a {
		if j, ok := inB[line]; ok && j >= 0 && inA[line] == i {
			pairs = append(pairs, [2]int{i, j})
		}
	}
	return longestRising(pairs)
}

// longestRising is the longest part of the pairs whose second numbers rise;
// the first do already.
func longestRising(pairs [][2]int) [][2]int {
	var tails []int // by length: the pair that ends a rising part lowest
	before := make([]int, len(pairs))
	for i, p := range pairs {
		at, _ := slices.BinarySearchFunc(tails, p[1], func(tail, j int) int { return pairs[tail][1] - j })
		before[i] = -1
		if at > 0 {
			before[i] = tails[at-1]
		}
		if at == len(tails) {
			tails = append(tails, i)
		} else {
			tails[at] = i
		}
	}
	if len(tails) == 0 {
		return nil
	}
	out := make([][2]int, len(tails))
	for i, n := tails[len(tails)-1], len(tails)-1; n >= 0; i, n = before[i], n-1 {
		out[n] = pairs[i]
	}
	return out
}

// hunks groups changes that have no more than twice the context between them.
func hunks(codes []difflib.OpCode) [][]difflib.OpCode {
	var out [][]difflib.OpCode
	var group []difflib.OpCode
	changed := false
	for n, code := range codes {
		if code.Tag != 'e' {
			group, changed = append(group, code), true
			continue
		}
		head := code // the context behind the changes before
		head.I2, head.J2 = min(code.I2, code.I1+around), min(code.J2, code.J1+around)
		tail := code // the context before the changes behind
		tail.I1, tail.J1 = max(code.I1, code.I2-around), max(code.J1, code.J2-around)
		switch {
		case !changed:
			group = []difflib.OpCode{tail}
		case n+1 < len(codes) && code.I2-code.I1 <= 2*around:
			group = append(group, code)
		default:
			out = append(out, append(group, head))
			group, changed = []difflib.OpCode{tail}, false
		}
	}
	if changed {
		out = append(out, group)
	}
	return out
}

func writeHunk(b *strings.Builder, hunk []difflib.OpCode, before, after []string) {
	first, last := hunk[0], hunk[len(hunk)-1]
	fmt.Fprintf(b, "@@ -%s +%s @@\n", span(first.I1, last.I2), span(first.J1, last.J2))
	write := func(sign string, text []string) {
		for _, line := range text {
			b.WriteString(sign + line)
		}
	}
	for _, code := range hunk {
		if code.Tag == 'e' {
			write(" ", before[code.I1:code.I2])
			continue
		}
		write("-", before[code.I1:code.I2])
		write("+", after[code.J1:code.J2])
	}
}

// span is a range of lines as a hunk's head has it.
func span(from, to int) string {
	switch to - from {
	case 0:
		return fmt.Sprintf("%d,0", from)
	case 1:
		return fmt.Sprint(from + 1)
	}
	return fmt.Sprintf("%d,%d", from+1, to-from)
}
