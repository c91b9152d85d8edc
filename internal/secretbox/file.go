package secretbox

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// maxFile bounds a key file in bytes; a thousand keys would fit.
const maxFile = 64 << 10

// Parse reads keys of 32 bytes, one a line, in base64 (either alphabet, with
// or without padding) or as 64 hexadecimal digits. The first is the current
// one. Empty lines and those that begin with # do not count. Errors name the
// line and never show it.
func Parse(text string) (*Box, error) {
	var keys [][]byte
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		raw, err := decode(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		keys = append(keys, raw)
	}
	if len(keys) == 0 {
		return nil, errors.New("there is no key; make one with: openssl rand -base64 32")
	}
	return New(keys...)
}

func decode(line string) ([]byte, error) {
	// 64 hexadecimal digits are base64 as well, of 48 bytes.
	if raw, err := hex.DecodeString(line); err == nil && len(raw) == KeySize {
		return raw, nil
	}
	plain := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(line, "="))
	raw, err := base64.RawStdEncoding.DecodeString(plain)
	if err != nil {
		return nil, errors.New("this is neither base64 nor hexadecimal; make a key with: openssl rand -base64 32")
	}
	if len(raw) != KeySize {
		return nil, fmt.Errorf("a key is %d bytes (44 characters of base64, or 64 hexadecimal digits), this one %d", KeySize, len(raw))
	}
	return raw, nil
}

// FromEnv reads the keys from an environment variable, in the form of a key
// file; a comma may stand for the end of a line.
func FromEnv(name string) (*Box, error) {
	text, ok := os.LookupEnv(name)
	if !ok {
		return nil, fmt.Errorf("the environment variable %s is not set", name)
	}
	box, err := Parse(strings.ReplaceAll(text, ",", "\n"))
	if err != nil {
		return nil, fmt.Errorf("the key in the environment variable %s: %w", name, err)
	}
	return box, nil
}

// Load reads a key file, which nobody but its owner may be able to read. The
// error is fs.ErrNotExist when there is no such file.
func Load(path string) (*Box, error) {
	// Asked before it is opened: to open a pipe is to wait for its writer.
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("the key file cannot be read: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("the key file %s is not a plain file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("the key file cannot be read: %w", err)
	}
	defer file.Close()
	if info, err = file.Stat(); err != nil {
		return nil, fmt.Errorf("the key file cannot be read: %w", err)
	}
	if others(info) {
		return nil, fmt.Errorf("the key file %s can be read or written by others (mode %04o); close it with: chmod 600 %s", path, info.Mode().Perm(), path)
	}
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("the key file cannot be read: %w", err)
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("the key file %s is larger than %d bytes: this is not a key file", path, maxFile)
	}
	box, err := Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("the key file %s: %w", path, err)
	}
	return box, nil
}

// others tells whether somebody else than this process may read or write a key
// file. One that belongs to root may be readable by the group, when the process
// is not root's: so a container platform gives secrets to a process. (The rule
// is PostgreSQL's for its key files.) Windows keeps access lists instead, which
// these bits do not tell of.
func others(info fs.FileInfo) bool {
	mode := info.Mode().Perm()
	if runtime.GOOS == "windows" {
		return false
	}
	if os.Geteuid() != 0 && ownedByRoot(info) {
		return mode&0o027 != 0
	}
	return mode&0o077 != 0
}

// LoadOrCreate reads a key file, and makes it with a random key, readable by
// its owner only, when there is none. Without this file nothing that was
// sealed can be opened again: it belongs into a backup, apart from the
// database's.
func LoadOrCreate(path string) (*Box, error) {
	box, err := Load(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return box, err
	}
	err = create(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the key file %s cannot be made: its folder is not there", path)
	}
	// Another process that was faster made the key that counts.
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("the key file cannot be made: %w", err)
	}
	return Load(path)
}

func create(path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(GenerateKey() + "\n")
	// On disk before anything is sealed with it: a key that a power failure
	// takes away takes every secret with it.
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		return errors.Join(err, os.Remove(path))
	}
	if folder, err := os.Open(filepath.Dir(path)); err == nil {
		folder.Sync() // not every file system can; the file itself is synced
		folder.Close()
	}
	return nil
}
