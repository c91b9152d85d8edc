package web

import (
	"context"
	"errors"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/server/look"
	"github.com/surety-cloud/surety/internal/source/template"
)

var templatePages = []page{
	{Pattern: "GET /templates", Handle: (*visit).templates},
	{Pattern: "POST /templates", Handle: (*visit).judgeTemplates, Large: true},
	{Pattern: "POST /templates/corrected", Handle: (*visit).correctedTemplate, Large: true},
}

// A tplForm is what the form of the template scanner holds.
type tplForm struct {
	Templates  []tplText // what is typed or kept; the files that were uploaded come after
	Settings   string    // "", "account:ID" or "profile:ID"
	Parameters string    // a line Name=Value each
	Accounts   []thing[account]
	Profiles   []thing[tplProfile]
	Faults     map[string]string // by field
	Results    []*tplResult
	Corrected  bool // corrections were asked for
}

type tplProfile struct{ Name string }

// A tplText is a template as it was sent.
type tplText struct {
	Name     string // of the file; empty for what was typed
	Contents string
}

// Title names the template for a reader.
func (t tplText) Title() string {
	if t.Name == "" {
		return "Pasted template"
	}
	return t.Name
}

// Lines is how many lines the template has.
func (t tplText) Lines() int { return strings.Count(strings.TrimSuffix(t.Contents, "\n"), "\n") + 1 }

// templates shows the empty form, or one filled with an example.
func (v *visit) templates() error {
	f, err := v.tplForm()
	if err != nil {
		return err
	}
	if text, ok := tplExamples[v.query("example")]; ok {
		f.Templates[0].Contents = text
	}
	return v.showTemplates(http.StatusOK, f)
}

func (v *visit) showTemplates(status int, f *tplForm) error {
	return v.showAs(status, "templates", &look.Frame{
		Title: "Template scanner", Section: "/templates", Body: f,
		Lead: "Find what is wrong in CloudFormation templates and Terraform configurations before they are deployed. Nothing is kept.",
	})
}

// tplForm is the form with what can be chosen.
func (v *visit) tplForm() (*tplForm, error) {
	f := &tplForm{Templates: []tplText{{}}, Faults: map[string]string{}}
	if !v.who.CanReadSome() {
		return f, nil
	}
	s, err := v.scope()
	if err != nil {
		return nil, err
	}
	f.Accounts = s.Accounts
	var profiles many[tplProfile]
	if err := v.get("/profiles", nil, &profiles); err != nil {
		return nil, err
	}
	f.Profiles = profiles.Data
	return f, nil
}

// tplTime bounds the judging of all templates of a form: what is left then is
// told as not judged.
const tplTime = 60 * time.Second

// judgeTemplates judges what the form holds.
func (v *visit) judgeTemplates() error {
	f, given, err := v.sentTemplates()
	if err != nil {
		return err
	}
	if len(f.Faults) > 0 {
		return v.showTemplates(http.StatusUnprocessableEntity, f)
	}
	f.Corrected = v.field("do") == "correct"
	request := v.r
	ctx, cancel := context.WithTimeout(v.r.Context(), tplTime)
	defer cancel()
	v.r = v.r.WithContext(ctx)
	for n, t := range f.Templates {
		r, err := v.judgeOne(n, t, given, f.Corrected)
		var no *Failure
		switch {
		case request.Context().Err() != nil:
			return request.Context().Err() // nobody waits
		case err == nil:
		case ctx.Err() != nil:
			r.Problems = append(r.Problems, "Not scanned: all templates together take more than "+strconv.Itoa(int(tplTime.Seconds()))+" seconds. Send it alone.")
		case errors.As(err, &no) && tplOfForm(no):
			f.Faults[tplFaultField(no, given)] = sentence(no.Detail)
			f.Results = nil
			v.r = request
			return v.showTemplates(no.Status, f)
		case no != nil:
			r.Problems = append(r.Problems, tplRenamed(no.Detail, t.Title()))
		default:
			return err
		}
		f.Results = append(f.Results, r)
	}
	v.r = request
	tplFit(f)
	return v.showTemplates(http.StatusOK, f)
}

