package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/store"
)

// accountBotRoutes are the calls on how an account is scanned.
var accountBotRoutes = []Route{
	{
		Method: "GET", Path: "/accounts/{id}/settings/bot", Tag: "Accounts", Allow: ReadAccount,
		Summary: "Show how an account is scanned", Response: oneOf[accountAttributes]{},
		Notes:  "settings.bot has the defaults where nobody has set anything.",
		Handle: showBot,
	},
	{
		Method: "PATCH", Path: "/accounts/{id}/settings/bot", Tag: "Accounts", Allow: WriteAccount,
		Summary: "Change how an account is scanned", Request: botChanges{}, Response: listOf[accountAttributes]{},
		Notes: "Members that are absent stay; disabledRegions replaces what was there, {} lets all regions be scanned. " +
			"meta.otherAccounts names up to 25 more accounts to change alike; each needs FULL access. data is an array.",
		Handle: changeBot,
	},
}

// The bounds of the hours between scans, and of the accounts that one call
// changes, as in Cloud Conformity.
const (
	minDelay         = 1
	maxDelay         = 12
	maxOtherAccounts = 25
)

func showBot(c *Call) (any, error) {
	a := c.Account()
	if a.Bot == nil {
		a.Bot = &store.Bot{Delay: store.DefaultDelay}
	}
	return c.accountDocument(a, true)
}

// botChanges is the request to change how accounts are scanned.
type botChanges struct {
	Data struct {
		Attributes struct {
			Settings struct {
				Bot *botMembers `json:"bot"`
			} `json:"settings"`
		} `json:"attributes"`
	} `json:"data"`
	Meta struct {
		OtherAccounts []string `json:"otherAccounts"`
	} `json:"meta"`
}

type botMembers struct {
	Delay    *int  `json:"delay"`
	Disabled *bool `json:"disabled"`
	// DisabledUntil and DisabledRegions tell null from absent.
	DisabledUntil   json.RawMessage `json:"disabledUntil"`
	DisabledRegions json.RawMessage `json:"disabledRegions"`
}

func changeBot(c *Call) (any, error) {
	var body botChanges
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	given := body.Data.Attributes.Settings.Bot
	if given == nil {
		return nil, BadRequest("data.attributes.settings.bot is missing; it holds delay, disabled, disabledUntil and disabledRegions")
	}
	accounts, err := c.botAccounts(body.Meta.OtherAccounts)
	if err != nil {
		return nil, err
	}
	// All are checked before any is changed.
	bots := make([]*store.Bot, len(accounts))
	for i, a := range accounts {
		if bots[i], err = given.apply(a.Bot, c.Now()); err != nil {
			return nil, err
		}
		bots[i].LastModifiedBy, bots[i].LastModifiedFrom = c.Principal.UserID, c.Address(c.Request)
	}
	data := make([]Resource, len(accounts))
	for i, a := range accounts {
		if err := c.Store.SetBot(c.Context(), a.Num, bots[i]); err != nil {
			return nil, err
		}
		for _, e := range botEvents(a.Bot, bots[i]) {
			if err := c.Record("account.bot.update."+e.name, a.Num, "account "+a.Name+": "+e.description); err != nil {
				return nil, err
			}
		}
		changed, err := c.Store.AccountByNum(c.Context(), a.Num)
		if err != nil {
			return nil, err
		}
		if data[i], err = c.accountResource(changed, true); err != nil {
			return nil, err
		}
	}
	return List{Data: data}, nil
}

// botAccounts are the account of the path and the others, each once.
func (c *Call) botAccounts(others []string) ([]store.Account, error) {
	if len(others) > maxOtherAccounts {
		return nil, Unprocessable("meta.otherAccounts names %d accounts; at most %d are possible in one call", len(others), maxOtherAccounts)
	}
	accounts := []store.Account{c.Account()}
	for _, id := range others {
		if slices.ContainsFunc(accounts, func(a store.Account) bool { return a.ID == id }) {
			continue
		}
		a, err := c.AccountToWrite(id)
		if err != nil {
			return nil, err
		}
		accounts = append(accounts, a)
	}
	return accounts, nil
}

// pointerBot is where a request has the members of a bot.
const pointerBot = "/data/attributes/settings/bot/"

