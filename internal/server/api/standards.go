package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/store"
)

// standardRoutes are the calls on compliance standards.
var standardRoutes = slices.Concat([]Route{
	{
		Method: "GET", Path: "/compliance-standards/custom", Tag: "Compliance standards", Allow: ReadSome,
		Summary: "List the custom standards", Response: customStandardList{},
		Notes:  "Flat objects, without their controls.",
		Handle: listCustomStandards,
	},
	{
		Method: "POST", Path: "/compliance-standards/custom", Tag: "Compliance standards", Allow: Admin,
		Summary: "Make a custom standard", Request: customStandardChanges{}, Response: customStandardAnswer{}, Status: http.StatusCreated,
		Notes:  "Answers 201. A DRAFT may be changed; of a PUBLISHED one only isEnabled.",
		Handle: addCustomStandard,
	},
	{
		Method: "GET", Path: "/compliance-standards/custom/{id}", Tag: "Compliance standards", Allow: ReadSome,
		Summary: "Show a custom standard", Response: customStandardAnswer{},
		Handle: showCustomStandard,
	},
	{
		Method: "PUT", Path: "/compliance-standards/custom/{id}", Tag: "Compliance standards", Allow: Admin,
		Summary: "Replace a custom standard", Request: customStandardChanges{}, Response: customStandardAnswer{},
		Handle: func(c *Call) (any, error) { return c.setCustomStandard(true) },
	},
	{
		Method: "PATCH", Path: "/compliance-standards/custom/{id}", Tag: "Compliance standards", Allow: Admin,
		Summary: "Change a custom standard", Request: customStandardChanges{}, Response: customStandardAnswer{},
		Notes:  "Members that are absent stay; controls are replaced together.",
		Handle: func(c *Call) (any, error) { return c.setCustomStandard(false) },
	},
	{
		Method: "DELETE", Path: "/compliance-standards/custom/{id}", Tag: "Compliance standards", Allow: Admin,
		Summary: "Delete a custom standard", Response: Done{},
		Handle: deleteCustomStandard,
	},
}, standardOutcomeRoutes)

// The types of a custom standard.
const (
	draft     = "DRAFT"
	published = "PUBLISHED"
)

// Bounds of a custom standard; the largest built-in one has some thousand
// controls.
const (
	maxStandardName  = 255
	maxStandardText  = 2000
	maxControls      = 5000
	maxControlRules  = 2000
	maxControlNumber = 50
)

// customStandardForm is a custom standard as answers have it: without
// attributes around it.
type customStandardForm struct {
	ID           string                   `json:"id"`
	Name         string                   `json:"name"`
	Version      string                   `json:"version"`
	Description  string                   `json:"description"`
	Organisation string                   `json:"organisationId"`
	Enabled      bool                     `json:"isEnabled"`
	Providers    []string                 `json:"supportedProviders"`
	Status       string                   `json:"status"`
	Type         string                   `json:"type"`
	Updated      string                   `json:"lastUpdated"` // ISO 8601
	Controls     *[]store.StandardControl `json:"controls,omitempty"`
}

type customStandardList struct {
	Data []customStandardForm `json:"data"`
}

type customStandardAnswer struct {
	Data customStandardForm `json:"data"`
}

// customStandardForm shows a standard, its controls where they are asked for.
func (c *Call) customStandardForm(s store.CustomStandard, controls bool) (customStandardForm, error) {
	organisation, err := c.Organisation()
	form := customStandardForm{
		ID: s.ID, Name: s.Name, Version: s.Version, Description: s.Description, Organisation: organisation, Enabled: s.Enabled,
		Providers: providersOf(s), Status: "CREATED", Type: s.Type, Updated: s.Modified.UTC().Format("2006-01-02T15:04:05.000Z"),
	}
	if controls {
		form.Controls = &s.Controls
	}
	return form, err
}

