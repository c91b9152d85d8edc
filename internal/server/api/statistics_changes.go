package api

import (
	"time"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/store"
)

var changeRoutes = []Route{
	{
		Method: "GET", Path: "/statistics/changes", Tag: "Statistics", Allow: ReadSome,
		Query: []Parameter{
			{Name: "accountIds", Help: "Ids of accounts, between commas; without it and groupId, all that you may read"},
			{Name: "groupId", Help: "The id of a group, in place of accountIds"},
			{Name: "hours", Help: "How many hours back: 1 to 720; 24 unless said otherwise", Type: "integer"},
			{Name: "limit", Help: "How many checks of each kind are listed: 0 to 100; 10 unless said otherwise", Type: "integer"},
		},
		Summary: "Show what has begun to fail, and what was resolved", Response: oneOf[changesAttributes]{},
		Notes: "Surety's own call. What a check was when the time began is held against what it is now: new failures are those that fail, and did not, or were not there; " +
			"resolved are those that succeed, and failed. A check that changed and changed back is neither. As in the score, suppressed checks and those that only inform are left out, " +
			"and so are checks that are gone. Of both kinds the numbers are told, and the first checks: of the worst risk, and of that the newest.",
		Handle: showChanges,
	},
}

// changesAttributes are what has changed since a time.
type changesAttributes struct {
	Hours    int64        `json:"hours"`
	Since    *int64       `json:"since"`
	Failed   checksTurned `json:"new-failures"`
	Resolved checksTurned `json:"resolved"`
}

// checksTurned are the checks that have changed in one way.
type checksTurned struct {
	Total  int64           `json:"total"`
	Risks  []riskNumber    `json:"risk-levels"` // all five, the worst first
	Checks []checkInChange `json:"checks"`
}

// A riskNumber is a number of checks of one risk.
type riskNumber struct {
	Risk  string `json:"risk-level"`
	Count int64  `json:"count"`
}

// A checkInChange is a check as a list of changes shows it.
type checkInChange struct {
	ID           string   `json:"check-id"`
	AccountID    string   `json:"account-id"`
	RuleID       string   `json:"rule-id"`
	RuleTitle    string   `json:"rule-title"`
	Risk         string   `json:"risk-level"`
	Categories   []string `json:"categories"`
	Service      string   `json:"service"`
	Region       string   `json:"region"`
	Resource     string   `json:"resource"` // its id; empty for a check of an account or region
	Name         string   `json:"name"`     // of the resource, or its id
	ResourceName string   `json:"resource-name"`
	Descriptor   string   `json:"descriptor-type"`
	Message      string   `json:"message"`
	At           *int64   `json:"date"`
}

func showChanges(c *Call) (any, error) {
	accounts, err := c.scope()
	if err != nil {
		return nil, err
	}
	hours, err := c.whole("hours", 24, 1, 720)
	if err != nil {
		return nil, err
	}
	limit, err := c.whole("limit", 10, 0, 100)
	if err != nil {
		return nil, err
	}
	rules, err := c.ruleBook()
	if err != nil {
		return nil, err
	}
	since := c.Now().Add(-time.Duration(hours) * time.Hour)
	view := c.checkView(rules, accounts)
	t := &changesAttributes{Hours: hours, Since: millis(since)}
	for turn, to := range map[store.Turn]*checksTurned{store.BeganToFail: &t.Failed, store.StoppedFailing: &t.Resolved} {
		found, err := c.Store.Turned(c.Context(), numbersOf(accounts), turn, since, int(limit))
		if err != nil {
			return nil, err
		}
		if *to, err = view.turned(found); err != nil {
			return nil, err
		}
	}
	return Document{Data: Resource{Type: "changes", ID: "changes", Attributes: t}}, nil
}

func (v *checkView) turned(found *store.Turned) (checksTurned, error) {
	t := checksTurned{Total: found.Total, Risks: []riskNumber{}, Checks: make([]checkInChange, len(found.Checks))}
	for level := len(rule.Risks); level > 0; level-- {
		t.Risks = append(t.Risks, riskNumber{conformity.RiskLevel(riskOf(level)), found.Risks[level]})
	}
	for i := range found.Checks {
		k := &found.Checks[i].Check
		a, err := v.attributes(k)
		if err != nil {
			return t, err
		}
		t.Checks[i] = checkInChange{
			ID: v.id(k), AccountID: v.accounts[k.Account].ID, RuleID: k.Rule, RuleTitle: a.RuleTitle, Risk: a.Risk, Categories: a.Categories, Service: a.Service,
			Region: a.Region, Resource: a.Resource, Name: a.LinkTitle, ResourceName: a.ResourceName, Descriptor: a.Descriptor, Message: a.Message,
			At: millis(found.Checks[i].At),
		}
	}
	return t, nil
}
