package secret

import (
	"regexp"
	"slices"
	"strings"
)

// plainForms are values that are no credentials, however they are named: short
// numbers, truth values, ARNs, and what KMS has encrypted.
var plainForms = regexp.MustCompile(`^(?:|[0-9]{1,6}|(?i:true|false)|arn:[^\s]+|AQ[EI][A-Za-z0-9+/]{60,}={0,2})$`)

// references are values that say where something is: an address, a path, the
// name of a secret or a parameter.
var references = regexp.MustCompile(`^(?:https?://.*|/?[a-z0-9_.-]+(?:/[a-z0-9_.-]+)+/?|/[A-Za-z0-9_./-]*)$`)

// FindNamed lists the kinds of credentials in a value that has a name, as a
// variable has: "DB_PASSWORD" and "correct-horse" are one together.
func FindNamed(name, value string) []string {
	found := Find(value)
	if strings.HasPrefix(value, redactedPrefix) || plainForms.MatchString(value) {
		return found
	}
	name = strings.NewReplacer("-", "_", ".", "_").Replace(name)
	for _, kind := range Find(name + "=" + value) {
		if !slices.Contains(found, kind) && !(kind == "password" && references.MatchString(value)) {
			found = append(found, kind)
		}
	}
	return found
}

// RedactNamed is Redact for a value that has a name. A value that by its form
// is no credential stays, so that rules can still tell it from one.
func RedactNamed(name, value string) string {
	if plainForms.MatchString(value) || strings.HasPrefix(value, redactedPrefix) {
		return value
	}
	found := FindNamed(name, value)
	if len(found) == 0 {
		return redactedPrefix + "]"
	}
	return redactedPrefix + ": " + strings.Join(found, ", ") + "]"
}
