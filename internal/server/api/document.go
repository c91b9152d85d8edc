package api

import (
	"time"
)

// A Document is the body of an answer.
type Document struct {
	Data     any `json:"data,omitempty"`
	Included any `json:"included,omitempty"`
	Meta     any `json:"meta,omitempty"`
}

// A List is the body of an answer that lists: data is there even when empty.
type List struct {
	Data     any `json:"data"`
	Included any `json:"included,omitempty"`
	Meta     any `json:"meta,omitempty"`
}

// A Resource is one thing of the model.
type Resource struct {
	Type          string         `json:"type"`
	ID            string         `json:"id"`
	Attributes    any            `json:"attributes"`
	Relationships map[string]any `json:"relationships,omitempty"`
}

// A Reference names a thing of the model.
type Reference struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

// A Relation is what a relationship holds: a Reference, a list of them or null.
type Relation struct {
	Data any `json:"data"`
}

// to is a relationship to one thing.
func to(typ, id string) Relation { return Relation{Data: Reference{Type: typ, ID: id}} }

// relations are the relationship that nearly every thing has, and further ones.
func (c *Call) relations(more map[string]any) (map[string]any, error) {
	id, err := c.Organisation()
	if err != nil {
		return nil, err
	}
	all := map[string]any{"organisation": to("organisations", id)}
	for name, r := range more {
		all[name] = r
	}
	return all, nil
}

// Organisation is the id of the organisation. It is looked up once for a call,
// for every thing in a list names it.
func (c *Call) Organisation() (string, error) {
	if c.organisation == "" {
		org, err := c.Store.Organisation(c.Context())
		if err != nil {
			return "", err
		}
		c.organisation = org.ID
	}
	return c.organisation, nil
}

// A Done is the answer to a call that has nothing to show.
type Done struct {
	Meta DoneMeta `json:"meta"`
}

// A DoneMeta says what was done: sent, deleted, revoked.
type DoneMeta struct {
	Status  string `json:"status"`
	Message string `json:"message,omitempty"`
}

func done(status string) Done { return Done{Meta: DoneMeta{Status: status}} }

// millis is a time as answers have it: milliseconds since 1970, or null.
func millis(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	ms := t.UnixMilli()
	return &ms
}

// list makes an empty list of a nil one, for JSON.
func list[T any](values []T) []T {
	if values == nil {
		return []T{}
	}
	return values
}

// A resourceOf is a Resource whose attributes are known, for the description
// of the API.
type resourceOf[T any] struct {
	Type          string         `json:"type"`
	ID            string         `json:"id"`
	Attributes    T              `json:"attributes"`
	Relationships map[string]any `json:"relationships,omitempty"`
}

// listOf and oneOf stand for answers in the description of the API.
type listOf[T any] struct {
	Data []resourceOf[T] `json:"data"`
	Meta *listMeta       `json:"meta,omitempty"`
}

// listMeta is what may stand in the meta of a list.
type listMeta struct {
	Total int64 `json:"total,omitempty" doc:"How much there is over all pages, of lists that are paged"`
	Pages int64 `json:"total-pages,omitempty" doc:"The number of pages, of lists that are paged"`
}

type oneOf[T any] struct {
	Data resourceOf[T]  `json:"data"`
	Meta map[string]any `json:"meta,omitempty"`
}

// A PageMeta tells how much there is; clients read one or the other.
type PageMeta struct {
	Total int64 `json:"total"`
	Pages int64 `json:"total-pages"`
}
