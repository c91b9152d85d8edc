package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/server/look"
)

var profilePages = []page{
	{Pattern: "GET /profiles", Handle: (*visit).profiles},
	{Pattern: "GET /profiles/new", Handle: (*visit).newProfile},
	{Pattern: "POST /profiles/new", Handle: (*visit).makeProfile},
	{Pattern: "GET /profiles/apply", Handle: (*visit).applyForm},
	{Pattern: "POST /profiles/apply", Handle: (*visit).applyProfile},
	{Pattern: "GET /profiles/{id}", Handle: (*visit).showProfile},
	{Pattern: "POST /profiles/{id}", Handle: (*visit).changeProfile},
	{Pattern: "GET /profiles/{id}/add", Handle: (*visit).rulesToAdd},
	{Pattern: "POST /profiles/{id}/add", Handle: (*visit).addRules},
	{Pattern: "GET /profiles/{id}/rules/{rule}", Handle: (*visit).profileRule},
	{Pattern: "POST /profiles/{id}/rules/{rule}", Handle: (*visit).changeProfileRule},
}

// defaultProfile is the id of the profile that has every rule as its page has
// it.
const defaultProfile = "default"

type profile struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

// profileList is what the API says of all profiles.
type profileList struct {
	Data []thing[profile]
	Meta struct{ OrganisationProfile string }
}

// profileChoice is a profile in a list of choices.
type profileChoice struct{ ID, Name string }

// profileList reads the profiles, by name.
func (v *visit) profileList() (*profileList, error) {
	var list profileList
	if err := v.get("/profiles", nil, &list); err != nil {
		return nil, err
	}
	slices.SortStableFunc(list.Data, func(a, b thing[profile]) int {
		return strings.Compare(strings.ToLower(a.Attributes.Name), strings.ToLower(b.Attributes.Name))
	})
	return &list, nil
}

// profilesBody is what the list of profiles shows.
type profilesBody struct {
	Profiles     []thing[profile]
	Organisation string // the id of the organisation's profile
}

func (v *visit) profiles() error {
	list, err := v.profileList()
	if err != nil {
		return err
	}
	return v.show("profiles", &look.Frame{
		Title: "Profiles", Section: "/profiles",
		Lead: "A profile is a set of settings of rules. Applied to accounts, it configures them alike; what is in it is copied, so that each account can be changed later.",
		Body: &profilesBody{Profiles: list.Data, Organisation: list.Meta.OrganisationProfile},
	})
}

// A newProfileBody is the form of a new profile, with what was typed.
type newProfileBody struct {
	profile
	From     string // "profile:ID", "account:ID" or empty
	Profiles []profileChoice
	Accounts []thing[account]
	Faults   map[string]string
}

func (v *visit) newProfile() error {
	frame, err := v.newProfileFrame(v.query("from"))
	if err != nil {
		return err
	}
	return v.show("profile-new", frame)
}

func (v *visit) newProfileFrame(from string) (*look.Frame, error) {
	if !v.who.IsAdmin() {
		return nil, &Failure{Status: http.StatusForbidden, Detail: "Only administrators make profiles"}
	}
	list, err := v.profileList()
	if err != nil {
		return nil, err
	}
	s, err := v.scope()
	if err != nil {
		return nil, err
	}
	body := &newProfileBody{From: from, Accounts: s.Accounts, Faults: map[string]string{}, Profiles: []profileChoice{
		{defaultProfile, "Surety's defaults: every rule as its page has it"}, {list.Meta.OrganisationProfile, "The organisation's profile"},
	}}
	for _, p := range list.Data {
		body.Profiles = append(body.Profiles, profileChoice{p.ID, p.Attributes.Name})
	}
	return &look.Frame{
		Title: "New profile", Section: "/profiles", Crumbs: []look.Link{{Text: "Profiles", Path: "/profiles"}}, Body: body,
	}, nil
}

// profileCrumbs lead from a page of a profile to those above it.
func profileCrumbs(p *profileSettings) []look.Link {
	return []look.Link{{Text: "Profiles", Path: "/profiles"}, {Text: p.Name, Path: p.Path()}}
}

func (v *visit) makeProfile() error {
	frame, err := v.newProfileFrame(v.field("from"))
	if err != nil {
		return err
	}
	body, _ := frame.Body.(*newProfileBody)
	body.profile = profile{Name: strings.TrimSpace(v.field("name")), Description: strings.TrimSpace(v.field("description"))}
	made, err := v.sendProfile(body)
	if err != nil {
		putProfileFault(body.Faults, err)
		return v.refused(err, "profile-new", frame)
	}
	return v.done("/profiles/"+url.PathEscape(made), "The profile was made. Add rules to it, or apply it to accounts.")
}

