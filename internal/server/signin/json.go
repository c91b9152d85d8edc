package signin

import (
	"encoding/json"
	"io"
	"net/http"

	"github.com/surety-cloud/surety/internal/store"
)

// Credentials are the body of a request of a script to sign in.
type Credentials struct {
	Email    string `json:"email"`
	Password string `json:"password"`
	// Code is that of an authenticator app, or a recovery code.
	Code string `json:"code,omitempty"`
}

// SessionUser is what the answer says of the user who signed in.
type SessionUser struct {
	FirstName string `json:"first-name"`
	LastName  string `json:"last-name"`
	Email     string `json:"email"`
	Role      string `json:"role"`
	MFA       bool   `json:"mfa"`
}

// CodeNeeded is the code of the error that asks for the second factor.
const CodeNeeded = "second-factor"

// Sessions answers the API's requests to sign in (POST) and out (DELETE).
func (s *SignIn) Sessions() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			if err := s.end(w, r); err != nil {
				s.refuseJSON(w, r, err, "")
				return
			}
			s.write(w, r, http.StatusOK, map[string]any{"meta": map[string]string{"status": "deleted"}})
			return
		}
		s.signInJSON(w, r)
	})
}

func (s *SignIn) signInJSON(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxForm))
	var given Credentials
	if err == nil {
		err = json.Unmarshal(data, &given)
	}
	if err != nil {
		// The error could hold a part of the password.
		s.refuseJSON(w, r, &refusal{status: http.StatusBadRequest, message: `the body is not understood; it looks like {"email": "grace@example.com", "password": "…"}`}, "")
		return
	}
	u, c, err := s.byPassword(r, given.Email, given.Password)
	how := "with a password"
	if err == nil && c.TOTP != "" {
		if given.Code == "" {
			s.refuseJSON(w, r, &refusal{status: http.StatusUnauthorized, message: "the user has a second factor; send its code as the member code"}, CodeNeeded)
			return
		}
		how = "with a password and a second factor"
		err = s.byCode(r, u, c, given.Code)
	}
	if err == nil {
		err = s.begin(w, r, u, how)
	}
	if err != nil {
		s.refuseJSON(w, r, err, "")
		return
	}
	s.write(w, r, http.StatusOK, map[string]any{"data": map[string]any{"type": "users", "id": u.ID, "attributes": sessionUser(u)}})
}

func sessionUser(u store.User) SessionUser {
	return SessionUser{FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, Role: u.Role, MFA: u.MFA}
}

// refuseJSON answers with an error as the API does.
func (s *SignIn) refuseJSON(w http.ResponseWriter, r *http.Request, err error, code string) {
	no, _ := s.refusal(w, r, err)
	item := map[string]any{"status": no.status, "title": http.StatusText(no.status), "detail": no.message}
	if code != "" {
		item["code"] = code
	}
	s.write(w, r, no.status, map[string]any{"errors": []any{item}})
}

func (s *SignIn) write(w http.ResponseWriter, r *http.Request, status int, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		s.Log.ErrorContext(r.Context(), "an answer could not be written", "error", err)
		status, data = http.StatusInternalServerError, []byte(`{"errors":[{"status":500,"detail":"something went wrong in Surety; its log says what"}]}`)
	}
	w.Header().Set("Content-Type", "application/vnd.api+json")
	w.WriteHeader(status)
	w.Write(append(data, '\n')) //nolint:errcheck // the client may have gone
}