// providersOf lists the providers that a standard has rules for.
func providersOf(s store.CustomStandard) []string {
	providers := []string{}
	for _, p := range []struct {
		key   string
		rules func(store.StandardControl) []string
	}{
		{"aws", func(c store.StandardControl) []string { return c.AWSRules }},
		{"azure", func(c store.StandardControl) []string { return c.AzureRules }},
		{"gcp", func(c store.StandardControl) []string { return c.GCPRules }},
	} {
		if slices.ContainsFunc(s.Controls, func(c store.StandardControl) bool { return len(p.rules(c)) > 0 }) {
			providers = append(providers, p.key)
		}
	}
	return providers
}

func (c *Call) answerStandard(s store.CustomStandard) (any, error) {
	form, err := c.customStandardForm(s, true)
	return customStandardAnswer{Data: form}, err
}

func listCustomStandards(c *Call) (any, error) {
	standards, err := c.Store.CustomStandards(c.Context())
	if err != nil {
		return nil, err
	}
	data := make([]customStandardForm, len(standards))
	for i, s := range standards {
		if data[i], err = c.customStandardForm(s, false); err != nil {
			return nil, err
		}
	}
	return customStandardList{Data: data}, nil
}

// customStandard finds the standard that the path names.
func (c *Call) customStandard() (store.CustomStandard, error) {
	s, err := c.Store.CustomStandard(c.Context(), c.Param("id"))
	if errors.Is(err, store.ErrNotFound) {
		return s, NotFound("there is no custom standard %s", c.Param("id"))
	}
	return s, err
}

func showCustomStandard(c *Call) (any, error) {
	s, err := c.customStandard()
	if err != nil {
		return nil, err
	}
	return c.answerStandard(s)
}

// customStandardChanges is the request to make or change a custom standard.
type customStandardChanges struct {
	Data struct {
		Name        *string                  `json:"name"`
		Version     *string                  `json:"version"`
		Description *string                  `json:"description"`
		Enabled     *bool                    `json:"isEnabled"`
		Type        *string                  `json:"type"`
		Controls    *[]store.StandardControl `json:"controls"`
	} `json:"data"`
}

// apply changes a standard as a request says.
func (body *customStandardChanges) apply(s *store.CustomStandard) error {
	given := body.Data
	for _, text := range []struct {
		given *string
		to    *string
	}{{given.Name, &s.Name}, {given.Version, &s.Version}, {given.Description, &s.Description}, {given.Type, &s.Type}} {
		if text.given != nil {
			*text.to = strings.TrimSpace(*text.given)
		}
	}
	if given.Enabled != nil {
		s.Enabled = *given.Enabled
	}
	if given.Controls != nil {
		s.Controls = *given.Controls
	}
	return checkStandard(s)
}

// checkStandard is an error for a standard that is not possible, and makes its
// lists ones that are never null.
func checkStandard(s *store.CustomStandard) error {
	if s.Name == "" {
		return Unprocessable("data.name is missing")
	}
	if s.Type != draft && s.Type != published {
		return Unprocessable("data.type is %q; use %s or %s", s.Type, draft, published)
	}
	for _, text := range []struct {
		member, text string
		most         int
	}{{"data.name", s.Name, maxStandardName}, {"data.version", s.Version, maxStandardName}, {"data.description", s.Description, maxStandardText}} {
		if err := checkText(text.member, text.text, text.most); err != nil {
			return err
		}
	}
	if len(s.Controls) > maxControls {
		return Unprocessable("data.controls has %d controls; at most %d are possible", len(s.Controls), maxControls)
	}
	s.Controls = list(s.Controls)
	numbers := map[string]bool{}
	for i := range s.Controls {
		control := &s.Controls[i]
		at := fmt.Sprintf("data.controls[%d]", i)
		if err := checkControl(at, control); err != nil {
			return err
		}
		if numbers[control.ID] {
			return Unprocessable("%s.aid is %q, which another control has", at, control.ID)
		}
		numbers[control.ID] = true
	}
	return nil
}

