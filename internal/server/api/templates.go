package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/source/template"
)

// templateRoutes are the calls that judge templates.
var templateRoutes = []Route{
	templateRoute("/template-scanner/scan", ""),
	templateRoute("/iac-scanning/scan", "An older name of /template-scanner/scan. "),
	{
		Method: "GET", Path: "/template-scanner/rules", Tag: "Template scanner", Allow: Public,
		Summary: "List the rules that can judge templates", Response: templateRulesAnswer{},
		Notes: "The entries are like those in included of /services. The same rules judge both types.",
		Query: []Parameter{{Name: "type", Help: "cloudformation-template or terraform-template"}},
		Handle: func(c *Call) (any, error) {
			if typ := c.Query("type"); typ != "" {
				if err := checkTemplateType(typ); err != nil {
					return nil, err
				}
			}
			return c.fromCatalogue(c.catalogue.templates)
		},
	},
}

func templateRoute(path, note string) Route {
	return Route{
		Method: "POST", Path: path, Tag: "Template scanner", Allow: Anyone, Large: true,
		Summary: "Judge a template", Request: templateScan{}, Response: templateAnswer{},
		Notes: note + "type terraform-template takes a plan (terraform show -json), or one file in Terraform's own language. Nothing but the text is read: files and " +
			"modules that it names are not there. accountId (which you must be able to read) or profileId (with read access to some account) chooses the settings of rules; with neither every rule is as its page has it. " +
			"Passing checks are in the answer; UNKNOWN is a check that hangs on what the template does not say, named in missing.",
		Handle: scanTemplate,
	}
}

// The types of templates.
const (
	cloudFormationTemplate = "cloudformation-template"
	terraformTemplate      = "terraform-template"
)

func checkTemplateType(typ string) error {
	if typ != cloudFormationTemplate && typ != terraformTemplate {
		return Unprocessable("type is %q; use %s or %s", typ, cloudFormationTemplate, terraformTemplate)
	}
	return nil
}

// The bounds of scans: of a template, of the time that it may take, which leaves
// some of what a call may take, of how many are judged at once, and of how many
// are in memory: the others are not read yet.
const (
	maxTemplate     = 10 << 20
	templateTime    = 25 * time.Second
	templatesAtOnce = 2
	templatesRead   = 8
)

// templateScan is the request to judge a template.
type templateScan struct {
	Data struct {
		Attributes templateGiven `json:"attributes"`
	} `json:"data"`
}

// templateGiven is a template that a client sends, and what it is judged by.
type templateGiven struct {
	Type      string `json:"type"`
	Contents  string `json:"contents"`
	AccountID string `json:"accountId"`
	ProfileID string `json:"profileId"`
	// Parameters are values of the template's parameters, or variables;
	// Surety's own.
	Parameters map[string]string `json:"parameters"`
}

// check is an error when the template cannot be read as what it is said to be.
func (g *templateGiven) check() error {
	if err := checkTemplateType(g.Type); err != nil {
		return err
	}
	switch {
	case strings.TrimSpace(g.Contents) == "":
		return Unprocessable("contents is missing; it is the text of the template")
	case len(g.Contents) > maxTemplate:
		return Unprocessable("contents has %d bytes; at most %d MB are possible", len(g.Contents), maxTemplate>>20)
	case g.AccountID != "" && g.ProfileID != "":
		return Unprocessable("give accountId or profileId, not both")
	}
	return checkForm(g.Type, g.Contents)
}

// reading is how the template is read.
func (g *templateGiven) reading() template.Options {
	return template.Options{Parameters: g.Parameters, Vars: g.Parameters}
}

// templateAnswer is the answer to a scan.
type templateAnswer struct {
	Data []resourceOf[templateCheck] `json:"data"`
	Meta templateMeta                `json:"meta"`
}

// templateMeta tells what was read, and what could not be, so that no finding
// is not taken for no fault.
type templateMeta struct {
	Resources int            `json:"resources"`
	Warnings  []string       `json:"warnings,omitempty"`
	Unmapped  map[string]int `json:"unmapped,omitempty"` // resources of types that are not known
}

// A templateCheck is a check of a template's resource.
type templateCheck struct {
	shortCheck
	Suppressed bool `json:"suppressed"` // accepted by a comment in the template
	Line       int  `json:"line,omitempty"`
	EndLine    int  `json:"end-line,omitempty"`
}

