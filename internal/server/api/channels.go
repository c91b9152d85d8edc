package api

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/store"
)

const channelNotes = "Settings of an account: whoever may read it may see them, without configuration; whoever may change it may see and change them whole. " +
	"Settings of the organisation: administrators. Notifications are not delivered yet, and meta says so. "

var channelRoutes = []Route{
	{
		Method: "GET", Path: "/settings/communication", Tag: "Communication settings", Allow: ByCall, Query: []Parameter{
			{Name: "accountId", Help: "Settings of this account; without it those of the organisation"},
			{Name: "channel", Help: "Only settings of this channel"},
			{Name: "includeParents", Help: "Whether the settings of the organisation are listed too, to administrators", Type: "boolean"},
		},
		Summary: "List communication settings", Response: channelList{}, Notes: channelNotes,
		Handle: func(c *Call) (any, error) { return c.listChannels(c.Query("accountId")) },
	},
	{
		Method: "POST", Path: "/settings/communication", Tag: "Communication settings", Allow: ByCall,
		Summary: "Add communication settings", Request: channelRequest{}, Response: channelList{},
		Notes: channelNotes + "data is one object or an array of them, and an array in the answer: all are added, or none. " +
			"Without an account, or with an empty id, a setting is the organisation's. enabled that is absent means false. " +
			"Configuration by channel: email, sms {users[]}; slack {url, channel}, ms-teams {url, channel?}, both {displayIntroducedBy, displayResource, displayTags, displayExtraData}; " +
			"sns {arn}; pager-duty {serviceName, serviceKey}; webhook {url, securityToken?}; jira {url, username, apiToken, project, type, assigneeId?, priority?}; " +
			"servicenow {type, url, username, password, assignee?, impact?, urgency?, dictionaryOverrides?}; " +
			"zendesk {url, username, password or apiToken, type?, priority?, groupId?, assigneeId?}; any {channelName}. " +
			"URLs are https, and name a host other than localhost.",
		Handle: addChannels,
	},
	{
		Method: "GET", Path: "/settings/communication/{id}", Tag: "Communication settings", Allow: ByCall,
		Summary: "Show a communication setting, or list those of an account (earlier path)",
		Notes:   channelNotes + "With the id of a setting data is an object, with that of an account an array.",
		Handle: func(c *Call) (any, error) {
			if _, err := conformity.ParseSettingID(c.Param("id")); err != nil {
				return c.listChannels(c.Param("id"))
			}
			return showSetting(c)
		},
	},
	{
		Method: "PATCH", Path: "/settings/communication/{id}", Tag: "Communication settings", Allow: ByCall,
		Summary: "Change a communication setting", Request: channelChanges{}, Response: channelDocument{},
		Notes: channelNotes + "enabled that is absent means false; manual, filter and configuration that are absent stay, and replace the old ones when given. " +
			"The account and the channel of a setting cannot be changed.",
		Handle: changeChannel,
	},
	{
		Method: "GET", Path: "/settings/{id}", Tag: "Communication settings", Allow: ByCall,
		Summary: "Show a setting", Notes: channelNotes + "{account}:access is the role of the account, for administrators.",
		Handle: showSetting,
	},
	{
		Method: "DELETE", Path: "/settings/{id}", Tag: "Communication settings", Allow: ByCall,
		Summary: "Delete a communication setting", Response: Done{}, Notes: channelNotes,
		Handle: deleteSetting,
	},
}

// channelAttributes are what an answer says of a channel. Filter and
// configuration come back as they were sent: Terraform takes anything else for
// a change.
type channelAttributes struct {
	Type          string          `json:"type"`
	Manual        bool            `json:"manual"`
	Enabled       bool            `json:"enabled"`
	Channel       string          `json:"channel"`
	Filter        json.RawMessage `json:"filter,omitempty"`
	Configuration json.RawMessage `json:"configuration,omitempty"`
}

type channelList struct {
	Data []resourceOf[channelAttributes] `json:"data"`
	Meta channelMeta                     `json:"meta"`
}

