package engine

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/rule"
)

// ReadProfile parses a profile and holds it against the rules: an unknown
// rule, setting or key, and a value of the wrong type, are errors.
func ReadProfile(file string, data []byte, library *rule.Library) (*Profile, error) {
	var p Profile
	r := profileReader{file: file, data: data}
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithKnownFields(), yaml.WithUniqueKeys())
	if err == nil {
		err = loader.Load(&p)
	}
	if err != nil {
		return nil, rule.YAMLError(file, data, err, Profile{}, RuleSettings{}, Exceptions{})
	}
	var more yaml.Node
	if err := loader.Load(&more); !errors.Is(err, io.EOF) {
		return nil, &rule.PageError{File: file, Line: max(more.Line, 1), Text: "a profile is one document; remove the line --- and what follows"}
	}
	_ = yaml.Unmarshal(data, &r.root) // it was read before; only the lines are wanted
	for _, id := range slices.Sorted(maps.Keys(p.Rules)) {
		if err := r.rule(id, p.Rules[id], library); err != nil {
			return nil, err
		}
	}
	return &p, nil
}

// A profileReader tells of faults with their place.
type profileReader struct {
	file string
	data []byte
	root yaml.Node
}

// rule checks what a profile says of one rule, and gives its settings the form
// of their types.
func (r *profileReader) rule(id string, own RuleSettings, library *rule.Library) error {
	page, err := library.Rule(id)
	if err != nil {
		return r.fault([]string{"rules", id}, "%v", err)
	}
	if own.Risk != "" && own.Risk.Level() == 0 {
		return r.fault([]string{"rules", id, "risk"}, "%s: %q is no risk; use low, medium, high, very-high or extreme", id, own.Risk)
	}
	for _, name := range slices.Sorted(maps.Keys(own.Settings)) {
		at := []string{"rules", id, "settings", name}
		setting, ok := page.Setting(name)
		if !ok {
			return r.fault(at, "%s", noSetting(page, name))
		}
		if own.Settings[name], err = setting.Parse(own.Settings[name]); err != nil {
			return r.fault(at, "%s: setting %s: %v", id, name, err)
		}
	}
	return nil
}

func noSetting(r *rule.Rule, name string) string {
	var names []string
	for _, s := range r.Settings {
		names = append(names, s.Name)
	}
	text := fmt.Sprintf("%s has no setting %q", r.ID, name)
	if len(names) == 0 {
		return text + "; it has none"
	}
	if near := schema.Nearest(name, names); near != "" {
		return fmt.Sprintf("%s; did you mean %q?", text, near)
	}
	return text + "; it has " + strings.Join(names, ", ")
}

// fault is an error at the value under keys.
func (r *profileReader) fault(keys []string, format string, args ...any) error {
	e := &rule.PageError{File: r.file, Line: 1, Text: fmt.Sprintf(format, args...)}
	n := &r.root
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	for _, key := range keys {
		next := n
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				e.Line, e.Column = n.Content[i].Line, n.Content[i].Column
				next = n.Content[i+1]
				break
			}
		}
		n = next
	}
	if lines := strings.Split(string(r.data), "\n"); e.Line <= len(lines) {
		e.Source = lines[e.Line-1]
	}
	return e
}
