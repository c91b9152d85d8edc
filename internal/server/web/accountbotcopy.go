package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// copyMost is how many accounts the API changes in one call, beside the one
// that the call names.
const copyMost = 25

// copyPerPage is how many accounts the form lists at a time.
const copyPerPage = 100

// botCopyBody is what the page shows that copies how an account is scanned.
type botCopyBody struct {
	accountPage
	Rows   []copyRow
	Find   string
	All    int // other accounts that the reader may change
	Pager  pager
	Off    []string
	Most   int
	Faults faults
}

type copyRow struct {
	ID, Title, AWS string
	Chosen         bool
}

// Action is where the form is sent to: the same accounts are looked up there.
func (b *botCopyBody) Action() string {
	q := url.Values{}
	if b.Find != "" {
		q.Set("find", b.Find)
	}
	if b.Pager.Number > 1 {
		q.Set("page", strconv.Itoa(b.Pager.Number))
	}
	return link(b.Path+"/bot/copy", q)
}

// readBotCopy reads the accounts that settings may be copied to.
func (v *visit) readBotCopy() (*botCopyBody, error) {
	b := &botCopyBody{Find: strings.TrimSpace(v.query("find")), Most: copyMost, Faults: faults{}}
	var err error
	if b.accountPage, err = v.accountPage("settings"); err != nil {
		return nil, err
	}
	if !b.Write {
		return nil, &Failure{Status: http.StatusForbidden, Detail: "You may not change how this account is scanned."}
	}
	b.Off = b.Account.Settings.Bot.off()
	s, err := v.scope()
	if err != nil {
		return nil, err
	}
	words := strings.Fields(strings.ToLower(b.Find))
	for _, a := range s.Accounts {
		if a.ID == b.ID || !v.who.CanWrite(a.ID) {
			continue
		}
		b.All++
		if t := a.Attributes; hasAll(strings.ToLower(t.Title()+" "+t.AWS), words) {
			b.Rows = append(b.Rows, copyRow{ID: a.ID, Title: t.Title(), AWS: t.AWS})
		}
	}
	total := len(b.Rows)
	b.Pager = v.pager(v.within(total, copyPerPage), int64(total), copyPerPage)
	if total > 0 {
		b.Rows = b.Rows[b.Pager.First-1 : b.Pager.Last]
	}
	return b, nil
}

func (v *visit) botCopy() error {
	b, err := v.readBotCopy()
	if err != nil {
		return err
	}
	return v.show("account-copy", b.frame(b))
}

func (v *visit) copyBot() error {
	b, err := v.readBotCopy()
	if err != nil {
		return err
	}
	chosen := v.r.PostForm["account"]
	for i := range b.Rows {
		b.Rows[i].Chosen = slices.Contains(chosen, b.Rows[i].ID)
	}
	switch n := len(chosen); {
	case n == 0:
		b.Faults["accounts"] = "Choose at least one account."
	case n > copyMost:
		b.Faults["accounts"] = "Choose at most " + strconv.Itoa(copyMost) + " accounts at a time."
	}
	if len(b.Faults) > 0 {
		return v.showFaults(http.StatusUnprocessableEntity, "account-copy", b.frame(b), b.Faults)
	}
	bot := b.Account.Settings.Bot
	off := map[string]bool{}
	for _, region := range b.Off {
		off[region] = true
	}
	members := map[string]any{"delay": bot.Delay, "disabled": bot.Disabled, "disabledRegions": off, "disabledUntil": nil}
	// A pause that is over is not to be copied: the API would refuse its time.
	if at := bot.Until(); !at.IsZero() {
		if at.After(v.Now()) {
			members["disabledUntil"] = at.UnixMilli()
		} else {
			members["disabled"] = false
		}
	}
	var request botRequest
	request.Data.Attributes.Settings.Bot, request.Meta.Others = members, chosen
	if err := v.send(http.MethodPatch, b.Path+"/settings/bot", &request, nil); err != nil {
		no := refusal(err)
		if no == nil {
			return err
		}
		b.Faults["accounts"] = sentence(no.Detail)
		return v.showFaults(no.Status, "account-copy", b.frame(b), b.Faults)
	}
	words := "1 other account"
	if len(chosen) > 1 {
		words = "the other accounts that were chosen"
	}
	return v.done(b.Path+"/settings", "Scans of "+words+" are set as those of "+b.Account.Name+".")
}
