package web

import (
	"net/url"

	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/server/look"
)

// kbOwnShown is how many failing resources the page of a rule shows, and how many
// accounts on which the rule can be configured.
const kbOwnShown = 10

// ownFailures are what of a reader's own a rule fails.
type ownFailures struct {
	Checks    []thing[check]
	Total     int64
	All       string      // path of the list of all
	Configure []look.Link // the rule's settings, by account
	More      bool        // there are more accounts than Configure has
	names     map[string]string
}

// Account is the title of a check's account.
func (o *ownFailures) Account(c thing[check]) string { return o.names[c.to("account")] }

// ownFailures asks what a rule fails on the accounts that the reader may see;
// nil for those who see none.
func (v *visit) ownFailures(e kb.Entry) (*ownFailures, error) {
	if !v.who.CanReadSome() {
		return nil, nil
	}
	filter := url.Values{"filter[ruleIds]": {e.ID}, "filter[statuses]": {"FAILURE"}, "filter[suppressed]": {"false"}}
	o := &ownFailures{All: link("/checks", filter), names: map[string]string{}}
	var accounts many[account]
	if err := v.get("/accounts", nil, &accounts); err != nil {
		return nil, err
	}
	if len(accounts.Data) == 0 {
		return nil, nil
	}
	for _, a := range accounts.Data {
		o.names[a.ID] = a.Attributes.Title()
		switch {
		case !v.who.CanWrite(a.ID):
		case len(o.Configure) == kbOwnShown:
			o.More = true
		default:
			o.Configure = append(o.Configure, look.Link{
				Text: a.Attributes.Title(), Path: accountPath(a.ID) + "/rules/" + url.PathEscape(e.ID),
			})
		}
	}
	query := url.Values{"accountIds": {"all"}, "page[size]": {"10"}}
	for name, values := range filter {
		query[name] = values
	}
	var answer many[check]
	if err := v.get("/checks", query, &answer); err != nil {
		return nil, err
	}
	o.Checks, o.Total = answer.Data, answer.Meta.Total
	return o, nil
}
