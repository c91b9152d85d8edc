package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/store"
)

// accountRuleRoutes are the calls on the settings of rules of an account.
var accountRuleRoutes = []Route{
	{
		Method: "GET", Path: "/accounts/{id}/settings/rules", Tag: "Rule settings", Allow: ReadAccount,
		Summary: "List the settings of rules of an account", Response: oneOf[ruleSettingsAttributes]{},
		Notes: "404 when no rule was configured for this account.",
		Query: []Parameter{
			{Name: "includeDefaults", Type: "boolean", Help: "also the settings of all other rules, as they are without anybody's doing"},
			{Name: "includeOrganisation", Type: "boolean", Help: "also the settings that the account has from the organisation's profile; meta.organisation names their rules"},
		},
		Handle: listAccountRules,
	},
	{
		Method: "GET", Path: "/accounts/{id}/settings/rules/{rule}", Tag: "Rule settings", Allow: ReadAccount,
		Summary: "Show the setting of a rule of an account", Response: oneOf[ruleSettingsAttributes]{},
		Notes:  "404 when the rule was not configured for this account.",
		Query:  []Parameter{{Name: "notes", Type: "boolean", Help: "also what users said when they changed the setting, in meta.notes"}},
		Handle: showAccountRule,
	},
	{
		Method: "PATCH", Path: "/accounts/{id}/settings/rules", Tag: "Rule settings", Allow: WriteAccount,
		Summary: "Change the settings of rules of an account", Request: ruleSettingsChanges{}, Response: oneOf[ruleSettingsAttributes]{},
		Notes:  "The settings of the rules named are replaced, others stay. The account is scanned soon after, so that its checks follow.",
		Handle: changeAccountRules,
	},
	{
		Method: "PATCH", Path: "/accounts/{id}/settings/rules/{rule}", Tag: "Rule settings", Allow: WriteAccount,
		Summary: "Change the setting of a rule of an account", Request: ruleSettingChange{}, Response: oneOf[ruleSettingsAttributes]{},
		Notes:  "The answer has all configured rules of the account. The account is scanned soon after, so that its checks follow.",
		Handle: changeAccountRule,
	},
	{
		Method: "DELETE", Path: "/accounts/{id}/settings/rules/{rule}", Tag: "Rule settings", Allow: WriteAccount,
		Summary: "Remove the setting of a rule from an account", Response: Done{},
		Notes:  "Surety's own. The rule is then as the organisation's profile has it, or its page.",
		Handle: removeAccountRule,
	},
}

// maxNotes bounds the notes that an answer has.
const maxNotes = 100

// maxSettings bounds the rules that an account has settings of: more than there
// are rules, since those that are not there are kept, too.
const maxSettings = 5000

// maxNote bounds a note, in characters.
const maxNote = 2000

// ruleSettingsAttributes are what an answer says of the settings of an account.
type ruleSettingsAttributes struct {
	Settings struct {
		Rules  []conformity.Setting `json:"rules"`
		Access struct{}             `json:"access"`
	} `json:"settings"`
	Access    any    `json:"access"`
	CloudType string `json:"cloud-type"`
}

// ruleSettingsMeta is what stands beside the settings.
type ruleSettingsMeta struct {
	Deprecation *deprecation  `json:"deprecation,omitempty"`
	Notes       []settingNote `json:"notes,omitzero"` // empty, not absent, where they were asked for
	// Organisation names the rules whose settings are those of the
	// organisation's profile; likewise.
	Organisation []string `json:"organisation,omitzero"`
}

// A settingNote is what a user said when a setting was changed.
type settingNote struct {
	By   string `json:"createdBy"`
	At   *int64 `json:"createdDate"`
	Note string `json:"note"`
}

// A deprecation warns of settings of deprecated rules. Rules are objects in the
// settings of accounts and ids in profiles.
type deprecation struct {
	Warning struct {
		Message string `json:"message"`
		Link    string `json:"link"`
		Rules   any    `json:"rules"`
	} `json:"warning"`
}

// answerSettings shows settings of an account.
func (c *Call) answerSettings(a store.Account, settings []conformity.Setting, meta ruleSettingsMeta) (any, error) {
	attributes := ruleSettingsAttributes{CloudType: conformity.AWS}
	attributes.Settings.Rules = list(settings)
	relations, err := c.relations(nil)
	document := Document{Data: Resource{Type: "accounts", ID: a.ID, Attributes: attributes, Relationships: relations}}
	if meta.Deprecation = c.deprecatedIn(settings); meta.Deprecation != nil || meta.Notes != nil || meta.Organisation != nil {
		document.Meta = meta
	}
	return document, err
}

