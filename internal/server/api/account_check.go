package api

import "github.com/surety-cloud/surety/internal/store"

// maxAccountText bounds the name and the environment of an account, in
// characters.
const maxAccountText = 255

// checkAccount is an error for texts that an account cannot have.
func checkAccount(a store.Account) error {
	switch {
	case a.Name == "":
		return Unprocessable("name is missing or empty")
	case len(a.Code) > 3:
		return Unprocessable("code is %q; it has up to 3 characters", a.Code)
	}
	if err := checkExternalID(a.ExternalID); err != nil {
		return err
	}
	if err := checkText("name", a.Name, maxAccountText); err != nil {
		return err
	}
	return checkText("environment", a.Environment, maxAccountText)
}

// checkExternalID is an error for an external id that AWS would refuse; there
// may be none.
func checkExternalID(id string) error {
	if id != "" && (len(id) > maxExternalID || !externalID.MatchString(id)) {
		return Unprocessable("externalId has 2 to %d letters, digits and characters of _+=,.@:/-", maxExternalID)
	}
	return nil
}
