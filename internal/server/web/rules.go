package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/server/look"
)

var accountRulePages = []page{
	{Pattern: "GET /accounts/{id}/rules", Handle: (*visit).accountRules},
	{Pattern: "POST /accounts/{id}/rules", Handle: (*visit).changeAccountRules},
	{Pattern: "GET /accounts/{id}/rules/{rule}", Handle: (*visit).accountRule},
	{Pattern: "POST /accounts/{id}/rules/{rule}", Handle: (*visit).changeAccountRule},
}

// Where the setting of a rule comes from.
const (
	fromAccount      = "account"
	fromOrganisation = "organisation"
	fromPage         = "default"
)

// An accountSettings is what an account is scanned with.
type accountSettings struct {
	Account  thing[account]
	Write    bool // the reader may change it
	settings map[string]conformity.Setting
	from     map[string]string
}

// settingsAnswer is what the API says of the settings of an account.
type settingsAnswer struct {
	Data thing[struct {
		Settings struct{ Rules []conformity.Setting }
	}]
	Meta struct {
		Organisation []string
		Notes        []settingNote
	}
}

// accountSettings reads the settings of the account of the path.
func (v *visit) accountSettings() (*accountSettings, error) {
	id := v.param("id")
	var of one[account]
	if err := v.get(accountPath(id), nil, &of); err != nil {
		return nil, err
	}
	a := &accountSettings{Account: of.Data, Write: v.who.CanWrite(id), settings: map[string]conformity.Setting{}, from: map[string]string{}}
	var answer settingsAnswer
	err := v.get(a.api(), url.Values{"includeOrganisation": {"true"}}, &answer)
	if err != nil && !isNotFound(err) { // nothing is configured
		return nil, err
	}
	for _, s := range answer.Data.Attributes.Settings.Rules {
		a.settings[s.ID], a.from[s.ID] = s, fromAccount
	}
	for _, id := range answer.Meta.Organisation {
		a.from[id] = fromOrganisation
	}
	return a, nil
}

// api is where the API has the settings.
func (a *accountSettings) api() string {
	return accountPath(a.Account.ID) + "/settings/rules"
}

// Path is that of the page of the account's rules.
func (a *accountSettings) Path() string {
	return accountPath(a.Account.ID) + "/rules"
}

// isNotFound tells whether the API has no such thing.
func isNotFound(err error) bool {
	var f *Failure
	return errors.As(err, &f) && f.Status == http.StatusNotFound
}

// setting is what the account is scanned with: its own setting of a rule, the
// organisation's, or that of the rule's page. It has a risk level, as settings
// of accounts must.
func (a *accountSettings) setting(id string, page *rule.Rule) (s conformity.Setting, from string) {
	s, there := a.settings[id]
	from = cmp.Or(a.from[id], fromPage)
	if !there {
		s = conformity.Setting{ID: id, Enabled: page != nil && page.Deprecated == "", Provider: conformity.AWS}
	}
	if page != nil && s.RiskLevel == "" {
		if info := conformity.RuleInfo(page); !info.MultiRiskLevel {
			s.RiskLevel = info.RiskLevel
		}
	}
	return s, from
}

// page is a rule's page; nil when the library has none that can be read.
func (v *visit) page(id string) *rule.Rule {
	page, err := v.Library.Rule(id)
	if err != nil {
		return nil
	}
	return page
}

// A settingRow is a rule in a list of settings.
type settingRow struct {
	ID, Title, Service string
	Enabled            bool
	Risk, OwnRisk      string // "HIGH"; Risk is empty where the rule's own holds or it has many
	From               string // of the constants above; empty in a profile
	Exceptions, Values int
	// Unset is a rule that makes no checks until it is configured.
	Unset      bool
	Deprecated bool
	Unknown    bool // Surety has no such rule
}

// RiskChanged tells whether the risk is another than the rule's own.
func (r settingRow) RiskChanged() bool { return r.Risk != "" && r.OwnRisk != "" && r.Risk != r.OwnRisk }

// settingRow is a setting in a list.
func (v *visit) settingRow(s conformity.Setting, page *rule.Rule) settingRow {
	r := settingRow{ID: s.ID, Title: s.ID, Enabled: s.Enabled, Risk: s.RiskLevel, Values: len(s.ExtraSettings), Unknown: page == nil}
	if s.Exceptions != nil {
		r.Exceptions = len(s.Exceptions.Tags) + len(s.Exceptions.FilterTags) + len(s.Exceptions.Resources)
	}
	if page == nil {
		return r
	}
	r.Title, r.Service, r.OwnRisk = page.Title, conformity.ServiceKey(page.Service), conformity.RiskLevel(page.Risk)
	r.Deprecated = page.Deprecated != ""
	for _, setting := range page.Settings {
		if setting.Default == nil {
			values, _ := s.Engine(page) // a value that does not fit is as good as none
			r.Unset = r.Unset || values.Settings[setting.Name] == nil
		}
	}
	return r
}

