package api

import (
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/store"
)

// checkChanges is the request to change a check.
type checkChanges struct {
	Data struct {
		Attributes suppressionChange `json:"attributes"`
	} `json:"data"`
	Meta noteMeta `json:"meta"`
}

// A suppressionChange suppresses, or lifts that.
type suppressionChange struct {
	Suppressed *bool  `json:"suppressed"`
	Until      *int64 `json:"suppressed-until"`
}

// A noteMeta says why.
type noteMeta struct {
	Note string `json:"note"`
}

// maxCheckNote bounds a note, in characters, as Cloud Conformity does.
const maxCheckNote = 200

// suppression is what is asked for, checked.
func (c *Call) suppression(given suppressionChange, note string) (*store.Suppression, error) {
	s := &store.Suppression{Suppressed: *given.Suppressed, Note: strings.TrimSpace(note), By: c.who()}
	if n := utf8.RuneCountInString(s.Note); n > maxCheckNote {
		return nil, Unprocessable("meta.note has %d characters; at most %d are possible", n, maxCheckNote)
	}
	if s.Suppressed && given.Until != nil {
		if *given.Until < 0 || *given.Until > maxMillis {
			return nil, Unprocessable("suppressed-until is %d; it is milliseconds since 1970", *given.Until)
		}
		s.Until = time.UnixMilli(*given.Until).UTC()
		if c.inPast(s.Until) {
			return nil, Unprocessable("suppressed-until is over: %s; give a time to come, in milliseconds since 1970", s.Until.Format(time.RFC3339))
		}
	}
	return s, nil
}

// who is the caller as notes and checks name one.
func (c *Call) who() string {
	if c.Principal.Email != "" {
		return c.Principal.Email
	}
	return c.Principal.UserID
}

func changeCheck(c *Call) (any, error) {
	k, a, err := c.check(c.AccountToWrite)
	if err != nil {
		return nil, err
	}
	data, err := c.Body()
	if err != nil {
		return nil, err
	}
	var body checkChanges
	if err := parse(data, &body); err != nil {
		return nil, err
	}
	given := body.Data.Attributes
	updated := false
	if k.Origin == store.ByUser {
		if updated, err = c.updatePushed(&k, a, data); err != nil {
			return nil, err
		}
	}
	switch {
	case given.Suppressed != nil:
		if err := c.suppress(&k, a, given, body.Meta.Note); err != nil {
			return nil, err
		}
	case !updated:
		e := Unprocessable("data.attributes.suppressed is missing: true or false; only a check that was pushed through the API can be changed otherwise")
		e.Source = "/data/attributes/suppressed"
		return nil, e
	}
	if k, err = c.Store.Check(c.Context(), k.Account, k.Rule, k.Region, k.Resource); err != nil {
		return nil, err
	}
	return c.checkDocument(&k, a, nil)
}

func (c *Call) suppress(k *store.Check, a store.Account, given suppressionChange, note string) error {
	s, err := c.suppression(given, note)
	if err != nil {
		return err
	}
	err = c.Store.Suppress(c.Context(), k, s.Suppressed, s.Until, s.Note, s.By)
	if errors.Is(err, store.ErrNotFailing) {
		return Errorf(http.StatusUnprocessableEntity, "%v; the status of this one is %s", err, statusNames[k.Status])
	}
	if err != nil {
		return err
	}
	id := conformity.CheckID{Account: a.ID, Rule: k.Rule, Service: k.Service, Region: k.Region, Resource: k.Resource}.String()
	return c.Record(suppressionEvent(s), a.Num, describe(id, s.Note))
}

// suppressionEvent is the name of the event of a suppression.
func suppressionEvent(s *store.Suppression) string {
	switch {
	case !s.Suppressed:
		return "account.check.update.unsuppressed"
	case !s.Until.IsZero():
		return "account.check.update.suppressed.until"
	}
	return "account.check.update.suppressed"
}

// describe is what happened, and why where that was said.
func describe(what, note string) string {
	if note == "" {
		return what
	}
	return what + ": " + note
}

// checkDeleted is the answer to a deletion: meta is an array here.
type checkDeleted struct {
	Meta []DoneMeta `json:"meta"`
}

func deleteCheck(c *Call) (any, error) {
	k, a, err := c.check(c.AccountToWrite)
	if err != nil {
		return nil, err
	}
	if err := c.Store.DeleteCheck(c.Context(), &k); err != nil {
		return nil, err
	}
	id := conformity.CheckID{Account: a.ID, Rule: k.Rule, Service: k.Service, Region: k.Region, Resource: k.Resource}.String()
	if err := c.Record("account.check.deleted", a.Num, id); err != nil {
		return nil, err
	}
	return checkDeleted{Meta: []DoneMeta{{Status: "success", Message: "Check successfully deleted"}}}, nil
}
