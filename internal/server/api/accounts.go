package api

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/store"
)

var accountRoutes = []Route{
	{
		Method: "GET", Path: "/accounts", Tag: "Accounts", Allow: Anyone,
		Summary: "List the accounts that you may see", Response: listOf[accountAttributes]{},
		Handle: listAccounts,
	},
	{
		Method: "POST", Path: "/accounts", Tag: "Accounts", Allow: Admin,
		Summary: "Add an AWS account", Request: newAccount{}, Response: oneOf[accountAttributes]{},
		Notes:  "The account is scanned at once. Whether its role can be assumed shows then.",
		Handle: addAccount,
	},
	{
		Method: "GET", Path: "/accounts/{id}", Tag: "Accounts", Allow: ReadAccount,
		Summary: "Show an account", Response: oneOf[accountAttributes]{},
		Handle: showAccount,
	},
	{
		Method: "PATCH", Path: "/accounts/{id}", Tag: "Accounts", Allow: WriteAccount,
		Summary: "Change name, environment, code or tags", Request: accountChanges{}, Response: oneOf[accountAttributes]{},
		Notes:  "A member that is absent stays; null clears the tags. A role cannot be changed here.",
		Handle: changeAccount,
	},
	{
		Method: "DELETE", Path: "/accounts/{id}", Tag: "Accounts", Allow: Admin,
		Summary: "Delete an account with all its checks", Response: Done{},
		Handle: deleteAccount,
	},
	{
		Method: "GET", Path: "/accounts/{id}/access", Tag: "Accounts", Allow: Admin,
		Summary: "Show the role by which an account is read", Response: accessSetting{},
		Handle: showAccess,
	},
	{
		Method: "PATCH", Path: "/accounts/{id}/access", Tag: "Accounts", Allow: Admin,
		Summary: "Change the role by which an account is read", Request: accessChanges{}, Response: accessSetting{},
		Notes:  "Surety's own. The role has to be of the same AWS account; it is scanned at once.",
		Handle: changeAccess,
	},
	{
		Method: "PATCH", Path: "/accounts/{id}/subscription", Tag: "Accounts", Allow: Admin,
		Summary: "Change the subscription of an account", Request: subscriptionChanges{}, Response: oneOf[accountAttributes]{},
		Handle: changeSubscription,
	},
	{
		Method: "POST", Path: "/accounts/{id}/scan", Tag: "Accounts", Allow: WriteAccount,
		Summary: "Scan an account now", Response: started{},
		Handle: scanAccount,
	},
}

// accountAttributes are what an answer says of an account.
type accountAttributes struct {
	Name         string           `json:"name"`
	Environment  string           `json:"environment"`
	Code         string           `json:"code,omitempty"`
	Tags         []string         `json:"tags"`
	AWSAccount   string           `json:"awsaccount-id"`
	CloudType    string           `json:"cloud-type"`
	Status       string           `json:"status"`
	RealTime     bool             `json:"has-real-time-monitoring"`
	Subscription string           `json:"subscription-type"`
	Cost         bool             `json:"cost-package"`
	Security     bool             `json:"security-package"`
	ManagedGroup string           `json:"managed-group-id"`
	Created      *int64           `json:"created-date"`
	Notified     *int64           `json:"last-notified-date"`
	Checked      *int64           `json:"last-checked-date"`
	Monitored    *int64           `json:"last-monitoring-event-date"`
	BotStatus    *string          `json:"bot-status"`
	NextScan     *int64           `json:"next-scan-date"`
	FailedSince  *int64           `json:"failed-since-date"`
	Failure      string           `json:"failure,omitempty"`
	Settings     *accountSettings `json:"settings,omitempty"`
}

// accountSettings are what somebody has set; what nobody has set is not there,
// or Terraform would show a change for ever.
type accountSettings struct {
	Bot   *store.Bot           `json:"bot,omitempty"`
	Rules []conformity.Setting `json:"rules,omitempty"`
}

