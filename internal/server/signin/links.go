package signin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/store"
)

// welcomePath is where one-time links lead.
const welcomePath = "/welcome/"

// Link is the URL under which a user sets a password by a token; only its path
// where no URL of the server is given.
func Link(publicURL, token string) string {
	for len(publicURL) > 0 && publicURL[len(publicURL)-1] == '/' {
		publicURL = publicURL[:len(publicURL)-1]
	}
	return publicURL + welcomePath + token
}

// FirstStart makes the first administrator when there is no user at all, and
// gives the one-time link by which they set their password. As long as no
// administrator has signed in, each call makes a new link, good for a day, and
// ends the one before. Afterwards the link is empty.
func (s *SignIn) FirstStart(ctx context.Context) (link string, err error) {
	users, err := s.Store.Users(ctx)
	if err != nil {
		return "", err
	}
	if len(users) == 0 {
		first := store.User{Email: s.AdminEmail, Role: string(auth.RoleAdmin), Status: store.UserInvited}
		// Another process may be starting, too.
		if err := s.Store.AddUser(ctx, &first); err != nil && !errors.Is(err, store.ErrExists) {
			return "", err
		}
		if users, err = s.Store.Users(ctx); err != nil {
			return "", err
		}
	}
	var invited *store.User
	for i, u := range users {
		if u.Role != string(auth.RoleAdmin) {
			continue
		}
		if u.Status == store.UserActive {
			return "", nil
		}
		if invited == nil {
			invited = &users[i]
		}
	}
	if invited == nil {
		return "", nil
	}
	return s.link(ctx, invited.ID, store.TokenSetup, auth.SetupLife)
}

// ResetLink makes a one-time link by which a user sets a new password, good for
// an hour; for a user who was invited, a new invitation. Links that the user
// had before end. The error says why there can be none.
func (s *SignIn) ResetLink(ctx context.Context, email string) (link string, err error) {
	u, err := s.Store.UserByEmail(ctx, email)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return "", fmt.Errorf("there is no user with the email %s: %w", email, err)
	case err != nil:
		return "", err
	case u.SSO:
		return "", fmt.Errorf("%s signs in through the identity provider and has no password here", u.Email)
	}
	purpose, life := store.TokenReset, auth.ResetLife
	if u.Status == store.UserInvited {
		purpose, life = store.TokenInvitation, auth.InvitationLife
	}
	link, err = s.link(ctx, u.ID, purpose, life)
	if err != nil {
		return "", err
	}
	return link, s.record(ctx, "user.link.created", u, "", "a link was made by which "+u.Email+" can set a password")
}

func (s *SignIn) link(ctx context.Context, user, purpose string, life time.Duration) (string, error) {
	token, hash := auth.NewToken()
	err := s.Store.AddToken(ctx, &store.Token{ID: hash, UserID: user, Purpose: purpose, Expires: s.Now().Add(life)})
	return Link(s.PublicURL, token), err
}
