package api

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/customrule"
	"github.com/surety-cloud/surety/internal/store"
)

// customRuleRoutes are the calls on custom rules.
var customRuleRoutes = []Route{
	{
		Method: "GET", Path: "/custom-rules", Tag: "Custom rules", Allow: ReadSome,
		Summary: "List the custom rules", Response: listOf[customRuleForm]{},
		Handle: listCustomRules,
	},
	{
		Method: "GET", Path: "/custom-rules/{id}", Tag: "Custom rules", Allow: ReadSome,
		Summary: "Show a custom rule", Response: listOf[customRuleForm]{},
		Notes:  "data is an array of one.",
		Handle: showCustomRule,
	},
	{
		Method: "POST", Path: "/custom-rules", Tag: "Custom rules", Allow: Admin,
		Summary: "Make a custom rule", Request: customRuleForm{}, Response: oneOf[customRuleForm]{},
		Notes: "The request has no data around the rule. It is held against accounts from their next scans on. " +
			"meta.warning says what of it never has a value.",
		Handle: addCustomRule,
	},
	{
		Method: "PUT", Path: "/custom-rules/{id}", Tag: "Custom rules", Allow: Admin,
		Summary: "Replace a custom rule", Request: customRuleForm{}, Response: oneOf[customRuleForm]{},
		Handle: setCustomRule,
	},
	{
		Method: "DELETE", Path: "/custom-rules/{id}", Tag: "Custom rules", Allow: Admin,
		Summary: "Delete a custom rule with its checks", Response: Done{},
		Handle: deleteCustomRule,
	},
	{
		Method: "POST", Path: "/custom-rules/run", Tag: "Custom rules", Allow: Admin,
		Summary: "Try a custom rule", Request: customRuleTrial{}, Response: trialAnswer{},
		Notes: "Nothing is kept. With accountId the rule is held against the resources that the account's last scan found: the one that " +
			"configuration.resourceId names, or up to 1,000 of the type; with resource, against that document. A check is UNKNOWN where it hangs on what was not read; " +
			"resources that lack a required attribute have no check and are counted in meta.notApplicable.",
		Query: []Parameter{
			{Name: "accountId", Help: "the account whose resources are judged"},
			{Name: "resourceData", Type: "boolean", Help: "also the documents of the resources, in meta.resourceData"},
			{Name: "explain", Type: "boolean", Help: "also what each condition says to each resource, in conditions, until 20,000 are told; Surety's own"},
		},
		Handle: runCustomRule,
	},
}

// customRuleForm stands for a custom rule in the description of the API;
// customrule.Rule reads and writes it as it was sent.
type customRuleForm struct {
	Name             string                 `json:"name"`
	Description      string                 `json:"description"`
	RemediationNotes string                 `json:"remediationNotes,omitempty"`
	Service          string                 `json:"service"`
	ResourceType     string                 `json:"resourceType"`
	Severity         string                 `json:"severity"`
	Enabled          bool                   `json:"enabled"`
	Provider         string                 `json:"provider"`
	Categories       []string               `json:"categories"`
	Attributes       []customrule.Attribute `json:"attributes"`
	Rules            []map[string]any       `json:"rules"`
}

func customRuleResource(r store.CustomRule) Resource {
	return Resource{Type: "CustomRules", ID: r.ID, Attributes: r.Rule}
}

// answerCustomRule shows a rule, with a warning where it can judge nothing or
// an attribute of it never has a value.
func answerCustomRule(r store.CustomRule) any {
	d := Document{Data: customRuleResource(r)}
	if why := cmp.Or(judgesNothing(r.Rule), findsNothing(r.Rule)); why != "" {
		d.Meta = map[string]string{"warning": why}
	}
	return d
}

// findsNothing says which attributes of a rule look for what no resource of the
// type has; empty when none does. Such a rule is allowed, for a path may be
// meant for documents that the client makes.
func findsNothing(r *customrule.Rule) string {
	typ, ok := conformity.TypeOf(r.ResourceType)
	if !ok || r.Provider != conformity.AWS {
		return ""
	}
	var warnings []string
	for _, s := range r.Strays(typ) {
		text := fmt.Sprintf("attribute %q never has a value: the documents of %s have no data.%s", s.Attribute, r.ResourceType, s.Member)
		if s.Nearest != "" {
			text += "; the nearest is data." + s.Nearest
		}
		warnings = append(warnings, text)
	}
	return strings.Join(warnings, ". ")
}

