package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The bounds of a password, in characters.
const (
	MinPassword = 12
	MaxPassword = 64
)

// passwordCost is the minimum that OWASP's Password Storage Cheat Sheet
// recommends for argon2id: 19 MiB, 2 passes, 1 thread.
// https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
var passwordCost = cost{memory: 19 << 10, passes: 2, threads: 1}

// nobody is hashed against where there is no hash. It is no password's.
var nobody = phc{cost: passwordCost, salt: make([]byte, saltSize), sum: make([]byte, sumSize)}

// CheckPassword tells what a new password lacks: it has 12 to 64 characters,
// among them an upper-case and a lower-case letter, a digit and a special
// character. The error never holds the password.
func CheckPassword(password string) error {
	if len(password) > MaxPassword*utf8.UTFMax {
		return fmt.Errorf("the password has more than %d characters", MaxPassword)
	}
	if !utf8.ValidString(password) {
		return errors.New("the password is not text in UTF-8")
	}
	var upper, lower, digit, special bool
	for _, r := range password {
		switch {
		case unicode.IsControl(r):
			return errors.New("the password contains a control character, such as a tab or the end of a line")
		case unicode.IsUpper(r):
			upper = true
		case unicode.IsLower(r):
			lower = true
		case unicode.IsDigit(r):
			digit = true
		case !unicode.IsLetter(r):
			special = true
		}
	}
	var lacks []string
	lack := func(there bool, what string) {
		if !there {
			lacks = append(lacks, what)
		}
	}
	length := utf8.RuneCountInString(password)
	lack(length >= MinPassword, fmt.Sprintf("at least %d characters", MinPassword))
	lack(length <= MaxPassword, fmt.Sprintf("at most %d characters", MaxPassword))
	lack(upper, "an upper-case letter")
	lack(lower, "a lower-case letter")
	lack(digit, "a digit")
	lack(special, "a special character (such as - or !)")
	if lacks != nil {
		return fmt.Errorf("the password needs %s", strings.Join(lacks, ", "))
	}
	return nil
}

// A Hasher hashes passwords, a few at a time: each takes 19 MiB while it is
// being hashed, and whoever may sign in may make the server hash.
type Hasher struct {
	slots chan struct{}
}

// NewHasher makes a hasher that hashes as many passwords at once as it is
// told, at least one; the others wait.
func NewHasher(atOnce int) *Hasher {
	return &Hasher{slots: make(chan struct{}, max(1, atOnce))}
}

func (h *Hasher) acquire(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *Hasher) release() { <-h.slots }

// Hash checks a new password (see [CheckPassword]) and hashes it by argon2id,
// in the PHC string format.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := CheckPassword(password); err != nil {
		return "", err
	}
	if err := h.acquire(ctx); err != nil {
		return "", err
	}
	defer h.release()
	return newPHC(password, passwordCost).String(), nil
}

// Verify tells whether a password is the one that was hashed, and if so
// whether it should be hashed again because the cost has been raised since.
// For a user who is not there, or has no password, pass "" as the hash: the
// answer is no, and takes as long. The error is the context's, or says that
// the hash is none.
func (h *Hasher) Verify(ctx context.Context, password, hash string) (ok, rehash bool, err error) {
	stored, known := nobody, hash != ""
	if known {
		if stored, err = parsePHC(hash); err != nil {
			return false, false, err
		}
	}
	if len(password) > MaxPassword*utf8.UTFMax { // nobody's, and work to hash
		password, known = "", false
	}
	if err := h.acquire(ctx); err != nil {
		return false, false, err
	}
	defer h.release()
	ok = stored.matches(password) && known
	return ok, ok && (stored.cost != passwordCost || len(stored.sum) != sumSize), nil
}
