package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Failure is a call that the API refused, or a page that cannot be shown.
type Failure struct {
	Status int
	Detail string // for the reader
	// Source is the member of the request at fault, as the API names it; may be
	// empty.
	Source string
}

func (f *Failure) Error() string { return f.Detail }

// get asks the API, by the reader's rights: path is below the prefix. into
// takes the answer's JSON. The error is a *Failure when the API refuses.
func (v *visit) get(path string, query url.Values, into any) error {
	return v.call(http.MethodGet, path, query, nil, into)
}

// send has the API change something. body becomes JSON; nil for none. into may
// be nil.
func (v *visit) send(method, path string, body, into any) error {
	return v.call(method, path, nil, body, into)
}

func (v *visit) call(method, path string, query url.Values, body, into any) error {
	var data []byte
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			return err
		}
	}
	if !stays(path) {
		return &Failure{Status: http.StatusNotFound, Detail: "There is nothing at this address."}
	}
	address := &url.URL{Path: "/v1", RawQuery: query.Encode()}
	r := v.r.Clone(v.r.Context())
	r.Method, r.URL = method, address.JoinPath(path)
	r.RequestURI, r.Pattern = "", ""
	r.Form, r.PostForm, r.MultipartForm = nil, nil, nil
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(data)), int64(len(data))
	// What the browser says of its own request is not about this one.
	for _, name := range []string{"Content-Length", "Accept-Encoding", "If-None-Match", "If-Modified-Since", "Range"} {
		r.Header.Del(name)
	}
	r.Header.Set("Content-Type", "application/vnd.api+json")
	a := &answer{header: http.Header{}, status: http.StatusOK}
	v.API.ServeHTTP(a, r)
	if err := v.r.Context().Err(); err != nil {
		return err
	}
	if a.status >= 300 {
		return a.failure()
	}
	if into == nil || a.body.Len() == 0 {
		return nil
	}
	if err := json.Unmarshal(a.body.Bytes(), into); err != nil {
		return fmt.Errorf("the answer to %s %s is not understood: %w", method, path, err)
	}
	return nil
}

// stays tells whether no part of a path is empty or leads upwards. An id comes
// from an address or a form: as ".." it would make another call of this one.
func stays(path string) bool {
	for part := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		if part == "" || part == "." || part == ".." {
			return false
		}
	}
	return true
}

// An answer keeps what the API says.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }
func (a *answer) WriteHeader(status int)      { a.status = status }

// failure is what the API says when it refuses.
func (a *answer) failure() error {
	var body struct {
		Errors []struct {
			Detail string
			Title  string
			Source struct{ Pointer string }
		}
		Message string // what clients expect who are nobody
	}
	f := &Failure{Status: a.status}
	if json.Unmarshal(a.body.Bytes(), &body) == nil && len(body.Errors) > 0 {
		f.Detail, f.Source = body.Errors[0].Detail, body.Errors[0].Source.Pointer
		if f.Detail == "" {
			f.Detail = body.Errors[0].Title
		}
	}
	if f.Detail == "" {
		f.Detail = http.StatusText(a.status)
	}
	return f
}

// A thing is one of the model, with the attributes that a page needs.
type thing[A any] struct {
	Type          string                  `json:"type,omitempty"`
	ID            string                  `json:"id,omitempty"`
	Attributes    A                       `json:"attributes"`
	Relationships map[string]relationship `json:"relationships,omitempty"`
}

// to is the id of the one thing of a relationship; empty without.
func (t *thing[A]) to(name string) string {
	var one struct{ ID string }
	if json.Unmarshal(t.Relationships[name].Data, &one) != nil {
		return ""
	}
	return one.ID
}

type relationship struct {
	Data json.RawMessage `json:"data"`
}

// one and many are answers of the API.
type one[A any] struct {
	Data thing[A]
}

type many[A any] struct {
	Data []thing[A]
	Meta struct {
		Total int64
		Pages int64 `json:"total-pages"`
		Next  string
		Left  int64 `json:"accounts-left"` // that a search has not come to
	}
}

// A moment is a time as the API has it: milliseconds since 1970, or null.
type moment struct{ time.Time }

// UnmarshalJSON reads the milliseconds.
func (m *moment) UnmarshalJSON(data []byte) error {
	var ms *int64
	if err := json.Unmarshal(data, &ms); err != nil || ms == nil {
		return err
	}
	m.Time = time.UnixMilli(*ms)
	return nil
}

// sentence is a text of the API as one: with a capital and a full stop.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	if first := text[0]; 'a' <= first && first <= 'z' && !strings.HasPrefix(text, "aws:") {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	if !strings.HasSuffix(text, "…") && !strings.ContainsAny(text[len(text)-1:], ".!?") {
		text += "."
	}
	return text
}
