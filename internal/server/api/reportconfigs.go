package api

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/store"
)

const reportConfigNotes = "Report configs of an account: whoever may read it may see them, whoever may change it may change them. " +
	"Those of a group and of the organisation: ADMIN and POWER_USER. "

var reportConfigRoutes = []Route{
	{
		Method: "GET", Path: "/report-configs", Tag: "Reports", Allow: ByCall, Query: []Parameter{
			{Name: "accountId", Help: "Report configs of this account"},
			{Name: "groupId", Help: "Report configs of this group; accountId goes before it"},
		},
		Summary: "List report configs", Response: listOf[reportConfigAttributes]{},
		Notes:  reportConfigNotes + "With neither id, those of the organisation.",
		Handle: listReportConfigs,
	},
	{
		Method: "POST", Path: "/report-configs", Tag: "Reports", Allow: ByCall,
		Summary: "Make a report config", Request: reportConfigRequest{}, Response: oneOf[reportConfigAttributes]{},
		Notes:  reportConfigNotes + "accountId goes before groupId; with neither it is the organisation's. configuration comes back as it was sent.",
		Handle: addReportConfig,
	},
	{
		Method: "GET", Path: "/report-configs/{id}", Tag: "Reports", Allow: ByCall,
		Summary: "Show a report config", Response: oneOf[reportConfigAttributes]{}, Notes: reportConfigNotes,
		Handle: func(c *Call) (any, error) {
			r, err := c.reportConfig(false)
			if err != nil {
				return nil, err
			}
			return c.answerReportConfig(r)
		},
	},
	{
		Method: "PATCH", Path: "/report-configs/{id}", Tag: "Reports", Allow: ByCall,
		Summary: "Replace the configuration of a report config", Request: reportConfigChanges{}, Response: oneOf[reportConfigAttributes]{},
		Notes:  reportConfigNotes + "configuration is replaced whole; the account or group stays.",
		Handle: changeReportConfig,
	},
	{
		Method: "DELETE", Path: "/report-configs/{id}", Tag: "Reports", Allow: ByCall,
		Summary: "Delete a report config", Response: Done{}, Notes: reportConfigNotes,
		Handle: deleteReportConfig,
	},
}

// reportConfigAttributes are what an answer says of a report config.
type reportConfigAttributes struct {
	Type          string          `json:"type"`
	Manual        bool            `json:"manual"`
	Enabled       bool            `json:"enabled"`
	Configuration json.RawMessage `json:"configuration"`
	CreatedBy     string          `json:"created-by"`
	Created       *int64          `json:"created-date"`
	OfAccount     bool            `json:"is-account-level"`
	OfGroup       bool            `json:"is-group-level"`
	OfAll         bool            `json:"is-organisation-level"`
}

func (c *Call) reportConfigResource(r store.ReportConfig) (Resource, error) {
	account, group := Relation{}, Relation{}
	switch {
	case r.AccountID != "":
		account = to("accounts", r.AccountID)
	case r.GroupID != "":
		group = to("groups", r.GroupID)
	}
	relations, err := c.relations(map[string]any{"account": account, "group": group, "profile": Relation{}})
	return Resource{
		Type: "report-config", ID: r.ID, Relationships: relations,
		Attributes: reportConfigAttributes{
			Type: "report-config", Enabled: true, Configuration: r.Configuration, CreatedBy: r.CreatedBy, Created: millis(r.Created),
			OfAccount: r.AccountID != "", OfGroup: r.GroupID != "", OfAll: r.AccountID == "" && r.GroupID == "",
		},
	}, err
}

func (c *Call) answerReportConfig(r store.ReportConfig) (any, error) {
	resource, err := c.reportConfigResource(r)
	return Document{Data: resource}, err
}

// reportConfigOwner finds the account or the group of report configs, for a
// caller who may see them, or change them.
func (c *Call) reportConfigOwner(account, group string, change bool) (r store.ReportConfig, err error) {
	if account != "" {
		var a store.Account
		if change {
			a, err = c.AccountToWrite(account)
		} else {
			a, err = c.AccountToRead(account)
		}
		r.Account, r.AccountID = a.Num, a.ID
		return r, err
	}
	if err := c.NeedPowerUser(); err != nil {
		return r, err
	}
	if group != "" {
		_, err = c.groupByID(group)
		r.GroupID = group
	}
	return r, err
}

