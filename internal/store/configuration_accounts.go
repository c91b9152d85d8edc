package store

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/secretbox"
)

func (im *importer) imported(given *ConfiguredImport) error {
	item := Imported{Kind: "import", ID: given.ID, Name: given.Name}
	was, there := find(im.here.Imports, func(i *ConfiguredImport) bool { return i.ID == given.ID }, func(i *ConfiguredImport) bool { return same(i.Name, given.Name) })
	want := *given
	want.Tags, want.Exclude = orEmpty(want.Tags), orEmpty(want.Exclude)
	if there {
		want.ID = was.ID
		if want.ExternalID == "" {
			want.ExternalID = was.ExternalID
		}
	}
	item.ID = want.ID
	err := im.put(item, there, was, want, func() error {
		i := Import{
			ID: want.ID, Name: want.Name, RoleARN: want.RoleARN, ExternalID: want.ExternalID, RoleName: want.RoleName, Environment: want.Environment,
			Tags: want.Tags, Exclude: want.Exclude,
		}
		if there {
			return im.s.updateImport(im.ctx, im.tx, &i)
		}
		return im.s.addImport(im.ctx, im.tx, &i)
	})
	return im.keep(im.imports, given.ID, want.ID, err)
}

func (im *importer) account(given *ConfiguredAccount) error {
	item := Imported{Kind: "account", ID: given.ID, Name: given.Name}
	byID, found := find(im.here.Accounts, func(a *ConfiguredAccount) bool { return a.ID == given.ID })
	if found && byID.AWSID != given.AWSID {
		return im.done(item, refuse("account %s is AWS account %s here, and %s in the configuration", given.ID, byID.AWSID, given.AWSID))
	}
	was, there := find(im.here.Accounts, func(a *ConfiguredAccount) bool { return a.AWSID == given.AWSID })
	want := *given
	want.Tags, want.Import = orEmpty(want.Tags), im.imports[given.Import]
	want.Rules, want.Notes = im.settings(nil, given.Rules), im.ruleNotes(nil, given.Notes)
	want.Bot = im.bot(given.Bot)
	if want.Packages == nil {
		want.Packages = map[string]bool{}
	}
	if there {
		want.ID = was.ID
		want.Rules, want.Notes = im.settings(was.Rules, given.Rules), im.ruleNotes(was.Notes, given.Notes)
		if want.ExternalID == "" {
			want.ExternalID = was.ExternalID
		}
		if want.Bot == nil {
			want.Bot = was.Bot
		}
		if want.Import == "" {
			want.Import = was.Import
		}
	} else {
		var leaving int
		if err := im.tx.QueryRowContext(im.ctx, "SELECT count(*) FROM accounts WHERE id = $1", given.ID).Scan(&leaving); err != nil {
			return err
		}
		if leaving > 0 {
			return im.done(item, refuse("an account with this id is being deleted; try again in a few minutes"))
		}
	}
	if want.ExternalID == "" && want.RoleARN != "" {
		want.ExternalID = im.org.ExternalID
		item.Reason = "the configuration has no external id: the account has that of this server's organisation; change the trust policy of its role, or import with secrets"
	}
	item.ID = want.ID
	err := im.put(item, there, was, want, func() error {
		if there {
			return im.changeAccount(&was, &want)
		}
		a := Account{
			ID: want.ID, Name: want.Name, Environment: want.Environment, Code: want.Code, AWSID: want.AWSID, Tags: want.Tags, RoleARN: want.RoleARN,
			ExternalID: want.ExternalID, Subscription: want.Subscription, Packages: want.Packages, Bot: want.Bot, ImportID: want.Import,
		}
		if err := im.s.addAccount(im.ctx, im.tx, &a); err != nil {
			return err
		}
		im.nums[a.ID] = a.Num
		return im.accountRules(&ConfiguredAccount{}, &want)
	})
	return im.keep(im.accounts, given.ID, want.ID, err)
}

// changeAccount writes what is wanted of an account, and has it scanned.
func (im *importer) changeAccount(was, want *ConfiguredAccount) error {
	sealed, err := im.s.seal(want.ExternalID, secretbox.At("accounts", "external_id", want.ID))
	if err != nil {
		return err
	}
	tags, err := marshal(want.Tags)
	if err != nil {
		return err
	}
	packages, err := marshal(want.Packages)
	if err != nil {
		return err
	}
	bot, err := marshalBot(want.Bot)
	if err != nil {
		return err
	}
	now := im.s.now()
	if err := changed(im.tx.ExecContext(im.ctx, `UPDATE accounts SET name = $1, environment = $2, code = $3, tags = $4, role_arn = $5, external_id = $6,
		subscription = $7, packages = $8, bot = $9, import_id = $10, next_scan = $11 WHERE num = $12 AND NOT deleting`,
		want.Name, want.Environment, want.Code, tags, want.RoleARN, sealed, want.Subscription, packages, bot, text(want.Import),
		orNull(want.Bot.next(now, now)), im.nums[want.ID])); err != nil {
		return err
	}
	return im.accountRules(was, want)
}

