package api

import (
	"errors"
	"net/url"
	"strings"
	"unicode"

	"github.com/surety-cloud/surety/internal/store"
)

var viewRoutes = []Route{
	{
		Method: "GET", Path: "/views", Tag: "Views", Allow: Anyone,
		Summary: "List the saved views that you see", Response: listOf[viewAttributes]{},
		Notes:  "Surety's own: your own and those that are shared, by name.",
		Handle: listViews,
	},
	{
		Method: "POST", Path: "/views", Tag: "Views", Allow: ByCall,
		Summary: "Save a view", Request: viewChanges{}, Response: oneOf[viewAttributes]{},
		Notes: "Surety's own. It has a name of 1 to 100 characters, and the query of the page of checks, such as filter[riskLevels]=EXTREME&filter[statuses]=FAILURE, of up to 4000. " +
			"It is yours; with shared everybody sees it, for which you need the role ADMIN or POWER_USER. A user has at most 100.",
		Handle: addView,
	},
	{
		Method: "PATCH", Path: "/views/{id}", Tag: "Views", Allow: ByCall,
		Summary: "Change a saved view", Request: viewChanges{}, Response: oneOf[viewAttributes]{},
		Notes:  "Surety's own. A member that is absent stays. You may change your own views, ADMIN the shared ones of others, too; what stays or becomes shared needs the role ADMIN or POWER_USER.",
		Handle: changeView,
	},
	{
		Method: "DELETE", Path: "/views/{id}", Tag: "Views", Allow: ByCall,
		Summary: "Delete a saved view", Response: Done{},
		Notes:  "Surety's own. You may delete your own views, ADMIN the shared ones of others, too.",
		Handle: deleteView,
	},
}

// The bounds of views: how many a user has, and how long their texts are, in
// characters.
const (
	maxViews     = 100
	maxViewName  = 100
	maxViewQuery = 4000
)

// viewAttributes are what an answer says of a view.
type viewAttributes struct {
	Name     string `json:"name"`
	Query    string `json:"query"`
	Shared   bool   `json:"shared"`
	Own      bool   `json:"own"` // of the caller
	Created  *int64 `json:"created-date"`
	Modified *int64 `json:"last-modified-date"`
}

func (c *Call) viewResource(v *store.View) Resource {
	return Resource{
		Type: "views", ID: v.ID, Relationships: map[string]any{"user": to("users", v.UserID)},
		Attributes: viewAttributes{
			Name: v.Name, Query: v.Query, Shared: v.Shared, Own: v.UserID == c.Principal.UserID, Created: millis(v.Created), Modified: millis(v.Modified),
		},
	}
}

func listViews(c *Call) (any, error) {
	views, err := c.Store.Views(c.Context(), c.Principal.UserID)
	if err != nil {
		return nil, err
	}
	data := make([]Resource, len(views))
	for i := range views {
		data[i] = c.viewResource(&views[i])
	}
	return List{Data: data}, nil
}

// viewChanges is the request to save or change a view.
type viewChanges struct {
	Data struct {
		Attributes struct {
			Name   *string `json:"name"`
			Query  *string `json:"query"`
			Shared *bool   `json:"shared"`
		} `json:"attributes"`
	} `json:"data"`
}

// apply changes a view as a request says.
func (body *viewChanges) apply(c *Call, v *store.View) error {
	given := body.Data.Attributes
	if given.Shared != nil {
		v.Shared = *given.Shared
	}
	if v.Shared && c.NeedPowerUser() != nil {
		return Forbidden("a shared view needs the role ADMIN or POWER_USER; leave shared out, or set it to false")
	}
	if given.Name != nil {
		v.Name = strings.TrimSpace(*given.Name)
	}
	if given.Query != nil {
		v.Query = strings.TrimPrefix(*given.Query, "?")
	}
	if v.Name == "" {
		return Unprocessable("name is missing or empty")
	}
	if err := checkLine("name", v.Name, maxViewName); err != nil {
		return err
	}
	if err := checkLine("query", v.Query, maxViewQuery); err != nil {
		return err
	}
	if _, err := url.ParseQuery(v.Query); err != nil {
		return Unprocessable("query is not one of a URL: %v; it looks like filter[riskLevels]=EXTREME&filter[text]=a%%20b", err)
	}
	return nil
}

// checkLine is an error for a text that is too long, or more than one line.
func checkLine(member, text string, most int) error {
	if err := checkText(member, text, most); err != nil {
		return err
	}
	if strings.ContainsFunc(text, unicode.IsControl) {
		return Unprocessable("%s holds a control character", member)
	}
	return nil
}

// view finds the view that the path names, which the caller may change.
func (c *Call) view() (store.View, error) {
	v, err := c.Store.View(c.Context(), c.Param("id"))
	own := v.UserID == c.Principal.UserID
	switch {
	case errors.Is(err, store.ErrNotFound) || err == nil && !own && !v.Shared:
		return v, NotFound("there is no view %s", c.Param("id"))
	case err == nil && !own && !c.Principal.IsAdmin():
		return v, Forbidden("the view is shared by another user; only they and ADMIN may change it")
	}
	return v, err
}

func addView(c *Call) (any, error) {
	var body viewChanges
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	v := store.View{UserID: c.Principal.UserID}
	if err := body.apply(c, &v); err != nil {
		return nil, err
	}
	err := c.Store.AddView(c.Context(), &v, maxViews)
	if errors.Is(err, store.ErrTooMany) {
		return nil, Unprocessable("you have %d views, which is as many as are possible; delete one first", maxViews)
	}
	if err != nil {
		return nil, err
	}
	return Document{Data: c.viewResource(&v)}, c.Record("view.created", 0, "view "+v.Name+" was saved")
}

func changeView(c *Call) (any, error) {
	var body viewChanges
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	v, err := c.view()
	if err != nil {
		return nil, err
	}
	if err := body.apply(c, &v); err != nil {
		return nil, err
	}
	if err := c.Store.ChangeView(c.Context(), &v); err != nil {
		return nil, err
	}
	return Document{Data: c.viewResource(&v)}, c.Record("view.updated", 0, "view "+v.Name+" was changed")
}

func deleteView(c *Call) (any, error) {
	v, err := c.view()
	if err != nil {
		return nil, err
	}
	if err := c.Store.DeleteView(c.Context(), v.ID); err != nil {
		return nil, err
	}
	return done("deleted"), c.Record("view.deleted", 0, "view "+v.Name+" was deleted")
}
