package web

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/server/auth"
)

// accessPerPage is how many accounts a form lists at a time; of those that it
// does not list the access stays.
const accessPerPage = 100

// An accessForm is what a user may do, account by account.
type accessForm struct {
	Rows   []accessRow
	Levels []levelText
	Find   string // the words that the accounts shown have
	Pager  pager
	All    int // accounts that there are
}

// An accessRow is an account with the level that is chosen, and the one before.
type accessRow struct {
	Account, Title, AWS string
	Level, Was          string
}

type levelText struct{ Key, Text string }

// readAccess fills in the accounts of a user's form: those that the query asks
// for, with the levels that the user has.
func (v *visit) readAccess(b *userBody) error {
	s, err := v.scope()
	if err != nil {
		return err
	}
	has := map[string]string{}
	for _, g := range b.User.Relationships.Access {
		has[g.Account] = g.Level
	}
	a := accessForm{
		Levels: []levelText{{string(auth.LevelNone), "None"}, {string(auth.LevelRead), "Read"}, {string(auth.LevelFull), "Full"}},
		Find:   strings.TrimSpace(v.query("find")), All: len(s.Accounts),
	}
	words := strings.Fields(strings.ToLower(a.Find))
	for _, account := range s.Accounts {
		text := strings.ToLower(account.Attributes.Title() + " " + account.Attributes.AWS)
		if !hasAll(text, words) {
			continue
		}
		level := has[account.ID]
		if level == "" {
			level = string(auth.LevelNone)
		}
		a.Rows = append(a.Rows, accessRow{Account: account.ID, Title: account.Attributes.Title(), AWS: account.Attributes.AWS, Level: level, Was: level})
	}
	total := int64(len(a.Rows))
	number := min(max(1, v.number("page")), max(1, int((total+accessPerPage-1)/accessPerPage)))
	a.Pager = v.pager(number, total, accessPerPage)
	if total > 0 {
		a.Rows = a.Rows[a.Pager.First-1 : a.Pager.Last]
	}
	b.Access = a
	return nil
}

func hasAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// take puts in what was chosen.
func (a *accessForm) take(v *visit) {
	for i := range a.Rows {
		if level := v.field("level." + a.Rows[i].Account); level != "" {
			a.Rows[i].Level = level
		}
	}
}

// changed are the levels that are others than before.
func (a *accessForm) changed() []grant {
	var list []grant
	for _, r := range a.Rows {
		if r.Level != r.Was {
			list = append(list, grant{r.Account, r.Level})
		}
	}
	return list
}

// query leads to the same accounts again.
func (a accessForm) query() url.Values {
	q := url.Values{}
	if a.Find != "" {
		q.Set("find", a.Find)
	}
	return q
}

// Action is where the form is sent to: the same accounts are looked up there.
func (a accessForm) Action(path string) string {
	q := a.query()
	if a.Pager.Number > 1 {
		q.Set("page", strconv.Itoa(a.Pager.Number))
	}
	return link(path, q)
}

// Paged tells whether not all accounts are shown.
func (a accessForm) Paged() bool { return a.All > len(a.Rows) }
