package api

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/store"
)

var statisticRoutes = []Route{
	{
		Method: "GET", Path: "/statistics/score", Tag: "Statistics", Allow: ReadSome,
		Query:   scoreParameters,
		Summary: "Show the compliance score, and what it is made of", Response: oneOf[scoreAttributes]{},
		Notes: "Surety's own call. score is successes in a hundred of successes and failures, as in Cloud Conformity; suppressed checks, those that only inform and those that could not be told are left out, and it is null without any. " +
			"risk-weighted-score is the same with each check counted by its risk: LOW 1, MEDIUM 2, HIGH 4, VERY_HIGH 8, EXTREME 16. " +
			"Of the filters of GET /checks those on rules, regions, risks, statuses and suppression can be used.",
		Handle: showScore,
	},
	{
		Method: "GET", Path: "/statistics/evolution", Tag: "Statistics", Allow: ReadSome,
		Query: []Parameter{
			{Name: "accountIds", Help: "Ids of accounts, between commas; without it and groupId, all that you may read"},
			{Name: "groupId", Help: "The id of a group, in place of accountIds"},
			{Name: "days", Help: "How many days, today included: 1 to 400; 30 unless said otherwise", Type: "integer"},
		},
		Summary: "Show the compliance score over time", Response: listOf[dayAttributes]{},
		Notes:  "Surety's own call. The score of a day, in UTC, is the successes of all scans of the day in a hundred of their successes and failures, for all categories and for each. A day without scans is left out.",
		Handle: showEvolution,
	},
}

// scoreParameters say which checks a score is about.
var scoreParameters = append([]Parameter{
	{Name: "accountIds", Help: "Ids of accounts, between commas; without it and groupId, all that you may read"},
	{Name: "groupId", Help: "The id of a group, in place of accountIds"},
}, scoreFilters...)

// scoreFilters are the fields of a filter that the tallies can answer.
var scoreFilters = slices.Collect(func(yield func(Parameter) bool) {
	names := []string{"regions", "services", "ruleIds", "categories", "riskLevels", "statuses", "resourceTypes", "compliances", "suppressed", "suppressedFilterMode"}
	for _, p := range filterParameters {
		if slices.Contains(names, p.Name[len("filter["):len(p.Name)-1]) && !yield(p) {
			return
		}
	}
})

// scoreAttributes are the score of accounts and what it is made of.
type scoreAttributes struct {
	checkCounts
	Categories []categoryCounts `json:"categories"`
	Risks      []riskCounts     `json:"risk-levels"`
	Services   []serviceCounts  `json:"services"`
	Regions    []regionCounts   `json:"regions"`
	Accounts   []accountCounts  `json:"accounts"`
	Critical   []criticalRule   `json:"most-critical-failures"`
}

type categoryCounts struct {
	Category string `json:"category"`
	checkCounts
}

type riskCounts struct {
	Risk string `json:"risk-level"`
	checkCounts
}

type serviceCounts struct {
	Service string `json:"service"`
	checkCounts
}

type regionCounts struct {
	Region string `json:"region"`
	checkCounts
}

type accountCounts struct {
	AccountID string `json:"accountId"`
	checkCounts
	Failing []riskNumber `json:"failures-by-risk"` // all five, the worst first
}

// A criticalRule is one that fails.
type criticalRule struct {
	RuleID   string `json:"rule-id"`
	Title    string `json:"rule-title"`
	Service  string `json:"service"`
	Risk     string `json:"risk-level"`
	Failures int64  `json:"failure"`

	level int
}

// maxCritical is how many of the most critical failures are told.
const maxCritical = 20

// scope are the accounts that statistics are about.
func (c *Call) scope() ([]store.Account, error) {
	ids, group := c.List("accountIds"), c.Query("groupId")
	switch {
	case len(ids) > 0 && group != "":
		return nil, Unprocessable("give accountIds or groupId, not both")
	case len(ids) > 0:
		return c.accounts(ids)
	}
	accounts, err := c.Readable()
	if err != nil || group == "" {
		return accounts, err
	}
	groups, err := c.Store.Groups(c.Context())
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(groups, func(g store.Group) bool { return g.ID == group })
	if i < 0 {
		return nil, Unprocessable("Group ID entered is invalid")
	}
	return slices.DeleteFunc(accounts, func(a store.Account) bool { return !groups[i].Holds(a) }), nil
}

