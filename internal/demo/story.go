package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/store"
)

// The users of the world, beside its administrator.
const (
	powerUser = "mira.holt@harbourline.example"
	reader    = "jonas.weber@harbourline.example"
)

// story is what users did in the days of the history.
func (b *builder) story() []step {
	b.callers = b.newCallers()
	var admin, mira, jonas store.User
	by := func(u *store.User, method, path, body string) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := b.call(ctx, u, method, path, body)
			return err
		}
	}
	shop, staging, data := b.pasts[0], b.pasts[1], b.pasts[2]
	steps := []step{
		{span + 6*hour, func(ctx context.Context) error {
			organisation, err := b.store.Organisation(ctx)
			if err == nil {
				err = b.store.RenameOrganisation(ctx, organisation.ID, "Harbourline")
			}
			if err == nil {
				admin, err = b.user(ctx, Admin, "Dana", "Demo", auth.RoleAdmin)
			}
			return err
		}},
		{span + 4*hour, by(&admin, "POST", "/groups", `{"data":{"attributes":{"name":"Shop","tags":["shop"]}}}`)},
		{span + 4*hour - time.Minute, by(&admin, "POST", "/groups", `{"data":{"attributes":{"name":"Everything in production","tags":["production"]}}}`)},
		{span + 3*hour, func(ctx context.Context) (err error) {
			mira, err = b.user(ctx, powerUser, "Mira", "Holt", auth.RolePowerUser)
			return err
		}},
		{27*day + 2*hour, by(&admin, "POST", "/settings/communication", channel)},
		{24*day + 5*hour, func(ctx context.Context) error {
			b.rejudge()
			return by(&admin, "POST", "/custom-rules", customRule)(ctx)
		}},
		{22 * day, func(ctx context.Context) (err error) {
			jonas, err = b.user(ctx, reader, "Jonas", "Weber", auth.RoleUser)
			return err
		}},
		{22*day - 10*time.Minute, func(ctx context.Context) error {
			body := fmt.Sprintf(`{"data":{"role":"USER","accessList":[{"account":%q,"level":"READONLY"}]}}`, staging.account.ID)
			_, err := b.call(ctx, &admin, "PATCH", "/users/"+jonas.ID, body)
			return err
		}},
		{20*day + 7*hour, by(&admin, "POST", "/compliance-standards/custom", standardOfOurs)},
		{18*day + 3*hour, by(&admin, "POST", "/report-configs", weeklyReport)},
		{17 * day, by(&admin, "POST", "/profiles", profile)},
		{15*day + 4*hour, func(ctx context.Context) error {
			shop.judged, staging.judged = nil, nil
			if _, err := b.call(ctx, &admin, "PATCH", "/accounts/"+shop.account.ID+"/settings/rules/ACM-003", certificateSetting); err != nil {
				return err
			}
			_, err := b.call(ctx, &admin, "PATCH", "/accounts/"+staging.account.ID+"/settings/rules/S3-013", bucketException)
			return err
		}},
		{10*day + 6*hour, func(ctx context.Context) error {
			return b.suppress(ctx, shop, &mira, "S3-023", 30*day, "Accepted until the logs move to the archive account, whose buckets have Object Lock.")
		}},
		{6*day + 3*hour, func(ctx context.Context) error {
			return b.suppress(ctx, data, &admin, "EC2-033", 60*day, "Egress goes through the proxy from next quarter on. Accepted by the security board until then.")
		}},
		{13 * day, func(ctx context.Context) error { return b.delay(ctx, data, &mira, 6) }},
		{3*day + 2*hour, func(ctx context.Context) error { return b.delay(ctx, data, &mira, 1) }},
		{2*day + 5*hour, func(ctx context.Context) error {
			view := store.View{UserID: admin.ID, Name: "High risks of the shop", Query: "filter[riskLevels]=HIGH,VERY_HIGH,EXTREME&filter[statuses]=FAILURE", Shared: true}
			return b.store.AddView(ctx, &view, 100)
		}},
		{26 * hour, func(ctx context.Context) error { return b.signIn(ctx, &jonas, "192.0.2.31") }},
		{9 * hour, func(ctx context.Context) error { return b.signIn(ctx, &mira, "192.0.2.17") }},
		{50 * time.Minute, func(ctx context.Context) error { return b.signIn(ctx, &admin, "127.0.0.1") }},
	}
	for i, p := range b.pasts {
		steps = append(steps, step{span + 2*hour - time.Duration(i)*time.Minute, func(ctx context.Context) error { return b.addAccount(ctx, p, &admin) }})
	}
	return steps
}