// settingRows are all rules with the account's state, by service and id.
func (v *visit) settingRows(a *accountSettings) []settingRow {
	ids := slices.Clone(v.Library.IDs())
	for id := range a.settings {
		if v.page(id) == nil {
			ids = append(ids, id)
		}
	}
	var rows []settingRow
	for _, id := range ids {
		page := v.page(id)
		s, from := a.setting(id, page)
		row := v.settingRow(s, page)
		row.From = from
		rows = append(rows, row)
	}
	sortRows(rows)
	return rows
}

// sortRows sorts rules by service and id; those that Surety has not come first.
func sortRows(rows []settingRow) {
	slices.SortFunc(rows, func(a, b settingRow) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Service), strings.ToLower(b.Service)), strings.Compare(a.ID, b.ID))
	})
}

// A ruleFilter chooses rules of a list.
type ruleFilter struct {
	Text, Service, State string
	Services             []string // to choose from
	States               []ruleState
}

// A ruleState is what the rules of a list may be chosen by.
type ruleState struct {
	Key, Text string
	fits      func(settingRow) bool
}

// accountStates are those of the rules of an account, profileStates those of a
// profile's.
var (
	profileStates = []ruleState{
		{"enabled", "Enabled", func(r settingRow) bool { return r.Enabled }},
		{"disabled", "Disabled", func(r settingRow) bool { return !r.Enabled }},
		{"risk", "Risk changed", settingRow.RiskChanged},
		{"exceptions", "With exceptions", func(r settingRow) bool { return r.Exceptions > 0 }},
		{"unset", "Must be configured", func(r settingRow) bool { return r.Unset }},
	}
	accountStates = append([]ruleState{
		{fromAccount, "Configured here", func(r settingRow) bool { return r.From == fromAccount }},
		{fromOrganisation, "From the organisation's profile", func(r settingRow) bool { return r.From == fromOrganisation }},
		{fromPage, "Default", func(r settingRow) bool { return r.From == fromPage }},
	}, profileStates...)
)

// ruleFilter reads what the query chooses.
func (v *visit) ruleFilter(states []ruleState) *ruleFilter {
	f := &ruleFilter{Text: v.query("q"), Service: v.query("service"), State: v.query("state"), States: states}
	for _, s := range v.Book.Services() {
		f.Services = append(f.Services, s.Key)
	}
	return f
}

// apply is the rows that are chosen.
func (f *ruleFilter) apply(rows []settingRow) []settingRow {
	words := strings.Fields(strings.ToLower(f.Text))
	at := slices.IndexFunc(f.States, func(s ruleState) bool { return s.Key == f.State })
	return slices.DeleteFunc(rows, func(r settingRow) bool {
		text := strings.ToLower(r.ID + " " + r.Title + " " + r.Service)
		for _, word := range words {
			if !strings.Contains(text, word) {
				return true
			}
		}
		return f.Service != "" && r.Service != f.Service || at >= 0 && !f.States[at].fits(r)
	})
}

// settingsPerPage is how many rules a page lists.
const settingsPerPage = 100

// cut is the part of a list that the query's page shows.
func (v *visit) cut(rows []settingRow) ([]settingRow, pager) {
	number := max(1, v.number("page"))
	first := min((number-1)*settingsPerPage, len(rows))
	return rows[first:min(first+settingsPerPage, len(rows))], v.pager(number, int64(len(rows)), settingsPerPage)
}

// accountRulesBody is what the list of an account's rules shows.
type accountRulesBody struct {
	*accountSettings
	Tabs   []Tab
	Filter *ruleFilter
	Rows   []settingRow
	Pager  pager
	Counts struct{ All, Configured, Organisation, Disabled, Unset int }
	Action string // the page's address, for what is done on it
	Note   string
	Chosen []string // rules, when the API refused what was to be done with them
}

// IsChosen tells whether a rule is.
func (b *accountRulesBody) IsChosen(id string) bool { return slices.Contains(b.Chosen, id) }

func (v *visit) accountRules() error {
	a, err := v.accountSettings()
	if err != nil {
		return err
	}
	return v.show("account-rules", v.accountRulesFrame(a))
}

func (v *visit) accountRulesFrame(a *accountSettings) *look.Frame {
	body := &accountRulesBody{accountSettings: a, Tabs: v.accountTabs(a.Account.ID, "rules"), Filter: v.ruleFilter(accountStates), Action: link(v.r.URL.Path, v.r.URL.Query())}
	rows := v.settingRows(a)
	body.Counts.All = len(rows)
	for _, r := range rows {
		for _, count := range []struct {
			counts bool
			n      *int
		}{
			{r.From == fromAccount, &body.Counts.Configured}, {r.From == fromOrganisation, &body.Counts.Organisation},
			{!r.Enabled, &body.Counts.Disabled}, {r.Unset && r.Enabled, &body.Counts.Unset},
		} {
			if count.counts {
				*count.n++
			}
		}
	}
	body.Rows, body.Pager = v.cut(body.Filter.apply(rows))
	return &look.Frame{
		Title: "Rules of " + a.Account.Attributes.Title(), Section: "/accounts",
		Lead: "What each rule does in this account. Where nothing is configured here, the organisation's profile holds; where that has nothing, the rule's own page.",
		Crumbs: []look.Link{
			{Text: "Accounts", Path: "/accounts"},
			{Text: a.Account.Attributes.Title(), Path: accountPath(a.Account.ID)},
		},
		Body: body,
	}
}
