package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"strings"
)

// RecoveryCodes is how many recovery codes a user gets.
const RecoveryCodes = 10

const recoverySize = 10 // bytes, 16 letters

// Crockford's base32 leaves out the letters that are taken for digits. (The
// vowel u is left out as well.)
var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewRecoveryCodes makes ten codes, "1p3x-…" of 16 letters and digits, for a
// user whose authenticator app is lost, and the hashes that are kept of them
// in the same order. A code has 80 random bits, so a plain SHA-256 protects
// it.
func NewRecoveryCodes() (codes, hashes []string) {
	for range RecoveryCodes {
		raw := make([]byte, recoverySize)
		rand.Read(raw) // never fails: see crypto/rand
		text := crockford.EncodeToString(raw)
		codes = append(codes, strings.Join([]string{text[:4], text[4:8], text[8:12], text[12:]}, "-"))
		hashes = append(hashes, hashRecovery(text))
	}
	return codes, hashes
}

// UseRecoveryCode tells whether a code is one of those whose hashes are kept,
// and gives the hashes that remain: each is good once. Case, dashes and blanks
// do not matter, nor does a letter taken for a digit. The hashes passed in are
// not changed.
func UseRecoveryCode(code string, hashes []string) (rest []string, ok bool) {
	if len(code) > 100 { // no code, and work to read
		return hashes, false
	}
	code = strings.NewReplacer("-", "", " ", "", "\t", "", "o", "0", "i", "1", "l", "1").Replace(strings.ToLower(code))
	got := []byte(hashRecovery(code))
	for _, hash := range hashes {
		if subtle.ConstantTimeCompare(got, []byte(hash)) == 1 {
			ok = true
			continue
		}
		rest = append(rest, hash)
	}
	return rest, ok
}

func hashRecovery(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
