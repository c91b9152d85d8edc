package api

import (
	"strconv"
	"time"

	"github.com/surety-cloud/surety/internal/store"
)

// eventRoutes are the calls on the audit log.
var eventRoutes = []Route{
	{
		Method: "GET", Path: "/events", Tag: "Events", Allow: Anyone, Query: eventParameters,
		Summary: "List what happened, the newest first", Response: listOf[eventAttributes]{},
		Notes: "Without accountIds, the events of all accounts that you may read; administrators also see the organisation's. " +
			"An account in accountIds that you may not read is 403. A page past the end is empty.",
		Handle: listEvents,
	},
	{
		Method: "GET", Path: "/rtm/events", Tag: "Events", Allow: Anyone, Query: eventParameters,
		Summary: "List what happened (earlier path)", Response: listOf[eventAttributes]{},
		Notes:  "The same as /events, for older scripts.",
		Handle: listEvents,
	},
}

var eventParameters = []Parameter{
	{Name: "accountIds", Help: "Ids of accounts, between commas"},
	{Name: "aws", Help: "Whether events of AWS are listed; true unless said otherwise", Type: "boolean"},
	{Name: "cc", Help: "Whether activity in Surety is listed; true unless said otherwise", Type: "boolean"},
	{Name: "page[size]", Help: "Events on a page: 1 to 1000; 100 unless said otherwise", Type: "integer"},
	{Name: "page[number]", Help: "Which page, from 0", Type: "integer"},
	{Name: "filter[regions]", Help: "Regions, between commas"},
	{Name: "filter[services]", Help: "Services, between commas"},
	{Name: "filter[userIds]", Help: "Ids of users, between commas; of events of AWS none has one"},
	{Name: "filter[identities]", Help: "Who acted in AWS, between commas; of the activity in Surety none has one"},
	{Name: "filter[name]", Help: "A name, in which * is any text and ? one character"},
	{Name: "filter[since]", Help: "From this time on, in milliseconds since 1970", Type: "integer"},
	{Name: "filter[until]", Help: "Up to this time, in milliseconds since 1970", Type: "integer"},
}

// eventAttributes are what an answer says of an event.
type eventAttributes struct {
	Name        string `json:"name"`
	Time        int64  `json:"time"`
	Service     string `json:"service"`
	Identity    string `json:"identity"`
	Region      string `json:"region"`
	Description string `json:"description"`
	HasChildren bool   `json:"hasChildren"`
	// UserID and Address are Surety's own. Only administrators see whence a
	// user came.
	UserID  string `json:"user-id,omitempty"`
	Address string `json:"source-address,omitempty"`
}

func listEvents(c *Call) (any, error) {
	accounts, err := c.eventAccounts()
	if err != nil {
		return nil, err
	}
	f, err := c.eventFilter()
	if err != nil {
		return nil, err
	}
	ids := make(map[int64]string, len(accounts))
	for _, a := range accounts {
		ids[a.Num] = a.ID
		f.Accounts = append(f.Accounts, a.Num)
	}
	f.Organisation = c.Principal.IsAdmin() && c.Query("accountIds") == ""
	size, err := c.whole("page[size]", 100, 1, 1000)
	if err != nil {
		return nil, err
	}
	number, err := c.whole("page[number]", 0, 0, maxPage)
	if err != nil {
		return nil, err
	}
	events, total, err := c.Store.Events(c.Context(), f, number*size, size)
	if err != nil {
		return nil, err
	}
	data := make([]Resource, len(events))
	for i, e := range events {
		data[i] = eventResource(e, ids[e.Account], c.Principal.IsAdmin())
	}
	return List{Data: data, Meta: PageMeta{Total: total, Pages: (total + size - 1) / size}}, nil
}

func eventResource(e store.Event, account string, admin bool) Resource {
	of := Relation{}
	if account != "" {
		of = to("account", account)
	}
	attributes := eventAttributes{
		Name: e.Name, Time: e.At.UnixMilli(), Service: e.Service, Identity: e.Identity, Region: e.Region, Description: e.Description, UserID: e.UserID,
	}
	if admin {
		attributes.Address = e.Address
	}
	return Resource{
		Type: "events", ID: strconv.FormatInt(e.ID, 10), Attributes: attributes,
		Relationships: map[string]any{"account": of},
	}
}

// eventAccounts are the accounts whose events are asked for.
func (c *Call) eventAccounts() ([]store.Account, error) {
	ids := c.List("accountIds")
	if len(ids) == 0 {
		return c.Readable()
	}
	return c.accounts(ids)
}

func (c *Call) eventFilter() (*store.EventFilter, error) {
	f := &store.EventFilter{
		Regions: c.List("filter[regions]"), Services: c.List("filter[services]"), UserIDs: c.List("filter[userIds]"),
		Identities: c.List("filter[identities]"), Name: c.Query("filter[name]"),
	}
	if err := checkText("filter[name]", f.Name, maxEventName); err != nil {
		return nil, err
	}
	var err error
	if f.Cloud, err = c.Flag("aws", true); err != nil {
		return nil, err
	}
	if f.Activity, err = c.Flag("cc", true); err != nil {
		return nil, err
	}
	for name, at := range map[string]*time.Time{"filter[since]": &f.Since, "filter[until]": &f.Until} {
		ms, err := c.whole(name, 0, 0, maxMillis)
		if err != nil {
			return nil, err
		}
		if ms != 0 {
			*at = time.UnixMilli(ms)
		}
	}
	return f, nil
}

const (
	// maxEventName bounds the pattern of a name, in characters.
	maxEventName = 255
	// maxPage keeps the product with the size of a page a number.
	maxPage = 1 << 40
	// maxMillis is the end of the year 9999.
	maxMillis = 253_402_300_799_999
)

// whole is a parameter that is a whole number within bounds.
func (c *Call) whole(name string, otherwise, least, most int64) (int64, error) {
	text := c.Query(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < least || n > most {
		return 0, Unprocessable("%s is %q; it is a whole number from %d to %d", name, text, least, most)
	}
	return n, nil
}
