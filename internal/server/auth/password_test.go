package auth

import (
	"context"
	"errors"
	"strings"
	"testing"
)

const goodPassword = "Correct-horse-7"

func TestCheckPassword(t *testing.T) {
	for name, test := range map[string]struct {
		password string
		lacks    []string // empty: it is good
	}{
		"good":             {goodPassword, nil},
		"just long enough": {"Aa1!aaaaaaaa", nil},
		"longest":          {"Aa1!" + strings.Repeat("x", 60), nil},
		"longest, German":  {"Aa1!" + strings.Repeat("ü", 60), nil},
		"a blank":          {"Correct horse 7", nil},
		"Greek":            {"Σωστόςάλογο-7", nil},
		"too short":        {"Aa1!aaaaaaa", []string{"at least 12 characters"}},
		"short in runes":   {"Aa1!üüüüüüü", []string{"at least 12 characters"}},
		"too long":         {"Aa1!" + strings.Repeat("x", 61), []string{"at most 64 characters"}},
		"far too long":     {strings.Repeat("Aa1!", 1000), []string{"more than 64"}},
		"no upper":         {"correct-horse-7", []string{"an upper-case letter"}},
		"no lower":         {"CORRECT-HORSE-7", []string{"a lower-case letter"}},
		"no digit":         {"Correct-horse-x", []string{"a digit"}},
		"no special":       {"Correcthorse77", []string{"a special character"}},
		"empty":            {"", []string{"12 characters", "upper", "lower", "digit", "special"}},
		"a tab":            {"Correct-horse\t7", []string{"control character"}},
		"no UTF-8":         {"Correct-horse-7\xff", []string{"UTF-8"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := CheckPassword(test.password)
			if (err == nil) != (test.lacks == nil) {
				t.Fatalf("got %v, want %q", err, test.lacks)
			}
			for _, lack := range test.lacks {
				if !strings.Contains(err.Error(), lack) {
					t.Errorf("got %v, want %q", err, lack)
				}
			}
		})
	}
}

func TestHash(t *testing.T) {
	ctx, hasher := context.Background(), NewHasher(2)
	hash, err := hasher.Hash(ctx, goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the hash is %s", hash)
	}
	if again, err := hasher.Hash(ctx, goodPassword); err != nil || again == hash {
		t.Errorf("the same hash twice, %v: there is no salt", err)
	}
	if _, err := hasher.Hash(ctx, "hunter2"); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a bad password gave %v", err)
	}

	cheap := newPHC(goodPassword, cost{memory: 64, passes: 1, threads: 1}).String()
	for name, test := range map[string]struct {
		password, hash string
		ok, rehash     bool
	}{
		"right":                {goodPassword, hash, true, false},
		"wrong":                {goodPassword + "x", hash, false, false},
		"empty":                {"", hash, false, false},
		"another case":         {strings.ToUpper(goodPassword), hash, false, false},
		"huge":                 {strings.Repeat("x", 1<<20), hash, false, false},
		"right, cheaply kept":  {goodPassword, cheap, true, true},
		"wrong, cheaply kept":  {"x", cheap, false, false},
		"nobody":               {goodPassword, "", false, false},
		"nobody, and no word":  {"", "", false, false},
		"a hash that is known": {"", nobody.String(), false, false},
	} {
		t.Run(name, func(t *testing.T) {
			ok, rehash, err := hasher.Verify(ctx, test.password, test.hash)
			if err != nil || ok != test.ok || rehash != test.rehash {
				t.Errorf("got %v, %v, %v", ok, rehash, err)
			}
		})
	}
}

// The hash is one that the reference implementation tests itself with
// (github.com/P-H-C/phc-winner-argon2, src/test.c).
func TestHashOfOthers(t *testing.T) {
	const hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	ok, rehash, err := NewHasher(1).Verify(context.Background(), "password", hash)
	if !ok || !rehash || err != nil {
		t.Errorf("got %v, %v, %v", ok, rehash, err)
	}
}

func TestHashRefused(t *testing.T) {
	good := newPHC("x", keyCost).String()
	for _, hash := range []string{
		"plain", "$", "$$$$$", "$2a$10$N9qo8uLOickgx2ZMRZoMye",
		strings.Replace(good, "argon2id", "argon2i", 1),
		strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=64", "m=4194304", 1),
		strings.Replace(good, "m=64", "m=99999999999", 1),
		strings.Replace(good, "m=64", "m=-1", 1),
		strings.Replace(good, "m=64", "m=+64", 1),
		strings.Replace(good, "t=1", "t=0", 1),
		strings.Replace(good, "t=1", "t=1000000", 1),
		strings.Replace(good, "p=1", "p=0", 1),
		strings.Replace(good, "p=1", "p=255", 1),
		strings.Replace(good, "p=1", "p=1,x=2", 1),
		good[:len(good)-40],
		good + "!",
		good + "$",
	} {
		ok, _, err := NewHasher(1).Verify(context.Background(), "x", hash)
		if ok || !errors.Is(err, errHash) {
			t.Errorf("%s: %v, %v", hash, ok, err)
		}
	}
}

func TestHasherWaits(t *testing.T) {
	hasher := NewHasher(1)
	if err := hasher.acquire(context.Background()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		_, _, err := hasher.Verify(ctx, "x", "")
		done <- err
	}()
	cancel() // the only place is taken, so there is nothing else to end it
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	hasher.release()
	if _, _, err := hasher.Verify(context.Background(), "x", ""); err != nil {
		t.Errorf("with the place free again: %v", err)
	}
}

func FuzzParsePHC(f *testing.F) {
	f.Add(nobody.String())
	f.Add("$argon2id$v=19$m=1,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, text string) {
		if h, err := parsePHC(text); err == nil && (h.memory > maxMemory || h.passes < 1 || h.threads < 1) {
			t.Errorf("%q was taken for %v", text, h)
		}
	})
}
