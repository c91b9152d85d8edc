package api

import (
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/store"
)

var resourceRoutes = []Route{
	{
		Method: "GET", Path: "/resources", Tag: "Resources", Allow: ReadSome,
		Query: []Parameter{
			{Name: "excluded", Help: "true lists the resources that exceptions keep from rules", Type: "boolean"},
			{Name: "accountIds", Help: "Ids of accounts, between commas; all stands for every account. Required, but with excluded=true"},
			{Name: "page[size]", Help: "Resources on a page: 1 to 2000; 100 unless said otherwise", Type: "integer"},
			{Name: "page[number]", Help: "Which page, from 0", Type: "integer"},
			{Name: "page[after]", Help: "Where the page before ended: its meta.next; first for the first page"},
			withinParameter,
			{Name: "include", Help: "Between commas: document adds the configuration of each resource, as custom rules see it; counts the numbers of its checks"},
			{Name: "filter[regions]", Help: "Regions, between commas"},
			{Name: "filter[types]", Help: "Types, between commas: s3-bucket or AWS::S3::Bucket"},
			{Name: "filter[tags]", Help: "Keys, values or whole tags (key::value), between commas, whatever the case"},
			{Name: "filter[filterTags]", Help: "As tags, or parts of a tag"},
			{Name: "filter[text]", Help: "Part of the id, the name or the ARN"},
			{Name: "filter[providers]", Help: "Clouds, between commas; Surety has resources of aws only"},
		},
		Summary: "List resources", Response: listOf[resourceAttributes]{},
		Notes: "With excluded=true: the resources that an exception keeps from at least one rule, with these rules, of the accounts to which you have full access; another account in accountIds is 403. " +
			"Without it, Surety's own: the inventory of the accounts in accountIds, for which read access will do.",
		Handle: listResources,
	},
	{
		Method: "GET", Path: "/resources/{id}", Tag: "Resources", Allow: ByCall,
		Query:   []Parameter{{Name: "filter[types]", Help: "The type, where two resources have the same name"}},
		Summary: "Show a resource, its configuration and how many checks it has", Response: oneOf[resourceAttributes]{},
		Notes:  "Surety's own. The id is the resource's ccrn. You need read access to the account.",
		Handle: showResource,
	},
}

// resourceAttributes are what an answer says of a resource. Those after the
// excluded rules are Surety's own.
type resourceAttributes struct {
	AccountID    string         `json:"account-id"`
	CCRN         string         `json:"ccrn"`
	Resource     string         `json:"resource"`
	Region       string         `json:"region"`
	Descriptor   string         `json:"descriptor-type"`
	Link         string         `json:"link"`
	LinkTitle    string         `json:"link-title"`
	ResourceName string         `json:"resource-name"`
	Tags         []string       `json:"tags"`
	Provider     string         `json:"provider"`
	Excluded     []excludedRule `json:"excluded-rules"`

	Type     string          `json:"type"`
	Service  string          `json:"service"`
	ARN      string          `json:"arn,omitempty"`
	Name     string          `json:"name,omitempty"`
	Created  *int64          `json:"created-date"`
	Modified *int64          `json:"last-modified-date"`
	Document map[string]any  `json:"document,omitempty"`
	Checks   *resourceChecks `json:"checks,omitempty"`
}

type excludedRule struct {
	RuleID string `json:"rule-id"`
}

// resourceChecks counts the checks of a resource. Suppressed ones are not among
// the failures.
type resourceChecks struct {
	Successes  int64 `json:"success"`
	Failures   int64 `json:"failure"`
	Unknown    int64 `json:"unknown"`
	Suppressed int64 `json:"suppressed"`
	// Risks are the failures by risk, the worst first.
	Risks []riskNumber `json:"failures-by-risk"`
}

// countResource sums the checks of a resource.
func countResource(tallies []store.Tally) *resourceChecks {
	counts := &resourceChecks{Risks: []riskNumber{}}
	failures := map[int]int64{}
	for _, t := range tallies {
		switch {
		case t.Suppressed:
			counts.Suppressed += t.N
		case t.Status == store.Success:
			counts.Successes += t.N
		case t.Status == store.Failure:
			counts.Failures += t.N
			failures[t.Risk] += t.N
		default:
			counts.Unknown += t.N
		}
	}
	for level := len(rule.Risks); level > 0; level-- {
		if n := failures[level]; n > 0 {
			counts.Risks = append(counts.Risks, riskNumber{conformity.RiskLevel(riskOf(level)), n})
		}
	}
	return counts
}