func listReportConfigs(c *Call) (any, error) {
	of, err := c.reportConfigOwner(c.Query("accountId"), c.Query("groupId"), false)
	if err != nil {
		return nil, err
	}
	configs, err := c.Store.ReportConfigs(c.Context(), of.Account, of.GroupID)
	if err != nil {
		return nil, err
	}
	data := make([]Resource, len(configs))
	for i, r := range configs {
		if data[i], err = c.reportConfigResource(r); err != nil {
			return nil, err
		}
	}
	return List{Data: data}, nil
}

// reportConfig finds the report config that the path names, for a caller who
// may see it, or change it.
func (c *Call) reportConfig(change bool) (store.ReportConfig, error) {
	id, err := conformity.ParseReportConfigID(c.Param("id"))
	if err != nil {
		return store.ReportConfig{}, NotFound("%v", err)
	}
	r, err := c.Store.ReportConfig(c.Context(), c.Param("id"))
	switch {
	case errors.Is(err, store.ErrNotFound) && !c.Principal.CanRead(id.Entity):
		// Whether there is one is told to those only who may see it.
		return r, Forbidden("you may not see the report configs of %s", id.Entity)
	case errors.Is(err, store.ErrNotFound):
		return r, NotFound("there is no report config %s", c.Param("id"))
	case err != nil:
		return r, err
	}
	_, err = c.reportConfigOwner(r.AccountID, r.GroupID, change)
	return r, err
}

// reportConfigRequest is the request for a new report config.
type reportConfigRequest struct {
	Data struct {
		Attributes struct {
			AccountID     string          `json:"accountId"`
			GroupID       string          `json:"groupId"`
			Configuration json.RawMessage `json:"configuration"`
		} `json:"attributes"`
	} `json:"data"`
}

func addReportConfig(c *Call) (any, error) {
	var body reportConfigRequest
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	given := body.Data.Attributes
	r, err := c.reportConfigOwner(given.AccountID, given.GroupID, true)
	if err != nil {
		return nil, err
	}
	if err := c.checkReportConfiguration(given.Configuration); err != nil {
		return nil, err
	}
	entity := r.AccountID + r.GroupID
	if entity == "" {
		if entity, err = c.Organisation(); err != nil {
			return nil, err
		}
	}
	id := conformity.ReportConfigID{Entity: entity, ID: strings.ToLower(rand.Text()[:channelIDLength])}
	r.ID, r.Configuration, r.CreatedBy = id.String(), given.Configuration, c.Principal.UserID
	if err := c.Store.AddReportConfig(c.Context(), &r); err != nil {
		return nil, err
	}
	if err := c.recordReportConfig(r, "created"); err != nil {
		return nil, err
	}
	return c.answerReportConfig(r)
}

// reportConfigChanges is the request to change a report config.
type reportConfigChanges struct {
	Data struct {
		Attributes struct {
			Configuration json.RawMessage `json:"configuration"`
		} `json:"attributes"`
	} `json:"data"`
}

func changeReportConfig(c *Call) (any, error) {
	r, err := c.reportConfig(true)
	if err != nil {
		return nil, err
	}
	var body reportConfigChanges
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	r.Configuration = body.Data.Attributes.Configuration
	if err := c.checkReportConfiguration(r.Configuration); err != nil {
		return nil, err
	}
	if err := c.Store.UpdateReportConfig(c.Context(), r.ID, r.Configuration); err != nil {
		return nil, err
	}
	if err := c.recordReportConfig(r, "updated"); err != nil {
		return nil, err
	}
	return c.answerReportConfig(r)
}

func deleteReportConfig(c *Call) (any, error) {
	r, err := c.reportConfig(true)
	if err != nil {
		return nil, err
	}
	if err := c.Store.DeleteReportConfig(c.Context(), r.ID); err != nil {
		return nil, err
	}
	return done("deleted"), c.recordReportConfig(r, "deleted")
}

// recordReportConfig writes to the audit log what was done with a report
// config.
func (c *Call) recordReportConfig(r store.ReportConfig, what string) error {
	owner := "organisation"
	switch {
	case r.AccountID != "":
		owner = "account"
	case r.GroupID != "":
		owner = "group"
	}
	return c.Record(owner+".report-config."+what, r.Account, "the report config "+r.ID+" was "+what)
}
