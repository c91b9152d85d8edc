package web

import (
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/server/look"
)

// changes are what GET /statistics/changes says.
type changes struct {
	Since    moment
	Failed   turned `json:"new-failures"`
	Resolved turned `json:"resolved"`
}

// turned are checks that have changed in one way, the first of them listed.
type turned struct {
	Total  int64
	Risks  []riskNumber `json:"risk-levels"`
	Checks []struct {
		ID        string `json:"check-id"`
		AccountID string `json:"account-id"`
		RuleTitle string `json:"rule-title"`
		Risk      string `json:"risk-level"`
		Region    string
		Name      string
		Message   string
		At        moment `json:"date"`
	}
}

// A turnedCard is such checks as the page lists them.
type turnedCard struct {
	One    string // what it is of, in words: "new failure"
	Many   string
	ID     string // of its heading
	Icon   string
	Class  string
	Total  int64
	Risks  string // how many of each, in words
	Checks []turnedCheck
	More   int64
	Path   string // where all are listed, if anywhere
	None   string // what is said when there are none
}

type turnedCheck struct {
	ID, Text, Risk string
	Account        string // empty where all are of one
	Region         string
	At             time.Time
}

// showTurned shows what has changed. A resolved check is shown by its rule,
// whose title says what is so now.
func (b *dashboardBody) showTurned(c *changes) {
	b.From = c.Since.Time
	b.Turned = [...]turnedCard{
		{
			One: "new failure", Many: "new failures", ID: "new-failures", Icon: "fail", Class: "fail", None: "Nothing has begun to fail.",
			Path: b.failures("filter[newerThanDays]", "1"),
		},
		{One: "resolved", Many: "resolved", ID: "resolved", Icon: "pass", Class: "pass", None: "Nothing was resolved."},
	}
	for i, t := range []*turned{&c.Failed, &c.Resolved} {
		card := &b.Turned[i]
		card.Total, card.Risks, card.More = t.Total, riskWords(t.Risks), t.Total-int64(len(t.Checks))
		for _, k := range t.Checks {
			text := k.Message
			if t == &c.Resolved && k.Name != "" {
				text = k.Name + ": " + k.RuleTitle
			}
			shown := turnedCheck{ID: k.ID, Text: text, Risk: k.Risk, Region: k.Region, At: k.At.Time}
			if b.Scope.Account == "" {
				shown.Account = b.Scope.Name(k.AccountID)
			}
			card.Checks = append(card.Checks, shown)
		}
	}
}

// riskWords are numbers of risks: "1 extreme, 3 high".
func riskWords(risks []riskNumber) string {
	var words []string
	for _, r := range risks {
		if r.Count > 0 {
			words = append(words, look.Number(r.Count)+" "+strings.ToLower(look.Risk(r.Risk)))
		}
	}
	return strings.Join(words, ", ")
}
