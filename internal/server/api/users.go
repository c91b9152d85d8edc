package api

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/server/signin"
	"github.com/surety-cloud/surety/internal/store"
)

// userRoutes are the calls on users.
var userRoutes = []Route{
	{
		Method: "GET", Path: "/users/whoami", Tag: "Users", Allow: Anyone,
		Summary: "Show yourself", Response: oneOf[userAttributes]{},
		Notes:  "With the role USER, relationships.accountAccessList has the accounts that you may see.",
		Handle: whoami,
	},
	{
		Method: "GET", Path: "/whoami", Tag: "Users", Allow: Anyone,
		Summary: "Show yourself (the older path)", Response: oneOf[userAttributes]{},
		Handle: whoami,
	},
	{
		Method: "GET", Path: "/users", Tag: "Users", Allow: Admin,
		Query: []Parameter{{Name: "accountAccess", Help: "list, the default, has every account in relationships.accountAccessList of users with the role USER; " +
			"count, Surety's own, leaves the list out and tells by account-count how many accounts these have access to"}},
		Summary: "List the users", Response: listOf[userAttributes]{},
		Handle: listUsers,
	},
	{
		Method: "GET", Path: "/users/{id}", Tag: "Users", Allow: ByCall,
		Summary: "Show a user", Response: oneOf[userAttributes]{},
		Notes:  "Yourself, or anybody with the role ADMIN. ADMIN sees every account in relationships.accountAccessList, also those with NONE.",
		Handle: showUser,
	},
	{
		Method: "POST", Path: "/users", Tag: "Users", Allow: Admin,
		Summary: "Invite a user", Request: newUser{}, Response: oneOf[userAttributes]{},
		Notes: "The user sets a password with the one-time link in meta.link, which holds for seven days. No mail is sent: pass it on. " +
			"To invite somebody again who has not come yet makes a new link, ends the old one, and changes name, role and access as given.",
		Handle: inviteUser,
	},
	{
		Method: "POST", Path: "/users/reset", Tag: "Users", Allow: Admin,
		Summary: "Make a link by which a user sets a new password", Request: resetOf{}, Response: oneOf[userAttributes]{},
		Notes: "Surety's own. The one-time link is in meta.link and holds for an hour; links from before end. The password from before holds until the link is used. " +
			"No mail is sent: pass it on. Users who sign in through the identity provider, or have not come yet, have no password to reset.",
		Handle: resetUser,
	},
	{
		Method: "POST", Path: "/users/sso", Tag: "Users", Allow: Admin,
		Summary: "Add a user who signs in through the identity provider", Request: newUser{}, Response: oneOf[userAttributes]{},
		Notes:  "The user is recognised by the email. When they sign in, their groups there decide their role; access to accounts stays as given here.",
		Handle: addSSOUser,
	},
	{
		Method: "PATCH", Path: "/users/{id}", Tag: "Users", Allow: Admin,
		Summary: "Change the role and access of a user", Request: userChanges{}, Response: oneOf[userAttributes]{},
		Notes:  "role and accessList stand directly under data. Accounts that are not named keep their level. The last ADMIN cannot be given another role.",
		Handle: changeUser,
	},
	{
		Method: "DELETE", Path: "/users/{id}", Tag: "Users", Allow: Admin,
		Summary: "Delete a user", Response: Done{},
		Notes:  "The user's sessions, API keys and links end at once. Nobody can delete themselves, or the last ADMIN.",
		Handle: deleteUser,
	},
}

// userAttributes are what an answer says of a user. Users of Cloud One, whose
// mark is there, are those that another product manages; here are none.
type userAttributes struct {
	FirstName         string  `json:"first-name"`
	LastName          string  `json:"last-name"`
	Email             string  `json:"email"`
	Role              string  `json:"role"`
	Status            string  `json:"status"`
	MFA               bool    `json:"mfa"`
	LastLogin         *int64  `json:"last-login-date"`
	Created           *int64  `json:"created-date"`
	SummaryOptOut     bool    `json:"summary-email-opt-out"`
	HasCredentials    bool    `json:"has-credentials"`
	Mobile            *string `json:"mobile"`
	MobileCountryCode *string `json:"mobile-country-code"`
	MobileVerified    bool    `json:"mobile-verified"`
	CloudOne          bool    `json:"is-cloud-one-user"`
	// Accounts is how many the user has access to, where it is asked for.
	Accounts *int `json:"account-count,omitempty"`
	*currentUser
}