// tplOfForm tells whether a refusal is of what all templates share.
func tplOfForm(no *Failure) bool {
	return no.Status == http.StatusForbidden || no.Status == http.StatusNotFound || no.Status == http.StatusBadRequest
}

func tplFaultField(no *Failure, given *tplGiven) string {
	if no.Status != http.StatusBadRequest && given.AccountID+given.ProfileID != "" {
		return "settings"
	}
	return "contents"
}

// A tplGiven is what the calls of the template scanner take.
type tplGiven struct {
	Type       string            `json:"type"`
	Contents   string            `json:"contents"`
	AccountID  string            `json:"accountId,omitempty"`
	ProfileID  string            `json:"profileId,omitempty"`
	Parameters map[string]string `json:"parameters,omitempty"`
	Name       string            `json:"name,omitempty"` // for a correction only
}

// body is the request to judge a template.
func (g tplGiven) body(t tplText, name string) any {
	g.Type, g.Contents, g.Name = tplType(t), t.Contents, name
	return map[string]any{"data": map[string]any{"attributes": g}}
}

// tplType is the API's type of a template: by its text, and where that says
// nothing by the name, so that the API tells what is wrong with the text.
func tplType(t tplText) string {
	switch form := template.FormOf([]byte(t.Contents)); {
	case form == template.Plan || form == template.Configuration, form == template.Neither && path.Ext(t.Name) == ".tf":
		return "terraform-template"
	}
	return "cloudformation-template"
}

// sentTemplates reads the form that was sent. What is wrong with it is in its
// Faults.
func (v *visit) sentTemplates() (*tplForm, *tplGiven, error) {
	f, err := v.tplForm()
	if err != nil {
		return nil, nil, err
	}
	f.Settings, f.Parameters = v.field("settings"), v.field("parameters")
	given := &tplGiven{}
	kind, id, _ := strings.Cut(f.Settings, ":")
	switch kind {
	case "account":
		given.AccountID = id
	case "profile":
		given.ProfileID = id
	}
	var fault string
	if given.Parameters, fault = tplParameters(f.Parameters); fault != "" {
		f.Faults["parameters"] = fault
	}
	texts, fault := v.tplTexts()
	if len(texts) == 0 && fault == "" {
		fault = "Paste a template, or choose a file."
	}
	if fault != "" {
		f.Faults["contents"] = fault
	}
	if len(texts) > 0 {
		f.Templates = texts
	}
	if len(f.Faults) > 0 {
		tplFit(f)
	}
	return f, given, nil
}

// tplParameters reads the values of parameters; fault says what is wrong.
func tplParameters(text string) (parameters map[string]string, fault string) {
	parameters = map[string]string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return nil, "“" + line + "” is not Name=Value."
		}
		parameters[name] = strings.TrimSpace(value)
	}
	return parameters, ""
}

// correctedTemplate answers with one template of the form, corrected, to be
// saved.
func (v *visit) correctedTemplate() error {
	f, given, err := v.sentTemplates()
	if err != nil {
		return err
	}
	only, err := strconv.Atoi(v.field("only"))
	if err != nil || only < 0 || only >= len(f.Templates) || len(f.Faults) > 0 {
		return &Failure{Status: http.StatusUnprocessableEntity, Detail: "The template to correct is not in the form. Go back and send it again."}
	}
	t := f.Templates[only]
	var answer one[tplFix]
	if err := v.send(http.MethodPost, "/template-scanner/fix", given.body(t, ""), &answer); err != nil {
		return err
	}
	name := tplFileName(t)
	v.w.Header().Set("Content-Type", "application/octet-stream")
	v.w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	v.w.Write([]byte(answer.Data.Attributes.Contents)) //nolint:errcheck // the browser may have gone
	return nil
}

// tplFileName is the name under which a template is saved: that of its file,
// without its folder and what a header cannot have.
func tplFileName(t tplText) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
			return r
		}
		return '-'
	}, path.Base(strings.ReplaceAll(t.Name, `\`, "/")))
	switch {
	case t.Name != "":
		return name
	case tplType(t) == "terraform-template":
		return "template.tf"
	case strings.HasPrefix(strings.TrimSpace(t.Contents), "{"):
		return "template.json"
	}
	return "template.yaml"
}
