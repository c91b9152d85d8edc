package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// A screen is where text for a person goes: how wide it is, and whether it
// shows colours. Neither is so for a pipe or a file.
type screen struct {
	color bool
	width int // 0 for no limit
}

// widest keeps lines readable on a very wide terminal.
const widest = 160

// screenOf tells what a stream can show. The convention of no-color.org holds.
func screenOf(stream io.Writer, noColor bool) screen {
	file, ok := stream.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return screen{}
	}
	s := screen{color: !noColor && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb", width: 80}
	if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
		s.width = min(width, widest)
	}
	return s
}

func noColorFlag(c *cobra.Command, noColor *bool) {
	c.Flags().BoolVar(noColor, "no-color", false, "no colours (so does the environment variable NO_COLOR)")
}

func outputFlag(c *cobra.Command, output *string) {
	c.Flags().StringVarP(output, "output", "o", "", "write to this `file` rather than to standard output")
}

// toStdout tells whether the value of --output stands for standard output.
func toStdout(output string) bool { return output == "" || output == "-" }

// writeOutput writes to the file, or to standard output when there is none. A
// file is written whole or not at all: what fails half-way leaves the one that
// was there.
func writeOutput(c *cobra.Command, output string, write func(io.Writer) error) error {
	if toStdout(output) {
		return write(c.OutOrStdout())
	}
	var whole bytes.Buffer
	if err := write(&whole); err != nil {
		return err
	}
	if err := replaceFile(output, whole.Bytes()); err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return fmt.Errorf("write %s: %w", output, err)
	}
	return nil
}

// replaceFile puts data in the place of a file in one step. The file keeps its
// mode; a new one gets that of any file the user makes. What is no regular
// file, such as a device, is written to.
func replaceFile(name string, data []byte) error {
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	info, err := os.Stat(name)
	if err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(name, data, 0o666)
	}
	err = replaceInOneStep(name, data, info)
	if err != nil && info != nil && !errors.Is(err, errFull) {
		// The file may be written where its folder may not, and a file that is
		// mounted by itself cannot be replaced.
		return os.WriteFile(name, data, 0o666)
	}
	return err
}

// errFull is wrapped by the error of a disk that does not take all of the new
// file, so that the old one must be left alone.
var errFull = errors.New("the file was not written")

// replaceInOneStep writes a file beside the one of that name and renames it.
// info is of the file that is there; nil when there is none.
func replaceInOneStep(name string, data []byte, info os.FileInfo) error {
	temporary := filepath.Join(filepath.Dir(name), "."+rand.Text())
	file, err := os.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			path.Path = name // nobody knows the name of the one beside it
		}
		return err
	}
	defer os.Remove(temporary)
	if info != nil {
		err = file.Chmod(info.Mode().Perm())
	}
	if err == nil {
		_, err = file.Write(data)
	}
	if err == nil {
		err = file.Sync()
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errFull, errors.Unwrap(err))
	}
	return os.Rename(temporary, name)
}
