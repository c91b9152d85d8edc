package web

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/server/look"
)

// A settingNote is what a user said when a setting was changed.
type settingNote struct {
	By   string `json:"createdBy"`
	At   moment `json:"createdDate"`
	Note string
	Name string `json:"-"` // of the user
}

// ruleBody is what the page of a rule's setting shows.
type ruleBody struct {
	*accountSettings
	Form  *settingForm
	From  string
	Rule  *kb.Page // nil when Surety has no such rule
	Row   settingRow
	Notes []settingNote
}

func (v *visit) accountRule() error {
	a, frame, err := v.ruleFrame()
	if err != nil {
		return err
	}
	if err := v.readNotes(a, frame); err != nil {
		return err
	}
	return v.show("account-rule", frame)
}

// ruleFrame is the page of the rule of the path.
func (v *visit) ruleFrame() (*accountSettings, *look.Frame, error) {
	a, err := v.accountSettings()
	if err != nil {
		return nil, nil, err
	}
	id := v.param("rule")
	page := v.page(id)
	if _, there := a.settings[id]; page == nil && !there {
		return nil, nil, &Failure{Status: http.StatusNotFound, Detail: "There is no rule " + id}
	}
	s, from := a.setting(id, page)
	body := &ruleBody{accountSettings: a, Form: newSettingForm(s, page, false), From: from, Row: v.settingRow(s, page), Rule: v.kbPage(page)}
	title := a.Account.Attributes.Title()
	return a, &look.Frame{
		Title: body.Row.Title, Section: "/accounts", Lead: "How the rule works in " + title + ".",
		Crumbs: []look.Link{
			{Text: "Accounts", Path: "/accounts"},
			{Text: title, Path: accountPath(a.Account.ID)}, {Text: "Rules", Path: a.Path()},
		},
		Body: body,
	}, nil
}

// kbPage is a rule's page in the knowledge base; nil without.
func (v *visit) kbPage(page *rule.Rule) *kb.Page {
	if page == nil {
		return nil
	}
	p, err := v.Book.Page(page.ID)
	if err != nil {
		v.Log.ErrorContext(v.r.Context(), "a page of the knowledge base cannot be made", "rule", page.ID, "error", err)
		return nil
	}
	return p
}

// readNotes adds what users said when they changed the setting.
func (v *visit) readNotes(a *accountSettings, frame *look.Frame) error {
	body, _ := frame.Body.(*ruleBody)
	if body.From != fromAccount {
		return nil
	}
	var answer settingsAnswer
	if err := v.get(a.api()+"/"+url.PathEscape(body.Form.Rule), url.Values{"notes": {"true"}}, &answer); err != nil && !isNotFound(err) {
		return err
	}
	body.Notes = answer.Meta.Notes
	names, err := v.userNames(len(body.Notes) > 0)
	for i := range body.Notes {
		body.Notes[i].Name = names[body.Notes[i].By]
	}
	return err
}

// userNames are the names of users by their ids: of all for administrators, and
// else of the reader.
func (v *visit) userNames(wanted bool) (map[string]string, error) {
	names := map[string]string{v.who.UserID: look.UserOf(v.who).Name}
	if !wanted || !v.who.IsAdmin() {
		return names, nil
	}
	users, err := v.userList()
	if err != nil {
		return nil, err
	}
	for _, u := range users {
		names[u.ID] = u.Attributes.Name()
	}
	return names, nil
}

// changeAccountRule saves or resets the setting, or has the account scanned.
func (v *visit) changeAccountRule() error {
	a, frame, err := v.ruleFrame()
	if err != nil {
		return err
	}
	body, _ := frame.Body.(*ruleBody)
	id := body.Form.Rule
	here, path := a.Path()+"/"+url.PathEscape(id), a.api()+"/"+url.PathEscape(id)
	var said string
	switch v.field("action") {
	case "scan":
		said = "The scan was started. Its checks show as soon as it is through."
		err = v.send(http.MethodPost, accountPath(a.Account.ID)+"/scan", nil, nil)
	case "reset":
		said = "The rule was reset. The account is scanned soon, so that its checks follow."
		err = v.send(http.MethodDelete, path, nil, nil)
		if isNotFound(err) {
			err, said = nil, "Nothing was configured here; nothing was changed."
		}
	default:
		said = "The setting was saved. The account is scanned soon, so that its checks follow."
		err = v.saveAccountRule(body.Form, path)
	}
	if err == nil {
		return v.done(here, said)
	}
	var no *Failure
	if errors.As(err, &no) {
		body.Form.refuse(no)
	}
	if err := v.readNotes(a, frame); err != nil {
		return err
	}
	return v.refused(err, "account-rule", frame)
}

// saveAccountRule sends what was typed.
func (v *visit) saveAccountRule(form *settingForm, path string) error {
	setting, err := form.take(v.r.PostForm)
	if err != nil {
		return err
	}
	var body struct {
		Data struct {
			Attributes struct {
				Note        string             `json:"note,omitempty"`
				RuleSetting conformity.Setting `json:"ruleSetting"`
			} `json:"attributes"`
		} `json:"data"`
	}
	body.Data.Attributes.Note, body.Data.Attributes.RuleSetting = form.Note, setting
	return v.send(http.MethodPatch, path, &body, nil)
}
