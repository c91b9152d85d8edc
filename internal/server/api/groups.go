package api

import (
	"regexp"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/store"
)

var groupRoutes = []Route{
	{
		Method: "GET", Path: "/groups", Tag: "Groups", Allow: ReadSome,
		Summary: "List the groups of accounts", Response: listOf[groupAttributes]{},
		Handle: listGroups,
	},
	{
		Method: "GET", Path: "/groups/{id}", Tag: "Groups", Allow: ReadSome,
		Summary: "Show a group", Response: listOf[groupAttributes]{},
		Notes:  "data is an array of one.",
		Handle: showGroup,
	},
	{
		Method: "POST", Path: "/groups", Tag: "Groups", Allow: Admin,
		Summary: "Make a group", Request: groupChanges{}, Response: oneOf[groupAttributes]{},
		Handle: addGroup,
	},
	{
		Method: "PATCH", Path: "/groups/{id}", Tag: "Groups", Allow: Admin,
		Summary: "Change a group", Request: groupChanges{}, Response: oneOf[groupAttributes]{},
		Handle: changeGroup,
	},
	{
		Method: "DELETE", Path: "/groups/{id}", Tag: "Groups", Allow: Admin,
		Summary: "Delete a group", Response: Done{},
		Handle: deleteGroup,
	},
}

// groupAttributes are what an answer says of a group.
type groupAttributes struct {
	Name     string   `json:"name"`
	Tags     []string `json:"tags"`
	Created  *int64   `json:"created-date"`
	Modified *int64   `json:"last-modified-date"`
}

// groupResource shows a group with those of the accounts given that have one of
// its tags.
func (c *Call) groupResource(g store.Group, accounts []store.Account) (Resource, error) {
	members := []Reference{}
	for _, a := range accounts {
		if g.Holds(a) {
			members = append(members, Reference{Type: "accounts", ID: a.ID})
		}
	}
	relations, err := c.relations(map[string]any{"accounts": Relation{Data: members}})
	return Resource{
		Type: "groups", ID: g.ID, Relationships: relations,
		Attributes: groupAttributes{Name: g.Name, Tags: list(g.Tags), Created: millis(g.Created), Modified: millis(g.Modified)},
	}, err
}

func listGroups(c *Call) (any, error) {
	groups, err := c.Store.Groups(c.Context())
	if err != nil {
		return nil, err
	}
	accounts, err := c.Readable()
	if err != nil {
		return nil, err
	}
	data := make([]Resource, len(groups))
	for i, g := range groups {
		if data[i], err = c.groupResource(g, accounts); err != nil {
			return nil, err
		}
	}
	return List{Data: data}, nil
}

// group finds the group that the path names.
func (c *Call) group() (store.Group, error) { return c.groupByID(c.Param("id")) }

// groupByID finds a group.
func (c *Call) groupByID(id string) (store.Group, error) {
	groups, err := c.Store.Groups(c.Context())
	if err != nil {
		return store.Group{}, err
	}
	i := slices.IndexFunc(groups, func(g store.Group) bool { return g.ID == id })
	if i < 0 {
		return store.Group{}, Unprocessable("Group ID entered is invalid")
	}
	return groups[i], nil
}

func showGroup(c *Call) (any, error) {
	g, err := c.group()
	if err != nil {
		return nil, err
	}
	return c.answerGroup(g, true)
}

func (c *Call) answerGroup(g store.Group, array bool) (any, error) {
	accounts, err := c.Readable()
	if err != nil {
		return nil, err
	}
	r, err := c.groupResource(g, accounts)
	if array {
		return List{Data: []Resource{r}}, err
	}
	return Document{Data: r}, err
}

// groupChanges is the request to make or change a group.
type groupChanges struct {
	Data struct {
		Attributes struct {
			Name *string   `json:"name"`
			Tags *[]string `json:"tags"`
		} `json:"attributes"`
	} `json:"data"`
}

var groupName = bounded{3, 100, regexp.MustCompile(`^[\p{L}\p{N} "\-_'#&:,./|()]+$`)}

// apply changes a group as a request says.
func (body *groupChanges) apply(g *store.Group) error {
	given := body.Data.Attributes
	if given.Name != nil {
		g.Name = strings.TrimSpace(*given.Name)
	}
	if !groupName.MatchString(g.Name) {
		return at("/data/attributes/name", Unprocessable(`the name %q is not possible: 3 to 100 letters, digits, spaces and " - _ ' # & : , . / | ( ) are`, g.Name))
	}
	if given.Tags != nil {
		g.Tags = *given.Tags
	}
	return checkTags(g.Tags)
}

func addGroup(c *Call) (any, error) {
	var body groupChanges
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	var g store.Group
	if err := body.apply(&g); err != nil {
		return nil, err
	}
	if err := c.Store.PutGroup(c.Context(), &g); err != nil {
		return nil, err
	}
	if err := c.Record("group.created", 0, "group "+g.Name+" was made"); err != nil {
		return nil, err
	}
	return c.answerGroup(g, false)
}

func changeGroup(c *Call) (any, error) {
	var body groupChanges
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	g, err := c.group()
	if err != nil {
		return nil, err
	}
	if err := body.apply(&g); err != nil {
		return nil, err
	}
	if err := c.Store.PutGroup(c.Context(), &g); err != nil {
		return nil, err
	}
	if err := c.Record("group.updated", 0, "group "+g.Name+" was changed"); err != nil {
		return nil, err
	}
	return c.answerGroup(g, false)
}

func deleteGroup(c *Call) (any, error) {
	g, err := c.group()
	if err != nil {
		return nil, err
	}
	if err := c.Store.DeleteGroup(c.Context(), g.ID); err != nil {
		return nil, err
	}
	return done("deleted"), c.Record("group.deleted", 0, "group "+g.Name+" was deleted")
}
