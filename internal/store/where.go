package store

import (
	"fmt"
	"strings"
)

// A where is the condition of a query and its arguments.
type where struct {
	parts []string
	args  []any
}

// and adds a condition; each ? in it becomes the place of the next argument.
func (w *where) and(condition string, args ...any) {
	var b strings.Builder
	for _, r := range condition {
		if r != '?' {
			b.WriteRune(r)
			continue
		}
		w.args = append(w.args, args[0])
		args = args[1:]
		fmt.Fprintf(&b, "$%d", len(w.args))
	}
	w.parts = append(w.parts, b.String())
}

// oneOf adds that a column has one of the values; any, when values is nil, and
// none when it is empty.
func oneOf[T any](w *where, column string, values []T) {
	if values == nil {
		return
	}
	if len(values) == 0 {
		w.and("1 = 0")
		return
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	w.and(column+" IN (?"+strings.Repeat(", ?", len(values)-1)+")", args...)
}

// anyOf adds that one of several conditions holds, each with one argument.
func (w *where) anyOf(condition string, values []string) {
	if len(values) == 0 {
		return
	}
	args := make([]any, len(values))
	parts := make([]string, len(values))
	for i, v := range values {
		args[i], parts[i] = v, condition
	}
	w.and("("+strings.Join(parts, " OR ")+")", args...)
}

func (w *where) String() string {
	if len(w.parts) == 0 {
		return "1 = 1"
	}
	return strings.Join(w.parts, " AND ")
}

// next is the place of one more argument.
func (w *where) next(arg any) string {
	w.args = append(w.args, arg)
	return fmt.Sprintf("$%d", len(w.args))
}

// contains is the pattern of LIKE for a text that holds another, in lower case;
// the escape character is \.
func contains(text string) string { return "%" + escape(strings.ToLower(text)) + "%" }

var likeEscapes = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

func escape(text string) string { return likeEscapes.Replace(text) }

// wildcards is the pattern of LIKE for one in which * stands for any text and ?
// for one character.
func wildcards(pattern string) string {
	return strings.NewReplacer("*", "%", "?", "_").Replace(escape(pattern))
}
