package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// A Role says what a user may do across the organisation.
type Role string

// The roles, the strongest first.
const (
	RoleAdmin     Role = "ADMIN"      // everything
	RolePowerUser Role = "POWER_USER" // full access to all accounts, present and future
	RoleReadOnly  Role = "READ_ONLY"  // sees all accounts, present and future
	RoleUser      Role = "USER"       // what is granted, account by account
)

// roles in the order of their strength.
var roles = []Role{RoleAdmin, RolePowerUser, RoleReadOnly, RoleUser}

// ParseRole reads a role as the API spells it.
func ParseRole(text string) (Role, error) {
	if slices.Contains(roles, Role(text)) {
		return Role(text), nil
	}
	return "", fmt.Errorf("%.40q is not a role; the roles are ADMIN, POWER_USER, READ_ONLY and USER", text)
}

// A Level is the access of a user with the role USER to one account.
type Level string

// The levels of access.
const (
	LevelNone Level = "NONE"
	LevelRead Level = "READONLY"
	LevelFull Level = "FULL"
)

// ParseLevel reads a level of access as the API spells it.
func ParseLevel(text string) (Level, error) {
	switch level := Level(text); level {
	case LevelNone, LevelRead, LevelFull:
		return level, nil
	}
	return "", fmt.Errorf("%.40q is not a level of access; the levels are NONE, READONLY and FULL", text)
}

// Via says by what a caller was recognised.
type Via string

// How callers come.
const (
	ViaSession Via = "session"
	ViaKey     Via = "key"
)

// A Principal is the user on whose behalf a request is made. The zero value
// may do nothing, nor may nil.
type Principal struct {
	UserID string
	Name   string
	Email  string
	Role   Role
	// Access is what a user with the role USER may do, by the id of the
	// account; one that is not listed is NONE. Other roles have no use for it.
	Access map[string]Level
	Via    Via
	KeyID  string // of the API key, if by one
}

// Level is the access to one account, whatever the role.
func (p *Principal) Level(account string) Level {
	if p == nil {
		return LevelNone
	}
	switch p.Role {
	case RoleAdmin, RolePowerUser:
		return LevelFull
	case RoleReadOnly:
		return LevelRead
	case RoleUser:
		if level, err := ParseLevel(string(p.Access[account])); err == nil {
			return level
		}
	}
	return LevelNone
}

// CanRead tells whether the account and its checks may be seen.
func (p *Principal) CanRead(account string) bool { return p.Level(account) != LevelNone }

// CanWrite tells whether the account may be changed and scanned.
func (p *Principal) CanWrite(account string) bool { return p.Level(account) == LevelFull }

// IsAdmin tells whether users, and what belongs to the organisation, may be
// changed.
func (p *Principal) IsAdmin() bool { return p != nil && p.Role == RoleAdmin }

// SeesAll tells whether every account may be seen, also those to come.
func (p *Principal) SeesAll() bool {
	return p != nil && (p.Role == RoleAdmin || p.Role == RolePowerUser || p.Role == RoleReadOnly)
}

// CanReadSome tells whether the principal has at least read access somewhere,
// as calls need that name no account, such as the list of groups. One of a
// role that sees all accounts has it before there are any.
func (p *Principal) CanReadSome() bool {
	if p.SeesAll() {
		return true
	}
	if p == nil {
		return false
	}
	for account := range p.Access {
		if p.CanRead(account) {
			return true
		}
	}
	return false
}

// CanWriteSome is CanReadSome for full access.
func (p *Principal) CanWriteSome() bool {
	if p == nil {
		return false
	}
	if p.Role == RoleAdmin || p.Role == RolePowerUser {
		return true
	}
	for account := range p.Access {
		if p.CanWrite(account) {
			return true
		}
	}
	return false
}

// ErrNobody is the error for a request that nobody can be recognised behind:
// it has neither a key nor a session, or one that is wrong, over or disabled.
var ErrNobody = errors.New("the request has no valid API key and no session; send the header Authorization: ApiKey <key>, or sign in")

type principalKey struct{}

// WithPrincipal gives a context the principal of its request.
func WithPrincipal(ctx context.Context, p *Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// From is the principal of a request's context; nil and false where nobody was
// recognised.
func From(ctx context.Context) (*Principal, bool) {
	p, _ := ctx.Value(principalKey{}).(*Principal)
	return p, p != nil
}
