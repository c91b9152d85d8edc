//go:build unix

package pgtest

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// An account is the user that the server runs as. A nil account is the user of
// the test.
type account struct{ uid, gid uint32 }

// unprivileged returns the account to run the server as. PostgreSQL refuses to
// run as root, so a test of root's runs it as the user that Debian's package
// made for that, else as nobody.
func unprivileged() (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(found.Uid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("the user %s has the id %q", name, found.Uid)
		}
		gid, err := strconv.ParseUint(found.Gid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("the user %s has the group id %q", name, found.Gid)
		}
		return &account{uint32(uid), uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody: run the tests as another user")
}

// own gives a directory to the account.
func (a *account) own(directory string) error {
	if a == nil {
		return nil
	}
	return os.Chown(directory, int(a.uid), int(a.gid))
}

// attributes start a process as the account, in a process group of its own so
// that an interrupt at the terminal does not reach it before the test is done.
func (a *account) attributes() *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Setpgid: true}
	if a != nil {
		attributes.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return attributes
}

// temporary returns the directory for temporary ones: that of the environment
// unless another user may not enter it or the path of the socket would be too
// long (sockets have 104 bytes on BSD, 108 on Linux).
func temporary(owner *account) string {
	directory := os.TempDir()
	if owner != nil || len(directory)+len("/pgtest1234567890/.s.PGSQL.5432.lock") > 100 {
		return "/tmp"
	}
	return directory
}
