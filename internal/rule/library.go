package rule

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// A Library is a set of pages. Pages are parsed and compiled when a rule is
// asked for; until then the library knows only each page's id, and the
// resource type that it judges. Once it is set up, several goroutines may use
// it at a time.
type Library struct {
	entries map[string]*entry
	ids     []string // sorted
	byType  map[string][]string
	bears   func(id string) []string
}

type entry struct {
	id, resource string
	file         string
	files        fs.FS // where the page's shared text is
	content      []byte
	once         sync.Once
	rule         *Rule
	err          error
}

// NewLibrary indexes every page (*.md with front matter) below the root of a
// file system. prefix goes before file names in errors ("rules/").
func NewLibrary(files fs.FS, prefix string) (*Library, error) {
	l := &Library{entries: map[string]*entry{}, byType: map[string][]string{}}
	return l, l.Add(files, prefix)
}

// Add indexes the pages of another file system; an id that is there already
// is an error.
func (l *Library) Add(files fs.FS, prefix string) error {
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name == sharedFolder {
			return fs.SkipDir
		}
		if d.IsDir() || path.Ext(name) != ".md" || path.Base(name) == "README.md" {
			return nil
		}
		content, err := readPage(files, name)
		if err != nil {
			return err
		}
		content = plainText(content)
		e := &entry{file: prefix + name, files: files, content: content}
		e.id, e.resource = headOf(content)
		if e.id == "" {
			_, err := parsePage(e.file, content)
			if err == nil {
				err = fmt.Errorf("%s: id must stand on a line of its own in the front matter", e.file)
			}
			return err
		}
		if before := l.entries[e.id]; before != nil {
			return fmt.Errorf("%s: rule %s is already defined in %s", e.file, e.id, before.file)
		}
		l.entries[e.id] = e
		at, _ := slices.BinarySearch(l.ids, e.id)
		l.ids = slices.Insert(l.ids, at, e.id)
		l.byType[e.resource] = append(l.byType[e.resource], e.id)
		return nil
	})
}

// maxPage bounds a page: those that people write have some kilobytes.
const maxPage = 1 << 20

// readPage reads a page that is a regular file: a device or a pipe of that name
// would go on for ever.
func readPage(files fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(files, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxPage {
		return nil, fmt.Errorf("%s is no page: it is not a file of up to %d MB", name, maxPage>>20)
	}
	return fs.ReadFile(files, name)
}

// plainText takes off what editors on Windows add to a page: a byte order mark
// and carriage returns.
func plainText(content []byte) []byte {
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(content, '\r') < 0 {
		return content
	}
	return bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
}

// headOf reads the id and the resource type from a page without parsing it.
func headOf(content []byte) (id, resource string) {
	rest, ok := bytes.CutPrefix(content, []byte("---\n"))
	for ok && (id == "" || resource == "") {
		var line []byte
		line, rest, ok = bytes.Cut(rest, []byte("\n"))
		if string(line) == "---" {
			break
		}
		if v, found := bytes.CutPrefix(line, []byte("id: ")); found {
			id = string(bytes.TrimSpace(v))
		}
		if v, found := bytes.CutPrefix(line, []byte("resource: ")); found {
			resource = string(bytes.TrimSpace(v))
		}
	}
	return id, resource
}

// Bear says where the library's rules stand in compliance standards: of gives
// the controls of a rule's id. It is called when a rule's controls are asked
// for, and must be set before rules are.
func (l *Library) Bear(of func(id string) []string) { l.bears = of }

// IDs lists the ids of all rules, sorted.
func (l *Library) IDs() []string { return l.ids }

// ForType lists the ids of the rules that judge a resource type, sorted.
func (l *Library) ForType(typ string) []string { return l.byType[typ] }

// Nearest is the id most like the one given, for error messages.
func (l *Library) Nearest(id string) string { return schema.Nearest(id, l.ids) }

// ErrNoRule is wrapped by the error for an id that no page has.
var ErrNoRule = errors.New("there is no such rule")

// Rule parses the page of an id. It is not compiled yet: that is done, once,
// when it is first needed. Many may ask at a time.
func (l *Library) Rule(id string) (*Rule, error) {
	e := l.entries[id]
	if e == nil {
		if near := l.Nearest(id); near != "" {
			return nil, fmt.Errorf("%w: %q; did you mean %s?", ErrNoRule, id, near)
		}
		return nil, fmt.Errorf("%w: %q", ErrNoRule, id)
	}
	e.once.Do(func() {
		e.rule, e.err = Parse(e.file, e.content, e.files)
		if e.rule != nil {
			e.rule.bears = l.bears
		}
	})
	return e.rule, e.err
}

// Parse reads one page. shared is where its shared text stands; nil when it
// uses none.
func Parse(file string, content []byte, shared fs.FS) (*Rule, error) {
	p, err := parsePage(file, plainText(content))
	if err != nil {
		return nil, err
	}
	f := p.front
	r := &Rule{
		ID: f.ID, Title: f.Title, Risk: f.Risk, Categories: f.Categories, Service: f.Service,
		Resource: f.Resource, Standards: f.Standards, Deprecated: f.Deprecated, Events: f.Events,
		At: f.At, HasFix: len(f.Fix) > 0, File: file, Text: p.text,
		page: p,
	}
	for name, s := range f.Settings {
		setting := Setting{Name: name, Type: s.Type, Label: s.Label, Choices: s.Choices}
		if s.Default != nil {
			if setting.Default, err = setting.Parse(s.Default); err != nil {
				return nil, err
			}
		}
		if s.Example != nil {
			if setting.Example, err = setting.Parse(s.Example); err != nil {
				return nil, err
			}
		}
		r.Settings = append(r.Settings, setting)
	}
	slices.SortFunc(r.Settings, func(a, b Setting) int { return strings.Compare(a.Name, b.Name) })
	r.template = f.Template == nil || *f.Template
	if strings.Contains(p.text, "{{>") || strings.Contains(p.text, "{settings.") {
		if r.Text, err = p.include(shared, r.Settings); err != nil {
			return nil, err
		}
	}
	r.Summary = firstParagraph(r.Text)
	return r, nil
}

func firstParagraph(text string) string {
	text = strings.TrimSpace(text)
	if i := strings.Index(text, "\n\n"); i >= 0 {
		text = text[:i]
	}
	return strings.Join(strings.Fields(text), " ")
}

// TypeOf is the resource type that a rule judges, without parsing its page;
// empty for an id that no page has.
func (l *Library) TypeOf(id string) string {
	if e := l.entries[id]; e != nil {
		return e.resource
	}
	return ""
}
