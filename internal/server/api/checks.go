package api

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/store"
)

var checkRoutes = []Route{
	{
		Method: "GET", Path: "/checks", Tag: "Checks", Allow: ReadSome, Query: checkListParameters,
		Summary: "List checks", Response: listOf[checkAttributes]{},
		Notes: "accountIds is required; an account in it that you may not read is 403, and all stands for every account that you may read (Surety's own). " +
			"However many checks there are, all can be had: meta.next, or the link next, is where the list goes on, and page[after] takes it; " +
			"pages by page[after] have no total and take the same time however far down they are. page[after]=first begins such a list. " +
			"The status UNKNOWN, of what could not be told, is Surety's own, as are type, property, status-since, stale-since, stale-reason and unknown-reason.",
		Handle: listChecks,
	},
	{
		Method: "GET", Path: "/checks/{id}", Tag: "Checks", Allow: ByCall,
		Summary: "Show a check", Response: oneOf[checkAttributes]{},
		Query: []Parameter{
			{Name: "filter[notes]", Help: "true adds the notes, the newest first", Type: "boolean"},
			{Name: "filter[notesLength]", Help: "How many notes at most: 1 to 100, which is the default", Type: "integer"},
			{Name: "include", Help: "Between commas: history adds the changes of status, the oldest first; remediation how the resource is repaired"},
		},
		Notes: "The id may be escaped or not. Its service is not looked at; the answer has the true id. You need read access to the account. " +
			"The remediation has the commands of the rule's page with the resource's identifiers filled in, a correction by AWS Cloud Control and the corrected template; " +
			"it is absent of checks that pass, of rules that are not Surety's, and where the resource is not kept.",
		Handle: showCheck,
	},
	{
		Method: "PATCH", Path: "/checks/{id}", Tag: "Checks", Allow: ByCall,
		Summary: "Suppress a check, or lift that", Request: checkChanges{}, Response: oneOf[checkAttributes]{},
		Notes: "You need full access to the account. Only a failing check can be suppressed; suppressed-until null or absent is for ever. meta.note says why, in up to 200 characters. " +
			"A check that was pushed through the API can also be given new attributes, as in POST /checks; its account, rule, region and resource stay.",
		Handle: changeCheck,
	},
	{
		Method: "DELETE", Path: "/checks/{id}", Tag: "Checks", Allow: ByCall,
		Summary: "Delete a check with its notes and history", Response: checkDeleted{},
		Notes:  "You need full access to the account. A check that scans make comes back with the next scan.",
		Handle: deleteCheck,
	},
	{
		Method: "POST", Path: "/checks", Tag: "Checks", Allow: ByCall,
		Summary: "Push checks of your own", Request: newChecks{}, Response: listOf[checkAttributes]{},
		Notes: "data is one check or an array; the answer's data is an array. The same account, rule, region and resource are the same check, which is overwritten. " +
			"The rule's id begins with CUSTOM-, and is not that of a custom rule; the newest rule-title holds for all checks of the rule. " +
			"Nothing is saved when one of the checks is not valid. Checks for accounts to which you have no full access are not saved: meta.not-saved lists these accounts, and when no check is left, the answer is 403.",
		Handle: pushChecks,
	},
}

var checkListParameters = append([]Parameter{
	{Name: "accountIds", Help: "Ids of accounts, between commas; all stands for every account that you may read. Required"},
	{Name: "page[size]", Help: "Checks on a page: 1 to 1000; 100 unless said otherwise", Type: "integer"},
	{Name: "page[number]", Help: "Which page, from 0", Type: "integer"},
	{Name: "page[after]", Help: "Where the page before ended: its meta.next; first for the first page"},
	withinParameter,
	{Name: "sort", Help: "worst lists failures first, then what could not be told, then successes, the highest risks first; with page[after] only. Otherwise checks are listed by account, then rule"},
	{Name: "consistentPagination", Help: "Pages are always consistent", Type: "boolean"},
}, filterParameters...)

// fewAccounts is up to how many are looked up one by one: of hundreds, each row
// has to be read and its secret opened.
const fewAccounts = 5

