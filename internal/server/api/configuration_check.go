package api

import (
	"errors"
	"regexp"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/store"
)

// checkImported takes out of a configuration what is not possible, by the rules
// that hold for the calls that make such things, and says why.
func (c *Call) checkImported(given *store.Configuration) []store.Imported {
	s := sieve{}
	given.Imports = sift(&s, "import", given.Imports, func(i *store.ConfiguredImport) label { return label{id: i.ID, name: i.Name} }, checkImportedImport)
	given.Accounts = sift(&s, "account", given.Accounts, func(a *store.ConfiguredAccount) label { return label{id: a.ID, name: a.Name} }, checkImportedAccount)
	given.Groups = sift(&s, "group", given.Groups, func(g *store.ConfiguredGroup) label { return label{id: g.ID, name: g.Name} }, checkImportedGroup)
	given.Users = sift(&s, "user", given.Users, func(u *store.ConfiguredUser) label { return label{id: u.ID, name: u.Email} }, checkImportedUser)
	given.Profiles = sift(&s, "profile", given.Profiles, func(p *store.ConfiguredProfile) label { return label{id: p.ID, name: p.Name} }, checkImportedProfile)
	given.CustomRules = sift(&s, "custom rule", given.CustomRules, func(r *store.ConfiguredRule) label { return label{id: r.ID} }, checkImportedRule)
	given.Standards = sift(&s, "custom standard", given.Standards, func(st *store.ConfiguredStandard) label { return label{id: st.ID, name: st.Standard.Name} },
		func(st *store.ConfiguredStandard) error { return checkStandard(&st.Standard) })
	given.Channels = sift(&s, "channel", given.Channels, func(ch *store.ConfiguredChannel) label {
		return label{id: ch.ID, name: ch.Channel, of: ch.Account + ":" + ch.Channel}
	}, checkImportedChannel)
	given.Reports = sift(&s, "report config", given.Reports, func(r *store.ConfiguredReportConfig) label { return label{id: r.ID, of: r.Account + ":" + r.Group} },
		func(r *store.ConfiguredReportConfig) error { return c.checkReportConfiguration(r.Configuration) })
	given.Suppressions = sift(&s, "suppression", given.Suppressions, func(p *store.ConfiguredSuppression) label {
		return label{name: p.Rule + " " + p.Region + " " + p.Resource, of: p.Account, noID: true}
	}, checkImportedSuppression)
	if own := given.Organisation.Profile; own != nil {
		if err := checkImportedProfile(own); err != nil {
			s.refuse("profile", label{name: own.Name}, err)
			given.Organisation.Profile = nil
		}
	}
	return s.refused
}

// A sieve keeps what was refused.
type sieve struct{ refused []store.Imported }

// A label is what a thing is called: its id, unique among those of the same
// owner. One without an id is known by its name.
type label struct {
	id, name, of string
	noID         bool
}

// importedThingID is what an id is made of, so that it can stand in a path and
// in a longer id.
var importedThingID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// sift keeps the elements that nothing is wrong with.
func sift[T any](s *sieve, kind string, list []T, called func(*T) label, check func(*T) error) []T {
	kept := list[:0]
	seen := map[label]bool{}
	for i := range list {
		l := called(&list[i])
		key := label{id: l.id, of: l.of}
		if l.noID {
			key.name = l.name
		}
		err := check(&list[i])
		switch {
		case !l.noID && !importedThingID.MatchString(l.id):
			err = Unprocessable("its id %.80q is not possible: 1 to 64 letters, digits, - and _ are", l.id)
		case seen[key]:
			err = Unprocessable("it is there twice")
		}
		seen[key] = true
		if err != nil {
			s.refuse(kind, l, err)
			continue
		}
		kept = append(kept, list[i])
	}
	return kept
}

func (s *sieve) refuse(kind string, l label, err error) {
	s.refused = append(s.refused, store.Imported{Kind: kind, ID: l.id, Name: l.name, Outcome: store.Refused, Reason: err.Error()})
}

