package rule

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// YAMLError is what the YAML library says is wrong with a file, in words for
// the person who wrote it. known are values of the structs that the file is
// decoded into: what was expected is told by their keys rather than by the
// names that they have in Go.
func YAMLError(file string, data []byte, err error, known ...any) *PageError {
	e := &PageError{File: file, Line: 1}
	if errors.Is(err, io.EOF) {
		e.Text = "the file is empty"
		return e
	}
	text := yamlPlace.ReplaceAllString(err.Error(), "")
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		e.Line, _ = strconv.Atoi(m[1])
	} else if m := yamlPlace.FindStringSubmatch(err.Error()); m != nil {
		e.Line, _ = strconv.Atoi(m[1])
		e.Column, _ = strconv.Atoi(m[2])
	}
	text = yamlLine.ReplaceAllString(text, "")
	for _, lead := range []string{"yaml: ", "construct errors:"} {
		text = strings.TrimPrefix(text, lead)
	}
	e.Line = max(e.Line, 1)
	e.Text = inWords(strings.Join(strings.Fields(text), " "), known)
	if lines := strings.Split(string(data), "\n"); e.Line >= 1 && e.Line <= len(lines) {
		e.Source = lines[e.Line-1]
	}
	return e
}

var (
	yamlLine  = regexp.MustCompile(`line (\d+)(?:, column (\d+))?: ?`)
	yamlPlace = regexp.MustCompile(`go-yaml load error in .*? at (?:L(\d+)\.C(\d+)(?:-L\d+\.C\d+)?|<unknown position>): ?`)

	yamlStrange = regexp.MustCompile("^cannot construct !!(\\w+)(?: `(.*)`)? into (\\S+)")
	yamlUnknown = regexp.MustCompile(`^field (.+) not found in type (\S+)`)
	yamlTwice   = regexp.MustCompile(`^mapping key "(.*)" already defined`)
)

// inWords says what a message of the library means.
func inWords(text string, known []any) string {
	if text == "found character that cannot start any token" {
		return "no value can begin with this character; is it a tab, or does a text need quotation marks?"
	}
	if m := yamlTwice.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("the key %q is written twice", m[1])
	}
	if m := yamlUnknown.FindStringSubmatch(text); m != nil {
		keys := keysOf(m[2], known)
		if near := schema.Nearest(m[1], keys); near != "" {
			return fmt.Sprintf("there is no key %q here; did you mean %q?", m[1], near)
		}
		if len(keys) > 0 {
			return fmt.Sprintf("there is no key %q here; the keys are %s", m[1], strings.Join(keys, ", "))
		}
		return fmt.Sprintf("there is no key %q here", m[1])
	}
	if m := yamlStrange.FindStringSubmatch(text); m != nil {
		found := map[string]string{"seq": "a list", "map": "an object"}[m[1]]
		if found == "" {
			found = strconv.Quote(m[2])
		}
		return found + " stands where " + expected(m[3], known) + " is expected"
	}
	return text
}

// expected names a Go type as it is written in YAML.
func expected(typ string, known []any) string {
	switch {
	case typ == "string":
		return "text"
	case typ == "bool":
		return "true or false"
	case strings.HasPrefix(typ, "[]"):
		return "a list"
	}
	if keys := keysOf(typ, known); len(keys) > 0 {
		return "an object with " + strings.Join(keys, ", ")
	}
	if strings.HasPrefix(typ, "map[") {
		return "an object"
	}
	return "another value"
}

// keysOf lists the YAML keys of the struct of that Go name.
func keysOf(typ string, known []any) []string {
	var keys []string
	for _, value := range known {
		t := reflect.TypeOf(value)
		if t.String() != typ {
			continue
		}
		for i := range t.NumField() {
			keys = append(keys, t.Field(i).Tag.Get("yaml"))
		}
	}
	return slices.DeleteFunc(keys, func(key string) bool { return key == "" || key == "-" })
}
