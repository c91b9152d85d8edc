package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/server/look"
)

// profileBody is what the page of a profile shows, and the page on which rules
// are added to it.
type profileBody struct {
	*profileSettings
	Filter *ruleFilter
	Rows   []settingRow
	Pager  pager
	Total  int
	Action string // the page's address, for what is done on it
	Chosen []string
	Faults map[string]string
}

// IsChosen tells whether a rule is.
func (b *profileBody) IsChosen(id string) bool { return slices.Contains(b.Chosen, id) }

func (v *visit) showProfile() error {
	p, err := v.profileSettings(v.param("id"))
	if err != nil {
		return err
	}
	return v.show("profile", v.profileFrame(p))
}

func (v *visit) profileFrame(p *profileSettings) *look.Frame {
	body := &profileBody{profileSettings: p, Filter: v.ruleFilter(profileStates), Action: link(v.r.URL.Path, v.r.URL.Query()), Total: len(p.Settings), Faults: map[string]string{}}
	var rows []settingRow
	for _, s := range p.Settings {
		rows = append(rows, v.settingRow(s, v.page(s.ID)))
	}
	sortRows(rows)
	body.Rows, body.Pager = v.cut(body.Filter.apply(rows))
	return &look.Frame{
		Title: p.Name, Section: "/profiles", Lead: p.Description, Crumbs: profileCrumbs(p)[:1], Body: body,
	}
}

// changeProfile does what a button of the profile's page says.
func (v *visit) changeProfile() error {
	p, err := v.profileSettings(v.param("id"))
	if err != nil {
		return err
	}
	chosen := v.r.PostForm["rule"]
	to, said := link(p.Path(), v.r.URL.Query()), ""
	switch action := v.field("action"); action {
	case "delete":
		to, said = "/profiles", "Profile "+p.Name+" was deleted. Accounts to which it was applied keep their settings."
		err = v.send(http.MethodDelete, "/profiles/"+url.PathEscape(p.ID), nil, nil)
	case "remove":
		said, err = v.removeRules(p, chosen)
	case "enable", "disable":
		said, err = v.switchRules(p, chosen, action)
	default:
		to, said = p.Path(), "The profile was saved."
		var body profileChange
		body.Data.Attributes = &profile{Name: v.field("name"), Description: v.field("description")}
		err = v.send(http.MethodPatch, "/profiles/"+url.PathEscape(p.ID), &body, nil)
	}
	if err == nil {
		return v.done(to, said)
	}
	frame := v.profileFrame(p)
	body, _ := frame.Body.(*profileBody)
	body.Chosen = chosen
	if v.field("action") == "save" {
		body.profile = profile{Name: v.field("name"), Description: v.field("description")}
		putProfileFault(body.Faults, err)
	}
	return v.refused(err, "profile", frame)
}

// A profileChange is the request to change a profile.
type profileChange struct {
	Data struct {
		Attributes *profile `json:"attributes,omitempty"`
	} `json:"data"`
	Included []profileRule `json:"included,omitempty"`
}

// A profileRule is the setting of a rule in a profile.
type profileRule struct {
	Type       string          `json:"type"`
	ID         string          `json:"id"`
	Attributes json.RawMessage `json:"attributes"`
}

// putRules puts settings into a profile.
func (v *visit) putRules(p *profileSettings, settings ...conformity.Setting) error {
	var body profileChange
	for _, s := range settings {
		attributes, err := s.Attributes()
		if err != nil {
			return err
		}
		body.Included = append(body.Included, profileRule{Type: "rules", ID: s.ID, Attributes: attributes})
	}
	return v.send(http.MethodPatch, "/profiles/"+url.PathEscape(p.ID), &body, nil)
}

func noRuleChosen() error {
	return &Failure{Status: http.StatusUnprocessableEntity, Detail: "Choose one rule or more first"}
}

// removeRules takes rules out of a profile.
func (v *visit) removeRules(p *profileSettings, rules []string) (string, error) {
	if len(rules) == 0 {
		return "", noRuleChosen()
	}
	for _, id := range rules {
		err := v.send(http.MethodDelete, "/profiles/"+url.PathEscape(p.ID)+"/rules/"+url.PathEscape(id), nil, nil)
		if err != nil && !isNotFound(err) {
			return "", err
		}
	}
	return look.Plural(len(rules), "rule was", "rules were") + " removed from the profile.", nil
}

// switchRules enables or disables rules of a profile.
func (v *visit) switchRules(p *profileSettings, rules []string, action string) (string, error) {
	if len(rules) == 0 {
		return "", noRuleChosen()
	}
	var settings []conformity.Setting
	for _, id := range rules {
		if s, ok := p.setting(id); ok && s.Enabled != (action == "enable") {
			s.Enabled = action == "enable"
			settings = append(settings, s)
		}
	}
	if len(settings) == 0 {
		return "The rules were " + action + "d before; nothing was changed.", nil
	}
	return look.Plural(len(settings), "rule was", "rules were") + " " + action + "d in the profile.", v.putRules(p, settings...)
}

