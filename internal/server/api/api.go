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
	// Address tells where a request comes from, for the audit log.
	Address func(*http.Request) string
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
	routes []Route
	mux    *http.ServeMux
}

// New makes the API.
func New(options Options) *API {
	a := &API{Options: options}
	a.routes = slices.Concat(
		accountRoutes, accountBotRoutes, accountRuleRoutes, importRoutes, groupRoutes,
		userRoutes, keyRoutes, externalIDRoutes,
		profileRoutes, customRuleRoutes, standardRoutes,
		checkRoutes, suppressionRoutes, exportRoutes, resourceRoutes, statisticRoutes,
		eventRoutes, channelRoutes, reportConfigRoutes, reportRoutes,
		catalogueRoutes, templateRoutes, foreignRoutes, configurationRoutes, jobRoutes, openAPIRoutes,
	)
	a.mux = a.newMux()
	return a
}

// Routes lists every call that the API answers.
func (a *API) Routes() []Route { return slices.Clone(a.routes) }
