// Package standard reads compliance standards, which say what rules bear on
// which of their controls, and reports the checks of a scan by control.
package standard

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/rule"
)

// A Standard is one version of a compliance standard: a file of standards/.
type Standard struct {
	// Name is what users write: "cis-aws-5.0", the name of the file.
	Name string `yaml:"-"`
	// ID is what scripts and pages write: "CISAWSF-5_0". Where Cloud
	// Conformity has the standard, it is the id there.
	ID      string `yaml:"id"`
	Title   string `yaml:"title"`   // without the version
	Version string `yaml:"version"` // as its publisher writes it; may be empty

	Section `yaml:",inline"`
}

// A Section is what stands below a heading: further headings, of up to three
// levels, and then controls of its own.
type Section struct {
	Headings []Heading `yaml:"headings"`
	Controls []Control `yaml:"controls"`
}

// A Heading groups controls.
type Heading struct {
	ID      string `yaml:"id"` // "2.1", "AC", "SEC"
	Title   string `yaml:"title"`
	Section `yaml:",inline"`
}

// A Control is what a standard asks for. Its title is a short description, not
// the wording of the standard.
type Control struct {
	ID    string   `yaml:"id"` // as the standard writes it: "2.1.1", "AC-2(3)"
	Title string   `yaml:"title"`
	Rules []string `yaml:"rules"` // the ids of the rules that bear on it; none for what no rule can tell
}

// FullTitle is the title with the version.
func (s *Standard) FullTitle() string { return strings.TrimSpace(s.Title + " " + s.Version) }

// An Entry is a control with the headings above it, the outermost first.
type Entry struct {
	Headings []Heading
	Control  Control
}

// Entries lists every control in the order of the standard.
func (s *Standard) Entries() []Entry { return s.entries(nil, nil) }

func (s *Section) entries(above []Heading, list []Entry) []Entry {
	for _, h := range s.Headings {
		list = h.entries(append(above[:len(above):len(above)], h), list)
	}
	for _, c := range s.Controls {
		list = append(list, Entry{Headings: above, Control: c})
	}
	return list
}

// Rules lists the ids of all rules that bear on a control, each once, in the
// order of the standard.
func (s *Standard) Rules() []string {
	var list []string
	seen := map[string]bool{}
	for _, e := range s.Entries() {
		for _, id := range e.Control.Rules {
			if !seen[id] {
				seen[id] = true
				list = append(list, id)
			}
		}
	}
	return list
}

// maxLevels is how deep headings go: reports and Cloud Conformity's API have
// as many.
const maxLevels = 3

var (
	standardID = regexp.MustCompile(`^[A-Z][A-Z0-9_-]*$`)
	controlID  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 .()/_-]*$`)
)

// parse reads the standard of a file. Errors name the file and, where one can
// be told, the line.
func parse(file, name string, data []byte) (*Standard, error) {
	s := &Standard{Name: name}
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithKnownFields(), yaml.WithUniqueKeys())
	if err == nil {
		err = loader.Load(s)
	}
	if err != nil {
		return nil, rule.YAMLError(file, data, err, Standard{}, Heading{}, Control{})
	}
	at := func(text string, args ...any) error {
		return fmt.Errorf("%s: %s", file, fmt.Sprintf(text, args...))
	}
	if !standardID.MatchString(s.ID) {
		return nil, at("%q is no id of a standard; write capitals, digits, dashes and underscores, as in CISAWSF-5_0", s.ID)
	}
	if s.Title == "" {
		return nil, at("title is missing")
	}
	entries := s.Entries()
	if len(entries) == 0 {
		return nil, at("there is no control")
	}
	seen := map[string]bool{}
	for _, e := range entries {
		c := e.Control
		switch {
		case !controlID.MatchString(c.ID):
			return nil, at("%q is no id of a control", c.ID)
		case seen[c.ID]:
			return nil, at("control %s stands there twice", c.ID)
		case c.Title == "":
			return nil, at("control %s has no title", c.ID)
		case len(e.Headings) > maxLevels:
			return nil, at("control %s stands below %d headings; the most are %d", c.ID, len(e.Headings), maxLevels)
		}
		seen[c.ID] = true
		for _, h := range e.Headings {
			if h.Title == "" {
				return nil, at("heading %s has no title", h.ID)
			}
		}
		rules := map[string]bool{}
		for _, id := range c.Rules {
			if rules[id] {
				return nil, at("control %s names rule %s twice", c.ID, id)
			}
			rules[id] = true
		}
	}
	return s, nil
}

// With is the standard with further rules: the ids by the control's id. An
// error names a control that the standard does not have.
func (s *Standard) With(own map[string][]string) (*Standard, error) {
	known := map[string]bool{}
	for _, e := range s.Entries() {
		known[e.Control.ID] = true
	}
	for id, rules := range own {
		if known[id] {
			continue
		}
		text := fmt.Sprintf("rule %s bears on %s:%s, which is no control of %s", rules[0], s.ID, id, s.Name)
		if near := schema.Nearest(id, slices.Sorted(maps.Keys(known))); near != "" {
			text += fmt.Sprintf("; did you mean %s?", near)
		}
		return nil, errors.New(text)
	}
	with := *s
	with.Section = s.Section.with(own)
	return &with, nil
}

func (s Section) with(own map[string][]string) Section {
	s.Controls = slices.Clone(s.Controls)
	for i, c := range s.Controls {
		for _, id := range own[c.ID] {
			if !slices.Contains(s.Controls[i].Rules, id) {
				s.Controls[i].Rules = append(slices.Clone(s.Controls[i].Rules), id)
			}
		}
	}
	s.Headings = slices.Clone(s.Headings)
	for i, h := range s.Headings {
		s.Headings[i].Section = h.Section.with(own)
	}
	return s
}
