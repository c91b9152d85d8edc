//go:build !unix

package pgtest

import (
	"fmt"
	"os"
	"syscall"
)

// An account is the user that the server runs as.
type account struct{}

func unprivileged() (*account, error) {
	return nil, fmt.Errorf("%w; and its tests run on Unix systems only", errMissing)
}

func (*account) own(string) error                 { return nil }
func (*account) attributes() *syscall.SysProcAttr { return nil }
func temporary(*account) string                   { return os.TempDir() }
