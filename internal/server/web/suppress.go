package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/server/look"
)

// maxChosen is how many checks can be chosen one by one: more than a page has.
const maxChosen = 200

// suppressBody is what the page shows on which many checks are suppressed, or
// their suppression is lifted.
type suppressBody struct {
	Lift bool
	// All is every check that fits the filter; otherwise Chosen are meant.
	All    bool
	Query  checksQuery
	Back   string // the page of checks to go back to
	Chips  []chip
	Scope  *scope
	Chosen []chosenCheck
	// Left counts those of Chosen for which there is nothing to do.
	Left     int
	Accounts []accountCount // with All
	Total    int64
	Others   int // with All: accounts of the scope that whoever looks may not change
	Note     string
	Until    string // a day
	Soonest  string // the first that it may be
	Fault    faults
}

// A chosenCheck is one that was chosen in the list.
type chosenCheck struct {
	ID      string
	Account string
	check
	Left bool // there is nothing to do: it does not fail, or is not suppressed
}

// An accountCount is how many checks of an account are meant.
type accountCount struct {
	Title string
	Count int64
}

// Verb is what the form does.
func (b *suppressBody) Verb() string {
	if b.Lift {
		return "Lift the suppression of"
	}
	return "Suppress"
}

// suppressMany shows what would be suppressed, or lifted, and does it when that
// was confirmed.
func (v *visit) suppressMany() error {
	b, err := v.suppressBody()
	if err != nil {
		return err
	}
	f := &look.Frame{Title: "Suppress checks", Section: "/checks", Crumbs: []look.Link{{Text: "Checks", Path: b.Back}}, Body: b}
	if b.Lift {
		f.Title = "Lift suppressions"
	}
	switch {
	case v.field("confirmed") == "":
		return v.show("checks-suppress", f)
	case b.Total == 0:
		return v.done(b.Back, "There was nothing to do.")
	}
	until := b.read(v)
	if len(b.Fault) > 0 {
		return v.showFaults(http.StatusUnprocessableEntity, "checks-suppress", f, b.Fault)
	}
	// Many checks take longer than a page may.
	_ = http.NewResponseController(v.w).SetWriteDeadline(time.Time{})
	var notice string
	if b.All {
		notice, err = v.suppressAll(b, until)
	} else {
		notice, err = v.suppressChosen(b, until)
	}
	if no := refusal(err); no != nil {
		field := ""
		if rest, ok := strings.CutPrefix(no.Detail, "meta.note "); ok {
			field, no.Detail = "note", "the note "+rest
		} else if strings.HasPrefix(no.Detail, "suppressed-until ") {
			field = "until"
		}
		b.Fault[field] = sentence(no.Detail)
		return v.showFaults(no.Status, "checks-suppress", f, b.Fault)
	}
	if err != nil {
		return err
	}
	return v.done(b.Back, notice)
}

// suppressBody reads the form, and finds out which checks it is about.
func (v *visit) suppressBody() (*suppressBody, error) {
	given, err := v.formQuery()
	if err != nil {
		return nil, err
	}
	what := v.field("do")
	if what != "suppress" && what != "lift" && what != "suppress-all" && what != "lift-all" {
		return nil, &Failure{Status: http.StatusBadRequest, Detail: "The form does not say what to do. Go back and try again."}
	}
	b := &suppressBody{
		Lift: strings.HasPrefix(what, "lift"), All: strings.HasSuffix(what, "-all"), Query: readChecksQuery(given), Fault: faults{},
		Note: strings.TrimSpace(v.field("note")), Until: v.field("until"), Soonest: v.Now().UTC().AddDate(0, 0, 1).Format(dayFormat),
	}
	b.Query.By = byCheck
	b.Back = b.Query.Link()
	if b.Scope, err = v.scope(); err != nil {
		return nil, err
	}
	b.Scope.Account, b.Scope.Group = b.Query.Account, b.Query.Group
	if !b.All {
		return b, v.findChosen(b)
	}
	var standards many[standardFacts]
	if err := v.get("/compliance-standards", nil, &standards); err != nil {
		return nil, err
	}
	b.Chips = b.Query.chips(standards.Data)
	return b, v.countAll(b)
}

// Do is what the form that confirms sends.
func (b *suppressBody) Do() string {
	do := "suppress"
	if b.Lift {
		do = "lift"
	}
	if b.All {
		do += "-all"
	}
	return do
}

