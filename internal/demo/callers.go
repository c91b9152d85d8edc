package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/surety-cloud/surety/internal/server/api"
	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/store"
)

// Callers change the world as users do: through the API, which checks what
// they send and writes the audit log.
type callers struct {
	api *api.API
}

// callerKey is under what the context of a request has its caller.
type callerKey struct{}

func (b *builder) newCallers() *callers {
	return &callers{api: api.New(api.Options{
		Store: b.store, Library: b.library, Standards: b.standards, Queue: noQueue{}, Log: slog.New(slog.DiscardHandler), Now: b.time,
		Address: func(*http.Request) string { return "127.0.0.1" },
		Identify: func(r *http.Request) (auth.Principal, error) {
			if u, ok := r.Context().Value(callerKey{}).(*store.User); ok {
				return auth.Principal{UserID: u.ID, Name: u.Name(), Email: u.Email, Role: auth.Role(u.Role), Via: auth.ViaSession}, nil
			}
			return auth.Principal{}, auth.ErrNobody
		},
	})}
}

// call makes a request, and gives the id of what it made where the answer has
// one.
func (c *callers) call(ctx context.Context, by *store.User, method, path, body string) (id string, err error) {
	r := httptest.NewRequestWithContext(context.WithValue(ctx, callerKey{}, by), method, api.Prefixes[0]+path, strings.NewReader(body))
	w := httptest.NewRecorder()
	c.api.ServeHTTP(w, r)
	if w.Code >= http.StatusMultipleChoices {
		return "", fmt.Errorf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	var answer struct {
		Data json.RawMessage `json:"data"`
	}
	var made struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(w.Body.Bytes(), &answer) == nil && json.Unmarshal(answer.Data, &made) == nil {
		id = made.ID
	}
	return id, nil
}

// noQueue is a queue that nobody works at: in the past there is no bot.
type noQueue struct{}

func (noQueue) ScanNow(context.Context, int64) error                   { return nil }
func (noQueue) Remove(context.Context) error                           { return nil }
func (noQueue) Import(context.Context, string) error                   { return nil }
func (noQueue) Jobs(context.Context, string, int) ([]store.Job, error) { return nil, nil }
func (noQueue) RetryJob(context.Context, int64) error                  { return store.ErrNotFound }
func (noQueue) DeleteJob(context.Context, int64) error                 { return store.ErrNotFound }
