package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// The states of a user: one who is invited has not signed in yet.
const (
	UserActive  = "ACTIVE"
	UserInvited = "INVITED"
)

// roleAdmin is the role that must not run out of users.
const roleAdmin = "ADMIN"

// levelNone is the access that needs no row.
const levelNone = "NONE"

// ErrLastAdmin is the error for what would leave nobody who may administrate.
var ErrLastAdmin = errors.New("this is the only active user with the role ADMIN; give the role to another user first")

// A User is a person who may sign in. Their secrets are elsewhere, see
// Credentials.
type User struct {
	ID            string
	Email         string // as it was given; its case does not matter
	FirstName     string
	LastName      string
	Role          string // ADMIN, POWER_USER, READ_ONLY, USER
	Status        string // UserActive, UserInvited
	SSO           bool   // was made for the identity provider, and has no password
	Subject       string // at the identity provider; empty until they came by it
	HasPassword   bool
	MFA           bool
	SummaryOptOut bool
	Created       time.Time
	LastLogin     time.Time
	// Access is the level by the id of the account, for those that are not
	// NONE.
	Access map[string]string
}

// Name is the user's name for people, or the email where they have none.
func (u *User) Name() string {
	return cmp.Or(strings.TrimSpace(u.FirstName+" "+u.LastName), u.Email)
}

const userColumns = `u.id, u.email, u.first_name, u.last_name, u.role, u.status, u.sso, COALESCE(u.subject, ''), u.password <> '', u.totp <> '',
	u.summary_opt_out, u.created, u.last_login`

func scanUser(row interface{ Scan(...any) error }, more ...any) (User, error) {
	var (
		u       = User{Access: map[string]string{}}
		created int64
		login   sql.NullInt64
	)
	err := row.Scan(append([]any{&u.ID, &u.Email, &u.FirstName, &u.LastName, &u.Role, &u.Status, &u.SSO, &u.Subject, &u.HasPassword, &u.MFA,
		&u.SummaryOptOut, &created, &login}, more...)...)
	u.Created, u.LastLogin = time.UnixMilli(created).UTC(), when(login)
	return u, notFound(err)
}

// Users lists all users in the order in which they were added.
func (s *Store) Users(ctx context.Context) ([]User, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT "+userColumns+" FROM users u ORDER BY u.created, u.id")
	users, err := collect(rows, err, func(rows *sql.Rows) (User, error) { return scanUser(rows) })
	if err != nil {
		return nil, err
	}
	access, err := s.access(ctx, s.db, "")
	for i := range users {
		if levels := access[users[i].ID]; levels != nil {
			users[i].Access = levels
		}
	}
	return users, err
}

// User finds a user by their id.
func (s *Store) User(ctx context.Context, id string) (User, error) {
	return s.user(ctx, s.db, "u.id = $1", id)
}

// UserByEmail finds a user by their email in any case.
func (s *Store) UserByEmail(ctx context.Context, email string) (User, error) {
	return s.user(ctx, s.db, "u.email_key = $1", emailKey(email))
}

func (s *Store) user(ctx context.Context, q querier, condition string, args ...any) (User, error) {
	u, err := scanUser(q.QueryRowContext(ctx, "SELECT "+userColumns+" FROM users u WHERE "+condition, args...))
	if err != nil {
		return u, err
	}
	return u, s.addAccess(ctx, q, &u)
}

func (s *Store) addAccess(ctx context.Context, q querier, u *User) error {
	access, err := s.access(ctx, q, u.ID)
	if levels := access[u.ID]; levels != nil {
		u.Access = levels
	}
	return err
}

// access reads the levels of one user, or of all, by user and account.
func (s *Store) access(ctx context.Context, q querier, user string) (map[string]map[string]string, error) {
	w := s.where()
	w.and("NOT a.deleting")
	if user != "" {
		w.and("ua.user_id = ?", user)
	}
	type row struct{ user, account, level string }
	rows, err := q.QueryContext(ctx, "SELECT ua.user_id, a.id, ua.level FROM user_access ua JOIN accounts a ON a.num = ua.account WHERE "+w.String(), w.args...)
	list, err := collect(rows, err, func(rows *sql.Rows) (row, error) {
		var r row
		return r, rows.Scan(&r.user, &r.account, &r.level)
	})
	all := map[string]map[string]string{}
	for _, r := range list {
		if all[r.user] == nil {
			all[r.user] = map[string]string{}
		}
		all[r.user][r.account] = r.level
	}
	return all, err
}

func emailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// AddUser adds a user with their access, and fills in what the store gives
// them. ErrExists: there is one with this email. ErrNotFound: there is no such
// account.
func (s *Store) AddUser(ctx context.Context, u *User) error {
	return s.within(ctx, func(tx *transaction) error { return s.addUser(ctx, tx, u) })
}

func (s *Store) addUser(ctx context.Context, tx *transaction, u *User) error {
	u.ID = cmp.Or(u.ID, uuid.NewString())
	u.Email = strings.TrimSpace(u.Email)
	u.Created = s.now().UTC().Truncate(time.Millisecond)
	err := changed(tx.ExecContext(ctx, `INSERT INTO users (id, email, email_key, first_name, last_name, role, status, sso, subject, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (email_key) DO NOTHING`,
		u.ID, u.Email, emailKey(u.Email), u.FirstName, u.LastName, u.Role, u.Status, u.SSO, text(u.Subject), millis(u.Created)))
	if errors.Is(err, ErrNotFound) {
		return fmt.Errorf("a user with the email %s: %w", u.Email, ErrExists)
	}
	if err != nil {
		return err
	}
	return s.setAccess(ctx, tx, u.ID, u.Access)
}

// A UserChange says what is to become of a user. Fields that are nil stay.
type UserChange struct {
	Role      *string
	FirstName *string
	LastName  *string
	// Access is the level by the id of the account; accounts that are not
	// named keep theirs.
	Access map[string]string
}

// ChangeUser changes a user. ErrLastAdmin: they are the only administrator and
// would not be any longer.
func (s *Store) ChangeUser(ctx context.Context, id string, change UserChange) (User, error) {
	var u User
	err := s.within(ctx, func(tx *transaction) error {
		var err error
		if change.Role != nil {
			if err = s.setRole(ctx, tx, id, *change.Role); err != nil {
				return err
			}
		}
		if err = changed(tx.ExecContext(ctx, "UPDATE users SET first_name = COALESCE($1, first_name), last_name = COALESCE($2, last_name) WHERE id = $3",
			change.FirstName, change.LastName, id)); err != nil {
			return err
		}
		if err = s.setAccess(ctx, tx, id, change.Access); err != nil {
			return err
		}
		u, err = s.user(ctx, tx, "u.id = $1", id)
		return err
	})
	return u, err
}

// setRole gives a user a role.
func (s *Store) setRole(ctx context.Context, tx *transaction, id, role string) error {
	if role != roleAdmin {
		if err := s.otherAdmin(ctx, tx, id); err != nil {
			return err
		}
	}
	return changed(tx.ExecContext(ctx, "UPDATE users SET role = $1 WHERE id = $2", role, id))
}

// otherAdmin is ErrLastAdmin when a user is the only active administrator.
func (s *Store) otherAdmin(ctx context.Context, tx *transaction, id string) error {
	// Changing nothing takes hold of the rows, so that of two who demote each
	// other the second sees what the first has done.
	if _, err := tx.ExecContext(ctx, "UPDATE users SET role = role WHERE role = $1", roleAdmin); err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, "SELECT id FROM users WHERE role = $1 AND status = $2", roleAdmin, UserActive)
	admins, err := collect(rows, err, func(rows *sql.Rows) (string, error) {
		var id string
		return id, rows.Scan(&id)
	})
	if err == nil && slices.Equal(admins, []string{id}) {
		return ErrLastAdmin
	}
	return err
}

// setAccess writes levels of a user.
func (s *Store) setAccess(ctx context.Context, tx *transaction, id string, access map[string]string) error {
	for account, level := range access {
		var num int64
		err := tx.QueryRowContext(ctx, "SELECT num FROM accounts WHERE id = $1 AND NOT deleting", account).Scan(&num)
		if err != nil {
			return fmt.Errorf("account %q: %w", account, notFound(err))
		}
		if level == levelNone {
			_, err = tx.ExecContext(ctx, "DELETE FROM user_access WHERE user_id = $1 AND account = $2", id, num)
		} else {
			_, err = tx.ExecContext(ctx, `INSERT INTO user_access (user_id, account, level) VALUES ($1, $2, $3)
				ON CONFLICT (user_id, account) DO UPDATE SET level = excluded.level`, id, num, level)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// DeleteUser deletes a user with their keys, sessions and links. ErrLastAdmin:
// they are the only administrator.
func (s *Store) DeleteUser(ctx context.Context, id string) error {
	return s.within(ctx, func(tx *transaction) error {
		if err := s.otherAdmin(ctx, tx, id); err != nil {
			return err
		}
		return changed(tx.ExecContext(ctx, "DELETE FROM users WHERE id = $1", id))
	})
}
