package api

import (
	"encoding/json"
	"errors"
	"slices"
	"sync"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/server/auth"
)

// catalogueRoutes are the calls on the catalogue: services with their rules,
// regions, resource types, providers.
var catalogueRoutes = []Route{
	{
		Method: "GET", Path: "/services", Tag: "Catalogue", Allow: Public,
		Summary: "List the services with their rules", Response: servicesAnswer{},
		Notes: "Each rule in included has its members twice: on the entry itself and under attributes, for clients of both kinds. " +
			"With a key, rules that the organisation has settings for and that Surety does not have stand under the service Unavailable, for clients that look up every rule of a profile here.",
		Handle: showServices,
	},
	{
		Method: "GET", Path: "/regions", Tag: "Catalogue", Allow: Public,
		Summary: "List the regions", Response: listOf[regionAttributes]{},
		Handle: func(c *Call) (any, error) { return c.fromCatalogue(c.catalogue.regions) },
	},
	{
		Method: "GET", Path: "/resource-types", Tag: "Catalogue", Allow: Public,
		Summary: "List the resource types", Response: listOf[typeAttributes]{},
		Handle: func(c *Call) (any, error) { return c.fromCatalogue(c.catalogue.types) },
	},
	{
		Method: "GET", Path: "/providers", Tag: "Catalogue", Allow: Public,
		Summary: "List the providers", Response: listOf[providerAttributes]{},
		Handle: func(c *Call) (any, error) { return c.fromCatalogue(c.catalogue.providers) },
	},
	{
		Method: "GET", Path: "/rules/{rule}", Tag: "Catalogue", Allow: Public,
		Summary: "Show a rule with its page", Response: oneOf[ruleAttributes]{},
		Notes:  "Surety's own. text is the page in Markdown: why the rule matters, how to audit and how to repair.",
		Handle: showRule,
	},
}

// A catalogue is what the API tells of the library to everybody. Each list is
// made when it is first asked for.
type catalogue struct {
	services, regions, types, providers, templates func() (*cached, error)

	list func() (servicesAnswer, error) // what services holds
}

func (a *API) newCatalogue() *catalogue {
	once := func(make func() (any, error)) func() (*cached, error) {
		return sync.OnceValues(func() (*cached, error) {
			body, err := make()
			if err != nil {
				return nil, err
			}
			return newCached(body)
		})
	}
	list := sync.OnceValues(a.listServices)
	return &catalogue{
		list: list, services: once(func() (any, error) { return list() }), templates: once(a.listTemplateRules),
		regions: once(listRegions), types: once(listTypes), providers: once(listProviders),
	}
}

func (c *Call) fromCatalogue(get func() (*cached, error)) (any, error) {
	answer, err := get()
	if err != nil {
		return nil, err
	}
	return answer.serve(c)
}

// A ruleEntry is a rule as the list of services has it, in both shapes that
// clients read.
type ruleEntry struct {
	Type string `json:"type"`
	ID   string `json:"id"`
	conformity.RuleDetails
	Attributes conformity.RuleDetails `json:"attributes"`
}

func newRuleEntry(d conformity.RuleDetails) ruleEntry {
	return ruleEntry{Type: "rules", ID: d.ID, RuleDetails: d, Attributes: d}
}

// servicesAnswer is the list of services.
type servicesAnswer struct {
	Data     []resourceOf[serviceAttributes] `json:"data"`
	Included []ruleEntry                     `json:"included"`
}

type serviceAttributes struct {
	Name     string `json:"name"`
	Provider string `json:"provider"`
}

func (a *API) listServices() (servicesAnswer, error) {
	services, err := conformity.Services(a.Library)
	if err != nil { // the other pages are there
		a.Log.Error("pages cannot be read", "error", err)
	}
	answer := servicesAnswer{Data: []resourceOf[serviceAttributes]{}, Included: []ruleEntry{}}
	for _, s := range services {
		rules := []Reference{}
		for _, d := range s.Rules {
			rules = append(rules, Reference{Type: "rules", ID: d.ID})
			answer.Included = append(answer.Included, newRuleEntry(d))
		}
		answer.Data = append(answer.Data, resourceOf[serviceAttributes]{
			Type: "services", ID: s.Key, Attributes: serviceAttributes{Name: s.Key, Provider: s.Provider},
			Relationships: map[string]any{"rules": Relation{Data: rules}},
		})
	}
	return answer, nil
}

// unavailable is the service of rules that Surety does not have.
const unavailable = "Unavailable"

