package cloudformation

import (
	"fmt"

	"github.com/surety-cloud/surety/internal/cloud"
)

// keySet finds the entry of an object that has a key already; small objects
// need no map.
type keySet struct{ index map[string]int }

// find returns the index of the entry with the key, or -1.
func (s *keySet) find(entries []entry, key string) int {
	const few = 8
	if len(entries) < few {
		for i := range entries {
			if entries[i].key == key {
				return i
			}
		}
		return -1
	}
	if s.index == nil {
		s.index = make(map[string]int, 2*few)
	}
	for i := len(s.index); i < len(entries); i++ {
		s.index[entries[i].key] = i
	}
	if i, ok := s.index[key]; ok {
		return i
	}
	return -1
}

// put appends an entry to an object. One that has its key already is replaced
// and told of; the rest of the template is still read.
func (t *text) put(entries []entry, e entry, keys *keySet) []entry {
	first := keys.find(entries, e.key)
	if first < 0 {
		return append(entries, e)
	}
	if len(t.problems) < maxProblems {
		t.problems = append(t.problems, t.problem(cloud.Error, e.line, e.column,
			fmt.Sprintf("%q is written twice in the same object", clip(e.key, 60)),
			fmt.Sprintf("It stands in line %d already, and only one of the two can take effect; remove one.", entries[first].line)))
	}
	entries[first] = e
	return entries
}
