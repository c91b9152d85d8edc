package auth

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// cost is how much work a hash by argon2id is.
type cost struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

// The most that a stored hash may ask for. A larger figure was put into the
// database to exhaust the server.
const (
	maxMemory  = 128 << 10 // KiB
	maxPasses  = 16
	maxThreads = 8
)

const (
	saltSize = 16 // bytes, as RFC 9106 section 3.1 recommends
	sumSize  = 32
)

// phc is a hash in the PHC string format,
// "$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>".
type phc struct {
	cost
	salt, sum []byte
}

var errHash = errors.New("the stored hash is not one of argon2id in the PHC string format; set a new password or make a new key")

func parsePHC(text string) (phc, error) {
	var h phc
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.passes, &h.threads); err != nil || parts[3] != h.cost.String() {
		return phc{}, errHash
	}
	if h.memory > maxMemory || h.passes < 1 || h.passes > maxPasses || h.threads < 1 || h.threads > maxThreads {
		return phc{}, errHash
	}
	var err1, err2 error
	h.salt, err1 = base64.RawStdEncoding.DecodeString(parts[4])
	h.sum, err2 = base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(h.salt) < 8 || len(h.salt) > 64 || len(h.sum) < 16 || len(h.sum) > 64 {
		return phc{}, errHash
	}
	return h, nil
}

// newPHC hashes a secret under a new salt.
func newPHC(secret string, c cost) phc {
	h := phc{cost: c, salt: make([]byte, saltSize)}
	rand.Read(h.salt) // never fails: see crypto/rand
	h.sum = argon2.IDKey([]byte(secret), h.salt, c.passes, c.memory, c.threads, sumSize)
	return h
}

// matches hashes a secret and compares, in a time that says nothing of where
// they differ.
func (h phc) matches(secret string) bool {
	sum := argon2.IDKey([]byte(secret), h.salt, h.passes, h.memory, h.threads, uint32(len(h.sum)))
	return subtle.ConstantTimeCompare(sum, h.sum) == 1
}

func (h phc) String() string {
	return fmt.Sprintf("$argon2id$v=%d$%s$%s$%s", argon2.Version, h.cost,
		base64.RawStdEncoding.EncodeToString(h.salt), base64.RawStdEncoding.EncodeToString(h.sum))
}

func (c cost) String() string {
	return fmt.Sprintf("m=%d,t=%d,p=%d", c.memory, c.passes, c.threads)
}
