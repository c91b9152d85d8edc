package api

import (
	"errors"
	"regexp"
	"strings"

	"github.com/surety-cloud/surety/internal/store"
)

// importRoutes are the calls on organisation imports.
var importRoutes = []Route{
	{
		Method: "GET", Path: "/imports", Tag: "Organisation imports", Allow: Admin,
		Summary: "List the organisation imports", Response: listOf[importAttributes]{},
		Handle: listImports,
	},
	{
		Method: "POST", Path: "/imports", Tag: "Organisation imports", Allow: Admin,
		Summary: "Add the accounts of an AWS organisation, and keep them in step", Request: importRequest{}, Response: oneOf[importAttributes]{},
		Notes: "Surety's own. It runs at once and every hour: active accounts that are missing are added, each to be read by the role roleName with the organisation's external id; " +
			"accounts that this import has added and that have left the organisation, or are suspended, are deleted with their checks. " +
			"roleArn and externalId are those of the role that may call organizations:ListAccounts; without roleArn it is the server's own identity.",
		Handle: addImport,
	},
	{
		Method: "GET", Path: "/imports/{id}", Tag: "Organisation imports", Allow: Admin,
		Summary: "Show an organisation import", Response: oneOf[importAttributes]{},
		Handle: func(c *Call) (any, error) {
			i, err := c.organisationImport()
			if err != nil {
				return nil, err
			}
			return c.importDocument(i)
		},
	},
	{
		Method: "PATCH", Path: "/imports/{id}", Tag: "Organisation imports", Allow: Admin,
		Summary: "Change an organisation import", Request: importRequest{}, Response: oneOf[importAttributes]{},
		Notes:  "A member that is absent stays. It runs at once. Accounts that are there already stay as they are; one that is excluded is neither added nor deleted from then on.",
		Handle: changeImport,
	},
	{
		Method: "DELETE", Path: "/imports/{id}", Tag: "Organisation imports", Allow: Admin,
		Summary: "Delete an organisation import", Response: Done{},
		Notes:  "The accounts that it has added stay.",
		Handle: deleteImport,
	},
	{
		Method: "POST", Path: "/imports/{id}/run", Tag: "Organisation imports", Allow: Admin,
		Summary: "Run an organisation import now", Response: started{},
		Handle: runImport,
	},
}

// importAttributes are what an answer says of an import. The external id is not
// shown.
type importAttributes struct {
	Name        string   `json:"name"`
	RoleARN     string   `json:"roleArn"`
	RoleName    string   `json:"roleName"`
	Environment string   `json:"environment"`
	Tags        []string `json:"tags"`
	Exclude     []string `json:"exclude"`
	Accounts    int      `json:"accounts"` // that it keeps
	Created     *int64   `json:"created-date"`
	NextRun     *int64   `json:"next-run-date"`
	LastRun     *int64   `json:"last-run-date"`
	Failure     string   `json:"failure,omitempty"`
}

func importResource(i store.Import, accounts []store.Account) Resource {
	kept := 0
	for _, a := range accounts {
		if a.ImportID == i.ID {
			kept++
		}
	}
	return Resource{Type: "imports", ID: i.ID, Attributes: importAttributes{
		Name: i.Name, RoleARN: i.RoleARN, RoleName: i.RoleName, Environment: i.Environment, Tags: list(i.Tags), Exclude: list(i.Exclude),
		Accounts: kept, Created: millis(i.Created), NextRun: millis(i.NextRun), LastRun: millis(i.LastRun), Failure: i.Failure,
	}}
}

func (c *Call) importDocument(i store.Import) (any, error) {
	accounts, err := c.Store.Accounts(c.Context())
	return Document{Data: importResource(i, accounts)}, err
}

func listImports(c *Call) (any, error) {
	imports, err := c.Store.Imports(c.Context())
	if err != nil {
		return nil, err
	}
	accounts, err := c.Store.Accounts(c.Context())
	if err != nil {
		return nil, err
	}
	data := make([]Resource, len(imports))
	for n, i := range imports {
		data[n] = importResource(i, accounts)
	}
	return List{Data: data}, nil
}

// organisationImport finds the import that the path names.
func (c *Call) organisationImport() (store.Import, error) {
	i, err := c.Store.Import(c.Context(), c.Param("id"))
	if errors.Is(err, store.ErrNotFound) {
		return i, NotFound("there is no organisation import %s", c.Param("id"))
	}
	return i, err
}

