package web

import (
	"errors"
	"net/http"

	"github.com/surety-cloud/surety/internal/server/look"
)

// faults are what was refused of a form, by the field; what belongs to no field
// has the empty name.
type faults map[string]string

// refusal gives what the API refused, to be shown on the form that was sent;
// nil for an error that is to be handed back.
func refusal(err error) *Failure {
	var no *Failure
	if !errors.As(err, &no) || no.Status >= 500 || no.Status == http.StatusNotFound || no.Status == http.StatusForbidden {
		return nil
	}
	return no
}

// showFaults shows a form again with what is wrong with it. What belongs to no
// field stands above the page.
func (v *visit) showFaults(status int, page string, f *look.Frame, wrong faults) error {
	f.Error = wrong[""]
	if f.Error == "" && len(wrong) > 0 {
		f.Error = "Nothing was saved: some fields have to be corrected."
	}
	return v.showAs(status, page, f)
}
