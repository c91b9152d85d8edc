package api

import (
	"encoding/json"
	"fmt"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/customrule"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/snapshot"
	"github.com/surety-cloud/surety/internal/store"
)

// trialRule is the id of a rule that is tried before it has one.
const trialRule = "CUSTOM-RUN"

// maxTrial bounds the resources that one trial judges.
const maxTrial = 1000

// maxExplained is how many conditions one trial tells, of all resources
// together; the last resource is told whole.
const maxExplained = 20_000

// customRuleTrial is the request to try a rule.
type customRuleTrial struct {
	// Configuration is a rule, and the id of the one resource to judge.
	Configuration json.RawMessage `json:"configuration"`
	// Resource is a document to judge instead of an account's resources.
	Resource map[string]any `json:"resource"`
}

// trialAnswer is the answer to a trial.
type trialAnswer struct {
	Data []resourceOf[shortCheck] `json:"data"`
	Meta trialMeta                `json:"meta"`
}

type trialMeta struct {
	// NotApplicable counts the resources that lack a required attribute.
	NotApplicable int `json:"notApplicable"`
	// Resources counts those that were judged; Total those that there are.
	Resources    int              `json:"resources"`
	Total        int64            `json:"total"`
	Warning      string           `json:"warning,omitempty"`
	ResourceData []map[string]any `json:"resourceData,omitzero"`
}

// A shortCheck is what is told of a check that is not kept.
type shortCheck struct {
	Region         string   `json:"region"`
	Status         string   `json:"status"`
	RiskLevel      string   `json:"risk-level"`
	PrettyRisk     string   `json:"pretty-risk-level"`
	Message        string   `json:"message"`
	Service        string   `json:"service"`
	Resource       string   `json:"resource"`
	ResourceName   string   `json:"resourceName"`
	LogicalID      string   `json:"logicalResourceId,omitempty"`
	Descriptor     string   `json:"descriptorType"`
	Link           *string  `json:"link"`
	LinkTitle      *string  `json:"link-title"`
	Provider       string   `json:"provider"`
	RuleTitle      string   `json:"rule-title"`
	ResolutionPage string   `json:"resolution-page-url"`
	Categories     []string `json:"categories"`
	Compliances    []string `json:"compliances"`
	Tags           []string `json:"tags"`
	Updated        *int64   `json:"last-updated-date"`
	Cost           int      `json:"cost"`
	Waste          int      `json:"waste"`
	NotScored      bool     `json:"not-scored"`
	Ignored        bool     `json:"ignored"`
	Missing        []string `json:"missing,omitempty"` // what would have to be known, for UNKNOWN

	Conditions []judgedCondition `json:"conditions,omitempty"` // of a trial that is to be explained
}

// A judgedCondition is one comparison of a custom rule, and what a resource says
// to it: SUCCESS where it is met, FAILURE where not, or UNKNOWN.
type judgedCondition struct {
	Member   string `json:"member"` // where it stands: "rules[0].conditions.any[1]"
	Fact     string `json:"fact"`
	Path     string `json:"path,omitempty"`
	Operator string `json:"operator"`
	Value    any    `json:"value"`
	Status   string `json:"status"`
}

// A trial is one run of a rule.
type trial struct {
	call *Call
	id   string
	rule *customrule.Rule
	risk rule.Risk
	with bool // the documents, too
	why  int  // how many more conditions are told
	out  trialAnswer
}

