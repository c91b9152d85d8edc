package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/source/aws"
)

// accountAccessRoutes are the calls on whether an account can be read.
var accountAccessRoutes = []Route{
	{
		Method: "POST", Path: "/accounts/{id}/access/check", Tag: "Accounts", Allow: WriteAccount, Long: true,
		Summary: "Check which permissions the role of an account lacks", Response: oneOf[accessCheckAttributes]{},
		Query: accessCheckParameters, Notes: "Surety's own. No body. " + accessCheckNotes,
		Handle: checkAccountAccess,
	},
	{
		Method: "POST", Path: "/accounts/access/check", Tag: "Accounts", Allow: Admin, Long: true,
		Summary: "Check which permissions a role lacks, before its account is added", Request: accessCheckRequest{}, Response: oneOf[accessCheckAttributes]{},
		Query: accessCheckParameters, Notes: "Surety's own. The role and its external id are given as in POST /accounts, and are not kept. " + accessCheckNotes,
		Handle: checkAccess,
	},
	{
		Method: "GET", Path: "/accounts/access/template", Tag: "Accounts", Allow: Admin,
		Summary: "Show the role that an account needs, ready to deploy", Response: oneOf[accessTemplateAttributes]{},
		Query: []Parameter{{Name: "format", Help: "cloudformation (unless said otherwise), terraform, or policy for the policy documents alone, one a line"}},
		Notes: "Surety's own. The role trusts the identity of this server with the external id of the organisation. " +
			"Where that identity is not known (principal-known is false), the template has a parameter without a value for it, and notes says why.",
		Handle: showAccessTemplate,
	},
}

var accessCheckParameters = []Parameter{
	{Name: "region", Help: "The region in which regional services are looked at; the server's own unless said otherwise"},
}

const accessCheckNotes = "It takes up to a minute, and two run at a time; a third is 429. AWS simulates the role's policies where the role may ask that " +
	"(method is simulation); otherwise each list call is made once in one region (method is calls). " +
	"outcome is not-entered, denied, incomplete where nothing is denied and not all could be tried, or allowed."

// An AccessCheck looks at AWS accounts for the calls on their access. The zero
// value is for a server that reaches no AWS.
type AccessCheck struct {
	// Probe finds out what a login may read; see [aws.Probe].
	Probe func(context.Context, aws.ProbeOptions) *aws.Access
	// Identity tells whom a role has to trust; see [aws.Identity].
	Identity func(context.Context, aws.Login) (principal, note string, err error)
}

// LiveAccess is the AccessCheck of a server that scans live accounts.
func LiveAccess() AccessCheck { return AccessCheck{Probe: aws.Probe, Identity: aws.Identity} }

// The bounds of checks: of how many run at once, and of one.
const (
	accessChecksAtOnce = 2
	accessCheckTime    = time.Minute
)

// accessCheckRequest is the request to check a role.
type accessCheckRequest struct {
	Data struct {
		Attributes struct {
			Access struct {
				Keys struct {
					RoleARN    string `json:"roleArn"`
					ExternalID string `json:"externalId"`
				} `json:"keys"`
			} `json:"access"`
		} `json:"attributes"`
	} `json:"data"`
}

func checkAccountAccess(c *Call) (any, error) {
	a := c.Account()
	return c.checkAccess(a.Num, a.ID+":access-check", "account "+a.Name, aws.ProbeOptions{
		Login: aws.Login{Role: a.RoleARN, ExternalID: a.ExternalID}, Account: a.AWSID,
	})
}

func checkAccess(c *Call) (any, error) {
	var body accessCheckRequest
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	given := body.Data.Attributes.Access.Keys
	number, err := accountOf(given.RoleARN)
	if err != nil {
		return nil, err
	}
	if given.ExternalID == "" {
		return nil, Unprocessable("access.keys.externalId is missing; GET /organisation/external-id gives it")
	}
	if err := checkExternalID(given.ExternalID); err != nil {
		return nil, err
	}
	return c.checkAccess(0, number+":access-check", "the role "+given.RoleARN, aws.ProbeOptions{
		Login: aws.Login{Role: given.RoleARN, ExternalID: given.ExternalID}, Account: number,
	})
}