func checkControl(at string, control *store.StandardControl) error {
	control.ID = strings.TrimSpace(control.ID)
	switch {
	case control.ID == "":
		return Unprocessable("%s.aid is missing; it is the control's number, such as 1.1.2", at)
	case strings.TrimSpace(control.Title) == "":
		return Unprocessable("%s.title is missing", at)
	case control.Headings.Level1 == "" && control.Headings.Level2+control.Headings.Level3 != "", control.Headings.Level2 == "" && control.Headings.Level3 != "":
		return Unprocessable("%s.headings leaves a level out; fill level1 first, then level2, then level3", at)
	}
	for _, text := range []struct {
		member, text string
		most         int
	}{
		{".aid", control.ID, maxControlNumber}, {".title", control.Title, maxStandardText},
		{".headings.level1", control.Headings.Level1, maxStandardName}, {".headings.level2", control.Headings.Level2, maxStandardName},
		{".headings.level3", control.Headings.Level3, maxStandardName},
	} {
		if err := checkText(at+text.member, text.text, text.most); err != nil {
			return err
		}
	}
	for _, rules := range []struct {
		member string
		ids    *[]string
	}{{".awsRules", &control.AWSRules}, {".azureRules", &control.AzureRules}, {".gcpRules", &control.GCPRules}} {
		*rules.ids = list(*rules.ids)
		if len(*rules.ids) > maxControlRules {
			return Unprocessable("%s%s has %d rules; at most %d are possible", at, rules.member, len(*rules.ids), maxControlRules)
		}
		for j, id := range *rules.ids {
			switch {
			case !conformity.WellFormedRule(id):
				return Unprocessable("%s%s[%d] is %q, which is not the id of a rule; an id looks like EC2-012", at, rules.member, j, id)
			case strings.HasPrefix(id, "RTM"):
				return Unprocessable("%s%s[%d] is %s; rules of real-time monitoring cannot be in a standard", at, rules.member, j, id)
			}
		}
	}
	return nil
}

func addCustomStandard(c *Call) (any, error) {
	var body customStandardChanges
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	s := store.CustomStandard{Type: draft}
	if err := body.apply(&s); err != nil {
		return nil, err
	}
	if err := c.Store.PutCustomStandard(c.Context(), &s); err != nil {
		return nil, err
	}
	if err := c.Record("compliance-standard.created", 0, "compliance standard "+s.Name+" was made"); err != nil {
		return nil, err
	}
	return c.answerStandard(s)
}

// setCustomStandard changes the standard that the path names; all of it, or
// only what the request has.
func (c *Call) setCustomStandard(whole bool) (any, error) {
	s, err := c.customStandard()
	if err != nil {
		return nil, err
	}
	var body customStandardChanges
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	before := s
	if whole && before.Type == draft {
		s = store.CustomStandard{ID: s.ID, Type: draft}
	}
	if err := body.apply(&s); err != nil {
		return nil, err
	}
	if before.Type == published && !sameButEnabled(before, s) {
		return nil, Unprocessable("the standard is published, so that only isEnabled can be changed; make a new one for a new version")
	}
	if err := c.Store.PutCustomStandard(c.Context(), &s); err != nil {
		return nil, err
	}
	if err := c.Record("compliance-standard.updated", 0, "compliance standard "+s.Name+" was changed"); err != nil {
		return nil, err
	}
	return c.answerStandard(s)
}

// sameButEnabled tells whether two standards say the same.
func sameButEnabled(a, b store.CustomStandard) bool {
	a.Enabled = b.Enabled
	first, err := json.Marshal(a)
	second, err2 := json.Marshal(b)
	return err == nil && err2 == nil && bytes.Equal(first, second)
}

func deleteCustomStandard(c *Call) (any, error) {
	s, err := c.customStandard()
	if err != nil {
		return nil, err
	}
	if err := c.Store.DeleteCustomStandard(c.Context(), s.ID); err != nil {
		return nil, err
	}
	return done("deleted"), c.Record("compliance-standard.deleted", 0, "compliance standard "+s.Name+" was deleted")
}