func runCustomRule(c *Call) (any, error) {
	var body customRuleTrial
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	t := &trial{call: c, id: trialRule}
	t.out.Data = []resourceOf[shortCheck]{}
	var err error
	if t.with, err = c.Flag("resourceData", false); err != nil {
		return nil, err
	}
	explain, err := c.Flag("explain", false)
	if err != nil {
		return nil, err
	}
	if explain {
		t.why = maxExplained
	}
	if t.with {
		t.out.Meta.ResourceData = []map[string]any{}
	}
	if len(body.Configuration) == 0 {
		return nil, BadRequest("configuration is missing; it holds the rule to try")
	}
	if t.rule, err = customrule.Parse(body.Configuration); err != nil {
		return nil, customRuleError("/configuration", err)
	}
	var extra struct {
		ID         string `json:"id"`
		ResourceID string `json:"resourceId"`
	}
	if err := parse(body.Configuration, &extra); err != nil {
		return nil, err
	}
	if extra.ID != "" && conformity.WellFormedRule(extra.ID) {
		t.id = extra.ID
	}
	if t.risk, err = conformity.ParseRiskLevel(t.rule.Severity); err != nil {
		return nil, Unprocessable("configuration.severity: %v", err)
	}
	t.warn(findsNothing(t.rule))
	switch {
	case body.Resource != nil:
		t.judgeDocument(body.Resource)
	case c.Query("accountId") == "":
		return nil, Unprocessable("give accountId in the query, or a resource in the body, to try the rule on")
	default:
		if err := t.judgeAccount(c.Query("accountId"), extra.ResourceID); err != nil {
			return nil, err
		}
	}
	return t.out, nil
}

// warn adds a warning to the answer; an empty text adds none.
func (t *trial) warn(text string) {
	if text == "" {
		return
	}
	if t.out.Meta.Warning != "" {
		t.out.Meta.Warning += ". "
	}
	t.out.Meta.Warning += text
}

// judgeDocument judges a document that the client has made up.
func (t *trial) judgeDocument(document map[string]any) {
	text := func(name string) string { s, _ := document[name].(string); return s }
	t.out.Meta.Total = 1
	check := shortCheck{Region: text("region"), Resource: text("resourceId"), LinkTitle: orNull(text("linkTitle")), Link: orNull(text("link")), Tags: tagsOf(document)}
	if account := t.call.Query("accountId"); account != "" {
		document["accountId"] = account
	}
	t.judge(text("accountId"), document, check)
}

// judgeAccount judges resources of an account: the one named, or all of the
// type.
func (t *trial) judgeAccount(account, name string) error {
	c := t.call
	a, err := c.AccountToRead(account)
	if err != nil {
		return err
	}
	typ, ok := conformity.TypeOf(t.rule.ResourceType)
	if !ok || t.rule.Provider != conformity.AWS {
		return Unprocessable("configuration: %s", judgesNothing(t.rule))
	}
	resources, err := t.resources(a, typ, name)
	if err != nil {
		return err
	}
	given, err := c.Store.Given(c.Context(), a.Num, typ)
	if err != nil {
		return err
	}
	organisation, err := c.Organisation()
	if err != nil {
		return err
	}
	for i := range resources {
		r, err := snapshot.Unmarshal(resources[i].Doc)
		if err != nil {
			return fmt.Errorf("the document of resource %s: %w", resources[i].Resource, err)
		}
		link, title := conformity.Link(r)
		info := conformity.Descriptor(typ)
		document := customrule.Document(r, customrule.DocumentMeta{
			AccountID: a.ID, OrganisationID: organisation, Service: info.Service, DescriptorType: info.Descriptor,
			CCRN:     conformity.CCRN{Account: a.ID, Service: info.Service, Region: r.Region, Resource: r.ID}.String(),
			Provider: conformity.AWS, Link: link, LinkTitle: title, LastModified: resources[i].Modified, Given: given,
		})
		t.judge(a.ID, document, shortCheck{
			Region: r.Region, Resource: r.ID, Link: orNull(link), LinkTitle: orNull(title), Tags: tagList(r.Tags),
		})
	}
	return nil
}