// apply gives what a bot becomes; old is nil where nobody has set anything.
func (given *botMembers) apply(old *store.Bot, now time.Time) (*store.Bot, error) {
	bot := store.Bot{Delay: store.DefaultDelay}
	if old != nil {
		bot = *old
	}
	if given.Delay != nil {
		if bot.Delay = *given.Delay; bot.Delay < minDelay || bot.Delay > maxDelay {
			return nil, at(pointerBot+"delay", Unprocessable("delay is %d; use %d to %d hours between scans", bot.Delay, minDelay, maxDelay))
		}
	}
	if given.Disabled != nil {
		bot.Disabled = *given.Disabled
		// A pause that is over, or that is ended now, means nothing any more.
		if !bot.Disabled || bot.DisabledUntil != nil && *bot.DisabledUntil <= now.UnixMilli() {
			bot.DisabledUntil = nil
		}
	}
	if given.DisabledUntil != nil {
		bot.DisabledUntil = nil
		if err := parse(given.DisabledUntil, &bot.DisabledUntil); err != nil {
			return nil, BadRequest("disabledUntil is a number of milliseconds since 1970, or null until further notice")
		}
		if bot.DisabledUntil != nil && *bot.DisabledUntil <= now.UnixMilli() {
			return nil, at(pointerBot+"disabledUntil", Unprocessable("disabledUntil is %d, which is in the past (it is now %d); it is a time in milliseconds since 1970", *bot.DisabledUntil, now.UnixMilli()))
		}
	}
	if given.DisabledRegions != nil {
		var err error
		if bot.DisabledRegions, err = disabledRegions(given.DisabledRegions); err != nil {
			return nil, err
		}
	}
	return &bot, nil
}

// disabledRegions reads {"us-west-2": true}; those that are false are left out.
func disabledRegions(raw json.RawMessage) (map[string]bool, error) {
	var given map[string]bool
	if err := parse(raw, &given); err != nil {
		return nil, BadRequest(`disabledRegions is an object such as {"us-west-2": true}`)
	}
	known := conformity.Regions()
	for region, disabled := range given {
		i := slices.IndexFunc(known, func(r conformity.Region) bool { return r.Key == region })
		if i < 0 || region == conformity.Global {
			return nil, Unprocessable("disabledRegions has %q, which is no region of AWS; GET /regions lists them", region)
		}
		if !disabled {
			delete(given, region)
		}
	}
	return given, nil
}

// A happening is an event of the audit log before it is written.
type happening struct{ name, description string }

// botEvents says what a change of a bot was, in the words of the audit log.
func botEvents(old, bot *store.Bot) []happening {
	if old == nil {
		old = &store.Bot{Delay: store.DefaultDelay}
	}
	var events []happening
	add := func(name, format string, args ...any) {
		events = append(events, happening{name, fmt.Sprintf(format, args...)})
	}
	switch {
	case bot.Delay > old.Delay:
		add("delay.increased", "hours between scans: %d instead of %d", bot.Delay, old.Delay)
	case bot.Delay < old.Delay:
		add("delay.decreased", "hours between scans: %d instead of %d", bot.Delay, old.Delay)
	}
	until := func(b *store.Bot) int64 {
		if !b.Disabled || b.DisabledUntil == nil {
			return 0
		}
		return *b.DisabledUntil
	}
	switch {
	case until(bot) != until(old) && until(bot) != 0:
		add("disabled.until", "no scans until %s", time.UnixMilli(until(bot)).UTC().Format(time.RFC3339))
	case bot.Disabled && (!old.Disabled || until(old) != until(bot)):
		add("disabled", "no scans until further notice")
	case !bot.Disabled && old.Disabled:
		add("enabled", "it is scanned again")
	}
	if regions := missingFrom(old.DisabledRegions, bot.DisabledRegions); regions != "" {
		add("disabled.region", "these regions are no longer scanned: %s", regions)
	}
	if regions := missingFrom(bot.DisabledRegions, old.DisabledRegions); regions != "" {
		add("enabled.region", "these regions are scanned again: %s", regions)
	}
	return events
}

// missingFrom lists the keys of b that a has not.
func missingFrom(a, b map[string]bool) string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(b)) {
		if !a[name] {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}