// findChosen asks for the checks that were chosen.
func (v *visit) findChosen(b *suppressBody) error {
	ids := v.r.PostForm["check"]
	switch {
	case len(ids) == 0:
		return &Failure{Status: http.StatusUnprocessableEntity, Detail: "No check is chosen. Go back, and tick those that are meant."}
	case len(ids) > maxChosen:
		return &Failure{Status: http.StatusUnprocessableEntity, Detail: fmt.Sprintf("%d checks are chosen; at most %d can be. Use the filter for more.", len(ids), maxChosen)}
	}
	seen := map[string]bool{}
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		var one one[check]
		err := v.get(checkPath(id), nil, &one)
		if isNotFound(err) {
			b.Left++ // it is gone meanwhile
			continue
		}
		if err != nil {
			return err
		}
		c := chosenCheck{ID: one.Data.ID, Account: b.Scope.Name(one.Data.to("account")), check: one.Data.Attributes}
		if b.Lift {
			c.Left = !c.Suppressed
		} else {
			c.Left = c.Status != "FAILURE"
		}
		if c.Left {
			b.Left++
		} else {
			b.Total++
		}
		b.Chosen = append(b.Chosen, c)
	}
	return nil
}

// suppressAnswer is what POST /checks/suppress says.
type suppressAnswer struct {
	Data []struct {
		AccountID string `json:"accountId"`
		Checks    int64
	}
	Meta struct{ Total int64 }
}

// changeAll has the API change all checks that fit the filter, or count them
// only.
func (v *visit) changeAll(b *suppressBody, until int64, dry bool) (*suppressAnswer, error) {
	var ids []string
	b.Others = 0
	for _, id := range b.Query.ids(b.Scope) {
		if v.who.CanWrite(id) {
			ids = append(ids, id)
		} else {
			b.Others++
		}
	}
	answer := &suppressAnswer{}
	if len(ids) == 0 {
		return answer, nil
	}
	filter := b.Query.Filter.asked()
	if b.Lift {
		filter = filter.withSuppressed(suppressedOnly)
	}
	attributes := map[string]any{"suppressed": !b.Lift}
	if until != 0 {
		attributes["suppressed-until"] = until
	}
	body := map[string]any{
		"data": map[string]any{"attributes": attributes, "filter": filter.body(), "accountIds": ids},
		"meta": map[string]any{"note": b.Note, "dryRun": dry},
	}
	return answer, v.send(http.MethodPost, "/checks/suppress", body, answer)
}

// countAll counts the checks that are meant, by account.
func (v *visit) countAll(b *suppressBody) error {
	note := b.Note
	b.Note = "" // what is wrong with it is said when it is used
	answer, err := v.changeAll(b, 0, true)
	b.Note = note
	if err != nil {
		return err
	}
	b.Total = answer.Meta.Total
	for _, n := range answer.Data {
		if n.Checks > 0 {
			b.Accounts = append(b.Accounts, accountCount{b.Scope.Name(n.AccountID), n.Checks})
		}
	}
	return nil
}

// read checks what was typed, and gives the end of the last day in milliseconds
// since 1970; 0 is for ever.
func (b *suppressBody) read(v *visit) (until int64) {
	if b.Lift {
		return 0
	}
	if b.Note == "" {
		b.Fault["note"] = "Say why the checks are suppressed."
	}
	if b.Until == "" {
		return 0
	}
	day, err := time.Parse(dayFormat, b.Until)
	end := day.AddDate(0, 0, 1)
	switch {
	case err != nil:
		b.Fault["until"] = "This is no date; write it like " + b.Soonest + "."
	case !end.After(v.Now()):
		b.Fault["until"] = "This day is over; choose one to come."
	}
	return end.UnixMilli()
}

// done says what was done to so many checks.
func (b *suppressBody) done(n int64) string {
	checks := look.Plural(n, "check is", "checks are")
	if b.Lift {
		return look.Plural(n, "check is", "checks are") + " not suppressed any more."
	}
	if day, err := time.Parse(dayFormat, b.Until); err == nil {
		return checks + " suppressed to the end of " + day.Format("2 January 2006") + " (UTC)."
	}
	return checks + " suppressed."
}

func (v *visit) suppressAll(b *suppressBody, until int64) (string, error) {
	answer, err := v.changeAll(b, until, false)
	if err != nil {
		return "", err
	}
	return b.done(answer.Meta.Total), nil
}

// suppressChosen changes the checks one by one. What a check meanwhile does not
// allow is told, and does not keep from the others.
func (v *visit) suppressChosen(b *suppressBody, until int64) (string, error) {
	var n int64
	var failed []string
	for _, c := range b.Chosen {
		if c.Left {
			continue
		}
		err := v.send(http.MethodPatch, checkPath(c.ID), suppression(!b.Lift, until, b.Note), nil)
		var no *Failure
		switch {
		case err == nil:
			n++
		case errors.As(err, &no) && no.Status < 500 && (n > 0 || len(failed) > 0):
			failed = append(failed, sentence(no.Detail))
		case errors.As(err, &no) && no.Status == http.StatusNotFound:
			failed = append(failed, "It is gone.")
		default:
			return "", err
		}
	}
	notice := b.done(n)
	if len(failed) > 0 {
		notice += fmt.Sprintf(" Of %s that was not possible: %s", look.Plural(len(failed), "check", "checks"), shortened(failed[0], 200))
	}
	return notice, nil
}