func checkImportedImport(i *store.ConfiguredImport) error {
	var body importRequest
	given := &body.Data.Attributes
	given.Name, given.RoleARN, given.ExternalID, given.RoleName, given.Environment = &i.Name, &i.RoleARN, &i.ExternalID, &i.RoleName, &i.Environment
	given.Tags, given.Exclude = &i.Tags, &i.Exclude
	return body.apply(&store.Import{})
}

func checkImportedAccount(a *store.ConfiguredAccount) error {
	if !accountNumber.MatchString(a.AWSID) {
		return Unprocessable("awsAccount is %.40q; it has 12 digits", a.AWSID)
	}
	if err := checkAccount(store.Account{Name: strings.TrimSpace(a.Name), Environment: a.Environment, Code: a.Code, ExternalID: a.ExternalID}); err != nil {
		return err
	}
	if a.RoleARN != "" {
		number, err := accountOf(a.RoleARN)
		if err != nil {
			return err
		}
		if number != a.AWSID {
			return Unprocessable("roleArn is of AWS account %s, and the account is %s", number, a.AWSID)
		}
	}
	if err := checkTags(a.Tags); err != nil {
		return err
	}
	if err := (subscription{SubscriptionType: &a.Subscription}).apply(&store.Account{}); err != nil {
		return err
	}
	if a.Bot != nil && (a.Bot.Delay < minDelay || a.Bot.Delay > maxDelay) {
		return Unprocessable("bot.delay is %d; use %d to %d hours between scans", a.Bot.Delay, minDelay, maxDelay)
	}
	for _, n := range a.Notes {
		if err := checkNote(n.Note); err != nil {
			return err
		}
	}
	return nil
}

func checkImportedGroup(g *store.ConfiguredGroup) error {
	var body groupChanges
	body.Data.Attributes.Name, body.Data.Attributes.Tags = &g.Name, &g.Tags
	return body.apply(&store.Group{})
}

func checkImportedUser(u *store.ConfiguredUser) error {
	if !isEmail(u.Email) {
		return Unprocessable("email is %.80q, which is no address", u.Email)
	}
	if !isName(u.FirstName) || !isName(u.LastName) {
		return Unprocessable("firstName and lastName have up to %d characters", maxName)
	}
	_, err := auth.ParseRole(u.Role)
	for _, level := range u.Access {
		_, wrong := auth.ParseLevel(level)
		err = errors.Join(err, wrong)
	}
	return err
}

func checkImportedProfile(p *store.ConfiguredProfile) error {
	return checkProfile(&store.Profile{Name: p.Name, Description: p.Description})
}

func checkImportedRule(r *store.ConfiguredRule) error {
	if r.Rule == nil {
		return Unprocessable("rule is missing")
	}
	if !strings.HasPrefix(r.ID, "CUSTOM-") || !conformity.WellFormedRule(r.ID) {
		return Unprocessable("its id is not that of a custom rule, such as CUSTOM-7K2QX9")
	}
	return nil
}

func checkImportedChannel(ch *store.ConfiguredChannel) error {
	if _, ok := channelMembers[ch.Channel]; !ok {
		return channelError("channel", "%.80q is none; the channels are %s", ch.Channel, strings.Join(conformity.Channels, ", "))
	}
	if _, err := conformity.ParseFilterJSON(ch.Filter); err != nil {
		return channelError("filter", "%v", err)
	}
	return nil
}

// maxResource is the length of the longest id of a resource, an ARN.
const maxResource = 2048

func checkImportedSuppression(p *store.ConfiguredSuppression) error {
	switch {
	case !conformity.WellFormedRule(p.Rule):
		return Unprocessable("rule is %.80q, which is no id of a rule", p.Rule)
	case p.Region == "" || p.Service == "" || len(p.Region)+len(p.Service) > maxName:
		return Unprocessable("region or service is missing or too long")
	case len(p.Resource) > maxResource:
		return Unprocessable("resource has %d bytes; at most %d are taken", len(p.Resource), maxResource)
	case p.Risk < 1 || p.Risk > 5:
		return Unprocessable("risk is %d; it is 1 (low) to 5 (extreme)", p.Risk)
	}
	for _, n := range p.Notes {
		if err := checkNote(n.Note); err != nil {
			return err
		}
	}
	return nil
}
