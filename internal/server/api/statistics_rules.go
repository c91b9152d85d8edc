package api

import (
	"cmp"
	"maps"
	"slices"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/store"
)

var ruleStatisticRoutes = []Route{
	{
		Method: "GET", Path: "/statistics/rules", Tag: "Statistics", Allow: ReadSome,
		Query:   scoreParameters,
		Summary: "Show how the checks of each rule stand", Response: listOf[ruleCounts]{},
		Notes: "Surety's own call. Every rule that has checks, with their numbers as in GET /statistics/score and by the same filters: those of the worst risk first, " +
			"of these those with most failures. Accounts may give one rule different risks: all are told, the worst first.",
		Handle: showRuleCounts,
	},
}

// ruleCounts are the numbers of checks of one rule.
type ruleCounts struct {
	RuleID     string   `json:"rule-id"`
	Title      string   `json:"rule-title"`
	Service    string   `json:"service"` // of pushed checks with several, the first
	Categories []string `json:"categories"`
	Risks      []string `json:"risk-levels"` // the worst first
	checkCounts

	levels map[int]bool
}

func showRuleCounts(c *Call) (any, error) {
	accounts, err := c.scope()
	if err != nil {
		return nil, err
	}
	rules, err := c.ruleBook()
	if err != nil {
		return nil, err
	}
	f, err := c.scoreFilter(rules)
	if err != nil {
		return nil, err
	}
	tallies, err := c.Store.Sums(c.Context(), numbersOf(accounts), f, store.PerRule)
	if err != nil {
		return nil, err
	}
	byRule := map[string]*ruleCounts{}
	for _, t := range tallies {
		n := byRule[t.Rule]
		if n == nil {
			facts := rules.rule(t.Rule)
			n = &ruleCounts{
				RuleID: t.Rule, Title: facts.Title, Service: cmp.Or(facts.Service, t.Service), Categories: list(facts.Categories), levels: map[int]bool{},
			}
			byRule[t.Rule] = n
		}
		n.add(t)
		n.levels[t.Risk] = true
	}
	sorted := slices.SortedFunc(maps.Values(byRule), func(a, b *ruleCounts) int {
		return cmp.Or(cmp.Compare(b.worst(), a.worst()), cmp.Compare(b.Failures, a.Failures), cmp.Compare(a.RuleID, b.RuleID))
	})
	data := make([]Resource, len(sorted))
	for i, n := range sorted {
		n.scored()
		for _, level := range slices.Backward(slices.Sorted(maps.Keys(n.levels))) {
			n.Risks = append(n.Risks, conformity.RiskLevel(riskOf(level)))
		}
		data[i] = Resource{Type: "rule-counts", ID: n.RuleID, Attributes: n, Relationships: map[string]any{"rule": to("rules", n.RuleID)}}
	}
	return List{Data: data}, nil
}

// worst is the highest risk that checks of the rule have.
func (n *ruleCounts) worst() int { return slices.Max(slices.Collect(maps.Keys(n.levels))) }