// attributesOf says what is told of an account; its settings where they are
// asked for.
func attributesOf(a store.Account, settings bool) accountAttributes {
	t := accountAttributes{
		Name: a.Name, Environment: a.Environment, Code: a.Code, Tags: list(a.Tags), AWSAccount: a.AWSID, CloudType: "aws", Status: "ACTIVE",
		RealTime: a.Subscription == "advanced", Subscription: a.Subscription, Cost: a.Packages["costPackage"], Security: a.Packages["securityPackage"],
		Created: millis(a.Created), Checked: millis(a.LastScan), NextScan: millis(a.NextScan), FailedSince: millis(a.FailedSince), Failure: a.Failure,
	}
	if a.ScanID != "" {
		running := "RUNNING"
		t.BotStatus = &running
	}
	if settings {
		t.Settings = &accountSettings{Bot: a.Bot}
	}
	return t
}

func (c *Call) accountResource(a store.Account, settings bool) (Resource, error) {
	attributes := attributesOf(a, settings)
	if settings {
		var err error
		if attributes.Settings.Rules, err = c.Store.AccountSettings(c.Context(), a.Num); err != nil {
			return Resource{}, err
		}
	}
	relations, err := c.relations(nil)
	return Resource{Type: "accounts", ID: a.ID, Attributes: attributes, Relationships: relations}, err
}

func (c *Call) accountDocument(a store.Account, settings bool) (any, error) {
	r, err := c.accountResource(a, settings)
	document := Document{Data: r}
	if attributes, ok := r.Attributes.(accountAttributes); ok && settings {
		if d := c.deprecatedIn(attributes.Settings.Rules); d != nil {
			document.Meta = ruleSettingsMeta{Deprecation: d}
		}
	}
	return document, err
}

func showAccount(c *Call) (any, error) { return c.accountDocument(c.Account(), true) }

func listAccounts(c *Call) (any, error) {
	accounts, err := c.Readable()
	if err != nil {
		return nil, err
	}
	data := make([]Resource, len(accounts))
	for i, a := range accounts {
		if data[i], err = c.accountResource(a, false); err != nil {
			return nil, err
		}
	}
	return List{Data: data}, nil
}

// newAccount is the request for a new account.
type newAccount struct {
	Data struct {
		Attributes struct {
			Name        string `json:"name"`
			Environment string `json:"environment"`
			Access      struct {
				Keys struct {
					RoleARN    string `json:"roleArn"`
					ExternalID string `json:"externalId"`
				} `json:"keys"`
			} `json:"access"`
			Tags []string `json:"tags"`
			subscription
		} `json:"attributes"`
	} `json:"data"`
}

// A subscription is what an account pays for at Cloud Conformity; here it is
// kept, and all of it is free.
type subscription struct {
	SubscriptionType      *string `json:"subscriptionType"`
	HasRealTimeMonitoring *bool   `json:"hasRealTimeMonitoring"`
	CostPackage           *bool   `json:"costPackage"`
	SecurityPackage       *bool   `json:"securityPackage"`
}

// apply changes an account.
func (s subscription) apply(a *store.Account) error {
	if s.SubscriptionType != nil && s.HasRealTimeMonitoring != nil {
		return Unprocessable("give subscriptionType or hasRealTimeMonitoring, not both")
	}
	switch {
	case s.SubscriptionType != nil:
		if !slices.Contains([]string{"essentials", "advanced"}, *s.SubscriptionType) {
			return Unprocessable("subscriptionType is %q; use essentials or advanced", *s.SubscriptionType)
		}
		a.Subscription = *s.SubscriptionType
	case s.HasRealTimeMonitoring != nil && *s.HasRealTimeMonitoring:
		a.Subscription = "advanced"
	case s.HasRealTimeMonitoring != nil:
		a.Subscription = "essentials"
	}
	if a.Packages == nil {
		a.Packages = map[string]bool{"securityPackage": true}
	}
	if s.CostPackage != nil {
		a.Packages["costPackage"] = *s.CostPackage
	}
	if s.SecurityPackage != nil {
		a.Packages["securityPackage"] = *s.SecurityPackage
	}
	return nil
}

var roleARN = regexp.MustCompile(`^arn:(?:aws|aws-cn|aws-us-gov):iam::([0-9]{12}):role/(.+)$`)

// partsOfRole takes the number of the AWS account from a role's ARN.
func partsOfRole(arn string) (account string, ok bool) {
	parts := roleARN.FindStringSubmatch(arn)
	if parts == nil || !roleName.MatchString(parts[2]) {
		return "", false
	}
	return parts[1], true
}

