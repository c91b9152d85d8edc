package store

import (
	"context"
	"errors"
	"fmt"
)

// SignInSSO finds the user whom the identity provider vouches for: by the
// subject, or else by the email, which has to be verified; somebody unknown is
// added. Their name and role become what the provider says. An administrator
// who is the only one keeps the role (kept is true then): a mistake at the
// provider must not lock everybody out. ErrExists: the email belongs to a user
// with another subject.
func (s *Store) SignInSSO(ctx context.Context, given User) (u User, added, kept bool, err error) {
	err = s.within(ctx, func(tx *transaction) error {
		known, err := s.user(ctx, tx, "u.subject = $1", given.Subject)
		if errors.Is(err, ErrNotFound) {
			known, err = s.user(ctx, tx, "u.email_key = $1", emailKey(given.Email))
			if err == nil && known.Subject != "" {
				return fmt.Errorf("the email %s is that of another user of the identity provider: %w", given.Email, ErrExists)
			}
		}
		if errors.Is(err, ErrNotFound) {
			u = given
			u.Status, u.SSO, added = UserActive, true, true
			return s.addUser(ctx, tx, &u)
		}
		if err != nil {
			return err
		}
		err = s.setRole(ctx, tx, known.ID, given.Role)
		if kept = errors.Is(err, ErrLastAdmin); err != nil && !kept {
			return err
		}
		// Whoever was invited has come; the link is of no more use.
		if _, err := tx.ExecContext(ctx, `UPDATE users SET subject = $1, status = $2, first_name = COALESCE(NULLIF($3, ''), first_name),
			last_name = COALESCE(NULLIF($4, ''), last_name) WHERE id = $5`, given.Subject, UserActive, given.FirstName, given.LastName, known.ID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM tokens WHERE user_id = $1", known.ID); err != nil {
			return err
		}
		u, err = s.user(ctx, tx, "u.id = $1", known.ID)
		return err
	})
	return u, added, kept, err
}
