package standard

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// A Set is the standards of a folder. A file is parsed when it is first asked
// for.
type Set struct {
	names []string // sorted
	read  map[string]func() (*Standard, error)
	bears func() (map[string][]string, error)
}

// NewSet finds the standards (*.yaml) in the root of a file system. prefix goes
// before file names in errors ("standards/").
func NewSet(files fs.FS, prefix string) (*Set, error) {
	found, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil, err
	}
	s := &Set{read: map[string]func() (*Standard, error){}}
	for _, file := range found {
		name := strings.TrimSuffix(file, ".yaml")
		s.names = append(s.names, name)
		s.read[name] = sync.OnceValues(func() (*Standard, error) {
			data, err := fs.ReadFile(files, file)
			if err != nil {
				return nil, err
			}
			return parse(prefix+file, name, data)
		})
	}
	slices.Sort(s.names)
	s.bears = sync.OnceValues(s.index)
	return s, nil
}

// Names lists the names of the standards, sorted: "cis-aws-5.0".
func (s *Set) Names() []string { return s.names }

// All is every standard, by name.
func (s *Set) All() ([]*Standard, error) {
	var all []*Standard
	for _, name := range s.names {
		one, err := s.read[name]()
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// Standard finds a standard by its name or its id, whatever the case. The error
// for one that is not there names the nearest, and all.
func (s *Set) Standard(name string) (*Standard, error) {
	name = strings.TrimSpace(name)
	if read := s.read[strings.ToLower(name)]; read != nil {
		return read()
	}
	all, err := s.All()
	if err != nil {
		return nil, err
	}
	known := slices.Clone(s.names)
	for _, one := range all {
		if strings.EqualFold(one.ID, name) {
			return one, nil
		}
		known = append(known, one.ID)
	}
	if near := schema.Nearest(name, known); near != "" {
		return nil, fmt.Errorf("there is no standard %q; did you mean %s? The standards are %s", name, near, strings.Join(s.names, ", "))
	}
	return nil, fmt.Errorf("there is no standard %q; the standards are %s", name, strings.Join(s.names, ", "))
}

// Controls lists what a rule bears on, as "CIS-V8:4.4": by the name of the
// standard, then in the order of its controls. Of a set with a file that is not
// valid it is empty; All tells what is wrong.
func (s *Set) Controls(rule string) []string {
	index, err := s.bears()
	if err != nil {
		return nil
	}
	return index[rule]
}

func (s *Set) index() (map[string][]string, error) {
	all, err := s.All()
	if err != nil {
		return nil, err
	}
	index, ids := map[string][]string{}, map[string]string{}
	for _, one := range all {
		if before := ids[one.ID]; before != "" {
			return nil, fmt.Errorf("the standards %s and %s have one id, %s", before, one.Name, one.ID)
		}
		ids[one.ID] = one.Name
		for _, e := range one.Entries() {
			for _, id := range e.Control.Rules {
				index[id] = append(index[id], one.ID+":"+e.Control.ID)
			}
		}
	}
	return index, nil
}
