package kb

import (
	"cmp"
	"slices"
	"strings"
)

// maxRelated bounds the rules that a page names beside its own.
const maxRelated = 8

// related lists rules of the same resource type that serve a category of the
// entry's, those with most words of its title first.
func (b *Book) related(e Entry) []Entry {
	words := titleWords(e.Title)
	type candidate struct {
		Entry
		likeness int
	}
	var found []candidate
	for _, id := range b.library.ForType(e.Resource) {
		other, ok := b.Entry(id)
		if !ok || other.ID == e.ID || other.Deprecated || !slices.ContainsFunc(other.Categories, func(c Category) bool { return slices.Contains(e.Categories, c) }) {
			continue
		}
		c := candidate{Entry: other}
		for word := range titleWords(other.Title) {
			if words[word] {
				c.likeness++
			}
		}
		found = append(found, c)
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.likeness, a.likeness), cmp.Compare(a.ID, b.ID))
	})
	var out []Entry
	for _, c := range found[:min(len(found), maxRelated)] {
		out = append(out, c.Entry)
	}
	return out
}

// titleWords are the words of a title that say something.
func titleWords(title string) map[string]bool {
	words := map[string]bool{}
	for _, word := range wordsOf(strings.ToLower(title)) {
		if len(word) > 2 && !idle[word] {
			words[stem(word)] = true
		}
	}
	return words
}
