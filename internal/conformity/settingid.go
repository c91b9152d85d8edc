package conformity

import (
	"fmt"
	"slices"
	"strings"
)

// Channels are the kinds of communication channel that have an id.
var Channels = []string{
	"email", "sms", "slack", "ms-teams", "sns", "pager-duty", "webhook", "jira", "servicenow", "zendesk",
}

// A SettingID names a setting of an account or of the organisation: a
// communication channel, or an account's access.
type SettingID struct {
	Account string // empty for a setting of the organisation
	Channel string // one of Channels; empty for the access setting
	ID      string // of the channel; empty for the access setting
}

// String is "<account>:communication:<channel>-<id>", without the account for
// the organisation's, or "<account>:access".
func (s SettingID) String() string {
	if s.Channel == "" {
		return s.Account + ":access"
	}
	id := "communication:" + s.Channel + "-" + s.ID
	if s.Account != "" {
		id = s.Account + ":" + id
	}
	return id
}

// ParseSettingID reads the forms that String writes.
func ParseSettingID(s string) (SettingID, error) {
	if err := printable("setting", s); err != nil {
		return SettingID{}, err
	}
	if account, ok := strings.CutSuffix(s, ":access"); ok && account != "" && !strings.Contains(account, ":") {
		return SettingID{Account: account}, nil
	}
	account, rest, ok := strings.Cut(s, "communication:")
	if owner, found := strings.CutSuffix(account, ":"); !ok || found == (owner == "") || strings.Contains(owner, ":") {
		return SettingID{}, fmt.Errorf("%q is no id of a setting: it has the form account:communication:channel-id, communication:channel-id or account:access", s)
	} else {
		account = owner
	}
	for _, channel := range Channels {
		if id, ok := strings.CutPrefix(rest, channel+"-"); ok && id != "" {
			return SettingID{Account: account, Channel: channel, ID: id}, nil
		}
	}
	return SettingID{}, fmt.Errorf("%q is no id of a setting: after communication: stands a channel, a hyphen and an id; the channels are %s",
		s, strings.Join(Channels, ", "))
}

// PredefinedReports are the ids of the report configs that every account has,
// and CUSTOM, which stands for the reports that were made without a config.
var PredefinedReports = []string{"CONFORMITY_BOT", "CIS_AWS_FOUNDATIONS_1_0_1", "CIS_AZURE_FOUNDATIONS_1_1_1", "CUSTOM"}

// A ReportConfigID names what reports are made by.
type ReportConfigID struct {
	Entity string // id of an account, a group or the organisation
	ID     string // of the config, or one of PredefinedReports
}

// Predefined tells whether the id is one that nobody has to make.
func (c ReportConfigID) Predefined() bool { return slices.Contains(PredefinedReports, c.ID) }

// String is "<entity>:report-config:<id>", or "<entity>:CUSTOM" and the like.
func (c ReportConfigID) String() string {
	if c.Predefined() {
		return c.Entity + ":" + c.ID
	}
	return c.Entity + ":report-config:" + c.ID
}

// ParseReportConfigID reads the forms that String writes.
func ParseReportConfigID(s string) (ReportConfigID, error) {
	if err := printable("report config", s); err != nil {
		return ReportConfigID{}, err
	}
	entity, rest, _ := strings.Cut(s, ":")
	id, config := strings.CutPrefix(rest, "report-config:")
	c := ReportConfigID{Entity: entity, ID: id}
	if entity == "" || id == "" || strings.Contains(id, ":") || c.Predefined() == config {
		return ReportConfigID{}, fmt.Errorf("%q is no id of a report config: it has the form entity:report-config:id, or entity: and one of %s",
			s, strings.Join(PredefinedReports, ", "))
	}
	return c, nil
}

// OrganisationProfileID is the id of an organisation's own profile.
func OrganisationProfileID(organisation string) string { return "organisation-" + organisation }

// ParseOrganisationProfileID gives the organisation of the id of an
// organisation's own profile; ok is false for the id of any other profile.
func ParseOrganisationProfileID(s string) (organisation string, ok bool) {
	organisation, ok = strings.CutPrefix(s, "organisation-")
	return organisation, ok && organisation != ""
}
