package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/server/look"
)

// An accessCheck is what the API found out of an access.
type accessCheck struct {
	Outcome  string
	Role     string `json:"role-arn"`
	Identity string
	AWS      string `json:"awsaccount-id"`
	Region   string
	Message  string
	Advice   string
	Method   string
	Actions  struct{ Needed, Allowed, Denied, Untried int }
	Denied   []accessDenial
	Untried  []struct {
		Reason  string
		Actions []string
	}
	Notes []string
	Calls int64
}

// An accessDenial is a permission that is missing.
type accessDenial struct {
	Service string
	Action  string
	Regions []string
	By      string `json:"denied-by"`
	Message string
	Rules   struct {
		Count int
		IDs   []string
	}
	Links []look.Link `json:"-"` // to some of the rules
}

// denialRules is how many rules a denial links to.
const denialRules = 8

// deniedBy says what denies a permission.
var deniedBy = map[string]string{
	"missing":                 "No policy of the role allows it",
	"identity-policy":         "A policy of the role denies it",
	"service-control-policy":  "A service control policy of the AWS organisation",
	"resource-control-policy": "A resource control policy of the AWS organisation",
	"permissions-boundary":    "The permissions boundary of the role",
	"session-policy":          "A session policy",
	"vpc-endpoint-policy":     "The policy of a VPC endpoint",
	"resource-policy":         "The policy of the resource",
}

// Because says what denies the permission.
func (d accessDenial) Because() string {
	if text := deniedBy[d.By]; text != "" {
		return text
	}
	return "AWS does not say what denies it"
}

// Said is AWS's message where it says more than what denies it.
func (d accessDenial) Said() string { return sentence(d.Message) }

// More is how many rules are not linked to.
func (d accessDenial) More() int { return max(0, d.Rules.Count-len(d.Links)) }

// Updatable tells whether a newer role could help.
func (c *accessCheck) Updatable() bool {
	return slices.ContainsFunc(c.Denied, func(d accessDenial) bool { return d.By == "missing" || d.By == "unknown" })
}

// Simulated tells whether AWS was asked what the policies allow.
func (c *accessCheck) Simulated() bool { return c.Method == "simulation" }

// link adds the pages of rules that cannot be judged.
func (c *accessCheck) link(v *visit) {
	for i := range c.Denied {
		d := &c.Denied[i]
		for _, id := range d.Rules.IDs[:min(len(d.Rules.IDs), denialRules)] {
			l := look.Link{Text: id}
			if e, ok := v.Book.Entry(id); ok {
				l.Path = e.Path
			}
			d.Links = append(d.Links, l)
		}
	}
}

// accountAccessBody is what the access of an account shows.
type accountAccessBody struct {
	accountPage
	Role, External string // as typed, or as the API has them; administrators only
	Other          bool   // the external id is not the organisation's
	Region         string
	Regions        []regionChoice
	Check          *accessCheck // nil when none was made
	Faults         faults
}

func (v *visit) readAccountAccess() (*accountAccessBody, error) {
	b := &accountAccessBody{Faults: faults{}}
	var err error
	if b.accountPage, err = v.accountPage("access"); err != nil {
		return nil, err
	}
	if !b.Write {
		return nil, &Failure{Status: http.StatusForbidden, Detail: "Only those who may change the account see how it is accessed."}
	}
	form, err := v.newBotForm(b.Account.Settings.Bot)
	if err != nil {
		return nil, err
	}
	b.Regions = slices.Concat(form.Regions, form.Others)
	if !b.Admin {
		return b, nil
	}
	var access struct {
		Attributes struct {
			Configuration struct{ ExternalID, RoleARN string }
		}
	}
	if err := v.get(b.Path+"/access", nil, &access); err != nil {
		return nil, err
	}
	b.Role, b.External = access.Attributes.Configuration.RoleARN, access.Attributes.Configuration.ExternalID
	own, err := v.externalID()
	b.Other = b.External != own
	return b, err
}

// externalID is that of the organisation.
func (v *visit) externalID() (string, error) {
	var answer one[struct{}]
	err := v.get("/organisation/external-id", nil, &answer)
	return answer.Data.ID, err
}

func (v *visit) accountAccess() error {
	b, err := v.readAccountAccess()
	if err != nil {
		return err
	}
	return v.show("account-access", b.frame(b))
}

func (v *visit) changeAccountAccess() error {
	b, err := v.readAccountAccess()
	if err != nil {
		return err
	}
	b.Role, b.External = strings.TrimSpace(v.field("role")), strings.TrimSpace(v.field("external"))
	// The API leaves as it is what is empty.
	if b.Role == "" {
		b.Faults["role"] = "Give the ARN of the role."
	}
	if b.External == "" {
		b.Faults["external"] = "Give the external id that the role asks for."
	}
	if len(b.Faults) > 0 {
		return v.showFaults(http.StatusUnprocessableEntity, "account-access", b.frame(b), b.Faults)
	}
	request := newAttributes(map[string]any{"configuration": map[string]string{"roleArn": b.Role, "externalId": b.External}})
	if err := v.send(http.MethodPatch, b.Path+"/access", request, nil); err != nil {
		return v.accessRefused(err, b)
	}
	next := "It is scanned as soon as a worker is free."
	if b.Paused() {
		next = "Its scans are paused."
	}
	return v.done(b.Path+"/access", cut(b.Account.Name, 80)+" is read by "+cut(b.Role, 160)+" from now on. "+next)
}

func (v *visit) checkAccountAccess() error {
	b, err := v.readAccountAccess()
	if err != nil {
		return err
	}
	b.Region = v.field("region")
	query := url.Values{}
	if b.Region != "" {
		query.Set("region", b.Region)
	}
	var answer one[accessCheck]
	if err := v.call(http.MethodPost, b.Path+"/access/check", query, nil, &answer); err != nil {
		return v.accessRefused(err, b)
	}
	b.Check = &answer.Data.Attributes
	b.Check.link(v)
	return v.show("account-access", b.frame(b))
}

func (v *visit) accessRefused(err error, b *accountAccessBody) error {
	no := refusal(err)
	if no == nil {
		return err
	}
	b.Faults.add(no, map[string]string{"roleArn": "role", "externalId": "external"})
	return v.showFaults(no.Status, "account-access", b.frame(b), b.Faults)
}
