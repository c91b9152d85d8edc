package api

import (
	"errors"

	"github.com/surety-cloud/surety/internal/store"
)

// maxAccountText bounds the name and the environment of an account, in
// characters.
const maxAccountText = 255

// checkAccount is an error for texts that an account cannot have.
func checkAccount(a store.Account) error {
	switch {
	case a.Name == "":
		return at("/data/attributes/name", Unprocessable("name is missing or empty"))
	case len(a.Code) > 3:
		return at("/data/attributes/code", Unprocessable("code is %q; it has up to 3 characters", a.Code))
	}
	if err := checkExternalID(a.ExternalID); err != nil {
		return about(pointerExternalID, err)
	}
	if err := checkText("name", a.Name, maxAccountText); err != nil {
		return about("/data/attributes/name", err)
	}
	return about("/data/attributes/environment", checkText("environment", a.Environment, maxAccountText))
}

// The members of a request for a new account that say how it is read.
const (
	pointerRole       = "/data/attributes/access/keys/roleArn"
	pointerExternalID = "/data/attributes/access/keys/externalId"
)

// about says which member of the request an error is about; nil stays nil, and
// what is no Error stays as it is.
func about(pointer string, err error) error {
	var e *Error
	if errors.As(err, &e) {
		e.Source = pointer
	}
	return err
}

// checkExternalID is an error for an external id that AWS would refuse; there
// may be none.
func checkExternalID(id string) error {
	if id != "" && (len(id) > maxExternalID || !externalID.MatchString(id)) {
		return Unprocessable("externalId has 2 to %d letters, digits and characters of _+=,.@:/-", maxExternalID)
	}
	return nil
}
