package web

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/server/look"
)

// newAccountStep is what each step has on the way to a new account.
type newAccountStep struct {
	Steps []wizardStep
}

// A wizardStep is one of several pages that lead to something.
type wizardStep struct {
	Text, Path string
	Current    bool
	Past       bool
}

// newAccountFrame is the frame of a step, counted from 1.
func (v *visit) newAccountFrame(step int) (newAccountStep, *look.Frame, error) {
	if !v.who.IsAdmin() {
		return newAccountStep{}, nil, &Failure{Status: http.StatusForbidden, Detail: "Only administrators add accounts."}
	}
	s := newAccountStep{Steps: []wizardStep{
		{Text: "What will be done", Path: "/accounts/new"}, {Text: "The role", Path: "/accounts/new/role"}, {Text: "The account", Path: "/accounts/new/details"},
	}}
	for i := range s.Steps {
		s.Steps[i].Current, s.Steps[i].Past = i == step-1, i < step-1
	}
	return s, &look.Frame{Title: "Add an AWS account", Section: "/accounts", Crumbs: []look.Link{{Text: "Accounts", Path: "/accounts"}}}, nil
}

func (v *visit) newAccountStart() error {
	s, f, err := v.newAccountFrame(1)
	if err != nil {
		return err
	}
	f.Body = &s
	return v.show("account-new", f)
}

// A roleTemplate is the role that an account needs, as text to deploy.
type roleTemplate struct {
	Format         string
	Text           string
	File           string `json:"file-name"`
	Principal      string
	PrincipalKnown bool   `json:"principal-known"`
	ExternalID     string `json:"external-id"`
	Notes          []string
}

// roleFormats are the formats of the role, as the API names them.
var roleFormats = []struct{ Key, Text string }{{"cloudformation", "CloudFormation"}, {"terraform", "Terraform"}, {"policy", "Policy only"}}

// roleBody is what the second step shows.
type roleBody struct {
	newAccountStep
	Tabs     []Tab
	Template roleTemplate
	Policies []string // one document each
}

// IsFile tells whether the text is one file to deploy.
func (b *roleBody) IsFile() bool { return b.Template.Format != "policy" }

func (v *visit) newAccountRole() error {
	s, f, err := v.newAccountFrame(2)
	if err != nil {
		return err
	}
	b := &roleBody{newAccountStep: s}
	format := v.query("format")
	if !slices.ContainsFunc(roleFormats, func(f struct{ Key, Text string }) bool { return f.Key == format }) {
		format = roleFormats[0].Key
	}
	for _, r := range roleFormats {
		b.Tabs = append(b.Tabs, Tab{Text: r.Text, Path: link("/accounts/new/role", url.Values{"format": {r.Key}}), Current: r.Key == format})
	}
	if b.Template, err = v.roleTemplate(format); err != nil {
		return err
	}
	if format == "policy" {
		for _, document := range strings.Split(strings.TrimSpace(b.Template.Text), "\n") {
			b.Policies = append(b.Policies, indented(json.RawMessage(document)))
		}
	}
	f.Body = b
	return v.show("account-new-role", f)
}

func (v *visit) roleTemplate(format string) (roleTemplate, error) {
	var answer one[roleTemplate]
	err := v.get("/accounts/access/template", url.Values{"format": {format}}, &answer)
	t := answer.Data.Attributes
	for i := range t.Notes {
		t.Notes[i] = sentence(t.Notes[i])
	}
	return t, err
}

// roleFile sends the role as a file to keep.
func (v *visit) roleFile() error {
	t, err := v.roleTemplate(v.param("format"))
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	v.w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": t.File}))
	io.WriteString(v.w, t.Text) //nolint:errcheck // the browser may have gone
	return nil
}

// accountDetailsBody is what the third step shows.
type accountDetailsBody struct {
	newAccountStep
	Form           accountForm
	Role, External string
	Check          *accessCheck
	Faults         faults
}

func (v *visit) newAccountDetails() error {
	s, f, err := v.newAccountFrame(3)
	if err != nil {
		return err
	}
	b := &accountDetailsBody{newAccountStep: s, Faults: faults{}}
	if b.External, err = v.externalID(); err != nil {
		return err
	}
	f.Body = b
	return v.show("account-new-details", f)
}

// addAccount tests the role, or adds the account, as the button says.
func (v *visit) addAccount() error {
	s, f, err := v.newAccountFrame(3)
	if err != nil {
		return err
	}
	b := &accountDetailsBody{newAccountStep: s, Faults: faults{}, Role: strings.TrimSpace(v.field("role")), External: strings.TrimSpace(v.field("external"))}
	b.Form = accountForm{Name: strings.TrimSpace(v.field("name")), Environment: strings.TrimSpace(v.field("environment")), Tags: v.field("tags")}
	f.Body = b
	access := map[string]any{"keys": map[string]string{"roleArn": b.Role, "externalId": b.External}}
	if v.field("do") == "test" {
		var answer one[accessCheck]
		if err := v.send(http.MethodPost, "/accounts/access/check", newAttributes(map[string]any{"access": access}), &answer); err != nil {
			return v.newAccountRefused(err, b, f)
		}
		b.Check = &answer.Data.Attributes
		b.Check.link(v)
		return v.show("account-new-details", f)
	}
	for field, missing := range map[string]string{"name": "Give the account a name.", "environment": "Say which environment it is.", "role": "Give the ARN of the role."} {
		if v.field(field) == "" {
			b.Faults[field] = missing
		}
	}
	if len(b.Faults) > 0 {
		return v.showFaults(http.StatusUnprocessableEntity, "account-new-details", f, b.Faults)
	}
	var answer one[account]
	request := newAttributes(map[string]any{"name": b.Form.Name, "environment": b.Form.Environment, "tags": tagList(b.Form.Tags), "access": access})
	if err := v.send(http.MethodPost, "/accounts", request, &answer); err != nil {
		return v.newAccountRefused(err, b, f)
	}
	return v.done(accountPath(answer.Data.ID), answer.Data.Attributes.Name+" was added. Its first scan begins as soon as a worker is free.")
}

func (v *visit) newAccountRefused(err error, b *accountDetailsBody, f *look.Frame) error {
	no := refusal(err)
	if no == nil {
		return err
	}
	b.Faults.add(no, map[string]string{"name": "name", "environment": "environment", "tags": "tags", "roleArn": "role", "externalId": "external"})
	return v.showFaults(no.Status, "account-new-details", f, b.Faults)
}
