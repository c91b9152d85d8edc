package signin

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/store"
)

func (s *SignIn) makeKey(v *visit) {
	key, id, hash := auth.NewKey()
	err := s.Store.AddKey(v.Context(), &store.Key{ID: id, UserID: v.user.ID, Hash: hash}, auth.MaxKeys)
	if errors.Is(err, store.ErrExists) {
		err = wrong(fmt.Sprintf("You have %d API keys, as many as are possible. Delete one first.", auth.MaxKeys))
	}
	if err == nil {
		err = s.record(v.Context(), "api-key.created", v.user, s.Address(v.Request), "the API key "+id+" was made")
	}
	if err != nil {
		s.no(v, err)
		return
	}
	s.me(v, http.StatusOK, view{Notice: "The API key was made."}, meBody{NewKey: key})
}

func (s *SignIn) changeKey(v *visit) {
	id, user := v.PathValue("id"), v.user.ID
	var (
		what string
		err  error
	)
	switch v.PathValue("what") {
	case "enable":
		what, err = "enabled", s.Store.SetKeyStatus(v.Context(), user, id, store.KeyEnabled)
	case "disable":
		what, err = "disabled", s.Store.SetKeyStatus(v.Context(), user, id, store.KeyDisabled)
	case "delete":
		what, err = "deleted", s.Store.DeleteKey(v.Context(), user, id)
	default:
		err = store.ErrNotFound
	}
	if errors.Is(err, store.ErrNotFound) {
		err = &refusal{status: http.StatusNotFound, message: "You have no such API key."}
	}
	if err == nil {
		err = s.record(v.Context(), "api-key."+what, v.user, s.Address(v.Request), "the API key "+id+" was "+what)
	}
	if err != nil {
		s.no(v, err)
		return
	}
	s.back(v, what)
}
