package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/conformity"
)

// A checkForm is what was typed on the page of a check.
type checkForm struct {
	Do     string // which form was sent: suppress, lift, except, scan, delete
	Note   string
	Until  string // a day, as browsers send one; empty is for ever
	Except string // what is excepted: one of Choices
	Reason string // why it is excepted
	// Fault is what is wrong with a field, by its name.
	Fault map[string]string
	// Choices are what can be excepted.
	Choices []exceptChoice
	// Soonest is the first day that Until may be.
	Soonest string
}

// An exceptChoice is what an exception may name.
type exceptChoice struct {
	Value string // "resource", or "tag " and the tag
	Tag   string
}

// dayFormat is a day as browsers write it.
const dayFormat = "2006-01-02"

// emptyCheckForm is the form before anything was typed.
func (v *visit) emptyCheckForm(b *checkBody) checkForm {
	f := checkForm{Except: "resource", Soonest: v.Now().UTC().AddDate(0, 0, 1).Format(dayFormat), Fault: map[string]string{}}
	f.Choices = []exceptChoice{{Value: "resource"}}
	for _, tag := range b.Check.Tags {
		f.Choices = append(f.Choices, exceptChoice{"tag " + tag, tag})
	}
	return f
}

// changeCheck does what one of the forms asks for.
func (v *visit) changeCheck() error {
	id := v.param("id")
	b, err := v.checkBody(id)
	if isNotFound(err) {
		return v.checkGone(id)
	}
	if err != nil {
		return err
	}
	b.Form = v.emptyCheckForm(b)
	b.Form.Do = v.field("do")
	b.Form.Note, b.Form.Until = strings.TrimSpace(v.field("note")), v.field("until")
	b.Form.Except, b.Form.Reason = cmp.Or(v.field("except"), "resource"), strings.TrimSpace(v.field("reason"))
	to, done := b.Path(), ""
	switch b.Form.Do {
	case "suppress":
		done, err = v.suppressCheck(b)
	case "lift":
		done, err = "The suppression is lifted.", v.send(http.MethodPatch, b.Path(), suppression(false, 0, b.Form.Note), nil)
	case "except":
		done, err = v.exceptResource(b)
	case "scan":
		done, err = "A scan of "+b.Account.Attributes.Title()+" was asked for. It begins as soon as a worker is free.", v.send(http.MethodPost, b.AccountPath()+"/scan", nil, nil)
	case "delete":
		to, done = "/checks", "The check is deleted."
		err = v.send(http.MethodDelete, b.Path(), nil, nil)
	default:
		return &Failure{Status: http.StatusBadRequest, Detail: "The form does not say what to do. Go back and try again."}
	}
	if err != nil {
		return v.refusedCheck(err, b)
	}
	return v.done(to, done)
}

// refusedCheck shows what was refused, beside its field where it is about one.
func (v *visit) refusedCheck(err error, b *checkBody) error {
	var no *Failure
	if errors.As(err, &no) {
		field := no.Source
		if rest, ok := strings.CutPrefix(no.Detail, "meta.note "); ok {
			field, no.Detail = "note", "The note "+rest
		} else if rest, ok := strings.CutPrefix(no.Detail, "note "); ok {
			field, no.Detail = "reason", "The reason "+rest
		}
		if slices.Contains([]string{"note", "until", "except", "reason"}, field) {
			b.Form.Fault[field] = sentence(no.Detail)
		}
	}
	return v.refused(err, "check", v.checkFrame(b))
}

// suppression is the request to suppress a check, or to lift that. until is in
// milliseconds since 1970; 0 is for ever.
func suppression(suppressed bool, until int64, note string) any {
	attributes := map[string]any{"suppressed": suppressed}
	if until != 0 {
		attributes["suppressed-until"] = until
	}
	return map[string]any{"data": map[string]any{"type": "checks", "attributes": attributes}, "meta": map[string]any{"note": note}}
}

// suppressCheck suppresses a check to the end of a day, and says so.
func (v *visit) suppressCheck(b *checkBody) (string, error) {
	if b.Form.Note == "" {
		return "", &Failure{Status: http.StatusUnprocessableEntity, Source: "note", Detail: "Say why the check is suppressed"}
	}
	done, until := "The check is suppressed.", int64(0)
	if b.Form.Until != "" {
		day, err := time.Parse(dayFormat, b.Form.Until)
		if err != nil {
			return "", &Failure{Status: http.StatusUnprocessableEntity, Source: "until", Detail: "This is no date; write it like " + b.Form.Soonest}
		}
		end := day.AddDate(0, 0, 1)
		if !end.After(v.Now()) {
			return "", &Failure{Status: http.StatusUnprocessableEntity, Source: "until", Detail: "This day is over; choose one to come"}
		}
		until, done = end.UnixMilli(), "The check is suppressed to the end of "+day.Format("2 January 2006")+" (UTC)."
	}
	return done, v.send(http.MethodPatch, b.Path(), suppression(true, until, b.Form.Note), nil)
}

// exceptResource keeps the resource, or all with one of its tags, from the
// rule. What else the account's setting of the rule says stays.
func (v *visit) exceptResource(b *checkBody) (string, error) {
	tag, isTag := strings.CutPrefix(b.Form.Except, "tag ")
	switch {
	case b.Page == nil || b.Check.Resource == "":
		return "", &Failure{Status: http.StatusUnprocessableEntity, Detail: "Only resources that Surety's own rules judge can be excepted"}
	case !slices.ContainsFunc(b.Form.Choices, func(c exceptChoice) bool { return c.Value == b.Form.Except }):
		return "", &Failure{Status: http.StatusUnprocessableEntity, Source: "except", Detail: "Choose what is excepted"}
	}
	setting, err := v.ruleSetting(b)
	if err != nil {
		return "", err
	}
	var exceptions conformity.Exceptions
	if setting.Exceptions != nil {
		exceptions = *setting.Exceptions
	}
	what := "The resource is"
	if isTag {
		exceptions.Tags = with(exceptions.Tags, tag)
		what = "Resources with the tag " + tag + " are"
	} else {
		exceptions.Resources = with(exceptions.Resources, cmp.Or(b.Check.ARN, b.Check.Resource))
	}
	setting.Exceptions, setting.Configured = &exceptions, nil
	body := map[string]any{"data": map[string]any{"attributes": map[string]any{"note": b.Form.Reason, "ruleSetting": setting}}}
	path := b.AccountPath() + "/settings/rules/" + url.PathEscape(b.Rule)
	if err := v.send(http.MethodPatch, path, body, nil); err != nil {
		return "", err
	}
	return what + " excepted from " + b.Rule + " in " + b.Account.Attributes.Title() + ". The scan that follows removes the check.", nil
}

// with is a list with one more text, unless it has that.
func with(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(slices.Clone(list), text)
}

// ruleSetting is what the account is scanned with for the check's rule: its own
// setting, the organisation's, or that of the rule's page.
func (v *visit) ruleSetting(b *checkBody) (conformity.Setting, error) {
	var answer settingsAnswer
	err := v.get(b.AccountPath()+"/settings/rules", url.Values{"includeOrganisation": {"true"}}, &answer)
	if err != nil && !isNotFound(err) { // nothing is configured
		return conformity.Setting{}, err
	}
	of := &accountSettings{Account: b.Account, settings: map[string]conformity.Setting{}}
	for _, s := range answer.Data.Attributes.Settings.Rules {
		of.settings[s.ID] = s
	}
	s, _ := of.setting(b.Rule, v.page(b.Rule))
	return s, nil
}
