package customrule

import (
	"fmt"
	"strings"
)

// maxProblems bounds what one Error tells: a text that is wrong all over is
// not better explained by naming each place.
const maxProblems = 20

// An Error says everything that is wrong with the text of a rule.
type Error struct {
	Problems []Problem // at least one, in the order of the text
}

// A Problem is one thing that is wrong.
type Problem struct {
	// Member is the path of the member at fault,
	// "rules[0].conditions.any[1].operator"; empty for the whole text.
	Member string
	// Detail says for a person what is wrong and what would be right.
	Detail string
	// Shape is true where the text is not of the form of a rule (no JSON, a
	// member missing or of the wrong type), false where a value is not one
	// that a rule may have.
	Shape bool
}

func (p Problem) String() string {
	if p.Member == "" {
		return p.Detail
	}
	return p.Member + ": " + p.Detail
}

// Error lists the problems.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "; ")
}

// Shape tells whether the text is not of the form of a rule (HTTP 400), rather
// than a rule with values that are not allowed (HTTP 422).
func (e *Error) Shape() bool {
	for _, p := range e.Problems {
		if p.Shape {
			return true
		}
	}
	return false
}

// problems collects what is wrong while a rule is read.
type problems struct{ list []Problem }

// shape notes that a member is missing or of the wrong type.
func (p *problems) shape(member, format string, arguments ...any) {
	p.add(Problem{Member: member, Detail: fmt.Sprintf(format, arguments...), Shape: true})
}

// value notes that a member has a value that is not allowed.
func (p *problems) value(member, format string, arguments ...any) {
	p.add(Problem{Member: member, Detail: fmt.Sprintf(format, arguments...)})
}

func (p *problems) add(problem Problem) {
	if len(p.list) < maxProblems {
		p.list = append(p.list, problem)
	}
}

// err is nil where nothing is wrong.
func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	return &Error{Problems: p.list}
}
