package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/server/look"
)

var customRulePages = []page{
	{Pattern: "GET /custom-rules", Handle: (*visit).customRules},
	{Pattern: "GET /custom-rules/new", Handle: (*visit).newCustomRule},
	{Pattern: "POST /custom-rules/new", Handle: (*visit).sendCustomRule},
	{Pattern: "GET /custom-rules/{id}", Handle: (*visit).customRule},
	{Pattern: "POST /custom-rules/{id}", Handle: (*visit).sendCustomRule},
	{Pattern: "POST /custom-rules/{id}/delete", Handle: (*visit).deleteCustomRule},
}

// customRuleFacts are the members of a custom rule that lists show.
type customRuleFacts struct {
	Name             string
	Description      string
	RemediationNotes string `json:"remediationNotes"`
	Service          string
	ResourceType     string `json:"resourceType"`
	Severity         string
	Enabled          bool
	Provider         string
	Categories       []string
	Attributes       json.RawMessage
	Rules            json.RawMessage
}

// A customRuleRow is a custom rule in the list, with its checks.
type customRuleRow struct {
	customRuleFacts
	ID     string
	Counts counts
	Judged bool // it has checks
}

// Checks leads to the checks of the rule that have a status.
func (r *customRuleRow) Checks(status string) string {
	return link("/checks", url.Values{"filter[ruleIds]": {r.ID}, "filter[statuses]": {status}})
}

// customRulesBody is what the list of custom rules shows.
type customRulesBody struct {
	Rules    []customRuleRow
	Examples []customRuleExample
}

func (v *visit) customRules() error {
	var answer many[customRuleFacts]
	if err := v.get("/custom-rules", nil, &answer); err != nil {
		return err
	}
	b := &customRulesBody{Examples: customRuleExamples}
	for _, r := range answer.Data {
		b.Rules = append(b.Rules, customRuleRow{customRuleFacts: r.Attributes, ID: r.ID})
	}
	if err := v.countCustomRules(b.Rules); err != nil {
		return err
	}
	slices.SortStableFunc(b.Rules, func(x, y customRuleRow) int {
		return strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name))
	})
	return v.show("custom-rules", &look.Frame{
		Title: "Custom rules", Section: "/custom-rules", Lead: "Rules of your own, as JSON, on what a scan reads of a resource.", Body: b,
	})
}

// countCustomRules fills in how the checks of rules stand.
func (v *visit) countCustomRules(rules []customRuleRow) error {
	const most = 100 // ids in one question
	for part := range slices.Chunk(rules, most) {
		ids := make([]string, len(part))
		for i := range part {
			ids[i] = part[i].ID
		}
		var answer many[counts]
		if err := v.get("/statistics/rules", url.Values{"filter[ruleIds]": {strings.Join(ids, ",")}}, &answer); err != nil {
			return err
		}
		for _, c := range answer.Data {
			if i := slices.Index(ids, c.ID); i >= 0 {
				part[i].Counts, part[i].Judged = c.Attributes, true
			}
		}
	}
	return nil
}

// readCustomRule reads the rule that the path names, all of its members.
func (v *visit) readCustomRule() (*customRuleForm, error) {
	var answer many[map[string]json.RawMessage]
	if err := v.get("/custom-rules/"+url.PathEscape(v.param("id")), nil, &answer); err != nil {
		return nil, err
	}
	if len(answer.Data) == 0 {
		return nil, &Failure{Status: http.StatusNotFound, Detail: "There is no such rule."}
	}
	f := &customRuleForm{ID: answer.Data[0].ID, members: answer.Data[0].Attributes, Faults: faults{}}
	if err := f.fill(); err != nil {
		return nil, err
	}
	row := []customRuleRow{f.Row}
	err := v.countCustomRules(row)
	f.Row = row[0]
	return f, err
}

func (v *visit) customRule() error {
	f, err := v.readCustomRule()
	if err != nil {
		return err
	}
	if !v.who.IsAdmin() {
		return v.show("custom-rule-read", f.frame())
	}
	return v.showCustomRule(http.StatusOK, f)
}

func (v *visit) newCustomRule() error {
	if err := v.onlyAdmin(); err != nil {
		return err
	}
	f := &customRuleForm{Faults: faults{}}
	if err := f.start(v.query("example")); err != nil {
		return err
	}
	return v.showCustomRule(http.StatusOK, f)
}

func (v *visit) deleteCustomRule() error {
	f, err := v.readCustomRule()
	if err != nil {
		return err
	}
	if err := v.send(http.MethodDelete, "/custom-rules/"+url.PathEscape(f.ID), nil, nil); err != nil {
		return err
	}
	return v.done("/custom-rules", f.Name+" was deleted, with its checks.")
}
