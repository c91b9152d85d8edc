package cloud

import (
	"fmt"
	"strings"
	"time"
)

// An Ignore is a user's statement in a template that a failing check of one
// rule is accepted: the check is made and hidden, until the date if there is
// one.
type Ignore struct {
	Rule   string
	Until  time.Time // the last day on which it holds; zero means no end
	Reason string
	Path   string // the property it stands above; empty for the whole resource
	Line   int
}

// Expired tells whether the ignore no longer holds at now.
func (i Ignore) Expired(now time.Time) bool {
	return !i.Until.IsZero() && !now.Before(i.Until.AddDate(0, 0, 1))
}

// ignoreMark begins an ignore in a comment.
const ignoreMark = "surety:ignore"

// ParseIgnore reads the text of one comment, with or without its comment
// sign: "surety:ignore EC2-075,EC2-002 until=2027-01-01 reached through the
// office only". found is false when the comment is about something else. An
// ignore without a rule or a reason, or with a date that is none, is an error.
func ParseIgnore(comment string) (ignores []Ignore, found bool, err error) {
	text := strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(comment), "#/* "))
	rest, found := strings.CutPrefix(text, ignoreMark)
	if !found {
		return nil, false, nil
	}
	if rest != "" && !strings.HasPrefix(rest, " ") && !strings.HasPrefix(rest, "\t") {
		return nil, true, fmt.Errorf("%q is not understood; write %s RULE until=YYYY-MM-DD reason", text, ignoreMark)
	}
	rest = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "*/"))
	words := strings.Fields(rest)
	if len(words) == 0 {
		return nil, true, fmt.Errorf("%s names no rule; write %s RULE reason", ignoreMark, ignoreMark)
	}
	rules := strings.Split(words[0], ",")
	words = words[1:]
	var until time.Time
	if len(words) > 0 {
		if date, ok := strings.CutPrefix(words[0], "until="); ok {
			until, err = time.Parse(time.DateOnly, date)
			if err != nil {
				return nil, true, fmt.Errorf("%s until=%s is not a date; write until=YYYY-MM-DD", ignoreMark, date)
			}
			words = words[1:]
		}
	}
	if len(words) == 0 {
		return nil, true, fmt.Errorf("%s %s gives no reason; say after the rule why the finding is accepted", ignoreMark, strings.Join(rules, ","))
	}
	reason := strings.Join(words, " ")
	for _, id := range rules {
		if id = strings.TrimSpace(id); id == "" {
			return nil, true, fmt.Errorf("%s has an empty rule id", ignoreMark)
		}
		ignores = append(ignores, Ignore{Rule: id, Until: until, Reason: reason})
	}
	return ignores, true, nil
}
