package api

import (
	"errors"
	"fmt"
	"slices"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/store"
)

// profileApplyRoutes apply profiles to accounts, and move them as files.
var profileApplyRoutes = []Route{
	{
		Method: "POST", Path: "/profiles/{id}/apply", Tag: "Profiles", Allow: Admin,
		Summary: "Apply a profile to accounts", Request: profileApplication{}, Response: Done{},
		Notes: "mode: fill-gaps adds what an account has no setting of; overwrite also replaces what both have (with include.exceptions false " +
			"an account keeps its own exceptions); replace leaves the account nothing but the profile's. To apply again changes nothing. " +
			"Accounts whose settings change are scanned soon after.",
		Handle: applyProfile,
	},
	{
		Method: "GET", Path: "/profiles/{id}/file", Tag: "Profiles", Allow: Admin,
		Summary: "Download a profile as a file", Response: profileFile{},
		Notes:  "Surety's own. The JSON is what Cloud Conformity's pages download; surety scan --settings reads it, too.",
		Handle: downloadProfile,
	},
	{
		Method: "POST", Path: "/profiles/file", Tag: "Profiles", Allow: Admin,
		Summary: "Make a profile of a file", Request: profileFile{}, Response: profileAnswer{},
		Notes:  "Surety's own. The body is the file itself.",
		Handle: uploadProfile,
	},
}

// profileApplication is the request to apply a profile.
type profileApplication struct {
	Meta struct {
		AccountIDs []string `json:"accountIds"`
		Types      []string `json:"types"`
		Mode       string   `json:"mode"`
		Notes      string   `json:"notes"`
		Include    *struct {
			Exceptions *bool `json:"exceptions"`
		} `json:"include"`
	} `json:"meta"`
}

func applyProfile(c *Call) (any, error) {
	var body profileApplication
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	given := body.Meta
	if c.Param("id") == defaultProfile {
		return nil, Unprocessable("the default profile holds wherever nothing else does; to clear the settings of accounts apply a profile without rules by replace")
	}
	mode, err := conformity.ParseMode(given.Mode)
	if err != nil {
		return nil, Unprocessable("meta.mode: %v", err)
	}
	if slices.ContainsFunc(given.Types, func(t string) bool { return t != "rule" }) {
		return nil, Unprocessable(`meta.types can only be ["rule"]`)
	}
	if err := checkNote(given.Notes); err != nil {
		return nil, err
	}
	exceptions := true
	if given.Include != nil && given.Include.Exceptions != nil {
		if exceptions = *given.Include.Exceptions; mode != conformity.Overwrite {
			return nil, Unprocessable("meta.include.exceptions is for the mode overwrite only; leave it out")
		}
	}
	accounts, err := c.applyTo(given.AccountIDs)
	if err != nil {
		return nil, err
	}
	p, settings, err := c.profile(c.Param("id"))
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		note := store.RuleNote{Note: given.Notes, By: c.Principal.UserID}
		before, after, err := c.Store.ChangeAccountSettings(c.Context(), a.Num, note, func(own []conformity.Setting) ([]conformity.Setting, error) {
			return conformity.Merge(own, settings, mode, exceptions)
		})
		if err != nil {
			return nil, err
		}
		if n := changedRules(before, after); n > 0 {
			if err := c.Record("account.profile.applied", a.Num, fmt.Sprintf("account %s: the settings of %d rules were changed by profile %s (%s)", a.Name, n, p.Name, mode)); err != nil {
				return nil, err
			}
			if err := c.Queue.ScanNow(c.Context(), a.Num); err != nil {
				return nil, err
			}
		}
	}
	return Done{Meta: DoneMeta{Status: "sent", Message: "Profile will be applied to the accounts in background"}}, nil
}

// applyTo finds the accounts that a request names, each once. All are found
// before any is changed.
func (c *Call) applyTo(ids []string) ([]store.Account, error) {
	if len(ids) == 0 {
		return nil, Unprocessable("meta.accountIds is empty; name at least one account")
	}
	return c.AccountsToWrite(ids)
}

// changedRules counts the rules whose settings differ between two lists.
func changedRules(before, after []conformity.Setting) int {
	old := map[string]conformity.Setting{}
	for _, s := range before {
		old[s.ID] = s
	}
	n := 0
	for _, s := range after {
		if was, there := old[s.ID]; !there || !sameSetting(was, s) {
			n++
		}
		delete(old, s.ID)
	}
	return n + len(old)
}

// profileFile stands for the file of a profile in the description of the API.
type profileFile struct {
	Schema       string           `json:"schema"`
	Version      string           `json:"version"`
	Name         string           `json:"name"`
	Description  string           `json:"description"`
	RuleSettings []map[string]any `json:"ruleSettings"`
}

func downloadProfile(c *Call) (any, error) {
	p, settings, err := c.profile(c.Param("id"))
	if err != nil {
		return nil, err
	}
	c.Writer.Header().Set("Content-Disposition", `attachment; filename="profile.json"`)
	return conformity.Profile{Name: p.Name, Description: p.Description, Settings: settings}, nil
}

func uploadProfile(c *Call) (any, error) {
	data, err := c.Body()
	if err != nil {
		return nil, err
	}
	file, err := conformity.ParseProfile("", data)
	var fault *conformity.SettingError
	switch {
	case errors.As(err, &fault):
		return nil, Unprocessable("%v", err)
	case err != nil:
		return nil, BadRequest("%v", err)
	}
	for _, s := range file.Settings {
		if err := s.CheckInProfile(c.Library); err != nil {
			return nil, settingError(err)
		}
	}
	p := store.Profile{Name: file.Name, Description: file.Description}
	if err := checkProfile(&p); err != nil {
		return nil, err
	}
	return c.makeProfile(p, file.Settings)
}