// deprecatedIn warns of the enabled settings that belong to deprecated rules;
// nil when there are none.
func (c *Call) deprecatedIn(settings []conformity.Setting) *deprecation {
	type entry struct {
		ID      string `json:"id"`
		Enabled bool   `json:"enabled"`
	}
	var found []entry
	for _, s := range settings {
		if s.Enabled && c.isDeprecated(s.ID) {
			found = append(found, entry{s.ID, s.Enabled})
		}
	}
	if len(found) == 0 {
		return nil
	}
	d := &deprecation{}
	d.Warning.Message = fmt.Sprintf("%d manually configured rules in this account are deprecated.", len(found))
	if len(found) == 1 {
		d.Warning.Message = "1 manually configured rule in this account is deprecated."
	}
	d.Warning.Link, d.Warning.Rules = c.rulesLink(), found
	return d
}

// isDeprecated tells whether a rule of the library is deprecated.
func (c *Call) isDeprecated(id string) bool {
	r, err := c.Library.Rule(id)
	return err == nil && r.Deprecated != ""
}

// rulesLink is where this API tells of all rules, the deprecated ones marked.
func (c *Call) rulesLink() string { return c.publicURL() + Prefixes[0] + "/services" }

func listAccountRules(c *Call) (any, error) {
	defaults, err := c.Flag("includeDefaults", false)
	if err != nil {
		return nil, err
	}
	organisation, err := c.Flag("includeOrganisation", false)
	if err != nil {
		return nil, err
	}
	settings, err := c.Store.AccountSettings(c.Context(), c.Account().Num)
	if err != nil {
		return nil, err
	}
	var meta ruleSettingsMeta
	all := settings
	if organisation {
		if all, meta.Organisation, err = c.withOrganisation(settings); err != nil {
			return nil, err
		}
	}
	switch {
	case defaults:
		all = c.withDefaults(all, len(settings))
	case len(all) == 0:
		return nil, NotFound("no rule was configured for account %s", c.Account().ID)
	}
	return c.answerSettings(c.Account(), all, meta)
}

// withOrganisation adds the settings of the organisation's profile for rules
// that the account has none of, and names these rules. The list of names is
// empty, not nil, where there are none.
func (c *Call) withOrganisation(own []conformity.Setting) (all []conformity.Setting, rules []string, err error) {
	id, err := c.Organisation()
	if err != nil {
		return nil, nil, err
	}
	theirs, err := c.Store.ProfileSettings(c.Context(), conformity.OrganisationProfileID(id))
	if err != nil {
		return nil, nil, err
	}
	all, err = conformity.Merge(own, theirs, conformity.FillGaps, true)
	rules = []string{}
	for _, s := range all[len(own):] {
		rules = append(rules, s.ID)
	}
	return all, rules, err
}

// withDefaults adds the settings of all other rules, and marks which were made
// by a user of the account: the first ones. A page that cannot be read has no
// defaults.
func (c *Call) withDefaults(settings []conformity.Setting, own int) []conformity.Setting {
	all := slices.Clone(settings)
	there := map[string]bool{}
	for i := range all {
		configured := i < own
		all[i].Configured = &configured
		there[all[i].ID] = true
	}
	for _, id := range c.Library.IDs() {
		if r, err := c.Library.Rule(id); err == nil && !there[id] {
			all = append(all, conformity.Defaults(r))
		}
	}
	return all
}

func showAccountRule(c *Call) (any, error) {
	notes, err := c.Flag("notes", false)
	if err != nil {
		return nil, err
	}
	settings, err := c.Store.AccountSettings(c.Context(), c.Account().Num)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(settings, func(s conformity.Setting) bool { return s.ID == c.Param("rule") })
	if i < 0 {
		return nil, c.notConfigured(c.Param("rule"))
	}
	var meta ruleSettingsMeta
	if notes {
		list, err := c.Store.SettingNotes(c.Context(), c.Account().Num, settings[i].ID, maxNotes)
		if err != nil {
			return nil, err
		}
		meta.Notes = make([]settingNote, len(list))
		for i, n := range list {
			meta.Notes[i] = settingNote{By: n.By, At: millis(n.At), Note: n.Note}
		}
	}
	return c.answerSettings(c.Account(), settings[i:i+1], meta)
}

func (c *Call) notConfigured(rule string) error {
	return NotFound("rule %s was not configured for account %s", rule, c.Account().ID)
}

// ruleSettingChange is the request to change one setting. The setting is read
// by conformity, which knows what is wrong with it.
type ruleSettingChange struct {
	Data struct {
		Attributes struct {
			Note        string          `json:"note"`
			RuleSetting json.RawMessage `json:"ruleSetting"`
		} `json:"attributes"`
	} `json:"data"`
}

// ruleSettingsChanges is the request to change several.
type ruleSettingsChanges struct {
	Data struct {
		Attributes struct {
			Note         string            `json:"note"`
			RuleSettings []json.RawMessage `json:"ruleSettings"`
		} `json:"attributes"`
	} `json:"data"`
}

