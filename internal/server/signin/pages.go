package signin

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"strconv"
	"time"

	"github.com/surety-cloud/surety/internal/server/auth"
)

//go:embed pages
var files embed.FS

// pageNames are the files in pages, without layout.html.
var pageNames = []string{"sign-in", "code", "welcome", "me", "message"}

func parsePages() (map[string]*template.Template, error) {
	style, err := files.ReadFile("pages/style.css")
	if err != nil {
		return nil, err
	}
	functions := template.FuncMap{
		"style": func() template.CSS { return template.CSS(style) },
		"when":  func(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04") + " UTC" },
		"stamp": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	}
	pages := map[string]*template.Template{}
	for _, name := range pageNames {
		if pages[name], err = template.New("layout.html").Funcs(functions).ParseFS(files, "pages/layout.html", "pages/"+name+".html"); err != nil {
			return nil, err
		}
	}
	return pages, nil
}

// A view is what a page shows.
type view struct {
	Title  string
	Nonce  string
	Error  string // what went wrong
	Notice string // what was done
	Body   any    // of the page
}

// show writes a page.
func (s *SignIn) show(w http.ResponseWriter, r *http.Request, status int, page string, v view) {
	v.Nonce = auth.Nonce(r.Context())
	var b bytes.Buffer
	if err := s.pages[page].Execute(&b, v); err != nil {
		s.Log.ErrorContext(r.Context(), "a page could not be made", "page", page, "error", err)
		http.Error(w, "something went wrong in Surety; its log says what", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(b.Bytes()) //nolint:errcheck // the browser may have gone
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
