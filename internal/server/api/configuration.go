package api

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/surety-cloud/surety/internal/store"
)

var configurationRoutes = []Route{
	{
		Method: "GET", Path: "/organisation/configuration", Tag: "Configuration", Allow: Admin, Long: true,
		Query:   []Parameter{{Name: "secrets", Help: "Whether the document holds external ids and the secrets of channels", Type: "boolean"}},
		Summary: "Give all that users have configured as one document", Response: configurationDocument{},
		Notes: "Surety's own. Accounts with bot settings, tags and rule settings, groups, users with their access, profiles, custom rules and standards, channels, " +
			"report configs, organisation imports, and suppressions with their notes. Passwords, second factors and API keys are never in it. " +
			"Without secrets it can be brought back into this server; another server needs them for accounts and channels. The audit log says who took it, and whether with secrets.",
		Handle: exportConfiguration,
	},
	{
		Method: "POST", Path: "/organisation/configuration", Tag: "Configuration", Allow: Admin, Long: true,
		Query:   []Parameter{{Name: "dryRun", Help: "Whether to tell what would become of everything, and change nothing", Type: "boolean"}},
		Summary: "Bring in a document of the configuration", Request: configurationDocument{}, Response: configurationReport{},
		Notes: "Surety's own. The body is what GET answers. What is there already is found by its id, else by its AWS account number, its email or its name, and changed; " +
			"what the document does not have stays. All is written, or nothing; what is not possible is refused with the reason, and the rest goes on. To do it again changes nothing. " +
			"data lists what was added, changed or refused. Users who are added have no password, and are invited. " +
			"A suppressed check that no scan has made here yet is UNKNOWN until one does.",
		Handle: importConfiguration,
	},
}

// configurationDocument is what GET answers and POST takes.
type configurationDocument struct {
	Data configurationResource `json:"data"`
	Meta configurationMeta     `json:"meta"`
}

type configurationResource struct {
	Type       string              `json:"type"`
	ID         string              `json:"id"` // of the organisation
	Attributes store.Configuration `json:"attributes"`
}

// configurationMeta says what the document is.
type configurationMeta struct {
	Secrets bool   `json:"secrets" doc:"Whether secrets are in it"`
	Server  string `json:"server" doc:"The version of Surety that wrote it"`
}

func exportConfiguration(c *Call) (any, error) {
	secrets, err := c.Flag("secrets", false)
	if err != nil {
		return nil, err
	}
	configuration, err := c.Store.Configuration(c.Context())
	if err != nil {
		return nil, err
	}
	name, how := "organisation.configuration.exported", "without secrets"
	if secrets {
		how = "with secrets"
	} else if err := takeSecrets(configuration); err != nil {
		return nil, err
	}
	id, err := c.Organisation()
	if err != nil {
		return nil, err
	}
	// Nobody gets secrets without the log saying so.
	if err := c.Record(name, 0, "the configuration was exported "+how); err != nil {
		return nil, err
	}
	c.Writer.Header().Set("Cache-Control", "no-store")
	return configurationDocument{
		Data: configurationResource{Type: "configurations", ID: id, Attributes: *configuration},
		Meta: configurationMeta{Secrets: secrets, Server: c.Version},
	}, nil
}

// takeSecrets takes the secrets out of a configuration.
func takeSecrets(configuration *store.Configuration) error {
	for i := range configuration.Accounts {
		configuration.Accounts[i].ExternalID = ""
	}
	for i := range configuration.Imports {
		configuration.Imports[i].ExternalID = ""
	}
	for i := range configuration.Channels {
		ch := &configuration.Channels[i]
		var err error
		if ch.Configuration, err = withoutSecrets(ch.Channel, ch.Configuration); err != nil {
			return err
		}
	}
	return nil
}

// configurationReport is the answer to an import.
type configurationReport struct {
	Data []importedThing  `json:"data"`
	Meta configurationSum `json:"meta"`
}

// importedThing is what became of one thing.
type importedThing struct {
	Kind    string `json:"kind"`
	ID      string `json:"id"`
	Name    string `json:"name"`
	Outcome string `json:"outcome" enum:"added,changed,refused"`
	Reason  string `json:"reason,omitempty"`
}

type configurationSum struct {
	DryRun    bool `json:"dryRun"`
	Added     int  `json:"added"`
	Changed   int  `json:"changed"`
	Unchanged int  `json:"unchanged"`
	Refused   int  `json:"refused"`
}

func importConfiguration(c *Call) (any, error) {
	dry, err := c.Flag("dryRun", false)
	if err != nil {
		return nil, err
	}
	var body configurationDocument
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	given := &body.Data.Attributes
	if given.Version != store.ConfigurationVersion {
		return nil, Unprocessable("data.attributes.version is %d; this server reads version %d, as GET /organisation/configuration gives it", given.Version, store.ConfigurationVersion)
	}
	refused := c.checkImported(given)
	imported, err := c.Store.ImportConfiguration(c.Context(), given, store.ImportOptions{DryRun: dry, Caller: c.Principal.UserID, Complete: completeChannel})
	if err != nil {
		return nil, err
	}
	report := configurationReport{Data: []importedThing{}, Meta: configurationSum{DryRun: dry}}
	everywhere := false // whether what holds for all accounts has changed
	for _, i := range append(refused, imported...) {
		switch i.Outcome {
		case store.Added:
			report.Meta.Added++
		case store.Changed:
			report.Meta.Changed++
		case store.Refused:
			report.Meta.Refused++
		default:
			report.Meta.Unchanged++
			continue
		}
		report.Data = append(report.Data, importedThing(i))
		everywhere = everywhere || i.Outcome != store.Refused && (i.Kind == "profile" || i.Kind == "custom rule")
	}
	if dry {
		return report, nil
	}
	// An account that was added or changed is due by itself.
	if everywhere {
		if err := c.scanAll(); err != nil {
			return nil, err
		}
	}
	return report, c.Record("organisation.configuration.imported", 0, fmt.Sprintf("a configuration was imported: %d added, %d changed, %d unchanged, %d refused",
		report.Meta.Added, report.Meta.Changed, report.Meta.Unchanged, report.Meta.Refused))
}

// completeChannel makes the configuration of a channel whole that was written
// without secrets: they are taken from the one that is here. The error says
// what is missing or wrong.
func completeChannel(channel string, given, here json.RawMessage) (json.RawMessage, error) {
	var members, old map[string]json.RawMessage
	if err := json.Unmarshal(given, &members); err != nil || members == nil {
		return nil, channelError("configuration", "it is missing, or no JSON object")
	}
	if here != nil {
		if err := json.Unmarshal(here, &old); err != nil {
			return nil, err
		}
	}
	filled := false
	for _, m := range channelMembers[channel] {
		if value, ok := old[m.name]; ok && m.secret && isNull(members[m.name]) {
			members[m.name], filled = value, true
		}
	}
	whole := given
	if filled {
		var err error
		if whole, err = json.Marshal(members); err != nil {
			return nil, err
		}
	}
	if here != nil && sameJSON(whole, here) {
		whole = here // in the order in which it was sent
	}
	if err := checkConfiguration(channel, whole); err != nil {
		for _, m := range channelMembers[channel] {
			if m.secret && isNull(members[m.name]) {
				return nil, fmt.Errorf("%w (a secret; export the configuration with ?secrets=true)", err)
			}
		}
		return nil, err
	}
	return whole, nil
}

// sameJSON tells whether two documents say the same, in whatever order.
func sameJSON(a, b json.RawMessage) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}
