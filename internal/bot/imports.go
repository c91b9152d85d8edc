package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/store"
)

// runImport brings the accounts of an organisation import to what the
// organisation has now. Why it failed is told by the import; it runs again at
// its next turn.
func (b *Bot) runImport(ctx context.Context, id string) error {
	i, err := b.store.Import(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil // it was deleted
	}
	if err != nil {
		return err
	}
	log := b.log.With("import", i.Name)
	members, err := b.members(ctx, &i)
	if err == nil {
		var added, removed int
		added, removed, err = b.follow(ctx, &i, members)
		log.InfoContext(ctx, "an organisation was imported", "accounts", len(members), "added", added, "removed", removed)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	failure := ""
	if err != nil {
		failure = err.Error()
		log.WarnContext(ctx, "an organisation could not be imported", "error", err)
	}
	err = b.store.ImportRan(ctx, id, failure, time.Now().Add(b.options.ImportEvery))
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// members lists the accounts that the organisation of an import has.
func (b *Bot) members(ctx context.Context, i *store.Import) ([]aws.Member, error) {
	if b.options.Read != nil {
		return nil, errors.New("this server reads recorded accounts only and does not talk to AWS: no organisation can be imported")
	}
	login := b.options.Login()
	login.Role, login.ExternalID, login.Organization = i.RoleARN, i.ExternalID, ""
	return aws.Members(ctx, login)
}

// follow adds the members that are missing, and removes the accounts that this
// import has added and that are members no longer. There is at least one
// member: an organisation that seems to have none is not believed.
func (b *Bot) follow(ctx context.Context, i *store.Import, members []aws.Member) (added, removed int, err error) {
	if len(members) == 0 {
		return 0, 0, errors.New("the organisation has no active account; nothing was changed")
	}
	organisation, err := b.store.Organisation(ctx)
	if err != nil {
		return 0, 0, err
	}
	accounts, err := b.store.Accounts(ctx)
	if err != nil {
		return 0, 0, err
	}
	known, active := map[string]bool{}, map[string]bool{}
	for _, a := range accounts {
		known[a.AWSID] = true
	}
	for _, m := range members {
		active[m.ID] = true
		if known[m.ID] || slices.Contains(i.Exclude, m.ID) {
			continue
		}
		a := store.Account{
			Name: m.Name, Environment: i.Environment, AWSID: m.ID, Tags: i.Tags, RoleARN: m.Role(i.RoleName),
			ExternalID: organisation.ExternalID, Packages: map[string]bool{"securityPackage": true}, ImportID: i.ID,
		}
		err := b.store.AddAccount(ctx, &a)
		if errors.Is(err, store.ErrExists) {
			continue
		}
		if err == nil {
			err = b.record(ctx, i, "account.created", a.Num, fmt.Sprintf("account %s (%s) was added", a.Name, a.AWSID))
		}
		if err != nil {
			return added, removed, err
		}
		added++
	}
	for _, a := range accounts {
		if a.ImportID != i.ID || active[a.AWSID] || slices.Contains(i.Exclude, a.AWSID) {
			continue
		}
		err := b.store.DeleteAccount(ctx, a.Num)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err == nil {
			err = b.record(ctx, i, "account.deleted", 0, fmt.Sprintf("account %s (%s) has left the organisation, or is suspended, and was deleted", a.Name, a.AWSID))
		}
		if err != nil {
			return added, removed, err
		}
		removed++
	}
	if removed > 0 {
		err = b.Remove(ctx)
	}
	return added, removed, err
}

func (b *Bot) record(ctx context.Context, i *store.Import, event string, account int64, text string) error {
	return b.store.AddEvent(ctx, &store.Event{Name: event, Account: account, Identity: "organisation import " + i.Name, Description: text})
}