// resources finds those to judge.
func (t *trial) resources(a store.Account, typ, name string) ([]store.Resource, error) {
	c := t.call
	if name != "" {
		found, err := c.Store.ResourcesNamed(c.Context(), a.Num, typ, name)
		if err == nil && len(found) == 0 {
			err = NotFound("account %s has no %s called %q in its last scan", a.ID, t.rule.ResourceType, name)
		}
		t.out.Meta.Total = int64(len(found))
		return found, err
	}
	filter := &store.ResourceFilter{Types: []string{typ}}
	total, err := c.Store.CountResources(c.Context(), []int64{a.Num}, filter)
	if err != nil {
		return nil, err
	}
	t.out.Meta.Total = total
	switch {
	case a.LastScan.IsZero():
		t.warn("the account has not been scanned yet")
	case total > maxTrial:
		t.warn(fmt.Sprintf("the account has %d resources of the type; the first %d were judged", total, maxTrial))
	}
	return c.Store.Resources(c.Context(), []int64{a.Num}, filter, store.ResourcePage{Limit: maxTrial, Documents: true})
}

// judge judges one document; check has what is known of its resource.
func (t *trial) judge(account string, document map[string]any, check shortCheck) {
	t.out.Meta.Resources++
	if t.with {
		t.out.Meta.ResourceData = append(t.out.Meta.ResourceData, customrule.Plain(document))
	}
	outcome := t.rule.Evaluate(document, t.call.Now())
	if outcome.Status == customrule.NotApplicable {
		t.out.Meta.NotApplicable++
		return
	}
	check.Status = trialStatus(outcome.Status)
	if check.Status == conformity.StatusUnknown {
		check.Missing = outcome.Missing
	}
	if t.why > 0 {
		parts := t.rule.Explain(document, t.call.Now())
		t.why -= len(parts)
		for _, p := range parts {
			check.Conditions = append(check.Conditions, judgedCondition{
				Member: p.Member, Fact: p.Condition.Fact, Path: p.Condition.Path, Operator: p.Condition.Operator, Value: p.Condition.Value, Status: trialStatus(p.Status),
			})
		}
	}
	check.Message, check.Service, check.Descriptor = outcome.Message, t.rule.Service, t.rule.ResourceType
	check.RiskLevel, check.PrettyRisk = conformity.RiskLevel(t.risk), conformity.PrettyRiskLevel(t.risk)
	check.Provider, check.RuleTitle, check.Categories = t.rule.Provider, t.rule.Name, list(t.rule.Categories)
	check.Compliances, check.Tags = []string{}, list(check.Tags)
	if typ, ok := conformity.TypeOf(t.rule.ResourceType); ok {
		check.ResourceName = conformity.Descriptor(typ).Name
	}
	id := conformity.CheckID{Account: account, Rule: t.id, Service: t.rule.Service, Region: check.Region, Resource: check.Resource}
	t.out.Data = append(t.out.Data, resourceOf[shortCheck]{Type: "checks", ID: id.String(), Attributes: check, Relationships: checkRelations(t.id, account)})
}

// trialStatus is a status as checks have it.
func trialStatus(s customrule.Status) string {
	switch s {
	case customrule.Success:
		return conformity.StatusSuccess
	case customrule.Failure:
		return conformity.StatusFailure
	}
	return conformity.StatusUnknown
}

// checkRelations are those of a check that is not kept; it may be of no
// account.
func checkRelations(rule, account string) map[string]any {
	relations := map[string]any{"rule": to("rules", rule), "account": Relation{}}
	if account != "" {
		relations["account"] = to("accounts", account)
	}
	return relations
}

// tagsOf lists the tags of a document as key::value.
func tagsOf(document map[string]any) []string {
	data, _ := document["data"].(map[string]any)
	entries, _ := data["Tags"].([]any)
	tags := map[string]string{}
	for _, e := range entries {
		entry, _ := e.(map[string]any)
		key, _ := entry["Key"].(string)
		value, _ := entry["Value"].(string)
		if key != "" {
			tags[key] = value
		}
	}
	return tagList(tags)
}
