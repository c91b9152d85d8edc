package conformity

import (
	"fmt"
	"strings"

	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
)

// AWS is the key of the one provider whose accounts Surety reads.
const AWS = "aws"

// The statuses of a check. Cloud Conformity has the first two; StatusUnknown is
// Surety's own: it could not be told. It is never shown or counted as a success.
const (
	StatusSuccess = "SUCCESS"
	StatusFailure = "FAILURE"
	StatusUnknown = "UNKNOWN"
)

// StatusOf is the status of a verdict. What is no verdict is unknown.
func StatusOf(v engine.Verdict) string {
	switch v {
	case engine.Pass:
		return StatusSuccess
	case engine.Fail:
		return StatusFailure
	}
	return StatusUnknown
}

// VerdictOf is the verdict of a status, whatever its case.
func VerdictOf(status string) (engine.Verdict, error) {
	switch strings.ToUpper(status) {
	case StatusSuccess:
		return engine.Pass, nil
	case StatusFailure:
		return engine.Fail, nil
	case StatusUnknown:
		return engine.Unknown, nil
	}
	return "", fmt.Errorf("%q is no status: use %s, %s or %s", status, StatusSuccess, StatusFailure, StatusUnknown)
}

// RiskLevel is a risk as the API writes it: "VERY_HIGH".
func RiskLevel(r rule.Risk) string {
	return strings.ToUpper(strings.ReplaceAll(string(r), "-", "_"))
}

// PrettyRiskLevel is a risk in words: "Very High".
func PrettyRiskLevel(r rule.Risk) string {
	words := strings.Split(string(r), "-")
	for i, w := range words {
		words[i] = capital(w)
	}
	return strings.Join(words, " ")
}

// ParseRiskLevel reads a risk in any of its spellings, whatever the case:
// "VERY_HIGH", "Very High", "very-high".
func ParseRiskLevel(s string) (rule.Risk, error) {
	r := rule.Risk(strings.NewReplacer("_", "-", " ", "-").Replace(strings.ToLower(s)))
	if r.Level() > 0 {
		return r, nil
	}
	levels := make([]string, len(rule.Risks))
	for i, r := range rule.Risks {
		levels[i] = RiskLevel(r)
	}
	return "", fmt.Errorf("%q is no risk level: use one of %s", s, strings.Join(levels, ", "))
}

// capital is a word with its first letter, an ASCII one, in upper case.
func capital(word string) string {
	if word == "" {
		return ""
	}
	return strings.ToUpper(word[:1]) + word[1:]
}
