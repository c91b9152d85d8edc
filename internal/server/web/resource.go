package web

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/server/look"
)

// resourceFacts are what the API says of a resource.
type resourceFacts struct {
	AccountID    string `json:"account-id"`
	CCRN         string
	Resource     string
	Region       string
	Descriptor   string `json:"descriptor-type"`
	Link         string // into the AWS console; may be empty
	ResourceName string `json:"resource-name"` // of the type, in words
	Type         string
	Service      string
	ARN          string
	Name         string
	Tags         []string
	Created      moment `json:"created-date"`
	Modified     moment `json:"last-modified-date"`
	Excluded     []struct {
		RuleID string `json:"rule-id"`
	} `json:"excluded-rules"`
	Document resourceDocument
	Checks   resourceCounts
}

// resourceCounts are how many checks a resource has.
type resourceCounts struct {
	Success, Failure, Unknown, Suppressed int64
}

// Title is how a resource is called: its name, or its id.
func (r *resourceFacts) Title() string { return cmp.Or(r.Name, r.Resource) }

// Path is that of the resource's page.
func (r *resourceFacts) Path() string { return resourcePath(r.CCRN, r.Type) }

// API is where the API has the resource.
func (r *resourceFacts) API() string {
	return "/v1/resources/" + url.PathEscape(r.CCRN) + "?filter%5Btypes%5D=" + url.QueryEscape(r.Type)
}

// resourcePath is that of the page of a resource. The type tells resources of
// one name apart.
func resourcePath(ccrn, typ string) string {
	path := "/resources/" + url.PathEscape(ccrn)
	if typ == "" {
		return path
	}
	return path + "?type=" + url.QueryEscape(typ)
}

// resourceFacts asks for a resource; typ may be empty.
func (v *visit) resourceFacts(ccrn, typ string) (*thing[resourceFacts], error) {
	query := url.Values{}
	if typ != "" {
		query.Set("filter[types]", typ)
	}
	var answer one[resourceFacts]
	if err := v.get("/resources/"+url.PathEscape(ccrn), query, &answer); err != nil {
		return nil, err
	}
	return &answer.Data, nil
}

// resourceBody is what the page of a resource shows.
type resourceBody struct {
	*resourceFacts
	Account  thing[account]
	Document *document
	List     []thing[check] // its checks, those to act on first
	All      string         // path of the list of all its checks
	More     bool           // there are more than List has
	Excepted []kb.Entry     // the rules that exceptions keep from it
}

// AccountPath is that of the page of the resource's account.
func (b *resourceBody) AccountPath() string { return accountPath(b.Account.ID) }

// sameName is what is shown where several resources have the name of the
// address.
type sameName struct{ Resources []thing[resourceFacts] }

func (v *visit) resource() error {
	ccrn := v.param("id")
	found, err := v.resourceFacts(ccrn, v.query("type"))
	var no *Failure
	switch {
	case errors.As(err, &no) && no.Status == http.StatusUnprocessableEntity && v.query("type") == "":
		return v.severalResources(ccrn)
	case isNotFound(err):
		return &Failure{Status: http.StatusNotFound, Detail: "There is no such resource, or no longer: it was not there when its account was last scanned."}
	case err != nil:
		return err
	case v.query("download") == "document":
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(found.Attributes.Document.Data); err != nil {
			return err
		}
		return v.download("resource.json", "application/json", b.String())
	}
	r := &found.Attributes
	b := &resourceBody{resourceFacts: r, Document: newDocument(r, "")}
	var of one[account]
	if err := v.get(accountPath(r.AccountID), nil, &of); err != nil {
		return err
	}
	b.Account = of.Data
	checks, err := v.checksOf(r.AccountID, r.Type, r.Region, r.Resource)
	if err != nil {
		return err
	}
	b.List = checks[:min(len(checks), resourceChecksShown)]
	b.All = link("/checks", url.Values{"account": {r.AccountID}, "filter[resource]": {r.Resource}, "filter[resourceTypes]": {r.Descriptor}})
	b.More = len(checks) > len(b.List)
	for _, e := range r.Excluded {
		entry, ok := v.Book.Entry(e.RuleID)
		if !ok {
			entry = kb.Entry{ID: e.RuleID, Title: e.RuleID}
		}
		b.Excepted = append(b.Excepted, entry)
	}
	return v.show("resource", &look.Frame{Title: r.Title(), Section: "/checks", Lead: r.ResourceName, Crumbs: resourceCrumbs(), Body: b})
}

func resourceCrumbs() []look.Link {
	return []look.Link{{Text: "Checks", Path: "/checks"}, {Text: "Resources", Path: "/checks?by=resource"}}
}

// severalResources lets the reader choose among resources of one name.
func (v *visit) severalResources(ccrn string) error {
	parts := strings.SplitN(ccrn, ":", 6)
	if len(parts) < 6 {
		return &Failure{Status: http.StatusNotFound, Detail: "There is no resource at this address."}
	}
	var answer many[resourceFacts]
	query := url.Values{"accountIds": {parts[2]}, "filter[regions]": {parts[4]}, "filter[text]": {parts[5]}, "page[size]": {"1000"}}
	if err := v.get("/resources", query, &answer); err != nil {
		return err
	}
	same := slices.DeleteFunc(answer.Data, func(r thing[resourceFacts]) bool { return !strings.EqualFold(r.Attributes.CCRN, ccrn) })
	return v.show("resource-several", &look.Frame{
		Title: parts[5], Section: "/checks", Lead: "Several resources have this name. Choose one.", Crumbs: resourceCrumbs(), Body: &sameName{same},
	})
}

// resourceChecksShown is how many checks the page of a resource lists.
const resourceChecksShown = 200

// checksOf are the checks of a resource, those to act on first: failing, not
// known, suppressed, passing, each by risk. More than a thousand are cut.
func (v *visit) checksOf(account, typ, region, resource string) ([]thing[check], error) {
	var answer many[check]
	err := v.get("/checks", url.Values{
		"accountIds": {account}, "filter[resource]": {resource}, "filter[regions]": {region}, "filter[resourceTypes]": {typ}, "page[size]": {"1000"},
	}, &answer)
	if err != nil {
		return nil, err
	}
	// A star in an id stands for any text in a filter.
	list := slices.DeleteFunc(answer.Data, func(c thing[check]) bool { return c.Attributes.Resource != resource })
	statuses := []string{"FAILURE", "UNKNOWN", "SUPPRESSED", "SUCCESS"}
	risks := []string{"EXTREME", "VERY_HIGH", "HIGH", "MEDIUM", "LOW"}
	slices.SortStableFunc(list, func(a, b thing[check]) int {
		return cmp.Or(
			cmp.Compare(slices.Index(statuses, a.Attributes.Shown()), slices.Index(statuses, b.Attributes.Shown())),
			cmp.Compare(slices.Index(risks, a.Attributes.Risk), slices.Index(risks, b.Attributes.Risk)),
			strings.Compare(a.ID, b.ID),
		)
	})
	return list, nil
}

// download answers with a file; without text there is none.
func (v *visit) download(name, typ, text string) error {
	if text == "" {
		return &Failure{Status: http.StatusNotFound, Detail: "There is nothing to download here."}
	}
	v.w.Header().Set("Content-Type", typ+"; charset=utf-8")
	v.w.Header().Set("Content-Disposition", `attachment; filename="`+strings.ReplaceAll(name, `"`, "")+`"`)
	_, err := v.w.Write([]byte(text))
	return err
}
