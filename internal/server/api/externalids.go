package api

import (
	"strings"
	"time"
)

// externalIDRoutes are the calls on external ids, and on the organisation
// itself.
var externalIDRoutes = []Route{
	{
		Method: "GET", Path: "/organisation/external-id", Tag: "External IDs", Allow: Admin,
		Summary: "Show the organisation's external id, for the roles of its accounts", Response: oneOf[externalIDAttributes]{},
		Notes:  "It never changes; valid-until is the end of the year 9999.",
		Handle: showExternalID,
	},
	{
		Method: "POST", Path: "/external-ids", Tag: "External IDs", Allow: Admin,
		Summary: "Make an external id that holds for an hour", Response: oneOf[externalIDAttributes]{},
		Handle: addExternalID,
	},
	{
		Method: "POST", Path: "/organisation/external-id", Tag: "External IDs", Allow: Admin,
		Summary: "Make an external id that holds for an hour (another path)", Response: oneOf[externalIDAttributes]{},
		Handle: addExternalID,
	},
	{
		Method: "GET", Path: "/organisation", Tag: "Organisation", Allow: Anyone,
		Summary: "Show the organisation", Response: oneOf[organisationAttributes]{},
		Notes:  "Surety's own.",
		Handle: showOrganisation,
	},
	{
		Method: "PATCH", Path: "/organisation", Tag: "Organisation", Allow: Admin,
		Summary: "Rename the organisation", Request: organisationChanges{}, Response: oneOf[organisationAttributes]{},
		Notes:  "Surety's own.",
		Handle: changeOrganisation,
	},
}

// externalIDLife is how long an external id holds that was asked for.
const externalIDLife = time.Hour

// never is the time that stands for no end: the last second of the year 9999.
var never = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// externalIDAttributes are what an answer says of an external id.
type externalIDAttributes struct {
	ValidUntil *int64 `json:"valid-until"`
}

func externalIDDocument(id string, until time.Time) Document {
	return Document{Data: loneResource{Type: "external-ids", ID: id, Attributes: externalIDAttributes{ValidUntil: millis(until)}}}
}

func showExternalID(c *Call) (any, error) {
	org, err := c.Store.Organisation(c.Context())
	return externalIDDocument(org.ExternalID, never), err
}

func addExternalID(c *Call) (any, error) {
	until := c.Now().Add(externalIDLife)
	id, err := c.Store.AddExternalID(c.Context(), until)
	if err != nil {
		return nil, err
	}
	return externalIDDocument(id, until), c.Record("organisation.external-id.created", 0, "an external id was made that holds for an hour")
}

// organisationAttributes are what an answer says of the organisation.
type organisationAttributes struct {
	Name    string `json:"name"`
	Created *int64 `json:"created-date"`
}

func showOrganisation(c *Call) (any, error) {
	org, err := c.Store.Organisation(c.Context())
	return Document{Data: loneResource{
		Type: "organisations", ID: org.ID, Attributes: organisationAttributes{Name: org.Name, Created: millis(org.Created)},
	}}, err
}

// organisationChanges is the request to rename the organisation.
type organisationChanges struct {
	Data struct {
		Attributes struct {
			Name string `json:"name"`
		} `json:"attributes"`
	} `json:"data"`
}

func changeOrganisation(c *Call) (any, error) {
	var body organisationChanges
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	name := strings.TrimSpace(body.Data.Attributes.Name)
	if name == "" || !isName(name) {
		return nil, at("/data/attributes/name", Unprocessable("name is not possible: 1 to %d characters on one line are", maxName))
	}
	org, err := c.Store.Organisation(c.Context())
	if err != nil {
		return nil, err
	}
	if err := c.Store.RenameOrganisation(c.Context(), org.ID, name); err != nil {
		return nil, err
	}
	if err := c.Record("organisation.updated", 0, "the organisation is called "+name); err != nil {
		return nil, err
	}
	return showOrganisation(c)
}
