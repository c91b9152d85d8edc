package template

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// A finder collects the roots below the paths that a user named, in the order
// of the paths, and by name below each.
type finder struct {
	options  Options
	roots    []*root
	problems []cloud.Problem
	seen     map[string]bool // by root.key
}

func (f *finder) add(path string, named bool, k kind) {
	r := &root{path: path, named: named, kind: k}
	key := r.key()
	if k == input {
		key = Stdin
	}
	if f.seen[key] {
		return
	}
	f.seen[key] = true
	f.roots = append(f.roots, r)
}

func (f *finder) fail(path string, err error) {
	f.problems = append(f.problems, unreadable(path, err))
}

// find adds what one path of the user stands for.
func (f *finder) find(path string) {
	if path == Stdin {
		f.add(path, true, input)
		return
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		f.fail(path, err)
	case info.IsDir():
		f.walk(path)
	default:
		f.add(path, true, document)
	}
}

// walk adds every template below a folder. Symbolic links are not followed:
// they may lead anywhere, in circles too.
func (f *finder) walk(top string) {
	if info, err := os.Lstat(top); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		top += string(filepath.Separator) // the user named what it leads to
	}
	err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			f.fail(path, err)
			if entry != nil && entry.IsDir() {
				return fs.SkipDir
			}
		case entry.IsDir():
			if path != top && skipped(entry.Name()) {
				return fs.SkipDir
			}
		case !entry.Type().IsRegular():
		case isTerraform(entry.Name()):
			dir := filepath.Dir(path)
			f.add(dir, clean(dir) == clean(top), folder)
		case isDocument(entry.Name()):
			f.add(path, false, document)
		}
		return nil
	})
	if err != nil {
		f.fail(top, err)
	}
}

// skipped tells of folders that hold copies and tools rather than what the
// user wrote: version control, downloaded modules, packages.
func skipped(name string) bool {
	return strings.HasPrefix(name, ".") && name != "." && name != ".." || name == "node_modules"
}

func isTerraform(name string) bool {
	return strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tf.json")
}

// isDocument tells whether a file below a folder is opened to see what it is.
// A file that the user names is opened whatever it is called.
func isDocument(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json", ".yaml", ".yml", ".template", ".cfn", ".cform":
		return true
	}
	return false
}

// unreadable is the problem of a file or folder that cannot be opened.
func unreadable(path string, err error) cloud.Problem {
	p := cloud.Problem{Severity: cloud.Error, File: path, Summary: "cannot be read: " + reason(err)}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p.Summary = fmt.Sprintf("there is no file or folder %q", path)
		p.File = ""
	case errors.Is(err, errTooLarge):
		p.Summary = err.Error()
	}
	return p
}

// reason is an error of the file system without the path, which is told
// beside it.
func reason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}