// putProfileFault puts what the API refused to the field that it names.
func putProfileFault(faults map[string]string, err error) {
	var no *Failure
	if !errors.As(err, &no) {
		return
	}
	for _, field := range []string{"name", "description"} {
		if strings.HasPrefix(no.Detail, field+" ") {
			faults[field] = sentence(no.Detail)
		}
	}
}

// sendProfile makes the profile that was asked for, and gives its id.
func (v *visit) sendProfile(body *newProfileBody) (string, error) {
	p, err := v.profileFile(body)
	if err != nil {
		return "", err
	}
	if p == nil {
		if p, err = v.profileToCopy(body.From); err != nil {
			return "", err
		}
		p.Name, p.Description = "", ""
	}
	if body.Name != "" {
		p.Name = body.Name
	}
	if body.Description != "" {
		p.Description = body.Description
	}
	var answer one[profile]
	err = v.send(http.MethodPost, "/profiles/file", p, &answer)
	return answer.Data.ID, err
}

// profileFile is the file that was sent; nil for none.
func (v *visit) profileFile(body *newProfileBody) (*conformity.Profile, error) {
	file, header, err := v.r.FormFile("file")
	if err != nil || header.Size == 0 {
		return nil, nil // no file was chosen
	}
	defer file.Close()
	data, err := io.ReadAll(file) // readForm bounds it
	if err != nil {
		return nil, err
	}
	p, err := conformity.ParseProfile(header.Filename, data)
	if err != nil {
		body.Faults["file"] = sentence(err.Error())
		return nil, &Failure{Status: http.StatusUnprocessableEntity, Detail: "The file is no profile: " + err.Error()}
	}
	return &p, nil
}

// profileToCopy is what a new profile begins with: nothing, the rules of a
// profile, or those that are configured in an account.
func (v *visit) profileToCopy(from string) (*conformity.Profile, error) {
	kind, id, _ := strings.Cut(from, ":")
	switch kind {
	case "":
		return &conformity.Profile{}, nil
	case "profile":
		p, err := v.profileSettings(id)
		if err != nil {
			return nil, err
		}
		return &conformity.Profile{Settings: p.Settings}, nil
	case "account":
		settings, err := v.ownSettings(id)
		return &conformity.Profile{Settings: settings}, err
	}
	return nil, &Failure{Status: http.StatusUnprocessableEntity, Detail: "Choose what the profile begins with"}
}

// ownSettings are those that are configured in an account.
func (v *visit) ownSettings(account string) ([]conformity.Setting, error) {
	var answer settingsAnswer
	err := v.get(accountPath(account)+"/settings/rules", nil, &answer)
	if isNotFound(err) { // nothing is configured; an account that is not there is refused elsewhere
		err = nil
	}
	return answer.Data.Attributes.Settings.Rules, err
}

// A profileSettings is a profile with its rules.
type profileSettings struct {
	ID string
	profile
	Settings []conformity.Setting
	// Own is the organisation's profile, Fixed the one that nobody can change.
	Own, Fixed bool
}

// Path is that of the profile's page.
func (p *profileSettings) Path() string { return "/profiles/" + url.PathEscape(p.ID) }

// setting finds the setting of a rule.
func (p *profileSettings) setting(id string) (conformity.Setting, bool) {
	at := slices.IndexFunc(p.Settings, func(s conformity.Setting) bool { return s.ID == id })
	if at < 0 {
		return conformity.Setting{}, false
	}
	return p.Settings[at], true
}

// profileSettings reads a profile with its rules.
func (v *visit) profileSettings(id string) (*profileSettings, error) {
	var answer struct {
		Data     thing[profile]
		Included []struct {
			ID         string
			Attributes json.RawMessage
		}
	}
	if err := v.get("/profiles/"+url.PathEscape(id), url.Values{"includes": {"ruleSettings"}}, &answer); err != nil {
		return nil, err
	}
	p := &profileSettings{ID: answer.Data.ID, profile: answer.Data.Attributes, Fixed: id == defaultProfile}
	_, p.Own = conformity.ParseOrganisationProfileID(p.ID)
	// These two have the names that the list of profiles gives them.
	switch {
	case p.Fixed:
		p.profile = profile{Name: "Surety's defaults", Description: "Every rule as its page has it. It holds where nothing else does."}
	case p.Own:
		p.profile = profile{Name: "Organisation's profile", Description: "Holds in every account for the rules that the account has no setting of. A change has all accounts scanned."}
	}
	for _, entry := range answer.Included {
		s, err := conformity.ParseSettingOf(entry.ID, entry.Attributes)
		if err != nil {
			return nil, fmt.Errorf("profile %s: %w", id, err)
		}
		p.Settings = append(p.Settings, s)
	}
	return p, nil
}
