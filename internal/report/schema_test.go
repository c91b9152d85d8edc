package report

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// A shapes is a description of a format in testdata: for each shape its
// members, and of which of them one must be there.
type shapes struct {
	members    map[string]map[string]member
	atLeastOne map[string][]string
	types      []string // the resource types that ASFF knows
}

// A member is an attribute of a shape: a line of the description.
type member struct {
	required bool
	typ      string
	array    bool
	rules    map[string]string // "length": "1-256"
}

func readShapes(t *testing.T, file string) shapes {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	s := shapes{members: map[string]map[string]member{}, atLeastOne: map[string][]string{}}
	for line := range strings.Lines(string(content)) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		columns := append(strings.Split(line, "\t"), "")
		shape, name, _ := strings.Cut(columns[0], ".")
		switch columns[1] {
		case "at_least_one":
			s.atLeastOne[shape] = strings.Fields(columns[2])
			continue
		case "types":
			s.types = strings.Fields(columns[2])
			continue
		}
		m := member{required: columns[1] == "required", rules: map[string]string{}}
		m.typ, m.array = strings.CutSuffix(columns[2], "[]")
		for _, rule := range strings.Split(columns[3], "; ") {
			key, value, _ := strings.Cut(rule, " ")
			m.rules[key] = value
		}
		if s.members[shape] == nil {
			s.members[shape] = map[string]member{}
		}
		s.members[shape][name] = m
	}
	return s
}

// faults holds a value against a shape and lists what is wrong with it.
// profiles are those of OCSF that the event says it has.
func (s shapes) faults(shape, path string, value any, profiles []any) []string {
	object, ok := value.(map[string]any)
	if !ok {
		return []string{fmt.Sprintf("%s is no object", path)}
	}
	members, ok := s.members[shape]
	if !ok {
		return []string{fmt.Sprintf("%s: the shape %s is not described", path, shape)}
	}
	var faults []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		m := members[name]
		applies := m.rules["profile"] == "" || slices.Contains(profiles, any(m.rules["profile"]))
		if _, there := object[name]; m.required && applies && !there {
			faults = append(faults, fmt.Sprintf("%s.%s is missing", path, name))
		}
	}
	if needed := s.atLeastOne[shape]; len(needed) > 0 && !slices.ContainsFunc(needed, func(name string) bool { return object[name] != nil }) {
		faults = append(faults, fmt.Sprintf("%s has none of %v", path, needed))
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		m, known := members[name]
		at := path + "." + name
		_, deprecated := m.rules["deprecated"]
		switch profile := m.rules["profile"]; {
		case !known:
			faults = append(faults, at+" is no attribute of "+shape)
			continue
		case deprecated:
			faults = append(faults, at+" is deprecated")
		case profile != "" && !slices.Contains(profiles, any(profile)):
			faults = append(faults, at+" needs the profile "+profile)
		}
		faults = append(faults, s.member(m, at, object[name], object, profiles)...)
	}
	return faults
}

func (s shapes) member(m member, at string, value any, object map[string]any, profiles []any) []string {
	values := []any{value}
	if m.array {
		list, ok := value.([]any)
		if !ok {
			return []string{at + " is no array"}
		}
		values = list
		if limit := m.rules["items"]; limit != "" && !within(len(list), limit) {
			return []string{fmt.Sprintf("%s has %d items, not %s", at, len(list), limit)}
		}
	}
	var faults []string
	for _, v := range values {
		switch m.typ {
		case "string", "string_t", "url_t", "resource_uid_t":
			text, ok := v.(string)
			if !ok {
				faults = append(faults, at+" is no string")
				continue
			}
			faults = append(faults, m.text(at, text)...)
		case "integer_t", "long_t", "timestamp_t":
			number, ok := v.(json.Number)
			if _, err := number.Int64(); !ok || err != nil {
				faults = append(faults, at+" is no whole number")
				continue
			}
			faults = append(faults, m.number(at, number.String(), object)...)
		case "map":
			pairs, _ := v.(map[string]any)
			if !within(len(pairs), m.rules["items"]) {
				faults = append(faults, fmt.Sprintf("%s has %d pairs", at, len(pairs)))
			}
			for key, value := range pairs {
				text, _ := value.(string)
				faults = append(faults, m.text(at+"."+key, text)...)
				if limit, _ := strconv.Atoi(m.rules["key"]); key == "" || len(utf16.Encode([]rune(key))) > limit {
					faults = append(faults, fmt.Sprintf("the key %q of %s has a wrong length", key, at))
				}
			}
		case "json_t", "object":
		default:
			faults = append(faults, s.faults(m.typ, at, v, profiles)...)
		}
	}
	return faults
}