func changeAccountRule(c *Call) (any, error) {
	var body ruleSettingChange
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	given := body.Data.Attributes
	if len(given.RuleSetting) == 0 {
		return nil, BadRequest("data.attributes.ruleSetting is missing")
	}
	setting, err := c.readSetting(given.RuleSetting)
	if err != nil {
		return nil, err
	}
	if setting.ID != c.Param("rule") {
		return nil, Unprocessable("ruleSetting.id is %q, and the path names rule %s; they have to be the same", setting.ID, c.Param("rule"))
	}
	return c.putSettings(given.Note, setting)
}

func changeAccountRules(c *Call) (any, error) {
	var body ruleSettingsChanges
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	given := body.Data.Attributes
	if len(given.RuleSettings) == 0 {
		return nil, BadRequest("data.attributes.ruleSettings is missing; it lists the settings to change")
	}
	settings := make([]conformity.Setting, len(given.RuleSettings))
	for i, raw := range given.RuleSettings {
		var err error
		if settings[i], err = c.readSetting(raw); err != nil {
			return nil, err
		}
	}
	return c.putSettings(given.Note, settings...)
}

// readSetting reads a setting for the account of the call.
func (c *Call) readSetting(raw json.RawMessage) (conformity.Setting, error) {
	setting, err := conformity.ParseSetting(raw)
	if err == nil {
		err = c.inSubscription(setting.ID)
	}
	if err == nil {
		err = setting.Check(c.Library)
	}
	return setting, settingError(err)
}

// inSubscription is an error for a rule that the account has not subscribed
// to, or that is not an account's. A rule that is not there is kept for when it
// comes.
func (c *Call) inSubscription(id string) error {
	if strings.HasPrefix(id, "RTM-") && c.Account().Subscription == "essentials" {
		return conformity.NotInSubscription(id, "Real-Time Threat Monitoring")
	}
	r, err := c.Library.Rule(id)
	if err != nil {
		return nil
	}
	if info := conformity.RuleInfo(r); info.Organisational || info.Package == "cost" {
		return conformity.NotConfigurableHere(id)
	}
	return nil
}

// settingError is the answer to a setting that is refused.
func settingError(err error) error {
	var e *conformity.SettingError
	if !errors.As(err, &e) {
		return err
	}
	if e.Hint == "" {
		return Unprocessable("%s", e.Text)
	}
	return Unprocessable("%s (%s)", e.Text, e.Hint)
}

// putSettings puts settings in the place of those that the account has of the
// same rules, and answers with all.
func (c *Call) putSettings(note string, settings ...conformity.Setting) (any, error) {
	if err := checkNote(note); err != nil {
		return nil, err
	}
	rules := make([]string, len(settings))
	for i, s := range settings {
		rules[i] = s.ID
	}
	slices.Sort(rules)
	a := c.Account()
	before, after, err := c.Store.ChangeAccountSettings(c.Context(), a.Num, store.RuleNote{Note: note, By: c.Principal.UserID, Rules: slices.Compact(rules)},
		func(own []conformity.Setting) ([]conformity.Setting, error) {
			all := conformity.Put(own, settings...)
			if len(all) > maxSettings {
				return nil, Unprocessable("account %s would have settings of %d rules; at most %d are possible", a.ID, len(all), maxSettings)
			}
			return all, nil
		})
	if err != nil {
		return nil, err
	}
	if err := c.settingsChanged(a, before, after); err != nil {
		return nil, err
	}
	return c.answerSettings(a, after, ruleSettingsMeta{})
}

// checkNote is an error for a note that cannot be kept.
func checkNote(note string) error { return checkText("note", note, maxNote) }

// checkText is an error for a text that is too long or is none.
func checkText(member, text string, most int) error {
	if n := utf8.RuneCountInString(text); n > most {
		return Unprocessable("%s has %d characters; at most %d are possible", member, n, most)
	}
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }
	if strings.ContainsFunc(text, control) {
		return Unprocessable("%s holds a control character", member)
	}
	return nil
}

func removeAccountRule(c *Call) (any, error) {
	a, rule := c.Account(), c.Param("rule")
	before, after, err := c.Store.ChangeAccountSettings(c.Context(), a.Num, store.RuleNote{},
		func(own []conformity.Setting) ([]conformity.Setting, error) {
			left := slices.DeleteFunc(slices.Clone(own), func(s conformity.Setting) bool { return s.ID == rule })
			if len(left) == len(own) {
				return nil, c.notConfigured(rule)
			}
			return left, nil
		})
	if err != nil {
		return nil, err
	}
	return done("deleted"), c.settingsChanged(a, before, after)
}

// settingsChanged writes to the audit log what was changed of the settings of
// an account, and has it scanned; nothing, when nothing was.
func (c *Call) settingsChanged(a store.Account, before, after []conformity.Setting) error {
	events := c.settingEvents(before, after)
	for _, e := range events {
		if err := c.Record("account.rule.update."+e.name, a.Num, "account "+a.Name+": "+e.description); err != nil {
			return err
		}
	}
	if len(events) == 0 {
		return nil
	}
	return c.Queue.ScanNow(c.Context(), a.Num)
}
