package api

import (
	"context"
	"net/http"
	"time"
)

// A Route is one call of the API.
type Route struct {
	Method string
	Path   string // below the prefix: "/accounts/{id}/settings/bot"
	Tag    string // under which the description lists it: "Accounts"
	// Summary says in a few words what the call does; Notes, where needed, what
	// a user of it should know.
	Summary string
	Notes   string
	Allow   Permission
	Query   []Parameter
	// Request and Response are values of the types that stand for the bodies,
	// for the description; nil for none, and for JSON that has no fixed form.
	Request, Response any
	// Status is that of success; 0 is 200, as clients expect of nearly all.
	Status int
	// Long is a call that may take as long as the client listens; any other
	// ends after limit.
	Long bool
	// Large is a call whose body may be as large as an administrator's.
	Large  bool
	Handle func(*Call) (any, error)
}

// A Parameter is one of a query.
type Parameter struct {
	Name string // "filter[regions]"
	Help string
	Type string // string, integer, boolean; empty is string
}

// A Permission says who may make a call. Whoever may not gets 403.
type Permission int

const (
	// Public needs no key.
	Public Permission = iota
	// Anyone is whoever has a key or a session.
	Anyone
	// ReadSome is whoever may read at least one account.
	ReadSome
	// Admin is the role ADMIN.
	Admin
	// PowerUser is ADMIN and POWER_USER.
	PowerUser
	// ReadAccount may read the account that {id} names, WriteAccount may
	// change it. An account that is not there, or that the caller may not see,
	// is 404 to those who may read all accounts, 403 to others.
	ReadAccount
	WriteAccount
	// ByCall depends on what the request holds: the handler decides, and its
	// Notes say by what.
	ByCall
)

// Written is what a handler gives that has written its answer itself.
var Written = struct{}{}

// limit is how long a call may take, as at Cloud Conformity.
const limit = 30 * time.Second

// serve answers a request by a route.
func (a *API) serve(route *Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !route.Long {
			ctx, cancel := context.WithTimeout(r.Context(), limit)
			defer cancel()
			r = r.WithContext(ctx)
		}
		call := &Call{API: a, Route: route, Request: r, Writer: w}
		answer, err := call.run()
		switch {
		case err != nil:
			a.fail(w, r, err)
		case answer != any(Written):
			status := route.Status
			if status == 0 {
				status = http.StatusOK
			}
			a.write(w, r, status, answer)
		}
	})
}

// run checks who calls, and calls the handler.
func (c *Call) run() (any, error) {
	if c.Route.Allow == Public {
		return c.Route.Handle(c)
	}
	p, err := c.API.Identify(c.Request)
	if err != nil {
		return nil, err
	}
	c.Principal = p
	switch c.Route.Allow {
	case ReadSome:
		err = c.NeedReadSome()
	case Admin:
		err = c.NeedAdmin()
	case PowerUser:
		err = c.NeedPowerUser()
	case ReadAccount:
		c.account, err = c.AccountToRead(c.Param("id"))
	case WriteAccount:
		c.account, err = c.AccountToWrite(c.Param("id"))
	}
	if err != nil {
		return nil, err
	}
	if c.Route.Long {
		// The server bounds how long a request takes to be read and its answer
		// to be written: for those who are nobody here, these bounds stay.
		connection := http.NewResponseController(c.Writer)
		_ = connection.SetReadDeadline(time.Time{})
		_ = connection.SetWriteDeadline(time.Time{})
	}
	return c.Route.Handle(c)
}
