package api

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/store"
)

// userChanges is the request to change a user. The members stand directly under
// data; who expects them under attributes is understood, too.
type userChanges struct {
	Data struct {
		accessChange
		Attributes accessChange `json:"attributes"`
	} `json:"data"`
}

// An accessChange says what a user may do from now on.
type accessChange struct {
	Role       *string       `json:"role,omitempty"`
	AccessList []accessLevel `json:"accessList,omitempty"`
}

// given is the change, and where in the request it stands.
func (body *userChanges) given() (accessChange, string) {
	if body.Data.Role == nil && body.Data.AccessList == nil {
		return body.Data.Attributes, "/data/attributes"
	}
	return body.Data.accessChange, "/data"
}

func changeUser(c *Call) (any, error) {
	var body userChanges
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	given, pointer := body.given()
	if given.Role == nil && given.AccessList == nil {
		return nil, Unprocessable("there is nothing to change; give data.role, data.accessList or both")
	}
	u, err := c.user()
	if err != nil {
		return nil, err
	}
	if given.Role != nil {
		if _, err := auth.ParseRole(*given.Role); err != nil {
			return nil, at(pointer+"/role", Unprocessable("role: %v", err))
		}
	}
	access, err := c.accessOf(pointer+"/accessList", given.AccessList)
	if err != nil {
		return nil, err
	}
	changed, err := c.Store.ChangeUser(c.Context(), u.ID, store.UserChange{Role: given.Role, Access: access})
	if errors.Is(err, store.ErrLastAdmin) {
		return nil, at(pointer+"/role", Unprocessable("%v", err))
	}
	if err != nil {
		return nil, err
	}
	if err := c.Record("organisation.acl.updated", 0, describeChange(u, changed, access)); err != nil {
		return nil, err
	}
	return c.userDocument(changed, nil)
}

// describeChange says for the audit log what became of a user.
func describeChange(before, after store.User, access map[string]string) string {
	var parts []string
	if before.Role != after.Role {
		parts = append(parts, fmt.Sprintf("the role %s in place of %s", after.Role, before.Role))
	}
	for _, account := range slices.Sorted(maps.Keys(access)) {
		parts = append(parts, access[account]+" on account "+account)
	}
	if parts == nil {
		return after.Email + " was left as they were"
	}
	return after.Email + " has " + strings.Join(parts, ", ")
}

func deleteUser(c *Call) (any, error) {
	u, err := c.user()
	if err != nil {
		return nil, err
	}
	if u.ID == c.Principal.UserID {
		return nil, Unprocessable("you cannot delete yourself; another ADMIN can")
	}
	err = c.Store.DeleteUser(c.Context(), u.ID)
	if errors.Is(err, store.ErrLastAdmin) {
		return nil, Unprocessable("%v", err)
	}
	if err != nil {
		return nil, err
	}
	return done("revoked"), c.Record("organisation.acl.updated", 0, fmt.Sprintf("%s (%s) was deleted", u.Email, u.Role))
}
