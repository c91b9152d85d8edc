package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"unicode"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// An Identity is a user as the identity provider vouches for them.
type Identity struct {
	// Subject is the user's id there, which never changes.
	Subject string
	// Email is verified, and in lower case.
	Email     string
	FirstName string // may be empty
	LastName  string // may be empty
	Role      Role
	// Return is the page of ours that the user wanted.
	Return string
}

// claims are the members of an ID token as they came.
type claims map[string]json.RawMessage

// text is the claim's text; empty when it is missing or no text.
func (c claims) text(name string) string {
	var value string
	if json.Unmarshal(c[name], &value) != nil {
		return ""
	}
	return value
}

// list is the claim's texts; one text alone is a list of one.
func (c claims) list(name string) []string {
	var values []string
	if json.Unmarshal(c[name], &values) == nil {
		return values
	}
	if value := c.text(name); value != "" {
		return []string{value}
	}
	return nil
}

// yes is a claim that is true or "true", as some providers have it.
func (c claims) yes(name string) bool {
	return string(c[name]) == "true" || c.text(name) == "true"
}

// claims verifies the ID token that came with an access token. What it leaves
// out of email, names and groups is asked for at the UserInfo endpoint: some
// providers keep tokens short.
func (o *OIDC) claims(ctx context.Context, provider *oidc.Provider, token *oauth2.Token, nonce string) (claims, error) {
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return nil, errors.New("the identity provider's answer has no ID token; is the client one for OpenID Connect?")
	}
	verifier := provider.Verifier(&oidc.Config{ClientID: o.config.ClientID, Now: o.config.Now})
	verified, err := verifier.Verify(ctx, raw)
	if err != nil {
		return nil, fmt.Errorf("the ID token is not good: %w", err)
	}
	if verified.Nonce != nonce {
		return nil, errors.New("the ID token is not good: it was made for another sign-in (nonce)")
	}
	var all claims
	if err := verified.Claims(&all); err != nil {
		return nil, fmt.Errorf("the ID token is not good: %w", err)
	}
	// OpenID Connect Core section 3.1.3.7: a token for several audiences says
	// for which of them it was made.
	if party := all.text("azp"); party != "" && party != o.config.ClientID || party == "" && len(verified.Audience) > 1 {
		return nil, fmt.Errorf("the ID token is not good: it was made for another client (azp %.80q)", party)
	}
	if all.text("email") != "" && (all[o.config.GroupsClaim] != nil || len(o.config.Roles) == 0) || provider.UserInfoEndpoint() == "" {
		return all, nil
	}
	info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return nil, fmt.Errorf("the identity provider's UserInfo cannot be read: %w", err)
	}
	if info.Subject != verified.Subject {
		return nil, errors.New("the identity provider's UserInfo is about another user")
	}
	var more claims
	if err := info.Claims(&more); err != nil {
		return nil, fmt.Errorf("the identity provider's UserInfo cannot be read: %w", err)
	}
	return all.with(more), nil
}

// with adds the claims of another document that are missing. Whether an email
// address is verified is said by the document that has the address.
func (c claims) with(more claims) claims {
	ownEmail := c.text("email") != ""
	merged := claims{}
	for name, value := range c {
		merged[name] = value
	}
	for name, value := range more {
		ofEmail := name == "email" || name == "email_verified"
		if _, ok := merged[name]; (!ok && !ofEmail) || (ofEmail && !ownEmail) {
			merged[name] = value
		}
	}
	if !ownEmail && more["email_verified"] == nil {
		delete(merged, "email_verified")
	}
	return merged
}

// identity reads the user out of verified claims.
func (c OIDCConfig) identity(all claims) (Identity, error) {
	user := Identity{Subject: all.text("sub")}
	// OpenID Connect Core section 2: at most 255 characters.
	if user.Subject == "" || len(user.Subject) > 255 {
		return Identity{}, errors.New("the ID token does not name a user (sub)")
	}
	email := strings.ToLower(all.text("email"))
	said := all["email_verified"] != nil
	if !isEmail(email) || !all.yes("email_verified") && (said || !c.TrustEmail) {
		return Identity{}, ErrEmail
	}
	user.Email = email
	user.FirstName, user.LastName = tidyName(all.text("given_name")), tidyName(all.text("family_name"))
	if user.FirstName == "" && user.LastName == "" {
		user.FirstName = tidyName(all.text("name"))
	}
	var ok bool
	if user.Role, ok = c.roleOf(all.list(c.GroupsClaim)); !ok {
		return Identity{}, ErrNoRole
	}
	return user, nil
}

// roleOf is the strongest role of the groups, or the default role.
func (c OIDCConfig) roleOf(groups []string) (Role, bool) {
	for _, role := range roles {
		if slices.ContainsFunc(groups, func(group string) bool { return c.Roles[group] == role }) {
			return role, true
		}
	}
	return c.DefaultRole, c.DefaultRole != ""
}

// isEmail tells whether the text is an address and nothing else, of at most
// 254 characters (RFC 5321 section 4.5.3.1.3, less the angle brackets).
func isEmail(text string) bool {
	if len(text) > 254 {
		return false
	}
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text
}

// maxName bounds a name in characters.
const maxName = 100

func tidyName(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, text)
	runes := []rune(strings.TrimSpace(text))
	return string(runes[:min(len(runes), maxName)])
}
