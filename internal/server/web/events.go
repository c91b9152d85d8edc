package web

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/server/look"
)

var eventPages = []page{
	{Pattern: "GET /events", Handle: (*visit).events},
}

// eventsPerPage is how many events a page lists.
const eventsPerPage = 50

// An event is one of the audit log as the page shows it.
type event struct {
	Name        string
	Time        moment
	Service     string
	Identity    string
	Region      string
	Description string
	UserID      string `json:"user-id"`
	Address     string `json:"source-address"`
}

// Said is the name in words.
func (e event) Said() string { return eventWords(e.Name) }

// Check is the id of the check that the event is about; empty for others. The
// descriptions of such events begin with it and a colon.
func (e event) Check() string {
	id, _, ok := strings.Cut(e.Description, ": ")
	if !ok || !strings.HasPrefix(e.Name, "account.check.") {
		return ""
	}
	if _, err := conformity.ParseCheckID(id); err != nil {
		return ""
	}
	return id
}

// Text is the description, less the id of the check that it begins with.
func (e event) Text() string {
	if id := e.Check(); id != "" {
		return strings.TrimPrefix(e.Description, id+": ")
	}
	return e.Description
}

// eventsBody is what the audit log shows.
type eventsBody struct {
	Scope  *scope
	Events []thing[event]
	Users  []userThing // for administrators
	Kinds  []eventKind
	Filter eventFilter
	Faults faults
	Pager  pager
}

// An eventFilter is what the form of the page chooses, as it was typed.
type eventFilter struct {
	Account, User, Name, Since, Until, Source string
}

// Any tells whether anything is chosen.
func (f eventFilter) Any() bool { return f != eventFilter{} }

// AccountOf is the id of the account that an event is about; empty for the
// organisation.
func (b *eventsBody) AccountOf(e thing[event]) string { return e.to("account") }

func (v *visit) events() error {
	b := &eventsBody{Kinds: eventKinds, Faults: faults{}, Filter: eventFilter{
		Account: v.query("account"), User: v.query("user"), Name: strings.TrimSpace(v.query("name")), Since: v.query("since"), Until: v.query("until"), Source: v.query("source"),
	}}
	frame := &look.Frame{
		Title: "Events", Section: "/events", Lead: "What people and Surety itself have done, the newest first.", Body: b,
	}
	number := max(1, v.number("page"))
	q := b.Filter.query(b.Faults)
	q.Set("page[size]", strconv.Itoa(eventsPerPage))
	q.Set("page[number]", strconv.Itoa(number-1))
	var (
		answer many[event]
		no     error // what the API says of the filter
	)
	err := together(
		func() (err error) { b.Scope, err = v.scope(); return err },
		func() (err error) {
			if v.who.IsAdmin() {
				b.Users, err = v.userList()
			}
			return err
		},
		func() error {
			if len(b.Faults) == 0 {
				no = v.get("/events", q, &answer)
			}
			return nil
		},
	)
	switch {
	case err != nil:
		return err
	case no != nil:
		return v.refused(no, "events", frame)
	case len(b.Faults) == 0:
		b.Events, b.Pager = answer.Data, v.pager(number, answer.Meta.Total, eventsPerPage)
	}
	return v.show("events", frame)
}

// query is the filter as the API takes it. Dates that are none go to wrong.
func (f eventFilter) query(wrong faults) url.Values {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("accountIds", f.Account)
	set("filter[userIds]", f.User)
	set("filter[name]", f.Name)
	switch f.Source {
	case "surety":
		q.Set("aws", "false")
	case "aws":
		q.Set("cc", "false")
	}
	for _, day := range []struct {
		field, value, parameter string
		end                     bool
	}{{"since", f.Since, "filter[since]", false}, {"until", f.Until, "filter[until]", true}} {
		if day.value == "" {
			continue
		}
		at, err := time.Parse(time.DateOnly, day.value)
		if err != nil {
			wrong[day.field] = "This is not a date. Write it as 2026-11-30."
			continue
		}
		if day.end { // the last millisecond of the day
			at = at.AddDate(0, 0, 1).Add(-time.Millisecond)
		}
		q.Set(day.parameter, strconv.FormatInt(at.UnixMilli(), 10))
	}
	return q
}
