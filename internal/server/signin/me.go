package signin

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/server/look"
	"github.com/surety-cloud/surety/internal/store"
)

// A visit is a request for one's own pages.
type visit struct {
	*http.Request
	w       http.ResponseWriter
	session store.Session
	user    store.User
}

// mine lets only those in who are signed in; others are sent to sign in first.
func (s *SignIn) mine(handle func(*visit)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		session, u, err := s.session(r)
		switch {
		case errors.Is(err, auth.ErrNobody):
			http.Redirect(w, r, "/sign-in?return="+url.QueryEscape("/me"), http.StatusSeeOther)
			return
		case err == nil && auth.SessionTouch(session.Seen, s.Now()):
			err = s.Store.SeeSession(r.Context(), session.ID)
		}
		if err != nil {
			s.refuse(w, r, err, "", view{})
			return
		}
		if r.Method == http.MethodPost && !s.form(w, r) {
			return
		}
		handle(&visit{Request: r, w: w, session: session, user: u})
	}
}

// meBody is what the page of a user shows of them.
type meBody struct {
	User     store.User
	Keys     []store.Key
	MaxKeys  int
	Sessions []meSession
	CodeLeft int // recovery codes
	// Open is the form that was refused, by its path below /me/; it stays unfolded.
	Open string

	// What is shown only once, right after it was made.
	NewKey string
	Codes  []string
	Offer  *offer
}

// A meSession is a session of the user.
type meSession struct {
	store.Session
	Current bool
}

// An offer is a second factor that waits for its first code.
type offer struct {
	QR     template.URL
	Secret string
	Sealed string
}

// done are the words for what was done, by the name in the query.
var done = map[string]string{
	"name":     "Your name was changed.",
	"password": "Your password was changed. All your other sessions have ended.",
	"removed":  "The second factor was removed.",
	"enabled":  "The API key is enabled.",
	"disabled": "The API key is disabled.",
	"deleted":  "The API key was deleted.",
	"ended":    "All your other sessions have ended.",
}

func (s *SignIn) showMe(v *visit) {
	s.me(v, http.StatusOK, view{Notice: done[v.URL.Query().Get("done")]}, meBody{})
}

// back goes to the page again, so that loading it anew does nothing twice.
func (s *SignIn) back(v *visit, what string) {
	http.Redirect(v.w, v.Request, "/me?done="+what, http.StatusSeeOther)
}

// me shows the page with what body has for once.
func (s *SignIn) me(v *visit, status int, page view, body meBody) {
	var err error
	if body.User, err = s.Store.User(v.Context(), v.user.ID); err == nil {
		err = s.fill(v, &body)
	}
	if err != nil {
		s.refuse(v.w, v.Request, err, "", view{})
		return
	}
	p := principal(body.User)
	page.Title, page.Lead, page.User, page.Body = "You", body.User.Email+", "+look.Role(auth.Role(body.User.Role)), look.UserOf(&p), body
	s.show(v.w, v.Request, status, "me", page)
}

func (s *SignIn) fill(v *visit, body *meBody) error {
	c, err := s.Store.Credentials(v.Context(), v.user.ID)
	if err != nil {
		return err
	}
	body.CodeLeft, body.MaxKeys = len(c.Recovery), auth.MaxKeys
	if body.Keys, err = s.Store.Keys(v.Context(), v.user.ID); err != nil {
		return err
	}
	sessions, err := s.Store.Sessions(v.Context(), v.user.ID)
	for _, session := range sessions {
		if auth.SessionAlive(session.Created, session.Seen, s.Now()) {
			body.Sessions = append(body.Sessions, meSession{Session: session, Current: session.ID == v.session.ID})
		}
	}
	return err
}

// no shows the page with the reason why something cannot be done.
func (s *SignIn) no(v *visit, err error) {
	no, ok := s.refusal(v.w, v.Request, err)
	if !ok {
		s.message(v.w, v.Request, no.status, "Something went wrong", no.message)
		return
	}
	s.me(v, no.status, view{Error: no.message}, meBody{Open: strings.TrimPrefix(v.URL.Path, "/me/")})
}

// wrong is a refusal of what was typed into a form.
func wrong(message string) *refusal {
	return &refusal{status: http.StatusUnprocessableEntity, message: message}
}

// maxName bounds the first and the last name, in characters.
const maxName = 100

func (s *SignIn) changeName(v *visit) {
	first, last := strings.TrimSpace(v.PostForm.Get("first")), strings.TrimSpace(v.PostForm.Get("last"))
	for _, name := range []string{first, last} {
		if !utf8.ValidString(name) || utf8.RuneCountInString(name) > maxName || strings.ContainsFunc(name, unicode.IsControl) {
			s.no(v, wrong("A name has at most 100 characters on one line."))
			return
		}
	}
	if _, err := s.Store.ChangeUser(v.Context(), v.user.ID, store.UserChange{FirstName: &first, LastName: &last}); err != nil {
		s.no(v, err)
		return
	}
	s.back(v, "name")
}

// again proves once more that it is the user who sits there: a session that was
// left open must not be enough to take the account over.
func (s *SignIn) again(v *visit, field string) error {
	_, _, err := s.byPassword(v.Request, v.user.Email, v.PostForm.Get(field))
	if errors.Is(err, errPassword) {
		return &refusal{status: http.StatusUnprocessableEntity, message: "The current password is wrong."}
	}
	return err
}

func (s *SignIn) changePassword(v *visit) {
	if err := s.again(v, "current"); err != nil {
		s.no(v, err)
		return
	}
	hash, err := s.newPassword(v.Request)
	if err == nil {
		err = s.Store.SetPassword(v.Context(), v.user.ID, hash, v.session.ID)
	}
	if err == nil {
		err = s.record(v.Context(), "user.password.updated", v.user, s.Address(v.Request), v.user.Email+" changed the password")
	}
	if err != nil {
		s.no(v, err)
		return
	}
	s.back(v, "password")
}

func (s *SignIn) endOtherSessions(v *visit) {
	err := s.Store.EndSessions(v.Context(), v.user.ID, v.session.ID)
	if err == nil {
		err = s.record(v.Context(), "session.deleted", v.user, s.Address(v.Request), v.user.Email+" ended all other sessions")
	}
	if err != nil {
		s.no(v, err)
		return
	}
	s.back(v, "ended")
}
