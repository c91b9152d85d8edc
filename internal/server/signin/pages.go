package signin

import (
	"embed"
	"errors"
	"net/http"
	"strconv"

	"github.com/surety-cloud/surety/internal/server/look"
)

//go:embed pages/*.html
var files embed.FS

// A view is a page: what the frame around it shows, and the body of its own.
type view = look.Frame

// show writes a page. Without a user there is nothing to lead to.
func (s *SignIn) show(w http.ResponseWriter, r *http.Request, status int, page string, v view) {
	v.Bare = v.User == nil
	v.Now = s.Now()
	if err := s.pages.Show(w, status, page, &v); err != nil {
		s.Log.ErrorContext(r.Context(), "a page could not be made", "page", page, "error", err)
		http.Error(w, "something went wrong in Surety; its log says what", http.StatusInternalServerError)
	}
}

// message shows a page that only says something.
func (s *SignIn) message(w http.ResponseWriter, r *http.Request, status int, title, text string) {
	s.show(w, r, status, "message", view{Title: title, Error: text})
}

// refuse says on a page why something cannot be done. What is not for the user
// to know goes to the log. Body is the page's form as it was filled in.
func (s *SignIn) refuse(w http.ResponseWriter, r *http.Request, err error, page string, v view) {
	no, ok := s.refusal(w, r, err)
	if !ok {
		s.message(w, r, no.status, "Something went wrong", no.message)
		return
	}
	v.Error = no.message
	s.show(w, r, no.status, page, v)
}

// refusal is what to say about an error, and false when it is a fault of ours.
func (s *SignIn) refusal(w http.ResponseWriter, r *http.Request, err error) (*refusal, bool) {
	var no *refusal
	if !errors.As(err, &no) {
		s.Log.ErrorContext(r.Context(), "a request failed", "method", r.Method, "page", r.Pattern, "error", err)
		return &refusal{status: http.StatusInternalServerError, message: "Something went wrong in Surety; its log says what."}, false
	}
	// A refusal that could not be written down is a refusal still.
	if joined, ok := err.(interface{ Unwrap() []error }); ok && len(joined.Unwrap()) > 1 {
		s.Log.ErrorContext(r.Context(), "a refused sign-in could not be recorded", "error", err)
	}
	if no.wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(no.wait.Seconds())))
	}
	return no, true
}

// maxForm bounds a form in bytes.
const maxForm = 64 << 10

// form reads a form; false when it has answered the request already.
func (s *SignIn) form(w http.ResponseWriter, r *http.Request) bool {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		s.message(w, r, http.StatusBadRequest, "That was no form", "The form could not be read. Go back and try again.")
		return false
	}
	return true
}
