package template

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A reach says which files one template may have read. A template is written
// by someone else than the user, who must not be made to show files that they
// did not name.
type reach struct {
	// folders may be read whole: the repository that the template is in, else
	// its own folder, and those that the user named.
	folders []string

	// widest is the one of folders that the template is in and that holds the
	// others of that kind; empty when there is none.
	widest string

	exact []string // files that the user named
}

// reachOf is the reach of the template, or folder of templates, at path.
func reachOf(path string, options Options) reach {
	own := clean(path)
	if info, err := os.Stat(own); err != nil || !info.IsDir() {
		own = filepath.Dir(own)
	}
	var r reach
	if top, ok := repository(own); ok {
		r.folders = []string{top}
	} else if path != Stdin { // which has no folder of its own
		r.folders = []string{own}
	}
	for _, file := range options.VarFiles {
		r.exact = append(r.exact, clean(file))
	}
	for _, named := range options.Named {
		if info, err := os.Stat(named); err == nil && info.IsDir() {
			r.folders = append(r.folders, clean(named))
		} else if named != Stdin {
			r.exact = append(r.exact, clean(named))
		}
	}
	for _, folder := range r.folders {
		if within(own, folder) && (r.widest == "" || within(r.widest, folder)) {
			r.widest = folder
		}
	}
	return r
}

// repository is the folder of version control that dir is in.
func repository(dir string) (top string, ok bool) {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir, true
		}
		if dir == filepath.Dir(dir) {
			return "", false
		}
		dir = filepath.Dir(dir)
	}
}

// check is the error for a file that is out of reach.
func (r reach) check(name string) error {
	if slices.Contains(r.exact, clean(name)) {
		return nil
	}
	if slices.ContainsFunc(r.folders, func(dir string) bool { return within(name, dir) }) {
		return nil
	}
	return &fs.PathError{Op: "read", Path: name, Err: errors.New("outside the folder that is scanned; scan a folder that holds both")}
}

// within tells whether a file, after its symbolic links are followed, is in a
// folder or below it.
func within(file, dir string) bool {
	real, err := filepath.EvalSymlinks(clean(file))
	if err != nil {
		// What does not exist gets its own error when it is read.
		real = clean(file)
	}
	top, err := filepath.EvalSymlinks(clean(dir))
	if err != nil {
		return false
	}
	below, err := filepath.Rel(top, real)
	return err == nil && below != ".." && !strings.HasPrefix(below, ".."+string(filepath.Separator))
}
