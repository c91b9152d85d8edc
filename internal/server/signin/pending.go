package signin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/surety-cloud/surety/internal/store"
)

// A pending sign-in is one whose password was right and whose code is missing.
// The form for the code carries it, sealed.
type pending struct {
	User     string    `json:"user"`
	Password string    `json:"password"` // a hash of the hash: a new password ends it
	Return   string    `json:"return"`
	Expires  time.Time `json:"expires"`
}

const (
	pendingPlace = "form second factor"
	pendingLife  = 5 * time.Minute
)

func fingerprint(hash string) string {
	sum := sha256.Sum256([]byte(hash))
	return hex.EncodeToString(sum[:8])
}

// pend seals a sign-in that waits for its code.
func (s *SignIn) pend(u store.User, c store.Credentials, to string) (string, error) {
	text, err := json.Marshal(pending{User: u.ID, Password: fingerprint(c.Password), Return: to, Expires: s.Now().Add(pendingLife)})
	if err != nil {
		return "", err
	}
	return s.Box.Seal(string(text), pendingPlace)
}

// resume opens what pend has sealed. It is false when it took too long, or the
// password has been changed since.
func (s *SignIn) resume(ctx context.Context, sealed string) (u store.User, c store.Credentials, to string, ok bool) {
	text, err := s.Box.Open(sealed, pendingPlace)
	if err != nil {
		return u, c, "", false
	}
	var p pending
	if json.Unmarshal([]byte(text), &p) != nil || !s.Now().Before(p.Expires) {
		return u, c, "", false
	}
	u, err = s.Store.User(ctx, p.User)
	if err != nil || u.Status != store.UserActive {
		return u, c, "", false
	}
	c, err = s.Store.Credentials(ctx, u.ID)
	return u, c, p.Return, err == nil && c.TOTP != "" && fingerprint(c.Password) == p.Password
}
