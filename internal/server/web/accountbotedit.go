package web

import (
	"net/http"
	"strings"
)

// accountEditBody is what the settings of an account show.
type accountEditBody struct {
	accountPage
	Form    accountForm
	Bot     botForm
	Off     []string // of what is set
	Confirm string   // what was typed to delete it
	Faults  faults
}

// An accountForm is an account as it is typed.
type accountForm struct {
	Name, Environment, Code, Tags string
}

func (v *visit) readAccountEdit() (*accountEditBody, error) {
	b := &accountEditBody{Faults: faults{}}
	var err error
	if b.accountPage, err = v.accountPage("settings"); err != nil {
		return nil, err
	}
	a := b.Account
	b.Form = accountForm{Name: a.Name, Environment: a.Environment, Code: a.Code, Tags: strings.Join(a.Tags, ", ")}
	b.Off = a.Settings.Bot.off()
	b.Bot, err = v.newBotForm(a.Settings.Bot)
	return b, err
}

func (v *visit) accountEdit() error {
	b, err := v.readAccountEdit()
	if err != nil {
		return err
	}
	return v.show("account-settings", b.frame(b))
}

// An attributesRequest is a request whose data is attributes only.
type attributesRequest[A any] struct {
	Data struct {
		Attributes A `json:"attributes"`
	} `json:"data"`
}

func newAttributes[A any](attributes A) *attributesRequest[A] {
	r := &attributesRequest[A]{}
	r.Data.Attributes = attributes
	return r
}

func (v *visit) changeAccount() error {
	b, err := v.readAccountEdit()
	if err != nil {
		return err
	}
	b.Form = accountForm{
		Name: strings.TrimSpace(v.field("name")), Environment: strings.TrimSpace(v.field("environment")),
		Code: strings.TrimSpace(v.field("code")), Tags: v.field("tags"),
	}
	request := newAttributes(map[string]any{"name": b.Form.Name, "environment": b.Form.Environment, "code": b.Form.Code, "tags": tagList(b.Form.Tags)})
	if err := v.send(http.MethodPatch, b.Path, request, nil); err != nil {
		return v.editRefused(err, b)
	}
	return v.done(b.Path+"/settings", b.Form.Name+" was saved.")
}

// tagList reads tags: between commas, or one a line. None may be there twice.
func tagList(text string) []string {
	list, seen := []string{}, map[string]bool{}
	for _, tag := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '\n' }) {
		if tag = strings.TrimSpace(tag); tag != "" && !seen[tag] {
			seen[tag] = true
			list = append(list, tag)
		}
	}
	return list
}

func (v *visit) changeSubscription() error {
	b, err := v.readAccountEdit()
	if err != nil {
		return err
	}
	request := newAttributes(map[string]any{
		"subscriptionType": v.field("subscription"), "costPackage": v.field("cost") != "", "securityPackage": v.field("security") != "",
	})
	if err := v.send(http.MethodPatch, b.Path+"/subscription", request, nil); err != nil {
		return v.editRefused(err, b)
	}
	return v.done(b.Path+"/settings", "The subscription of "+b.Account.Name+" was changed.")
}

func (v *visit) deleteAccount() error {
	b, err := v.readAccountEdit()
	if err != nil {
		return err
	}
	b.Confirm = strings.TrimSpace(v.field("confirm"))
	if b.Confirm != strings.TrimSpace(b.Account.Name) {
		b.Faults["confirm"] = "This is not the name of the account. Nothing was deleted."
		f := b.frame(b)
		f.Error = b.Faults["confirm"]
		return v.showAs(http.StatusUnprocessableEntity, "account-settings", f)
	}
	if err := v.send(http.MethodDelete, b.Path, nil, nil); err != nil {
		return v.editRefused(err, b)
	}
	return v.done("/accounts", b.Account.Name+" was deleted. Its checks and resources are being removed.")
}

// editRefused shows what the API refused at its field.
func (v *visit) editRefused(err error, b *accountEditBody) error {
	no := refusal(err)
	if no == nil {
		return err
	}
	b.Faults.add(no, map[string]string{"name": "name", "environment": "environment", "code": "code", "tags": "tags", "delay": "delay", "disabledUntil": "until"})
	return v.showFaults(no.Status, "account-settings", b.frame(b), b.Faults)
}

// add puts what was refused to its field: fields are those of the form by the
// last part of the API's names. What is about none of them stands above the
// form.
func (f faults) add(no *Failure, fields map[string]string) {
	f[fields[no.Source[strings.LastIndexByte(no.Source, '/')+1:]]] = sentence(plainNames.Replace(no.Detail))
}

// plainNames puts the words of the forms in place of the API's names.
var plainNames = strings.NewReplacer(
	"access.keys.roleArn is", "the role ARN is", "access.keys.externalId is", "the external id is", "configuration.roleArn is", "the role ARN is",
	"roleArn is", "the role ARN is", "externalId has", "an external id has", "roleName is", "the role name is",
	"or leave it out to", "or is empty to", "GET /organisation/external-id gives it", "step 2 shows it", "exclude has", "the list has",
)
