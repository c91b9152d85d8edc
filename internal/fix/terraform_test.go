package fix

import (
	"slices"
	"strings"
	"testing"
)

// TestTerraform runs the files of testdata/terraform: a configuration, a line
// of dashes, the repaired configuration (or "unchanged"), a line of dashes,
// what was changed and skipped. A line "# file: name" begins another file.
func TestTerraform(t *testing.T) {
	eachGolden(t, "testdata/terraform/*.txt", func(t *testing.T, parts []string) []string {
		files := splitFiles(parts[0])
		result, err := Template(t.Context(), folderOptions(t, files))
		if err != nil {
			t.Fatal(err)
		}
		after := map[string]string{}
		var names []string
		for name, text := range files {
			after[name] = text
			names = append(names, name)
		}
		slices.Sort(names)
		changed := false
		for _, f := range result {
			after[strings.TrimPrefix(f.Path, "root/")] = string(f.After)
			changed = changed || f.Changed()
		}
		text := "unchanged\n"
		if changed {
			text = after["main.tf"]
			for _, name := range names {
				if name != "main.tf" {
					text += "# file: " + name + "\n" + after[name]
				}
			}
		}
		settled(t, folderOptions(t, after), result)
		return []string{parts[0], text, tell(result)}
	})
}

func splitFiles(text string) map[string]string {
	pieces := strings.Split(text, "# file: ")
	files := map[string]string{"main.tf": pieces[0]}
	for _, piece := range pieces[1:] {
		name, rest, _ := strings.Cut(piece, "\n")
		files[name] = rest
	}
	return files
}
