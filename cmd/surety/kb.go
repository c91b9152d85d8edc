package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/server/web"
)

// newKB makes the commands of the knowledge base.
func newKB() *cobra.Command {
	return group("kb", "Publish the knowledge base", newKBBuild())
}

// newKBBuild makes the command that writes the knowledge base as files.
func newKBBuild() *cobra.Command {
	var (
		pages string
		force bool
	)
	c := &cobra.Command{
		Use:   "build DIR",
		Short: "Write the knowledge base as a site of files",
		Long: `Write every page of the knowledge base, with its search, to a folder. The pages
need no server: they can be opened from the disk, and be published below any
address. A folder that an earlier build has made is brought up to date.`,
		Example: `  surety kb build site
  surety kb build site --rules our-rules`,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage(c, "name one folder to write to")
			}
			return buildKB(c, args[0], pages, force)
		},
	}
	pagesFlag(c, &pages)
	c.Flags().BoolVar(&force, "force", false, "write to a folder that holds other files, too; those that pages are named like are overwritten")
	return c
}

func buildKB(c *cobra.Command, dir, pages string, force bool) error {
	start := time.Now()
	library, err := loadLibrary(pages)
	if err != nil {
		return err
	}
	standards, err := loadStandards()
	if err != nil {
		return err
	}
	book := kb.New(library, standards, kb.Options{Live: judgesLive})
	s, err := openKBSite(dir, force)
	if err != nil {
		return err
	}
	defer s.root.Close()
	n, err := web.KnowledgeSite(book, start, func(name string, data []byte) error {
		if err := c.Context().Err(); err != nil {
			return err
		}
		return s.write(name, data)
	})
	if err == nil {
		err = s.end()
	}
	if err != nil {
		return fmt.Errorf("write the knowledge base to %s: %w", dir, err)
	}
	fmt.Fprintf(c.ErrOrStderr(), "%s written to %s in %s; open %s\n", counted(n, "page"), dir,
		time.Since(start).Round(100*time.Millisecond), filepath.Join(dir, "index.html"))
	return nil
}

// kbMark is the file by which a folder is known as a build. It lists the files
// of the build.
const kbMark = ".surety-kb"

// A kbSite is a folder that a site is written to.
type kbSite struct {
	root    *os.Root
	before  map[string]bool // files of the build before
	written map[string]bool
}

// openKBSite opens a folder, made if there is none. It has to be empty or a
// build, unless force says that anything may be there.
func openKBSite(dir string, force bool) (*kbSite, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	s := &kbSite{root: root, before: map[string]bool{}, written: map[string]bool{}}
	mark, err := root.ReadFile(kbMark)
	switch {
	case err == nil:
		lines := bufio.NewScanner(bytes.NewReader(mark))
		for lines.Scan() {
			s.before[lines.Text()] = true
		}
		return s, nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, errors.Join(err, root.Close())
	}
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) > 0 && !force {
		err = fmt.Errorf("%s is not empty, and no earlier build; name another folder, or give --force", dir)
	}
	if err == nil {
		err = s.mark() // also of a build that does not come to its end
	}
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return s, nil
}

func (s *kbSite) write(name string, data []byte) error {
	s.written[name] = true
	if err := s.root.MkdirAll(filepath.FromSlash(path.Dir(name)), 0o755); err != nil {
		return err
	}
	return s.root.WriteFile(filepath.FromSlash(name), data, 0o644)
}

// end removes the files of the build before that are no more, and lists those
// of this one.
func (s *kbSite) end() error {
	for name := range s.before {
		if s.written[name] || !ofBuild(name) {
			continue
		}
		if err := s.root.Remove(filepath.FromSlash(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return s.mark()
}

// ofBuild tells whether a build may have written a file: the list of the build
// before may come with the folder from somebody else.
func ofBuild(name string) bool {
	return fs.ValidPath(name) && (strings.HasPrefix(name, "knowledge-base/") || strings.HasPrefix(name, "assets/"))
}

// mark marks the folder as a build, with what has been written so far.
func (s *kbSite) mark() error {
	return s.root.WriteFile(kbMark, []byte(strings.Join(slices.Sorted(maps.Keys(s.written)), "\n")+"\n"), 0o644)
}
