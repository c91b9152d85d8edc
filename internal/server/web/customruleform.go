package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/server/look"
)

// customRuleForm is what the form of a custom rule holds, and what was found out
// about it.
type customRuleForm struct {
	ID  string // empty for a new one
	Row customRuleRow

	Name, Description, Notes, Service, ResourceType, Severity string
	Enabled                                                   bool
	Categories                                                []string
	Attributes, Rules                                         string // as JSON
	members                                                   map[string]json.RawMessage

	Trial    trialForm
	Accounts []thing[account]
	Types    []conformity.TypeInfo
	Examples []customRuleExample
	Faults   faults
	Valid    bool
	Warning  string
}

// maxCustomText bounds a text of the form in bytes, so that it can be shown
// again.
const maxCustomText = 100 << 10

// AllCategories are those that a rule can have, AllSeverities likewise.
func (*customRuleForm) AllCategories() []string {
	return []string{"security", "reliability", "operational-excellence", "performance-efficiency", "cost-optimisation", "sustainability"}
}

// AllSeverities are the severities, the worst first.
func (*customRuleForm) AllSeverities() []string {
	return []string{"EXTREME", "VERY_HIGH", "HIGH", "MEDIUM", "LOW"}
}

// Has tells whether a category is chosen.
func (f *customRuleForm) Has(category string) bool { return slices.Contains(f.Categories, category) }

// Action is where the form is sent to.
func (f *customRuleForm) Action() string {
	if f.ID == "" {
		return "/custom-rules/new"
	}
	return "/custom-rules/" + url.PathEscape(f.ID)
}

func (f *customRuleForm) frame() *look.Frame {
	frame := &look.Frame{Title: "New custom rule", Section: "/custom-rules", Crumbs: []look.Link{{Text: "Custom rules", Path: "/custom-rules"}}, Body: f}
	if f.ID != "" {
		frame.Title, frame.Lead = f.Row.Name, f.ID
	}
	return frame
}

// fill takes the fields from the members of a rule.
func (f *customRuleForm) fill() error {
	whole, err := json.Marshal(f.members)
	if err != nil {
		return err
	}
	var facts customRuleFacts
	if err := json.Unmarshal(whole, &facts); err != nil {
		return err
	}
	f.Name, f.Description, f.Notes, f.Service, f.ResourceType = facts.Name, facts.Description, facts.RemediationNotes, facts.Service, facts.ResourceType
	f.Severity, f.Enabled, f.Categories = facts.Severity, facts.Enabled, facts.Categories
	f.Attributes, f.Rules = indented(facts.Attributes), indented(facts.Rules)
	f.Row = customRuleRow{customRuleFacts: facts, ID: f.ID}
	return nil
}

// start fills a new rule with an example; the first one where there is none of
// that name.
func (f *customRuleForm) start(key string) error {
	i := max(0, slices.IndexFunc(customRuleExamples, func(e customRuleExample) bool { return e.Key == key }))
	if err := json.Unmarshal([]byte(customRuleExamples[i].rule), &f.members); err != nil {
		return err
	}
	return f.fill()
}

// take takes the fields from the form that was sent.
func (f *customRuleForm) take(v *visit) {
	f.Name, f.Description, f.Notes = v.field("name"), v.field("description"), v.field("notes")
	f.Service, f.ResourceType, f.Severity = strings.TrimSpace(v.field("service")), strings.TrimSpace(v.field("type")), v.field("severity")
	f.Enabled, f.Categories = v.field("enabled") != "", v.r.PostForm["category"]
	f.Attributes, f.Rules = v.field("attributes"), v.field("rules")
	f.Trial.take(v)
	for name, text := range map[string]*string{"attributes": &f.Attributes, "rules": &f.Rules, "document": &f.Trial.Document} {
		if len(*text) > maxCustomText {
			f.Faults[name] = fmt.Sprintf("This has %d bytes; this form takes %d.", len(*text), maxCustomText)
			*text = ""
		}
	}
	if f.Service == "" {
		if typ, ok := conformity.TypeOf(f.ResourceType); ok {
			f.Service = conformity.Descriptor(typ).Service
		}
	}
}