// templateRulesAnswer is the list of the rules that can judge templates.
type templateRulesAnswer struct {
	Data []ruleEntry `json:"data"`
}

func (a *API) listTemplateRules() (any, error) {
	answer := templateRulesAnswer{Data: []ruleEntry{}}
	for _, id := range a.Library.IDs() {
		r, err := a.Library.Rule(id)
		if err == nil {
			var template bool
			if template, err = r.Template(); template && err == nil {
				answer.Data = append(answer.Data, newRuleEntry(conformity.RuleInfo(r)))
			}
		}
		if err != nil { // the other pages are there
			a.Log.Error("a page cannot be read", "rule", id, "error", err)
		}
	}
	return answer, nil
}

// templatePlace waits until a template may be read into memory; release gives
// the place to the next.
func (c *Call) templatePlace() (release func(), err error) {
	select {
	case c.reading <- struct{}{}:
		return func() { <-c.reading }, nil
	case <-c.Context().Done():
		return nil, errBusy
	}
}

func scanTemplate(c *Call) (any, error) {
	release, err := c.templatePlace()
	if err != nil {
		return nil, err
	}
	defer release()
	var body templateScan
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	given := body.Data.Attributes
	if err := given.check(); err != nil {
		return nil, err
	}
	options, warnings, err := c.templateOptions(given.AccountID, given.ProfileID)
	if err != nil {
		return nil, err
	}
	inv, result, err := c.judgeTemplate([]byte(given.Contents), given.reading(), options)
	if err != nil {
		return nil, err
	}
	answer := templateAnswer{Data: []resourceOf[templateCheck]{}, Meta: templateMeta{Resources: len(inv.Resources), Unmapped: inv.Unmapped, Warnings: warnings}}
	for _, p := range append(inv.Problems, result.Problems...) {
		answer.Meta.Warnings = append(answer.Meta.Warnings, p.Error())
	}
	for _, k := range result.Checks {
		answer.Data = append(answer.Data, c.templateCheck(given.AccountID, k))
	}
	return answer, nil
}

// checkForm is an error when the contents are not what the type says.
func checkForm(typ, contents string) error {
	form := template.FormOf([]byte(contents))
	fits := map[template.Form]string{
		template.CloudFormation: cloudFormationTemplate, template.Plan: terraformTemplate, template.Configuration: terraformTemplate,
	}[form]
	switch {
	case form == template.Neither || fits == typ:
		return nil // what is no template is told of by its reader
	}
	return Unprocessable("type is %s, and the contents are a %s; use %s", typ, form, fits)
}

// templateOptions are what a template is judged by. Warnings tell of settings
// that have no effect.
func (c *Call) templateOptions(account, profile string) (engine.Options, []string, error) {
	options := engine.Options{Library: c.Library, Now: c.Now().UTC()}
	var own, organisation []conformity.Setting
	switch {
	case account != "":
		a, err := c.AccountToRead(account)
		if err != nil {
			return options, nil, err
		}
		if own, err = c.Store.AccountSettings(c.Context(), a.Num); err != nil {
			return options, nil, err
		}
		id, err := c.Organisation()
		if err != nil {
			return options, nil, err
		}
		if organisation, err = c.Store.ProfileSettings(c.Context(), conformity.OrganisationProfileID(id)); err != nil {
			return options, nil, err
		}
	case profile != "" && profile != defaultProfile:
		if err := c.NeedReadSome(); err != nil { // as for the list of profiles
			return options, nil, err
		}
		var err error
		if _, own, err = c.profile(profile); err != nil {
			return options, nil, err
		}
	}
	var faults []error
	options.Profile, faults = conformity.Resolve(c.Library, own, organisation)
	var warnings []string
	for _, fault := range faults {
		warnings = append(warnings, fault.Error())
	}
	var err error
	options.Rules, err = engine.Selected(c.Library, nil, nil)
	return options, warnings, err
}

// errBusy is for a template whose turn does not come in time.
var errBusy = Errorf(http.StatusServiceUnavailable, "other templates are being judged; try again")

// A judged template is what was read of it, and the checks.
type judged struct {
	inventory *cloud.Inventory
	result    *engine.Result
}