// showServices lists the services, and to users what their settings name
// beside.
func showServices(c *Call) (any, error) {
	missing, err := c.missingRules()
	if err != nil {
		return nil, err
	}
	if len(missing) == 0 {
		return c.fromCatalogue(c.catalogue.services)
	}
	answer, err := c.catalogue.list()
	if err != nil {
		return nil, err
	}
	// What is added is for this answer alone.
	answer.Data, answer.Included = slices.Clip(answer.Data), slices.Clip(answer.Included)
	rules := []Reference{}
	for _, id := range missing {
		rules = append(rules, Reference{Type: "rules", ID: id})
		answer.Included = append(answer.Included, newRuleEntry(conformity.RuleDetails{
			ID: id, Name: id, Title: id, Description: "Surety has no such rule; settings for it are kept and have no effect.",
			Categories: []string{}, Package: "base", Provider: conformity.AWS, Compliances: []string{}, Settings: []json.RawMessage{},
		}))
	}
	answer.Data = append(answer.Data, resourceOf[serviceAttributes]{
		Type: "services", ID: unavailable, Attributes: serviceAttributes{Name: unavailable, Provider: conformity.AWS},
		Relationships: map[string]any{"rules": Relation{Data: rules}},
	})
	return answer, nil
}

// missingRules lists the rules that accounts and profiles have settings for and
// that the library does not have; none to callers who are nobody.
func (c *Call) missingRules() ([]string, error) {
	p, err := c.Identify(c.Request)
	if errors.Is(err, auth.ErrNobody) || err == nil && !p.CanReadSome() {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	set, err := c.Store.RulesWithSettings(c.Context())
	if err != nil {
		return nil, err
	}
	ids := c.Library.IDs()
	return slices.DeleteFunc(set, func(id string) bool { return slices.Contains(ids, id) }), nil
}

type regionAttributes struct {
	Name      string `json:"name"`
	Provider  string `json:"provider"`
	Partition string `json:"partition,omitempty"`
}

func listRegions() (any, error) {
	data := []Resource{}
	for _, r := range conformity.Regions() {
		data = append(data, Resource{Type: "regions", ID: r.Key, Attributes: regionAttributes{Name: r.Name, Provider: conformity.AWS, Partition: r.Partition}})
	}
	return List{Data: data}, nil
}

type typeAttributes struct {
	Name     string `json:"name"`
	Provider string `json:"provider"`
	// CloudFormation is what CloudFormation calls the type.
	CloudFormation string `json:"cloudformation-type"`
}

func listTypes() (any, error) {
	data := []Resource{}
	for _, t := range conformity.Types() {
		data = append(data, Resource{
			Type: "resource-types", ID: t.Descriptor, Attributes: typeAttributes{Name: t.Name, Provider: conformity.AWS, CloudFormation: t.Type},
			Relationships: map[string]any{"service": to("services", t.Service)},
		})
	}
	return List{Data: data}, nil
}

type providerAttributes struct {
	Name string `json:"name"`
}

func listProviders() (any, error) {
	data := []Resource{}
	for _, p := range conformity.Providers() {
		data = append(data, Resource{Type: "providers", ID: p.Key, Attributes: providerAttributes{Name: p.Name}})
	}
	return List{Data: data}, nil
}

// ruleAttributes are what an answer says of one rule.
type ruleAttributes struct {
	conformity.RuleDetails
	Service        string   `json:"service"`
	ResourceType   string   `json:"resource-type"`
	CloudFormation string   `json:"cloudformation-type"`
	Controls       []string `json:"controls"` // "CIS-V8:4.4"
	Template       bool     `json:"template"` // can judge templates
	HasFix         bool     `json:"has-fix"`
	Events         []string `json:"events"` // of CloudTrail, after which a check may have changed
	Replacement    string   `json:"deprecated,omitempty"`
	Text           string   `json:"text"` // the page in Markdown
}

func showRule(c *Call) (any, error) {
	id := c.Param("rule")
	r, err := c.Library.Rule(id)
	if errors.Is(err, rule.ErrNoRule) {
		return nil, NotFound("%v", err)
	}
	if err != nil {
		return nil, err
	}
	template, err := r.Template()
	if err != nil {
		return nil, err
	}
	return Document{Data: Resource{Type: "rules", ID: r.ID, Attributes: ruleAttributes{
		RuleDetails: conformity.RuleInfo(r), Service: conformity.ServiceKey(r.Service),
		ResourceType: conformity.Descriptor(r.Resource).Descriptor, CloudFormation: r.Resource,
		Controls: list(r.Controls()), Template: template, HasFix: r.HasFix, Events: list(r.Events), Replacement: r.Deprecated, Text: r.Text,
	}, Relationships: map[string]any{"service": to("services", conformity.ServiceKey(r.Service))}}}, nil
}