// checkAccess probes one access when its turn is free; what is its name in the
// audit log.
func (c *Call) checkAccess(account int64, id, what string, options aws.ProbeOptions) (any, error) {
	if c.Access.Probe == nil {
		return nil, Unprocessable("this server does not read live accounts, so there is nothing to check")
	}
	options.Region = c.Query("region")
	if options.Region != "" && !slices.ContainsFunc(conformity.Regions(), func(r conformity.Region) bool {
		return r.Key == options.Region && r.Key != conformity.Global
	}) {
		return nil, Unprocessable("region is %.80q, which is no region of AWS; GET /regions lists them", options.Region)
	}
	select {
	case c.probing <- struct{}{}:
		defer func() { <-c.probing }()
	default:
		return nil, Errorf(http.StatusTooManyRequests, "%d checks are running already; try again in a minute", accessChecksAtOnce)
	}
	// Told first: who goes away while it runs has asked for it all the same.
	if err := c.Record("account.access.checked", account, "the access to "+what+" was checked"); err != nil {
		return nil, err
	}
	options.Library, options.Timeout = c.Library, accessCheckTime
	found := c.Access.Probe(c.Context(), options)
	if err := c.Context().Err(); err != nil {
		return nil, err // the client has gone
	}
	return Document{Data: loneResource{Type: "access-checks", ID: id, Attributes: newAccessCheck(found)}}, nil
}

// accessTemplateAttributes are what an answer says of a role.
type accessTemplateAttributes struct {
	Format         string   `json:"format"`
	Text           string   `json:"text"`
	FileName       string   `json:"file-name"`
	Principal      string   `json:"principal"`
	PrincipalKnown bool     `json:"principal-known"`
	ExternalID     string   `json:"external-id,omitempty"`
	Notes          []string `json:"notes"`
}

// accessFormats are the formats of the template, as the source names them and
// as a file is called.
var accessFormats = map[string]struct{ format, file string }{
	"cloudformation": {"cloudformation", "surety-role.yaml"},
	"terraform":      {"terraform", "surety-role.tf"},
	"policy":         {"json", "surety-policy.jsonl"},
}

func showAccessTemplate(c *Call) (any, error) {
	name := c.Query("format")
	if name == "" {
		name = "cloudformation"
	}
	format, ok := accessFormats[name]
	if !ok {
		return nil, Unprocessable("format is %.80q; use cloudformation, terraform or policy", name)
	}
	org, err := c.Store.Organisation(c.Context())
	if err != nil {
		return nil, err
	}
	shown := accessTemplateAttributes{Format: name, FileName: format.file, Notes: []string{}}
	var trust aws.Trust
	if name != "policy" { // policy documents trust nobody
		shown.ExternalID = org.ExternalID
		trust.ExternalID = org.ExternalID
		var note string
		if trust.Principal, note, err = c.identity(); err != nil {
			trust.Principal, note = "", fmt.Sprintf("%v. Give the ARN of the role or user that runs Surety when you deploy this.", err)
		}
		if note != "" {
			shown.Notes = append(shown.Notes, note)
		}
		shown.Principal, shown.PrincipalKnown = trust.Principal, trust.Principal != ""
	}
	if shown.Text, err = aws.RolePolicy(format.format, trust); err != nil {
		return nil, err
	}
	return Document{Data: loneResource{Type: "access-templates", ID: name, Attributes: shown}}, nil
}

// identity is whom the roles of accounts have to trust.
func (c *Call) identity() (principal, note string, err error) {
	if c.Access.Identity == nil {
		return "", "", errors.New("this server has no AWS identity")
	}
	return c.Access.Identity(c.Context(), aws.Login{})
}
