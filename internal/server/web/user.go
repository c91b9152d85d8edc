package web

import (
	"net/http"
	"net/url"

	"github.com/surety-cloud/surety/internal/server/auth"
)

// user shows one user, with the form to change role and access.
func (v *visit) user() error {
	b, err := v.readUser()
	if err != nil {
		return err
	}
	return v.show("user", b.frame())
}

// readUser reads the user that the path names. Who is no administrator has a
// page about themselves elsewhere.
func (v *visit) readUser() (*userBody, error) {
	if !v.who.IsAdmin() {
		return nil, &Failure{Status: http.StatusForbidden, Detail: "Only administrators see users. What concerns yourself is under your name at the top."}
	}
	var answer struct{ Data userThing }
	if err := v.get("/users/"+url.PathEscape(v.param("id")), nil, &answer); err != nil {
		return nil, err
	}
	b := &userBody{User: answer.Data, Self: answer.Data.ID == v.who.UserID, Roles: roleTexts, Faults: faults{}}
	return b, v.readAccess(b)
}

func (v *visit) changeUser() error {
	b, err := v.readUser()
	if err != nil {
		return err
	}
	var form struct {
		Data struct {
			Role   string  `json:"role"`
			Access []grant `json:"accessList,omitempty"`
		} `json:"data"`
	}
	was := b.User.Attributes.Role
	b.User.Attributes.Role = v.field("role")
	b.Access.take(v)
	form.Data.Role = b.User.Attributes.Role
	if form.Data.Role == string(auth.RoleUser) {
		form.Data.Access = b.Access.changed()
	}
	path := "/users/" + url.PathEscape(b.User.ID)
	if err := v.send(http.MethodPatch, path, &form, nil); err != nil {
		return v.userRefused(err, "user", b)
	}
	to := link(path, b.Access.query())
	if form.Data.Role != string(auth.RoleUser) || was == form.Data.Role && len(form.Data.Access) == 0 {
		return v.done(to, b.User.Attributes.Name()+" has the role "+roleWords(form.Data.Role)+".")
	}
	return v.done(to, b.User.Attributes.Name()+"'s role and access were saved.")
}

// inviteAgain makes a new link for a user who has not come yet.
func (v *visit) inviteAgain() error {
	b, err := v.readUser()
	if err != nil {
		return err
	}
	if !b.User.Attributes.Invited() {
		return &Failure{Status: http.StatusUnprocessableEntity, Detail: b.User.Attributes.Name() + " has signed in already, and needs no invitation."}
	}
	var form newUserForm
	given, u := &form.Data.Attributes, b.User.Attributes
	given.FirstName, given.LastName, given.Email, given.Role = u.FirstName, u.LastName, u.Email, u.Role
	var answer invitation
	if err := v.send(http.MethodPost, "/users", &form, &answer); err != nil {
		return v.userRefused(err, "user", b)
	}
	return v.showLink(&answer)
}

// resetUser makes a link by which a user sets a new password.
func (v *visit) resetUser() error {
	b, err := v.readUser()
	if err != nil {
		return err
	}
	var form newUserForm
	form.Data.Attributes.Email = b.User.Attributes.Email
	var answer invitation
	if err := v.send(http.MethodPost, "/users/reset", &form, &answer); err != nil {
		return v.userRefused(err, "user", b)
	}
	return v.showLink(&answer)
}

func (v *visit) deleteUser() error {
	b, err := v.readUser()
	if err != nil {
		return err
	}
	if err := v.send(http.MethodDelete, "/users/"+url.PathEscape(b.User.ID), nil, nil); err != nil {
		return v.userRefused(err, "user", b)
	}
	return v.done("/users", b.User.Attributes.Name()+" was deleted. Their sessions, API keys and links have ended.")
}