// judgeTemplate reads and judges a template.
func (c *Call) judgeTemplate(contents []byte, reading template.Options, judging engine.Options) (*cloud.Inventory, *engine.Result, error) {
	j, err := withTemplate(c, func(ctx context.Context) (j judged, err error) {
		j.inventory = template.ReadText(textName, contents, reading)
		if !j.inventory.Failed() {
			j.result, err = engine.Run(ctx, j.inventory, judging)
		}
		return j, err
	})
	switch {
	case err != nil:
		return nil, nil, err
	case j.inventory.Failed():
		return nil, nil, unreadTemplate(j.inventory.Problems)
	}
	return j.inventory, j.result, nil
}

// textName stands for a template in what is told of it.
const textName = "template"

// withTemplate works on a template. What takes too long is given up; it keeps
// its place among the few that are worked on at a time until it has really
// ended, so that hostile templates cannot take the whole server.
func withTemplate[T any](c *Call, work func(context.Context) (T, error)) (T, error) {
	var none T
	ctx, cancel := context.WithTimeout(c.Context(), templateTime)
	defer cancel()
	slow := Unprocessable("the template takes more than %d seconds; split it", int(templateTime.Seconds()))
	select {
	case c.templates <- struct{}{}:
	case <-ctx.Done():
		return none, errBusy
	}
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		defer func() { <-c.templates }()
		value, err := guarded(ctx, work)
		done <- outcome{value, err}
	}()
	select {
	case <-ctx.Done():
		return none, slow
	case o := <-done:
		if ctx.Err() != nil {
			return none, slow
		}
		return o.value, o.err
	}
}

// guarded does work on a template. One that brings the code down must not bring
// the server down.
func guarded[T any](ctx context.Context, work func(context.Context) (T, error)) (value T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a template could not be worked on: %v\n%s", p, debug.Stack())
		}
	}()
	return work(ctx)
}

// maxTold bounds the problems of a template that an error tells.
const maxTold = 20

// unreadTemplate is the error for a template that could not be read: each
// problem with its line.
func unreadTemplate(problems []cloud.Problem) error {
	var told []string
	for _, p := range problems {
		if p.Severity == cloud.Error && len(told) < maxTold {
			told = append(told, p.Error())
		}
	}
	e := Unprocessable("%s", strings.Join(told, "\n"))
	e.Source = "/data/attributes/contents"
	return e
}

// templateAccount stands in the ids of checks for the account that a template
// has not.
const templateAccount = "AccountId"

// templateRegion is where the checks of a template are that does not say where
// it will be deployed.
const templateRegion = "us-east-1"

// templateCheck is a check as answers have it.
func (c *Call) templateCheck(account string, k *engine.Check) resourceOf[templateCheck] {
	service, words := conformity.ServiceKey(k.Rule.Service), conformity.Descriptor(k.Resource.Type)
	t := templateCheck{Suppressed: k.Suppressed != nil}
	t.shortCheck = shortCheck{
		Region: cmp.Or(k.Resource.Region, templateRegion), Status: conformity.StatusOf(k.Verdict), RiskLevel: conformity.RiskLevel(k.Risk),
		PrettyRisk: conformity.PrettyRiskLevel(k.Risk), Message: k.Message, Service: service, Resource: k.Resource.ID, ResourceName: words.Name,
		LogicalID: k.Resource.ID, Descriptor: words.Descriptor, Provider: conformity.AWS, RuleTitle: k.Rule.Title,
		ResolutionPage: c.publicURL() + cmp.Or(c.pageFacts()[k.Rule.ID].Page, kb.RulePath(service, k.Rule.ID)), Categories: list(k.Rule.Categories),
		Compliances: conformity.Compliances(k.Rule), Tags: tagList(k.Resource.Tags), Ignored: k.Suppressed != nil, Missing: k.Missing,
	}
	if name := k.Resource.Name; name != "" && !cloud.HasSymbol(name) {
		t.Resource = name
	}
	if k.Location != nil {
		t.Line, t.EndLine = k.Location.Line, k.Location.EndLine
	}
	id := conformity.CheckID{Account: cmp.Or(account, templateAccount), Rule: k.Rule.ID, Service: service, Region: t.Region, Resource: t.Resource}
	return resourceOf[templateCheck]{Type: "checks", ID: id.String(), Attributes: t, Relationships: checkRelations(k.Rule.ID, account)}
}
