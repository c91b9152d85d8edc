package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/store"
)

// A Call is one request, and who makes it.
type Call struct {
	*API
	Route     *Route
	Request   *http.Request
	Writer    http.ResponseWriter
	Principal auth.Principal // the zero value for a public call

	account      store.Account // that {id} names, where the route needs it
	organisation string        // its id, once it was asked for
}

// Context ends when the client goes.
func (c *Call) Context() context.Context { return c.Request.Context() }

// Param is a part of the path.
func (c *Call) Param(name string) string { return c.Request.PathValue(name) }

// Query is a parameter of the query; one that is empty counts as absent.
func (c *Call) Query(name string) string { return c.Request.URL.Query().Get(name) }

// Values are all parameters of the query.
func (c *Call) Values() url.Values { return c.Request.URL.Query() }

// Flag is a parameter that is true or false; Python sends True and False.
func (c *Call) Flag(name string, otherwise bool) (bool, error) {
	text := c.Query(name)
	if text == "" {
		return otherwise, nil
	}
	v, err := strconv.ParseBool(strings.ToLower(text))
	if err != nil {
		return false, Unprocessable("%s is %q; use true or false", name, text)
	}
	return v, nil
}

// List is a parameter with values between commas.
func (c *Call) List(name string) []string {
	var list []string
	for _, v := range strings.Split(c.Query(name), ",") {
		if v = strings.TrimSpace(v); v != "" {
			list = append(list, v)
		}
	}
	return list
}

// A request is bounded by maxBody; one of an administrator, and a template to
// scan, by maxLarge.
const (
	maxBody  = 4 << 20
	maxLarge = 20 << 20
)

// Body reads the body.
func (c *Call) Body() ([]byte, error) {
	most := int64(maxBody)
	if c.Route.Large || c.Route.Allow == Admin {
		most = maxLarge
	}
	data, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, most))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, Errorf(http.StatusRequestEntityTooLarge, "the body is larger than %d MB", most>>20)
	case err != nil:
		return nil, BadRequest("the body could not be read to its end: %v", err)
	case len(bytes.TrimSpace(data)) == 0:
		return nil, BadRequest("the request has no body; JSON is expected")
	case !utf8.Valid(data) || hasNUL(data):
		return nil, BadRequest("the body has to be text in UTF-8, without the character NUL")
	}
	return data, nil
}

// hasNUL tells whether JSON holds the character NUL, escaped or not, which
// PostgreSQL does not store.
func hasNUL(data []byte) bool {
	if bytes.IndexByte(data, 0) >= 0 {
		return true
	}
	const escaped = `\u0000`
	for rest := data; ; {
		at := bytes.Index(rest, []byte(escaped))
		if at < 0 {
			return false
		}
		before := bytes.TrimRight(rest[:at], `\`)
		if (at-len(before))%2 == 0 {
			return true // the backslash is not escaped itself
		}
		rest = rest[at+len(escaped):]
	}
}

// Read parses the body as JSON. Members that v does not have are ignored.
func (c *Call) Read(v any) error {
	data, err := c.Body()
	if err != nil {
		return err
	}
	return parse(data, v)
}

// parse parses JSON; the error is for the client.
func parse(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	var typ *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &typ):
		e := BadRequest("%s is of the wrong type: %s is expected, not %s", typ.Field, typ.Type, typ.Value)
		e.Source = "/" + strings.ReplaceAll(typ.Field, ".", "/")
		return e
	case errors.As(err, &syntax):
		return BadRequest("the body is not JSON: %v at byte %d", err, syntax.Offset)
	}
	return BadRequest("the body is not understood: %v", err)
}

// NeedReadSome is an error unless the caller may read an account.
func (c *Call) NeedReadSome() error {
	if !c.Principal.CanReadSome() {
		return Forbidden("you may not read any account")
	}
	return nil
}

// NeedAdmin is an error unless the caller is an administrator.
func (c *Call) NeedAdmin() error {
	if !c.Principal.IsAdmin() {
		return Forbidden("this call needs the role ADMIN")
	}
	return nil
}

// NeedPowerUser is an error unless the caller is an administrator or a power
// user.
func (c *Call) NeedPowerUser() error {
	if !c.Principal.IsAdmin() && c.Principal.Role != auth.RolePowerUser {
		return Forbidden("this call needs the role ADMIN or POWER_USER")
	}
	return nil
}

// Account is the account that the path names, in a call whose permission is
// about it.
func (c *Call) Account() store.Account { return c.account }

// AccountToRead finds an account that the caller may read.
func (c *Call) AccountToRead(id string) (store.Account, error) {
	return c.find(id, c.Principal.CanRead, "read")
}

// AccountToWrite finds an account that the caller may change.
func (c *Call) AccountToWrite(id string) (store.Account, error) {
	return c.find(id, c.Principal.CanWrite, "change")
}

// AccountsToWrite finds accounts that the caller may change, each once. All are
// found before anything is done to one.
func (c *Call) AccountsToWrite(ids []string) ([]store.Account, error) {
	var accounts []store.Account
	seen := map[string]bool{}
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		a, err := c.AccountToWrite(id)
		if err != nil {
			return nil, err
		}
		accounts = append(accounts, a)
	}
	return accounts, nil
}

func (c *Call) find(id string, may func(string) bool, do string) (store.Account, error) {
	if !may(id) {
		return store.Account{}, Forbidden("you may not %s account %s", do, id)
	}
	a, err := c.Store.Account(c.Context(), id)
	if errors.Is(err, store.ErrNotFound) {
		return a, NotFound("there is no account %s", id)
	}
	return a, err
}

// Readable lists the accounts that the caller may read.
func (c *Call) Readable() ([]store.Account, error) {
	all, err := c.Store.Accounts(c.Context())
	if err != nil {
		return nil, err
	}
	list := all[:0]
	for _, a := range all {
		if c.Principal.CanRead(a.ID) {
			list = append(list, a)
		}
	}
	return list, nil
}

// Record writes to the audit log who did what. An empty account is the
// organisation.
func (c *Call) Record(name string, account int64, description string) error {
	return c.Store.AddEvent(c.Context(), &store.Event{
		Name: name, Account: account, UserID: c.Principal.UserID, Identity: c.Principal.Email,
		Description: description, Address: c.Address(c.Request),
	})
}
