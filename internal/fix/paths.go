package fix

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/template"
)

// A Folder reads the templates at the paths that a user named again and again,
// as they stand when it reads them first, with the texts changed that a repair
// changes. It gives Options their Read and ReadFile.
type Folder struct {
	paths   []string
	options template.Options
	stdin   []byte

	mu    sync.Mutex
	files map[string][]byte // by absolute name
	err   map[string]error
}

// NewFolder prepares the reading of paths.
func NewFolder(paths []string, options template.Options) (*Folder, error) {
	if options.MaxFileSize <= 0 {
		options.MaxFileSize = template.DefaultMaxFileSize
	}
	options.Named = paths
	f := &Folder{paths: paths, options: options, files: map[string][]byte{}, err: map[string]error{}}
	if slices.Contains(paths, template.Stdin) && options.Stdin != nil {
		var err error
		if f.stdin, err = f.bounded(options.Stdin); err != nil {
			return nil, fmt.Errorf("standard input: %w", err)
		}
	}
	return f, nil
}

// Read reads the templates of some worlds, all where that is nil, with the
// given texts changed.
func (f *Folder) Read(ctx context.Context, worlds []string, changed map[string][]byte) (*cloud.Inventory, error) {
	texts := make(map[string][]byte, len(changed))
	stdin := f.stdin
	for name, text := range changed {
		texts[absolute(name)] = text
		if f.isStdin(name) {
			stdin = text
		}
	}
	options := f.options
	options.Stdin = bytes.NewReader(stdin)
	options.ReadFile = func(name string) ([]byte, error) {
		if text, ok := texts[absolute(name)]; ok {
			return text, nil
		}
		return f.fromDisk(name)
	}
	if worlds == nil || !f.apart() {
		inv := template.Read(ctx, f.paths, options)
		return inv, ctx.Err()
	}
	inv := &cloud.Inventory{}
	for _, world := range worlds {
		inv.Add(template.Again(ctx, world, options))
	}
	return inv, ctx.Err()
}

// apart tells whether a world can be read by its name: standard input has
// none, and a single file of Terraform is not all of its folder.
func (f *Folder) apart() bool {
	return !slices.ContainsFunc(f.paths, func(path string) bool {
		return path == template.Stdin || strings.HasSuffix(path, ".tf") || strings.HasSuffix(path, ".tf.json")
	})
}

// ReadFile gives the text of a file as it was read first.
func (f *Folder) ReadFile(name string) ([]byte, error) {
	if f.isStdin(name) {
		return f.stdin, nil
	}
	return f.fromDisk(name)
}

// isStdin tells whether a name of a location is that of standard input, with
// the extension that Terraform is given there.
func (f *Folder) isStdin(name string) bool {
	if f.stdin == nil {
		return false
	}
	base := filepath.Base(name)
	return base == "stdin" || base == "stdin.tf"
}

// fromDisk reads a file once. A file that the user named may be a pipe; what a
// template names must be a regular file, since a device may go on for ever.
func (f *Folder) fromDisk(name string) ([]byte, error) {
	key := absolute(name)
	f.mu.Lock()
	defer f.mu.Unlock()
	if text, ok := f.files[key]; ok {
		return text, nil
	}
	if err, ok := f.err[key]; ok {
		return nil, err
	}
	text, err := f.open(name)
	if err != nil {
		f.err[key] = err
		return nil, err
	}
	f.files[key] = text
	return text, nil
}

func (f *Folder) open(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() && !slices.Contains(f.paths, name) {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("not a regular file")}
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return f.bounded(file)
}

func (f *Folder) bounded(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, f.options.MaxFileSize+1))
	if err == nil && int64(len(text)) > f.options.MaxFileSize {
		return nil, fmt.Errorf("the file is too large: more than %d bytes (see --max-file-size)", f.options.MaxFileSize)
	}
	return text, err
}

func absolute(name string) string {
	if abs, err := filepath.Abs(name); err == nil {
		return abs
	}
	return filepath.Clean(name)
}
