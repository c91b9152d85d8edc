package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/store"
)

// profileRoutes are the calls on profiles.
var profileRoutes = slices.Concat([]Route{
	{
		Method: "GET", Path: "/profiles", Tag: "Profiles", Allow: ReadSome,
		Summary: "List the profiles", Response: profileList{},
		Notes:  "Without their rules, and without the organisation's own, whose id meta.organisationProfile is.",
		Handle: listProfiles,
	},
	{
		Method: "GET", Path: "/profiles/{id}", Tag: "Profiles", Allow: Admin,
		Summary: "Show a profile", Response: profileAnswer{},
		Notes: "organisation-{organisationId} is the organisation's own, which holds for every account that has no setting of a rule. " +
			"default is Surety's own: every rule as its page has it, read-only.",
		Query:  []Parameter{{Name: "includes", Help: "ruleSettings: also the settings of the rules, in included"}},
		Handle: showProfile,
	},
	{
		Method: "POST", Path: "/profiles", Tag: "Profiles", Allow: Admin,
		Summary: "Make a profile, or replace one", Request: profileChanges{}, Response: profileAnswer{},
		Notes:  "With data.id the profile that has it is replaced with all its rules; without included it has none then.",
		Handle: postProfile,
	},
	{
		Method: "PATCH", Path: "/profiles/{id}", Tag: "Profiles", Allow: Admin,
		Summary: "Change a profile", Request: profileChanges{}, Response: profileAnswer{},
		Notes:  "The rules in included are added or replaced, others stay.",
		Handle: patchProfile,
	},
	{
		Method: "DELETE", Path: "/profiles/{id}", Tag: "Profiles", Allow: Admin,
		Summary: "Delete a profile", Response: Done{},
		Handle: deleteProfile,
	},
	{
		Method: "DELETE", Path: "/profiles/{id}/rules/{rule}", Tag: "Profiles", Allow: Admin,
		Summary: "Remove a rule from a profile", Response: profileAnswer{},
		Notes:  "Surety's own. The answer is the profile with the rules that are left.",
		Handle: removeProfileRule,
	},
}, profileApplyRoutes)

// defaultProfile is the id of the profile that has every rule as its page has
// it. Nobody can change it.
const defaultProfile = "default"

// profileAttributes are what an answer says of a profile.
type profileAttributes struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

// profileList and profileAnswer stand for the answers in the description of the
// API.
type profileList struct {
	Data []resourceOf[profileAttributes] `json:"data"`
	Meta map[string]any                  `json:"meta"`
}

type profileAnswer struct {
	Data     resourceOf[profileAttributes] `json:"data"`
	Included []resourceOf[map[string]any]  `json:"included,omitempty"`
	Meta     map[string]any                `json:"meta"`
}

// profileChanges is the request to make, replace or change a profile. Entries
// of included that are no rules are passed over.
type profileChanges struct {
	Data struct {
		ID         string `json:"id"`
		Attributes struct {
			Name        *string `json:"name"`
			Description *string `json:"description"`
		} `json:"attributes"`
	} `json:"data"`
	Included []struct {
		Type       string          `json:"type"`
		ID         string          `json:"id"`
		Attributes json.RawMessage `json:"attributes"`
	} `json:"included"`
}

// settings reads the settings that a request holds.
func (body *profileChanges) settings(c *Call) ([]conformity.Setting, error) {
	var settings []conformity.Setting
	for _, entry := range body.Included {
		if entry.Type != "" && entry.Type != "rules" {
			continue
		}
		s, err := conformity.ParseSettingOf(entry.ID, entry.Attributes)
		if err == nil {
			err = s.CheckInProfile(c.Library)
		}
		if err != nil {
			return nil, settingError(err)
		}
		if c.isDeprecated(s.ID) {
			return nil, Unprocessable("rule %s is deprecated; leave it out", s.ID)
		}
		settings = append(settings, s)
	}
	return conformity.Put(nil, settings...), nil
}

// The bounds of the texts of a profile, in characters.
const (
	maxProfileName        = 255
	maxProfileDescription = 2000
)

// apply changes a profile's name and description as a request says.
func (body *profileChanges) apply(p *store.Profile) error {
	given := body.Data.Attributes
	if given.Name != nil {
		p.Name = strings.TrimSpace(*given.Name)
	}
	if given.Description != nil {
		p.Description = *given.Description
	}
	return checkProfile(p)
}

