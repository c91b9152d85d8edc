package store

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
)

// sortSettings puts the settings of a profile in the order in which they are
// read.
func sortSettings(list []conformity.Setting) {
	slices.SortFunc(list, func(a, b conformity.Setting) int { return strings.Compare(a.ID, b.ID) })
}

func (im *importer) channel(given *ConfiguredChannel) error {
	want := *given
	item := Imported{Kind: "channel", ID: given.ID, Name: given.Channel}
	if given.Account != "" {
		id, ok := im.accounts[given.Account]
		if !ok {
			return im.done(item, refuse("account %s is not there", given.Account))
		}
		want.Account = id
	}
	was, there := find(im.here.Channels, func(c *ConfiguredChannel) bool {
		return c.ID == want.ID && c.Account == want.Account && c.Channel == want.Channel
	})
	item.ID = conformity.SettingID{Account: want.Account, Channel: want.Channel, ID: want.ID}.String()
	var err error
	if want.Configuration, err = im.recipients(given); err == nil {
		want.Configuration, err = im.Complete(want.Channel, want.Configuration, was.Configuration)
	}
	if err != nil {
		return im.done(item, refuse("%v", err))
	}
	return im.put(item, there, was, want, func() error {
		c := Channel{
			ID: item.ID, Account: im.nums[want.Account], Channel: want.Channel, Enabled: want.Enabled, Manual: want.Manual,
			Filter: want.Filter, Configuration: want.Configuration,
		}
		if there {
			return im.s.updateChannel(im.ctx, im.tx, &c)
		}
		return im.s.addChannel(im.ctx, im.tx, &c)
	})
}

// recipients gives the configuration of a channel with the ids that its users
// have here.
func (im *importer) recipients(given *ConfiguredChannel) (json.RawMessage, error) {
	if given.Channel != "email" && given.Channel != "sms" {
		return given.Configuration, nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(given.Configuration, &members); err != nil {
		return nil, refuse("its configuration is no JSON object")
	}
	var users []string
	if err := json.Unmarshal(members["users"], &users); err != nil {
		return nil, refuse("configuration.users is no array of ids")
	}
	moved := false
	for i, user := range users {
		id := or(im.users, user)
		if im.known[id] == "" {
			return nil, refuse("user %s is not there", user)
		}
		moved = moved || id != user
		users[i] = id
	}
	if !moved {
		return given.Configuration, nil
	}
	var err error
	if members["users"], err = json.Marshal(users); err != nil {
		return nil, err
	}
	return json.Marshal(members)
}

func (im *importer) reportConfig(given *ConfiguredReportConfig) error {
	want := *given
	item := Imported{Kind: "report config", ID: given.ID}
	entity := im.org.ID
	switch {
	case given.Account != "":
		want.Account, want.Group = im.accounts[given.Account], ""
		if entity = want.Account; entity == "" {
			return im.done(item, refuse("account %s is not there", given.Account))
		}
	case given.Group != "":
		want.Group = im.groups[given.Group]
		if entity = want.Group; entity == "" {
			return im.done(item, refuse("group %s is not there", given.Group))
		}
	}
	want.CreatedBy = or(im.users, given.CreatedBy)
	was, there := find(im.here.Reports, func(r *ConfiguredReportConfig) bool {
		return r.ID == want.ID && r.Account == want.Account && r.Group == want.Group
	})
	if there {
		want.CreatedBy = was.CreatedBy
	}
	item.ID = conformity.ReportConfigID{Entity: entity, ID: want.ID}.String()
	return im.put(item, there, was, want, func() error {
		r := ReportConfig{ID: item.ID, Account: im.nums[want.Account], GroupID: want.Group, Configuration: want.Configuration, CreatedBy: want.CreatedBy}
		if there {
			_, err := im.tx.ExecContext(im.ctx, "UPDATE report_configs SET configuration = $1 WHERE id = $2", string(r.Configuration), r.ID)
			return err
		}
		return im.s.addReportConfig(im.ctx, im.tx, &r)
	})
}
