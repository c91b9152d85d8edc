package api

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/store"
)

var suppressionRoutes = []Route{
	{
		Method: "POST", Path: "/checks/suppress", Tag: "Checks", Allow: ByCall, Long: true,
		Summary: "Suppress all checks that meet a filter, or lift that", Request: bulkSuppression{}, Response: suppressionCounts{},
		Notes: "Surety's own. You need full access to each account in data.accountIds. data.filter has the fields of GET /checks, as in report configs; it has to be there, and {} stands for all checks. " +
			"Only failing checks are suppressed; those that are suppressed already, until the same time, do not count. With meta.dryRun nothing is changed, and the answer says what would be. " +
			"Accounts are changed one after the other, each as a whole.",
		Handle: suppressChecks,
	},
}

// bulkSuppression is the request to suppress checks.
type bulkSuppression struct {
	Data struct {
		Attributes suppressionChange `json:"attributes"`
		Filter     json.RawMessage   `json:"filter"`
		AccountIDs []string          `json:"accountIds"`
	} `json:"data"`
	Meta struct {
		noteMeta
		DryRun bool `json:"dryRun"`
	} `json:"meta"`
}

// suppressionCounts is the answer: how many checks of each account were
// changed, or would be.
type suppressionCounts struct {
	Data []suppressionCount `json:"data"`
	Meta struct {
		Total  int64 `json:"total"`
		DryRun bool  `json:"dryRun"`
	} `json:"meta"`
}

type suppressionCount struct {
	AccountID string `json:"accountId"`
	Checks    int64  `json:"checks"`
}

func suppressChecks(c *Call) (any, error) {
	if !c.Principal.CanWriteSome() {
		return nil, Forbidden("you have full access to no account")
	}
	var body bulkSuppression
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	if body.Data.Attributes.Suppressed == nil {
		return nil, Unprocessable("data.attributes.suppressed is missing: true or false")
	}
	to, err := c.suppression(body.Data.Attributes, body.Meta.Note)
	if err != nil {
		return nil, err
	}
	accounts, err := c.suppressibleAccounts(body.Data.AccountIDs)
	if err != nil {
		return nil, err
	}
	if len(body.Data.Filter) == 0 || string(body.Data.Filter) == "null" {
		return nil, Unprocessable(`data.filter is missing: {"ruleIds": ["S3-001"]}, for example; {} stands for all checks`)
	}
	given, err := conformity.ParseFilterJSON(body.Data.Filter)
	if err != nil {
		return nil, filterFault(err)
	}
	rules, err := c.ruleBook()
	if err != nil {
		return nil, err
	}
	f, err := rules.filter(c.API, given)
	if err != nil {
		return nil, err
	}
	answer := suppressionCounts{Data: []suppressionCount{}}
	answer.Meta.DryRun = body.Meta.DryRun
	for _, a := range accounts {
		n, err := c.suppressAll(a, f, to, body.Meta.DryRun)
		if err != nil {
			return nil, err
		}
		answer.Data = append(answer.Data, suppressionCount{AccountID: a.ID, Checks: n})
		answer.Meta.Total += n
		if n > 0 && !body.Meta.DryRun {
			if err := c.Record(suppressionEvent(to), a.Num, describe(fmt.Sprintf("%d checks", n), to.Note)); err != nil {
				return nil, err
			}
		}
	}
	return answer, nil
}

// suppressPatience is how long the checks of one account may take: no other
// change of checks is possible meanwhile.
const suppressPatience = 5 * time.Minute

func (c *Call) suppressAll(a store.Account, f *store.CheckFilter, to *store.Suppression, dry bool) (int64, error) {
	ctx, cancel := context.WithTimeout(c.Context(), suppressPatience)
	defer cancel()
	return c.Store.SuppressAll(ctx, a.Num, f, to, dry)
}

// suppressibleAccounts finds accounts that the caller may change, each once.
func (c *Call) suppressibleAccounts(ids []string) ([]store.Account, error) {
	if len(ids) == 0 {
		return nil, Unprocessable("data.accountIds is missing: the ids of the accounts whose checks are meant")
	}
	return c.AccountsToWrite(ids)
}