// currentUser are the spellings that Terraform's data source of the current
// user reads.
type currentUser struct {
	FirstName      string `json:"firstName"`
	LastName       string `json:"lastName"`
	Created        *int64 `json:"created_date"`
	SummaryOptOut  bool   `json:"summary_email_opt_out"`
	HasCredentials bool   `json:"has_credentials"`
	CloudOne       bool   `json:"isCloudOneUser"`
}

// A userResource is a user, with a member that only the current user has.
type userResource struct {
	Resource
	Meta *userMeta `json:"meta,omitempty"`
}

type userMeta struct {
	APIKeyUser bool `json:"isApiKeyUser"` // one without email and password; here are none
}

// An accessLevel is what a user may do in an account.
type accessLevel struct {
	Account string `json:"account"`
	Level   string `json:"level"`
}

func attributesOfUser(u store.User) userAttributes {
	return userAttributes{
		FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, Role: u.Role, Status: u.Status, MFA: u.MFA,
		LastLogin: millis(u.LastLogin), Created: millis(u.Created), SummaryOptOut: u.SummaryOptOut, HasCredentials: u.HasPassword,
	}
}

// userResource shows a user to the caller, with the access to those of the
// accounts given that the caller is to see.
func (c *Call) userResource(u store.User, accounts []store.Account) (userResource, error) {
	relations, err := c.relations(nil)
	if u.Role == string(auth.RoleUser) {
		levels := []accessLevel{}
		for _, a := range accounts {
			level := cmp.Or(u.Access[a.ID], string(auth.LevelNone))
			if level != string(auth.LevelNone) || c.Principal.IsAdmin() {
				levels = append(levels, accessLevel{Account: a.ID, Level: level})
			}
		}
		// An array, where relationships are objects otherwise.
		if relations != nil {
			relations["accountAccessList"] = levels
		}
	}
	return userResource{Resource: Resource{Type: "users", ID: u.ID, Attributes: attributesOfUser(u), Relationships: relations}}, err
}

func (c *Call) userDocument(u store.User, meta any) (any, error) {
	accounts, err := c.Store.Accounts(c.Context())
	if err != nil {
		return nil, err
	}
	r, err := c.userResource(u, accounts)
	return Document{Data: r, Meta: meta}, err
}

func whoami(c *Call) (any, error) {
	u, err := c.Store.User(c.Context(), c.Principal.UserID)
	if err != nil {
		return nil, err
	}
	accounts, err := c.Store.Accounts(c.Context())
	if err != nil {
		return nil, err
	}
	r, err := c.userResource(u, accounts)
	attributes := attributesOfUser(u)
	attributes.currentUser = &currentUser{
		FirstName: u.FirstName, LastName: u.LastName, Created: millis(u.Created), SummaryOptOut: u.SummaryOptOut, HasCredentials: u.HasPassword,
	}
	r.Attributes, r.Meta = attributes, &userMeta{}
	return Document{Data: r}, err
}

func listUsers(c *Call) (any, error) {
	users, err := c.Store.Users(c.Context())
	if err != nil {
		return nil, err
	}
	accounts, err := c.Store.Accounts(c.Context())
	if err != nil {
		return nil, err
	}
	counted := false
	switch how := cmp.Or(c.Query("accountAccess"), "list"); how {
	case "count":
		counted = true
	case "list":
	default:
		return nil, Unprocessable("accountAccess is %.20q; list and count are possible", how)
	}
	data := make([]userResource, len(users))
	for i, u := range users {
		if counted {
			data[i], err = c.countedUser(u, accounts)
		} else {
			data[i], err = c.userResource(u, accounts)
		}
		if err != nil {
			return nil, err
		}
	}
	return List{Data: data}, nil
}

