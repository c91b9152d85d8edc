package web

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/server/look"
)

// A visit is a request for a page, and who makes it.
type visit struct {
	*Web
	w   http.ResponseWriter
	r   *http.Request
	who *auth.Principal // nil on an open page that nobody in particular looks at
}

// param is a part of the path, query a parameter of the query.
func (v *visit) param(name string) string { return v.r.PathValue(name) }
func (v *visit) query(name string) string { return v.r.URL.Query().Get(name) }

// field is what a form that was sent holds.
func (v *visit) field(name string) string { return v.r.PostForm.Get(name) }

// A form is bounded in bytes: maxForm, or with a template maxLarge.
const (
	maxForm  = 4 << 20
	maxLarge = 25 << 20
)

// largeAtOnce bounds the large forms that are in memory at a time; largeWait is
// how long another waits for its place.
const (
	largeAtOnce = 8
	largeWait   = 20 * time.Second
)

// place waits until a large form may be read; release gives the place to the
// next.
func (v *visit) place() (release func(), err error) {
	wait, cancel := context.WithTimeout(v.r.Context(), largeWait)
	defer cancel()
	select {
	case v.large <- struct{}{}:
		return func() { <-v.large }, nil
	case <-wait.Done():
		return nil, &Failure{Status: http.StatusServiceUnavailable, Detail: "Other templates are being judged. Try again in a moment."}
	}
}

// readForm reads a form, with files or without.
func (v *visit) readForm(large bool) error {
	most := int64(maxForm)
	if large {
		most = maxLarge
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, most)
	err := v.r.ParseMultipartForm(1 << 20)
	if errors.Is(err, http.ErrNotMultipart) {
		err = v.r.ParseForm()
	}
	var size *http.MaxBytesError
	switch {
	case errors.As(err, &size):
		return &Failure{Status: http.StatusRequestEntityTooLarge, Detail: "What was sent is larger than " + strconv.FormatInt(most>>20, 10) + " MB."}
	case err != nil:
		return &Failure{Status: http.StatusBadRequest, Detail: "The form could not be read. Go back and try again."}
	}
	return nil
}

// show answers with a page. What the frame lacks about the reader is filled in.
func (v *visit) show(page string, f *look.Frame) error { return v.showAs(http.StatusOK, page, f) }

// showAs is show with another status.
func (v *visit) showAs(status int, page string, f *look.Frame) error {
	f.User, f.Now = look.UserOf(v.who), v.Now()
	if f.Notice == "" {
		f.Notice = v.takeNotice()
	}
	return v.pages.Show(v.w, status, page, f)
}

// refused puts what the API refused on the page of the form, to be corrected
// there; any other error is handed back.
func (v *visit) refused(err error, page string, f *look.Frame) error {
	var no *Failure
	if !errors.As(err, &no) || no.Status >= 500 || no.Status == http.StatusNotFound {
		return err
	}
	f.Error = sentence(no.Detail)
	return v.showAs(no.Status, page, f)
}

// done ends a form that was sent: the browser goes to a page, which says what
// was done.
func (v *visit) done(to, notice string) error {
	http.SetCookie(v.w, &http.Cookie{
		Name: noticeCookie, Value: base64.RawURLEncoding.EncodeToString([]byte(notice)), Path: "/", MaxAge: 60,
		HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
	http.Redirect(v.w, v.r, to, http.StatusSeeOther)
	return nil
}

// noticeCookie carries what was done to the next page.
const noticeCookie = "surety-notice"

// takeNotice is what was done on the page before, said once.
func (v *visit) takeNotice() string {
	cookie, err := v.r.Cookie(noticeCookie)
	if err != nil {
		return ""
	}
	http.SetCookie(v.w, &http.Cookie{Name: noticeCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	text, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || len(text) > 500 {
		return ""
	}
	return string(text)
}

// link is a path with a query.
func link(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// A Tab is one of several views of a page.
type Tab struct {
	Text    string
	Path    string
	Current bool
}