// accountOf takes the number of the AWS account from the role of a request.
func accountOf(role string) (string, error) {
	account, ok := partsOfRole(role)
	if !ok {
		return "", at(pointerRole, Unprocessable("access.keys.roleArn is %q; it looks like arn:aws:iam::111122223333:role/SuretyReadOnly", role))
	}
	return account, nil
}

func addAccount(c *Call) (any, error) {
	var body newAccount
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	given := body.Data.Attributes
	a := store.Account{
		Name: strings.TrimSpace(given.Name), Environment: strings.TrimSpace(given.Environment), Tags: given.Tags,
		RoleARN: given.Access.Keys.RoleARN, ExternalID: given.Access.Keys.ExternalID, Subscription: "advanced",
	}
	switch {
	case a.Environment == "":
		return nil, at("/data/attributes/environment", Unprocessable("environment is missing"))
	case a.ExternalID == "":
		return nil, at(pointerExternalID, Unprocessable("access.keys.externalId is missing; GET /organisation/external-id gives it"))
	}
	err := checkAccount(a)
	if err != nil {
		return nil, err
	}
	if a.AWSID, err = accountOf(a.RoleARN); err != nil {
		return nil, err
	}
	if err := checkTags(a.Tags); err != nil {
		return nil, err
	}
	if err := given.subscription.apply(&a); err != nil {
		return nil, err
	}
	if err := c.Store.AddAccount(c.Context(), &a); err != nil {
		return nil, err
	}
	if err := c.Record("account.created", a.Num, fmt.Sprintf("account %s (%s) was added", a.Name, a.AWSID)); err != nil {
		return nil, err
	}
	if err := c.Queue.ScanNow(c.Context(), a.Num); err != nil {
		return nil, err
	}
	return c.accountDocument(a, true)
}

// accountTag is what a tag of an account or a group may be made of.
var accountTag = bounded{1, 80, regexp.MustCompile(`^[\p{L}\p{N}_ -]+$`)}

// maxTags bounds the tags of an account or a group.
const maxTags = 50

func checkTags(tags []string) error {
	if len(tags) > maxTags {
		return at("/data/attributes/tags", Unprocessable("there are %d tags; at most %d are possible", len(tags), maxTags))
	}
	for _, t := range tags {
		if !accountTag.MatchString(t) {
			return at("/data/attributes/tags", Unprocessable("the tag %q is not possible: up to 80 letters, digits, spaces, - and _ are", t))
		}
	}
	return nil
}

// accountChanges is the request to change an account.
type accountChanges struct {
	Data struct {
		Attributes struct {
			Name        *string `json:"name"`
			Environment *string `json:"environment"`
			Code        *string `json:"code"`
			// Tags tells null, which clears them, from absent.
			Tags json.RawMessage `json:"tags"`
		} `json:"attributes"`
	} `json:"data"`
}

func changeAccount(c *Call) (any, error) {
	var body accountChanges
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	a, given := c.Account(), body.Data.Attributes
	if given.Name != nil {
		a.Name = strings.TrimSpace(*given.Name)
	}
	if given.Environment != nil {
		a.Environment = *given.Environment
	}
	if given.Code != nil {
		a.Code = *given.Code
	}
	if err := checkAccount(a); err != nil {
		return nil, err
	}
	if given.Tags != nil {
		a.Tags = nil
		if err := parse(given.Tags, &a.Tags); err != nil {
			return nil, err
		}
		if err := checkTags(a.Tags); err != nil {
			return nil, err
		}
	}
	if err := c.Store.UpdateAccount(c.Context(), &a); err != nil {
		return nil, err
	}
	if err := c.Record("account.updated", a.Num, "account "+a.Name+" was changed"); err != nil {
		return nil, err
	}
	return c.accountDocument(a, false)
}

func deleteAccount(c *Call) (any, error) {
	a, err := c.AccountToWrite(c.Param("id"))
	if err != nil {
		return nil, err
	}
	if err := c.Store.DeleteAccount(c.Context(), a.Num); err != nil {
		return nil, err
	}
	if err := c.Record("account.deleted", 0, fmt.Sprintf("account %s (%s) was deleted", a.Name, a.AWSID)); err != nil {
		return nil, err
	}
	return done("sent"), c.Queue.Remove(c.Context())
}

