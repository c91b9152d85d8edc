package web

import (
	"net/url"
	"slices"
	"strings"
)

// An account is one as pages show it.
type account struct {
	Name        string
	Environment string
	AWS         string `json:"awsaccount-id"`
	Tags        []string
	Status      string
	Created     moment `json:"created-date"`
	Checked     moment `json:"last-checked-date"`
	NextScan    moment `json:"next-scan-date"`
	FailedSince moment `json:"failed-since-date"`
	Failure     string
	BotStatus   *string `json:"bot-status"`
}

// Title is the account's name with its environment.
func (a account) Title() string {
	if a.Environment == "" {
		return a.Name
	}
	return a.Name + " (" + a.Environment + ")"
}

type group struct {
	Name string
	Tags []string
}

// A scope is the accounts that a page is about: all that the reader may see,
// those of a group, or one.
type scope struct {
	Accounts []thing[account] // all that the reader may see, by name
	Groups   []thing[group]
	Account  string // the id of the one chosen; empty without
	Group    string // likewise
}

// scope reads what the query chooses by account or group.
func (v *visit) scope() (*scope, error) {
	s := &scope{Account: v.query("account"), Group: v.query("group")}
	var accounts many[account]
	if err := v.get("/accounts", nil, &accounts); err != nil {
		return nil, err
	}
	s.Accounts = accounts.Data
	if s.Account != "" {
		s.Group = "" // an account says more than a group
	}
	slices.SortStableFunc(s.Accounts, func(a, b thing[account]) int {
		return strings.Compare(strings.ToLower(a.Attributes.Title()), strings.ToLower(b.Attributes.Title()))
	})
	if !v.who.CanReadSome() {
		return s, nil
	}
	var groups many[group]
	if err := v.get("/groups", nil, &groups); err != nil {
		return nil, err
	}
	s.Groups = groups.Data
	return s, nil
}

// Title says what the scope is.
func (s *scope) Title() string {
	switch {
	case s.Account != "":
		return s.Name(s.Account)
	case s.Group != "":
		for _, g := range s.Groups {
			if g.ID == s.Group {
				return g.Attributes.Name
			}
		}
	}
	return "All accounts"
}

// Name is the title of an account by its id.
func (s *scope) Name(id string) string {
	for _, a := range s.Accounts {
		if a.ID == id {
			return a.Attributes.Title()
		}
	}
	return id
}

// statistics are the parameters by which the API's statistics choose the scope.
func (s *scope) statistics() url.Values {
	q := url.Values{}
	if s.Account != "" {
		q.Set("accountIds", s.Account)
	}
	if s.Group != "" && s.Account == "" {
		q.Set("groupId", s.Group)
	}
	return q
}

// Query is the scope in the address of a page.
func (s *scope) Query() url.Values {
	q := url.Values{}
	if s.Account != "" {
		q.Set("account", s.Account)
	} else if s.Group != "" {
		q.Set("group", s.Group)
	}
	return q
}

// Link is the address of a page about the same scope, with more in the query:
// names and values in turn.
func (s *scope) Link(path string, pairs ...string) string {
	q := s.Query()
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return link(path, q)
}

// IDs are the accounts of the scope.
func (s *scope) IDs() []string {
	var ids []string
	var tags []string
	if s.Account != "" {
		return []string{s.Account}
	}
	for _, g := range s.Groups {
		if g.ID == s.Group {
			tags = g.Attributes.Tags
		}
	}
	for _, a := range s.Accounts {
		if s.Group == "" || slices.ContainsFunc(a.Attributes.Tags, func(t string) bool { return slices.Contains(tags, t) }) {
			ids = append(ids, a.ID)
		}
	}
	return ids
}
