package look

import (
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/server/auth"
)

// functions are what templates may call.
var functions = template.FuncMap{
	"icon":    icon,
	"when":    When,
	"day":     func(t time.Time) string { return t.UTC().Format("2 January 2006") },
	"stamp":   func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	"ago":     Ago,
	"number":  Number,
	"percent": Percent,
	"plural":  Plural,
	"risk":    Risk,
	"dict":    dict,
	"list":    func(v ...any) []any { return v },
	"join":    strings.Join,
	"lower":   strings.ToLower,
	"title":   Words,
	"path":    url.PathEscape,
	"json":    pretty,
	"add":     func(a, b int) int { return a + b },
}

// When is a time for a reader, in UTC.
func When(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("2 Jan 2006, 15:04") + " UTC"
}

// Ago says how far a time is from now, in one unit.
func Ago(t, now time.Time) string {
	if t.IsZero() {
		return "never"
	}
	d := now.Sub(t)
	form := "%s ago"
	if d < 0 {
		d, form = -d, "in %s"
	}
	for _, unit := range []struct {
		name string
		size time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}} {
		if n := int(d / unit.size); n > 0 {
			return fmt.Sprintf(form, Plural(n, unit.name, unit.name+"s"))
		}
	}
	if form == "%s ago" {
		return "just now"
	}
	return "in less than a minute"
}

// Number groups the digits of a whole number: 12,345.
func Number(v any) string {
	digits := fmt.Sprint(v)
	sign := ""
	if rest, ok := strings.CutPrefix(digits, "-"); ok {
		sign, digits = "-", rest
	}
	if _, err := strconv.ParseUint(digits, 10, 64); err != nil {
		return sign + digits
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// Percent is a part of a hundred without decimals, cut, so that a hundred is
// all; a dash when there is none.
func Percent(v *float64) string {
	if v == nil {
		return "–"
	}
	return strconv.Itoa(int(math.Floor(*v))) + "%"
}

// Plural is a number with the word that fits it.
func Plural(n any, one, many string) string {
	text := Number(n)
	if text == "1" {
		return text + " " + one
	}
	return text + " " + many
}

// Risk is how a risk level is said: "VERY_HIGH" and "very-high" are "Very high".
func Risk(level string) string { return Words(level) }

// Role is how a user's role is said.
func Role(role auth.Role) string {
	if role == auth.RoleAdmin {
		return "Administrator"
	}
	return Words(string(role))
}

// Words makes a sentence of a name in capitals, with underscores or dashes.
func Words(name string) string {
	name = strings.ToLower(strings.NewReplacer("_", " ", "-", " ").Replace(name))
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// dict is a map of names and values in turn, for templates that take several.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, errors.New("dict needs a value for each name")
	}
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: %v is no name", pairs[i])
		}
		m[name] = pairs[i+1]
	}
	return m, nil
}

// pretty is a value as indented JSON.
func pretty(v any) (string, error) {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(v)
	return strings.TrimSpace(b.String()), err
}
