package cloudformation

import (
	"bytes"
	"sort"
	"unicode/utf8"
)

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
	after := sort.Search(len(t.quoting), func(i int) bool { return t.quoting[i].line > line })
	for i := after - 1; i >= 0; i-- {
		if t.quotes(t.quoting[i], line, column) {
			return true
		}
		if t.quoting[i].line < line {
			break // no text reaches over the one behind it
		}
	}
	return false
}

func (t *text) quotes(n *node, line, column int) bool {
	source := t.line(n.line)
	start := byteColumn(source, n.column)
	if line > n.end || line == n.line && column < start || start > len(source) {
		return false
	}
	quote := source[start-1]
	if quote != '"' && quote != '\'' {
		// A block: its first line holds but the sign that opens it.
		return line > n.line
	}
	return t.offset(line)+column-1 < t.quoteEnd(t.offset(n.line)+start-1, quote)
}

// byteColumn turns a column that counts characters, as the YAML parser's do,
// into one that counts bytes.
func byteColumn(line []byte, column int) int {
	at := 0
	for ; column > 1 && at < len(line); column-- {
		_, size := utf8.DecodeRune(line[at:])
		at += size
	}
	return at + 1
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
