package secretbox

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

func TestParse(t *testing.T) {
	// Bytes whose base64 has letters of which the two alphabets differ.
	raw := append([]byte{0xfb, 0xff, 0xbf}, testKey(3)[3:]...)
	want := testBox(t, raw).keys[0].id
	other := base64.StdEncoding.EncodeToString(testKey(9))
	for name, text := range map[string]string{
		"base64":            base64.StdEncoding.EncodeToString(raw),
		"without padding":   base64.RawStdEncoding.EncodeToString(raw),
		"for URLs":          base64.URLEncoding.EncodeToString(raw),
		"hexadecimal":       hex.EncodeToString(raw),
		"upper hexadecimal": strings.ToUpper(hex.EncodeToString(raw)),
		"Windows lines":     base64.StdEncoding.EncodeToString(raw) + "\r\n",
		"several":           "# since 2026\n\n  " + hex.EncodeToString(raw) + "\n" + other + "\n",
	} {
		box, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if box.keys[0].id != want {
			t.Errorf("%s: another key was read", name)
		}
		if name == "several" && len(box.keys) != 2 {
			t.Errorf("%d keys were read, not 2", len(box.keys))
		}
	}
}

func TestParseRefuses(t *testing.T) {
	good := base64.StdEncoding.EncodeToString(testKey(1))
	for name, test := range map[string]struct{ text, want string }{
		"empty":       {"", "there is no key"},
		"comments":    {"# nothing\n", "there is no key"},
		"words":       {"correct horse battery staple", "line 1: this is neither"},
		"short":       {good + "\n" + "c2VjcmV0c2VjcmV0", "line 2: a key is 32 bytes"},
		"hex short":   {hex.EncodeToString(testKey(1)[:31]), "line 1"},
		"zeros":       {strings.Repeat("0", 64), "repeated"},
		"there twice": {good + "\n" + hex.EncodeToString(testKey(1)), "twice"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(test.text)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want %q", err, test.want)
			}
			for _, secret := range []string{"correct", "c2VjcmV0", good, hex.EncodeToString(testKey(1)[:4])} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error shows the key: %v", err)
				}
			}
		})
	}
}

func TestFromEnv(t *testing.T) {
	const name = "SECRETBOX_TEST_KEY"
	if _, err := FromEnv(name); err == nil || !strings.Contains(err.Error(), "not set") {
		t.Errorf("an unset variable gave %v", err)
	}
	t.Setenv(name, "no key")
	if _, err := FromEnv(name); err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "no key") {
		t.Errorf("a wrong key gave %v", err)
	}
	t.Setenv(name, GenerateKey()+","+GenerateKey())
	if box, err := FromEnv(name); err != nil || len(box.keys) != 2 {
		t.Errorf("got %v, %v", box, err)
	}
}

func TestLoadOrCreate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "surety.key")
	made, err := LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the mode of the file is %04o", info.Mode().Perm())
	}
	sealed, err := made.Seal("secret", "a")
	if err != nil {
		t.Fatal(err)
	}
	again, err := LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Open(sealed, "a"); err != nil || got != "secret" {
		t.Errorf("after a restart: %q, %v", got, err)
	}
}

func TestLoadOrCreateAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "surety.key")
	boxes := make([]*Box, 8)
	var group sync.WaitGroup
	for i := range boxes {
		group.Go(func() {
			// One that comes while the file is being written may see it
			// empty: an error, never a second key.
			boxes[i], _ = LoadOrCreate(path)
		})
	}
	group.Wait()
	ids := map[string]bool{}
	for _, box := range boxes {
		if box != nil {
			ids[box.keys[0].id] = true
		}
	}
	if len(ids) != 1 {
		t.Errorf("%d keys were made", len(ids))
	}
}

func TestLoadRefuses(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string, mode fs.FileMode) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil { // past the umask
			t.Fatal(err)
		}
		return path
	}
	for name, test := range map[string]struct{ path, want string }{
		"empty":     {write("empty", "", 0o600), "there is no key"},
		"too large": {write("large", strings.Repeat("#\n", maxFile), 0o600), "larger than"},
		"a folder":  {folder, "not a plain file"},
		"no folder": {filepath.Join(folder, "none", "key"), "folder is not there"},
	} {
		if _, err := LoadOrCreate(test.path); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
	if _, err := Load(filepath.Join(folder, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file gave %v", err)
	}
	if runtime.GOOS == "windows" {
		return
	}
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o620, 0o644} {
		path := write("open", GenerateKey(), mode)
		if _, err := Load(path); err == nil || !strings.Contains(err.Error(), "chmod 600 "+path) {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
	if _, err := Load(write("own", GenerateKey(), 0o400)); err != nil {
		t.Errorf("mode 0400: %v", err)
	}
}
