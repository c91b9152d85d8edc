package auth

import (
	"bytes"
	"crypto/subtle"
	"errors"
	"fmt"
	"image/png"
	"log/slog"
	"strings"
	"time"
	"unicode"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

const (
	totpPeriod = 30 // seconds, what authenticator apps take for granted
	totpSkew   = 1  // steps, for clocks that are off and codes typed late
)

// An Enrolment is a second factor on offer: the user enters it into an
// authenticator app and proves that by a first code. It does not print its
// secret.
type Enrolment struct {
	// Secret is in base32. It has to be kept as it is, so seal it.
	Secret string
	// URL begins with otpauth:// and contains the secret.
	URL string
}

// NewTOTP makes a random secret for time-based one-time passwords (RFC 6238:
// SHA-1, 6 digits, 30 seconds). Issuer and account name it in the app.
func NewTOTP(issuer, account string) (Enrolment, error) {
	if issuer == "" || account == "" {
		return Enrolment{}, errors.New("a second factor needs the name of the server and of the user")
	}
	if strings.Contains(issuer, ":") {
		return Enrolment{}, fmt.Errorf("the name of the server, %.40q, contains a colon, which authenticator apps take for its end", issuer)
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: account, Period: totpPeriod})
	if err != nil {
		return Enrolment{}, err
	}
	return Enrolment{Secret: key.Secret(), URL: key.URL()}, nil
}

// QR is the URL as a QR code: a square PNG image of so many pixels a side.
func (e Enrolment) QR(pixels int) ([]byte, error) {
	key, err := otp.NewKeyFromURL(e.URL)
	if err != nil {
		return nil, errors.New("the enrolment has no URL to draw")
	}
	image, err := key.Image(pixels, pixels)
	if err != nil {
		return nil, fmt.Errorf("the QR code cannot be drawn: %w", err)
	}
	var buffer bytes.Buffer
	if err := png.Encode(&buffer, image); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}

const redactedEnrolment = "auth.Enrolment(redacted)"

// String hides the secret.
func (Enrolment) String() string { return redactedEnrolment }

// GoString hides the secret.
func (Enrolment) GoString() string { return redactedEnrolment }

// Format hides the secret from every verb.
func (Enrolment) Format(state fmt.State, _ rune) { state.Write([]byte(redactedEnrolment)) }

// LogValue hides the secret.
func (Enrolment) LogValue() slog.Value { return slog.StringValue(redactedEnrolment) }

// VerifyTOTP tells whether a code is right now, or was or will be half a
// minute ago or from now. Each code is good once: last is the step of the last
// code that was accepted (0 if none was), and only later steps count. Where
// the code is right, step is what to keep as the next last. Keep it by a
// statement that changes it from last only (UPDATE … WHERE totp_step < step),
// and refuse the code if that changed nothing, for two requests may bring the
// same code at once.
func VerifyTOTP(secret, code string, last int64, now time.Time) (step int64, ok bool, err error) {
	code = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) { // apps show "123 456"
			return -1
		}
		return r
	}, code)
	current := now.Unix() / totpPeriod
	for at := current - totpSkew; at <= current+totpSkew; at++ {
		if at < 0 {
			continue
		}
		want, err := hotp.GenerateCode(secret, uint64(at))
		if err != nil {
			return 0, false, errors.New("the secret of the second factor is not base32; enrol again")
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && at > last {
			step, ok = at, true
		}
	}
	return step, ok, nil
}