// importRequest is the request to make or change an import.
type importRequest struct {
	Data struct {
		Attributes struct {
			Name        *string   `json:"name"`
			RoleARN     *string   `json:"roleArn"`
			ExternalID  *string   `json:"externalId"`
			RoleName    *string   `json:"roleName"`
			Environment *string   `json:"environment"`
			Tags        *[]string `json:"tags"`
			Exclude     *[]string `json:"exclude"`
		} `json:"attributes"`
	} `json:"data"`
}

// What AWS allows in an external id, and in the name of a role with its path
// ("IAM and AWS STS quotas" in the IAM User Guide).
const maxExternalID = 1224

var (
	roleName      = bounded{1, 576, regexp.MustCompile(`^[\w+=,.@/-]+$`)}
	externalID    = regexp.MustCompile(`^[\w+=,.@:/-]{2,}$`)
	accountNumber = regexp.MustCompile(`^[0-9]{12}$`)
)

// apply changes an import as a request says.
func (body *importRequest) apply(i *store.Import) error {
	given := body.Data.Attributes
	for _, member := range []struct{ from, to *string }{
		{given.Name, &i.Name}, {given.RoleARN, &i.RoleARN}, {given.ExternalID, &i.ExternalID}, {given.RoleName, &i.RoleName}, {given.Environment, &i.Environment},
	} {
		if member.from != nil {
			*member.to = strings.TrimSpace(*member.from)
		}
	}
	if given.Tags != nil {
		i.Tags = *given.Tags
	}
	if given.Exclude != nil {
		i.Exclude = *given.Exclude
	}
	_, isRole := partsOfRole(i.RoleARN)
	switch {
	case i.Name == "" || len(i.Name) > 100:
		return at("/data/attributes/name", Unprocessable("name is missing, or longer than 100 characters"))
	case i.Environment == "" || len(i.Environment) > maxAccountText:
		return at("/data/attributes/environment", Unprocessable("environment is missing, or longer than 255 characters; it is that of the accounts that are added"))
	case i.RoleARN != "" && !isRole:
		return at("/data/attributes/roleArn", Unprocessable("roleArn is %q; it looks like arn:aws:iam::111122223333:role/SuretyOrganization, or leave it out to list as the server itself", i.RoleARN))
	case !roleName.MatchString(i.RoleName):
		return at("/data/attributes/roleName", Unprocessable("roleName is %q; it is the name of the role in each account, such as SuretyReadOnly", i.RoleName))
	}
	for _, number := range i.Exclude {
		if !accountNumber.MatchString(number) {
			return at("/data/attributes/exclude", Unprocessable("exclude has %q; it lists numbers of AWS accounts, of 12 digits each", number))
		}
	}
	if err := checkExternalID(i.ExternalID); err != nil {
		return about("/data/attributes/externalId", err)
	}
	return checkTags(i.Tags)
}

func addImport(c *Call) (any, error) {
	var body importRequest
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	var i store.Import
	if err := body.apply(&i); err != nil {
		return nil, err
	}
	if err := c.Store.AddImport(c.Context(), &i); err != nil {
		return nil, err
	}
	if err := c.Record("organisation.import.created", 0, "organisation import "+i.Name+" was made"); err != nil {
		return nil, err
	}
	if err := c.Queue.Import(c.Context(), i.ID); err != nil {
		return nil, err
	}
	return c.importDocument(i)
}

func changeImport(c *Call) (any, error) {
	var body importRequest
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	i, err := c.organisationImport()
	if err != nil {
		return nil, err
	}
	if err := body.apply(&i); err != nil {
		return nil, err
	}
	if err := c.Store.UpdateImport(c.Context(), &i); err != nil {
		return nil, err
	}
	if err := c.Record("organisation.import.updated", 0, "organisation import "+i.Name+" was changed"); err != nil {
		return nil, err
	}
	if err := c.Queue.Import(c.Context(), i.ID); err != nil {
		return nil, err
	}
	return c.importDocument(i)
}

func deleteImport(c *Call) (any, error) {
	i, err := c.organisationImport()
	if err != nil {
		return nil, err
	}
	if err := c.Store.DeleteImport(c.Context(), i.ID); err != nil {
		return nil, err
	}
	return done("deleted"), c.Record("organisation.import.deleted", 0, "organisation import "+i.Name+" was deleted; its accounts stay")
}

func runImport(c *Call) (any, error) {
	i, err := c.organisationImport()
	if err != nil {
		return nil, err
	}
	if err := c.Queue.Import(c.Context(), i.ID); err != nil {
		return nil, err
	}
	return started{Data: []startedStatus{{Status: "STARTED"}}}, c.Record("organisation.import.run", 0, "organisation import "+i.Name+" was run")
}