func listResources(c *Call) (any, error) {
	excluded, err := c.Flag("excluded", false)
	if err != nil {
		return nil, err
	}
	accounts, err := c.resourceAccounts(excluded)
	if err != nil {
		return nil, err
	}
	f, err := c.resourceFilter(excluded)
	if err != nil {
		return nil, err
	}
	size, err := c.whole("page[size]", 100, 1, 2000)
	if err != nil {
		return nil, err
	}
	number, err := c.whole("page[number]", 0, 0, maxPage)
	if err != nil {
		return nil, err
	}
	page := store.ResourcePage{Limit: size, Offset: number * size}
	counted := false
	for _, name := range c.List("include") {
		switch name {
		case "document":
			page.Documents = true
		case "counts":
			counted = true
		default:
			return nil, Unprocessable("include is %q; document and counts can be included", name)
		}
	}
	var (
		found []store.Resource
		left  []int64 // accounts that the search has not come to
		meta  nextMeta
	)
	within := store.Endless
	if place := c.Query("page[after]"); place != "" {
		if page.After, err = resourceCursor(place, accounts); err != nil {
			return nil, err
		}
		page.Offset = 0
		if within, err = c.within(); err != nil {
			return nil, err
		}
	} else {
		total, err := c.Store.CountResources(c.Context(), numbersOf(accounts), f)
		if err != nil {
			return nil, err
		}
		pages := (total + size - 1) / size
		meta.Total, meta.Pages = &total, &pages
	}
	if within == store.Endless {
		found, err = c.Store.Resources(c.Context(), numbersOf(accounts), f, page)
	} else {
		found, left, err = c.Store.SearchResources(c.Context(), numbersOf(accounts), f, page, within)
	}
	if err != nil {
		return nil, err
	}
	view, err := c.resourceView(accounts)
	if err != nil {
		return nil, err
	}
	data := make([]Resource, len(found))
	for i := range found {
		if data[i], err = view.resource(&found[i]); err != nil {
			return nil, err
		}
	}
	if counted {
		counts, err := c.Store.CountsOfResources(c.Context(), found)
		if err != nil {
			return nil, err
		}
		for i := range data {
			data[i].Attributes.(*resourceAttributes).Checks = countResource(counts[i])
		}
	}
	if n := len(found); int64(n) == size {
		last := &found[n-1]
		meta.Next = encodeCursor(cursor{view.accounts[last.Account].ID, last.Type, last.Region, last.Resource})
	}
	if meta.Left = len(left); meta.Left > 0 {
		meta.Next = encodeCursor(cursor{view.accounts[left[0]].ID, "", "", ""})
	}
	return c.nextPage(data, meta), nil
}

// resourceAccounts are the accounts whose resources are asked for.
func (c *Call) resourceAccounts(excluded bool) ([]store.Account, error) {
	if !excluded {
		return c.wantedAccounts()
	}
	if !c.Principal.CanWriteSome() {
		return nil, Forbidden("you have full access to no account; the list of excluded resources needs it")
	}
	ids := c.List("accountIds")
	if len(ids) > 0 && !slices.Equal(ids, []string{"all"}) {
		for _, id := range ids {
			if !c.Principal.CanWrite(id) {
				return nil, Forbidden("you may not change account %s; the list of excluded resources needs full access", id)
			}
		}
		return c.accounts(ids)
	}
	all, err := c.Readable()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(a store.Account) bool { return !c.Principal.CanWrite(a.ID) }), nil
}

func (c *Call) resourceFilter(excluded bool) (*store.ResourceFilter, error) {
	given, err := conformity.ParseFilterQuery(c.Values())
	if err != nil {
		return nil, filterFault(err)
	}
	ready, err := given.At(c.Now())
	if err != nil {
		return nil, filterFault(err)
	}
	f := &store.ResourceFilter{Regions: given.Regions, Tags: ready.Tags, TagParts: ready.FilterTags, Text: ready.Text, Excluded: excluded}
	if words := slices.Concat(c.List("filter[types]"), given.ResourceTypes); len(words) > 0 {
		f.Types = descriptors(words)
	}
	if len(given.Providers) > 0 && !slices.Contains(given.Providers, conformity.AWS) {
		f.Types = []string{} // no other cloud has resources
	}
	return f, nil
}

