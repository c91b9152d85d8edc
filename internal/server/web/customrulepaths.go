package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// plainKey is a member's name that a path can have behind a dot.
var plainKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// walk adds the paths of a value and of all below it, by name. Of a list the
// paths of the first element stand for all.
func (s *seenDocument) walk(at string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			next := "['" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(key) + "']"
			switch {
			case plainKey.MatchString(key) && at == "":
				next = key
			case plainKey.MatchString(key):
				next = at + "." + key
			default:
				next = at + next
			}
			s.walk(next, v[key])
		}
		return
	case []any:
		if len(v) > 0 {
			if _, object := v[0].(map[string]any); object {
				s.Paths = append(s.Paths, seenPath{at, fmt.Sprintf("a list of %d", len(v))})
				s.walk(at+"[*]", v[0])
				return
			}
		}
	}
	text, err := json.Marshal(value)
	if err != nil {
		return
	}
	s.Paths = append(s.Paths, seenPath{at, cut(string(text), 80)})
}
