package customrule

import (
	"encoding/json"
	"testing"
	"time"
)

var now = time.Date(2026, 6, 30, 12, 0, 0, 0, time.UTC)

// ruleJSON is a whole rule with the attributes and rules given as JSON.
func ruleJSON(attributes, rules string) string {
	return `{"name": "Bucket rule", "description": "", "service": "S3", "resourceType": "s3-bucket",
		"severity": "MEDIUM", "enabled": true, "provider": "aws", "categories": ["security"],
		"attributes": ` + attributes + `, "rules": ` + rules + `}`
}

func mustParse(t *testing.T, text string) *Rule {
	t.Helper()
	r, err := Parse([]byte(text))
	if err != nil {
		t.Fatalf("Parse: %v\n%s", err, text)
	}
	return r
}

// fromJSON reads a JSON value as a client's document is read.
func fromJSON(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func toJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
