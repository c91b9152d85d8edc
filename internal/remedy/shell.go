package remedy

import (
	"errors"
	"fmt"
	"strings"
)

// A statement is a piece of a shell text that is run as one: a command with
// what it is piped to, or a loop. Offsets are bytes of the text.
type statement struct {
	start, end int
	calls      []call
}

// A call is one call of aws, wherever it stands: the words after "aws".
type call struct {
	words []word
}

// A word is one word of a call. value is what the shell makes of it, as far as
// that can be told; expands says that it holds something that the shell puts
// in ($name, a command's output).
type word struct {
	start, end int
	value      string
	expands    bool
}

// maxDepth bounds commands within commands.
const maxDepth = 16

// parseShell cuts a text into statements. It knows the part of the shell's
// language that pages use: quotes, continued lines, comments, lists, pipes,
// redirections, loops and command substitution. Here-documents are not known.
func parseShell(text string) ([]statement, error) {
	p := &shell{text: text}
	if err := p.list(0, 0); err != nil {
		return nil, err
	}
	return p.statements, nil
}

type shell struct {
	text       string
	at         int
	loops      int // that are open at the top level
	open       int // start of the statement, or -1 between two
	calls      []call
	statements []statement
}

// simple is a simple command while it is read.
type simple struct {
	command bool // the next word is the command
	target  bool // the next word is a file
	aws     bool
	words   []word
}

// list reads commands up to a closing character, or to the end of the text
// where that is 0.
func (p *shell) list(closing byte, depth int) error {
	if depth > maxDepth {
		return errors.New("commands are nested too deeply")
	}
	if depth == 0 {
		p.open = -1
	}
	s := simple{command: true}
	done := func() {
		if s.aws {
			p.calls = append(p.calls, call{s.words})
		}
		s = simple{command: true}
	}
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == closing && closing != 0:
			done()
			p.at++
			return nil
		case c == '\n':
			done()
			p.at++
			if depth == 0 && p.loops <= 0 {
				p.finish()
			}
		case c == ' ' || c == '\t' || c == '\r':
			p.at++
		case c == '\\' && p.continued():
			p.at += 2
		case c == '#':
			p.begin(depth)
			p.comment()
		case c == '|' || c == ';' || c == '&' || c == '(' || c == ')' || c == '`':
			p.begin(depth)
			done()
			p.at++
		case c == '>' || c == '<':
			p.at++
			s.target = true
		default:
			p.begin(depth)
			w, err := p.word(depth)
			if err != nil {
				return err
			}
			p.take(&s, w, depth)
		}
	}
	if closing != 0 {
		return fmt.Errorf("a command in $(…) has no end")
	}
	done()
	if depth == 0 {
		p.finish()
	}
	return nil
}

// take adds a word to the command that is being read.
func (p *shell) take(s *simple, w word, depth int) {
	plain := p.text[w.start:w.end] == w.value
	switch {
	case s.target:
		s.target = false
	case s.command && plain && (w.value == "do" || w.value == "then" || w.value == "else" || w.value == "!" || w.value == "time"):
	case s.command && plain && (w.value == "for" || w.value == "while" || w.value == "until" || w.value == "if" || w.value == "case"):
		if depth == 0 {
			p.loops++
		}
		s.command = w.value != "for" && w.value != "case"
	case s.command && plain && (w.value == "done" || w.value == "fi" || w.value == "esac"):
		if depth == 0 {
			p.loops--
		}
		s.command = false
	case s.command && strings.Contains(w.value, "=") && !strings.HasPrefix(w.value, "="):
		// An assignment before the command.
	case s.command:
		s.command, s.aws = false, w.value == "aws"
	case s.aws:
		s.words = append(s.words, w)
	}
}

func (p *shell) begin(depth int) {
	if depth == 0 && p.open < 0 {
		p.open = p.at
	}
}

// finish ends a statement. Comments alone wait for what they are about.
func (p *shell) finish() {
	if p.open < 0 {
		return
	}
	text := strings.TrimRight(p.text[p.open:p.at], " \t\r\n")
	if onlyComments(text) && p.at < len(p.text) {
		return
	}
	p.statements = append(p.statements, statement{start: p.open, end: p.open + len(text), calls: p.calls})
	p.open, p.calls = -1, nil
}

func onlyComments(text string) bool {
	for line := range strings.Lines(text) {
		if l := strings.TrimSpace(line); l != "" && !strings.HasPrefix(l, "#") {
			return false
		}
	}
	return true
}

// comment skips to the end of the line.
func (p *shell) comment() {
	end := strings.IndexByte(p.text[p.at:], '\n')
	if end < 0 {
		p.at = len(p.text)
		return
	}
	p.at += end
}

func (p *shell) continued() bool {
	return p.at+1 < len(p.text) && p.text[p.at+1] == '\n'
}

// word reads one word.
func (p *shell) word(depth int) (word, error) {
	w := word{start: p.at}
	var value strings.Builder
	for p.at < len(p.text) {
		c := p.text[p.at]
		switch {
		case strings.IndexByte(" \t\r\n|;&()<>`", c) >= 0:
			w.end, w.value = p.at, value.String()
			return w, nil
		case c == '\'':
			end := strings.IndexByte(p.text[p.at+1:], '\'')
			if end < 0 {
				return w, errors.New("a quote ' has no end")
			}
			value.WriteString(p.text[p.at+1 : p.at+1+end])
			p.at += end + 2
		case c == '"':
			if err := p.double(&value, &w, depth); err != nil {
				return w, err
			}
		case c == '$':
			w.expands = true
			if err := p.dollar(&value, depth); err != nil {
				return w, err
			}
		case c == '\\':
			if p.continued() {
				p.at += 2
				continue
			}
			if p.at++; p.at < len(p.text) {
				value.WriteByte(p.text[p.at])
				p.at++
			}
		default:
			value.WriteByte(c)
			p.at++
		}
	}
	w.end, w.value = p.at, value.String()
	return w, nil
}

// double reads what stands in double quotes.
func (p *shell) double(value *strings.Builder, w *word, depth int) error {
	for p.at++; p.at < len(p.text); {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			return nil
		case c == '$':
			w.expands = true
			if err := p.dollar(value, depth); err != nil {
				return err
			}
		case c == '\\' && p.at+1 < len(p.text):
			next := p.text[p.at+1]
			switch {
			case next == '\n':
			case strings.IndexByte("\"\\$`", next) >= 0:
				value.WriteByte(next)
			default:
				value.WriteByte(c)
				value.WriteByte(next)
			}
			p.at += 2
		default:
			value.WriteByte(c)
			p.at++
		}
	}
	return errors.New(`a quote " has no end`)
}

// dollar reads what begins with $. The commands of $(…) are read, too.
func (p *shell) dollar(value *strings.Builder, depth int) error {
	start := p.at
	p.at++
	if p.at < len(p.text) && p.text[p.at] == '(' {
		p.at++
		if err := p.list(')', depth+1); err != nil {
			return err
		}
	}
	value.WriteString(p.text[start:p.at])
	return nil
}
