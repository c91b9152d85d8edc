package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/server/look"
)

// changeAccountRules does something with several rules.
func (v *visit) changeAccountRules() error {
	a, err := v.accountSettings()
	if err != nil {
		return err
	}
	chosen, note := v.r.PostForm["rule"], strings.TrimSpace(v.field("note"))
	done, err := v.changeSeveral(a, v.field("action"), chosen, note)
	if err != nil {
		frame := v.accountRulesFrame(a)
		body, _ := frame.Body.(*accountRulesBody)
		body.Note, body.Chosen = note, chosen
		return v.refused(err, "account-rules", frame)
	}
	return v.done(link(a.Path(), v.r.URL.Query()), done)
}

// changeSeveral enables, disables or resets rules, and says what was done.
func (v *visit) changeSeveral(a *accountSettings, action string, rules []string, note string) (string, error) {
	if len(rules) == 0 {
		return "", &Failure{Status: http.StatusUnprocessableEntity, Detail: "Choose one rule or more first"}
	}
	if action == "reset" {
		return v.resetSeveral(a, rules)
	}
	if action != "enable" && action != "disable" {
		return "", &Failure{Status: http.StatusBadRequest, Detail: "Choose whether to enable, disable or reset the rules"}
	}
	var settings []conformity.Setting
	for _, id := range rules {
		s, _ := a.setting(id, v.page(id))
		if s.Enabled != (action == "enable") {
			s.Enabled, s.Configured = action == "enable", nil
			settings = append(settings, s)
		}
	}
	if len(settings) == 0 {
		return "The rules were " + action + "d before; nothing was changed.", nil
	}
	var body struct {
		Data struct {
			Attributes struct {
				Note         string               `json:"note,omitempty"`
				RuleSettings []conformity.Setting `json:"ruleSettings"`
			} `json:"attributes"`
		} `json:"data"`
	}
	body.Data.Attributes.Note, body.Data.Attributes.RuleSettings = note, settings
	if err := v.send(http.MethodPatch, a.api(), &body, nil); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s %sd. The account is scanned soon.", look.Plural(len(settings), "rule was", "rules were"), action), nil
}

// resetSeveral removes what is configured for rules.
func (v *visit) resetSeveral(a *accountSettings, rules []string) (string, error) {
	n := 0
	for _, id := range rules {
		if a.from[id] != fromAccount {
			continue
		}
		if err := v.send(http.MethodDelete, a.api()+"/"+url.PathEscape(id), nil, nil); err != nil && !isNotFound(err) {
			return "", err
		}
		n++
	}
	if n == 0 {
		return "None of the rules was configured here; nothing was changed.", nil
	}
	return look.Plural(n, "rule was", "rules were") + " reset. The account is scanned soon.", nil
}
