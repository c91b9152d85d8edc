package rule

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
	"go.yaml.in/yaml/v4"
)

// frontMatter is what stands between the two lines of dashes of a page.
type frontMatter struct {
	ID         string                  `yaml:"id"`
	Title      string                  `yaml:"title"`
	Risk       Risk                    `yaml:"risk"`
	Categories []string                `yaml:"categories"`
	Service    string                  `yaml:"service"`
	Resource   string                  `yaml:"resource"`
	Standards  []string                `yaml:"standards"`
	Settings   map[string]settingEntry `yaml:"settings"`
	With       map[string]string       `yaml:"with"`
	When       string                  `yaml:"when"`
	Check      string                  `yaml:"check"`
	Message    string                  `yaml:"message"`
	At         string                  `yaml:"at"`
	Fix        map[string]string       `yaml:"fix"`
	Events     []string                `yaml:"events"`
	Template   *bool                   `yaml:"template"`
	Deprecated string                  `yaml:"deprecated"`
}

type settingEntry struct {
	Type    string   `yaml:"type"`
	Label   string   `yaml:"label"`
	Default any      `yaml:"default"`
	Example any      `yaml:"example"`
	Choices []string `yaml:"choices"`
}

// A PageError is a fault of a page, at a line of it.
type PageError struct {
	File   string
	Line   int
	Column int
	Text   string
	Source string // the line at fault
}

// Error is "rules/ec2/EC2-075.md:12: what is wrong".
func (e *PageError) Error() string {
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Text)
}

// Problem is the error as a scan reports it.
func (e *PageError) Problem() cloud.Problem {
	return cloud.Problem{
		Severity: cloud.Error, File: e.File, Line: e.Line, Column: e.Column,
		Summary: "the rule's page is not valid: " + e.Text, Source: e.Source,
	}
}

