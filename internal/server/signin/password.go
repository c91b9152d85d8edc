package signin

import (
	"errors"
	"net/http"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/store"
)

// signInForm is the form for email and password.
type signInForm struct {
	Email  string
	Return string
	OIDC   bool
}

// codeForm is the form for the second factor.
type codeForm struct {
	Pending string
}

func (s *SignIn) showSignIn(w http.ResponseWriter, r *http.Request) {
	to := s.target(r.URL.Query().Get("return"))
	if _, _, err := s.session(r); err == nil {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	}
	s.show(w, r, http.StatusOK, "sign-in", view{Title: "Sign in", Body: signInForm{Return: to, OIDC: s.oidc != nil}})
}

// target is the page to go to after signing in.
func (s *SignIn) target(wanted string) string {
	if to := auth.LocalPath(wanted); to != "/" {
		return to
	}
	return s.Home
}

func (s *SignIn) signIn(w http.ResponseWriter, r *http.Request) {
	if !s.form(w, r) {
		return
	}
	if sealed := r.PostForm.Get("pending"); sealed != "" {
		s.signInCode(w, r, sealed)
		return
	}
	to := s.target(r.PostForm.Get("return"))
	u, c, err := s.byPassword(r, r.PostForm.Get("email"), r.PostForm.Get("password"))
	if err != nil {
		s.refuse(w, r, err, "sign-in", view{Title: "Sign in", Body: signInForm{Email: r.PostForm.Get("email"), Return: to, OIDC: s.oidc != nil}})
		return
	}
	s.admit(w, r, u, c, to)
}

// admit lets in who has proved the password, or asks for the code.
func (s *SignIn) admit(w http.ResponseWriter, r *http.Request, u store.User, c store.Credentials, to string) {
	if c.TOTP != "" {
		sealed, err := s.pend(u, c, to)
		if err != nil {
			s.refuse(w, r, err, "", view{})
			return
		}
		s.show(w, r, http.StatusOK, "code", view{Title: "Second factor", Body: codeForm{Pending: sealed}})
		return
	}
	s.enter(w, r, u, "with a password", to)
}

// enter begins the session and goes on to a page.
func (s *SignIn) enter(w http.ResponseWriter, r *http.Request, u store.User, how, to string) {
	if err := s.begin(w, r, u, how); err != nil {
		s.refuse(w, r, err, "", view{})
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func (s *SignIn) signInCode(w http.ResponseWriter, r *http.Request, sealed string) {
	u, c, to, ok := s.resume(r.Context(), sealed)
	if !ok {
		s.show(w, r, http.StatusUnauthorized, "sign-in", view{
			Title: "Sign in", Error: "That took too long, or the password has been changed. Begin again.", Body: signInForm{Return: s.Home, OIDC: s.oidc != nil},
		})
		return
	}
	if err := s.byCode(r, u, c, r.PostForm.Get("code")); err != nil {
		s.refuse(w, r, err, "code", view{Title: "Second factor", Body: codeForm{Pending: sealed}})
		return
	}
	s.enter(w, r, u, "with a password and a second factor", to)
}

func (s *SignIn) signOut(w http.ResponseWriter, r *http.Request) {
	if err := s.end(w, r); err != nil {
		s.refuse(w, r, err, "", view{})
		return
	}
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
}

// errLink is for a one-time link that leads nowhere.
const errLink = "This link was used already, or its time is over. Ask an administrator for a new one; " +
	"on the computer of the server, the command “surety user” makes one."

// welcomeForm is the form for a new password.
type welcomeForm struct {
	Email string
	First bool // the user has none yet
}

func (s *SignIn) showWelcome(w http.ResponseWriter, r *http.Request) {
	if _, form, ok := s.linked(w, r); ok {
		s.show(w, r, http.StatusOK, "welcome", view{Title: "Set your password", Body: form})
	}
}

// linked finds whose link a request came by; false when it has answered the
// request already.
func (s *SignIn) linked(w http.ResponseWriter, r *http.Request) (hash string, form welcomeForm, ok bool) {
	hash, ok = auth.HashToken(r.PathValue("token"))
	if !ok {
		s.message(w, r, http.StatusNotFound, "This link no longer works", errLink)
		return "", form, false
	}
	token, u, err := s.Store.TokenOwner(r.Context(), hash)
	switch {
	case errors.Is(err, store.ErrNotFound):
		s.message(w, r, http.StatusNotFound, "This link no longer works", errLink)
		return "", form, false
	case err != nil:
		s.refuse(w, r, err, "", view{})
		return "", form, false
	}
	return hash, welcomeForm{Email: u.Email, First: token.Purpose != store.TokenReset}, true
}

func (s *SignIn) welcome(w http.ResponseWriter, r *http.Request) {
	hash, form, ok := s.linked(w, r)
	if !ok || !s.form(w, r) {
		return
	}
	again := view{Title: "Set your password", Body: form}
	password, err := s.newPassword(r)
	if err != nil {
		s.refuse(w, r, err, "welcome", again)
		return
	}
	u, err := s.Store.UseToken(r.Context(), hash, password)
	if errors.Is(err, store.ErrNotFound) {
		s.message(w, r, http.StatusNotFound, "This link no longer works", errLink)
		return
	}
	var c store.Credentials
	if err == nil {
		c, err = s.Store.Credentials(r.Context(), u.ID)
	}
	if err == nil {
		err = s.record(r.Context(), "user.password.updated", u, s.Address(r), u.Email+" set a password by a one-time link")
	}
	if err != nil {
		s.refuse(w, r, err, "welcome", again)
		return
	}
	s.admit(w, r, u, c, s.Home)
}

// newPassword hashes the password of a form that has it twice.
func (s *SignIn) newPassword(r *http.Request) (string, error) {
	password := r.PostForm.Get("password")
	if password != r.PostForm.Get("again") {
		return "", &refusal{status: http.StatusUnprocessableEntity, message: "The two passwords are not the same."}
	}
	if err := auth.CheckPassword(password); err != nil {
		return "", &refusal{status: http.StatusUnprocessableEntity, message: sentence(err)}
	}
	return s.hasher.Hash(r.Context(), password)
}
