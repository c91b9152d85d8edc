package auth

import (
	"encoding/hex"
	"strings"
	"testing"
)

func TestToken(t *testing.T) {
	seen := map[string]bool{}
	for range 50 {
		token, hash := NewToken()
		got, ok := HashToken(token)
		if !ok || got != hash || seen[hash] || len(hash) != 64 || len(token) != 43 {
			t.Errorf("token %s: %s, %v; want %s", token, got, ok, hash)
		}
		seen[hash] = true
	}
	// SHA-256 of 32 zero bytes.
	if hash, ok := HashToken(strings.Repeat("A", 43)); !ok || hash != "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925" {
		t.Errorf("got %s, %v", hash, ok)
	}
	token, hash := NewToken()
	raw, err := hex.DecodeString(hash)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", token[:42], token + "A", token + "=", token[:42] + "!", token[:42] + "B", hash, string(raw), strings.Repeat("A", 1<<20), "\n" + token[:42]} {
		if _, ok := HashToken(text); ok {
			t.Errorf("%.50q was taken for a token", text)
		}
	}
}
