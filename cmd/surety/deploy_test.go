package main

import (
	"os"
	"strings"
	"testing"
)

// TestDeployedFlags holds the flags that the files for containers set against
// those that the commands have.
func TestDeployedFlags(t *testing.T) {
	data, err := os.ReadFile("../../deploy/testdata/flags.txt")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		command, _, err := newRoot().Find(words[:1])
		if err != nil || command.Name() != words[0] {
			t.Errorf("there is no command %s: %v", words[0], err)
			continue
		}
		for _, flag := range words[1:] {
			seen++
			if command.Flags().Lookup(flag) == nil {
				t.Errorf("surety %s has no flag --%s", words[0], flag)
			}
		}
	}
	if seen == 0 {
		t.Error("the list of flags is empty")
	}
}