// An accessSetting is how an account is read. It stands alone, without data.
type accessSetting struct {
	ID            string           `json:"id"`
	Type          string           `json:"type"`
	Attributes    accessAttributes `json:"attributes"`
	Relationships map[string]any   `json:"relationships"`
}

type accessAttributes struct {
	Type          string `json:"type"`
	Configuration struct {
		ExternalID string `json:"externalId"`
		RoleARN    string `json:"roleArn"`
	} `json:"configuration"`
}

func (c *Call) access(a store.Account) (any, error) {
	relations, err := c.relations(map[string]any{"account": to("accounts", a.ID)})
	s := accessSetting{ID: a.ID + ":access", Type: "settings", Attributes: accessAttributes{Type: "access"}, Relationships: relations}
	s.Attributes.Configuration.ExternalID, s.Attributes.Configuration.RoleARN = a.ExternalID, a.RoleARN
	return s, err
}

func showAccess(c *Call) (any, error) {
	a, err := c.AccountToWrite(c.Param("id"))
	if err != nil {
		return nil, err
	}
	return c.access(a)
}

// accessChanges is the request for another role.
type accessChanges struct {
	Data struct {
		Attributes struct {
			Configuration struct {
				ExternalID string `json:"externalId"`
				RoleARN    string `json:"roleArn"`
			} `json:"configuration"`
		} `json:"attributes"`
	} `json:"data"`
}

func changeAccess(c *Call) (any, error) {
	a, err := c.AccountToWrite(c.Param("id"))
	if err != nil {
		return nil, err
	}
	var body accessChanges
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	given := body.Data.Attributes.Configuration
	a.RoleARN, a.ExternalID = cmp.Or(given.RoleARN, a.RoleARN), cmp.Or(given.ExternalID, a.ExternalID)
	const pointer = "/data/attributes/configuration/"
	if err := checkExternalID(a.ExternalID); err != nil {
		return nil, about(pointer+"externalId", err)
	}
	number, ok := partsOfRole(a.RoleARN)
	switch {
	case !ok:
		return nil, at(pointer+"roleArn", Unprocessable("configuration.roleArn is %q; it looks like arn:aws:iam::111122223333:role/SuretyReadOnly", a.RoleARN))
	case number != a.AWSID:
		return nil, at(pointer+"roleArn", Unprocessable("the role is of AWS account %s, and the account is %s", number, a.AWSID))
	}
	if err := c.Store.SetAccess(c.Context(), &a); err != nil {
		return nil, err
	}
	if err := c.Record("account.access.updated", a.Num, "account "+a.Name+" is read by "+a.RoleARN); err != nil {
		return nil, err
	}
	return c.access(a)
}

// subscriptionChanges is the request to change the subscription.
type subscriptionChanges struct {
	Data struct {
		Attributes subscription `json:"attributes"`
	} `json:"data"`
}

func changeSubscription(c *Call) (any, error) {
	a, err := c.AccountToWrite(c.Param("id"))
	if err != nil {
		return nil, err
	}
	var body subscriptionChanges
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	if err := body.Data.Attributes.apply(&a); err != nil {
		return nil, err
	}
	if err := c.Store.UpdateAccount(c.Context(), &a); err != nil {
		return nil, err
	}
	if err := c.Record("account.subscription.updated", a.Num, "the subscription of account "+a.Name+" was changed"); err != nil {
		return nil, err
	}
	return c.accountDocument(a, false)
}

// started is the answer to a scan.
type started struct {
	Data []startedStatus `json:"data"`
}

type startedStatus struct {
	Status string `json:"status"`
}

func scanAccount(c *Call) (any, error) {
	a := c.Account()
	if err := c.Queue.ScanNow(c.Context(), a.Num); err != nil {
		return nil, err
	}
	if err := c.Record("account.scan.requested", a.Num, "account "+a.Name+" is to be scanned now"); err != nil {
		return nil, err
	}
	return started{Data: []startedStatus{{Status: "STARTED"}}}, nil
}