// countedUser shows a user with the number of accounts in place of the list: of
// hundreds of users and accounts, the lists have tens of megabytes.
func (c *Call) countedUser(u store.User, accounts []store.Account) (userResource, error) {
	relations, err := c.relations(nil)
	t := attributesOfUser(u)
	if u.Role == string(auth.RoleUser) {
		n := 0
		for _, a := range accounts {
			if level := u.Access[a.ID]; level != "" && level != string(auth.LevelNone) {
				n++
			}
		}
		t.Accounts = &n
	}
	return userResource{Resource: Resource{Type: "users", ID: u.ID, Attributes: t, Relationships: relations}}, err
}

// user finds the user that the path names.
func (c *Call) user() (store.User, error) {
	u, err := c.Store.User(c.Context(), c.Param("id"))
	if errors.Is(err, store.ErrNotFound) {
		return u, NotFound("there is no user %s", c.Param("id"))
	}
	return u, err
}

func showUser(c *Call) (any, error) {
	if c.Param("id") != c.Principal.UserID && !c.Principal.IsAdmin() {
		return nil, Forbidden("to see other users needs the role ADMIN")
	}
	u, err := c.user()
	if err != nil {
		return nil, err
	}
	return c.userDocument(u, nil)
}

// newUser is the request for a new user.
type newUser struct {
	Data struct {
		Attributes struct {
			FirstName  string        `json:"firstName"`
			LastName   string        `json:"lastName"`
			Email      string        `json:"email"`
			Role       string        `json:"role"`
			AccessList []accessLevel `json:"accessList"`
		} `json:"attributes"`
	} `json:"data"`
}

// read reads a request for a new user.
func (c *Call) newUser(status string, sso bool) (store.User, error) {
	var body newUser
	if err := c.Read(&body); err != nil {
		return store.User{}, err
	}
	given := body.Data.Attributes
	u := store.User{
		FirstName: strings.TrimSpace(given.FirstName), LastName: strings.TrimSpace(given.LastName), Email: strings.TrimSpace(given.Email),
		Role: given.Role, Status: status, SSO: sso,
	}
	if !isEmail(u.Email) {
		return u, at("/data/attributes/email", Unprocessable("email is %.100q; it looks like grace@example.com", u.Email))
	}
	if u.Role == "" {
		return u, at("/data/attributes/role", Unprocessable("role is missing; the roles are ADMIN, POWER_USER, READ_ONLY and USER"))
	}
	if _, err := auth.ParseRole(u.Role); err != nil {
		return u, at("/data/attributes/role", Unprocessable("role: %v", err))
	}
	for member, name := range map[string]string{"firstName": u.FirstName, "lastName": u.LastName} {
		if !isName(name) {
			return u, at("/data/attributes/"+member, Unprocessable("%s is not possible: up to %d characters on one line are", member, maxName))
		}
	}
	var err error
	u.Access, err = c.accessOf("/data/attributes/accessList", given.AccessList)
	return u, err
}

// maxName bounds the first and the last name of a user, in characters.
const maxName = 100

func isName(name string) bool {
	return utf8.ValidString(name) && utf8.RuneCountInString(name) <= maxName && !strings.ContainsFunc(name, unicode.IsControl)
}

func isEmail(text string) bool { return signin.IsEmail(text) }

// at says which member of the request an error is about.
func at(pointer string, e *Error) *Error {
	e.Source = pointer
	return e
}

// accessOf checks a list of levels, and gives it by account.
func (c *Call) accessOf(pointer string, given []accessLevel) (map[string]string, error) {
	if len(given) == 0 {
		return nil, nil
	}
	accounts, err := c.Store.Accounts(c.Context())
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, a := range accounts {
		known[a.ID] = true
	}
	access := map[string]string{}
	for i, l := range given {
		here := fmt.Sprintf("%s/%d", pointer, i)
		if !known[l.Account] {
			return nil, at(here+"/account", Unprocessable("accessList[%d].account is %.60q; there is no such account", i, l.Account))
		}
		if _, err := auth.ParseLevel(l.Level); err != nil {
			return nil, at(here+"/level", Unprocessable("accessList[%d].level: %v", i, err))
		}
		if access[l.Account] != "" {
			return nil, at(here+"/account", Unprocessable("accessList[%d].account is named twice", i))
		}
		access[l.Account] = l.Level
	}
	return access, nil
}

