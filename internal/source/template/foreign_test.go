package template

import (
	"context"
	"strings"
	"testing"
	"unicode/utf16"
)

// TestForeign names files that are no templates, and wants to be told what
// they are.
func TestForeign(t *testing.T) {
	wide := []byte("\xff\xfe")
	for _, unit := range utf16.Encode([]rune(topic)) {
		wide = append(wide, byte(unit), byte(unit>>8))
	}
	for name, c := range map[string]struct{ text, want string }{
		"empty.yaml":     {"", "the file is empty"},
		"blank.json":     {" \n", "the file is empty"},
		"empty.tf":       {"", "the file is empty"},
		"tfplan":         {"PK\x03\x04rest", "binary form"},
		"messages.json":  {`{"@level":"info","@message":"Terraform 1.9"}`, "messages of Terraform"},
		"state.json":     {`{"version":4,"terraform_version":"1.9.0","lineage":"x"}`, "state of Terraform"},
		"show.json":      {`{"format_version":"1.0","terraform_version":"1.9.0","values":{}}`, "state of Terraform"},
		"wide.yaml":      {string(wide), "the template is in UTF-16"},
		"image.template": {"\x89PNG\x00\x01", "the file is not text"},
		"notes.txt":      {"milk, bread", "not a template that Surety knows"},
	} {
		written(t, map[string]string{name: c.text})
		told := problems(Read(context.Background(), []string{name}, Options{}))
		if len(told) != 1 || !strings.Contains(told[0], "error: "+name+": ") || !strings.Contains(told[0], c.want) {
			t.Errorf("%s: problems %q, want %q", name, told, c.want)
		}
	}
}

// TestForeignInFolder passes over what is no template below a folder, but not
// over a template that only cannot be read.
func TestForeignInFolder(t *testing.T) {
	wide := []byte("\xfe\xff")
	for _, unit := range utf16.Encode([]rune(topic)) {
		wide = append(wide, byte(unit>>8), byte(unit))
	}
	written(t, map[string]string{
		"a.yaml": topic, "wide.yaml": string(wide), "empty.yaml": "", "state.json": `{"terraform_version":"1.9.0","lineage":"x"}`,
	})
	told := problems(Read(context.Background(), []string{"."}, Options{}))
	if len(told) != 1 || told[0] != "error: wide.yaml: the template is in UTF-16" {
		t.Errorf("problems %q", told)
	}
}
