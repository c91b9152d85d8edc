package signin

import (
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"strings"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/store"
)

const (
	// issuer names this server in authenticator apps.
	issuer = "Surety"
	// qrSize is the side of the QR code in pixels.
	qrSize = 220
)

// offerPlace is where the secret of a second factor stands that was offered to
// a user: sealed in their form, so that it is theirs alone and unchanged.
func offerPlace(user string) string { return "form enrolment " + user }

func (s *SignIn) offerSecondFactor(v *visit) {
	err := s.again(v, "current")
	if err == nil && v.user.MFA {
		err = wrong("You have a second factor already. Remove it first.")
	}
	if err != nil {
		s.no(v, err)
		return
	}
	enrolment, err := auth.NewTOTP(issuer, v.user.Email)
	if err != nil {
		s.no(v, err)
		return
	}
	s.showOffer(v, http.StatusOK, view{}, enrolment)
}

// showOffer shows a second factor to enter into an authenticator app.
func (s *SignIn) showOffer(v *visit, status int, page view, enrolment auth.Enrolment) {
	image, err := enrolment.QR(qrSize)
	var sealed string
	if err == nil {
		// The URL holds the secret, and draws the code again.
		sealed, err = s.Box.Seal(enrolment.Secret+" "+enrolment.URL, offerPlace(v.user.ID))
	}
	if err != nil {
		s.no(v, err)
		return
	}
	s.me(v, status, page, meBody{Offer: &offer{
		QR:     template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(image)),
		Secret: grouped(enrolment.Secret), Sealed: sealed,
	}})
}

// grouped puts a blank after every four letters of a secret, for typing it.
func grouped(secret string) string {
	var b strings.Builder
	for i, r := range secret {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func (s *SignIn) confirmSecondFactor(v *visit) {
	text, err := s.Box.Open(v.PostForm.Get("offer"), offerPlace(v.user.ID))
	secret, url, ok := strings.Cut(text, " ")
	if err != nil || !ok {
		s.no(v, wrong("That form is not one of yours. Begin again."))
		return
	}
	if wait := s.codes.Begin(v.user.ID, s.Proxies.Client(v.Request)); wait > 0 {
		s.no(v, tooMany(wait))
		return
	}
	step, ok, err := auth.VerifyTOTP(secret, v.PostForm.Get("code"), 0, s.Now())
	if err != nil {
		s.no(v, err)
		return
	}
	if !ok {
		s.showOffer(v, http.StatusUnprocessableEntity, view{Error: "The code is wrong. Is the clock of your device right?"}, auth.Enrolment{Secret: secret, URL: url})
		return
	}
	s.codes.Succeeded(v.user.ID, s.Proxies.Client(v.Request))
	codes, hashes := auth.NewRecoveryCodes()
	err = s.Store.SetTOTP(v.Context(), v.user.ID, secret, step, hashes)
	if errors.Is(err, store.ErrNotFound) {
		err = wrong("You have a second factor already. Remove it first.")
	}
	if err == nil {
		err = s.record(v.Context(), "user.second-factor.enabled", v.user, s.Address(v.Request), v.user.Email+" signs in with a second factor from now on")
	}
	if err != nil {
		s.no(v, err)
		return
	}
	s.me(v, http.StatusOK, view{Notice: "The second factor is on."}, meBody{Codes: codes})
}

func (s *SignIn) removeSecondFactor(v *visit) {
	err := s.again(v, "current")
	if err == nil {
		err = s.Store.RemoveTOTP(v.Context(), v.user.ID)
	}
	if err == nil {
		err = s.record(v.Context(), "user.second-factor.disabled", v.user, s.Address(v.Request), v.user.Email+" removed the second factor")
	}
	if err != nil {
		s.no(v, err)
		return
	}
	s.back(v, "removed")
}

func (s *SignIn) renewRecoveryCodes(v *visit) {
	err := s.again(v, "current")
	var c store.Credentials
	if err == nil {
		c, err = s.Store.Credentials(v.Context(), v.user.ID)
	}
	if err == nil && c.TOTP == "" {
		err = wrong("You have no second factor, so recovery codes are of no use.")
	}
	codes, hashes := auth.NewRecoveryCodes()
	if err == nil {
		err = s.Store.SetRecovery(v.Context(), v.user.ID, c.Recovery, hashes)
	}
	if err == nil {
		err = s.record(v.Context(), "user.recovery-code.updated", v.user, s.Address(v.Request), v.user.Email+" made new recovery codes")
	}
	if err != nil {
		s.no(v, err)
		return
	}
	s.me(v, http.StatusOK, view{Notice: "These codes take the place of the old ones."}, meBody{Codes: codes})
}