func showScore(c *Call) (any, error) {
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
	s := &scores{
		rules: rules, categories: map[string]*checkCounts{}, risks: map[int]*checkCounts{}, services: map[string]*checkCounts{},
		regions: map[string]*checkCounts{}, accounts: map[int64]*checkCounts{}, byRisk: map[accountRisk]int64{}, failing: map[ruleRisk]*criticalRule{},
	}
	nums := numbersOf(accounts)
	byRule, err := c.Store.Sums(c.Context(), nums, f, store.PerRule)
	if err != nil {
		return nil, err
	}
	for _, t := range byRule {
		s.add(t)
	}
	byRegion, err := c.Store.Sums(c.Context(), nums, f, store.PerRegion)
	if err != nil {
		return nil, err
	}
	for _, t := range byRegion {
		count(s.regions, t.Region, t)
	}
	byAccount, err := c.Store.Sums(c.Context(), nums, f, store.PerAccount)
	if err != nil {
		return nil, err
	}
	for _, t := range byAccount {
		count(s.accounts, t.Account, t)
		if fails(t) {
			s.byRisk[accountRisk{t.Account, t.Risk}] += t.N
		}
	}
	return Document{Data: Resource{Type: "scores", ID: "score", Attributes: s.attributes(accounts)}}, nil
}

// scoreFilter is the filter of the query, of which the tallies have to know
// every field.
func (c *Call) scoreFilter(rules *ruleBook) (*store.CheckFilter, error) {
	given, err := conformity.ParseFilterQuery(c.Values())
	if err != nil {
		return nil, filterFault(err)
	}
	f, err := rules.filter(c.API, given)
	if err != nil {
		return nil, err
	}
	if !f.Tallied() {
		return nil, Unprocessable("a score can be filtered by rules, services, categories, compliances, resource types, regions, risk levels, statuses and suppression only")
	}
	// Here the checks of a rule that users push go by the newest of them.
	if p := f.Pushed; p != nil && !p.None {
		for _, r := range rules.own {
			if r.Origin == store.ByUser && (len(p.Rules) == 0 || slices.Contains(p.Rules, r.ID)) && meet(p.Categories, r.Categories) {
				f.Rules = append(f.Rules, r.ID)
			}
		}
	}
	f.Pushed = nil
	return f, nil
}

// scores sums checks in every way that is told.
type scores struct {
	rules      *ruleBook
	all        checkCounts
	categories map[string]*checkCounts
	risks      map[int]*checkCounts
	services   map[string]*checkCounts
	regions    map[string]*checkCounts
	accounts   map[int64]*checkCounts
	byRisk     map[accountRisk]int64 // failures
	failing    map[ruleRisk]*criticalRule
}

// A ruleRisk is a rule with a risk: accounts may give one rule different risks.
type ruleRisk struct {
	rule string
	risk int
}

// An accountRisk is a risk in an account.
type accountRisk struct {
	account int64
	risk    int
}

// fails tells whether the checks of a tally count as failures.
func fails(t store.Tally) bool { return t.Status == store.Failure && !t.Suppressed && !t.NotScored }

func count[K comparable](sums map[K]*checkCounts, key K, t store.Tally) {
	if sums[key] == nil {
		sums[key] = &checkCounts{}
	}
	sums[key].add(t)
}

// add counts checks of one rule.
func (s *scores) add(t store.Tally) {
	facts := s.rules.rule(t.Rule)
	s.all.add(t)
	for _, category := range facts.Categories {
		count(s.categories, category, t)
	}
	count(s.risks, t.Risk, t)
	count(s.services, t.Service, t)
	if !fails(t) {
		return
	}
	key := ruleRisk{t.Rule, t.Risk}
	if s.failing[key] == nil {
		s.failing[key] = &criticalRule{RuleID: t.Rule, Title: facts.Title, Service: t.Service, Risk: conformity.RiskLevel(riskOf(t.Risk)), level: t.Risk}
	}
	s.failing[key].Failures += t.N
}

