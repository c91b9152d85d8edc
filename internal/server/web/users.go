package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/server/look"
)

var userPages = []page{
	{Pattern: "GET /users", Handle: (*visit).users},
	{Pattern: "GET /users/new", Handle: (*visit).newUser},
	{Pattern: "POST /users/new", Handle: (*visit).addUser},
	{Pattern: "GET /users/{id}", Handle: (*visit).user},
	{Pattern: "POST /users/{id}", Handle: (*visit).changeUser},
	{Pattern: "POST /users/{id}/invite", Handle: (*visit).inviteAgain},
	{Pattern: "POST /users/{id}/reset", Handle: (*visit).resetUser},
	{Pattern: "POST /users/{id}/delete", Handle: (*visit).deleteUser},
}

// A userThing is a user as the API has it. Access is a plain list there, where
// relationships are objects otherwise.
type userThing struct {
	ID            string
	Attributes    userFacts
	Relationships struct {
		Access []grant `json:"accountAccessList"`
	}
}

type userFacts struct {
	FirstName   string `json:"first-name"`
	LastName    string `json:"last-name"`
	Email       string
	Role        string
	Status      string
	MFA         bool
	LastLogin   moment `json:"last-login-date"`
	Created     moment `json:"created-date"`
	HasPassword bool   `json:"has-credentials"`
	Granted     int    `json:"account-count"` // accounts that the user may see by a grant, in lists
}

// A grant is what a user may do in an account.
type grant struct {
	Account string `json:"account"`
	Level   string `json:"level"`
}

// Name is how the user is called; the email when nothing else is known.
func (u userFacts) Name() string {
	if name := strings.TrimSpace(u.FirstName + " " + u.LastName); name != "" {
		return name
	}
	return u.Email
}

// Named tells whether a name is known.
func (u userFacts) Named() bool { return u.Name() != u.Email }

// Invited tells whether the user has not come yet.
func (u userFacts) Invited() bool { return u.Status == "INVITED" }

// A roleText says what a role may do.
type roleText struct{ Key, Text, May string }

var roleTexts = []roleText{
	{string(auth.RoleAdmin), look.Role(auth.RoleAdmin), "Everything: all accounts, users, profiles, custom rules, standards, imports and jobs."},
	{string(auth.RolePowerUser), look.Role(auth.RolePowerUser), "See, change and scan all accounts, also those added later. Nothing that belongs to the organisation."},
	{string(auth.RoleReadOnly), look.Role(auth.RoleReadOnly), "See all accounts, also those added later. Change nothing."},
	{string(auth.RoleUser), look.Role(auth.RoleUser), "Only accounts that they are given access to, each to see or with full access."},
}

// roleWords is a role in words.
func roleWords(role string) string {
	for _, r := range roleTexts {
		if r.Key == role {
			return r.Text
		}
	}
	return role
}

// RoleText is the user's role in words.
func (u userFacts) RoleText() string { return roleWords(u.Role) }

// usersPerPage is how many users a page lists.
const usersPerPage = 100

// usersBody is what the list of users shows.
type usersBody struct {
	Users []userThing
	All   int    // of the organisation
	Find  string // the words that those listed have
	Pager pager
	Self  string
	Roles []roleText
}

func (v *visit) users() error {
	list, err := v.userList()
	if err != nil {
		return err
	}
	b := &usersBody{All: len(list), Find: strings.TrimSpace(v.query("find")), Self: v.who.UserID, Roles: roleTexts}
	words := strings.Fields(strings.ToLower(b.Find))
	for _, u := range list {
		if hasAll(strings.ToLower(u.Attributes.Name()+" "+u.Attributes.Email+" "+u.Attributes.RoleText()), words) {
			b.Users = append(b.Users, u)
		}
	}
	b.Pager = v.pager(v.within(len(b.Users), usersPerPage), int64(len(b.Users)), usersPerPage)
	if len(b.Users) > 0 {
		b.Users = b.Users[b.Pager.First-1 : b.Pager.Last]
	}
	return v.show("users", &look.Frame{Title: "Users", Section: "/users", Body: b})
}

