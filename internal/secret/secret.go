// Package secret finds credentials in text, such as environment variables and
// start-up scripts, and takes them out without losing that they were there.
package secret

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
)

// A kind of credential and how it looks. What any text might be (long random
// letters) is not among them: a finding must be one.
var kinds = []struct {
	name string
	form *regexp.Regexp
}{
	{"AWS access key", regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z2-7]{16}\b`)},
	{"AWS secret key", regexp.MustCompile(`(?i)aws_?secret_?(?:access_?)?key["']?[ \t]*[=:][ \t]*["']?[A-Za-z0-9/+]{40}(?:[^A-Za-z0-9/+=]|$)`)},
	{"private key", regexp.MustCompile(`-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----`)},
	{"GitHub token", regexp.MustCompile(`\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})\b`)},
	{"Slack token", regexp.MustCompile(`\bxox[abeoprs]-[A-Za-z0-9-]{10,}`)},
	{"Stripe key", regexp.MustCompile(`\b[sr]k_live_[A-Za-z0-9]{20,}\b`)},
	{"Google API key", regexp.MustCompile(`\bAIza[A-Za-z0-9_-]{35}\b`)},
	{"JSON web token", regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{10,}`)},
	{"password in a URL", regexp.MustCompile(`\b[a-z][a-z0-9+.-]*://[^\s:/@"']+:[^\s:/@"'${}]+@`)},
	// On one line: what stands below "password:" in YAML is another key. A
	// path after PWD is a working directory.
	{"password", regexp.MustCompile(`(?i)(?:\b|_)(?:(?:password|passwd|secret|api[_-]?key|auth[_-]?token|access[_-]?token)["']?[ \t]*[=:][ \t]*["']?|` +
		`pwd["']?[ \t]*[=:][ \t]*["']?[^\s"'${}<>*/])[^\s"'${}<>*]{8,}`)},
}

// arns say where something is kept ("…:secret:shop/database").
var arns = regexp.MustCompile(`\barn:aws[a-z-]*:[^\s"'<>,;]+`)

// Find lists the kinds of credentials that stand in a text, in a stable order.
// Text in base64, as user data is, is looked into as well, and what Redact
// made of a text gives what the text gave.
func Find(text string) []string {
	if list, ok := strings.CutPrefix(text, redactedPrefix); ok {
		list = strings.TrimSuffix(list, "]")
		if list == "" {
			return nil
		}
		return strings.Split(list[len(": "):], ", ")
	}
	var found []string
	for _, text := range []string{text, decoded(text)} {
		text = arns.ReplaceAllString(text, "arn")
		for _, k := range kinds {
			if text != "" && k.form.MatchString(text) && !slices.Contains(found, k.name) {
				found = append(found, k.name)
			}
		}
	}
	return found
}

// decoded is the text behind base64; empty when it is none.
func decoded(text string) string {
	text = strings.TrimSpace(text)
	if len(text) < 16 {
		return ""
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return ""
	}
	return string(data)
}

const redactedPrefix = "[redacted"

// Redact replaces a text by the kinds of credentials that stand in it:
// "[redacted: AWS access key]", or "[redacted]" where there are none. Empty
// text stays empty.
func Redact(text string) string {
	if text == "" || strings.HasPrefix(text, redactedPrefix) {
		return text
	}
	found := Find(text)
	if len(found) == 0 {
		return redactedPrefix + "]"
	}
	return redactedPrefix + ": " + strings.Join(found, ", ") + "]"
}
