package server

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestKeyPair changes the files of a certificate while the server runs.
func TestKeyPair(t *testing.T) {
	dir := t.TempDir()
	pair := &keyPair{certificate: filepath.Join(dir, "cert.pem"), key: filepath.Join(dir, "key.pem")}
	serial := func() int64 {
		t.Helper()
		pair.looked = time.Time{} // some time has passed
		got, err := pair.get(nil)
		if err != nil {
			t.Fatal(err)
		}
		return got.Leaf.SerialNumber.Int64()
	}
	WritePair(t, pair.certificate, pair.key, 1)
	if n := serial(); n != 1 {
		t.Errorf("the certificate is number %d", n)
	}
	if err := os.WriteFile(pair.certificate, []byte("-----BEGIN"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n := serial(); n != 1 {
		t.Errorf("while the file is being written the certificate is number %d", n)
	}
	WritePair(t, pair.certificate, pair.key, 2)
	if n := serial(); n != 2 {
		t.Errorf("after the files have changed the certificate is number %d", n)
	}
}
