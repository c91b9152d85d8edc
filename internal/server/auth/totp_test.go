package auth

import (
	"bytes"
	"encoding/base32"
	"fmt"
	"image/png"
	"log/slog"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

func TestNewTOTP(t *testing.T) {
	enrolment, err := NewTOTP("Surety", "grace@example.com")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(enrolment.Secret)
	if err != nil || len(raw) != 20 {
		t.Errorf("the secret is %q", enrolment.Secret)
	}
	u, err := url.Parse(enrolment.URL)
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/Surety:grace@example.com" ||
		u.Query().Get("secret") != enrolment.Secret || u.Query().Get("issuer") != "Surety" {
		t.Errorf("the URL is %s", enrolment.URL)
	}
	data, err := enrolment.QR(200)
	if err != nil {
		t.Fatal(err)
	}
	if image, err := png.Decode(bytes.NewReader(data)); err != nil || image.Bounds().Dx() != 200 {
		t.Errorf("the QR code is no image of 200 pixels: %v", err)
	}
	if _, err := enrolment.QR(1); err == nil {
		t.Error("a QR code was drawn with one pixel")
	}

	var text strings.Builder
	fmt.Fprintf(&text, "%v %+v %#v %s %q %x %d %v", enrolment, enrolment, enrolment, enrolment, enrolment, enrolment, enrolment, []Enrolment{enrolment})
	slog.New(slog.NewTextHandler(&text, nil)).Info("enrolled", "factor", enrolment)
	if strings.Contains(text.String(), enrolment.Secret) || strings.Contains(text.String(), fmt.Sprintf("%x", enrolment.Secret)) {
		t.Errorf("the secret shows in %s", text.String())
	}

	for _, names := range [][2]string{{"", "a"}, {"a", ""}, {"Surety: prod", "a"}} {
		if _, err := NewTOTP(names[0], names[1]); err == nil {
			t.Errorf("%q was enrolled", names)
		}
	}
}

func TestVerifyTOTP(t *testing.T) {
	// The secret and the times of RFC 6238, appendix B: the last 6 of the 8
	// digits there.
	secret := base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))
	at := func(seconds int64) time.Time { return time.Unix(seconds, 0) }
	for name, test := range map[string]struct {
		code string
		last int64
		now  time.Time
		step int64 // 0: refused
	}{
		"first":                 {"287082", 0, at(59), 1},
		"2005":                  {"081804", 0, at(1111111109), 37037036},
		"2009":                  {"005924", 0, at(1234567890), 41152263},
		"with a blank":          {"005 924", 0, at(1234567890), 41152263},
		"a step late":           {"005924", 0, at(1234567890 + 30), 41152263},
		"a step early":          {"005924", 0, at(1234567890 - 30), 41152263},
		"two steps late":        {"005924", 0, at(1234567890 + 60), 0},
		"two steps early":       {"005924", 0, at(1234567890 - 60), 0},
		"used":                  {"005924", 41152263, at(1234567890), 0},
		"used, a step late":     {"005924", 41152263, at(1234567890 + 30), 0},
		"an earlier after use":  {"005924", 41152264, at(1234567890 + 30), 0},
		"one after another":     {"005924", 41152262, at(1234567890), 41152263},
		"wrong":                 {"005925", 0, at(1234567890), 0},
		"short":                 {"5924", 0, at(1234567890), 0},
		"empty":                 {"", 0, at(1234567890), 0},
		"eight digits":          {"89005924", 0, at(1234567890), 0},
		"before the first step": {"000000", 0, at(-100), 0},
	} {
		t.Run(name, func(t *testing.T) {
			step, ok, err := VerifyTOTP(secret, test.code, test.last, test.now)
			if err != nil || step != test.step || ok != (test.step != 0) {
				t.Errorf("got step %d, %v, %v; want %d", step, ok, err, test.step)
			}
		})
	}
	if _, ok, err := VerifyTOTP("not base32!", "123456", 0, at(59)); ok || err == nil || strings.Contains(err.Error(), "not base32!") {
		t.Errorf("a broken secret gave %v, %v", ok, err)
	}
}

func TestVerifyTOTPOfApp(t *testing.T) {
	enrolment, err := NewTOTP("Surety", "grace@example.com")
	if err != nil {
		t.Fatal(err)
	}
	now := newClock().now()
	code, err := totp.GenerateCode(enrolment.Secret, now)
	if err != nil {
		t.Fatal(err)
	}
	step, ok, err := VerifyTOTP(enrolment.Secret, code, 0, now)
	if !ok || err != nil {
		t.Fatalf("the code was refused: %v", err)
	}
	if _, ok, _ := VerifyTOTP(enrolment.Secret, code, step, now); ok {
		t.Error("the code was good twice")
	}
}

func TestRecoveryCodes(t *testing.T) {
	codes, hashes := NewRecoveryCodes()
	if len(codes) != RecoveryCodes || len(hashes) != RecoveryCodes {
		t.Fatalf("%d codes, %d hashes", len(codes), len(hashes))
	}
	form := regexp.MustCompile(`^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$`)
	for i, code := range codes {
		if !form.MatchString(code) || slices.Index(codes, code) != i {
			t.Errorf("code %d is %s", i, code)
		}
	}
	before := slices.Clone(hashes)
	rest, ok := UseRecoveryCode(codes[3], hashes)
	if !ok || len(rest) != 9 || slices.Contains(rest, hashes[3]) || !slices.Equal(hashes, before) {
		t.Fatalf("got %d hashes, %v", len(rest), ok)
	}
	if again, ok := UseRecoveryCode(codes[3], rest); ok || len(again) != 9 {
		t.Error("a code was good twice")
	}
	for name, code := range map[string]string{
		"shouted":    strings.ToUpper(codes[0]),
		"run on":     strings.ReplaceAll(codes[0], "-", ""),
		"with space": " " + strings.ReplaceAll(codes[0], "-", " - ") + "\t",
		"misread":    strings.NewReplacer("0", "O", "1", "l").Replace(codes[0]),
	} {
		if rest, ok := UseRecoveryCode(code, hashes); !ok || len(rest) != 9 {
			t.Errorf("%s: %q was refused", name, code)
		}
	}
	for _, code := range []string{"", "-", codes[0][:18], codes[0] + "0", codes[0] + codes[1], hashes[0], strings.Repeat("0", 1<<20)} {
		if rest, ok := UseRecoveryCode(code, hashes); ok || len(rest) != 10 {
			t.Errorf("%.50q was accepted", code)
		}
	}
	if _, ok := UseRecoveryCode(codes[0], nil); ok {
		t.Error("a code was good for a user who has none")
	}
}