// judgesNothing is why a rule will never make a check; empty when it may.
func judgesNothing(r *customrule.Rule) string {
	if r.Provider != conformity.AWS {
		return "Surety watches AWS accounts: a rule of " + r.Provider + " is kept and makes no checks"
	}
	if _, ok := conformity.TypeOf(r.ResourceType); !ok {
		return fmt.Sprintf("there is no resource type %q: the rule is kept and makes no checks; GET /resource-types lists the types", r.ResourceType)
	}
	return ""
}

func listCustomRules(c *Call) (any, error) {
	rules, err := c.Store.CustomRules(c.Context())
	if err != nil {
		return nil, err
	}
	data := make([]Resource, len(rules))
	for i, r := range rules {
		data[i] = customRuleResource(r)
	}
	return List{Data: data}, nil
}

// customRule finds the rule that the path names.
func (c *Call) customRule() (store.CustomRule, error) {
	r, err := c.Store.CustomRule(c.Context(), c.Param("id"))
	if errors.Is(err, store.ErrNotFound) {
		return r, NotFound("there is no custom rule %s", c.Param("id"))
	}
	return r, err
}

func showCustomRule(c *Call) (any, error) {
	r, err := c.customRule()
	if err != nil {
		return nil, err
	}
	return List{Data: []Resource{customRuleResource(r)}}, nil
}

// readCustomRule reads the rule that is the body of the request.
func (c *Call) readCustomRule() (*customrule.Rule, error) {
	data, err := c.Body()
	if err != nil {
		return nil, err
	}
	r, err := customrule.Parse(data)
	return r, customRuleError("", err)
}

// customRuleError is the answer to a rule that is refused: all that is wrong
// with it, and the first member at fault below a pointer.
func customRuleError(below string, err error) error {
	var faults *customrule.Error
	if !errors.As(err, &faults) {
		return err
	}
	e := Unprocessable("%s", faults.Error())
	if faults.Shape() {
		e.Status = http.StatusBadRequest
	}
	if i := slices.IndexFunc(faults.Problems, func(p customrule.Problem) bool { return p.Member != "" }); i >= 0 {
		e.Source = below + pointer(faults.Problems[i].Member)
	}
	return e
}

// pointer is the JSON pointer of a member such as rules[0].conditions.
func pointer(member string) string {
	out := []byte{'/'}
	for i := range len(member) {
		switch member[i] {
		case '.', '[':
			out = append(out, '/')
		case ']':
		default:
			out = append(out, member[i])
		}
	}
	return string(out)
}

func addCustomRule(c *Call) (any, error) {
	rule, err := c.readCustomRule()
	if err != nil {
		return nil, err
	}
	r, err := c.Store.AddCustomRule(c.Context(), rule)
	if err != nil {
		return nil, err
	}
	return answerCustomRule(r), c.Record("custom-rule.created", 0, "custom rule "+r.ID+" ("+rule.Name+") was made")
}

func setCustomRule(c *Call) (any, error) {
	r, err := c.customRule()
	if err != nil {
		return nil, err
	}
	if r.Rule, err = c.readCustomRule(); err != nil {
		return nil, err
	}
	if err := c.Store.SetCustomRule(c.Context(), r.ID, r.Rule); err != nil {
		return nil, err
	}
	return answerCustomRule(r), c.Record("custom-rule.updated", 0, "custom rule "+r.ID+" ("+r.Rule.Name+") was changed")
}

func deleteCustomRule(c *Call) (any, error) {
	r, err := c.customRule()
	if err != nil {
		return nil, err
	}
	if err := c.Store.DeleteCustomRule(c.Context(), r.ID); err != nil {
		return nil, err
	}
	return done("deleted"), c.Record("custom-rule.deleted", 0, "custom rule "+r.ID+" ("+r.Rule.Name+") was deleted")
}