// body is the rule as the API takes it, with members that the form does not
// have as they were. JSON that is none goes to the faults; then there is no
// body.
func (f *customRuleForm) body() map[string]any {
	body := map[string]any{"provider": "aws"}
	for name, raw := range f.members {
		body[name] = raw
	}
	maps.Copy(body, map[string]any{
		"name": f.Name, "description": f.Description, "service": f.Service, "resourceType": f.ResourceType, "severity": f.Severity,
		"enabled": f.Enabled, "categories": slices.Clone(f.Categories), "remediationNotes": f.Notes,
	})
	if f.Categories == nil {
		body["categories"] = []string{}
	}
	if f.Notes == "" {
		delete(body, "remediationNotes")
	}
	for field, text := range map[string]string{"attributes": f.Attributes, "rules": f.Rules} {
		if f.Faults[field] != "" {
			continue
		}
		if why := notJSON(text); why != "" {
			f.Faults[field] = why
			continue
		}
		body[field] = json.RawMessage(text)
	}
	if len(f.Faults) > 0 {
		return nil
	}
	return body
}

// sendCustomRule answers the buttons of the form: it tries the rule, or keeps
// it.
func (v *visit) sendCustomRule() error {
	if err := v.onlyAdmin(); err != nil {
		return err
	}
	f := &customRuleForm{Faults: faults{}}
	if v.param("id") != "" {
		var err error
		if f, err = v.readCustomRule(); err != nil {
			return err
		}
	}
	f.take(v)
	do := v.field("do")
	if do == "look" {
		return v.lookAtDocument(f)
	}
	body := f.body()
	if body == nil {
		return v.showCustomRule(http.StatusUnprocessableEntity, f)
	}
	switch do {
	case "validate":
		return v.validateCustomRule(f, body)
	case "run":
		return v.tryCustomRule(f, body)
	}
	var answer struct {
		Data thing[json.RawMessage]
		Meta struct{ Warning string }
	}
	method, path := http.MethodPost, "/custom-rules"
	if f.ID != "" {
		method, path = http.MethodPut, path+"/"+url.PathEscape(f.ID)
	}
	if err := v.send(method, path, body, &answer); err != nil {
		return v.customRuleRefused(err, f)
	}
	said := f.Name + " was saved. Accounts are held against it from their next scans on."
	if answer.Meta.Warning != "" {
		said = f.Name + " was saved. " + sentence(answer.Meta.Warning)
	}
	return v.done("/custom-rules/"+url.PathEscape(answer.Data.ID), cut(said, 300))
}

// showCustomRule shows the form.
func (v *visit) showCustomRule(status int, f *customRuleForm) error {
	var accounts many[account]
	if err := v.get("/accounts", nil, &accounts); err != nil {
		return err
	}
	f.Accounts, f.Examples, f.Types = accounts.Data, customRuleExamples, v.judgedTypes()
	slices.SortStableFunc(f.Accounts, func(a, b thing[account]) int {
		return strings.Compare(strings.ToLower(a.Attributes.Title()), strings.ToLower(b.Attributes.Title()))
	})
	if status == http.StatusOK {
		return v.show("custom-rule", f.frame())
	}
	return v.showFaults(status, "custom-rule", f.frame(), f.Faults)
}

// judgedTypes are the resource types that Surety's own rules judge, which a scan
// reads for sure.
func (v *visit) judgedTypes() []conformity.TypeInfo {
	seen := map[string]bool{}
	var list []conformity.TypeInfo
	for _, e := range v.Book.Entries() {
		if !seen[e.Resource] {
			seen[e.Resource] = true
			list = append(list, conformity.Descriptor(e.Resource))
		}
	}
	slices.SortFunc(list, func(a, b conformity.TypeInfo) int { return strings.Compare(a.Descriptor, b.Descriptor) })
	return list
}

// customRuleRefused shows what the API refused, at its fields.
func (v *visit) customRuleRefused(err error, f *customRuleForm) error {
	var no *Failure
	if !errors.As(err, &no) || no.Status >= 500 || no.Status == http.StatusForbidden {
		return err
	}
	f.blame(no.Detail)
	return v.showCustomRule(no.Status, f)
}

// cut shortens a text.
func cut(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + " …"
	}
	return text
}
