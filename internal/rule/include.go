package rule

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"
)

// sharedFolder holds text that several pages of a file system share: the mark
// "{{> name}}" of a page is replaced by shared/name.md.
const sharedFolder = "shared"

var (
	includeMark = regexp.MustCompile(`\{\{> ([a-z0-9-]+)\}\}`)
	settingMark = regexp.MustCompile(`\{settings\.([A-Za-z0-9_]+)(\.first)?\}`)
)

// include puts shared text into a page's own, and into both the values of
// settings: {settings.ports} is the setting's default (its example where it has
// none), and {settings.ports.first} the first element of it.
func (p *page) include(files fs.FS, settings []Setting) (string, error) {
	var failed error
	out := includeMark.ReplaceAllStringFunc(p.text, func(mark string) string {
		name := includeMark.FindStringSubmatch(mark)[1]
		text, err := fs.ReadFile(files, sharedFolder+"/"+name+".md")
		if err != nil {
			failed = p.errorAt(p.lineOf(mark), 0, "there is no shared text %q", name)
			return mark
		}
		return strings.TrimSpace(string(text))
	})
	out = settingMark.ReplaceAllStringFunc(out, func(mark string) string {
		m := settingMark.FindStringSubmatch(mark)
		for _, s := range settings {
			if s.Name == m[1] {
				return settingText(s, m[2] != "")
			}
		}
		failed = p.errorAt(p.lineOf(mark), 0, "the text names setting %q, which this page does not have", m[1])
		return mark
	})
	return out, failed
}

func settingText(s Setting, first bool) string {
	v := s.Default
	if v == nil {
		v = s.Example
	}
	if list, ok := v.([]any); ok && first && len(list) > 0 {
		v = list[0]
	}
	return fmt.Sprint(describe(v))
}

func (p *page) lineOf(text string) int {
	for i, line := range p.lines {
		if strings.Contains(line, text) {
			return i + 1
		}
	}
	return 1
}
