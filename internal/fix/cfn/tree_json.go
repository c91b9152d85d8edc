package cfn

import (
	"encoding/json"
	"fmt"

	"github.com/surety-cloud/surety/internal/fix/edit"
)

// maxDepth bounds how deep a template is followed; the readers accept less.
const maxDepth = 250

// jsonScanner builds nodes from JSON.
type jsonScanner struct {
	text []byte
	at   int
}

func parseJSON(text []byte, offset int) (*node, error) {
	if !json.Valid(text[offset:]) {
		return nil, edit.Impossible("the text is not JSON")
	}
	// The text is valid from here on, so that the scanner need not look twice.
	s := &jsonScanner{text: text, at: offset}
	return s.value(0)
}

func (s *jsonScanner) space() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return
		}
	}
}

func (s *jsonScanner) value(depth int) (*node, error) {
	if depth > maxDepth {
		return nil, edit.Impossible("the template is nested too deep")
	}
	s.space()
	n := &node{start: s.at, inner: s.at}
	var err error
	switch c := s.text[s.at]; c {
	case '{', '[':
		n.kind, n.flow = list, true
		if c == '{' {
			n.kind = object
		}
		err = s.elements(n, depth)
	case '"':
		n.quote = '"'
		n.value, err = s.quoted()
	default:
		for s.at < len(s.text) && !isEnd(s.text[s.at]) {
			s.at++
		}
		n.value = string(s.text[n.start:s.at])
		n.null = n.value == "null"
	}
	n.end = s.at
	return n, err
}

func isEnd(c byte) bool {
	switch c {
	case ',', '}', ']', ' ', '\t', '\r', '\n':
		return true
	}
	return false
}

// quoted reads a text in quotation marks.
func (s *jsonScanner) quoted() (string, error) {
	start := s.at
	for s.at++; s.text[s.at] != '"'; s.at++ {
		if s.text[s.at] == '\\' {
			s.at++
		}
	}
	s.at++
	var out string
	if err := json.Unmarshal(s.text[start:s.at], &out); err != nil {
		return "", fmt.Errorf("text at byte %d: %w", start, err)
	}
	return out, nil
}

func (s *jsonScanner) elements(n *node, depth int) error {
	s.at++
	for {
		s.space()
		switch s.text[s.at] {
		case '}', ']':
			s.at++
			return nil
		case ',':
			s.at++
			continue
		}
		e := &element{start: s.at, after: s.at}
		var err error
		if n.kind == object {
			if e.key, err = s.quoted(); err != nil {
				return err
			}
			s.space()
			s.at++ // the colon
			e.after = s.at
		}
		if e.node, err = s.value(depth + 1); err != nil {
			return err
		}
		n.elems = append(n.elems, e)
	}
}
