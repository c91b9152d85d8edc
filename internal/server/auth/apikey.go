package auth

import (
	"container/list"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"sync"
	"time"
)

const (
	// KeyLength is the number of characters of an API key, all of
	// [A-Za-z0-9_-].
	KeyLength = 64
	// KeyIDLength is the number of characters at its beginning that are its
	// id, which is no secret.
	KeyIDLength = 12
	// MaxKeys is how many keys a user may have, enabled or not.
	MaxKeys = 2
)

// keyCost is next to nothing. A costly hash makes up for passwords that can be
// guessed; of a key 312 random bits stay unknown beside its id, and no one can
// try so many at any speed.
var keyCost = cost{memory: 64, passes: 1, threads: 1}

// NewKey makes a random API key of 384 bits. The key itself is shown to its
// owner once; the id and the hash are kept.
func NewKey() (key, id, hash string) {
	raw := make([]byte, KeyLength/4*3)
	rand.Read(raw) // never fails: see crypto/rand
	key = base64.RawURLEncoding.EncodeToString(raw)
	return key, key[:KeyIDLength], newPHC(key, keyCost).String()
}

// KeyID is the id in an API key; false when the text does not have the form of
// a key.
func KeyID(key string) (string, bool) {
	if len(key) != KeyLength {
		return "", false
	}
	for _, c := range []byte(key) {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_') {
			return "", false
		}
	}
	return key[:KeyIDLength], true
}

// ParseAuthorization takes the API key and its id out of the header
// Authorization, "ApiKey <key>" or "Bearer <key>"; false when there is none of
// that form.
func ParseAuthorization(header string) (key, id string, ok bool) {
	scheme, key, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "ApiKey") && !strings.EqualFold(scheme, "Bearer") {
		return "", "", false
	}
	key = strings.TrimSpace(key)
	if id, ok = KeyID(key); !ok {
		return "", "", false
	}
	return key, id, true
}

const (
	verifiedFor = 5 * time.Minute
	maxVerified = 10_000 // keys, some 2 MiB
)

// A KeyVerifier verifies API keys, and remembers for five minutes those that
// were right, so that a client with many requests is not hashed each time. It
// remembers a key as an HMAC under a random key of this process, together with
// the hash that it was right for: one whose hash is no longer there has
// nothing to be verified against. It can be used by many goroutines at once.
type KeyVerifier struct {
	secret [32]byte
	now    func() time.Time
	limit  int

	mu       sync.Mutex
	verified map[[sha256.Size]byte]time.Time // until when
	order    *list.List                      // of the same, the oldest first
}

// NewKeyVerifier makes a verifier by a clock; nil means the computer's.
func NewKeyVerifier(now func() time.Time) *KeyVerifier {
	if now == nil {
		now = time.Now
	}
	v := &KeyVerifier{now: now, limit: maxVerified, verified: map[[sha256.Size]byte]time.Time{}, order: list.New()}
	rand.Read(v.secret[:]) // never fails: see crypto/rand
	return v
}

// Verify tells whether a key is the one that was hashed. The hash is what is
// kept for the key's id now, read for this request: that is what makes a key
// that was deleted or disabled useless at once. An empty hash matches nothing.
func (v *KeyVerifier) Verify(key, hash string) bool {
	// Whether an id is there may show by the time: ids are no secret.
	stored, err := parsePHC(hash)
	if _, ok := KeyID(key); err != nil || !ok {
		return false
	}
	mac := hmac.New(sha256.New, v.secret[:])
	mac.Write([]byte(key)) // of one length always, so nothing need part it from the hash
	mac.Write([]byte(hash))
	entry := [sha256.Size]byte(mac.Sum(nil))

	if v.remembers(entry) {
		return true
	}
	if !stored.matches(key) {
		return false
	}
	v.remember(entry)
	return true
}

func (v *KeyVerifier) remembers(entry [sha256.Size]byte) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	until, ok := v.verified[entry]
	return ok && v.now().Before(until)
}

func (v *KeyVerifier) remember(entry [sha256.Size]byte) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.now()
	if until, ok := v.verified[entry]; ok && now.Before(until) {
		return
	}
	// All stay equally long, so those that are over are at the front.
	for first := v.order.Front(); first != nil; first = v.order.Front() {
		oldest := first.Value.([sha256.Size]byte)
		if len(v.verified) < v.limit && now.Before(v.verified[oldest]) {
			break
		}
		v.order.Remove(first)
		delete(v.verified, oldest)
	}
	v.verified[entry] = now.Add(verifiedFor)
	v.order.PushBack(entry)
}