// A userLink is what the answer to an invitation says beside the user.
type userLink struct {
	Link    string `json:"link"`
	Expires *int64 `json:"link-expires"`
}

func inviteUser(c *Call) (any, error) {
	u, err := c.newUser(store.UserInvited, false)
	if err != nil {
		return nil, err
	}
	known, err := c.Store.UserByEmail(c.Context(), u.Email)
	switch {
	case err == nil && known.Status == store.UserInvited:
		u, err = c.Store.ChangeUser(c.Context(), known.ID, store.UserChange{Role: &u.Role, FirstName: &u.FirstName, LastName: &u.LastName, Access: u.Access})
	case err == nil || errors.Is(err, store.ErrNotFound):
		err = c.Store.AddUser(c.Context(), &u)
	}
	if err != nil {
		return nil, err
	}
	token, hash := auth.NewToken()
	expires := c.Now().Add(auth.InvitationLife)
	if err := c.Store.AddToken(c.Context(), &store.Token{ID: hash, UserID: u.ID, Purpose: store.TokenInvitation, Expires: expires}); err != nil {
		return nil, err
	}
	if err := c.Record("organisation.acl.updated", 0, fmt.Sprintf("%s was invited with the role %s%s", u.Email, u.Role, levels(u.Access))); err != nil {
		return nil, err
	}
	return c.userDocument(u, userLink{Link: signin.Link(c.base(), token), Expires: millis(expires)})
}

// A resetOf names the user who is to set a new password.
type resetOf struct {
	Data struct {
		Attributes struct {
			Email string `json:"email"`
		} `json:"attributes"`
	} `json:"data"`
}

func resetUser(c *Call) (any, error) {
	var given resetOf
	if err := c.Read(&given); err != nil {
		return nil, err
	}
	u, err := c.Store.UserByEmail(c.Context(), given.Data.Attributes.Email)
	at := func(e *Error) error { e.Source = "/data/attributes/email"; return e }
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, at(Unprocessable("there is no user with the email %.254q", given.Data.Attributes.Email))
	case err != nil:
		return nil, err
	case u.SSO:
		return nil, at(Unprocessable("%s signs in through the identity provider and has no password here", u.Email))
	case u.Status == store.UserInvited:
		return nil, at(Unprocessable("%s has not come yet; invite them again", u.Email))
	}
	token, hash := auth.NewToken()
	expires := c.Now().Add(auth.ResetLife)
	if err := c.Store.AddToken(c.Context(), &store.Token{ID: hash, UserID: u.ID, Purpose: store.TokenReset, Expires: expires}); err != nil {
		return nil, err
	}
	if err := c.Record("user.link.created", 0, "a link was made by which "+u.Email+" can set a password"); err != nil {
		return nil, err
	}
	return c.userDocument(u, userLink{Link: signin.Link(c.base(), token), Expires: millis(expires)})
}

// base is where users reach the server.
func (c *Call) base() string {
	switch {
	case c.PublicURL != "":
		return c.PublicURL
	case c.Request.TLS != nil, c.Secure != nil && c.Secure(c.Request):
		return "https://" + c.Request.Host
	}
	return "http://" + c.Request.Host
}

func addSSOUser(c *Call) (any, error) {
	u, err := c.newUser(store.UserActive, true)
	if err != nil {
		return nil, err
	}
	if err := c.Store.AddUser(c.Context(), &u); err != nil {
		return nil, err
	}
	if err := c.Record("organisation.acl.updated", 0, fmt.Sprintf("%s was added with the role %s%s, to sign in through the identity provider", u.Email, u.Role, levels(u.Access))); err != nil {
		return nil, err
	}
	return c.userDocument(u, nil)
}

// levels describes access for the audit log.
func levels(access map[string]string) string {
	if len(access) == 0 {
		return ""
	}
	return fmt.Sprintf(" and access to %d accounts", len(access))
}
