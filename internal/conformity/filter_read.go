package conformity

import (
	"encoding/json"
	"math"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ParseFilterQuery reads the filter of a query string: filter[regions]=a,b.
// Names that are not known and values that are empty are passed over; a name
// that comes again adds values. The error is a *FilterError.
func ParseFilterQuery(query url.Values) (Filter, error) {
	read := filterReader{}
	for key, values := range query {
		name, ok := strings.CutPrefix(key, "filter[")
		if !ok {
			continue
		}
		if name, ok = strings.CutSuffix(name, "]"); !ok {
			continue
		}
		for _, v := range values {
			if strings.TrimSpace(v) != "" {
				read[name] = append(read[name], v)
			}
		}
	}
	return read.filter(true)
}

// ParseFilterJSON reads a filter as reports and channels carry it:
// {"regions": ["a", "b"]}. Members that are not known are passed over, and
// null is an empty filter. The error is a *FilterError.
func ParseFilterJSON(data []byte) (Filter, error) {
	if isNull(data) {
		return Filter{}, nil
	}
	var members map[string]json.RawMessage
	if !utf8.Valid(data) || json.Unmarshal(data, &members) != nil {
		return Filter{}, &FilterError{Text: "it must be a JSON object"}
	}
	read := filterReader{}
	for name, raw := range members {
		v, err := decoded(raw)
		if err != nil {
			return Filter{}, filterError(name, "it is not JSON")
		}
		list, isList := v.([]any)
		if !isList {
			list = []any{v}
		}
		for _, element := range list {
			if element == nil {
				continue
			}
			if _, isBool := element.(bool); isBool && name == "message" {
				continue // a client has it as a switch: it chooses nothing
			}
			text, ok := plainText(element).(string)
			if !ok {
				if !knownFilter(name) {
					break
				}
				return Filter{}, filterError(name, "it must be a text, a number, true, false or a list of texts")
			}
			if strings.TrimSpace(text) != "" {
				read[name] = append(read[name], text)
			}
		}
	}
	return read.filter(false)
}

// A filterReader has what was given for each field, none of it empty.
type filterReader map[string][]string

// oldFilterNames are earlier names of fields.
var oldFilterNames = map[string]string{"createdLessThanDays": "newerThanDays", "createdMoreThanDays": "olderThanDays"}

func knownFilter(name string) bool {
	var f Filter
	for _, l := range f.lists() {
		if l.name == name {
			return true
		}
	}
	for _, t := range f.texts() {
		if t.name == name {
			return true
		}
	}
	switch name {
	case "createdDate", "newerThanDays", "olderThanDays", "createdLessThanDays", "createdMoreThanDays",
		"suppressed", "withChecks", "withoutChecks", "notes", "notesLength":
		return true
	}
	return false
}

// filter makes the filter. In a query a value is cut at its commas where a
// field takes several.
func (r filterReader) filter(query bool) (Filter, error) {
	var f Filter
	for _, l := range f.lists() {
		for _, v := range r[l.name] {
			if !query {
				*l.values = append(*l.values, v)
				continue
			}
			if strings.Count(v, ",") >= maxFilterValues {
				return Filter{}, filterError(l.name, "it has more than %d values", maxFilterValues)
			}
			*l.values = append(*l.values, strings.Split(v, ",")...)
		}
	}
	for _, t := range f.texts() {
		if given := r[t.name]; len(given) > 0 {
			if len(given) > 1 {
				return Filter{}, filterError(t.name, "one value is expected, not %d", len(given))
			}
			*t.text = given[0]
		}
	}
	for name, target := range map[string]**bool{
		"suppressed": &f.Suppressed, "withChecks": &f.WithChecks, "withoutChecks": &f.WithoutChecks, "notes": &f.Notes,
	} {
		if err := r.boolean(name, target); err != nil {
			return Filter{}, err
		}
	}
	for name, target := range map[string]**int{
		"newerThanDays": &f.NewerThanDays, "olderThanDays": &f.OlderThanDays, "notesLength": &f.NotesLength,
	} {
		n, err := r.number(name)
		if err != nil {
			return Filter{}, err
		}
		if n != nil {
			small := int(max(min(*n, math.MaxInt32), math.MinInt32))
			*target = &small
		}
	}
	var err error
	if f.CreatedDate, err = r.number("createdDate"); err != nil {
		return Filter{}, err
	}
	if err := f.normalise(); err != nil {
		return Filter{}, err
	}
	return f, nil
}

func (r filterReader) boolean(name string, target **bool) error {
	for _, v := range r[name] {
		b := strings.EqualFold(strings.TrimSpace(v), "true")
		if !b && !strings.EqualFold(strings.TrimSpace(v), "false") {
			return filterError(name, "%q is neither true nor false", shortened(v))
		}
		*target = &b
	}
	return nil
}

// number reads a field by its name or by its old one.
func (r filterReader) number(name string) (*int64, error) {
	given := r[name]
	for old, now := range oldFilterNames {
		if now == name && len(given) == 0 {
			given = r[old]
		}
	}
	if len(given) == 0 {
		return nil, nil
	}
	n, ok := wholeNumber(given[len(given)-1]).(int64)
	if !ok {
		return nil, filterError(name, "%s is not a whole number", strconv.Quote(shortened(given[len(given)-1])))
	}
	return &n, nil
}