// accounts are those that accountIds names. All is every one that the caller
// may read.
func (c *Call) accounts(ids []string) ([]store.Account, error) {
	byID := map[string]store.Account{}
	if all := len(ids) == 1 && ids[0] == "all"; all || len(ids) > fewAccounts {
		readable, err := c.Readable()
		if err != nil || all {
			return readable, err
		}
		for _, a := range readable {
			byID[a.ID] = a
		}
	}
	chosen := make([]store.Account, 0, len(ids))
	seen := make(map[string]bool, len(ids))
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		a, ok := byID[id]
		if !ok {
			var err error
			if a, err = c.AccountToRead(id); err != nil {
				return nil, err
			}
		}
		chosen = append(chosen, a)
	}
	return chosen, nil
}

// wantedAccounts are those of the parameter accountIds, which is required.
func (c *Call) wantedAccounts() ([]store.Account, error) {
	ids := c.List("accountIds")
	if len(ids) == 0 {
		e := Unprocessable("accountIds is missing: ids of accounts between commas, or all")
		e.Source = "accountIds"
		return nil, e
	}
	return c.accounts(ids)
}

func numbersOf(accounts []store.Account) []int64 {
	nums := make([]int64, len(accounts))
	for i, a := range accounts {
		nums[i] = a.Num
	}
	return nums
}

func listChecks(c *Call) (any, error) {
	accounts, err := c.wantedAccounts()
	if err != nil {
		return nil, err
	}
	size, err := c.whole("page[size]", 100, 1, 1000)
	if err != nil {
		return nil, err
	}
	number, err := c.whole("page[number]", 0, 0, maxPage)
	if err != nil {
		return nil, err
	}
	rules, err := c.ruleBook()
	if err != nil {
		return nil, err
	}
	f, err := c.queryFilter(rules)
	if err != nil {
		return nil, err
	}
	worst, err := c.worst()
	if err != nil {
		return nil, err
	}
	var (
		checks []store.Check
		left   []int64 // accounts that the search has not come to
		meta   nextMeta
	)
	switch place := c.Query("page[after]"); {
	case worst:
		after, err := worstCursor(place, accounts)
		if err != nil {
			return nil, err
		}
		if checks, err = c.Store.WorstAfter(c.Context(), numbersOf(accounts), f, after, size); err != nil {
			return nil, err
		}
	case place != "":
		after, err := checkCursor(place, accounts)
		if err != nil {
			return nil, err
		}
		within, err := c.within()
		if err != nil {
			return nil, err
		}
		if checks, left, err = c.Store.SearchChecks(c.Context(), numbersOf(accounts), f, after, size, within); err != nil {
			return nil, err
		}
	default:
		var total int64
		checks, total, err = c.Store.PageChecks(c.Context(), numbersOf(accounts), f, number*size, size)
		if err != nil {
			return nil, err
		}
		pages := (total + size - 1) / size
		meta.Total, meta.Pages = &total, &pages
	}
	view := c.checkView(rules, accounts)
	data := make([]Resource, len(checks))
	for i := range checks {
		if data[i], err = view.resource(&checks[i]); err != nil {
			return nil, err
		}
	}
	if n := len(checks); int64(n) == size {
		last := &checks[n-1]
		place := cursor{view.accounts[last.Account].ID, last.Rule, last.ID}
		if worst {
			place = append(place, last.Status, last.Risk)
		}
		meta.Next = encodeCursor(place)
	}
	if meta.Left = len(left); meta.Left > 0 {
		meta.Next = encodeCursor(cursor{view.accounts[left[0]].ID, "", beforeAll})
	}
	return c.nextPage(data, meta), nil
}

// worst tells whether the list is to begin with the worst.
func (c *Call) worst() (bool, error) {
	fault := func(format string, args ...any) (bool, error) {
		e := Unprocessable(format, args...)
		e.Source = "sort"
		return false, e
	}
	switch by := c.Query("sort"); {
	case by == "":
		return false, nil
	case by != "worst":
		return fault("sort is %.50q; worst is possible", by)
	case c.Query("page[after]") == "":
		return fault("sort is possible with page[after] only; %s begins the list", fromFirst)
	}
	return true, nil
}

// beforeAll is less than the number of any check.
const beforeAll = -1