func (s *scores) attributes(accounts []store.Account) *scoreAttributes {
	s.all.scored()
	t := &scoreAttributes{
		checkCounts: s.all, Categories: []categoryCounts{}, Risks: []riskCounts{}, Services: []serviceCounts{}, Regions: []regionCounts{},
		Accounts: []accountCounts{}, Critical: []criticalRule{},
	}
	for _, name := range rule.Categories {
		if n := s.categories[name]; n != nil {
			n.scored()
			t.Categories = append(t.Categories, categoryCounts{name, *n})
		}
	}
	for _, level := range slices.Backward(slices.Sorted(maps.Keys(s.risks))) {
		s.risks[level].scored()
		t.Risks = append(t.Risks, riskCounts{conformity.RiskLevel(riskOf(level)), *s.risks[level]})
	}
	for _, name := range slices.Sorted(maps.Keys(s.services)) {
		s.services[name].scored()
		t.Services = append(t.Services, serviceCounts{name, *s.services[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(s.regions)) {
		s.regions[name].scored()
		t.Regions = append(t.Regions, regionCounts{name, *s.regions[name]})
	}
	for _, a := range accounts {
		n := s.accounts[a.Num]
		if n == nil {
			n = &checkCounts{}
		}
		n.scored()
		failing := make([]riskNumber, 0, len(rule.Risks))
		for level := len(rule.Risks); level > 0; level-- {
			failing = append(failing, riskNumber{conformity.RiskLevel(riskOf(level)), s.byRisk[accountRisk{a.Num, level}]})
		}
		t.Accounts = append(t.Accounts, accountCounts{a.ID, *n, failing})
	}
	critical := slices.SortedFunc(maps.Values(s.failing), func(a, b *criticalRule) int {
		return cmp.Or(cmp.Compare(b.level, a.level), cmp.Compare(b.Failures, a.Failures), cmp.Compare(a.RuleID, b.RuleID))
	})
	for _, r := range critical[:min(len(critical), maxCritical)] {
		t.Critical = append(t.Critical, *r)
	}
	return t
}

// dayAttributes are the score of a day.
type dayAttributes struct {
	Date string `json:"date"` // "2026-11-01"
	dayScore
	Categories []dayCategory `json:"categories"`
}

type dayCategory struct {
	Category string `json:"category"`
	dayScore
}

// A dayScore sums the scans of a day.
type dayScore struct {
	Score     *float64 `json:"score"`
	Successes int64    `json:"success"`
	Total     int64    `json:"total"` // successes and failures
}

func showEvolution(c *Call) (any, error) {
	accounts, err := c.scope()
	if err != nil {
		return nil, err
	}
	days, err := c.whole("days", 30, 1, 400)
	if err != nil {
		return nil, err
	}
	const day = int64(24 * time.Hour / time.Millisecond)
	list, err := c.Store.Evolution(c.Context(), numbersOf(accounts), c.Now().UnixMilli()/day-days+1)
	if err != nil {
		return nil, err
	}
	data := []Resource{}
	for _, s := range list {
		date := time.UnixMilli(s.Day * day).UTC().Format(time.DateOnly)
		if len(data) == 0 || data[len(data)-1].ID != date {
			data = append(data, Resource{Type: "daily-scores", ID: date, Attributes: &dayAttributes{Date: date, Categories: []dayCategory{}}})
		}
		t := data[len(data)-1].Attributes.(*dayAttributes)
		score := dayScore{Score: percent(s.Successes, s.Totals), Successes: s.Successes, Total: s.Totals}
		if s.Category == "" {
			t.dayScore = score
		} else {
			t.Categories = append(t.Categories, dayCategory{s.Category, score})
		}
	}
	for _, r := range data {
		slices.SortFunc(r.Attributes.(*dayAttributes).Categories, func(a, b dayCategory) int {
			return cmp.Compare(slices.Index(rule.Categories, a.Category), slices.Index(rule.Categories, b.Category))
		})
	}
	return List{Data: data}, nil
}