// userList reads all users, by email, with the numbers of their accounts rather
// than these.
func (v *visit) userList() ([]userThing, error) {
	var answer struct{ Data []userThing }
	if err := v.get("/users", url.Values{"accountAccess": {"count"}}, &answer); err != nil {
		return nil, err
	}
	slices.SortStableFunc(answer.Data, func(a, b userThing) int {
		return strings.Compare(strings.ToLower(a.Attributes.Email), strings.ToLower(b.Attributes.Email))
	})
	return answer.Data, nil
}

// userBody is what the page of a user shows, and that of a new one.
type userBody struct {
	User   userThing // the zero value for a new one
	Self   bool
	Way    string // of a new one: invite or sso
	Roles  []roleText
	Access accessForm
	Link   string // by which a new user sets a password, shown once
	Until  moment
	Faults faults
}

// frame is the frame of a user's page.
func (b *userBody) frame() *look.Frame {
	f := &look.Frame{Title: "Add a user", Section: "/users", Crumbs: []look.Link{{Text: "Users", Path: "/users"}}, Body: b}
	if b.User.ID != "" {
		f.Title = b.User.Attributes.Name()
		if b.User.Attributes.Named() {
			f.Lead = b.User.Attributes.Email
		}
	}
	return f
}

func (v *visit) newUser() error {
	if !v.who.IsAdmin() {
		return &Failure{Status: http.StatusForbidden, Detail: "Only administrators add users."}
	}
	b := &userBody{Way: "invite", Roles: roleTexts, Faults: faults{}}
	b.User.Attributes.Role = string(auth.RoleUser)
	if err := v.readAccess(b); err != nil {
		return err
	}
	return v.show("user-new", b.frame())
}

// newUserForm is a request for a new user.
type newUserForm struct {
	Data struct {
		Attributes struct {
			FirstName string  `json:"firstName"`
			LastName  string  `json:"lastName"`
			Email     string  `json:"email"`
			Role      string  `json:"role"`
			Access    []grant `json:"accessList,omitempty"`
		} `json:"attributes"`
	} `json:"data"`
}

// invitation is the answer to such a request.
type invitation struct {
	Data userThing
	Meta struct {
		Link    string
		Expires moment `json:"link-expires"`
	}
}

func (v *visit) addUser() error {
	b := &userBody{Way: v.field("way"), Roles: roleTexts, Faults: faults{}}
	b.User.Attributes = userFacts{FirstName: v.field("first"), LastName: v.field("last"), Email: strings.TrimSpace(v.field("email")), Role: v.field("role")}
	if err := v.readAccess(b); err != nil {
		return err
	}
	b.Access.take(v)
	var form newUserForm
	given := &form.Data.Attributes
	given.FirstName, given.LastName, given.Email, given.Role = b.User.Attributes.FirstName, b.User.Attributes.LastName, b.User.Attributes.Email, b.User.Attributes.Role
	if given.Role == string(auth.RoleUser) {
		given.Access = b.Access.changed()
	}
	path := "/users"
	if b.Way == "sso" {
		path += "/sso"
	}
	var answer invitation
	if err := v.send(http.MethodPost, path, &form, &answer); err != nil {
		return v.userRefused(err, "user-new", b)
	}
	if answer.Meta.Link == "" {
		return v.done("/users/"+url.PathEscape(answer.Data.ID), answer.Data.Attributes.Email+" was added, and signs in through the identity provider.")
	}
	return v.showLink(&answer)
}

// showLink shows the link of an invitation, which is told once.
func (v *visit) showLink(answer *invitation) error {
	b := &userBody{User: answer.Data, Roles: roleTexts, Link: answer.Meta.Link, Until: answer.Meta.Expires, Faults: faults{}}
	if err := v.readAccess(b); err != nil {
		return err
	}
	return v.show("user", b.frame())
}

// userRefused shows what the API refused of a user at its field.
func (v *visit) userRefused(err error, page string, b *userBody) error {
	no := refusal(err)
	if no == nil {
		return err
	}
	field := ""
	switch rest := no.Source[strings.LastIndexByte(no.Source, '/')+1:]; {
	case rest == "email", rest == "role":
		field = rest
	case rest == "firstName":
		field = "first"
	case rest == "lastName":
		field = "last"
	case strings.Contains(no.Source, "/accessList"):
		field = "access"
	}
	b.Faults[field] = sentence(no.Detail)
	return v.showFaults(no.Status, page, b.frame(), b.Faults)
}