type channelDocument struct {
	Data resourceOf[channelAttributes] `json:"data"`
	Meta channelMeta                   `json:"meta"`
}

// channelMeta says that channels are kept, and nothing is sent to them.
type channelMeta struct {
	Delivery string `json:"delivery"`
}

var notDelivered = channelMeta{Delivery: "not yet"}

// channelResource shows a channel; whole, or without what only those may see
// who can change it.
func (c *Call) channelResource(ch store.Channel, whole bool) (resourceOf[channelAttributes], error) {
	of := Relation{}
	if ch.AccountID != "" {
		of = to("accounts", ch.AccountID)
	}
	relations, err := c.relations(map[string]any{"account": of})
	r := resourceOf[channelAttributes]{
		Type: "settings", ID: ch.ID, Relationships: relations,
		Attributes: channelAttributes{Type: "communication", Manual: ch.Manual, Enabled: ch.Enabled, Channel: ch.Channel, Filter: ch.Filter},
	}
	if whole {
		r.Attributes.Configuration = ch.Configuration
	}
	return r, err
}

func (c *Call) channelResources(channels []store.Channel) ([]resourceOf[channelAttributes], error) {
	data := make([]resourceOf[channelAttributes], len(channels))
	for i, ch := range channels {
		var err error
		if data[i], err = c.channelResource(ch, c.mayChangeSetting(ch.AccountID)); err != nil {
			return nil, err
		}
	}
	return data, nil
}

// mayChangeSetting tells whether the caller may change the settings of an
// account, or of the organisation.
func (c *Call) mayChangeSetting(account string) bool {
	if account == "" {
		return c.Principal.IsAdmin()
	}
	return c.Principal.CanWrite(account)
}

func (c *Call) listChannels(account string) (any, error) {
	parents, err := c.Flag("includeParents", false)
	if err != nil {
		return nil, err
	}
	var channels []store.Channel
	if account == "" {
		if err := c.NeedAdmin(); err != nil {
			return nil, err
		}
	} else {
		a, err := c.AccountToRead(account)
		if err != nil {
			return nil, err
		}
		if channels, err = c.Store.Channels(c.Context(), a.Num); err != nil {
			return nil, err
		}
	}
	if account == "" || parents && c.Principal.IsAdmin() {
		own, err := c.Store.Channels(c.Context(), 0)
		if err != nil {
			return nil, err
		}
		channels = append(channels, own...)
	}
	if only := c.Query("channel"); only != "" {
		kept := channels[:0]
		for _, ch := range channels {
			if ch.Channel == only {
				kept = append(kept, ch)
			}
		}
		channels = kept
	}
	data, err := c.channelResources(channels)
	return channelList{Data: data, Meta: notDelivered}, err
}

// setting finds the channel that the path names, for one who may see it, or
// change it.
func (c *Call) setting(change bool) (store.Channel, error) {
	id, err := conformity.ParseSettingID(c.Param("id"))
	if err != nil {
		return store.Channel{}, NotFound("%v", err)
	}
	switch {
	case id.Account == "":
		err = c.NeedAdmin()
	case change:
		_, err = c.AccountToWrite(id.Account)
	default:
		_, err = c.AccountToRead(id.Account)
	}
	if err != nil {
		return store.Channel{}, err
	}
	ch, err := c.Store.Channel(c.Context(), c.Param("id"))
	if errors.Is(err, store.ErrNotFound) {
		return ch, NotFound("there is no setting %s", c.Param("id"))
	}
	return ch, err
}

func showSetting(c *Call) (any, error) {
	if id, err := conformity.ParseSettingID(c.Param("id")); err == nil && id.Channel == "" {
		if err := c.NeedAdmin(); err != nil {
			return nil, err
		}
		a, err := c.AccountToRead(id.Account)
		if err != nil {
			return nil, err
		}
		access, err := c.access(a)
		return Document{Data: access}, err
	}
	ch, err := c.setting(false)
	if err != nil {
		return nil, err
	}
	return c.answerChannel(ch)
}

