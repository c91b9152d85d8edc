package api

import (
	"errors"

	"github.com/surety-cloud/surety/internal/standard"
	"github.com/surety-cloud/surety/internal/store"
)

// standardOutcomeRoutes are Surety's own calls on standards, built-in and
// custom ones.
var standardOutcomeRoutes = []Route{
	{
		Method: "GET", Path: "/compliance-standards", Tag: "Compliance standards", Allow: ReadSome,
		Summary: "List the compliance standards", Response: listOf[standardAttributes]{},
		Notes:  "Surety's own: the built-in standards, then the custom ones.",
		Handle: listStandards,
	},
	{
		Method: "GET", Path: "/compliance-standards/{id}", Tag: "Compliance standards", Allow: ReadSome,
		Summary: "Show a compliance standard with its controls", Response: oneOf[standardAttributes]{},
		Notes:  "Surety's own. A built-in standard is found by its id or its name, a custom one by its id.",
		Handle: showStandard,
	},
	{
		Method: "GET", Path: "/compliance-standards/outcomes", Tag: "Compliance standards", Allow: ReadSome,
		Summary: "Count how accounts stand by the controls of every standard", Response: listOf[outcomeCounts]{},
		Notes:  "Surety's own. The same counts as those of the outcome of each standard, in the order of the list of standards.",
		Query:  outcomeParameters,
		Handle: listOutcomes,
	},
	{
		// {id}/outcome would meet with custom/{id}.
		Method: "GET", Path: "/compliance-standards/outcome/{id}", Tag: "Compliance standards", Allow: ReadSome,
		Summary: "Show how accounts stand by the controls of a standard", Response: oneOf[outcomeAttributes]{},
		Notes: "Surety's own. The status of a control is the first that one of its rules has: fail, unknown, pass, suppressed; nothing when no rule found " +
			"anything to judge, no-rules when none bears on it.",
		Query:  outcomeParameters,
		Handle: showOutcome,
	},
}

var outcomeParameters = []Parameter{{Name: "accountIds", Help: "the accounts to count, between commas; all that you may read when it is absent"}}

// standardAttributes are what an answer says of a standard.
type standardAttributes struct {
	Name         string            `json:"name"`
	Title        string            `json:"title"`
	Version      string            `json:"version"`
	Custom       bool              `json:"custom"`
	ControlCount int               `json:"control-count"`
	RuleCount    int               `json:"rule-count"`
	Controls     []standardControl `json:"controls,omitempty"`
}

// A standardControl is a control with the headings above it, the outermost
// first.
type standardControl struct {
	ID       string            `json:"id"`
	Title    string            `json:"title"`
	Headings []standardHeading `json:"headings"`
	Rules    []string          `json:"rules"`
}

type standardHeading struct {
	ID    string `json:"id,omitempty"`
	Title string `json:"title"`
}

func standardResource(s *standard.Standard, custom, controls bool) Resource {
	entries := s.Entries()
	t := standardAttributes{
		Name: s.Name, Title: s.Title, Version: s.Version, Custom: custom, ControlCount: len(entries), RuleCount: len(s.Rules()),
	}
	if controls {
		t.Controls = make([]standardControl, len(entries))
		for i, e := range entries {
			t.Controls[i] = standardControl{ID: e.Control.ID, Title: e.Control.Title, Headings: headingsOf(e), Rules: list(e.Control.Rules)}
		}
	}
	return Resource{Type: "compliance-standards", ID: s.ID, Attributes: t}
}

func headingsOf(e standard.Entry) []standardHeading {
	headings := make([]standardHeading, len(e.Headings))
	for i, h := range e.Headings {
		headings[i] = standardHeading{ID: h.ID, Title: h.Title}
	}
	return headings
}

func listStandards(c *Call) (any, error) {
	data := []Resource{}
	err := c.eachStandard(func(s *standard.Standard, custom bool) { data = append(data, standardResource(s, custom, false)) })
	return List{Data: data}, err
}

// eachStandard calls a function with every standard: the built-in ones, then
// the custom ones.
func (c *Call) eachStandard(do func(s *standard.Standard, custom bool)) error {
	builtin, err := c.Standards.All()
	if err != nil {
		return err
	}
	custom, err := c.Store.CustomStandards(c.Context())
	if err != nil {
		return err
	}
	for _, s := range builtin {
		do(s, false)
	}
	for _, s := range custom {
		do(asStandard(s), true)
	}
	return nil
}

// standard finds the standard that the path names.
func (c *Call) standard() (s *standard.Standard, custom bool, err error) {
	own, err := c.Store.CustomStandard(c.Context(), c.Param("id"))
	if err == nil {
		return asStandard(own), true, nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return nil, false, err
	}
	if s, err = c.Standards.Standard(c.Param("id")); err == nil {
		return s, false, nil
	}
	// An error of a file that cannot be read is not for the caller.
	if _, broken := c.Standards.All(); broken != nil {
		return nil, false, broken
	}
	return nil, false, NotFound("%v", err)
}

// asStandard makes of a custom standard one that can be judged. Controls that
// stand below the same headings one after the other share them.
func asStandard(own store.CustomStandard) *standard.Standard {
	s := &standard.Standard{Name: own.Name, ID: own.ID, Title: own.Name, Version: own.Version}
	for _, control := range own.Controls {
		at := &s.Section
		for _, title := range []string{control.Headings.Level1, control.Headings.Level2, control.Headings.Level3} {
			if title == "" {
				break
			}
			if n := len(at.Headings); n == 0 || at.Headings[n-1].Title != title {
				at.Headings = append(at.Headings, standard.Heading{Title: title})
			}
			at = &at.Headings[len(at.Headings)-1].Section
		}
		at.Controls = append(at.Controls, standard.Control{ID: control.ID, Title: control.Title, Rules: control.AWSRules})
	}
	return s
}

