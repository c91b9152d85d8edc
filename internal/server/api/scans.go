package api

import "github.com/surety-cloud/surety/internal/store"

var scanRoutes = []Route{
	{
		Method: "GET", Path: "/accounts/{id}/scans", Tag: "Accounts", Allow: ReadAccount,
		Summary: "List the last scans of an account", Response: listOf[scanAttributes]{},
		Notes:  "Surety's own. The newest first.",
		Query:  []Parameter{{Name: "limit", Help: "how many, 1 to 1000; 100 otherwise", Type: "integer"}},
		Handle: listScans,
	},
	{
		Method: "GET", Path: "/scans", Tag: "Accounts", Allow: ReadSome,
		Summary: "List the last scans of all accounts that you may read", Response: listOf[scanAttributes]{},
		Notes: "Surety's own. The newest first; the relationship account says which is whose. What cannot be read now is in GET /accounts: failed-since-date and failure.",
		Query: []Parameter{
			{Name: "accountIds", Help: "Ids of accounts, between commas; without it and groupId, all that you may read"},
			{Name: "groupId", Help: "The id of a group, in place of accountIds"},
			{Name: "limit", Help: "how many, 1 to 1000; 100 otherwise", Type: "integer"},
		},
		Handle: listLatestScans,
	},
}

// scanAttributes are what an answer says of a scan.
type scanAttributes struct {
	Reason   string `json:"reason"`
	Worker   string `json:"worker"`
	Outcome  string `json:"outcome"`
	Error    string `json:"error,omitempty"`
	Started  *int64 `json:"started-date"`
	Finished *int64 `json:"finished-date"`
	// Counts are of resources, calls, throttles, seconds, and of checks by
	// what became of them and by status.
	Counts map[string]int64 `json:"counts"`
}

func listScans(c *Call) (any, error) { return c.latestScans([]store.Account{c.Account()}) }

func listLatestScans(c *Call) (any, error) {
	accounts, err := c.scope()
	if err != nil {
		return nil, err
	}
	return c.latestScans(accounts)
}

// latestScans lists the last scans of accounts.
func (c *Call) latestScans(accounts []store.Account) (any, error) {
	limit, err := c.limit()
	if err != nil {
		return nil, err
	}
	scans, err := c.Store.LatestScans(c.Context(), numbersOf(accounts), limit)
	if err != nil {
		return nil, err
	}
	ids := make(map[int64]string, len(accounts))
	for _, a := range accounts {
		ids[a.Num] = a.ID
	}
	data := make([]Resource, len(scans))
	for i, s := range scans {
		counts := s.Counts
		if counts == nil {
			counts = map[string]int64{}
		}
		data[i] = Resource{
			Type: "scans", ID: s.ID, Relationships: map[string]any{"account": to("accounts", ids[s.Account])},
			Attributes: scanAttributes{
				Reason: s.Reason, Worker: s.Worker, Outcome: s.Outcome, Error: s.Error,
				Started: millis(s.Started), Finished: millis(s.Finished), Counts: counts,
			},
		}
	}
	return List{Data: data}, nil
}
