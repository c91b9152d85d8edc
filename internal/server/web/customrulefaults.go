package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// customMember begins a problem of a custom rule as the API tells it: the member
// at fault, then a colon.
var customMember = regexp.MustCompile(`^(?:configuration\.)?((name|description|remediationNotes|service|resourceType|severity|enabled|provider|categories|attributes|rules)((?:\.[A-Za-z]+|\[\d+\])*)): `)

// blame puts what the API says to the fields of the form. It tells all problems
// in one text, between semicolons, which may be in a problem, too.
func (f *customRuleForm) blame(detail string) {
	fields := map[string]string{"remediationNotes": "notes", "resourceType": "type", "categories": "category"}
	texts := map[string]*string{"attributes": &f.Attributes, "rules": &f.Rules}
	field := ""
	for part := range strings.SplitSeq(detail, "; ") {
		m := customMember.FindStringSubmatch(part)
		if m == nil { // it goes on
			if f.Faults[field] != "" {
				f.Faults[field] += "; "
			}
			f.Faults[field] += part
			continue
		}
		if field = fields[m[2]]; field == "" {
			field = m[2]
		}
		said := part
		if text := texts[m[2]]; text == nil {
			said = sentence(part[len(m[0]):])
		} else if line := memberLine(*text, m[3]); line > 0 {
			said = fmt.Sprintf("Line %d, %s", line, strings.TrimPrefix(part, "configuration."))
		}
		if f.Faults[field] != "" {
			f.Faults[field] += "\n"
		}
		f.Faults[field] += said
	}
	if f.Faults[""] != "" {
		f.Faults[""] = sentence(f.Faults[""])
	}
}

// notJSON says where a text is not JSON; empty where it is.
func notJSON(text string) string {
	var v any
	err := json.Unmarshal([]byte(text), &v)
	var fault *json.SyntaxError
	switch {
	case err == nil:
		return ""
	case strings.TrimSpace(text) == "":
		return "This is missing; it is a list, [ … ]."
	case errors.As(err, &fault):
		line, column := placeOf(text, fault.Offset-1)
		return fmt.Sprintf("Line %d, column %d: this is not JSON: %v.", line, column, fault)
	}
	return sentence("this is not JSON: " + err.Error())
}

// placeOf is the line and the column of a place in a text, counted from 1.
func placeOf(text string, offset int64) (line, column int) {
	before := text[:max(0, min(int(offset), len(text)))]
	return strings.Count(before, "\n") + 1, len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1
}

// memberStep is one step of a member's path: .name or [3].
var memberStep = regexp.MustCompile(`\.([A-Za-z]+)|\[(\d+)\]`)

// memberLine is the line of a JSON text on which a member stands, such as
// [0].conditions.any[1].operator; of the deepest one above it where it is not
// there. 0 where the text is no JSON.
func memberLine(text, member string) int {
	d := json.NewDecoder(strings.NewReader(text))
	at := int64(0)
	for _, step := range memberStep.FindAllStringSubmatch(member, -1) {
		open, err := d.Token()
		if err != nil {
			return 0
		}
		n, notNumber := strconv.Atoi(step[2])
		list := notNumber == nil
		if list && open != json.Delim('[') || !list && open != json.Delim('{') || !skipTo(d, list, step[1], n) {
			break
		}
		at = d.InputOffset()
	}
	rest := text[min(int(at), len(text)):]
	at += int64(len(rest) - len(strings.TrimLeft(rest, " \t\r\n,:")))
	line, _ := placeOf(text, at)
	return line
}

// skipTo reads the members of an object or the elements of a list up to the one
// that is wanted, by its name or its number.
func skipTo(d *json.Decoder, list bool, name string, n int) bool {
	for i := 0; d.More(); i++ {
		if list {
			if i == n {
				return true
			}
		} else if key, err := d.Token(); err != nil {
			return false
		} else if key == name {
			return true
		}
		var passed json.RawMessage
		if d.Decode(&passed) != nil {
			return false
		}
	}
	return false
}
