package store

import (
	"encoding/json"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/customrule"
)

// ConfigurationVersion is that of the form of a Configuration.
const ConfigurationVersion = 1

// A Configuration is everything that users have configured. Ids are those of
// the server that it comes from; what belongs to another thing names it by its
// id. Passwords, keys and sessions are not in it.
type Configuration struct {
	Version      int                      `json:"version"`
	Organisation ConfiguredOrganisation   `json:"organisation"`
	Imports      []ConfiguredImport       `json:"imports"`
	Accounts     []ConfiguredAccount      `json:"accounts"`
	Groups       []ConfiguredGroup        `json:"groups"`
	Users        []ConfiguredUser         `json:"users"`
	Profiles     []ConfiguredProfile      `json:"profiles"`
	CustomRules  []ConfiguredRule         `json:"customRules"`
	Standards    []ConfiguredStandard     `json:"customStandards"`
	Channels     []ConfiguredChannel      `json:"channels"`
	Reports      []ConfiguredReportConfig `json:"reportConfigs"`
	Suppressions []ConfiguredSuppression  `json:"suppressions"`
}

// A ConfiguredOrganisation is its name and its own profile, nil until somebody
// has set it.
type ConfiguredOrganisation struct {
	Name    string             `json:"name"`
	Profile *ConfiguredProfile `json:"profile,omitempty"`
}

// A ConfiguredImport is an Import without what became of it.
type ConfiguredImport struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	RoleARN     string   `json:"roleArn"`
	ExternalID  string   `json:"externalId,omitempty"` // a secret
	RoleName    string   `json:"roleName"`
	Environment string   `json:"environment"`
	Tags        []string `json:"tags"`
	Exclude     []string `json:"exclude"`
}

// A ConfiguredAccount is an account with its rule settings.
type ConfiguredAccount struct {
	ID           string               `json:"id"`
	Name         string               `json:"name"`
	Environment  string               `json:"environment"`
	Code         string               `json:"code"`
	AWSID        string               `json:"awsAccount"`
	Tags         []string             `json:"tags"`
	RoleARN      string               `json:"roleArn"`
	ExternalID   string               `json:"externalId,omitempty"` // a secret
	Subscription string               `json:"subscription"`
	Packages     map[string]bool      `json:"packages"`
	Bot          *Bot                 `json:"bot,omitempty"`
	Import       string               `json:"import,omitempty"` // that keeps it
	Rules        []conformity.Setting `json:"rules"`
	Notes        []ConfiguredRuleNote `json:"ruleNotes"`
}

// A ConfiguredRuleNote is what a user said of the setting of a rule.
type ConfiguredRuleNote struct {
	Rule string `json:"rule"`
	ConfiguredNote
}

// A ConfiguredNote is a note with its date, in milliseconds since 1970.
type ConfiguredNote struct {
	Note string `json:"note"`
	By   string `json:"by"`
	At   int64  `json:"at"`
}

// A ConfiguredGroup is a group.
type ConfiguredGroup struct {
	ID   string   `json:"id"`
	Name string   `json:"name"`
	Tags []string `json:"tags"`
}

// A ConfiguredUser is a user with the levels of access by account.
type ConfiguredUser struct {
	ID            string            `json:"id"`
	Email         string            `json:"email"`
	FirstName     string            `json:"firstName"`
	LastName      string            `json:"lastName"`
	Role          string            `json:"role"`
	SSO           bool              `json:"sso"`
	SummaryOptOut bool              `json:"summaryEmailOptOut"`
	Access        map[string]string `json:"access"`
}

// A ConfiguredProfile is a profile with its rule settings.
type ConfiguredProfile struct {
	ID          string               `json:"id,omitempty"` // empty for the organisation's own
	Name        string               `json:"name"`
	Description string               `json:"description"`
	Rules       []conformity.Setting `json:"rules"`
}

// A ConfiguredRule is a custom rule.
type ConfiguredRule struct {
	ID   string           `json:"id"`
	Rule *customrule.Rule `json:"rule"`
}

// A ConfiguredStandard is a custom standard.
type ConfiguredStandard struct {
	ID       string         `json:"id"`
	Standard CustomStandard `json:"standard"`
}

// A ConfiguredChannel is a channel. Its id is the last part of that of the
// setting, which also holds the account.
type ConfiguredChannel struct {
	ID            string          `json:"id"`
	Account       string          `json:"account,omitempty"` // empty: the organisation's
	Channel       string          `json:"channel"`
	Enabled       bool            `json:"enabled"`
	Manual        bool            `json:"manual"`
	Filter        json.RawMessage `json:"filter,omitempty"`
	Configuration json.RawMessage `json:"configuration"`
}

// A ConfiguredReportConfig is a report config, with the last part of its id.
type ConfiguredReportConfig struct {
	ID            string          `json:"id"`
	Account       string          `json:"account,omitempty"`
	Group         string          `json:"group,omitempty"`
	Configuration json.RawMessage `json:"configuration"`
	CreatedBy     string          `json:"createdBy"`
}

// A ConfiguredSuppression is a check that was accepted, with the notes on it.
type ConfiguredSuppression struct {
	Account  string           `json:"account"`
	Rule     string           `json:"rule"`
	Service  string           `json:"service"`
	Region   string           `json:"region"`
	Resource string           `json:"resource"`
	Pushed   bool             `json:"pushed,omitempty"` // by a user; no scan makes it
	Risk     int              `json:"risk"`             // 1 low to 5 extreme
	Until    *int64           `json:"until,omitempty"`  // milliseconds since 1970; nil: for ever
	Notes    []ConfiguredNote `json:"notes"`
}
