package api

import (
	"net/http"

	"github.com/surety-cloud/surety/internal/server/signin"
)

// sessionRoutes are the calls by which scripts sign in as browsers do. They are
// answered by what answers the pages for that.
var sessionRoutes = []Route{
	{
		Method: "POST", Path: "/session", Tag: "Sessions", Allow: Public,
		Summary: "Sign in with email and password", Request: signin.Credentials{}, Response: oneOf[signin.SessionUser]{},
		Notes: "Surety's own. The answer sets the cookie of the session and shows the user. code is that of an authenticator app, or a recovery code; " +
			"without it, a user who has a second factor gets 401 with the error code second-factor. Scripts that run by themselves use an API key.",
		Handle: answerSession,
	},
	{
		Method: "DELETE", Path: "/session", Tag: "Sessions", Allow: Public,
		Summary: "Sign out", Response: Done{},
		Notes:  "Surety's own. Ends the session of the cookie; it is no error when there is none.",
		Handle: answerSession,
	},
}

func answerSession(c *Call) (any, error) {
	if c.Sessions == nil {
		return nil, Errorf(http.StatusNotFound, "nobody can sign in at this server")
	}
	c.Sessions.ServeHTTP(c.Writer, c.Request)
	return Written, nil
}
