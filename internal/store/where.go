package store

import (
	"encoding/json"
	"fmt"
	"strings"
)

// A where is the condition of a query and its arguments.
type where struct {
	parts    []string
	args     []any
	postgres bool
}

// where begins a condition for the store's database.
func (s *Store) where() *where { return &where{postgres: s.pool != nil} }

// and adds a condition; each ? in it becomes the place of the next argument.
func (w *where) and(condition string, args ...any) {
	var b strings.Builder
	for _, r := range condition {
		if r != '?' {
			b.WriteRune(r)
			continue
		}
		b.WriteString(w.next(args[0]))
		args = args[1:]
	}
	w.add(b.String())
}

// add adds a condition that has its places; an empty one does not count.
func (w *where) add(condition string) {
	if condition != "" {
		w.parts = append(w.parts, condition)
	}
}

// oneOf adds that a column has one of the values; any, when values is nil, and
// none when it is empty.
func oneOf[T any](w *where, column string, values []T) { w.add(among(w, column, values)) }

// among is the condition that oneOf adds, empty for any.
func among[T any](w *where, column string, values []T) string {
	switch {
	case values == nil:
		return ""
	case len(values) == 0:
		return never
	case len(values) == 1:
		return column + " = " + w.next(values[0])
	case w.postgres: // one argument, so that the statement is the same for any number
		return column + " = ANY(" + w.next(values) + ")"
	case len(values) > maxPlaces:
		return column + " IN (SELECT value FROM json_each(" + w.next(array(values)) + "))"
	}
	places := make([]string, len(values))
	for i, v := range values {
		places[i] = w.next(v)
	}
	return column + " IN (" + strings.Join(places, ", ") + ")"
}

// More values of one column than maxPlaces, and more patterns than maxPatterns,
// are one argument together: SQLite takes 32,766 in a statement, and conditions
// that nest 1,000 deep, as a chain of OR does.
// (https://www.sqlite.org/limits.html)
const (
	maxPlaces   = 1000
	maxPatterns = 100
)

// array is values as an array in JSON, which those of texts and numbers always
// have.
func array[T any](values []T) string {
	data, _ := json.Marshal(values)
	return string(data)
}

// like is the condition that a column is like one of the patterns.
func like(w *where, column string, patterns []string) string {
	if len(patterns) == 0 {
		return never
	}
	switch many := len(patterns) > maxPatterns; {
	case many && w.postgres:
		return column + " LIKE ANY(" + w.next(patterns) + ")" // its escape character is \, too
	case many:
		return "EXISTS (SELECT 1 FROM json_each(" + w.next(array(patterns)) + ") WHERE " + column + ` LIKE value ESCAPE '\')`
	}
	parts := make([]string, len(patterns))
	for i, p := range patterns {
		parts[i] = column + " LIKE " + w.next(p) + ` ESCAPE '\'`
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

// folded is the condition that a column, in lower case, holds a text that is
// in lower case. SQLite's lower knows ASCII only, which will do unless the text
// has other letters.
func (w *where) folded(column, text string) string {
	lower := "lower"
	if !w.postgres && strings.ContainsFunc(text, func(r rune) bool { return r > 0x7f }) {
		lower = "fold"
	}
	return lower + "(" + column + ") LIKE " + w.next(contains(text)) + ` ESCAPE '\'`
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

// contains is the pattern of LIKE for a text that holds another; the escape
// character is \.
func contains(text string) string { return "%" + escape(text) + "%" }

var likeEscapes = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

func escape(text string) string { return likeEscapes.Replace(text) }

// wildcards is the pattern of LIKE for one in which * stands for any text and ?
// for one character.
func wildcards(pattern string) string {
	return strings.NewReplacer("*", "%", "?", "_").Replace(escape(pattern))
}
