package api

import (
	"errors"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/store"
)

// keyRoutes are the calls on API keys.
var keyRoutes = []Route{
	{
		Method: "GET", Path: "/api-keys", Tag: "API keys", Allow: Anyone,
		Summary: "List your API keys", Response: listOf[keyAttributes]{},
		Handle: listKeys,
	},
	{
		Method: "GET", Path: "/api-keys/{id}", Tag: "API keys", Allow: Anyone,
		Summary: "Show one of your API keys", Response: oneOf[keyAttributes]{},
		Handle: showKey,
	},
	{
		Method: "POST", Path: "/api-keys", Tag: "API keys", Allow: Anyone,
		Summary: "Make an API key", Response: oneOf[keyAttributes]{},
		Notes:  "Surety's own. The key is in meta.key of this answer and nowhere else. It acts as you, with the role that you have at the time. A user has two keys at most, enabled or not.",
		Handle: addKey,
	},
	{
		Method: "PATCH", Path: "/api-keys/{id}", Tag: "API keys", Allow: Anyone,
		Summary: "Enable or disable one of your API keys", Request: keyChanges{}, Response: oneOf[keyAttributes]{},
		Notes:  "Surety's own.",
		Handle: changeKey,
	},
	{
		Method: "DELETE", Path: "/api-keys/{id}", Tag: "API keys", Allow: Anyone,
		Summary: "Delete one of your API keys", Response: Done{},
		Notes:  "Surety's own.",
		Handle: deleteKey,
	},
}

// keyAttributes are what an answer says of an API key.
type keyAttributes struct {
	Created  *int64 `json:"created-date"`
	Status   string `json:"status"`
	LastUsed *int64 `json:"last-used-date"`
}

// A loneResource is one whose relationships are there and empty.
type loneResource struct {
	Type          string   `json:"type"`
	ID            string   `json:"id"`
	Attributes    any      `json:"attributes"`
	Relationships struct{} `json:"relationships"`
}

func resourceOfKey(k store.Key) loneResource {
	return loneResource{Type: "api-keys", ID: k.ID, Attributes: keyAttributes{Created: millis(k.Created), Status: k.Status, LastUsed: millis(k.LastUsed)}}
}

func listKeys(c *Call) (any, error) {
	keys, err := c.Store.Keys(c.Context(), c.Principal.UserID)
	data := make([]loneResource, len(keys))
	for i, k := range keys {
		data[i] = resourceOfKey(k)
	}
	return List{Data: data}, err
}

// key finds the caller's key that the path names.
func (c *Call) key() (store.Key, error) {
	keys, err := c.Store.Keys(c.Context(), c.Principal.UserID)
	if err != nil {
		return store.Key{}, err
	}
	for _, k := range keys {
		if k.ID == c.Param("id") {
			return k, nil
		}
	}
	return store.Key{}, NotFound("you have no API key %.40s", c.Param("id"))
}

func showKey(c *Call) (any, error) {
	k, err := c.key()
	return Document{Data: resourceOfKey(k)}, err
}

// A newKey is the key itself, which is shown once.
type newKey struct {
	Key string `json:"key"`
}

func addKey(c *Call) (any, error) {
	key, id, hash := auth.NewKey()
	k := store.Key{ID: id, UserID: c.Principal.UserID, Hash: hash}
	err := c.Store.AddKey(c.Context(), &k, auth.MaxKeys)
	switch {
	case errors.Is(err, store.ErrExists):
		return nil, Unprocessable("you have %d API keys, as many as are possible; delete one first", auth.MaxKeys)
	case errors.Is(err, store.ErrNotFound):
		return nil, NotFound("you have been deleted (404), and have no use for a key")
	case err != nil:
		return nil, err
	}
	if err := c.Record("api-key.created", 0, "the API key "+id+" was made"); err != nil {
		return nil, err
	}
	return Document{Data: resourceOfKey(k), Meta: newKey{Key: key}}, nil
}

// keyChanges is the request to enable or disable a key.
type keyChanges struct {
	Data struct {
		Attributes struct {
			Status string `json:"status"`
		} `json:"attributes"`
	} `json:"data"`
}

func changeKey(c *Call) (any, error) {
	var body keyChanges
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	status := body.Data.Attributes.Status
	event, ok := map[string]string{store.KeyEnabled: "api-key.enabled", store.KeyDisabled: "api-key.disabled"}[status]
	if !ok {
		return nil, at("/data/attributes/status", Unprocessable("status is %.40q; use ENABLED or DISABLED", status))
	}
	k, err := c.key()
	if err != nil {
		return nil, err
	}
	if err := c.Store.SetKeyStatus(c.Context(), c.Principal.UserID, k.ID, status); err != nil {
		return nil, err
	}
	k.Status = status
	return Document{Data: resourceOfKey(k)}, c.Record(event, 0, "the API key "+k.ID+" is "+status)
}

func deleteKey(c *Call) (any, error) {
	k, err := c.key()
	if err != nil {
		return nil, err
	}
	if err := c.Store.DeleteKey(c.Context(), c.Principal.UserID, k.ID); err != nil {
		return nil, err
	}
	return done("deleted"), c.Record("api-key.deleted", 0, "the API key "+k.ID+" was deleted")
}