// resourceCursor is a place in the list of resources of accounts; nil is its
// beginning.
func resourceCursor(text string, accounts []store.Account) (*store.ResourceCursor, error) {
	var place cursor
	first, err := decodeCursor(text, 4, &place)
	if err != nil || first {
		return nil, err
	}
	after := &store.ResourceCursor{}
	var ok bool
	if after.Account, ok = place.account(accounts); !ok {
		return nil, errCursor
	}
	for i, part := range []*string{&after.Type, &after.Region, &after.Resource} {
		if *part, ok = place[i+1].(string); !ok {
			return nil, errCursor
		}
	}
	return after, nil
}

func showResource(c *Call) (any, error) {
	name, err := conformity.ParseCCRN(c.Param("id"))
	if err != nil {
		return nil, NotFound("%v", err)
	}
	a, err := c.AccountToRead(name.Account)
	if err != nil {
		return nil, err
	}
	f := &store.ResourceFilter{IDs: []int64{}}
	if words := c.List("filter[types]"); len(words) > 0 {
		f.Types = descriptors(words)
	}
	// A name has the service but not the type, so those of all its types are
	// looked for.
	for _, typ := range schema.Names() {
		if strings.EqualFold(conformity.Descriptor(typ).Service, name.Service) {
			f.IDs = append(f.IDs, store.ResourceID(typ, name.Region, name.Resource))
		}
	}
	found, err := c.Store.Resources(c.Context(), []int64{a.Num}, f, store.ResourcePage{Limit: int64(len(f.IDs)), Documents: true})
	if err != nil {
		return nil, err
	}
	switch {
	case len(found) == 0:
		return nil, NotFound("there is no resource %s", name)
	case len(found) > 1:
		var types []string
		for _, r := range found {
			types = append(types, r.Type)
		}
		return nil, Unprocessable("there are %d resources of this name: %s; say which by filter[types]", len(found), strings.Join(types, ", "))
	}
	view, err := c.resourceView([]store.Account{a})
	if err != nil {
		return nil, err
	}
	r, err := view.resource(&found[0])
	if err != nil {
		return nil, err
	}
	counts, err := c.Store.CountsOfResources(c.Context(), found)
	if err != nil {
		return nil, err
	}
	r.Attributes.(*resourceAttributes).Checks = countResource(counts[0])
	return Document{Data: r}, nil
}

// A resourceView shows resources.
type resourceView struct {
	accounts     map[int64]store.Account
	organisation string
}

func (c *Call) resourceView(accounts []store.Account) (*resourceView, error) {
	id, err := c.Organisation()
	v := &resourceView{accounts: make(map[int64]store.Account, len(accounts)), organisation: id}
	for _, a := range accounts {
		v.accounts[a.Num] = a
	}
	return v, err
}

func (v *resourceView) resource(r *store.Resource) (Resource, error) {
	a, words := v.accounts[r.Account], conformity.Descriptor(r.Type)
	t := &resourceAttributes{
		AccountID: a.ID, Resource: r.Resource, Region: r.Region, Descriptor: words.Descriptor, ResourceName: words.Name,
		CCRN: conformity.CCRN{Account: a.ID, Service: words.Service, Region: r.Region, Resource: r.Resource}.String(),
		Tags: tagList(r.Tags), Provider: conformity.AWS, Excluded: []excludedRule{},
		Type: r.Type, Service: words.Service, ARN: r.ARN, Name: r.Name, Created: millis(r.Created), Modified: millis(r.Modified),
	}
	t.Link, t.LinkTitle = conformity.Link(&cloud.Resource{Type: r.Type, ID: r.Resource, ARN: r.ARN, Name: r.Name, Account: a.AWSID, Region: r.Region})
	for _, id := range r.Excluded {
		t.Excluded = append(t.Excluded, excludedRule{id})
	}
	var err error
	if r.Doc != nil {
		t.Document, err = v.document(r, t)
	}
	return Resource{
		Type: "resources", ID: t.CCRN, Attributes: t,
		Relationships: map[string]any{"account": to("accounts", a.ID)},
	}, err
}