func (m member) text(at, text string) []string {
	var faults []string
	if _, strict := m.rules["text"]; strict && (strings.TrimSpace(text) == "" || strings.ContainsAny(text, "\r\n\u2028\u2029\u0085")) {
		faults = append(faults, fmt.Sprintf("%s is blank or has a line end: %q", at, text))
	}
	if limit := m.rules["length"]; limit != "" && !within(len(utf16.Encode([]rune(text))), limit) {
		faults = append(faults, fmt.Sprintf("%s has a length other than %s: %q", at, limit, text))
	}
	if allowed := m.rules["enum"]; allowed != "" && !slices.Contains(strings.Split(allowed, "|"), text) {
		faults = append(faults, fmt.Sprintf("%s is %q, not one of %s", at, text, allowed))
	}
	return faults
}

// number holds a number against the ones that are allowed, and the caption
// beside it against the one of the number.
func (m member) number(at, number string, object map[string]any) []string {
	allowed := m.rules["enum"]
	if allowed == "" {
		return nil
	}
	for _, one := range strings.Split(allowed, "|") {
		value, caption, captioned := strings.Cut(one, "=")
		if value != number {
			continue
		}
		if sibling := m.rules["sibling"]; captioned && sibling != "" && object[sibling] != nil && object[sibling] != caption {
			return []string{fmt.Sprintf("%s is %s, so that %s must be %q, not %q", at, number, sibling, caption, object[sibling])}
		}
		return nil
	}
	return []string{fmt.Sprintf("%s is %s, which is none of its numbers", at, number)}
}

// within tells whether n is in a range such as "1-256".
func within(n int, limits string) bool {
	low, high, _ := strings.Cut(limits, "-")
	least, _ := strconv.Atoi(low)
	most, _ := strconv.Atoi(high)
	return n >= least && n <= most
}

// decoded reads one line of JSON.
func decoded(t *testing.T, line string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(line))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	return value
}

// TestShapes sees that the check itself finds faults.
func TestShapes(t *testing.T) {
	s := readShapes(t, "asff.tsv")
	cases := []struct{ shape, value, want string }{
		{"Workflow", `{"Status":"RESOLVED"}`, ""},
		{"Workflow", `{"Status":"CLOSED"}`, "not one of"},
		{"Workflow", `{"State":"NEW"}`, "is no attribute"},
		{"StatusReason", `{"Description":"x"}`, "ReasonCode is missing"},
		{"StatusReason", `{"ReasonCode":" "}`, "blank"},
		{"StatusReason", `{"ReasonCode":"a\nb"}`, "line end"},
		{"Recommendation", `{"Text":"` + strings.Repeat("x", 513) + `"}`, "length"},
		{"Compliance", `{"RelatedRequirements":[]}`, "0 items"},
		{"Resource", `{"Type":"Other","Id":"x","Tags":{"a":""}}`, "blank"},
	}
	o := readShapes(t, "ocsf-1.9.0.tsv")
	for _, c := range cases {
		faults := strings.Join(s.faults(c.shape, c.shape, decoded(t, c.value), nil), "\n")
		if c.want == "" && faults != "" || !strings.Contains(faults, c.want) {
			t.Errorf("%s: %q, want %q", c.value, faults, c.want)
		}
	}
	for _, c := range []struct{ shape, value, want string }{
		{"check", `{"status_id":2,"status":"Warning"}`, ""},
		{"check", `{"status_id":2,"status":"Fail"}`, `must be "Warning"`},
		{"check", `{"status_id":4}`, "none of its numbers"},
		{"check", `{"status_id":"2"}`, "no whole number"},
		{"compliance", `{"status_detail":"x"}`, "deprecated"},
		{"product", `{"version":"1"}`, "none of [name uid]"},
		{"resource_details", `{"uid":"x","region":"eu-west-1"}`, "needs the profile cloud"},
		{"resource_details", `{"uid":"x","user":{}}`, "not described"},
	} {
		faults := strings.Join(o.faults(c.shape, c.shape, decoded(t, c.value), nil), "\n")
		if c.want == "" && faults != "" || !strings.Contains(faults, c.want) {
			t.Errorf("%s: %q, want %q", c.value, faults, c.want)
		}
	}
}
