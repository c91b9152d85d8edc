package template

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// A reach says which files one template may have read. A template is written
// by someone else than the user, who must not be made to show files that they
// did not name.
type reach struct {
	// folders may be read whole: the repository that the template is in, or
	// its own folder, and those that the user named.
	folders []string

	// modules is where Terraform modules may stand: the widest of folders that
	// the template is in, and outside of a repository the working directory
	// too, since a module is often beside the folder that calls it. Of a folder
	// that is in reach through this only, no file is read before a
	// configuration was.
	modules string

	exact []string // files that the user named

	mu   sync.Mutex
	used []string // folders below modules of which a configuration was read
}

// reachOf is the reach of the template, or folder of templates, at path.
func reachOf(path string, options Options) *reach {
	own := clean(path)
	if info, err := os.Stat(own); err != nil || !info.IsDir() {
		own = filepath.Dir(own)
	}
	widest, inRepository := repository(own)
	if !inRepository {
		widest = own
	}
	r := &reach{folders: []string{widest}}
	if path == Stdin && !inRepository {
		r.folders = nil // it has no folder of its own
	}
	for _, file := range options.VarFiles {
		r.exact = append(r.exact, clean(file))
	}
	for _, named := range options.Named {
		if named == Stdin {
			continue
		}
		if info, err := os.Stat(named); err != nil || !info.IsDir() {
			r.exact = append(r.exact, clean(named))
			continue
		}
		r.folders = append(r.folders, clean(named))
		if within(widest, named) {
			widest = clean(named)
		}
	}
	r.modules = widest
	if working, err := os.Getwd(); err == nil && !inRepository && within(widest, working) {
		r.modules = working
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
func (r *reach) check(name string) error {
	if slices.Contains(r.exact, clean(name)) {
		return nil
	}
	if slices.ContainsFunc(r.folders, func(dir string) bool { return within(name, dir) }) {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if within(name, r.modules) {
		if isTerraform(name) {
			r.used = append(r.used, clean(filepath.Dir(name)))
			return nil
		}
		if slices.ContainsFunc(r.used, func(dir string) bool { return within(name, dir) }) {
			return nil
		}
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