var (
	ruleID     = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*-[0-9]{3}$`)
	control    = regexp.MustCompile(`^[A-Z][A-Z0-9_-]*:[A-Za-z0-9][A-Za-z0-9 .()/_-]*$`)
	identifier = regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)
	// Settings keep the names that scripts know from Cloud Conformity.
	settingName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)
)

// split cuts a page into its front matter and its text.
func split(file string, page []byte) (front, text []byte, err error) {
	rest, ok := bytes.CutPrefix(page, []byte("---\n"))
	if !ok {
		return nil, nil, &PageError{File: file, Line: 1, Text: "a page begins with a line of three dashes and its front matter"}
	}
	front, text, ok = bytes.Cut(rest, []byte("\n---\n"))
	if !ok {
		return nil, nil, &PageError{File: file, Line: 1, Text: "the front matter has no end: a second line of three dashes"}
	}
	return append(front, '\n'), text, nil
}

// A page is a parsed front matter with the place of each of its values.
type page struct {
	file  string
	front frontMatter
	lines []string
	text  string
	node  *yaml.Node // the mapping
}

func parsePage(file string, content []byte) (*page, error) {
	front, text, err := split(file, content)
	if err != nil {
		return nil, err
	}
	p := &page{file: file, text: string(text), lines: strings.Split(string(content), "\n")}
	var document yaml.Node
	if err := yaml.Unmarshal(front, &document); err != nil {
		return nil, p.yamlError(err)
	}
	if len(document.Content) != 1 || document.Content[0].Kind != yaml.MappingNode {
		return nil, p.errorAt(2, 1, "the front matter is not a mapping")
	}
	p.node = document.Content[0]
	loader, err := yaml.NewLoader(bytes.NewReader(front), yaml.WithKnownFields(), yaml.WithUniqueKeys())
	if err == nil {
		err = loader.Load(&p.front)
	}
	if err != nil {
		return nil, p.yamlError(err)
	}
	return p, p.validate()
}

// yamlError moves the place that the YAML parser names to that of the page.
func (p *page) yamlError(err error) error {
	e := YAMLError(p.file, nil, err, frontMatter{}, settingEntry{})
	return p.errorAt(e.Line+1, e.Column, "%s", e.Text)
}

func (p *page) errorAt(line, column int, format string, args ...any) *PageError {
	e := &PageError{File: p.file, Line: line, Column: column, Text: fmt.Sprintf(format, args...)}
	if line >= 1 && line <= len(p.lines) {
		e.Source = p.lines[line-1]
	}
	return e
}

// errorIn is an error at the value under keys; the key itself where the value
// is absent.
func (p *page) errorIn(keys []string, format string, args ...any) *PageError {
	line, column := p.position(keys)
	return p.errorAt(line, column, format, args...)
}

// position is the line and column, in the page, of the value under keys.
func (p *page) position(keys []string) (line, column int) {
	n, line := p.node, 2
	for _, key := range keys {
		found := false
		for i := 0; n != nil && n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				n, found = n.Content[i+1], true
				line, column = n.Line+1, n.Column
				break
			}
		}
		if !found {
			break
		}
	}
	return line, column
}

// textStart is the page's line on which the text of the expression under
// keys begins: the line below for a folded or literal block.
func (p *page) textStart(keys []string) int {
	n := p.node
	for _, key := range keys {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				n = n.Content[i+1]
				break
			}
		}
	}
	if n.Style&(yaml.FoldedStyle|yaml.LiteralStyle) != 0 {
		return n.Line + 2
	}
	return n.Line + 1
}

func (p *page) validate() error {
	f := &p.front
	required := map[string]bool{
		"id": f.ID != "", "title": f.Title != "", "risk": f.Risk != "", "categories": len(f.Categories) > 0,
		"service": f.Service != "", "resource": f.Resource != "", "check": f.Check != "", "message": f.Message != "",
	}
	for _, key := range []string{"id", "title", "risk", "categories", "service", "resource", "check", "message"} {
		if !required[key] {
			return p.errorAt(1, 0, "%s is missing from the front matter", key)
		}
	}
	if !ruleID.MatchString(f.ID) {
		return p.errorIn([]string{"id"}, "%q is no rule id; write a service, a dash and three digits, as in EC2-075", f.ID)
	}
	if f.Risk.Level() == 0 {
		return p.errorIn([]string{"risk"}, "%q is no risk; use low, medium, high, very-high or extreme", f.Risk)
	}
	for _, c := range f.Categories {
		if !slices.Contains(Categories, c) {
			return p.errorIn([]string{"categories"}, "%q is no category%s; the categories are %s", c, didYouMean(schema.Nearest(c, Categories)), strings.Join(Categories, ", "))
		}
	}
	for _, s := range f.Standards {
		if !control.MatchString(s) {
			return p.errorIn([]string{"standards"}, "%q is no control; write a standard, a colon and the control, as in CIS-V8:4.4", s)
		}
	}
	typ, ok := schema.Lookup(f.Resource)
	if !ok {
		return p.errorIn([]string{"resource"}, "there is no resource type %q%s", f.Resource, didYouMean(schema.NearestType(f.Resource)))
	}
	if f.At != "" && typ.Property(f.At) == nil {
		return p.errorIn([]string{"at"}, "%s has no property %q%s", f.Resource, f.At, didYouMean(nearestField(typ.Root, f.At)))
	}
	for property := range f.Fix {
		if typ.Property(property) == nil {
			return p.errorIn([]string{"fix", property}, "%s has no property %q%s", f.Resource, property, didYouMean(nearestField(typ.Root, property)))
		}
	}
	for name, s := range f.Settings {
		if err := p.validateSetting(name, s); err != nil {
			return err
		}
	}
	return nil
}

// didYouMean ends a message about a name that does not exist with the one that
// was probably meant, if there is one.
func didYouMean(near string) string {
	if near == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", near)
}

func nearestField(n *schema.Node, name string) string {
	var names []string
	for field := range n.Fields {
		names = append(names, field)
	}
	slices.Sort(names)
	return schema.Nearest(name, names)
}

func (p *page) validateSetting(name string, s settingEntry) error {
	at := []string{"settings", name}
	if !settingName.MatchString(name) {
		return p.errorIn(at, "setting %q: a name begins with a letter and holds letters, digits and underscores", name)
	}
	kind, ok := settingTypes[s.Type]
	if !ok {
		return p.errorIn(append(at, "type"), "%q is no setting type%s; the types are %s", s.Type, didYouMean(schema.Nearest(s.Type, SettingTypes())), strings.Join(SettingTypes(), ", "))
	}
	if s.Label == "" {
		return p.errorIn(at, "setting %q has no label", name)
	}
	if kind.choices != (len(s.Choices) > 0) {
		if kind.choices {
			return p.errorIn(at, "setting %q of type %s lists no choices", name, s.Type)
		}
		return p.errorIn(append(at, "choices"), "setting %q of type %s takes no choices", name, s.Type)
	}
	if s.Default == nil && s.Example == nil {
		return p.errorIn(at, "setting %q has neither a default nor an example for the page's own examples", name)
	}
	setting := Setting{Name: name, Type: s.Type, Choices: s.Choices}
	for key, v := range map[string]any{"default": s.Default, "example": s.Example} {
		if v == nil {
			continue
		}
		if _, err := setting.Parse(v); err != nil {
			return p.errorIn(append(at, key), "setting %q: %v", name, err)
		}
	}
	return nil
}