// rejudge has all accounts judged anew: what they are held against changes.
func (b *builder) rejudge() {
	for _, p := range b.pasts {
		p.judged = nil
	}
}

// user adds a user who has signed in before.
func (b *builder) user(ctx context.Context, email, first, last string, role auth.Role) (store.User, error) {
	u := store.User{Email: email, FirstName: first, LastName: last, Role: string(role), Status: store.UserActive}
	if err := b.store.AddUser(ctx, &u); err != nil {
		return u, err
	}
	return u, b.store.AddEvent(ctx, &store.Event{
		Name: "user.created", UserID: u.ID, Identity: email, Description: "user " + email + " was added with the role " + u.Role, Address: "127.0.0.1",
	})
}

// signIn makes a session, whose token nobody has.
func (b *builder) signIn(ctx context.Context, u *store.User, address string) error {
	_, hash := auth.NewToken()
	if err := b.store.AddSession(ctx, &store.Session{ID: hash, UserID: u.ID, Address: address}, b.time().Add(-auth.SessionLife)); err != nil {
		return err
	}
	return b.store.AddEvent(ctx, &store.Event{
		Name: "session.created", UserID: u.ID, Identity: u.Email, Description: u.Email + " signed in", Address: address,
	})
}

func (b *builder) addAccount(ctx context.Context, p *past, by *store.User) error {
	s := p.scene
	tags, err := json.Marshal(s.tags)
	if err != nil {
		return err
	}
	id, err := b.call(ctx, by, "POST", "/accounts", fmt.Sprintf(`{"data":{"type":"account","attributes":{"name":%q,"environment":%q,"tags":%s,
		"access":{"keys":{"roleArn":"arn:aws:iam::%s:role/SuretyReadOnly","externalId":"demo"}}}}}`, s.name, s.environment, tags, s.id))
	if err != nil {
		return err
	}
	if _, err := b.call(ctx, by, "PATCH", "/accounts/"+id, fmt.Sprintf(`{"data":{"attributes":{"code":%q}}}`, s.code)); err != nil {
		return err
	}
	p.account, err = b.store.Account(ctx, id)
	return err
}

// delay has a user change the hours between scans.
func (b *builder) delay(ctx context.Context, p *past, by *store.User, hours int) error {
	_, err := b.call(ctx, by, "PATCH", "/accounts/"+p.account.ID+"/settings/bot", fmt.Sprintf(`{"data":{"attributes":{"settings":{"bot":{"delay":%d}}}}}`, hours))
	return err
}

// suppress has a user accept the first check of a rule that fails, and does
// until now.
func (b *builder) suppress(ctx context.Context, p *past, by *store.User, rule string, until time.Duration, note string) error {
	failing, err := b.store.ChecksAfter(ctx, []int64{p.account.Num}, &store.CheckFilter{Rules: []string{rule}, Statuses: []store.Status{store.Failure}}, nil, 100)
	if err != nil {
		return err
	}
	for _, k := range failing {
		if !p.fails(k.Type, k.Region, k.Resource, rule) {
			continue
		}
		id := conformity.CheckID{Account: p.account.ID, Rule: k.Rule, Service: k.Service, Region: k.Region, Resource: k.Resource}.String()
		body, err := json.Marshal(map[string]any{
			"data": map[string]any{"attributes": map[string]any{"suppressed": true, "suppressed-until": b.time().Add(until).UnixMilli()}},
			"meta": map[string]string{"note": note},
		})
		if err != nil {
			return err
		}
		_, err = b.call(ctx, by, "PATCH", "/checks/"+id, string(body))
		return err
	}
	return fmt.Errorf("no check of %s fails in %s that could be suppressed", rule, p.scene.name)
}
