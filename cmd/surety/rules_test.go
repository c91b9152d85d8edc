package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestIndex holds rules/README.md current.
func TestIndex(t *testing.T) {
	want, err := os.ReadFile("../../rules/README.md")
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	c := newRules()
	c.SetOut(&got)
	c.SetArgs([]string{"--format", "markdown"})
	if err := c.Execute(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("rules/README.md is out of date; run: go run ./cmd/surety rules --format markdown > rules/README.md\n%s", diff)
	}
}