func (v *visit) rulesToAdd() error {
	p, err := v.profileSettings(v.param("id"))
	if err != nil {
		return err
	}
	return v.show("profile-add", v.addFrame(p))
}

func (v *visit) addFrame(p *profileSettings) *look.Frame {
	body := &profileBody{profileSettings: p, Filter: v.ruleFilter(nil), Action: link(v.r.URL.Path, v.r.URL.Query())}
	var rows []settingRow
	for _, id := range v.Library.IDs() {
		page := v.page(id)
		if _, there := p.setting(id); there || page == nil || page.Deprecated != "" {
			continue
		}
		rows = append(rows, v.settingRow(conformity.Setting{ID: id, Enabled: true}, page))
	}
	sortRows(rows)
	body.Total = len(rows)
	body.Rows, body.Pager = v.cut(body.Filter.apply(rows))
	return &look.Frame{
		Title: "Add rules", Section: "/profiles", Lead: "Rules that “" + p.Name + "” does not have. They are added as their pages have them; configure them afterwards.",
		Crumbs: profileCrumbs(p), Body: body,
	}
}

// addRules adds rules to a profile, as their pages have them.
func (v *visit) addRules() error {
	p, err := v.profileSettings(v.param("id"))
	if err != nil {
		return err
	}
	chosen := v.r.PostForm["rule"]
	var settings []conformity.Setting
	for _, id := range chosen {
		if _, there := p.setting(id); !there {
			settings = append(settings, v.settingToAdd(id, v.field("action") != "disable"))
		}
	}
	if err = noRuleChosen(); len(settings) > 0 {
		err = v.putRules(p, settings...)
	}
	if err != nil {
		frame := v.addFrame(p)
		if body, ok := frame.Body.(*profileBody); ok {
			body.Chosen = chosen
		}
		return v.refused(err, "profile-add", frame)
	}
	if len(settings) == 1 {
		return v.done(p.Path()+"/rules/"+url.PathEscape(settings[0].ID), "The rule was added to the profile. Configure it here.")
	}
	return v.done(p.Path(), fmt.Sprintf("%d rules were added to the profile.", len(settings)))
}

// settingToAdd is the setting of a rule that comes into a profile. It has the
// risk level of the rule, without which no account takes it.
func (v *visit) settingToAdd(id string, enabled bool) conformity.Setting {
	s := conformity.Setting{ID: id, Enabled: enabled, Provider: conformity.AWS}
	if page := v.page(id); page != nil {
		if info := conformity.RuleInfo(page); !info.MultiRiskLevel {
			s.RiskLevel = info.RiskLevel
		}
	}
	return s
}

// profileRuleBody is what the page of a rule in a profile shows.
type profileRuleBody struct {
	*profileSettings
	Form  *settingForm
	There bool // the profile has the rule
	Row   settingRow
	Rule  *kb.Page
}

func (v *visit) profileRule() error {
	_, frame, err := v.profileRuleFrame()
	if err != nil {
		return err
	}
	return v.show("profile-rule", frame)
}

func (v *visit) profileRuleFrame() (*profileSettings, *look.Frame, error) {
	p, err := v.profileSettings(v.param("id"))
	if err != nil {
		return nil, nil, err
	}
	id := v.param("rule")
	page := v.page(id)
	s, there := p.setting(id)
	if !there && page == nil {
		return nil, nil, &Failure{Status: http.StatusNotFound, Detail: "There is no rule " + id}
	}
	if !there {
		s = v.settingToAdd(id, true)
	}
	body := &profileRuleBody{profileSettings: p, Form: newSettingForm(s, page, true), There: there, Row: v.settingRow(s, page), Rule: v.kbPage(page)}
	return p, &look.Frame{
		Title: body.Row.Title, Section: "/profiles", Lead: "How the rule is set in “" + p.Name + "”.", Crumbs: profileCrumbs(p), Body: body,
	}, nil
}

// changeProfileRule saves the setting, or takes the rule out of the profile.
func (v *visit) changeProfileRule() error {
	p, frame, err := v.profileRuleFrame()
	if err != nil {
		return err
	}
	body, _ := frame.Body.(*profileRuleBody)
	if v.field("action") == "remove" {
		said, err := v.removeRules(p, []string{body.Form.Rule})
		if err != nil {
			return v.refused(err, "profile-rule", frame)
		}
		return v.done(p.Path(), said)
	}
	setting, err := body.Form.take(v.r.PostForm)
	if err == nil {
		err = v.putRules(p, setting)
	}
	if err == nil {
		return v.done(p.Path()+"/rules/"+url.PathEscape(setting.ID), "The setting was saved in the profile.")
	}
	var no *Failure
	if errors.As(err, &no) {
		body.Form.refuse(no)
	}
	return v.refused(err, "profile-rule", frame)
}
