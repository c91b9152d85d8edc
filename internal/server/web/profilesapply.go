package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/server/look"
)

// An applyBody is the form by which a profile is applied to accounts.
type applyBody struct {
	Profiles []profileChoice
	Accounts []thing[account]
	Modes    []applyMode
	// What was chosen.
	Profile    string
	Chosen     []string // accounts
	Mode       string
	Exceptions bool // the profile's take the place of the accounts'
	Note       string
	// Preview is what would be changed in each account; nil before it is asked
	// for.
	Preview []applyPreview
}

// An applyMode is one of the ways to apply a profile.
type applyMode struct {
	Key, Text, Help string
	Keep            bool // nothing that an account has is changed
}

var applyModes = []applyMode{
	{string(conformity.FillGaps), "Fill gaps", "Adds the rules that an account has no setting of. What is configured in an account stays as it is.", true},
	{string(conformity.Overwrite), "Overwrite", "The profile's settings take the place of the account's for the rules that the profile has. Other rules of the account stay.", false},
	{string(conformity.Replace), "Replace", "The account has the profile's settings and nothing else. What else is configured in it is lost, exceptions too.", false},
}

// An applyPreview counts what a profile would change in an account.
type applyPreview struct {
	Name                          string
	Added, Changed, Removed, Kept int
}

// ProfileName is the name of the profile chosen, Chose tells whether an account
// is, ModeText says the mode.
func (b *applyBody) ProfileName() string {
	for _, p := range b.Profiles {
		if p.ID == b.Profile {
			return p.Name
		}
	}
	return b.Profile
}
func (b *applyBody) Chose(account string) bool { return slices.Contains(b.Chosen, account) }
func (b *applyBody) ModeText() string {
	for _, m := range b.Modes {
		if m.Key == b.Mode {
			return m.Text + ": " + m.Help
		}
	}
	return b.Mode
}

// Changes tells whether anything would be changed.
func (b *applyBody) Changes() bool {
	return slices.ContainsFunc(b.Preview, func(p applyPreview) bool { return p.Added+p.Changed+p.Removed > 0 })
}

func (v *visit) applyForm() error {
	frame, body, err := v.applyFrame()
	if err != nil {
		return err
	}
	body.Profile, body.Mode, body.Exceptions = v.query("profile"), string(conformity.FillGaps), true
	if account := v.query("account"); account != "" {
		body.Chosen = []string{account}
	}
	return v.show("profile-apply", frame)
}

func (v *visit) applyFrame() (*look.Frame, *applyBody, error) {
	if !v.who.IsAdmin() {
		return nil, nil, &Failure{Status: http.StatusForbidden, Detail: "Only administrators apply profiles"}
	}
	list, err := v.profileList()
	if err != nil {
		return nil, nil, err
	}
	s, err := v.scope()
	if err != nil {
		return nil, nil, err
	}
	body := &applyBody{Accounts: s.Accounts, Modes: applyModes}
	for _, p := range list.Data {
		body.Profiles = append(body.Profiles, profileChoice{p.ID, p.Attributes.Name})
	}
	body.Profiles = append(body.Profiles, profileChoice{list.Meta.OrganisationProfile, "The organisation's profile"})
	return &look.Frame{
		Title: "Apply a profile", Section: "/profiles", Crumbs: []look.Link{{Text: "Profiles", Path: "/profiles"}},
		Lead: "The settings of the profile are copied into the accounts. A later change of the profile does not follow; apply it again then.", Body: body,
	}, body, nil
}

// applyProfile shows what would be changed, and then changes it.
func (v *visit) applyProfile() error {
	frame, body, err := v.applyFrame()
	if err != nil {
		return err
	}
	body.Profile, body.Chosen, body.Mode = v.field("profile"), v.r.PostForm["account"], v.field("mode")
	body.Exceptions, body.Note = v.field("exceptions") != "", strings.TrimSpace(v.field("note"))
	switch {
	case body.Profile == "":
		err = &Failure{Status: http.StatusUnprocessableEntity, Detail: "Choose a profile"}
	case len(body.Chosen) == 0:
		err = &Failure{Status: http.StatusUnprocessableEntity, Detail: "Choose one account or more"}
	case v.field("action") == "apply":
		if err = v.sendApplication(body); err == nil {
			return v.done("/profiles/"+url.PathEscape(body.Profile), fmt.Sprintf("The profile was applied to %s. Those whose settings changed are scanned soon.", look.Plural(len(body.Chosen), "account", "accounts")))
		}
	case v.field("action") == "preview":
		err = v.preview(body)
	}
	if err != nil {
		body.Preview = nil
		return v.refused(err, "profile-apply", frame)
	}
	return v.show("profile-apply", frame)
}

// sendApplication has the API apply the profile.
func (v *visit) sendApplication(b *applyBody) error {
	type include struct {
		Exceptions bool `json:"exceptions"`
	}
	var body struct {
		Meta struct {
			Accounts []string `json:"accountIds"`
			Types    []string `json:"types"`
			Mode     string   `json:"mode"`
			Notes    string   `json:"notes,omitempty"`
			Include  *include `json:"include,omitempty"`
		} `json:"meta"`
	}
	body.Meta.Accounts, body.Meta.Types, body.Meta.Mode, body.Meta.Notes = b.Chosen, []string{"rule"}, b.Mode, b.Note
	if b.Mode == string(conformity.Overwrite) {
		body.Meta.Include = &include{b.Exceptions}
	}
	return v.send(http.MethodPost, "/profiles/"+url.PathEscape(b.Profile)+"/apply", &body, nil)
}

// preview counts what would be changed in each account.
func (v *visit) preview(b *applyBody) error {
	mode, err := conformity.ParseMode(b.Mode)
	if err != nil {
		return &Failure{Status: http.StatusUnprocessableEntity, Detail: "Choose how the profile is applied"}
	}
	p, err := v.profileSettings(b.Profile)
	if err != nil {
		return err
	}
	b.Preview = []applyPreview{}
	for _, a := range b.Accounts {
		if !b.Chose(a.ID) {
			continue
		}
		own, err := v.ownSettings(a.ID)
		if err != nil {
			return err
		}
		after, err := conformity.Merge(own, p.Settings, mode, b.Exceptions)
		if err != nil {
			return err
		}
		b.Preview = append(b.Preview, compared(a.Attributes.Title(), own, after))
	}
	return nil
}

// compared counts by how much two lists of settings differ.
func compared(name string, before, after []conformity.Setting) applyPreview {
	p, was := applyPreview{Name: name}, map[string]string{}
	text := func(s conformity.Setting) string {
		raw, err := json.Marshal(s)
		if err != nil { // a setting was read from JSON
			return s.ID
		}
		return string(raw)
	}
	for _, s := range before {
		was[s.ID] = text(s)
	}
	for _, s := range after {
		old, there := was[s.ID]
		switch {
		case !there:
			p.Added++
		case old != text(s):
			p.Changed++
		default:
			p.Kept++
		}
		delete(was, s.ID)
	}
	p.Removed = len(was)
	return p
}
