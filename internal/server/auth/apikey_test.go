package auth

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// A clock that stands still until it is moved.
type clock struct{ time time.Time }

func newClock() *clock { return &clock{time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time          { return c.time }
func (c *clock) advance(d time.Duration) { c.time = c.time.Add(d) }

func TestNewKey(t *testing.T) {
	form := regexp.MustCompile(`^[A-Za-z0-9_-]{64}$`)
	seen := map[string]bool{}
	for range 50 {
		key, id, hash := NewKey()
		if !form.MatchString(key) || id != key[:12] || seen[id] {
			t.Errorf("key %s, id %s", key, id)
		}
		if strings.Contains(hash, key[12:24]) {
			t.Error("the hash shows the key")
		}
		seen[id] = true
	}
}

func TestParseAuthorization(t *testing.T) {
	key, id, _ := NewKey()
	for header, good := range map[string]bool{
		"ApiKey " + key:                          true,
		"Bearer " + key:                          true,
		"apikey " + key:                          true,
		"BEARER  " + key + " ":                   true,
		key:                                      false,
		"Basic " + key:                           false,
		"ApiKey":                                 false,
		"ApiKey ":                                false,
		"":                                       false,
		"ApiKey" + key:                           false,
		"ApiKey " + key[:63]:                     false,
		"ApiKey " + key + "x":                    false,
		"ApiKey " + key[:63] + "+":               false,
		"ApiKey " + key[:32] + " " + key[:31]:    false,
		"ApiKey " + strings.Repeat("ü", 32):      false,
		"Bearer " + strings.Repeat("x", 100_000): false,
	} {
		gotKey, gotID, ok := ParseAuthorization(header)
		if ok != good || ok && (gotKey != key || gotID != id) || !ok && gotKey+gotID != "" {
			t.Errorf("%.80q: %.80q, %q, %v", header, gotKey, gotID, ok)
		}
	}
}

func TestKeyVerifier(t *testing.T) {
	clock := newClock()
	v := NewKeyVerifier(clock.now)
	key, _, hash := NewKey()
	other, _, otherHash := NewKey()
	for name, test := range map[string]struct {
		key, hash string
		want      bool
	}{
		"right":             {key, hash, true},
		"another key":       {other, hash, false},
		"same id":           {key[:12] + other[12:], hash, false},
		"another's hash":    {key, otherHash, false},
		"no hash":           {key, "", false},
		"odd hash":          {key, "x", false},
		"no key":            {"", hash, false},
		"key cut":           {key[:63], hash, false},
		"a hash of nothing": {"", newPHC("", keyCost).String(), false},
	} {
		for try := range 2 { // from the hash, and from memory
			if got := v.Verify(test.key, test.hash); got != test.want {
				t.Errorf("%s, try %d: %v", name, try+1, got)
			}
		}
	}
	if len(v.verified) != 1 {
		t.Errorf("%d keys are remembered; only the right one should be", len(v.verified))
	}
}

func TestKeyVerifierForgets(t *testing.T) {
	clock := newClock()
	v := NewKeyVerifier(clock.now)
	v.limit = 3
	key, _, hash := NewKey()
	v.Verify(key, hash)
	remembered := func() bool {
		for entry := range v.verified {
			return v.remembers(entry)
		}
		return false
	}
	clock.advance(verifiedFor - time.Second)
	if !remembered() {
		t.Error("a key is not remembered for five minutes")
	}
	clock.advance(time.Second)
	if remembered() {
		t.Error("a key is remembered for too long")
	}
	if !v.Verify(key, hash) || len(v.verified) != 1 || v.order.Len() != 1 {
		t.Errorf("after its time a key is remembered %d times, in order %d", len(v.verified), v.order.Len())
	}
	for range 10 {
		key, _, hash := NewKey()
		if !v.Verify(key, hash) {
			t.Error("a right key was refused")
		}
		if len(v.verified) > 3 || v.order.Len() != len(v.verified) {
			t.Errorf("%d keys are remembered, %d in order", len(v.verified), v.order.Len())
		}
	}
}

func BenchmarkVerifyKey(b *testing.B) {
	key, _, hash := NewKey()
	b.Run("hash", func(b *testing.B) { // must stay below 1 ms
		stored, err := parsePHC(hash)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			stored.matches(key)
		}
	})
	b.Run("memory", func(b *testing.B) { // must stay below 20 µs
		v := NewKeyVerifier(nil)
		for b.Loop() {
			v.Verify(key, hash)
		}
	})
}
