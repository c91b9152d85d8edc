package rule

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/surety-cloud/surety/internal/cloud"
)

func scheduleFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		// scheduleDays(expression) is the longest time that passes between two
		// runs of a schedule, in days rounded up: 10 of "rate(10 days)", 1 of
		// "rate(4 hours)", 31 of "cron(0 8 1 * ? *)".
		function("scheduleDays",
			cel.Overload("schedule_days_string", []*cel.Type{cel.StringType}, cel.IntType,
				cel.UnaryBinding(func(v ref.Val) ref.Val {
					text := stringOf(v)
					if cloud.IsSymbol(text) {
						return unknownFor(text + " is known only after deployment")
					}
					days, err := scheduleDays(text)
					if err != nil {
						return unknownFor(fmt.Sprintf("the schedule %q cannot be read: %v", text, err))
					}
					return types.Int(days)
				}))),
	}
}

func scheduleDays(expression string) (int, error) {
	expression = strings.ToLower(strings.TrimSpace(expression))
	if text, ok := argument(expression, "rate"); ok {
		return rateDays(text)
	}
	if text, ok := argument(expression, "cron"); ok {
		return cronDays(text)
	}
	return 0, fmt.Errorf("it is neither rate(…) nor cron(…)")
}

func argument(expression, name string) (string, bool) {
	text, ok := strings.CutPrefix(expression, name+"(")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(text, ")")
}

func rateDays(text string) (int, error) {
	number, unit, _ := strings.Cut(strings.TrimSpace(text), " ")
	n, err := strconv.Atoi(number)
	if err != nil || n <= 0 || n > 100_000 {
		return 0, fmt.Errorf("%q is no number of days", number)
	}
	switch strings.TrimSuffix(strings.TrimSpace(unit), "s") {
	case "day":
		return n, nil
	case "hour":
		return (n + 23) / 24, nil
	case "minute":
		return (n + 24*60 - 1) / (24 * 60), nil
	}
	return 0, fmt.Errorf("%q is no unit of time", unit)
}

// cronDays looks at every day of twelve years, three leap years among them.
// The hour does not matter: it is the same on each day that a schedule runs.
//
// Source: "Cron expressions" in the Amazon EventBridge User Guide, whose form
// Secrets Manager and AWS Backup use too.
func cronDays(text string) (int, error) {
	fields := strings.Fields(text)
	if len(fields) != 6 {
		return 0, fmt.Errorf("a cron expression has 6 fields, not %d", len(fields))
	}
	dayOfMonth, months, dayOfWeek, year := fields[2], fields[3], fields[4], fields[5]
	if year != "*" {
		return 0, fmt.Errorf("it is limited to certain years")
	}
	var last time.Time
	longest := 0
	for day := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2036; day = day.AddDate(0, 0, 1) {
		month, err := inField(months, int(day.Month()), 1, 12, monthNames)
		if err != nil {
			return 0, err
		}
		date, err := onDate(dayOfMonth, day)
		if err != nil {
			return 0, err
		}
		weekday, err := onWeekday(dayOfWeek, day)
		if err != nil {
			return 0, err
		}
		if !month || !date || !weekday {
			continue
		}
		if !last.IsZero() {
			longest = max(longest, int(day.Sub(last)/(24*time.Hour)))
		}
		last = day
	}
	if longest == 0 {
		return 0, fmt.Errorf("it names no day that comes again")
	}
	return longest, nil
}

var (
	monthNames = []string{"", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
	dayNames   = []string{"", "sun", "mon", "tue", "wed", "thu", "fri", "sat"}
)

// inField tells whether a value is in a list of numbers, names, ranges and
// steps: "1,3", "MON-FRI", "1/5", "*", "?".
func inField(field string, value, low, high int, names []string) (bool, error) {
	for item := range strings.SplitSeq(field, ",") {
		span, step := item, 1
		if s, by, ok := strings.Cut(item, "/"); ok {
			n, err := strconv.Atoi(by)
			if err != nil || n < 1 {
				return false, fmt.Errorf("%q is no step", by)
			}
			span, step = s, n
		}
		from, to := low, high
		if span != "*" && span != "?" {
			first, second, isRange := strings.Cut(span, "-")
			var err error
			if from, err = cronNumber(first, low, high, names); err != nil {
				return false, err
			}
			switch {
			case isRange:
				if to, err = cronNumber(second, low, high, names); err != nil {
					return false, err
				}
			case step == 1:
				to = from
			}
		}
		at := value
		if to < from && at < from { // over the end: "FRI-MON"
			at += high - low + 1
		}
		if to < from {
			to += high - low + 1
		}
		if at >= from && at <= to && (at-from)%step == 0 {
			return true, nil
		}
	}
	return false, nil
}

func cronNumber(text string, low, high int, names []string) (int, error) {
	for i, name := range names {
		if name != "" && name == text {
			return i, nil
		}
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("%q is not between %d and %d", text, low, high)
	}
	return n, nil
}

// onDate tells whether a day is one that the third field names: also L, the
// last of the month, L-3, the third before it, and 15W, the weekday nearest to
// the 15th.
func onDate(field string, day time.Time) (bool, error) {
	last := day.AddDate(0, 1, -day.Day()).Day()
	switch {
	case strings.HasPrefix(field, "l"):
		before := 0
		if rest := strings.TrimPrefix(field, "l"); rest != "" {
			n, err := strconv.Atoi(rest)
			if err != nil || n > 0 || n < -30 {
				return false, fmt.Errorf("%q is no day of a month", field)
			}
			before = n
		}
		return day.Day() == last+before, nil
	case strings.HasSuffix(field, "w"):
		n, err := cronNumber(strings.TrimSuffix(field, "w"), 1, 31, nil)
		if err != nil {
			return false, err
		}
		return n <= last && day.Day() == nearestWeekday(day, n, last), nil
	}
	return inField(field, day.Day(), 1, 31, nil)
}

// nearestWeekday is the day of the month, from Monday to Friday, that is
// nearest to the nth within the month of a day.
func nearestWeekday(day time.Time, n, last int) int {
	switch time.Date(day.Year(), day.Month(), n, 0, 0, 0, 0, time.UTC).Weekday() {
	case time.Saturday:
		if n == 1 {
			return 3
		}
		return n - 1
	case time.Sunday:
		if n == last {
			return n - 2
		}
		return n + 1
	}
	return n
}

// onWeekday tells whether a day is one that the fifth field names: also 5L,
// the last Thursday of the month, and 3#2, its second Tuesday.
func onWeekday(field string, day time.Time) (bool, error) {
	weekday := int(day.Weekday()) + 1
	if field == "l" { // Saturday
		return weekday == 7, nil
	}
	if name, nth, ok := strings.Cut(field, "#"); ok {
		wanted, err := cronNumber(name, 1, 7, dayNames)
		if err != nil {
			return false, err
		}
		n, err := cronNumber(nth, 1, 5, nil)
		return weekday == wanted && (day.Day()+6)/7 == n, err
	}
	if name, ok := strings.CutSuffix(field, "l"); ok {
		wanted, err := cronNumber(name, 1, 7, dayNames)
		return weekday == wanted && day.AddDate(0, 0, 7).Month() != day.Month(), err
	}
	return inField(field, weekday, 1, 7, dayNames)
}
