package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/customrule"
	"github.com/surety-cloud/surety/internal/store"
)

func pushChecks(c *Call) (any, error) {
	if !c.Principal.CanWriteSome() {
		return nil, Forbidden("you have full access to no account")
	}
	var body newChecks
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	given, array, err := body.readChecks()
	if err != nil {
		return nil, err
	}
	rules, err := c.ruleBook()
	if err != nil {
		return nil, err
	}
	byAccount := map[string][]store.Pushed{}
	var order []string
	for i := range given {
		p, err := given[i].pushed(rules)
		if err != nil {
			return nil, placed(err, i, array)
		}
		account := given[i].Relationships.Account.Data.ID
		if byAccount[account] == nil {
			order = append(order, account)
		}
		byAccount[account] = append(byAccount[account], p)
	}
	return c.savePushed(order, byAccount)
}

// placed is an error with the place of the check among those of the request.
func placed(err error, i int, array bool) error {
	if e, ok := err.(*Error); ok && array {
		e.Source = strings.Replace(e.Source, "/data/", fmt.Sprintf("/data/%d/", i), 1)
		e.Detail = fmt.Sprintf("check %d: %s", i, e.Detail)
	}
	return err
}

// pushed checks one check of a request.
func (k *newCheck) pushed(rules *ruleBook) (store.Pushed, error) {
	p, err := k.Attributes.pushed()
	if err != nil {
		return p, err
	}
	id := k.Relationships.Rule.Data.ID
	_, page := rules.pages[id]
	switch {
	case k.Relationships.Account.Data.ID == "":
		return p, related("account", "relationships.account.data.id is missing: the id of the account")
	case !strings.HasPrefix(id, customrule.IDPrefix) || !conformity.WellFormedRule(id) || page:
		return p, related("rule", fmt.Sprintf("relationships.rule.data.id is %q; a rule of your own begins with %s, such as %s001", id, customrule.IDPrefix, customrule.IDPrefix))
	case rules.own[id].Origin == store.ByCustomRule:
		return p, related("rule", fmt.Sprintf("%s is a custom rule, whose checks scans make; choose another id", id))
	}
	p.Rule = id
	return p, nil
}

func related(name, text string) *Error {
	e := Unprocessable("%s", text)
	e.Source = "/data/relationships/" + name + "/data/id"
	return e
}

// pushedMeta lists the accounts whose checks were not saved.
type pushedMeta struct {
	NotSaved []string `json:"not-saved"`
}

// savePushed writes the checks of each account that the caller may change.
func (c *Call) savePushed(order []string, byAccount map[string][]store.Pushed) (any, error) {
	var (
		accounts []store.Account
		refused  error
		notSaved []string
	)
	for _, id := range order {
		a, err := c.AccountToWrite(id)
		if e, ok := err.(*Error); ok {
			refused, notSaved = e, append(notSaved, id)
			continue
		}
		if err != nil {
			return nil, err
		}
		accounts = append(accounts, a)
	}
	if len(accounts) == 0 && refused != nil {
		return nil, refused
	}
	answer := List{Data: []Resource{}}
	data := []Resource{}
	for _, a := range accounts {
		list := byAccount[a.ID]
		created, err := c.Store.PushChecks(c.Context(), a.Num, list, c.who())
		if err != nil {
			return nil, err
		}
		if created > 0 {
			if err := c.Record("api.check.created", a.Num, pushedDescription(created, list)); err != nil {
				return nil, err
			}
		}
	}
	rules, err := c.ruleBook()
	if err != nil {
		return nil, err
	}
	view := c.checkView(rules, accounts)
	for _, a := range accounts {
		for _, p := range byAccount[a.ID] {
			k, err := c.Store.Check(c.Context(), a.Num, p.Rule, p.Region, p.Resource)
			if err != nil {
				return nil, err
			}
			r, err := view.resource(&k)
			if err != nil {
				return nil, err
			}
			data = append(data, r)
		}
	}
	answer.Data = data
	if notSaved != nil {
		answer.Meta = pushedMeta{NotSaved: notSaved}
	}
	return answer, nil
}

func pushedDescription(created int, list []store.Pushed) string {
	rules := map[string]bool{}
	for _, p := range list {
		rules[p.Rule] = true
	}
	names := slices.Sorted(maps.Keys(rules))
	if len(names) > 10 {
		names = append(names[:10], "…")
	}
	return fmt.Sprintf("%d new checks of %s", created, strings.Join(names, ", "))
}

// updatePushed gives a check that was pushed new attributes, where the body has
// any beside those of a suppression.
func (c *Call) updatePushed(k *store.Check, a store.Account, data []byte) (bool, error) {
	var members struct {
		Data struct {
			Attributes map[string]json.RawMessage `json:"attributes"`
		} `json:"data"`
	}
	if err := parse(data, &members); err != nil {
		return false, err
	}
	delete(members.Data.Attributes, "suppressed")
	delete(members.Data.Attributes, "suppressed-until")
	if len(members.Data.Attributes) == 0 {
		return false, nil
	}
	var body struct {
		Data newCheck `json:"data"`
	}
	if err := parse(data, &body); err != nil {
		return false, err
	}
	t, to := &body.Data.Attributes, &body.Data.Relationships
	// What names the check may be left out, and does not change.
	for _, fixed := range []struct {
		name  string
		given *string
		is    string
	}{
		{"region", &t.Region, k.Region}, {"resource", &t.Resource, k.Resource}, {"service", &t.Service, k.Service},
		{"relationships.account.data.id", &to.Account.Data.ID, a.ID}, {"relationships.rule.data.id", &to.Rule.Data.ID, k.Rule},
	} {
		if *fixed.given == "" {
			*fixed.given = fixed.is
		}
		if *fixed.given != fixed.is {
			return false, Unprocessable("%s is %q and the check's is %q: it cannot be changed; push another check", fixed.name, *fixed.given, fixed.is)
		}
	}
	rules, err := c.ruleBook()
	if err != nil {
		return false, err
	}
	if t.Title == "" {
		t.Title = rules.rule(k.Rule).Title
	}
	p, err := body.Data.pushed(rules)
	if err != nil {
		return false, err
	}
	_, err = c.Store.PushChecks(c.Context(), a.Num, []store.Pushed{p}, c.who())
	return true, err
}
