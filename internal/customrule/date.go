package customrule

import (
	"errors"
	"math"
	"time"
)

// maxDays keeps the span of days within a time.Duration (292 years).
const maxDays = 100_000

// dateTest compares the age of a date: "within" means at most so many days
// ago, "olderThan" more than that. A date to come is within, being younger
// than any. What is no date is neither.
func dateTest(value any) (test, error) {
	object, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New(`must be an object, {"days": 90, "operator": "within"}`)
	}
	days, ok := normal(object["days"]).(float64)
	if !ok || math.IsNaN(days) || days < 0 || days > maxDays {
		return nil, errors.New("needs days, a number from 0 to 100000")
	}
	operator, _ := object["operator"].(string)
	if operator != "within" && operator != "olderThan" {
		return nil, errors.New(`needs an operator, "within" or "olderThan"`)
	}
	span := time.Duration(days * float64(24*time.Hour))
	return whenAlone(func(v any, now time.Time) bool {
		at, ok := date(v)
		return ok && at.Before(now.Add(-span)) == (operator == "olderThan")
	}), nil
}

// date reads a date: milliseconds since 1970, or a text in ISO 8601 or as HTTP
// writes dates. A text without a time zone is UTC.
func date(v any) (time.Time, bool) {
	switch v := v.(type) {
	case float64:
		if math.Abs(v) <= 8.64e15 { // the range of a JavaScript date
			return time.UnixMilli(int64(v)), true
		}
	case string:
		for _, layout := range layouts() {
			if at, err := time.Parse(layout, v); err == nil {
				return at, true
			}
		}
	}
	return time.Time{}, false
}

// layouts are the forms in which AWS writes dates. Fractions of a second are
// read after any seconds.
func layouts() []string {
	return []string{
		time.RFC3339,
		"2006-01-02T15:04:05Z0700",
		"2006-01-02T15:04:05",
		"2006-01-02T15:04Z07:00",
		"2006-01-02T15:04",
		"2006-01-02 15:04:05",
		"2006-01-02",
		time.RFC1123,
		time.RFC1123Z,
	}
}
