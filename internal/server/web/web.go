// Package web is what a person sees of the server in a browser: dashboard,
// checks, accounts, the knowledge base and all that can be configured.
//
// The pages are a client of the API like any other: what they show is what the
// API answers to the person who looks, and a form that is sent becomes a call.
// So they need no rules of their own about who may do what, and whatever can be
// done in the browser can be done by a script. The calls do not leave the
// process.
//
// A page is a row in a table: its pattern and the function that answers it. A
// file holds the pages of one subject, and pages/ the templates. Pages work
// without JavaScript.
package web

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/server/look"
)

//go:embed pages/*.html
var files embed.FS

// Options are what the pages work with.
type Options struct {
	// API answers the calls of the pages. It takes the principal from the
	// request's context (auth.From).
	API http.Handler
	// Identify tells who makes a request. The error for nobody is
	// auth.ErrNobody.
	Identify func(*http.Request) (auth.Principal, error)
	Library  *rule.Library
	Book     *kb.Book
	// PrivateKnowledge shows the knowledge base to those only who are signed in.
	PrivateKnowledge bool
	// PublicURL is where users reach the server; empty to go by the Host header.
	PublicURL string
	Log       *slog.Logger
	Now       func() time.Time // nil means the computer's clock
}

// A Web answers requests for pages.
type Web struct {
	Options
	pages *look.Pages
	large chan struct{} // holds one for each large form that is in memory
}

// A page is one row of a table of pages.
type page struct {
	Pattern string // of http.ServeMux: "GET /checks"
	Handle  func(*visit) error
	// Open pages are shown to nobody in particular, too; visit.who is nil then.
	Open bool
	// Large is a page whose form may hold a template.
	Large bool
}

// New makes the pages. The error is a template's that cannot be read.
func New(options Options) (*Web, error) {
	w := &Web{Options: options, large: make(chan struct{}, largeAtOnce)}
	if w.Log == nil {
		w.Log = slog.Default()
	}
	if w.Now == nil {
		w.Now = time.Now
	}
	var err error
	w.pages, err = look.Parse(files, "pages")
	return w, err
}

// table lists every page.
func table() []page {
	return slices.Concat(
		dashboardPages, checkPages, checkDetailPages, viewPages, accountPages, accountRulePages, groupPages, profilePages,
		standardPages, templatePages, knowledgePages, customRulePages, userPages, eventPages, importPages, jobPages,
	)
}

// Register adds the pages and the files that they load to a mux. What no
// pattern fits is answered with a page that says so.
func (w *Web) Register(mux *http.ServeMux) {
	look.Register(mux)
	for _, p := range table() {
		mux.Handle(p.Pattern, w.handle(p))
	}
	mux.Handle("/", w.handle(page{Open: true, Handle: func(v *visit) error {
		return &Failure{Status: http.StatusNotFound, Detail: "There is no page at this address."}
	}}))
}

// handle answers requests for one page.
func (w *Web) handle(p page) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		v := &visit{Web: w, w: rw, r: r}
		if err := v.run(p); err != nil {
			v.fail(err)
		}
	})
}

// run finds out who looks, and calls the page's function.
func (v *visit) run(p page) error {
	who, err := v.Identify(v.r)
	switch {
	case err == nil:
		v.who = &who
		v.r = v.r.WithContext(auth.WithPrincipal(v.r.Context(), v.who))
	case !errors.Is(err, auth.ErrNobody):
		return err
	case !p.Open:
		to := "/sign-in"
		if v.r.Method == http.MethodGet {
			to += "?return=" + url.QueryEscape(v.r.URL.RequestURI())
		}
		http.Redirect(v.w, v.r, to, http.StatusSeeOther)
		return nil
	}
	if v.r.Method == http.MethodPost {
		if p.Large {
			release, err := v.place()
			if err != nil {
				return err
			}
			defer release()
		}
		if err := v.readForm(p.Large); err != nil {
			return err
		}
		// The server removes the files of its own request, which this is a copy of.
		if form := v.r.MultipartForm; form != nil {
			defer form.RemoveAll() //nolint:errcheck // they are in the folder for what is temporary
		}
	}
	return p.Handle(v)
}

// fail shows what went wrong. What is not for the reader to know goes to the log.
func (v *visit) fail(err error) {
	if errors.Is(err, context.Canceled) && v.r.Context().Err() != nil {
		return // nobody waits for the page
	}
	var f *Failure
	if !errors.As(err, &f) {
		v.Log.ErrorContext(v.r.Context(), "a page could not be made", "method", v.r.Method, "page", v.r.Pattern, "error", err)
		f = &Failure{Status: http.StatusInternalServerError, Detail: "Something went wrong in Surety; its log says what."}
	}
	title := map[int]string{
		http.StatusNotFound: "Not found", http.StatusForbidden: "Not allowed", http.StatusInternalServerError: "Something went wrong",
		http.StatusServiceUnavailable: "That took too long",
	}[f.Status]
	if title == "" {
		title = "That was not possible"
	}
	err = v.pages.Show(v.w, f.Status, "message", &look.Frame{Title: title, Error: sentence(f.Detail), User: look.UserOf(v.who), Now: v.Now()})
	if err != nil {
		v.Log.ErrorContext(v.r.Context(), "the page of an error could not be made", "error", err)
		http.Error(v.w, "something went wrong in Surety; its log says what", http.StatusInternalServerError)
	}
}
