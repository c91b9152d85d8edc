// Package api is Surety's HTTP API: the model and the paths of Cloud
// Conformity's, so that its clients can be pointed here, and what Surety adds.
//
// Every call is a Route: its path, who may make it, what it takes and gives,
// and the function that answers it. The router, the checks of authorisation,
// the description at /openapi.json and the tests are made from the table of
// routes, so that they cannot disagree. A file holds the routes of one kind of
// resource.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/standard"
	"github.com/surety-cloud/surety/internal/store"
)

// A Queue takes the work that is done in the background.
type Queue interface {
	// ScanNow has an account scanned as soon as a worker is free; it does
	// nothing when the account is being scanned.
	ScanNow(ctx context.Context, account int64) error
	// Remove takes what is left of deleted accounts out of the database.
	Remove(ctx context.Context) error
	// Import runs an organisation import.
	Import(ctx context.Context, id string) error
	// Jobs lists up to limit jobs of a state (one of store.JobStates), the
	// newest first.
	Jobs(ctx context.Context, state string, limit int) ([]store.Job, error)
	// RetryJob has a job done as soon as a worker is free, DeleteJob takes it
	// out of the queue. store.ErrNotFound: there is none; store.ErrRunning: it
	// is being done.
	RetryJob(ctx context.Context, id int64) error
	DeleteJob(ctx context.Context, id int64) error
}

// Options are what the API works on.
type Options struct {
	Store     *store.Store
	Library   *rule.Library
	Standards *standard.Set
	Queue     Queue
	// Identify tells who makes a request: by an API key or a session. The
	// error for a request by nobody is auth.ErrNobody.
	Identify func(*http.Request) (auth.Principal, error)
	// Sessions answers POST and DELETE /session; nil where nobody signs in.
	Sessions http.Handler
	// Address tells where a request comes from, for the audit log.
	Address func(*http.Request) string
	// Secure tells whether the client speaks TLS, with a proxy too; nil to look
	// at the connection only.
	Secure func(*http.Request) bool
	// Access looks at AWS accounts, for the calls on their roles.
	Access AccessCheck
	// PublicURL is where users reach the server ("https://surety.example.com");
	// empty to go by the Host header of each request.
	PublicURL string
	Version   string
	Log       *slog.Logger
	Now       func() time.Time
}

// An API answers requests.
type API struct {
	Options
	routes    []Route
	mux       *http.ServeMux
	pageFacts func() map[string]ruleFacts // of the library, by rule

	catalogue *catalogue
	templates chan struct{} // holds one for each that is being judged
	reading   chan struct{} // and one for each that is in memory
	probing   chan struct{} // holds one for each access that is being checked
	workbooks chan struct{} // and one for each that is being made
	// description is that of the routes as OpenAPI, made once.
	description func() ([]byte, error)
}

// New makes the API.
func New(options Options) *API {
	a := &API{Options: options}
	a.pageFacts = sync.OnceValue(a.readPages)
	a.catalogue = a.newCatalogue()
	a.templates, a.reading = make(chan struct{}, templatesAtOnce), make(chan struct{}, templatesRead)
	a.probing = make(chan struct{}, accessChecksAtOnce)
	a.workbooks = make(chan struct{}, workbooksAtOnce)
	a.routes = slices.Concat(
		accountRoutes, accountAccessRoutes, accountBotRoutes, accountRuleRoutes, importRoutes, groupRoutes,
		userRoutes, keyRoutes, sessionRoutes, externalIDRoutes,
		profileRoutes, customRuleRoutes, standardRoutes,
		checkRoutes, suppressionRoutes, exportRoutes, resourceRoutes, statisticRoutes, changeRoutes, ruleStatisticRoutes,
		eventRoutes, channelRoutes, reportConfigRoutes, reportRoutes,
		catalogueRoutes, templateRoutes, templateFixRoutes, foreignRoutes, configurationRoutes, jobRoutes, scanRoutes, viewRoutes, openAPIRoutes,
	)
	a.mux = a.newMux()
	a.description = sync.OnceValues(a.describe)
	return a
}

// Routes lists every call that the API answers.
func (a *API) Routes() []Route { return slices.Clone(a.routes) }
