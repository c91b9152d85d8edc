package secretbox

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func testKey(seed byte) []byte {
	raw := make([]byte, KeySize)
	for i := range raw {
		raw[i] = seed + byte(i)
	}
	return raw
}

func testBox(t *testing.T, keys ...[]byte) *Box {
	t.Helper()
	box, err := New(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return box
}

func TestSealOpen(t *testing.T) {
	box := testBox(t, testKey(1))
	here := At("users", "totp", "u1")
	for _, plaintext := range []string{"", "s", "JBSWY3DPEHPK3PXP", "with \x00 and ü", strings.Repeat("x", MaxSize)} {
		sealed, err := box.Seal(plaintext, here)
		if err != nil {
			t.Fatal(err)
		}
		if len(plaintext) > 4 && strings.Contains(sealed, plaintext) {
			t.Error("the secret shows in the sealed value")
		}
		got, err := box.Open(sealed, here)
		if err != nil || got != plaintext {
			t.Errorf("opened %.20q, %v; want %.20q", got, err, plaintext)
		}
		again, err := box.Seal(plaintext, here)
		if err != nil || again == sealed {
			t.Errorf("the same secret was sealed to the same value twice: %v", err)
		}
	}
}

func TestSealRefuses(t *testing.T) {
	box := testBox(t, testKey(1))
	if _, err := box.Seal("secret", ""); err == nil {
		t.Error("a secret without a place was sealed")
	}
	if _, err := box.Seal(strings.Repeat("x", MaxSize+1), "a"); err == nil {
		t.Error("a secret that is too large was sealed")
	}
	var none *Box
	if _, err := none.Seal("secret", "a"); err == nil {
		t.Error("no box sealed a secret")
	}
	if _, err := new(Box).Seal("secret", "a"); err == nil {
		t.Error("a box without keys sealed a secret")
	}
}

func TestOpenRefuses(t *testing.T) {
	box := testBox(t, testKey(1))
	here := At("users", "totp", "u1")
	sealed, err := box.Seal("secret", here)
	if err != nil {
		t.Fatal(err)
	}
	changed := []byte(sealed)
	if at := len(changed) - 4; changed[at] == 'A' {
		changed[at] = 'B'
	} else {
		changed[at] = 'A'
	}
	parts := strings.Split(sealed, ".")

	for name, test := range map[string]struct {
		box             *Box
		sealed, context string
		want            error
	}{
		"another row":      {box, sealed, At("users", "totp", "u2"), ErrTampered},
		"no context":       {box, sealed, "", ErrTampered},
		"changed":          {box, string(changed), here, ErrTampered},
		"cut short":        {box, sealed[:len(sealed)-2], here, ErrTampered},
		"nothing inside":   {box, parts[0] + "." + parts[1] + ".", here, ErrTampered},
		"plain text":       {box, "JBSWY3DPEHPK3PXP", here, ErrNotSealed},
		"empty":            {box, "", here, ErrNotSealed},
		"another version":  {box, "s9" + sealed[2:], here, ErrNotSealed},
		"no base64":        {box, parts[0] + "." + parts[1] + ".!!", here, ErrNotSealed},
		"another key":      {testBox(t, testKey(2)), sealed, here, ErrUnknownKey},
		"another key's id": {testBox(t, testKey(2), testKey(1)), "s1." + testBox(t, testKey(2)).keys[0].id + "." + parts[2], here, ErrTampered},
		"no box":           {nil, sealed, here, ErrUnknownKey},
		"huge":             {box, version + "." + strings.Repeat("A", 3*MaxSize), here, ErrNotSealed},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := test.box.Open(test.sealed, test.context)
			if !errors.Is(err, test.want) || got != "" {
				t.Errorf("got %q, %v; want %v", got, err, test.want)
			}
		})
	}
}

func TestRotation(t *testing.T) {
	before, after := testBox(t, testKey(1)), testBox(t, testKey(2), testKey(1))
	old, err := before.Seal("secret", "a")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := after.Open(old, "a"); err != nil || got != "secret" {
		t.Errorf("the older key opened %q, %v", got, err)
	}
	renewed, err := after.Seal("secret", "a")
	if err != nil {
		t.Fatal(err)
	}
	if !before.IsCurrent(old) || after.IsCurrent(old) || !after.IsCurrent(renewed) || after.IsCurrent("plain") {
		t.Error("IsCurrent does not tell values of the current key from others")
	}
	if _, err := before.Open(renewed, "a"); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("a box without the new key said %v", err)
	}
}

func TestAt(t *testing.T) {
	seen := map[string]bool{}
	for _, at := range []string{At("a", "b", "c"), At("ab", "", "c"), At("a", "bc", ""), At(`a"`, `"b`, "c"), At("a", `""b`, "c")} {
		if seen[at] {
			t.Errorf("two places have the context %s", at)
		}
		seen[at] = true
	}
}

func TestNewRefuses(t *testing.T) {
	for name, keys := range map[string][][]byte{
		"none":     nil,
		"empty":    {nil},
		"short":    {testKey(1)[:16]},
		"long":     {append(testKey(1), 1)},
		"zeros":    {make([]byte, KeySize)},
		"repeated": {bytes.Repeat([]byte{7}, KeySize)},
		"twice":    {testKey(1), testKey(2), testKey(1)},
	} {
		if box, err := New(keys...); err == nil || box != nil {
			t.Errorf("%s: made %v", name, box)
		}
	}
}

func TestNothingShows(t *testing.T) {
	raw := testKey('A')
	box := testBox(t, raw)
	type holder struct {
		Box    *Box
		hidden *Box
	}
	held := holder{box, box}
	var text strings.Builder
	for _, value := range []any{box, *box, held, &held, []*Box{box}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			fmt.Fprintf(&text, verb, value)
		}
		encoded, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(encoded)
	}
	fmt.Fprint(&text, box.String(), box.GoString())
	logger := slog.New(slog.NewTextHandler(&text, nil))
	logger.Info("started", "box", box, "value", *box)
	slog.New(slog.NewJSONHandler(&text, nil)).Info("started", "box", box)

	for _, form := range []string{
		string(raw[:8]), hex.EncodeToString(raw[:8]), strings.ToUpper(hex.EncodeToString(raw[:8])),
		base64.StdEncoding.EncodeToString(raw)[:10], "65 66 67", "0x41, 0x42", box.keys[0].id,
	} {
		if strings.Contains(text.String(), form) {
			t.Errorf("%q shows", form)
		}
	}
	if !strings.Contains(text.String(), "redacted") {
		t.Error("the box says nothing of itself")
	}
}

func FuzzOpen(f *testing.F) {
	box, err := New(testKey(1))
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := box.Seal("secret", "a")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add("s1..")
	f.Fuzz(func(t *testing.T, text string) {
		// Nothing else was ever sealed with this key.
		if got, err := box.Open(text, "a"); err == nil && got != "secret" {
			t.Errorf("%q opened to %q", text, got)
		}
	})
}