// accountRules writes the rule settings of an account, and the notes on them
// that are new.
func (im *importer) accountRules(was, want *ConfiguredAccount) error {
	num := im.nums[want.ID]
	if _, err := im.tx.putAccountSettings(im.ctx, num, was.Rules, want.Rules); err != nil {
		return err
	}
	var rows [][]any
	for _, n := range want.Notes {
		if !slices.Contains(was.Notes, n) {
			rows = append(rows, []any{num, n.Rule, n.At, n.Note, n.By})
		}
	}
	return im.tx.each(im.ctx, "INSERT INTO rule_notes (account, rule, at, note, created_by) VALUES ($1, $2, $3, $4, $5)", rows)
}

// settings adds settings to those that there are, with the ids that custom
// rules have here.
func (im *importer) settings(here, given []conformity.Setting) []conformity.Setting {
	list := orEmpty(slices.Clone(here))
	for _, setting := range given {
		setting.ID = or(im.rules, setting.ID)
		list = conformity.Put(list, setting)
	}
	return list
}

// ruleNotes adds notes to those that there are, the oldest first.
func (im *importer) ruleNotes(here, given []ConfiguredRuleNote) []ConfiguredRuleNote {
	list := orEmpty(slices.Clone(here))
	for _, n := range given {
		n.Rule, n.By = or(im.rules, n.Rule), or(im.users, n.By)
		if !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	slices.SortStableFunc(list, compareRuleNotes)
	return list
}

// compareRuleNotes puts notes in the order in which they are read.
func compareRuleNotes(a, b ConfiguredRuleNote) int {
	return cmp.Or(cmp.Compare(a.At, b.At), strings.Compare(a.Rule, b.Rule), strings.Compare(a.Note, b.Note))
}

// bot is a copy that names users as they are named here.
func (im *importer) bot(given *Bot) *Bot {
	if given == nil {
		return nil
	}
	b := *given
	b.LastModifiedBy = or(im.users, b.LastModifiedBy)
	return &b
}

func (im *importer) group(given *ConfiguredGroup) error {
	item := Imported{Kind: "group", ID: given.ID, Name: given.Name}
	was, there := find(im.here.Groups, func(g *ConfiguredGroup) bool { return g.ID == given.ID }, func(g *ConfiguredGroup) bool { return same(g.Name, given.Name) })
	want := *given
	want.Tags = orEmpty(want.Tags)
	if there {
		want.ID = was.ID
	}
	item.ID = want.ID
	err := im.put(item, there, was, want, func() error {
		tags, err := json.Marshal(want.Tags)
		if err != nil {
			return err
		}
		_, err = im.tx.ExecContext(im.ctx, `INSERT INTO account_groups (id, name, tags, created, modified) VALUES ($1, $2, $3, $4, $4)
			ON CONFLICT (id) DO UPDATE SET name = excluded.name, tags = excluded.tags, modified = excluded.modified`,
			want.ID, want.Name, string(tags), im.s.now().UnixMilli())
		return err
	})
	return im.keep(im.groups, given.ID, want.ID, err)
}

func (im *importer) user(given *ConfiguredUser) error {
	item := Imported{Kind: "user", ID: given.ID, Name: given.Email}
	byID, found := find(im.here.Users, func(u *ConfiguredUser) bool { return u.ID == given.ID })
	if found && !same(byID.Email, given.Email) {
		return im.done(item, refuse("the user with this id has the email %s here", byID.Email))
	}
	was, there := find(im.here.Users, func(u *ConfiguredUser) bool { return same(u.Email, given.Email) })
	want := *given
	want.Access = map[string]string{}
	if there {
		want.ID, want.Email, want.SSO = was.ID, was.Email, was.SSO
		maps.Copy(want.Access, was.Access)
	}
	for account, level := range given.Access {
		id, ok := im.accounts[account]
		if !ok {
			return im.done(item, refuse("access is given to account %s, which is not there", account))
		}
		if level == levelNone {
			delete(want.Access, id)
			continue
		}
		want.Access[id] = level
	}
	item.ID = want.ID
	if there && want.ID == im.Caller && want.Role != roleAdmin {
		return im.done(item, refuse("this is you, and the configuration would take the role ADMIN from you; have another administrator import it"))
	}
	if !there && !want.SSO {
		item.Reason = "invited, without a password; POST /users with the same email makes the link to set one"
	}
	err := im.put(item, there, was, want, func() error { return im.writeUser(there, &want) })
	return im.keep(im.known, want.ID, want.ID, err)
}

func (im *importer) writeUser(there bool, want *ConfiguredUser) error {
	if !there {
		u := User{
			ID: want.ID, Email: want.Email, FirstName: want.FirstName, LastName: want.LastName, Role: want.Role, Status: UserInvited, SSO: want.SSO, Access: want.Access,
		}
		if u.SSO {
			u.Status = UserActive
		}
		if err := im.s.addUser(im.ctx, im.tx, &u); err != nil {
			return err
		}
	} else if err := im.s.setRole(im.ctx, im.tx, want.ID, want.Role); err != nil {
		return err
	} else if err := im.s.setAccess(im.ctx, im.tx, want.ID, want.Access); err != nil {
		return err
	}
	return changed(im.tx.ExecContext(im.ctx, "UPDATE users SET first_name = $1, last_name = $2, summary_opt_out = $3 WHERE id = $4",
		want.FirstName, want.LastName, want.SummaryOptOut, want.ID))
}