// checkCursor is a place in the list of checks of accounts; nil is its
// beginning.
func checkCursor(text string, accounts []store.Account) (*store.Cursor, error) {
	var place cursor
	first, err := decodeCursor(text, 3, &place)
	if err != nil || first {
		return nil, err
	}
	return place.check(accounts)
}

// worstCursor is checkCursor for the list that begins with the worst.
func worstCursor(text string, accounts []store.Account) (*store.WorstCursor, error) {
	var place cursor
	first, err := decodeCursor(text, 5, &place)
	if err != nil || first {
		return nil, err
	}
	at, err := place.check(accounts)
	if err != nil {
		return nil, err
	}
	var kind [2]int64
	for i := range kind {
		number, ok := place[3+i].(json.Number)
		if !ok {
			return nil, errCursor
		}
		if kind[i], err = number.Int64(); err != nil {
			return nil, errCursor
		}
	}
	return &store.WorstCursor{Cursor: *at, Status: store.Status(kind[0]), Risk: int(kind[1])}, nil
}

// check is the place as the store has it: account, rule and number.
func (p cursor) check(accounts []store.Account) (*store.Cursor, error) {
	var after store.Cursor
	var ok bool
	if after.Account, ok = p.account(accounts); !ok {
		return nil, errCursor
	}
	if after.Rule, ok = p[1].(string); !ok {
		return nil, errCursor
	}
	id, ok := p[2].(json.Number)
	if !ok {
		return nil, errCursor
	}
	var err error
	if after.ID, err = id.Int64(); err != nil {
		return nil, errCursor
	}
	return &after, nil
}

// check finds the check that the path names, in an account that may agrees to.
func (c *Call) check(account func(id string) (store.Account, error)) (store.Check, store.Account, error) {
	given := c.Param("id")
	id, err := conformity.ParseCheckID(given)
	if err != nil {
		return store.Check{}, store.Account{}, NotFound("%v", err)
	}
	a, err := account(id.Account)
	if err != nil {
		return store.Check{}, a, err
	}
	k, err := c.Store.Check(c.Context(), a.Num, id.Rule, id.Region, id.Resource)
	if errors.Is(err, store.ErrNotFound) && strings.Contains(id.Resource, "+") {
		// Some clients write a space as a query does.
		k, err = c.Store.Check(c.Context(), a.Num, id.Rule, id.Region, strings.ReplaceAll(id.Resource, "+", " "))
	}
	if errors.Is(err, store.ErrNotFound) {
		return k, a, NotFound("there is no check %s", given)
	}
	return k, a, err
}

func showCheck(c *Call) (any, error) {
	k, a, err := c.check(c.AccountToRead)
	if err != nil {
		return nil, err
	}
	withNotes, err := c.Flag("filter[notes]", false)
	if err != nil {
		return nil, err
	}
	length, err := c.whole("filter[notesLength]", 100, 1, 100)
	if err != nil {
		return nil, err
	}
	history, remediated := false, false
	for _, name := range c.List("include") {
		switch name {
		case "history":
			history = true
		case "remediation":
			remediated = true
		default:
			return nil, Unprocessable("include is %q; history and remediation can be included", name)
		}
	}
	return c.checkDocument(&k, a, func(t *checkAttributes) error {
		if withNotes {
			notes, err := c.Store.Notes(c.Context(), k.Account, k.ID, int(length))
			if err != nil {
				return err
			}
			t.Notes = notesOf(notes)
		}
		if history {
			changes, err := c.Store.History(c.Context(), k.Account, k.ID)
			if err != nil {
				return err
			}
			t.History = historyOf(&k, changes)
		}
		if remediated {
			t.Remediation, err = c.remediation(&k, a)
		}
		return err
	})
}

// checkDocument shows one check. more may add to it.
func (c *Call) checkDocument(k *store.Check, a store.Account, more func(*checkAttributes) error) (any, error) {
	rules, err := c.ruleBook()
	if err != nil {
		return nil, err
	}
	r, err := c.checkView(rules, []store.Account{a}).resource(k)
	if err != nil {
		return nil, err
	}
	if more != nil {
		if err := more(r.Attributes.(*checkAttributes)); err != nil {
			return nil, err
		}
	}
	return Document{Data: r}, nil
}
