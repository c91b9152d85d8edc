package api

import "github.com/danielgtaylor/huma/v2"

// introduction is what the description says of the whole API.
const introduction = `Surety watches how AWS accounts are configured, holds every resource against its rules, and keeps the results as checks over time. This API has the model and the paths of Cloud Conformity's, so that its scripts, its Terraform provider and its pipelines can be pointed here; what Surety adds is marked as its own.

- Answers are JSON:API in form: ` + "`data`" + ` is a resource {type, id, attributes, relationships} or an array of them; ` + "`meta`" + ` has the rest. Members that are not described may appear: ignore them.
- Every success is 200 with a JSON body, unless the call says otherwise. An error is an object ` + "`errors`" + `, whose ` + "`detail`" + ` says what is wrong and what to do.
- A body has at most 4 MB; that of an administrator's call, and of a template to scan, 20 MB.
- Dates are milliseconds since 1970 UTC. null and an absent member mean the same, unless a call says otherwise.
- Slashes at the end of a path or doubled do not matter. Ids are escaped in paths; those of checks, users, settings, report configs and resources may also stand there as they are.
- Lists that can be long are paged with page[size] and page[number], from 0; meta.total and meta.total-pages say how much there is.`

// tags are the kinds of calls. Those that no route has are left out.
var tags = []*huma.Tag{
	{Name: "API keys", Description: "Keys of the calling user. A key acts as its user."},
	{Name: "Accounts", Description: "AWS accounts that are watched: adding them, how they are read, how often they are scanned."},
	{Name: "Catalogue", Description: "The catalogue: services, rules, regions, types of resources. It needs no key."},
	{Name: "Checks", Description: "Results: one rule held against one resource, over time. Suppressions accept a failing check with a note and an end."},
	{Name: "Communication settings", Description: "Where notifications go: channels of an account or of the organisation, each with a filter."},
	{Name: "Compliance standards", Description: "Standards as headings, controls and the rules that bear on them; those that come with Surety, and an organisation's own."},
	{Name: "Configuration", Description: "All that users have configured as one document, to keep or to bring into another server."},
	{Name: "Custom rules", Description: "An organisation's own rules: conditions on the document of a resource."},
	{Name: "Events", Description: "The audit log: who did what, when, and from where."},
	{Name: "External IDs", Description: "External ids for the trust policies of the roles by which accounts are read."},
	{Name: "Groups", Description: "Accounts that have one of a group's tags."},
	{Name: "Jobs", Description: "Scans that run, wait, are tried again, or were given up."},
	{Name: "Not in Surety", Description: "Calls of Cloud Conformity's API for what Surety does not do: other clouds, custom roles, the Well-Architected Tool. Each answers 501 and says why."},
	{Name: "Organisation imports", Description: "AWS organizations whose accounts are added by themselves, and taken out when they leave."},
	{Name: "Organisation", Description: "The organisation that owns everything at this server."},
	{Name: "Profiles", Description: "Named sets of rule settings, to be applied to accounts; the organisation's own holds for all of them."},
	{Name: "Reports", Description: "Reports of an account, a group or the organisation, and the configs by which they are made."},
	{Name: "Resources", Description: "The inventory: resources as the last scan saw them."},
	{Name: "Rule settings", Description: "What users have changed of rules for one account: whether they run, their risk, their values, and exceptions."},
	{Name: "Sessions", Description: "Signing in and out with a browser."},
	{Name: "Statistics", Description: "Scores and counts, now and over the last days."},
	{Name: "Template scanner", Description: "Holds CloudFormation templates and Terraform plans against the rules. Nothing of them is kept."},
	{Name: "This description", Description: "What you are reading."},
	{Name: "Users", Description: "Who may sign in, with which role and which access to accounts."},
	{Name: "Views", Description: "Queries of the page of checks under a name, a user's own or shared."},
}

// A permissionText says who may make a call, in a word and in a sentence.
type permissionText struct{ name, text string }

var permissions = map[Permission]permissionText{
	Public:       {"public", "Who may: anybody; no key is needed."},
	Anyone:       {"anyone", "Who may: every user."},
	ReadSome:     {"read-some", "Who may: whoever may read at least one account."},
	Admin:        {"admin", "Who may: the role ADMIN."},
	PowerUser:    {"power-user", "Who may: the roles ADMIN and POWER_USER."},
	ReadAccount:  {"read-account", "Who may: whoever may read the account: ADMIN, POWER_USER, READ_ONLY, and USER with the level READONLY or FULL."},
	WriteAccount: {"write-account", "Who may: whoever has full access to the account: ADMIN, POWER_USER, and USER with the level FULL."},
	ByCall:       {"by-call", "Who may depends on what the request is about, see above."},
}

// pathHelp says what the parameters of paths are.
var pathHelp = map[string]string{
	"id":     "Id of the resource, escaped as a part of a path",
	"rule":   "Id of a rule, such as EC2-075",
	"report": "Id of the report",
	"entity": "Id of the account, the group or the organisation that the report is of",
	"format": "csv, pdf or xlsx",
}
