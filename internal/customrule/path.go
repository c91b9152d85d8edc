package customrule

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/ohler55/ojg/jp"
)

// A path is a compiled JSONPath in the dialect of jsonpath-plus: names,
// indexes, [*], slices, unions, filters and "..", with or without "$" before.
//
// The jp package reads the text. Following the path is ours: jp would look
// into a value that is not known as if it were data, takes the members of an
// object in any order, and has no bound.
type path struct {
	text  string
	steps []step
}

// A step is one part of a path. Exactly one of the fields is meant.
type step struct {
	names   []string // members or, as digits, elements
	union   bool     // names was written as a list, and so gives one
	every   bool     // *
	descent bool     // ..
	slice   *slice
	filter  *filter
}

// A slice is [from:to:by]; to is -1 and open true where the end is not given.
type slice struct {
	from, to, by int
	open         bool
}

// place is jp's note of where an error is, in the text that it was given and
// not the one that the user wrote.
var place = regexp.MustCompile(`(?s) at \d+ in .*`)

// compilePath reads a path. Errors complete the sentence "this path …".
func compilePath(text string) (*path, error) {
	spelt, filters, err := spell(text)
	if err != nil {
		return nil, err
	}
	expr, err := jp.ParseString(spelt)
	if err != nil {
		reason := place.ReplaceAllString(err.Error(), "")
		if strings.Contains(reason, "runtime error") {
			reason = "it ends too early"
		}
		return nil, errors.New("is not a JSONPath: " + reason)
	}
	p := &path{text: text}
	for i, f := range expr {
		switch f := f.(type) {
		case jp.Root:
			continue
		case jp.Descent:
			if i == len(expr)-1 {
				return nil, errors.New("ends with ..; a name must follow")
			}
		case jp.Child:
			if index, is := strings.CutPrefix(string(f), filterMark); is {
				n, _ := strconv.Atoi(index)
				compiled, err := compileFilter(filters[n])
				if err != nil {
					return nil, err
				}
				p.steps = append(p.steps, step{filter: compiled})
				continue
			}
		}
		s, err := newStep(f)
		if err != nil {
			return nil, err
		}
		p.steps = append(p.steps, s)
	}
	return p, nil
}

func newStep(f jp.Frag) (step, error) {
	switch f := f.(type) {
	case jp.Child:
		return step{names: []string{string(f)}}, nil
	case jp.Nth:
		if f < 0 {
			return step{}, errors.New("has a negative index, which meets nothing; write [-1:] for the last element")
		}
		return step{names: []string{strconv.Itoa(int(f))}}, nil
	case jp.Wildcard:
		return step{every: true}, nil
	case jp.Descent:
		return step{descent: true}, nil
	case jp.Union:
		s := step{union: true}
		for _, part := range f {
			switch part := part.(type) {
			case string:
				s.names = append(s.names, part)
			case int64:
				if part < 0 {
					return step{}, errors.New("has a negative index, which meets nothing")
				}
				s.names = append(s.names, strconv.FormatInt(part, 10))
			}
		}
		return s, nil
	case jp.Slice:
		out := &slice{from: f[0], to: f[1], by: f[2]}
		if out.from == jp.SliceNotSet {
			out.from = 0
		}
		if out.to == jp.SliceNotSet {
			out.open = true
		}
		if out.by == jp.SliceNotSet {
			out.by = 1
		}
		if out.by < 1 {
			return step{}, errors.New("has a slice whose step is not above 0")
		}
		return step{slice: out}, nil
	}
	return step{}, errors.New("has a part that is not supported")
}

// bounds gives the first index and the one after the last of n elements.
func (s *slice) bounds(n int) (from, to int) {
	clip := func(i int) int {
		if i < 0 {
			i += n
		}
		return min(max(i, 0), n)
	}
	if s.open {
		return clip(s.from), n
	}
	return clip(s.from), clip(s.to)
}
