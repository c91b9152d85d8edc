package web

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// checksPerPage is how many checks, or resources, a page lists.
const checksPerPage = 50

// A trail leads through a list whose pages begin after a place of the API's:
// such a list is as fast at its end as at its beginning, but a page knows only
// the way on. The address has the places of the pages before, for the way back.
type trail struct {
	places []string // the last is where this page begins; none for the first page
	number int      // of the page, from 1
	// short tells that a page before may have fewer rows than others have, so
	// that the rows cannot be counted on.
	short bool
}

// maxTrail is how many pages one can go back, one by one.
const maxTrail = 20

// trail is that of the page's address.
func (v *visit) trail() trail {
	t := trail{places: v.r.URL.Query()["after"], number: max(2, v.number("page")), short: v.query("short") != ""}
	if len(t.places) == 0 {
		t.number, t.short = 1, false
	}
	return t
}

// A placePager leads from one page of such a list to its neighbours.
type placePager struct {
	First, Last                       int64 // of the rows shown, counted from 1
	Rows                              int64 // when their numbers are not known; 0 when they are
	Left                              int64 // accounts that the search has not come to
	Total                             int64 // -1 when it would take long to say
	FirstPath, PreviousPath, NextPath string
}

// Some tells whether there is more than this page.
func (p placePager) Some() bool { return p.FirstPath+p.PreviousPath+p.NextPath != "" || p.Total > 0 }

// pager is that of a page with so many rows. next is the place where the list
// goes on, empty at its end; left the accounts that the search has not come to.
func (t trail) pager(q checksQuery, rows int, total int64, next string, left int64) placePager {
	before := int64(t.number-1) * checksPerPage
	if !t.short && before+int64(rows) == total {
		next, left = "", 0 // it is known to be all
	}
	p := placePager{First: before + 1, Last: before + int64(rows), Total: total, Left: left}
	if t.short = t.short || left > 0; t.short {
		p.Rows = int64(rows)
	}
	if rows == 0 || t.short {
		p.First, p.Last = 0, 0
	}
	to := func(places []string, number int) string {
		query := q.values()
		if len(places) > 0 {
			query["after"] = places[max(0, len(places)-maxTrail):]
			query.Set("page", strconv.Itoa(number))
			if t.short {
				query.Set("short", "1")
			}
		}
		return link("/checks", query)
	}
	switch n := len(t.places); {
	case t.number == 2:
		p.PreviousPath = to(nil, 1)
	case n > 1:
		p.PreviousPath = to(t.places[:n-1], t.number-1)
	}
	if t.number > 2 {
		p.FirstPath = to(nil, 1)
	}
	if next != "" {
		p.NextPath = to(append(slices.Clone(t.places), next), t.number+1)
	}
	return p
}

// How long a page waits for a total: what the API has tallies of takes a moment
// even of many millions; what has to be counted may take minutes.
const (
	talliedTime = time.Second
	countTime   = 150 * time.Millisecond
)

// How long a page looks for what no index leads to: it shows what was found
// until then, and whoever follows it further waits longer at a time.
const (
	searchTime = 200 * time.Millisecond
	furtherBy  = 2 * time.Second
)

// soon makes a call that the page can do without, and tells whether it was
// answered in time.
func (v *visit) soon(limit time.Duration, call func(*visit) error) bool {
	ctx, cancel := context.WithTimeout(v.r.Context(), limit)
	defer cancel()
	hasty := *v
	hasty.r = v.r.WithContext(ctx)
	return call(&hasty) == nil
}

// listed asks for a page of a list of the API. The total is -1 where it would
// take long to say; tallied tells that the API has tallies of the filter.
func listed[A any](v *visit, path string, query url.Values, t trail, tallied bool) (many[A], int64, error) {
	var page many[A]
	var count many[struct{}]
	after, limit, within, total := "first", countTime, searchTime, int64(-1)
	if n := len(t.places); n > 0 {
		after = t.places[n-1]
	}
	if t.short {
		within = furtherBy
	}
	ask := queryWith(query, "page[size]", strconv.Itoa(checksPerPage), "page[after]", after)
	if tallied {
		limit = talliedTime
	} else {
		ask.Set("page[within]", strconv.FormatInt(within.Milliseconds(), 10))
	}
	err := together(
		func() error {
			return v.get(path, ask, &page)
		},
		func() error {
			// What is wrong with the query, the page says.
			if v.soon(limit, func(v *visit) error {
				return v.get(path, queryWith(query, "page[size]", "1", "include", "", "sort", ""), &count)
			}) {
				total = count.Meta.Total
			}
			return nil
		},
	)
	if n := int64(len(page.Data)); total < 0 && n < checksPerPage && (n > 0 || t.number == 1) && !t.short && page.Meta.Left == 0 {
		total = int64(t.number-1)*checksPerPage + n
	}
	return page, total, err
}

// queryWith is a query with more parameters, names and values in turn; those with
// an empty value are left out.
func queryWith(query url.Values, pairs ...string) url.Values {
	q := url.Values{}
	for name, values := range query {
		q[name] = values
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if q.Set(pairs[i], pairs[i+1]); pairs[i+1] == "" {
			q.Del(pairs[i])
		}
	}
	return q
}

// A checkList is what the page lists of checks.
type checkList struct {
	Rows  []checkRow
	Pager placePager
	// Accounts tells that the checks are of several accounts, Choose that some
	// of them can be suppressed by whoever looks.
	Accounts, Choose bool
	// Worst tells that the worst come first.
	Worst bool
}

// A checkRow is a check in the list.
type checkRow struct {
	check
	ID, Rule    string
	Account     string // its name
	AccountPath string
	Choose      bool // whoever looks may suppress it
}

// Path is that of the check's page.
func (c checkRow) Path() string { return checkPath(c.ID) }

// Thing is what the check is about. Of an ARN it leaves out what the row has
// already: the service, the region and the account.
func (c checkRow) Thing() string {
	if parts := strings.SplitN(c.Resource, ":", 6); len(parts) == 6 && parts[0] == "arn" && parts[5] != "" {
		return parts[5]
	}
	return cmp.Or(c.Resource, "The account")
}

// About is the title of the rule, unless the message says the same.
func (c checkRow) About() string {
	if c.RuleTitle == c.Message {
		return ""
	}
	return c.RuleTitle
}

func (v *visit) listChecks(b *checksBody) error {
	t := v.trail()
	tallied := b.Query.Filter.tallied()
	query := b.Query.api(b.Scope)
	// Where each check has to be looked at, it is looked at once.
	if tallied {
		query.Set("sort", "worst")
	}
	page, total, err := listed[check](v, "/checks", query, t, tallied)
	if err != nil {
		return err
	}
	l := &checkList{Worst: tallied, Pager: t.pager(b.Query, len(page.Data), total, page.Meta.Next, page.Meta.Left), Accounts: len(b.Query.ids(b.Scope)) > 1}
	for _, c := range page.Data {
		account := c.to("account")
		row := checkRow{
			check: c.Attributes, ID: c.ID, Rule: c.to("rule"), Account: b.Scope.Name(account), AccountPath: accountPath(account), Choose: v.who.CanWrite(account),
		}
		l.Choose = l.Choose || row.Choose
		l.Rows = append(l.Rows, row)
	}
	b.List = l
	return nil
}