func showStandard(c *Call) (any, error) {
	s, custom, err := c.standard()
	if err != nil {
		return nil, err
	}
	return Document{Data: standardResource(s, custom, true)}, nil
}

// outcomeAttributes are how accounts stand by the controls of a standard.
type outcomeAttributes struct {
	Name     string           `json:"name"`
	Title    string           `json:"title"`
	Version  string           `json:"version"`
	Counts   map[string]int   `json:"counts"` // of controls, by status
	Controls []outcomeControl `json:"controls"`
	Accounts []string         `json:"accountIds"`
}

type outcomeControl struct {
	ID       string            `json:"id"`
	Title    string            `json:"title"`
	Headings []standardHeading `json:"headings"`
	Status   string            `json:"status"`
	Rules    []outcomeRule     `json:"rules"`
}

// An outcomeRule counts the checks of a rule.
type outcomeRule struct {
	ID         string `json:"id"`
	Title      string `json:"title"`
	Status     string `json:"status"`
	Fail       int    `json:"fail"`
	Unknown    int    `json:"unknown"`
	Pass       int    `json:"pass"`
	Suppressed int    `json:"suppressed"`
}

// outcomeCounts are how many controls of a standard have each status.
type outcomeCounts struct {
	Name   string         `json:"name"`
	Title  string         `json:"title"`
	Custom bool           `json:"custom"`
	Counts map[string]int `json:"counts"`
}

func listOutcomes(c *Call) (any, error) {
	_, counts, err := c.talliesAsked()
	if err != nil {
		return nil, err
	}
	data := []Resource{}
	err = c.eachStandard(func(s *standard.Standard, custom bool) {
		outcome := standard.Judge(s, func(id string) (string, standard.Tally) { return "", counts[id] })
		data = append(data, Resource{
			Type: "compliance-standard-outcomes", ID: s.ID,
			Attributes: outcomeCounts{Name: s.Name, Title: s.Title, Custom: custom, Counts: countsOf(outcome)},
		})
	})
	return List{Data: data}, err
}

// countsOf are the numbers of controls by status, zeros included.
func countsOf(o *standard.Outcome) map[string]int {
	found := o.Count()
	counts := map[string]int{}
	for _, status := range standard.Statuses {
		counts[string(status)] = found[status]
	}
	return counts
}

func showOutcome(c *Call) (any, error) {
	s, _, err := c.standard()
	if err != nil {
		return nil, err
	}
	ids, counts, err := c.talliesAsked()
	if err != nil {
		return nil, err
	}
	rules, err := c.ruleBook()
	if err != nil {
		return nil, err
	}
	outcome := standard.Judge(s, func(id string) (string, standard.Tally) { return rules.rule(id).Title, counts[id] })
	t := outcomeAttributes{Name: s.Name, Title: s.Title, Version: s.Version, Accounts: ids, Counts: countsOf(outcome), Controls: []outcomeControl{}}
	for _, control := range outcome.Controls {
		shown := outcomeControl{
			ID: control.Control.ID, Title: control.Control.Title, Headings: headingsOf(control.Entry), Status: string(control.Status), Rules: []outcomeRule{},
		}
		for _, r := range control.Rules {
			shown.Rules = append(shown.Rules, outcomeRule{
				ID: r.ID, Title: r.Title, Status: string(r.Status()), Fail: r.Fail, Unknown: r.Unknown, Pass: r.Pass, Suppressed: r.Suppressed,
			})
		}
		t.Controls = append(t.Controls, shown)
	}
	return Document{Data: Resource{Type: "compliance-standard-outcomes", ID: s.ID, Attributes: t}}, nil
}

// counted are the accounts that accountIds names, or all that the caller may
// read.
func (c *Call) counted() ([]store.Account, error) {
	ids := c.List("accountIds")
	if len(ids) == 0 {
		return c.Readable()
	}
	return c.accounts(ids)
}

// talliesAsked counts the checks by rule of the accounts that are asked for, and
// lists these.
func (c *Call) talliesAsked() (ids []string, counts map[string]standard.Tally, err error) {
	accounts, err := c.counted()
	if err != nil {
		return nil, nil, err
	}
	nums, ids := make([]int64, len(accounts)), make([]string, len(accounts))
	for i, a := range accounts {
		nums[i], ids[i] = a.Num, a.ID
	}
	counts, err = c.tallies(nums)
	return ids, counts, err
}

// tallies counts the checks of accounts by rule.
func (c *Call) tallies(accounts []int64) (map[string]standard.Tally, error) {
	counts := map[string]standard.Tally{}
	if len(accounts) == 0 {
		return counts, nil
	}
	list, err := c.Store.Tallies(c.Context(), accounts)
	for _, t := range list {
		n := counts[t.Rule]
		switch {
		case t.Suppressed:
			n.Suppressed += int(t.N)
		case t.Status == store.Failure:
			n.Fail += int(t.N)
		case t.Status == store.Unknown:
			n.Unknown += int(t.N)
		default:
			n.Pass += int(t.N)
		}
		counts[t.Rule] = n
	}
	return counts, err
}
