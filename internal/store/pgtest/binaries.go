package pgtest

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strconv"
)

// errMissing says that PostgreSQL is not installed, and how to install it.
var errMissing = errors.New("PostgreSQL is not installed: put its initdb and postgres on PATH, or on Debian: apt-get install postgresql")

// binaries returns the directory that holds initdb and postgres: that of the
// initdb on PATH, else the newest that Debian's packages installed.
func binaries() (string, error) {
	var candidates []string
	if initdb, err := exec.LookPath("initdb"); err == nil {
		candidates = append(candidates, filepath.Dir(initdb))
		// A link on PATH leads to the directory that has the rest.
		if real, err := filepath.EvalSymlinks(initdb); err == nil {
			candidates = append(candidates, filepath.Dir(real))
		}
	}
	candidates = append(candidates, newest("/usr/lib/postgresql"))
	for _, directory := range candidates {
		if executable(directory, "initdb") && executable(directory, "postgres") {
			return filepath.Abs(directory)
		}
	}
	return "", errMissing
}

// newest returns the programs of the highest version below Debian's directory
// of versions, as /usr/lib/postgresql/17/bin; "" where there is none.
func newest(root string) string {
	found, highest := "", -1
	versions, _ := filepath.Glob(filepath.Join(root, "*", "bin")) // the pattern is well-formed
	for _, directory := range versions {
		version, err := strconv.Atoi(filepath.Base(filepath.Dir(directory)))
		if err == nil && version > highest && executable(directory, "postgres") {
			found, highest = directory, version
		}
	}
	return found
}

func executable(directory, name string) bool {
	if directory == "" {
		return false
	}
	_, err := exec.LookPath(filepath.Join(directory, name))
	return err == nil
}
