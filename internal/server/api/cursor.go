package api

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"time"

	"github.com/surety-cloud/surety/internal/store"
)

// A cursor is a place in a list: the id of an account, and what the list is
// ordered by within one. Clients see it as text that means nothing to them.
type cursor []any

// fromFirst asks for the first page of a list by page[after].
const fromFirst = "first"

func encodeCursor(place cursor) string {
	data, _ := json.Marshal(place) // texts and numbers
	return base64.RawURLEncoding.EncodeToString(data)
}

// errCursor is for a page[after] that this list did not give.
var errCursor = &Error{
	Status: 422, Source: "page[after]",
	Detail: "page[after] is no place in this list; it is the meta.next of the page before, for the same accountIds, or " + fromFirst,
}

// decodeCursor reads a place of so many parts. first tells that the list is to
// begin.
func decodeCursor(text string, parts int, place *cursor) (first bool, err error) {
	if text == fromFirst {
		return true, nil
	}
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return false, errCursor
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if decoder.Decode(place) != nil || len(*place) != parts {
		return false, errCursor
	}
	return false, nil
}

// account is the account of the place, one of those given.
func (p cursor) account(accounts []store.Account) (int64, bool) {
	for _, a := range accounts {
		if p[0] == any(a.ID) {
			return a.Num, true
		}
	}
	return 0, false
}

// A nextMeta tells how much there is, and where the list goes on.
type nextMeta struct {
	Total *int64 `json:"total,omitempty"`
	Pages *int64 `json:"total-pages,omitempty"`
	Next  string `json:"next,omitempty"`
	// Left is how many accounts a search has not come to that ended early.
	Left int `json:"accounts-left,omitempty"`
}

// withinParameter bounds the time of a search.
var withinParameter = Parameter{
	Name: "page[within]", Type: "integer",
	Help: "Milliseconds, 0 to 60000, after which a page by page[after] ends early: it has what was found until then, meta.next leads on, and meta.accounts-left is how many accounts were not looked at. " +
		"One account is looked at in any case",
}

// within is the time that a search may take.
func (c *Call) within() (time.Duration, error) {
	if c.Query("page[within]") == "" {
		return store.Endless, nil
	}
	ms, err := c.whole("page[within]", 0, 0, 60_000)
	return time.Duration(ms) * time.Millisecond, err
}

// A nextList is the body of an answer that lists, with the link to the next
// page.
type nextList struct {
	Data  any               `json:"data"`
	Meta  nextMeta          `json:"meta"`
	Links map[string]string `json:"links,omitempty"`
}

// nextPage is a page with the link to the next, where there may be one.
func (c *Call) nextPage(data any, meta nextMeta) nextList {
	l := nextList{Data: data, Meta: meta}
	if meta.Next == "" {
		return l
	}
	// The path that was asked for, with its prefix.
	if address, err := url.ParseRequestURI(c.Request.RequestURI); err == nil {
		query := address.Query()
		query.Del("page[number]")
		query.Set("page[after]", meta.Next)
		l.Links = map[string]string{"next": address.Path + "?" + query.Encode()}
	}
	return l
}