func (c *Call) answerChannel(ch store.Channel) (any, error) {
	r, err := c.channelResource(ch, c.mayChangeSetting(ch.AccountID))
	return channelDocument{Data: r, Meta: notDelivered}, err
}

func deleteSetting(c *Call) (any, error) {
	if id, err := conformity.ParseSettingID(c.Param("id")); err == nil && id.Channel == "" {
		if err := c.NeedAdmin(); err != nil {
			return nil, err
		}
		return nil, Unprocessable("the access of an account cannot be deleted; delete the account, or change its role with PATCH /accounts/%s/access", id.Account)
	}
	ch, err := c.setting(true)
	if err != nil {
		return nil, err
	}
	if err := c.Store.DeleteChannel(c.Context(), ch.ID); err != nil {
		return nil, err
	}
	return done("deleted"), c.recordChannel(ch, "deleted")
}

// recordChannel writes to the audit log what was done with a channel.
func (c *Call) recordChannel(ch store.Channel, what string) error {
	owner := "organisation"
	if ch.Account != 0 {
		owner = "account"
	}
	return c.Record(owner+".communication."+what, ch.Account, "the communication setting "+ch.ID+" was "+what)
}

func addChannels(c *Call) (any, error) {
	var body channelRequest
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	wanted, err := body.channels()
	if err != nil {
		return nil, err
	}
	channels := make([]store.Channel, len(wanted))
	for i, w := range wanted {
		if channels[i], err = c.newChannel(w); err != nil {
			return nil, err
		}
	}
	if err := c.Store.AddChannels(c.Context(), channels); err != nil {
		return nil, err
	}
	for _, ch := range channels {
		if err := c.recordChannel(ch, "created"); err != nil {
			return nil, err
		}
	}
	data, err := c.channelResources(channels)
	return channelList{Data: data, Meta: notDelivered}, err
}

// newChannel makes a channel of a request, for a caller who may.
func (c *Call) newChannel(w channelWish) (store.Channel, error) {
	ch := store.Channel{Channel: w.given.Channel, Enabled: w.given.Enabled, Manual: bool(w.given.Manual), AccountID: w.account}
	if w.account == "" {
		if err := c.NeedAdmin(); err != nil {
			return ch, err
		}
	} else {
		a, err := c.AccountToWrite(w.account)
		if err != nil {
			return ch, err
		}
		ch.Account = a.Num
	}
	id := conformity.SettingID{Account: w.account, Channel: ch.Channel, ID: strings.ToLower(rand.Text()[:channelIDLength])}
	ch.ID = id.String()
	if !isNull(w.given.Filter) {
		ch.Filter = w.given.Filter
	}
	ch.Configuration = w.given.Configuration
	return ch, c.checkChannel(&ch)
}

// channelIDLength is that of the random part of a channel's id: 60 bits.
const channelIDLength = 12

func isNull(data json.RawMessage) bool {
	return len(data) == 0 || bytes.Equal(bytes.TrimSpace(data), []byte("null"))
}

func changeChannel(c *Call) (any, error) {
	ch, err := c.setting(true)
	if err != nil {
		return nil, err
	}
	var body channelChanges
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	given := body.Data.Attributes
	if given.Channel != "" && given.Channel != ch.Channel {
		return nil, Unprocessable("channel is %q, and the setting is of %s; a setting stays with its channel: delete it and add another", given.Channel, ch.Channel)
	}
	ch.Enabled = given.Enabled
	if given.Manual != nil {
		ch.Manual = bool(*given.Manual)
	}
	if !isNull(given.Filter) {
		ch.Filter = given.Filter
	}
	if !isNull(given.Configuration) {
		ch.Configuration = given.Configuration
	}
	if err := c.checkChannel(&ch); err != nil {
		return nil, err
	}
	if err := c.Store.UpdateChannel(c.Context(), &ch); err != nil {
		return nil, err
	}
	if err := c.recordChannel(ch, "updated"); err != nil {
		return nil, err
	}
	return c.answerChannel(ch)
}
