package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/store"
)

// An Error is an answer that is no success.
type Error struct {
	Status int
	Detail string // for a person
	// Source is the member of the request at fault, as a JSON pointer, or a
	// parameter of the query; may be empty.
	Source string
}

func (e *Error) Error() string { return e.Detail }

// Errorf makes an Error.
func Errorf(status int, format string, args ...any) *Error {
	return &Error{Status: status, Detail: fmt.Sprintf(format, args...)}
}

// BadRequest is for a body that is not of the right form, Unprocessable for a
// value that is not allowed.
func BadRequest(format string, args ...any) *Error {
	return Errorf(http.StatusBadRequest, format, args...)
}

// Unprocessable is for a value that is not allowed.
func Unprocessable(format string, args ...any) *Error {
	return Errorf(http.StatusUnprocessableEntity, format, args...)
}

// NotFound is for a thing that is not there, Forbidden for a caller who may not.
func NotFound(format string, args ...any) *Error { return Errorf(http.StatusNotFound, format, args...) }

// Forbidden is for a caller who may not.
func Forbidden(format string, args ...any) *Error {
	return Errorf(http.StatusForbidden, format, args...)
}

// An errorBody is the body of an error.
type errorBody struct {
	Errors []errorItem `json:"errors"`
}

type errorItem struct {
	Status int    `json:"status"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Source any    `json:"source,omitempty"`
}

// fail answers with an error. What is not for the caller to know goes to the
// log.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, auth.ErrNobody) {
		// Two clients look for the words "explicit deny", and explain the key to
		// their users then.
		a.write(w, r, http.StatusForbidden, map[string]string{"Message": "User is not authorized to access this resource with an explicit deny"})
		return
	}
	var e *Error
	switch {
	case errors.As(err, &e):
	case errors.Is(err, store.ErrNotFound):
		e = NotFound("there is no such resource")
	case errors.Is(err, store.ErrExists):
		e = Unprocessable("%v", err)
	case errors.Is(err, context.Canceled) && r.Context().Err() != nil:
		return // nobody waits for the answer
	case errors.Is(err, context.DeadlineExceeded):
		e = Errorf(http.StatusServiceUnavailable, "the request took too long; ask for fewer accounts, or use paging")
	default:
		a.Log.ErrorContext(r.Context(), "a request failed", "method", r.Method, "path", r.URL.Path, "error", err)
		e = Errorf(http.StatusInternalServerError, "something went wrong in Surety; its log says what")
	}
	item := errorItem{Status: e.Status, Title: http.StatusText(e.Status), Detail: e.Detail}
	if e.Source != "" {
		item.Source = map[string]string{"pointer": e.Source}
	}
	a.write(w, r, e.Status, errorBody{Errors: []errorItem{item}})
}

// write answers with JSON.
func (a *API) write(w http.ResponseWriter, r *http.Request, status int, body any) {
	var data bytes.Buffer
	if err := json.NewEncoder(&data).Encode(body); err != nil {
		a.Log.ErrorContext(r.Context(), "an answer could not be written", "path", r.URL.Path, "error", err)
		http.Error(w, `{"errors":[{"status":500,"detail":"something went wrong in Surety; its log says what"}]}`, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/vnd.api+json")
	w.WriteHeader(status)
	w.Write(data.Bytes()) //nolint:errcheck // the client may have gone
}