func checkProfile(p *store.Profile) error {
	if p.Name == "" {
		return Unprocessable("name is missing; a profile needs one")
	}
	if err := checkText("name", p.Name, maxProfileName); err != nil {
		return err
	}
	return checkText("description", p.Description, maxProfileDescription)
}

// profileResource shows a profile, with its rules when there are any.
func profileResource(p store.Profile, settings []conformity.Setting) Resource {
	r := Resource{Type: "profiles", ID: p.ID, Attributes: profileAttributes{Name: p.Name, Description: p.Description}}
	if len(settings) > 0 {
		rules := make([]Reference, len(settings))
		for i, s := range settings {
			rules[i] = Reference{Type: "rules", ID: s.ID}
		}
		r.Relationships = map[string]any{"ruleSettings": Relation{Data: rules}}
	}
	return r
}

// answerProfile shows a profile with its rules, sorted by their ids.
func (c *Call) answerProfile(p store.Profile, settings []conformity.Setting) (any, error) {
	settings = slices.SortedFunc(slices.Values(settings), func(a, b conformity.Setting) int { return strings.Compare(a.ID, b.ID) })
	d := Document{Data: profileResource(p, settings), Meta: c.profileMeta(settings)}
	if len(settings) == 0 {
		return d, nil
	}
	included := make([]Resource, len(settings))
	for i, s := range settings {
		attributes, err := s.Attributes()
		if err != nil {
			return nil, err
		}
		included[i] = Resource{Type: "rules", ID: s.ID, Attributes: attributes}
	}
	d.Included = included
	return d, nil
}

// profileMeta is what stands beside a profile: nothing, or a warning of
// deprecated rules.
func (c *Call) profileMeta(settings []conformity.Setting) map[string]any {
	var ids []string
	for _, s := range settings {
		if s.Enabled && c.isDeprecated(s.ID) {
			ids = append(ids, s.ID)
		}
	}
	if len(ids) == 0 {
		return map[string]any{}
	}
	d := deprecation{}
	d.Warning.Message = fmt.Sprintf("%d rules in this profile are deprecated.", len(ids))
	if len(ids) == 1 {
		d.Warning.Message = "1 rule in this profile is deprecated."
	}
	d.Warning.Link, d.Warning.Rules = c.rulesLink(), ids
	return map[string]any{"deprecation": d}
}

func listProfiles(c *Call) (any, error) {
	profiles, err := c.Store.Profiles(c.Context())
	if err != nil {
		return nil, err
	}
	data := []Resource{}
	for _, p := range profiles {
		if _, own := conformity.ParseOrganisationProfileID(p.ID); !own {
			data = append(data, profileResource(p, nil))
		}
	}
	organisation, err := c.Organisation()
	if err != nil {
		return nil, err
	}
	return List{Data: data, Meta: map[string]any{"organisationProfile": conformity.OrganisationProfileID(organisation)}}, nil
}

// profile finds a profile and its settings: one that users made, the
// organisation's, or the default one.
func (c *Call) profile(id string) (store.Profile, []conformity.Setting, error) {
	if id == defaultProfile {
		return c.defaultPages()
	}
	p, err := c.Store.Profile(c.Context(), id)
	if errors.Is(err, store.ErrNotFound) {
		p, err = c.unsetProfile(id)
	}
	if err != nil {
		return p, nil, err
	}
	settings, err := c.Store.ProfileSettings(c.Context(), id)
	return p, settings, err
}

// defaultPages is the profile that has every rule as its page has it.
func (c *Call) defaultPages() (store.Profile, []conformity.Setting, error) {
	p := store.Profile{ID: defaultProfile, Name: "Surety Default", Description: "Every rule as its page has it; read-only"}
	var settings []conformity.Setting
	for _, id := range c.Library.IDs() {
		r, err := c.Library.Rule(id)
		if err != nil {
			return p, nil, err
		}
		s := conformity.Defaults(r)
		s.Configured = nil
		settings = append(settings, s)
	}
	return p, settings, nil
}

// unsetProfile is the organisation's profile before anybody has changed it;
// any other is not there.
func (c *Call) unsetProfile(id string) (store.Profile, error) {
	organisation, err := c.Organisation()
	if err != nil {
		return store.Profile{}, err
	}
	if id != conformity.OrganisationProfileID(organisation) {
		return store.Profile{}, NotFound("there is no profile %s", id)
	}
	return store.Profile{ID: id, Name: "Organisational Profile", Description: "Holds for every account that has no setting of a rule"}, nil
}

