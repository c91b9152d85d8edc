package template

import (
	"path/filepath"
	"slices"

	"github.com/surety-cloud/surety/internal/cloud"
)

// own leaves out the roots that others have read as a part of themselves,
// unless the user named them. A root stays if one of its files gives resources
// to none of those others: a module that is called with count = 0 would
// otherwise be judged nowhere.
func own(roots []*root) []*root {
	names := absolute{}
	readers := map[string][]*root{} // by the file, and the folder of the file
	for _, r := range roots {
		self := r.key()
		for _, file := range r.inventory.Files {
			for _, key := range []string{names.of(file), names.of(filepath.Dir(file))} {
				known := readers[key]
				if key != self && (len(known) == 0 || known[len(known)-1] != r) {
					readers[key] = append(known, r)
				}
			}
		}
	}
	var kept []*root
	for _, r := range roots {
		// Those that read each other in a circle do not answer for each other.
		above := slices.DeleteFunc(slices.Clone(readers[r.key()]), func(reader *root) bool {
			return slices.Contains(readers[reader.key()], r)
		})
		if r.named || !covered(r, above, names) {
			kept = append(kept, r)
		}
	}
	return kept
}

// covered tells whether the readers of a root have resources from every file
// that it has resources from.
func covered(r *root, readers []*root, names absolute) bool {
	if len(readers) == 0 {
		return false
	}
	have := map[string]bool{}
	for _, reader := range readers {
		for file := range sources(reader.inventory, names) {
			have[file] = true
		}
	}
	for file := range sources(r.inventory, names) {
		if !have[file] {
			return false
		}
	}
	return true
}

// sources are the files that the resources of an inventory stand in.
func sources(inv *cloud.Inventory, names absolute) map[string]bool {
	files := map[string]bool{}
	for _, r := range inv.Resources {
		if r.Source != nil {
			files[names.of(r.Source.File)] = true
		}
	}
	return files
}

// absolute remembers the one name of each of the many that a file can have.
type absolute map[string]string

func (a absolute) of(file string) string {
	name, ok := a[file]
	if !ok {
		name = clean(file)
		a[file] = name
	}
	return name
}
