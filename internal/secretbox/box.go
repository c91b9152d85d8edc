// Package secretbox encrypts small secrets for keeping in a database:
// external ids, the configuration of channels, the secrets of second factors.
//
// A value is sealed with AES-256-GCM under a random nonce, and together with
// the place where it belongs (see [At]): whoever can write to the database
// still cannot move a sealed value to another row and have it opened there.
//
// A sealed value names its key, so keys can be changed: put a new key on the
// first line of the key file above the old ones, and new values are sealed
// with it while old values still open. Once every value for which
// [Box.IsCurrent] is false has been opened and sealed again, the old lines can
// go.
package secretbox

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// MaxSize bounds what is sealed, in bytes. Secrets are small; what is larger
// got here by mistake.
const MaxSize = 1 << 20

// version begins a sealed value: AES-256-GCM with a random nonce before the
// ciphertext, in base64url.
const version = "s1"

// ErrNotSealed is the error for opening text that no box has sealed.
var ErrNotSealed = errors.New("the value is not a sealed one: it was stored without encryption or was cut short")

// ErrUnknownKey is the error for a value sealed under a key that the box does
// not hold.
var ErrUnknownKey = errors.New("the value is sealed under a key that is not there; add the old key as a further line of the key file")

// ErrTampered is the error for a value that was changed or moved to another
// place after it was sealed.
var ErrTampered = errors.New("the sealed value does not open: it was changed, or belongs to another place")

// A Box seals with its first key and opens with any of its keys. It can be
// used by many goroutines at once. However it is printed or logged, no key
// shows.
type Box struct {
	// Pointers, since fmt prints those inside a value as addresses.
	keys []*key
}

type key struct {
	id   string
	aead cipher.AEAD
}

// New makes a box of keys of 32 bytes each. The first is the current one.
func New(keys ...[]byte) (*Box, error) {
	if len(keys) == 0 {
		return nil, errors.New("there is no key")
	}
	box := &Box{}
	for i, raw := range keys {
		k, err := newKey(raw)
		if err != nil {
			return nil, fmt.Errorf("key %d: %w", i+1, err)
		}
		if box.find(k.id) != nil {
			return nil, fmt.Errorf("key %d is there twice", i+1)
		}
		box.keys = append(box.keys, k)
	}
	return box, nil
}

func newKey(raw []byte) (*key, error) {
	if len(raw) != KeySize {
		return nil, fmt.Errorf("a key is %d bytes, this one %d", KeySize, len(raw))
	}
	if strings.Count(string(raw), string(raw[:1])) == KeySize {
		return nil, errors.New("it is one byte repeated, not a random key")
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	// 32 bits of a keyed hash tell the few keys of a box apart and nothing
	// of the key.
	mac := hmac.New(sha256.New, raw)
	mac.Write([]byte("surety secretbox key id"))
	return &key{id: hex.EncodeToString(mac.Sum(nil)[:4]), aead: aead}, nil
}

func (b *Box) find(id string) *key {
	for _, k := range b.keys {
		if k.id == id {
			return k
		}
	}
	return nil
}

// At makes the context of a value: the table, the column and the id of the
// row that it is kept in. No two places have the same.
func At(table, column, row string) string {
	return strconv.Quote(table) + strconv.Quote(column) + strconv.Quote(row)
}

// Seal encrypts a secret of at most [MaxSize] bytes for one place. The result
// is printable ASCII without spaces, a third longer than the secret and some
// 60 characters.
func (b *Box) Seal(plaintext, context string) (string, error) {
	if b == nil || len(b.keys) == 0 {
		return "", errors.New("there is no key to seal with")
	}
	if context == "" {
		return "", errors.New("a secret is sealed for a place, and none was named")
	}
	if len(plaintext) > MaxSize {
		return "", fmt.Errorf("a secret is at most %d bytes, this one has %d", MaxSize, len(plaintext))
	}
	k := b.keys[0]
	sealed := k.aead.Seal(nil, nil, []byte(plaintext), additional(k.id, context))
	return version + "." + k.id + "." + base64.RawURLEncoding.EncodeToString(sealed), nil
}

// Open decrypts what Seal returned, given the same context. Its errors are
// [ErrNotSealed], [ErrUnknownKey] and [ErrTampered].
func (b *Box) Open(sealed, context string) (string, error) {
	id, body, ok := split(sealed)
	if !ok {
		return "", ErrNotSealed
	}
	if b == nil || b.find(id) == nil {
		return "", ErrUnknownKey
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(body)
	if err != nil {
		return "", ErrNotSealed
	}
	plaintext, err := b.find(id).aead.Open(nil, nil, data, additional(id, context))
	if err != nil {
		return "", ErrTampered
	}
	return string(plaintext), nil
}

// IsCurrent tells whether a value is sealed under the current key. What is
// not should be opened and sealed again before its key is thrown away.
func (b *Box) IsCurrent(sealed string) bool {
	id, _, ok := split(sealed)
	return ok && b != nil && len(b.keys) > 0 && id == b.keys[0].id
}

func split(sealed string) (id, body string, ok bool) {
	if len(sealed) > 2*MaxSize {
		return "", "", false
	}
	rest, ok := strings.CutPrefix(sealed, version+".")
	if !ok {
		return "", "", false
	}
	return strings.Cut(rest, ".")
}

func additional(id, context string) []byte {
	return []byte(version + "." + id + "." + context)
}

// GenerateKey makes a random key as a line of a key file: 44 characters of
// base64.
func GenerateKey() string {
	raw := make([]byte, KeySize)
	rand.Read(raw) // never fails: see crypto/rand
	return base64.StdEncoding.EncodeToString(raw)
}

const redacted = "secretbox.Box(redacted)"

// String hides the keys.
func (Box) String() string { return redacted }

// GoString hides the keys.
func (Box) GoString() string { return redacted }

// Format hides the keys from every verb.
func (Box) Format(state fmt.State, _ rune) { state.Write([]byte(redacted)) }

// LogValue hides the keys.
func (Box) LogValue() slog.Value { return slog.StringValue(redacted) }