func showProfile(c *Call) (any, error) {
	p, settings, err := c.profile(c.Param("id"))
	if err != nil {
		return nil, err
	}
	if !slices.Contains(c.List("includes"), "ruleSettings") {
		return Document{Data: profileResource(p, nil), Meta: c.profileMeta(settings)}, nil
	}
	return c.answerProfile(p, settings)
}

func postProfile(c *Call) (any, error) {
	var body profileChanges
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	settings, err := body.settings(c)
	if err != nil {
		return nil, err
	}
	if body.Data.ID != "" {
		return c.writeProfile(body.Data.ID, &body, func([]conformity.Setting) []conformity.Setting { return settings })
	}
	var p store.Profile
	if err := body.apply(&p); err != nil {
		return nil, err
	}
	return c.makeProfile(p, settings)
}

// makeProfile adds a profile and answers with it.
func (c *Call) makeProfile(p store.Profile, settings []conformity.Setting) (any, error) {
	if err := c.Store.AddProfile(c.Context(), &p, settings); err != nil {
		return nil, err
	}
	if err := c.Record("profile.created", 0, "profile "+p.Name+" was made"); err != nil {
		return nil, err
	}
	return c.answerProfile(p, settings)
}

func patchProfile(c *Call) (any, error) {
	var body profileChanges
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	settings, err := body.settings(c)
	if err != nil {
		return nil, err
	}
	return c.writeProfile(c.Param("id"), &body, func(own []conformity.Setting) []conformity.Setting { return conformity.Put(own, settings...) })
}

func removeProfileRule(c *Call) (any, error) {
	id, rule := c.Param("id"), c.Param("rule")
	_, settings, err := c.profile(id)
	if err != nil {
		return nil, err
	}
	is := func(s conformity.Setting) bool { return s.ID == rule }
	if !slices.ContainsFunc(settings, is) {
		return nil, NotFound("profile %s has no rule %s", id, rule)
	}
	return c.writeProfile(id, &profileChanges{}, func(own []conformity.Setting) []conformity.Setting {
		return slices.DeleteFunc(slices.Clone(own), is)
	})
}

// writeProfile changes a profile and answers with all of it. A change of the
// organisation's has every account scanned, for it holds for all.
func (c *Call) writeProfile(id string, body *profileChanges, change func([]conformity.Setting) []conformity.Setting) (any, error) {
	if id == defaultProfile {
		return nil, Unprocessable("the default profile cannot be changed; make one of your own")
	}
	p, err := c.unsetProfile(id)
	own := err == nil
	var e *Error
	if !own && !errors.As(err, &e) {
		return nil, err
	}
	p.ID = id
	var before, after []conformity.Setting
	err = c.Store.ChangeProfile(c.Context(), &p, own, func(p *store.Profile, settings []conformity.Setting) ([]conformity.Setting, error) {
		before, after = settings, change(settings)
		return after, body.apply(p)
	})
	if errors.Is(err, store.ErrNotFound) {
		err = NotFound("there is no profile %s", id)
	}
	if err != nil {
		return nil, err
	}
	if err := c.Record("profile.updated", 0, "profile "+p.Name+" was changed"); err != nil {
		return nil, err
	}
	if own && len(c.settingEvents(before, after)) > 0 {
		if err := c.scanAll(); err != nil {
			return nil, err
		}
	}
	return c.answerProfile(p, after)
}

// scanAll has every account scanned that is not paused.
func (c *Call) scanAll() error {
	accounts, err := c.Store.Accounts(c.Context())
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if a.Bot != nil && a.Bot.Disabled {
			continue
		}
		if err := c.Queue.ScanNow(c.Context(), a.Num); err != nil {
			return err
		}
	}
	return nil
}

func deleteProfile(c *Call) (any, error) {
	id := c.Param("id")
	if _, own := conformity.ParseOrganisationProfileID(id); own || id == defaultProfile {
		return nil, Unprocessable("the organisation's profile and the default one cannot be deleted")
	}
	p, err := c.Store.Profile(c.Context(), id)
	if err == nil {
		err = c.Store.DeleteProfile(c.Context(), id)
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil, NotFound("there is no profile %s", id)
	}
	if err != nil {
		return nil, err
	}
	return done("deleted"), c.Record("profile.deleted", 0, "profile "+p.Name+" was deleted")
}
