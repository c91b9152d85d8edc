package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"
)

// How long one-time links are good for.
const (
	SetupLife      = 24 * time.Hour     // the first administrator's
	InvitationLife = 7 * 24 * time.Hour // a new user's
	ResetLife      = time.Hour          // that for a new password
)

const tokenSize = 32 // bytes

// NewToken makes a random token of 43 characters for a one-time link or a
// session, and the hash under which it is kept. The hash is a plain SHA-256:
// 256 random bits cannot be guessed, so guessing need not be made slow.
func NewToken() (token, hash string) {
	raw := make([]byte, tokenSize)
	rand.Read(raw) // never fails: see crypto/rand
	return base64.RawURLEncoding.EncodeToString(raw), hashOf(raw)
}

// HashToken is the hash under which a token is looked up, 64 hexadecimal
// digits; false when the text cannot be a token. To look a hash up in a
// database tells nobody by its time how much of a token was right.
func HashToken(token string) (hash string, ok bool) {
	if len(token) != base64.RawURLEncoding.EncodedLen(tokenSize) {
		return "", false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != tokenSize {
		return "", false
	}
	return hashOf(raw), true
}

func hashOf(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}
